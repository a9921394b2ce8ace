#include "node/link/upstream.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "node/link/reconcile.hpp"

namespace motcua::node {

namespace asio = boost::asio;
using boost::system::error_code;

struct Upstream::State {
    Sessions* sessions;
    UpstreamOptions options;
    asio::steady_timer pause;   // between two attempts
    asio::steady_timer ending;  // until the kept session ends
    bool stopped = false;
    bool in_session = false;
    bool recognised = false;  // the last kept session was with a node that the registry knows
};

namespace {

void spawn(asio::io_context& context, const Journal& journal, asio::awaitable<void> work) {
    asio::co_spawn(context, std::move(work), [&journal](const std::exception_ptr& trouble) {
        if (!trouble) return;
        try {
            std::rethrow_exception(trouble);
        } catch (const std::exception& exception) {
            journal.error(std::string("the link upward: unexpected error: ") + exception.what());
        }
    });
}

sync::SessionOptions as_initiator(sync::SessionOptions options, bool once) {
    options.role = crypto::NoiseRole::initiator;
    options.once = once;
    return options;
}

}  // namespace

SyncDone to_done(sync::SessionSummary summary) {
    return {.entries_sent = summary.entries_sent,
            .entries_received = summary.entries_received,
            .bytes_sent = summary.bytes_sent,
            .bytes_received = summary.bytes_received,
            .cosignatures_received = summary.cosignatures_received,
            .refusals = std::move(summary.refusals)};
}

Upstream::Upstream(Sessions& sessions, UpstreamOptions options)
    : state_(std::make_shared<State>(&sessions, std::move(options), asio::steady_timer(*sessions.parts().context),
                                     asio::steady_timer(*sessions.parts().context))) {}

Upstream::~Upstream() { stop(); }

void Upstream::stop() {
    state_->stopped = true;
    state_->pause.cancel();
}

void Upstream::keep() {
    const auto& parts = state_->sessions->parts();
    spawn(*parts.context, *parts.journal, keep_loop(state_));
}

void Upstream::reconcile(std::move_only_function<void(Result<SyncDone>)> answer) {
    const auto& parts = state_->sessions->parts();
    auto shared = std::make_shared<std::move_only_function<void(Result<SyncDone>)>>(std::move(answer));
    spawn(*parts.context, *parts.journal, reconcile_once(state_, std::move(shared)));
}

asio::awaitable<void> Upstream::keep_loop(std::shared_ptr<State> state) {
    const auto& parts = state->sessions->parts();
    unsigned failures = 0;
    bool complained = false;
    while (!state->stopped) {
        auto attempt = dial(state->options.address, state->options.connect_timeout);
        auto socket = co_await std::move(attempt);
        if (state->stopped) co_return;
        state->recognised = false;
        if (socket) {
            state->in_session = true;
            state->ending.expires_at(asio::steady_timer::time_point::max());
            OnSessionEnd on_end = [state](const SessionEnd& end) {
                state->recognised = end.peer.has_value();
                state->in_session = false;
                state->ending.cancel();
            };
            state->sessions->start(std::move(*socket), as_initiator(state->options.session, false), std::move(on_end));
            error_code ignored;
            // The session has deadlines of its own.
            while (state->in_session) co_await state->ending.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            complained = false;
        } else if (!complained) {
            // Once an outage, not once an attempt.
            parts.journal->warn(socket.error().message);
            complained = true;
        }
        failures = state->recognised ? 1 : failures + 1;
        if (state->stopped) co_return;
        state->pause.expires_after(backoff(state->options.backoff, failures, *parts.environment.random));
        error_code ignored;
        co_await state->pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
}

namespace {

/// More than once only while a cosignature is missing; a node above that withholds one must not keep a verb for ever.
constexpr int reconciliations_max = 4;
constexpr std::chrono::milliseconds look_again_after{50};

/// What one coroutine waits for and a session's end brings.
struct AwaitedEnd {
    asio::steady_timer ended;
    std::optional<SessionEnd> end;
};

void add(SyncDone& total, SyncDone more) {
    total.entries_sent += more.entries_sent;
    total.entries_received += more.entries_received;
    total.bytes_sent += more.bytes_sent;
    total.bytes_received += more.bytes_received;
    total.cosignatures_received += more.cosignatures_received;
    total.refusals = std::move(more.refusals);  // each session states all of them
}

/// Whether the node above has acts of ours, or of those below us, that its cosignatures here do not cover.
bool lacks_cosignatures(const Sessions& sessions, const sync::LogId& above) {
    const auto heads = sessions.replica().heads(sessions.parts().identity.office, above);
    return heads && std::any_of(heads->begin(), heads->end(), [](const sync::HeadState& head) { return head.held < head.size; });
}

}  // namespace

asio::awaitable<void> Upstream::reconcile_once(std::shared_ptr<State> state,
                                               std::shared_ptr<std::move_only_function<void(Result<SyncDone>)>> answer) {
    SyncDone total;
    // A cosignature is committed just after the entries that it covers. Where another session brought those (the kept
    // one, or one that was killed a moment ago), this one may find the entries there and the cosignature not yet.
    for (int round = 0; round < reconciliations_max; ++round) {
        if (state->stopped) co_return (*answer)(fail(ErrorKind::busy, "this node is shutting down; ask again when it runs"));
        auto attempt = dial(state->options.address, state->options.connect_timeout);
        auto socket = co_await std::move(attempt);
        if (!socket) co_return (*answer)(std::unexpected(socket.error()));

        const auto awaited = std::make_shared<AwaitedEnd>(asio::steady_timer(*state->sessions->parts().context, asio::steady_timer::time_point::max()), std::nullopt);
        OnSessionEnd on_end = [awaited](SessionEnd end) {
            awaited->end = std::move(end);
            awaited->ended.cancel();
        };
        state->sessions->start(std::move(*socket), as_initiator(state->options.session, true), std::move(on_end));
        error_code ignored;
        // The session has deadlines of its own.
        while (!awaited->end) co_await awaited->ended.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        SessionEnd& end = *awaited->end;
        if (end.error) co_return (*answer)(std::unexpected(*end.error));
        state->pause.cancel();  // the node above is there: the kept link need not sit out its pause
        add(total, to_done(std::move(end.summary)));
        if (!end.peer || !lacks_cosignatures(*state->sessions, *end.peer)) break;
        asio::steady_timer pause(*state->sessions->parts().context, look_again_after * round);
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    }
    (*answer)(std::move(total));
}

}  // namespace motcua::node

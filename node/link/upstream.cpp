#include "node/link/upstream.hpp"

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

asio::awaitable<void> Upstream::reconcile_once(std::shared_ptr<State> state,
                                               std::shared_ptr<std::move_only_function<void(Result<SyncDone>)>> answer) {
    auto attempt = dial(state->options.address, state->options.connect_timeout);
    auto socket = co_await std::move(attempt);
    if (!socket) {
        (*answer)(std::unexpected(socket.error()));
        co_return;
    }
    OnSessionEnd on_end = [state, answer](SessionEnd end) {
        if (end.error) return (*answer)(std::unexpected(*end.error));
        state->pause.cancel();  // the node above is there: the kept link need not sit out its pause
        (*answer)(to_done(std::move(end.summary)));
    };
    state->sessions->start(std::move(*socket), as_initiator(state->options.session, true), std::move(on_end));
}

}  // namespace motcua::node

#include "sync/session/session_state.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t refusals_max = 64;

Error cut(std::string message) {
    return {ErrorKind::unreachable, std::move(message)};
}

}  // namespace

Session::State::State(SessionOptions options_given, SessionIdentity identity_given, const Replica& replica_given,
                      Random& random, MonoTime at)
    : options(std::move(options_given)),
      identity(std::move(identity_given)),
      replica(&replica_given),
      channel(options.role, *identity.noise, random),
      registry(replica_given.registry()),
      now(at),
      started(at),
      last_received(at),
      last_sent(at),
      last_progress(at) {
    ensure(options.credit_bytes >= message_bytes_max, "the credit that is granted covers at least one message");
}

Session::Session(SessionOptions options, SessionIdentity identity, const Replica& replica, Random& random, MonoTime now)
    : state_(std::make_unique<State>(std::move(options), std::move(identity), replica, random, now)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

void Session::receive(ByteView bytes, MonoTime now) {
    State& state = *state_;
    state.now = now;
    if (state.finished) return;
    state.last_received = now;
    state.summary.bytes_received += bytes.size();
    (void)state.channel.receive(bytes);  // its error comes again, after the messages that arrived whole
    while (!state.finished) {
        if (state.channel.open() && !state.opened_at) state.became_open();
        auto message = state.channel.next_message();
        if (!message) return state.drop(std::move(message).error());
        if (!*message) return;
        state.take_message(**message);
    }
}

void Session::stored(const StoredExtension& extension, MonoTime now) {
    state_->now = now;
    if (!state_->finished) state_->store_answered(extension);
}

void Session::refused(const LogId& log, const Error& error, MonoTime now) {
    state_->now = now;
    if (!state_->finished) state_->store_refused(log, error);
}

void Session::chunk_stored(const BlobId& blob, std::uint32_t index, MonoTime now) {
    state_->now = now;
    if (!state_->finished) state_->chunk_answered(blob, index, nullptr);
}

void Session::chunk_refused(const BlobId& blob, std::uint32_t index, const Error& error, MonoTime now) {
    state_->now = now;
    if (!state_->finished) state_->chunk_answered(blob, index, &error);
}

void Session::changed(MonoTime now) {
    state_->now = now;
    if (state_->finished) return;
    state_->heads_changed = true;
    state_->refresh_registry();
}

void Session::tick(MonoTime now) {
    state_->now = now;
    if (!state_->finished) state_->check_deadlines();
}

void Session::closed(MonoTime now) {
    State& state = *state_;
    state.now = now;
    if (state.finished) return;
    if (state.bye_said_at) return state.finish(state.outcome);
    if (!state.channel.open())
        return state.finish(cut("the peer closed the stream during the handshake: it may be no motcua node"));
    // A key that the registry does not list is refused, whichever side closes first; a known node may only have been cut off.
    if (!state.peer) return state.finish(state.unacquainted());
    if (!state.talking())
        return state.finish(cut("the peer closed the stream without a word. " + state.unacquainted().message));
    state.finish(cut("the link was cut; the next session resumes where this one ended"));
}

void Session::leave(MonoTime now) {
    State& state = *state_;
    state.now = now;
    if (state.finished || state.bye_said_at) return;
    if (!state.talking()) return state.finish(cut("left before the peer and we knew each other"));
    state.say_bye(0, "leaving");
}

std::optional<Action> Session::next_action(Room room) {
    State& state = *state_;
    state.room = room;
    for (;;) {
        if (!state.actions.empty()) {
            Action action = std::move(state.actions.front());
            state.actions.pop_front();
            return action;
        }
        if (auto bytes = state.channel.next_output()) {
            state.last_sent = state.now;
            state.summary.bytes_sent += bytes->size();
            return SendBytes{std::move(*bytes)};
        }
        if (state.finished) {
            if (std::exchange(state.finish_announced, true)) return std::nullopt;
            state.summarize_recovery();
            return Finished{state.outcome, state.summary};
        }
        auto produced = state.produce();
        if (!produced)
            state.fail_with(std::move(produced).error());
        else if (!*produced)
            break;
    }
    const auto deadline = state.next_deadline();
    if (!deadline || deadline == state.wake_announced) return std::nullopt;
    state.wake_announced = deadline;
    return WakeAt{*deadline};
}

std::optional<LogId> Session::peer_node() const {
    if (!state_->peer) return std::nullopt;
    return state_->peer->node.log;
}

// --- becoming acquainted ---

void Session::State::became_open() {
    opened_at = now;
    try_recognise();
}

/// The registry may have grown, and so the peer may have become known, or have lost its right.
void Session::State::refresh_registry() {
    auto newest = replica->registry();
    if (newest == registry) return;
    registry = std::move(newest);
    heads_changed = true;
    if (opened_at) try_recognise();
}

void Session::State::try_recognise() {
    const auto key = channel.peer();
    ensure(key.has_value(), "an open channel knows the peer's key");
    auto recognised = recognise(*registry, identity.office, *key);
    if (!recognised) {
        if (peer) fail_with(std::move(recognised).error());
        return;
    }
    const bool first = !peer;
    peer = std::move(*recognised);
    const NodeRecord* keeper = registry->find_node(upper_log());
    inbox = keeper == nullptr ? std::nullopt : inbox_name(*registry, *keeper, lower_office());
    if (!first) return;
    channel.trust_peer();
    last_progress = now;
    // A responder waits for the initiator's word, which comes with message 3: two openings would cross.
    if (options.role == crypto::NoiseRole::initiator || peer_hello) speak();
}

/// Our first word: HELLO, and the opening of the comparison or the answer to the one that waits.
void Session::State::speak() {
    if (hello_said) return;
    hello_said = true;
    say(Hello{.software = bounded_text(options.software),
              .credit_bytes = options.credit_bytes,
              .message_bytes_max = message_bytes_max});
    if (credit_owed > 0) say(Credit{std::exchange(credit_owed, 0)});
    // Before our HEADS: a peer that finds itself level may leave, unless it knows that files are wanted of it.
    if (peer_hello) {
        if (auto asked = ask_for_files(); !asked) return fail_with(std::move(asked).error());
    }
    if (early_heads) {
        auto taken = take(*early_heads);
        early_heads.reset();
        if (!taken) fail_with(std::move(taken).error());
    } else if (options.role == crypto::NoiseRole::initiator || !peer_hello) {
        open_comparison();
    }
}

void Session::State::open_comparison() {
    auto mine = replica->heads(lower_office(), upper_log());
    if (!mine) return fail_with(mine.error());
    registry_size_compared = registry->size();
    auto opening = opening_range(*mine);
    state_heads(0, std::move(*mine), {std::move(opening)});
}

void Session::State::state_heads(std::uint64_t turn, std::vector<HeadState> mine, std::vector<HeadRange> ranges) {
    turn_said = turn;
    heads_stated = std::move(mine);
    ranges_stated = ranges;
    say(Heads{turn, registry_head(), std::move(ranges)});
}

bool Session::State::talking() const {
    return peer && peer_hello && hello_said && !bye_said_at && !finished;
}

/// The one door to the stream: nothing goes to a peer that the registry does not entitle, and nothing after our BYE.
void Session::State::say(const Message& message) {
    ensure(peer.has_value(), "a stranger gets no transport message");
    if (bye_said_at) return;
    channel.send(encode_message(message));
}

Error Session::State::unacquainted() const {
    const auto key = channel.peer();
    if (!key) return cut("the peer did not complete the handshake: is a motcua node of this version listening there?");
    if (!peer) return recognise(*registry, identity.office, *key).error();
    return {ErrorKind::refused, "The node " + peer->node.origin +
                                    " does not answer: its registry may not know this node yet, or has "
                                    "retired it. Check the enrolment, or carry a registry bundle there"};
}

// --- ending ---

void Session::State::say_bye(std::uint64_t code, std::string_view reason) {
    summary.level = is_level();
    say(Bye{code, bounded_text(reason)});
    bye_said_at = now;
}

/// Tells the peer why and waits for its BYE: closing a stream with unread bytes would take our reason with it.
void Session::State::fail_with(Error error) {
    if (finished || outcome) return;
    if (!peer || !hello_said || bye_said_at) return finish(std::move(error));
    say_bye(static_cast<std::uint64_t>(error.kind), error.message);
    outcome = std::move(error);
}

/// The same for a stream from which nothing more can come.
void Session::State::drop(Error error) {
    if (finished) return;
    if (peer && hello_said && !bye_said_at) say_bye(static_cast<std::uint64_t>(error.kind), error.message);
    finish(outcome ? std::move(outcome) : std::move(error));
}

void Session::State::finish(std::optional<Error> error) {
    finished = true;
    // Renewed midway, or the peer left: whoever asked for one whole reconciliation must not take it for one.
    if (!error && options.once && !summary.level)
        error = cut("the session ended before both sides were level; run it again");
    outcome = std::move(error);
}

void Session::State::exclude(const LogId& log, const std::string& why) {
    LogLink& link = links[log];
    if (link.excluded) return;
    link.excluded = true;
    link.expected = 0;
    to_extend.erase(log);
    to_relay.erase(log);
    to_fetch.erase(log);
    to_show.erase(log);
    if (held && held->log == log) held.reset();
    note_refusal(name_of_log(log) + ": " + why);
}

void Session::State::note_refusal(std::string text) {
    if (summary.refusals.size() < refusals_max) summary.refusals.push_back(std::move(text));
}

// --- deadlines ---

std::optional<MonoTime> Session::State::next_deadline() const {
    if (finished) return std::nullopt;
    MonoTime first = last_received + options.idle_timeout;
    const auto also = [&](MonoTime deadline) { first = std::min(first, deadline); };
    if (bye_said_at) also(*bye_said_at + options.closing_timeout);
    if (talking()) {
        also(last_sent + options.keepalive);
        also(started + options.renew_after);
        if (options.once) also(last_progress + options.idle_timeout);
        if (proof_due) also(*proof_due);
        if (show_due) also(*show_due);
        if (const auto retry = options.once ? std::nullopt : file_retry_due()) also(*retry);
        if (compared && heads_changed) also(look_due());
    } else if (!bye_said_at) {
        also(started + options.handshake_timeout);
        if (peer && !peer_hello && !offered) also(*opened_at + options.offer_registry_after);
    }
    return first;
}

void Session::State::check_deadlines() {
    if (bye_said_at) {
        if (now >= *bye_said_at + options.closing_timeout) finish(outcome);
        return;
    }
    if (now >= last_received + options.idle_timeout)
        return drop(cut("no byte came from the peer for too long; the link is dead"));
    if (!talking()) {
        if (now >= started + options.handshake_timeout) return drop(unacquainted());
        if (peer && !peer_hello && !offered && now >= *opened_at + options.offer_registry_after) {
            if (auto said = offer(); !said) fail_with(std::move(said).error());
        }
        return;
    }
    if (proof_due && now >= *proof_due) {
        return fail_with({ErrorKind::refused,
                          peer->node.origin + " claims more of this node's own log than is here, without a proof"});
    }
    if (show_due && now >= *show_due) give_up_unshown();
    if (!options.once) retry_files();
    if (options.once && now >= last_progress + options.idle_timeout) {
        return drop(cut("the peer keeps the link open but makes no progress; try again later"));
    }
    if (now >= started + options.renew_after) return say_bye(0, "renewing the link");
    if (now >= last_sent + options.keepalive) say(Credit{0});
}

// --- names ---

std::string Session::State::name_of_log(const LogId& log) const {
    if (is_inbox(log)) return inbox->origin;
    const NodeRecord* node = registry->find_node(log);
    return node != nullptr ? node->origin : to_hex(log.bytes);
}

const OfficeId& Session::State::lower_office() const {
    return peer->side == Side::upper ? identity.office : peer->node.office;
}
const LogId& Session::State::upper_log() const {
    return peer->side == Side::upper ? peer->node.log : identity.log;
}

bool Session::State::is_own(const LogId& log) const {
    return is_inbox(log) ? peer->side == Side::lower : log == identity.log;
}
bool Session::State::is_peers(const LogId& log) const {
    return is_inbox(log) ? peer->side == Side::upper : log == peer->node.log;
}

Result<crypto::Checkpoint> Session::State::open_checkpoint(const LogId& log, std::string_view text) const {
    if (!is_inbox(log)) return open_log_checkpoint(*registry, log, text);
    auto note = crypto::Note::parse(text);
    if (!note) return std::unexpected(std::move(note).error());
    return crypto::open_checkpoint(*note, log_verifier(inbox->origin, inbox->log_key));
}

bool Session::State::comes(const LogId& log) const {
    if (!is_on_link(log)) return false;
    const auto link = links.find(log);
    return peer->side == sender_of(log) || (peer->side == Side::upper && link != links.end() && link->second.fetched);
}
bool Session::State::goes(const LogId& log) const {
    if (!is_on_link(log)) return false;
    const auto link = links.find(log);
    return peer->side != sender_of(log) || (peer->side == Side::lower && link != links.end() && link->second.fetched);
}

/// The logs that go up a link are those of all nodes at or below the lower office.
bool Session::State::is_shared(const LogId& log) const {
    const NodeRecord* node = registry->find_node(log);
    return node != nullptr && registry->is_at_or_below(node->office, lower_office());
}

RegistryHead Session::State::registry_head() const {
    const std::uint64_t size = registry->size();
    return {registry->log_id(), size, size == 0 ? crypto::CompactRange().root() : *registry->root_at(size)};
}

}  // namespace motcua::sync

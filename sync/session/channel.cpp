#include "sync/session/channel.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

constexpr std::size_t length_bytes = 2;
constexpr std::size_t message_1_bytes = 32;  // e
constexpr std::size_t message_2_bytes = 96;  // e, s and two tags
constexpr std::size_t message_3_bytes = 64;  // s and two tags
constexpr std::size_t transport_bytes_min = 1 + crypto::CipherState::tag_bytes;
constexpr std::size_t piece_bytes_max = crypto::CipherState::message_bytes_max - transport_bytes_min;

constexpr std::byte more_follows{0};
constexpr std::byte last_piece{1};

void append_frame(Bytes& out, ByteView noise_message) {
    append_be(out, noise_message.size(), length_bytes);
    append(out, noise_message);
}

}  // namespace

struct Channel::State {
    enum class Step { opening, message_1, message_2, message_3, transport };

    crypto::NoiseRole role;
    crypto::NoiseHandshake handshake;
    std::optional<crypto::NoiseTransport> transport;
    Step step;
    Bytes in;                 // not yet a whole Noise message, or behind a whole message that waits to be taken
    std::size_t in_done = 0;  // so many of its first bytes are dealt with
    Bytes out;
    Bytes assembling;
    bool whole = false;  // `assembling` is a whole message
    std::size_t assembling_bytes_max = stranger_bytes_max;
    std::optional<Error> broken;

    ByteView left() const { return ByteView(in).subspan(in_done); }
    Result<void> advance();
    Result<bool> take_preamble();
    Result<bool> take_noise_message();
    Result<void> check_length(std::size_t length) const;
    Result<void> take_handshake_message(ByteView message);
    Result<void> take_transport_message(ByteView message);
};

Channel::Channel(crypto::NoiseRole role, const crypto::NoiseKeyPair& identity, Random& random,
                 std::optional<crypto::NoiseKeyPair> ephemeral)
    : state_(new State{.role = role,
                       .handshake = crypto::NoiseHandshake(role, identity, preamble, random, std::move(ephemeral)),
                       .transport = std::nullopt,
                       .step = State::Step::opening,
                       .in = {},
                       .out = {},
                       .assembling = {},
                       .broken = std::nullopt}) {
    if (role == crypto::NoiseRole::responder) return;
    auto message = state_->handshake.write();
    ensure(message.has_value(), "an initiator can always write its first message");
    append(state_->out, preamble);
    append_frame(state_->out, *message);
    state_->step = State::Step::message_2;
}

Channel::Channel(Channel&&) noexcept = default;
Channel& Channel::operator=(Channel&&) noexcept = default;
Channel::~Channel() = default;

Result<void> Channel::receive(ByteView bytes) {
    if (!state_->broken) append(state_->in, bytes);
    return state_->advance();
}

Result<std::optional<Bytes>> Channel::next_message() {
    // What arrived whole before the stream broke was said in good faith.
    if (!state_->whole) {
        if (state_->broken) return std::unexpected(*state_->broken);
        return std::nullopt;
    }
    Bytes message = std::exchange(state_->assembling, {});
    state_->whole = false;
    (void)state_->advance();  // an error is the next call's answer
    return message;
}

/// Handles whole Noise messages in `in` until a whole message stands ready or bytes are short.
Result<void> Channel::State::advance() {
    while (!broken && !whole) {
        const Result<bool> taken = step == Step::opening ? take_preamble() : take_noise_message();
        if (!taken)
            broken = taken.error();
        else if (!*taken)
            break;
    }
    if (broken) {
        in.clear();
        in_done = 0;
        return std::unexpected(*broken);
    }
    if (in_done >= in.size() - in_done) {  // moves each byte about once, however small the messages are
        in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(std::exchange(in_done, 0)));
    }
    return {};
}

Result<bool> Channel::State::take_preamble() {
    const std::size_t here = std::min(left().size(), preamble.size());
    if (!std::ranges::equal(left().first(here), std::span(preamble).first(here))) {
        return fail(ErrorKind::verification, "the peer does not begin as a motcua node of this link version does");
    }
    if (here < preamble.size()) return false;
    in_done += preamble.size();
    step = Step::message_1;
    return true;
}

Result<bool> Channel::State::take_noise_message() {
    if (left().size() < length_bytes) return false;
    const std::size_t length = load_be(left().first(length_bytes));
    if (auto fits = check_length(length); !fits) return std::unexpected(std::move(fits).error());
    if (left().size() < length_bytes + length) return false;
    const ByteView message = left().subspan(length_bytes, length);
    auto taken = step == Step::transport ? take_transport_message(message) : take_handshake_message(message);
    if (!taken) return std::unexpected(std::move(taken).error());
    in_done += length_bytes + length;
    return true;
}

/// Before a byte of the message is waited for.
Result<void> Channel::State::check_length(std::size_t length) const {
    const auto exactly = [&](std::size_t expected) -> Result<void> {
        if (length == expected) return {};
        return fail(ErrorKind::verification, "a handshake message has the wrong length");
    };
    switch (step) {
        case Step::opening:
            break;
        case Step::message_1:
            return exactly(message_1_bytes);
        case Step::message_2:
            return exactly(message_2_bytes);
        case Step::message_3:
            return exactly(message_3_bytes);
        case Step::transport:
            if (length >= transport_bytes_min) return {};
            return fail(ErrorKind::verification, "a transport message is too short");
    }
    ensure(false, "the preamble has no length");
    return {};
}

Result<void> Channel::State::take_handshake_message(ByteView message) {
    auto payload = handshake.read(message);
    if (!payload) return std::unexpected(std::move(payload).error());
    if (!payload->empty()) return fail(ErrorKind::verification, "a handshake message carries a payload");
    if (step != Step::message_3) {
        auto answer = handshake.write();
        if (!answer) return std::unexpected(std::move(answer).error());
        append_frame(out, *answer);
    }
    if (step == Step::message_1) {
        step = Step::message_3;
    } else {
        transport = handshake.split();
        step = Step::transport;
    }
    return {};
}

Result<void> Channel::State::take_transport_message(ByteView message) {
    auto plaintext = transport->receive.decrypt({}, message);
    if (!plaintext) return std::unexpected(std::move(plaintext).error());
    const std::byte flag = plaintext->front();
    const ByteView piece = ByteView(*plaintext).subspan(1);
    if (flag != more_follows && flag != last_piece) return fail(ErrorKind::verification, "a piece has an unknown flag");
    if (flag == more_follows && piece.empty())
        return fail(ErrorKind::verification, "an empty piece says that more follows");
    if (assembling.size() + piece.size() > assembling_bytes_max) {
        return fail(ErrorKind::verification, "a message is longer than this peer may send");
    }
    append(assembling, piece);
    whole = flag == last_piece;
    return {};
}

std::optional<Bytes> Channel::next_output() {
    if (state_->out.empty()) return std::nullopt;
    return std::exchange(state_->out, {});
}

void Channel::send(ByteView message) {
    ensure(open(), "only an open channel sends");
    ensure(message.size() <= message_bytes_max, "a message that is sent keeps the limit");
    bool last = false;
    while (!last) {
        const std::size_t length = std::min(message.size(), piece_bytes_max);
        last = length == message.size();
        Bytes plaintext;
        plaintext.reserve(length + 1);
        plaintext.push_back(last ? last_piece : more_follows);
        append(plaintext, message.first(length));
        auto sealed = state_->transport->send.encrypt({}, plaintext);
        ensure(sealed.has_value(), "a link is renewed long before its counter ends");
        append_frame(state_->out, *sealed);
        message = message.subspan(length);
    }
}

bool Channel::open() const {
    return state_->transport.has_value();
}

std::optional<NoiseKey> Channel::peer() const {
    if (!state_->transport) return std::nullopt;
    return state_->transport->peer;
}

void Channel::trust_peer() {
    state_->assembling_bytes_max = message_bytes_max;
}

std::uint64_t Channel::messages() const {
    if (!state_->transport) return 0;
    return std::max(state_->transport->send.messages(), state_->transport->receive.messages());
}

}  // namespace motcua::sync

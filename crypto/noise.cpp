#include "crypto/noise.hpp"

#include <algorithm>

#include "crypto/sodium.hpp"

namespace motcua::crypto {
namespace {

// 32 characters, as many as a hash has bytes, so it is the first handshake hash as it stands (Noise section 5.2).
constexpr std::string_view protocol_name = "Noise_XX_25519_ChaChaPoly_SHA256";
static_assert(protocol_name.size() == Hash::size);

std::unexpected<Error> refuse(std::string cause) {
    return fail(ErrorKind::verification, "Noise handshake: " + std::move(cause));
}

Secret hmac(const Secret& key, std::initializer_list<ByteView> parts) {
    Secret state_memory(sizeof(crypto_auth_hmacsha256_state));
    auto* const state = reinterpret_cast<crypto_auth_hmacsha256_state*>(state_memory.writable().data());
    crypto_auth_hmacsha256_init(state, in(key.view()), key.size());
    for (const ByteView part : parts) crypto_auth_hmacsha256_update(state, in(part), part.size());
    Secret code(crypto_auth_hmacsha256_BYTES);
    crypto_auth_hmacsha256_final(state, out(code.writable()));
    return code;
}

struct TwoSecrets {
    Secret first, second;
};

/// HKDF with two outputs, Noise section 4.3.
TwoSecrets hkdf(const Secret& chaining_key, ByteView input) {
    constexpr std::array<std::byte, 1> one{std::byte{1}}, two{std::byte{2}};
    const Secret temporary = hmac(chaining_key, {input});
    Secret first = hmac(temporary, {one});
    Secret second = hmac(temporary, {first.view(), two});
    return {std::move(first), std::move(second)};
}

}  // namespace

/// Noise's SymmetricState and HandshakeState in one, for the three messages of XX.
struct NoiseHandshake::State {
    NoiseRole role;
    const NoiseKeyPair& identity;
    NoiseKeyPair ephemeral;
    Secret chaining_key = Secret::copy_of(as_bytes(protocol_name));
    Hash hash = Hash::from(as_bytes(protocol_name)).value();
    std::optional<CipherState> cipher{};  // none before the first shared secret: message 1 goes in the clear
    std::optional<NoiseKey> peer_ephemeral{};
    std::optional<NoiseKey> peer_static{};
    int messages = 0;
    bool failed = false;

    [[nodiscard]] bool our_turn() const { return (messages % 2 == 0) == (role == NoiseRole::initiator); }

    void mix_hash(ByteView bytes) { hash = sha256({hash.view(), bytes}); }

    /// False where the peer's key is of small order.
    [[nodiscard]] bool mix_shared(const NoiseKeyPair& ours, const NoiseKey& theirs) {
        const auto shared = shared_secret(ours, theirs);
        if (!shared) return false;
        TwoSecrets keys = hkdf(chaining_key, shared->view());
        chaining_key = std::move(keys.first);
        cipher.emplace(std::move(keys.second));
        return true;
    }
    [[nodiscard]] bool mix_ee() { return mix_shared(ephemeral, *peer_ephemeral); }
    /// The initiator's ephemeral with the responder's static key.
    [[nodiscard]] bool mix_es() {
        return role == NoiseRole::initiator ? mix_shared(ephemeral, *peer_static)
                                            : mix_shared(identity, *peer_ephemeral);
    }
    /// The initiator's static with the responder's ephemeral key.
    [[nodiscard]] bool mix_se() {
        return role == NoiseRole::initiator ? mix_shared(identity, *peer_ephemeral)
                                            : mix_shared(ephemeral, *peer_static);
    }

    Result<Bytes> seal(ByteView plaintext) {
        auto bytes = cipher ? cipher->encrypt(hash.view(), plaintext) : to_bytes(plaintext);
        if (bytes) mix_hash(*bytes);
        return bytes;
    }
    Result<Bytes> open(ByteView bytes) {
        auto plaintext = cipher ? cipher->decrypt(hash.view(), bytes) : to_bytes(bytes);
        if (plaintext) mix_hash(bytes);
        return plaintext;
    }

    Result<Bytes> write(ByteView payload);
    Result<Bytes> read(ByteView message);
    Bytes write_ephemeral();
    Result<Bytes> write_static();
    Result<ByteView> read_ephemeral(ByteView message);
    Result<ByteView> read_static(ByteView message);
};

Bytes NoiseHandshake::State::write_ephemeral() {
    mix_hash(ephemeral.public_key().view());
    return to_bytes(ephemeral.public_key().view());
}

Result<Bytes> NoiseHandshake::State::write_static() {
    return seal(identity.public_key().view());
}

Result<ByteView> NoiseHandshake::State::read_ephemeral(ByteView message) {
    if (message.size() < NoiseKey::size) return refuse("message " + std::to_string(messages + 1) + " is cut off");
    peer_ephemeral = NoiseKey::from(message.first(NoiseKey::size)).value();
    mix_hash(peer_ephemeral->view());
    return message.subspan(NoiseKey::size);
}

Result<ByteView> NoiseHandshake::State::read_static(ByteView message) {
    constexpr std::size_t sealed_bytes = NoiseKey::size + CipherState::tag_bytes;
    if (message.size() < sealed_bytes) return refuse("message " + std::to_string(messages + 1) + " is cut off");
    const auto key = open(message.first(sealed_bytes));
    if (!key) return std::unexpected(key.error());
    peer_static = NoiseKey::from(*key).value();
    return message.subspan(sealed_bytes);
}

Result<Bytes> NoiseHandshake::State::write(ByteView payload) {
    constexpr const char* small_order = "the peer's key is of small order";
    Bytes message;
    if (messages < 2) append(message, write_ephemeral());
    if (messages == 1 && !mix_ee()) return refuse(small_order);
    if (messages > 0) {
        const auto sealed_static = write_static();
        if (!sealed_static) return sealed_static;
        append(message, *sealed_static);
        if (!(messages == 1 ? mix_es() : mix_se())) return refuse(small_order);
    }
    const auto sealed_payload = seal(payload);
    if (!sealed_payload) return sealed_payload;
    append(message, *sealed_payload);
    if (message.size() > CipherState::message_bytes_max) return refuse("the payload is too long for one message");
    return message;
}

Result<Bytes> NoiseHandshake::State::read(ByteView message) {
    constexpr const char* small_order = "the peer's key is of small order";
    if (message.size() > CipherState::message_bytes_max) return refuse("the message is longer than 65535 bytes");
    Result<ByteView> rest = message;
    if (messages < 2) {
        rest = read_ephemeral(*rest);
        if (!rest) return std::unexpected(rest.error());
    }
    if (messages == 1 && !mix_ee()) return refuse(small_order);
    if (messages > 0) {
        rest = read_static(*rest);
        if (!rest) return std::unexpected(rest.error());
        if (!(messages == 1 ? mix_es() : mix_se())) return refuse(small_order);
    }
    return open(*rest);
}

NoiseHandshake::NoiseHandshake(NoiseRole role, const NoiseKeyPair& identity, ByteView prologue, Random& random,
                               std::optional<NoiseKeyPair> ephemeral)
    : state_(new State{.role = role,
                       .identity = identity,
                       .ephemeral = ephemeral ? *std::move(ephemeral) : NoiseKeyPair::generate(random)}) {
    state_->mix_hash(prologue);
}

NoiseHandshake::NoiseHandshake(NoiseHandshake&&) noexcept = default;
NoiseHandshake& NoiseHandshake::operator=(NoiseHandshake&&) noexcept = default;
NoiseHandshake::~NoiseHandshake() = default;

Result<Bytes> NoiseHandshake::write(ByteView payload) {
    if (!state_ || state_->failed || finished() || !state_->our_turn())
        return refuse("there is nothing for us to write now");
    auto message = state_->write(payload);
    if (!message)
        state_->failed = true;
    else
        ++state_->messages;
    return message;
}

Result<Bytes> NoiseHandshake::read(ByteView message) {
    if (!state_ || state_->failed || finished() || state_->our_turn())
        return refuse("there is nothing for us to read now");
    auto payload = state_->read(message);
    if (!payload)
        state_->failed = true;
    else
        ++state_->messages;
    return payload;
}

std::optional<NoiseKey> NoiseHandshake::peer() const {
    if (!state_ || state_->failed) return std::nullopt;
    return state_->peer_static;
}

bool NoiseHandshake::finished() const {
    return state_ && !state_->failed && state_->messages == 3;
}

NoiseTransport NoiseHandshake::split() {
    ensure(finished(), "a handshake is split only when it is finished");
    auto [first, second] = hkdf(state_->chaining_key, ByteView{});
    const bool initiator = state_->role == NoiseRole::initiator;
    NoiseTransport transport{.send = CipherState(std::move(initiator ? first : second)),
                             .receive = CipherState(std::move(initiator ? second : first)),
                             .peer = *state_->peer_static,
                             .handshake_hash = state_->hash};
    state_.reset();
    return transport;
}

}  // namespace motcua::crypto

#pragma once
/// Noise_XX_25519_ChaChaPoly_SHA256 (Noise revision 34) on libsodium's X25519, ChaCha20-Poly1305-IETF and HMAC-SHA256.

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>

#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace motcua::crypto {

struct NoiseKeyTag;
using NoiseKey = Fixed<NoiseKeyTag, 32>;  ///< an X25519 public key

/// A static X25519 key pair. Move-only.
class NoiseKeyPair {
  public:
    static NoiseKeyPair generate(Random& random);
    /// Errors: verification, unless 32 bytes.
    static Result<NoiseKeyPair> from_secret(const Secret& secret);
    [[nodiscard]] const NoiseKey& public_key() const { return public_key_; }
    [[nodiscard]] const Secret& secret() const { return secret_; }

  private:
    NoiseKeyPair(Secret secret, NoiseKey public_key);
    Secret secret_;
    NoiseKey public_key_;
};

/// X25519 (RFC 7748). Nothing where the shared secret would be all zeros, because `theirs` is of small order.
[[nodiscard]] std::optional<Secret> shared_secret(const NoiseKeyPair& ours, const NoiseKey& theirs);

/// One direction's cipher: a key and a counter. A message is at most 65535 bytes with its 16-byte tag.
class CipherState {
  public:
    static constexpr std::size_t message_bytes_max = 65535;
    static constexpr std::size_t tag_bytes = 16;

    explicit CipherState(Secret key);
    /// Errors: refused, once 2^64-1 messages were sent or the message is too long.
    [[nodiscard]] Result<Bytes> encrypt(ByteView ad, ByteView plaintext);
    /// Errors: verification. The counter stays where it was, so a forged message changes nothing.
    [[nodiscard]] Result<Bytes> decrypt(ByteView ad, ByteView ciphertext);
    [[nodiscard]] std::uint64_t messages() const { return counter_; }

  private:
    static constexpr std::uint64_t nonces_end = std::numeric_limits<std::uint64_t>::max();  // Noise keeps the last for rekeying
    Secret key_;
    std::uint64_t counter_ = 0;
};

/// What a finished handshake yields.
struct NoiseTransport {
    CipherState send;
    CipherState receive;
    NoiseKey peer;        ///< the peer's static key
    Hash handshake_hash;  ///< channel binding
};

enum class NoiseRole { initiator, responder };

/// The three messages of XX: -> e | <- e, ee, s, es | -> s, se. Initiator: write, read, write. Responder: read, write, read.
/// After any error the object answers only errors. A static or ephemeral key of small order is refused.
class NoiseHandshake {
  public:
    /// `ephemeral` replaces the drawn key in tests with fixed vectors. `identity` must outlive the handshake.
    NoiseHandshake(NoiseRole role, const NoiseKeyPair& identity, ByteView prologue, Random& random,
                   std::optional<NoiseKeyPair> ephemeral = std::nullopt);
    NoiseHandshake(NoiseHandshake&&) noexcept;
    NoiseHandshake& operator=(NoiseHandshake&&) noexcept;
    ~NoiseHandshake();

    /// Errors: verification (out of turn, failed before).
    [[nodiscard]] Result<Bytes> write(ByteView payload = {});
    [[nodiscard]] Result<Bytes> read(ByteView message);
    /// The peer's static key once it has been read: after message 2 for the initiator, 3 for the responder.
    [[nodiscard]] std::optional<NoiseKey> peer() const;
    [[nodiscard]] bool finished() const;
    /// Only when finished; leaves this object empty.
    [[nodiscard]] NoiseTransport split();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::crypto

#pragma once
/// Ed25519 (RFC 8032) by libsodium, whose rule is pinned: S < L, A canonical and not of small order, R not of small
/// order, the equation without cofactor. Implementations differ on crafted keys; tests/vectors pins every case.

#include "crypto/bytes.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace motcua::crypto {

struct PublicKeyTag;
struct SignatureTag;
using PublicKey = Fixed<PublicKeyTag, 32>;
using Signature = Fixed<SignatureTag, 64>;

/// Signs; holds its secret in locked memory. Move-only.
class SigningKey {
  public:
    static constexpr std::size_t seed_bytes = 32;

    static SigningKey generate(Random& random);
    /// `seed` is the 32-byte RFC 8032 private key. Errors: verification, on another length.
    static Result<SigningKey> from_seed(const Secret& seed);

    [[nodiscard]] const PublicKey& public_key() const { return public_key_; }
    [[nodiscard]] Signature sign(ByteView message) const;
    /// The seed, for sealing it into a key file.
    [[nodiscard]] Secret seed() const;

  private:
    SigningKey(Secret secret, PublicKey public_key);
    Secret secret_;  // libsodium's 64 bytes: seed and public key
    PublicKey public_key_;
};

[[nodiscard]] bool verify(const PublicKey& key, ByteView message, const Signature& signature);

}  // namespace motcua::crypto

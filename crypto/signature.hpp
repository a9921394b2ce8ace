#pragma once
/// Ed25519 (RFC 8032) by libsodium, whose rule is pinned, since implementations differ on crafted keys: S < L; A is a
/// canonical point and not of small order; R is not of small order and, as bytes, equals [S]B - [k]A, so it is canonical
/// and the equation goes without cofactor. Components of small order in A and R pass where they cancel out.
/// tests/crypto/signature_test.cpp holds this against the 914 edge cases of C2SP's CCTV, with no exception.

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

#pragma once
/// A secret key at rest: what it is for in the clear, the secret itself sealed under a passphrase.
/// Bytes in, bytes out; reading and writing files is `node`'s.
///
/// Deterministic CBOR array of eight: ["motcua key", 1, role, name, public key, kdf, nonce, sealed].
/// kdf is [opslimit, memlimit bytes, salt(16)] for Argon2id v1.3, or null for a key kept without a passphrase, whose
/// nonce is empty and whose sealed bytes are the secret. Otherwise sealed = XChaCha20-Poly1305(secret), with the
/// first six items, as a CBOR array of six, as associated data, so that no parameter can be changed unseen.

#include <string>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace motcua::crypto {

/// Values are on disk; never renumber. Keys are never shared between roles.
enum class KeyRole : std::uint8_t { officer = 1, log = 2, noise = 3, cosigner = 4, root = 5, registry = 6 };

struct KeyLabel {
    KeyRole role;
    std::string name;      ///< an officer's name, or empty
    Bytes public_key;      ///< 32 bytes, Ed25519 or X25519 as the role says

    bool operator==(const KeyLabel&) const = default;
};

/// Argon2id cost. The defaults take about 0.1 s and 64 MiB: libsodium's "interactive" limits.
struct KdfCost {
    std::uint64_t operations = 2;
    std::uint64_t memory_bytes = 64ULL << 20U;

    // A file's own parameters are refused beyond these, before any memory is spent on them.
    static constexpr std::uint64_t operations_max = 16;
    static constexpr std::uint64_t memory_bytes_max = 1ULL << 30U;
};

struct SealedKey {
    KeyLabel label;
    bool has_passphrase;
};

/// `secret` is the 32 bytes of which label.public_key is made (anything else breaks an invariant).
/// `passphrase` null: kept in the clear, which the node remembers and shows as insecure.
[[nodiscard]] Bytes seal_key(const KeyLabel& label, const Secret& secret, const Secret* passphrase, Random& random,
                             KdfCost cost = {});
/// What a key file says in the clear. Errors: verification.
[[nodiscard]] Result<SealedKey> read_key_label(ByteView file);
/// Errors: verification (malformed, parameters beyond the limits, a public key that is not the secret's); refused (no or
/// wrong passphrase, altered file); busy (no memory to try it).
[[nodiscard]] Result<Secret> open_key(ByteView file, const Secret* passphrase);

}  // namespace motcua::crypto

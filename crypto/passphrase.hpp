#pragma once
/// Argon2id with its parameters as they stand in files; for key files and sealed streams. Internal to crypto.

#include <optional>

#include "crypto/key_file.hpp"

namespace motcua::crypto {

struct SaltTag;
/// CBOR [operations, memory bytes, salt(16)].
struct Kdf {
    std::uint64_t operations = 0;
    std::uint64_t memory_bytes = 0;
    Fixed<SaltTag, 16> salt;

    template <class A>
    void serialize(A& a) {
        a(operations, memory_bytes, salt);
    }
    /// Within `cost`, which is within the limits, with a new salt.
    [[nodiscard]] static Kdf draw(KdfCost cost, Random& random);
    /// Whether a file may ask for so much.
    [[nodiscard]] bool is_within_limits() const;
    /// 32 bytes. Nothing where the system has not the memory that the parameters ask for.
    [[nodiscard]] std::optional<Secret> derive(const Secret& passphrase) const;
};

}  // namespace motcua::crypto

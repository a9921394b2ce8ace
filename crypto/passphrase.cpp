#include "crypto/passphrase.hpp"

#include "crypto/sodium.hpp"

namespace motcua::crypto {

Kdf Kdf::draw(KdfCost cost, Random& random) {
    Kdf kdf{.operations = cost.operations, .memory_bytes = cost.memory_bytes, .salt = {}};
    ensure(kdf.is_within_limits(), "passphrase parameters are within 16 passes and 1 GiB");
    static_assert(sizeof kdf.salt.bytes == crypto_pwhash_SALTBYTES);
    random.fill(kdf.salt.bytes);
    return kdf;
}

bool Kdf::is_within_limits() const {
    return operations >= crypto_pwhash_OPSLIMIT_MIN && operations <= KdfCost::operations_max &&
           memory_bytes >= crypto_pwhash_MEMLIMIT_MIN && memory_bytes <= KdfCost::memory_bytes_max;
}

std::optional<Secret> Kdf::derive(const Secret& passphrase) const {
    start_sodium();
    Secret key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
    const auto* text = reinterpret_cast<const char*>(passphrase.view().data());
    const int status = crypto_pwhash(out(key.writable()), key.size(), text, passphrase.size(), in(salt.view()), operations,
                                     static_cast<std::size_t>(memory_bytes), crypto_pwhash_ALG_ARGON2ID13);
    if (status != 0) return std::nullopt;
    return key;
}

}  // namespace motcua::crypto

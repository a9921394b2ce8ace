#include "crypto/signature.hpp"

#include "crypto/sodium.hpp"

namespace motcua::crypto {

SigningKey::SigningKey(Secret secret, PublicKey public_key) : secret_(std::move(secret)), public_key_(public_key) {}

SigningKey SigningKey::generate(Random& random) {
    Secret seed(seed_bytes);
    random.fill(seed.writable());
    return std::move(from_seed(seed)).value();
}

Result<SigningKey> SigningKey::from_seed(const Secret& seed) {
    if (seed.size() != seed_bytes)
        return fail(ErrorKind::verification, "an Ed25519 seed has 32 bytes, this has " + std::to_string(seed.size()));
    start_sodium();
    Secret secret(crypto_sign_ed25519_SECRETKEYBYTES);
    PublicKey public_key;
    const int status = crypto_sign_ed25519_seed_keypair(out(public_key.bytes), out(secret.writable()), in(seed.view()));
    ensure(status == 0, "Ed25519 makes a key of any seed");
    return SigningKey(std::move(secret), public_key);
}

Signature SigningKey::sign(ByteView message) const {
    Signature signature;
    const int status =
        crypto_sign_ed25519_detached(out(signature.bytes), nullptr, in(message), message.size(), in(secret_.view()));
    ensure(status == 0, "Ed25519 signs any message");
    return signature;
}

Secret SigningKey::seed() const {
    return Secret::copy_of(secret_.view().first(seed_bytes));
}

bool verify(const PublicKey& key, ByteView message, const Signature& signature) {
    start_sodium();
    return crypto_sign_ed25519_verify_detached(in(signature.view()), in(message), message.size(), in(key.view())) == 0;
}

}  // namespace motcua::crypto

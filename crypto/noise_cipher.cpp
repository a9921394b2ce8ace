#include "crypto/noise.hpp"
#include "crypto/sodium.hpp"

namespace motcua::crypto {
namespace {

using Nonce = std::array<std::byte, crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

/// Noise section 12.3: 32 zero bits, then the counter in little-endian.
Nonce nonce_of(std::uint64_t counter) {
    Nonce nonce{};
    for (std::size_t index = 0; index < 8; ++index) nonce[4 + index] = static_cast<std::byte>(counter >> (8 * index));
    return nonce;
}

}  // namespace

NoiseKeyPair::NoiseKeyPair(Secret secret, NoiseKey public_key) : secret_(std::move(secret)), public_key_(public_key) {}

NoiseKeyPair NoiseKeyPair::generate(Random& random) {
    Secret secret(NoiseKey::size);
    random.fill(secret.writable());
    return std::move(from_secret(secret)).value();
}

Result<NoiseKeyPair> NoiseKeyPair::from_secret(const Secret& secret) {
    if (secret.size() != NoiseKey::size)
        return fail(ErrorKind::verification, "an X25519 key has 32 bytes, this has " + std::to_string(secret.size()));
    start_sodium();
    NoiseKey public_key;
    ensure(crypto_scalarmult_curve25519_base(out(public_key.bytes), in(secret.view())) == 0,
           "X25519 makes a key of any 32 bytes");
    return NoiseKeyPair(Secret::copy_of(secret.view()), public_key);
}

std::optional<Secret> shared_secret(const NoiseKeyPair& ours, const NoiseKey& theirs) {
    Secret shared(crypto_scalarmult_curve25519_BYTES);
    if (crypto_scalarmult_curve25519(out(shared.writable()), in(ours.secret().view()), in(theirs.view())) != 0)
        return std::nullopt;
    return shared;
}

CipherState::CipherState(Secret key) : key_(std::move(key)) {
    ensure(key_.size() == crypto_aead_chacha20poly1305_ietf_KEYBYTES, "a cipher's key has 32 bytes");
}

Result<Bytes> CipherState::encrypt(ByteView ad, ByteView plaintext) {
    if (counter_ == nonces_end)
        return fail(ErrorKind::refused, "Noise: this key has sealed all the messages it may; reconnect");
    if (plaintext.size() > message_bytes_max - tag_bytes)
        return fail(ErrorKind::refused,
                    "Noise: " + std::to_string(plaintext.size()) + " bytes are too many for one message");
    Bytes ciphertext(plaintext.size() + tag_bytes);
    const Nonce nonce = nonce_of(counter_);
    crypto_aead_chacha20poly1305_ietf_encrypt(out(ciphertext), nullptr, in(plaintext), plaintext.size(), in(ad),
                                              ad.size(), nullptr, in(nonce), in(key_.view()));
    ++counter_;
    return ciphertext;
}

Result<Bytes> CipherState::decrypt(ByteView ad, ByteView ciphertext) {
    if (counter_ == nonces_end)
        return fail(ErrorKind::verification, "Noise: this key has opened all the messages it may; reconnect");
    if (ciphertext.size() < tag_bytes || ciphertext.size() > message_bytes_max)
        return fail(ErrorKind::verification,
                    "Noise: a message of " + std::to_string(ciphertext.size()) + " bytes is none");
    Bytes plaintext(ciphertext.size() - tag_bytes);
    const Nonce nonce = nonce_of(counter_);
    const int status =
        crypto_aead_chacha20poly1305_ietf_decrypt(out(plaintext), nullptr, nullptr, in(ciphertext), ciphertext.size(),
                                                  in(ad), ad.size(), in(nonce), in(key_.view()));
    if (status != 0)
        return fail(ErrorKind::verification,
                    "Noise: message " + std::to_string(counter_) + " was not sealed by the peer");
    ++counter_;
    return plaintext;
}

}  // namespace motcua::crypto

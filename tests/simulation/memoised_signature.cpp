// Takes the place of crypto/signature.cpp in the simulator: the same code over a memory of what was signed in this process. A
// simulated city checks each signature on every node that it reaches. What was signed here a moment ago is good; anything else goes
// to libsodium, once.

#include "tests/simulation/memoised_signature.hpp"

#include <unordered_map>

#include "crypto/hash.hpp"
#include "crypto/sodium.hpp"

namespace motcua::simulation {
namespace {

struct FirstBytes {
    std::size_t operator()(const crypto::Hash& hash) const { return static_cast<std::size_t>(load_be(std::span(hash.bytes).first<8>())); }
};
// Only looked up, never walked: its order decides nothing.
std::unordered_map<crypto::Hash, bool, FirstBytes> remembered;

ByteView view(const unsigned char* bytes, std::size_t count) { return {reinterpret_cast<const std::byte*>(bytes), count}; }

crypto::Hash name_of(const unsigned char* signature, const unsigned char* message, std::size_t length, const unsigned char* key) {
    return crypto::sha256({view(key, crypto_sign_ed25519_PUBLICKEYBYTES), view(signature, crypto_sign_ed25519_BYTES), view(message, length)});
}

int remembering_sign(unsigned char* signature, unsigned long long* length, const unsigned char* message, std::size_t message_length,
                     const unsigned char* secret) {
    const int status = crypto_sign_ed25519_detached(signature, length, message, message_length, secret);
    // libsodium's secret is the seed and the public key.
    if (status == 0) remembered[name_of(signature, message, message_length, secret + 32)] = true;
    return status;
}

int remembering_verify(const unsigned char* signature, const unsigned char* message, std::size_t length, const unsigned char* key) {
    const auto [found, is_new] = remembered.try_emplace(name_of(signature, message, length, key), false);
    if (is_new) found->second = crypto_sign_ed25519_verify_detached(signature, message, length, key) == 0;
    return found->second ? 0 : -1;
}

}  // namespace

void forget_signatures() { remembered.clear(); }

}  // namespace motcua::simulation

#define crypto_sign_ed25519_detached motcua::simulation::remembering_sign
#define crypto_sign_ed25519_verify_detached motcua::simulation::remembering_verify
#include "crypto/signature.cpp"

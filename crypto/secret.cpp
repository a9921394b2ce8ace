#include "crypto/secret.hpp"

#include <algorithm>

#include "crypto/sodium.hpp"

namespace motcua::crypto {

void start_sodium() {
    static const bool started = sodium_init() >= 0;
    ensure(started, "libsodium starts");
}

Secret::Secret(std::size_t size) : size_(size) {
    start_sodium();
    bytes_.reset(static_cast<std::byte*>(sodium_malloc(size)));
    ensure(bytes_ != nullptr, "there is memory for a secret");
    std::ranges::fill(writable(), std::byte{0});  // sodium_malloc fills with 0xDB
}

Secret Secret::copy_of(ByteView bytes) {
    Secret secret(bytes.size());
    std::ranges::copy(bytes, secret.writable().begin());
    return secret;
}

void Secret::Wipe::operator()(std::byte* bytes) const {
    sodium_free(bytes);
}  // wipes before it frees

}  // namespace motcua::crypto

#include "node/clock.hpp"

#include <sodium.h>

namespace motcua::node {

sync::WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

sync::MonoTime SystemClock::mono() const {
    return sync::MonoTime(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()));
}

void SystemRandom::fill(std::span<std::byte> target) {
    ensure(sodium_init() >= 0, "libsodium can be used");
    randombytes_buf(target.data(), target.size());
}

}  // namespace motcua::node

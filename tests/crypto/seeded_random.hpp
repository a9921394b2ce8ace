#pragma once
/// Randomness that a test can repeat.

#include <random>

#include "crypto/random.hpp"

namespace motcua::tests {

class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed = 1) : engine_(seed) {}
    void fill(std::span<std::byte> target) override {
        for (std::byte& byte : target) byte = static_cast<std::byte>(engine_());
    }

  private:
    std::mt19937_64 engine_;
};

}  // namespace motcua::tests

#pragma once
/// Time and randomness of the real world, passed to everything that needs them.

#include "crypto/random.hpp"
#include "sync/act/ids.hpp"

namespace motcua::node {

class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual sync::WallTime wall() const = 0;
    [[nodiscard]] virtual sync::MonoTime mono() const = 0;
};

/// The system's clocks.
class SystemClock final : public Clock {
  public:
    [[nodiscard]] sync::WallTime wall() const override;
    [[nodiscard]] sync::MonoTime mono() const override;
};

/// The system's random numbers, by libsodium.
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::byte> target) override;
};

}  // namespace motcua::node

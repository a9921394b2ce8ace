#pragma once
/// Randomness of a simulation: streams that a seed gives, one for each purpose, so that drawing more in one changes no other.

#include "crypto/random.hpp"
#include "tests/properties/dice.hpp"

namespace motcua::simulation {

using tests::properties::Dice;

enum class Stream : std::uint64_t { shape = 1, faults, network, keys, work, disk, sqlite, checks };

/// `part` tells streams of one purpose apart, such as those of machines.
[[nodiscard]] inline Dice dice_for(std::uint64_t seed, Stream stream, std::uint64_t part = 0) {
    Dice mixer(seed * 0x9e3779b97f4a7c15ULL + static_cast<std::uint64_t>(stream));
    return Dice(mixer.next() + part * 0xd1342543de82ef95ULL);
}

/// For code that draws bytes.
class StreamRandom final : public Random {
  public:
    explicit StreamRandom(Dice dice) : dice_(dice) {}
    void fill(std::span<std::byte> target) override {
        std::uint64_t word = 0;
        for (std::size_t at = 0; at < target.size(); ++at) {
            if (at % 8 == 0) word = dice_.next();
            target[at] = static_cast<std::byte>(word >> (at % 8 * 8));
        }
    }

  private:
    Dice dice_;
};

}  // namespace motcua::simulation

#pragma once
/// Choices drawn from one seed: splitmix64 (Steele, Lea, Flood 2014), fast and the same on every machine.

#include <cstdint>

namespace motcua::tests::properties {

class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    /// From 0 to bound - 1.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    bool chance(std::uint64_t percent) { return below(100) < percent; }
    template <class Container>
    const auto& one_of(const Container& choices) { return choices[below(choices.size())]; }

  private:
    std::uint64_t state_;
};

}  // namespace motcua::tests::properties

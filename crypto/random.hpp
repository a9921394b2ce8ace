#pragma once
/// Randomness, passed in: `crypto` and `sync` have none of their own, so tests and the simulator can replay a run.

#include <cstddef>
#include <span>

namespace motcua {

class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> target) = 0;
};

}  // namespace motcua

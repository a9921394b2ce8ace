#pragma once
/// Goes over everything that is stored, a little at a time, and finds what the disk has changed (bit rot): each entry by its signature and by the hash
/// that the next one names, each body by the hash that its act names, each checkpoint by its signature and the tree. SQLite's own check finds little
/// of this: a flipped bit in a blob is a good row to it.

#include <chrono>

#include "node/store/damage.hpp"

namespace motcua::node {

/// How a serving node scrubs beside its work.
struct ScrubPace {
    std::chrono::milliseconds begin_after{60'000};
    std::chrono::milliseconds pause{100};  ///< between two steps; the thread of the sessions reads meanwhile, for some ms
    std::size_t step_bytes = 16 * 1024;    ///< so that a day goes over 14 GB
    std::chrono::minutes rest{24 * 60};    ///< between two rounds
};

class Scrub {
  public:
    Scrub();
    Scrub(Scrub&&) noexcept;
    Scrub& operator=(Scrub&&) noexcept;
    ~Scrub();

    struct Step {
        std::vector<Damage> found;       ///< each once a round
        std::vector<std::string> beyond_repair;  ///< in words: what no peer can give back
        bool is_round_done = false;      ///< everything was looked at; the next step begins anew
    };
    /// Reads on for about `bytes_max`. Beside the writer, and without a snapshot, so that the WAL is not held: logs only grow. Errors: storage, when the
    /// database itself cannot be read.
    [[nodiscard]] Result<Step> step(Reader& reader, std::size_t bytes_max);
    /// Bytes of entries and bodies in this round so far.
    [[nodiscard]] std::uint64_t bytes() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

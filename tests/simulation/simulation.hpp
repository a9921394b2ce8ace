#pragma once
/// The deterministic simulator: a whole city in one process. Real cryptography and sync code, the real node and store over SQLite on
/// disks in memory, sessions driven directly, virtual time, and everything that can go wrong, drawn from a seed.
///
/// How to read a failing run. `simulate --seed N` runs one seed and says which invariant broke, where and when (virtual seconds).
/// `--story` tells each crash, refusal and end of a session as it happens. `--shrink` leaves out events while the same invariant still
/// breaks, and prints the ones that are needed: read them top-down, then run again with `--story`. Each invariant is a sentence in
/// invariants.hpp with a function of its own; each planned event has a few lines in faults.cpp. A seed gives the same run on every
/// machine; what is drawn for one event never depends on another, so a shrunk plan behaves as it did.

#include "tests/simulation/plan.hpp"
#include "tests/simulation/scene.hpp"

namespace motcua::simulation {

struct Outcome {
    std::optional<Breach> breach;
    std::size_t acts = 0;             ///< that officers were told are recorded
    milliseconds converged_after{0};  ///< from the moment when all was healed
    std::uint64_t fingerprint = 0;    ///< of all stores at the end: equal for equal runs
};

[[nodiscard]] Outcome run(const Plan& plan, Towns& towns, std::ostream* story = nullptr);

/// What one planned event does to the city.
void make_happen(Scene& scene, const Plan& plan, const PlannedEvent& event);

/// The plan without every event that the same breach does not need. `fails` runs a plan, and says which invariant broke.
[[nodiscard]] Plan shrink(Plan plan, const std::string& invariant, const std::function<std::string(const Plan&)>& fails);

}  // namespace motcua::simulation

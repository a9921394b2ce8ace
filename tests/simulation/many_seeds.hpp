#pragma once
/// Seeds in processes of their own, one a core: SQLite's and the planted faults' globals are then each process's, and a run that aborts
/// is a finding like any other.

#include "tests/simulation/simulation.hpp"

namespace motcua::simulation {

struct ManyOptions {
    std::uint64_t from = 1, to = 1;  ///< both included
    double minutes = 0;              ///< 0: all of them; else until then
    unsigned processes = 2;
    PlanOptions plan;
    std::size_t findings_max = 3;    ///< then it stops
};
struct Finding {
    std::uint64_t seed = 0;
    std::string what;                ///< "invariant: where"
};
struct Done {
    std::uint64_t seeds = 0;
    double seconds = 0;
    std::vector<Finding> findings;   ///< by seed
    std::string report;              ///< with a command that replays each finding
};
/// Cities. Every 64th seed runs twice, and must come to the same.
[[nodiscard]] Done run_many(const ManyOptions& options);
/// Any task by its seed: what broke, or nothing.
using SeedTask = std::function<std::string(std::uint64_t seed, Towns& towns)>;
[[nodiscard]] Done run_in_processes(const ManyOptions& options, const SeedTask& task);

/// In a child process; what broke ("invariant: where"), or "aborted: …". Empty: nothing.
[[nodiscard]] std::string run_apart(const Plan& plan, Towns& towns, std::ostream* story);

/// One planted fault by its name, or "all"; prints how each was caught. 0 when all were.
[[nodiscard]] int run_planted(const std::string& name, unsigned processes);

}  // namespace motcua::simulation

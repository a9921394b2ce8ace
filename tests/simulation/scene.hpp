#pragma once
/// What all machines of one run share: time, the network, the town, what was promised to whom, and the first breach.

#include <iosfwd>

#include "tests/simulation/ledger.hpp"
#include "tests/simulation/network.hpp"
#include "tests/simulation/town.hpp"

namespace motcua::simulation {

class Machine;

/// An invariant that does not hold.
struct Breach {
    std::string invariant, what;
    MonoTime at{};
};

/// What a seed chose for the whole run.
struct Manner {
    std::size_t extension_bytes = sync::extension_bytes_max;
    seconds renew_after{3600};
    milliseconds fsync{8};
};

struct Scene {
    Scene(std::uint64_t seed_given, const Town& town_given);
    ~Scene();
    Scene(const Scene&) = delete;

    std::uint64_t seed;
    const Town* town;
    Manner manner;
    EventQueue queue;
    Network network;
    Ledger ledger;
    std::vector<std::unique_ptr<Machine>> machines;
    std::optional<Breach> breach;   ///< the first one ends the run
    std::ostream* story = nullptr;  ///< where a run is told as it goes

    void find(std::string invariant, std::string what);
    void tell(const std::string& line);
    [[nodiscard]] Machine* machine_of(const sync::LogId& log);
};

}  // namespace motcua::simulation

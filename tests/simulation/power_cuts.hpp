#pragma once
/// Power cuts alone, thousands a second: one store on one disk, stopped at any change, torn by sectors, stopped again while it recovers.

#include "tests/simulation/many_seeds.hpp"

namespace motcua::simulation {

/// What broke in the life of one store that the seed gives, about ten power cuts long; empty: nothing.
[[nodiscard]] std::string live_through_power_cuts(std::uint64_t seed, const std::filesystem::path& folder);

/// At least so many cuts; the first findings with their seeds.
[[nodiscard]] Done run_power_cuts(std::uint64_t cuts, unsigned processes);

}  // namespace motcua::simulation

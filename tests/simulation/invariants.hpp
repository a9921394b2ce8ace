#pragma once
/// What must hold in a simulated city. Each breach is reported to the scene by the name that stands here as a sentence.

#include "sync/session/session.hpp"
#include "tests/simulation/scene.hpp"

namespace motcua::simulation {

class Machine;

// --- at every step ---
/// "queues are bounded"
void check_outbox(Machine& machine, const Connection& connection, int side);
void check_limits(Machine& machine);
/// "what is shown as held is durable above": right after a cosignature was stored.
void check_shown(Machine& machine, const sync::Cosigned& cosigned);
/// "nobody honest is accused", or refused, or taken for a copy
void check_evidence(Machine& machine, const sync::StoreEvidence& evidence, const std::optional<sync::LogId>& peer);
void check_refusal(Machine& machine, const sync::LogId& log, const Error& error, const std::optional<sync::LogId>& peer);
void check_halt(Machine& machine, const sync::Halt& halt, const std::optional<sync::LogId>& peer);
/// "a sync that ends without an error has brought everything up": `promised` as own_size was when it began.
void check_level(Machine& machine, std::size_t upstream, std::uint64_t promised);
[[nodiscard]] std::uint64_t own_size(Machine& machine);
/// "what is shown as held is durable above", as a screen would show it now.
void check_screen(Machine& machine);
/// "what is recorded has a right", by the recording node itself.
void check_right(Machine& machine, const sync::Position& place);
/// "what is cosigned is witnessed before"
void check_witness(Machine& machine);
/// "what was acknowledged survives": right after a node was opened again.
void check_recovered(Machine& machine);

// --- once all is quiet ---
/// What is missing until every honest node has all that it is to have; empty: nothing.
[[nodiscard]] std::string find_missing(Scene& scene);
/// All others; `dice` choose where the costly ones look.
void check_quiet(Scene& scene, Dice dice);

// --- for both (invariants_quiet.cpp, invariants_merge.cpp) ---
[[nodiscard]] bool is_honest(Scene& scene, const sync::LogId& log);
/// From this machine to the city nobody lies.
[[nodiscard]] bool has_honest_way_up(Scene& scene, const Machine& machine);
void check_merge(Scene& scene);

}  // namespace motcua::simulation

#pragma once
/// What officers do: the desk's own functions with what this node knows, true or stale.

#include "tests/simulation/machine.hpp"
#include "tests/simulation/plan.hpp"

namespace motcua::simulation {

/// One thing that an officer of the machine's office does now. Often the desk refuses it, as it should.
void do_work(Machine& machine, const Plan& plan, Dice dice);
/// The same with the deputy's stolen key and a clock that was set back.
void do_stolen_work(Machine& machine, const Plan& plan, Dice dice);
/// One change of the registry at the city. Does nothing where it does not fit.
void change_registry(Scene& scene, Dice dice);
/// The city learns that the deputy's key of that machine was stolen: its acts from `since` on count no more.
void revoke_deputy(Scene& scene, Machine& victim, std::uint64_t since);

}  // namespace motcua::simulation

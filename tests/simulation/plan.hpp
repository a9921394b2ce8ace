#pragma once
/// All that will happen in a run, as a list drawn from the seed before the run begins: a failing run shrinks by leaving events out, and
/// each event brings its own dice, so that the others do not change.

#include <array>

#include "tests/simulation/event_queue.hpp"
#include "tests/simulation/town.hpp"

namespace motcua::simulation {

enum class What {
    // what people do
    work, sync, registry,
    // the network
    partition, slow, cut, half_open, hang_up, replay,
    // machines and their disks
    kill, power_cut, stop_in_write, disk_full, disk_error, sync_error, clock,
    // people who should not be there
    thief, revoke, forge, hub_lie,
    last = hub_lie,
};
constexpr std::size_t whats = static_cast<std::size_t>(What::last) + 1;
[[nodiscard]] std::string_view name_of(What what);

struct PlannedEvent {
    milliseconds at{0};
    What what{};
    std::size_t machine = 0;
    std::uint64_t dice = 0;
};

/// What officers do more or less of in this run.
enum class Task { receive, submit, go_on, any_step, hand_over, take_over, seize, arbitrate, note, consult, close, last = close };
constexpr std::size_t tasks = static_cast<std::size_t>(Task::last) + 1;

struct Plan {
    std::uint64_t seed = 0, shape = 0;
    bool keeps_books = false;                       ///< power cuts are possible
    std::array<std::uint64_t, tasks> tasks_weights{};
    std::size_t extension_bytes = 0;
    seconds renew_after{3600};
    milliseconds length{0};
    std::vector<PlannedEvent> events;               ///< in order of time
};

struct PlanOptions {
    std::size_t acts = 200, faults = 20;
    /// In every run, instead of in some.
    bool power_fails = false, somebody_lies = false, somebody_steals = false;
};
[[nodiscard]] Plan draw_plan(std::uint64_t seed, Towns& towns, const PlanOptions& options = {});
/// A line an event.
[[nodiscard]] std::string describe(const Plan& plan, const Town& town);

}  // namespace motcua::simulation

#pragma once
/// What one dossier adds to every report. A report is the sum of these: when a dossier changes, its old contribution is taken out and
/// its new one put in.

#include <optional>
#include <span>

#include "sync/calendar/rulebook.hpp"
#include "sync/dossier/dossier.hpp"
#include "sync/report/tally.hpp"

namespace motcua::sync {

struct Contribution {
    Place place;
    std::int64_t received_day = 0;
    std::optional<std::int64_t> finished_day;  ///< never before received_day, whatever an imported history claims
    std::optional<std::uint64_t> due_ms;       ///< against which it is, or was, late; while it waits, as it was promised
    /// The earliest due instant among the dossier's and those of its open steps, while it is in process: who looks for overdue ones and those
    /// at risk need look at no others.
    std::optional<std::uint64_t> watch_ms;
    std::vector<Change> changes;               ///< sorted by (day, counter), each pair once, none 0
    bool operator==(const Contribution&) const = default;
    template <class A> void serialize(A& a) { a(place, received_day, finished_day, due_ms, watch_ms, changes); }
};

/// Nothing for a dossier that nobody has accepted (newly registered, declined, withdrawn before): the forms count accepted ones.
/// `slips` are the dossier's acts of kind `rated`; others are passed over. Depends on the dossier, its slips and the registry up to the size
/// that accepted it, so later rules never change it. A channel that is not known counts as direct.
[[nodiscard]] std::optional<Contribution> contribution_of(const Dossier& dossier, std::span<const Act> slips, const Rulebook& rulebook);

/// How `ended_ms` lies to `due_ms`. Where the calendar does not reach back to (an imported history), plain days count.
[[nodiscard]] Timing timing_of(std::uint64_t ended_ms, std::optional<std::uint64_t> due_ms, const Calendar& calendar);

/// The calendar of a dossier's procedure, as the rules that accepted it have it.
[[nodiscard]] const Calendar& calendar_of(const Dossier& dossier, const Rulebook& rulebook);

/// The due instant that counts: as it stands; while it waits and none is known, as it was last promised.
[[nodiscard]] std::optional<std::uint64_t> standing_due(const StatutoryClock& clock);

}  // namespace motcua::sync

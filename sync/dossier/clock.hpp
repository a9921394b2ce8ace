#pragma once
/// The statutory clock, told move by move along the standing path. Hand-overs do not touch it: re-routing never restarts it.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

/// The rules that a dossier was accepted under, for its whole life.
class ClockRules {
  public:
    /// Of the procedure that holds on the day of reception, by the registry that the accepting act cites. `rules` outlives it.
    ClockRules(const Dossier& accepted, const Rulebook& rules);

    [[nodiscard]] ClockMode after_supplement() const { return procedure_ == nullptr ? ClockMode::restart : procedure_->clock; }
    /// Nothing where the procedure is unknown or has no time, or the calendar does not reach.
    [[nodiscard]] std::optional<DueDate> due(std::uint64_t from_ms, std::span<const PathEnd::Pause> pauses, bool needs_verification) const;
    /// A stated due date, moved by the working time of a pause.
    [[nodiscard]] std::uint64_t moved(std::uint64_t due_ms, const PathEnd::Pause& pause) const;

  private:
    const ProcedureContent* procedure_ = nullptr;
    const Calendar* calendar_ = nullptr;
};

/// Each keeps `clock` and `end` of the dossier in step.
void start_clock(Dossier& dossier, const ReceiveContent& content, const Rulebook& rules);
void pause_clock(Dossier& dossier, StatutoryClock::Run run, std::uint64_t at_ms);
/// `at_ms`: when the papers or the money came, not when work went on.
void resume_clock(Dossier& dossier, std::uint64_t at_ms, const Rulebook& rules);
void put_off(Dossier& dossier, std::uint64_t new_due_ms, std::uint64_t at_ms);
void end_clock(Dossier& dossier, std::uint64_t at_ms);
/// What no rule of this product does.
void restart_clock_as_planted(Dossier& dossier, std::uint64_t at_ms, const Rulebook& rules);

}  // namespace motcua::sync

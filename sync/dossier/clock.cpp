#include "sync/dossier/clock.hpp"

#include <algorithm>

#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

using Run = StatutoryClock::Run;

/// Each pause counts the whole term anew; no dossier of the world comes near it.
constexpr std::size_t pauses_max = 256;

// While it waits no due date is shown: it depends on when the papers come.
void show_due(Dossier& dossier, bool is_provisional) {
    const bool waits = dossier.clock.run == Run::waits_for_supplement || dossier.clock.run == Run::waits_for_payment;
    dossier.clock.due_ms = waits ? std::nullopt : dossier.end.due_ms;
    dossier.clock.is_provisional = !waits && is_provisional;
}

// Acts claim their times, and nobody has to claim them in order; a span never begins before the one before it.
void enter(StatutoryClock& clock, Run run, std::uint64_t at_ms) {
    const std::uint64_t from_ms = clock.spans.empty() ? at_ms : std::max(at_ms, clock.spans.back().from_ms);
    if (!clock.spans.empty()) clock.spans.back().to_ms = from_ms;
    clock.run = run;
    if (run != Run::ended) clock.spans.push_back({from_ms, std::nullopt, run});
}

void count_from(Dossier& dossier, std::uint64_t from_ms, const ClockRules& rules) {
    dossier.end.term_from_ms = from_ms;
    dossier.end.pauses.clear();
    const auto due = rules.due(from_ms, {}, dossier.end.needs_verification);
    dossier.end.due_ms = due ? std::optional(due->ms) : std::nullopt;
    show_due(dossier, due && due->is_provisional);
}

}  // namespace

ClockRules::ClockRules(const Dossier& accepted, const Rulebook& rules) {
    const std::uint64_t size = planted(PlantedBug::clock_follows_the_newest_rules) ? rules.registry().size() : accepted.rules_size;
    procedure_ = rules.registry().procedure_at(accepted.procedure, day_in_vietnam(accepted.received_ms), size);
    if (procedure_ != nullptr) calendar_ = &rules.calendar(procedure_->calendar, size);
}

std::optional<DueDate> ClockRules::due(std::uint64_t from_ms, std::span<const PathEnd::Pause> pauses, bool needs_verification) const {
    if (procedure_ == nullptr || !procedure_->time) return std::nullopt;
    std::vector<Pause> stops;
    for (const auto& pause : pauses) stops.push_back({pause.from_ms, pause.to_ms, ClockMode::resume});
    const auto due = calendar_->due({.time = *procedure_->time, .extra = needs_verification ? procedure_->extra_time : std::nullopt,
                                     .start_ms = from_ms, .cutoff_minute = procedure_->cutoff_minute, .pauses = stops});
    return due ? std::optional(*due) : std::nullopt;
}

std::uint64_t ClockRules::moved(std::uint64_t due_ms, const PathEnd::Pause& pause) const {
    const std::uint64_t minutes = calendar_ == nullptr ? 0 : calendar_->working_minutes_between(pause.from_ms, pause.to_ms);
    if (minutes == 0) return due_ms;
    const auto moved = calendar_->after_working_minutes(due_ms, minutes);
    return moved ? moved->ms : due_ms;
}

// What the receipt states is the promise; where it is what the rules give, the rules go on counting.
void start_clock(Dossier& dossier, const ReceiveContent& content, const Rulebook& rules) {
    const ClockRules law(dossier, rules);
    dossier.end.needs_verification = content.needs_verification;
    dossier.clock.started_ms = content.received_ms;
    enter(dossier.clock, Run::running, content.received_ms);
    count_from(dossier, content.received_ms, law);
    if (content.due_ms && content.due_ms != dossier.end.due_ms) {
        dossier.end.term_from_ms.reset();
        dossier.end.due_ms = content.due_ms;
        show_due(dossier, false);
    }
    if (!dossier.end.due_ms) dossier.end.term_from_ms.reset();
    dossier.clock.promised_ms = dossier.end.due_ms;
}

void pause_clock(Dossier& dossier, Run run, std::uint64_t at_ms) {
    if (!dossier.clock.started_ms) return;  // at the desk, before reception
    enter(dossier.clock, run, at_ms);
    show_due(dossier, false);
}

void resume_clock(Dossier& dossier, std::uint64_t at_ms, const Rulebook& rules) {
    if (!dossier.clock.started_ms || dossier.clock.spans.empty()) return;
    const ClockRules law(dossier, rules);
    const Run waited = dossier.clock.run;
    const std::uint64_t from_ms = dossier.clock.spans.back().from_ms;
    enter(dossier.clock, Run::running, at_ms);
    const PathEnd::Pause pause{from_ms, dossier.clock.spans.back().from_ms};
    const bool restarts = waited == Run::waits_for_supplement ? law.after_supplement() == ClockMode::restart : planted(PlantedBug::payment_restarts_clock);
    const bool had_run_out = dossier.end.due_ms && pause.from_ms > *dossier.end.due_ms;  // a term that has run out does not come back
    if (had_run_out) return show_due(dossier, false);
    if (restarts && law.due(pause.to_ms, {}, dossier.end.needs_verification)) return count_from(dossier, pause.to_ms, law);
    if (dossier.end.pauses.size() >= pauses_max) {  // from then on as if the date had been stated
        dossier.end.term_from_ms.reset();
        dossier.end.pauses.clear();
    }
    if (dossier.end.term_from_ms) {
        dossier.end.pauses.push_back(pause);
        const auto due = law.due(*dossier.end.term_from_ms, dossier.end.pauses, dossier.end.needs_verification);
        if (due) dossier.end.due_ms = due->ms;
        return show_due(dossier, due && due->is_provisional);
    }
    if (dossier.end.due_ms) dossier.end.due_ms = law.moved(*dossier.end.due_ms, pause);
    show_due(dossier, false);
}

void put_off(Dossier& dossier, std::uint64_t new_due_ms, std::uint64_t at_ms) {
    dossier.clock.extended_to_ms = new_due_ms;
    dossier.clock.apology_at_ms = at_ms;
    dossier.end.term_from_ms.reset();
    dossier.end.pauses.clear();
    dossier.end.due_ms = new_due_ms;
    show_due(dossier, false);
}

void end_clock(Dossier& dossier, std::uint64_t at_ms) {
    if (!dossier.clock.started_ms) return;
    const bool is_provisional = dossier.clock.is_provisional;
    enter(dossier.clock, Run::ended, at_ms);
    dossier.clock.ended_ms = at_ms;
    dossier.clock.is_provisional = is_provisional;
}

void restart_clock_as_planted(Dossier& dossier, std::uint64_t at_ms, const Rulebook& rules) {
    if (dossier.clock.started_ms && dossier.clock.run == Run::running) count_from(dossier, at_ms, ClockRules(dossier, rules));
}

}  // namespace motcua::sync

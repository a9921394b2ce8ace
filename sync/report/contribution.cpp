#include "sync/report/contribution.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

/// Half-open stretches of days, in order.
struct DaySpan {
    std::int64_t from = 0;
    std::optional<std::int64_t> to;  ///< null: still going on
};

bool is_before(std::int64_t day, const std::optional<std::int64_t>& end) { return !end || day < *end; }

/// The days at whose end the clock stood still.
std::vector<DaySpan> waiting_days(const StatutoryClock& clock) {
    std::vector<DaySpan> days;
    for (const auto& span : clock.spans) {
        if (span.run != StatutoryClock::Run::waits_for_supplement && span.run != StatutoryClock::Run::waits_for_payment) continue;
        const DaySpan waits{report_day(span.from_ms), span.to_ms ? std::optional(report_day(*span.to_ms)) : std::nullopt};
        if (is_before(waits.from, waits.to)) days.push_back(waits);
    }
    std::ranges::sort(days, {}, &DaySpan::from);
    return days;
}

/// What is left of `whole` without `parts`, which are sorted by their beginning.
std::vector<DaySpan> without(const DaySpan& whole, const std::vector<DaySpan>& parts) {
    std::vector<DaySpan> left;
    std::int64_t from = whole.from;
    for (const auto& part : parts) {
        if (!is_before(part.from, whole.to)) break;
        if (part.from > from) left.push_back({from, part.from});
        if (!part.to) return left;
        from = std::max(from, *part.to);
    }
    if (is_before(from, whole.to)) left.push_back({from, whole.to});
    return left;
}

class Gathering {
  public:
    Gathering(const Dossier& dossier, std::span<const Act> slips, const Rulebook& rulebook)
        : dossier_(dossier), slips_(slips), rulebook_(rulebook), calendar_(calendar_of(dossier, rulebook)) {}

    Contribution gather() {
        place();
        received();
        if (dossier_.clock.ended_ms) finished();
        overdue();
        hand_overs();
        count_slips();
        result_.watch_ms = watch();
        settle_changes();
        return std::move(result_);
    }

  private:
    void add(std::int64_t day, std::size_t counter, std::int64_t amount) { result_.changes.push_back({day, static_cast<std::uint8_t>(counter), amount}); }

    void place() {
        if (dossier_.custody) result_.place.office = dossier_.custody->office;
        else if (dossier_.created_by) result_.place.office = *dossier_.created_by;
        if (dossier_.is_imported && !dossier_.control.empty()) result_.place.unit = dossier_.control.back().to_unit;
        const auto* procedure = rulebook_.registry().procedure_at(dossier_.procedure, day_in_vietnam(dossier_.received_ms), dossier_.rules_size);
        if (procedure != nullptr) result_.place.field = procedure->field;
    }

    void received() {
        result_.received_day = report_day(dossier_.received_ms);
        if (const auto due = standing_due(dossier_.clock)) result_.due_ms = std::min(*due, ms_of({day_end, 0}));
        add(result_.received_day, place_of(dossier_.channel == ReceptionChannel::online ? Counter::received_online : Counter::received_direct), 1);
    }

    [[nodiscard]] bool is_effective(const Act& act, Kind kind) const {
        if (act.payload.kind != kind) return false;
        const auto found = std::ranges::find(dossier_.acts, act.id, &DossierAct::id);
        return found != dossier_.acts.end() && found->verdict.effective();
    }

    void finished() {
        const auto timing = timing_of(*dossier_.clock.ended_ms, result_.due_ms, calendar_);
        const auto day = std::max(report_day(*dossier_.clock.ended_ms), result_.received_day);
        result_.finished_day = day;
        const bool is_completed = dossier_.outcome == Outcome::completed || dossier_.outcome == Outcome::none;
        add(day, place_of(is_completed ? Counter::completed : Counter::ended_otherwise, timing), 1);
        const auto was_told = [&](NoticeAbout about) { return std::ranges::find(dossier_.notices, about) != dossier_.notices.end(); };
        const bool is_early = timing == Timing::earlier_working_day || timing == Timing::earlier_instant;
        if (is_early && was_told(NoticeAbout::early)) add(day, place_of(Counter::told_early), 1);
        const bool is_late = timing == Timing::later_on_due_day || timing == Timing::after_due_day;
        if (is_late && (dossier_.clock.apology_at_ms || was_told(NoticeAbout::late))) add(day, place_of(Counter::apologised), 1);
        if (!is_completed) return;
        if (const auto score = unit_time_score()) add_score(day, Index::unit_time, *score);
        add_score(day, Index::contacts, contslips_score());
    }

    void add_score(std::int64_t day, Index index, std::int64_t score) {
        add(day, place_of(Counter::score, index), score);
        add(day, place_of(Counter::scored, index), 1);
    }

    /// Of the steps that had a due instant: 0 when one ended late, 2 when each ended on an earlier working day, else 1.
    [[nodiscard]] std::optional<std::int64_t> unit_time_score() const {
        std::optional<std::int64_t> score;
        for (const auto& row : dossier_.control) {
            if (!row.due_ms || !row.finished_ms) continue;
            const auto timing = timing_of(*row.finished_ms, row.due_ms, calendar_);
            const std::int64_t of_row = timing == Timing::earlier_working_day ? 2 : timing <= Timing::at_due_instant ? 1 : 0;
            score = std::min(score.value_or(2), of_row);
        }
        return score;
    }

    /// Nobody had to come again: 2; once: 1; more often: 0.
    [[nodiscard]] std::int64_t contslips_score() const {
        const auto requests = std::ranges::count_if(dossier_.acts, [](const DossierAct& act) { return act.kind == Kind::ask_supplement && act.verdict.effective(); });
        return requests == 0 ? 2 : requests == 1 ? 1 : 0;
    }

    void overdue() {
        if (!result_.due_ms) return;
        const DaySpan late{std::max(report_day(*result_.due_ms), result_.received_day), result_.finished_day};
        if (!is_before(late.from, late.to)) return;
        add_span(Counter::overdue, late);
        for (const auto& span : without(late, waiting_days(dossier_.clock))) add_span(Counter::overdue_at_work, span);
    }

    void add_span(Counter counter, const DaySpan& span) {
        add(span.from, place_of(counter), 1);
        if (span.to) add(*span.to, place_of(counter), -1);
    }

    void hand_overs() {
        for (const auto& row : dossier_.control) {
            const bool is_between_offices = row.from && row.to && *row.from != *row.to;
            const bool is_between_groups = !row.from_unit.empty() && row.from_unit != row.to_unit;
            if (is_between_offices || is_between_groups) add(report_day(row.given_ms), place_of(Counter::hand_overs), 1);
        }
    }

    /// What citizens say, on the day they said it. What the acts themselves tell (time, contacts) is not asked of them.
    void count_slips() {
        for (const Act& act : slips_) {
            if (!is_effective(act, Kind::rated)) continue;
            const auto content = from_item<RatedContent>(act.payload.content);
            if (!content) continue;
            for (const auto& score : content->scores) {
                const bool is_asked = score.index >= static_cast<std::uint64_t>(Index::agencies) && score.index <= static_cast<std::uint64_t>(Index::online);
                if (is_asked && score.score <= 2) add_score(report_day(act.payload.at_ms), static_cast<Index>(score.index), static_cast<std::int64_t>(score.score));
            }
        }
    }

    [[nodiscard]] std::optional<std::uint64_t> watch() const {
        if (result_.finished_day) return std::nullopt;
        auto earliest = result_.due_ms;
        for (const auto& row : dossier_.control) {
            if (row.due_ms && !row.finished_ms) earliest = std::min(earliest.value_or(ms_of({day_end, 0})), *row.due_ms);
        }
        return earliest;
    }

    void settle_changes() {
        auto& changes = result_.changes;
        std::ranges::sort(changes);
        std::vector<Change> settled;
        for (const auto& change : changes) {
            const bool is_same = !settled.empty() && settled.back().day == change.day && settled.back().counter == change.counter;
            if (is_same) settled.back().amount += change.amount;
            else settled.push_back(change);
        }
        std::erase_if(settled, [](const Change& change) { return change.amount == 0; });
        changes = std::move(settled);
    }

    const Dossier& dossier_;
    std::span<const Act> slips_;
    const Rulebook& rulebook_;
    const Calendar& calendar_;
    Contribution result_;
};

}  // namespace

std::optional<std::uint64_t> standing_due(const StatutoryClock& clock) {
    if (clock.due_ms) return clock.due_ms;
    return clock.extended_to_ms ? clock.extended_to_ms : clock.promised_ms;
}

const Calendar& calendar_of(const Dossier& dossier, const Rulebook& rulebook) {
    const auto* procedure = rulebook.registry().procedure_at(dossier.procedure, day_in_vietnam(dossier.received_ms), dossier.rules_size);
    return rulebook.calendar(procedure != nullptr ? std::string_view(procedure->calendar) : "VN", dossier.rules_size);
}

Timing timing_of(std::uint64_t ended_ms, std::optional<std::uint64_t> due_ms, const Calendar& calendar) {
    if (!due_ms) return Timing::no_due;
    const auto ended = local_minute(ended_ms), due = local_minute(*due_ms);
    if (ended == due) return Timing::at_due_instant;
    if (ended > due) return ended.day == due.day ? Timing::later_on_due_day : Timing::after_due_day;
    return calendar.is_earlier_working_day(ended_ms, *due_ms) ? Timing::earlier_working_day : Timing::earlier_instant;
}

std::optional<Contribution> contribution_of(const Dossier& dossier, std::span<const Act> slips, const Rulebook& rulebook) {
    if (!dossier.clock.started_ms) return std::nullopt;
    return Gathering(dossier, slips, rulebook).gather();
}

}  // namespace motcua::sync

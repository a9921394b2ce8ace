#include "sync/report/day_book.hpp"

namespace motcua::sync {

void DayBook::put(const Contribution& contribution, std::int64_t sign) {
    auto& days = days_[contribution.place];
    for (const auto& change : contribution.changes) {
        const auto day = days.try_emplace(change.day).first;
        day->second.counts[change.counter] += sign * change.amount;
        if (sign < 0 && day->second.is_zero()) days.erase(day);
    }
    if (days.empty()) days_.erase(contribution.place);
}

TotalsByPlace DayBook::totals(const Period& period) const {
    TotalsByPlace result;
    for (const auto& [place, days] : days_) {
        for (auto day = days.begin(); day != days.end() && day->first <= period.to_day; ++day) {
            auto& totals = result[place];
            (day->first < period.from_day ? totals.before : totals.during) += day->second;
        }
    }
    return result;
}

Totals totals_of(const Contribution& contribution, const Period& period) {
    Totals totals;
    for (const auto& change : contribution.changes) {
        if (change.day > period.to_day) break;
        (change.day < period.from_day ? totals.before : totals.during).counts[change.counter] += change.amount;
    }
    return totals;
}

void take_back_not_due(Totals& totals, const Contribution& contribution, const Period& period, std::uint64_t as_of_ms, const RuleSetContent& rules) {
    if (!contribution.due_ms || report_day(*contribution.due_ms) != period.to_day || contribution.received_day > period.to_day) return;
    const bool is_due = rules.on_time == OnTimeRule::due_instant && local_minute(*contribution.due_ms) < local_minute(as_of_ms);
    if (is_due) return;
    auto& counts = (period.to_day < period.from_day ? totals.before : totals.during).counts;
    for (const auto& change : contribution.changes) {
        const bool is_overdue = change.counter == place_of(Counter::overdue) || change.counter == place_of(Counter::overdue_at_work);
        if (is_overdue && change.day == period.to_day) counts[change.counter] -= change.amount;
    }
}

}  // namespace motcua::sync

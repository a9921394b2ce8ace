#pragma once
/// Contributions added up by place and day: what the store's tables hold, in memory. The store must answer as this does.

#include <map>

#include "sync/report/contribution.hpp"
#include "sync/report/rules.hpp"

namespace motcua::sync {

class DayBook {
  public:
    void add(const Contribution& contribution) { put(contribution, 1); }
    /// Needs one that was added.
    void remove(const Contribution& contribution) { put(contribution, -1); }
    /// Places with anything up to the end of the period.
    [[nodiscard]] TotalsByPlace totals(const Period& period) const;

  private:
    void put(const Contribution& contribution, std::int64_t sign);
    std::map<Place, std::map<std::int64_t, Tally>> days_;
};

/// The totals of one dossier alone, so that a cell's dossiers are those whose own cell is not 0.
[[nodiscard]] Totals totals_of(const Contribution& contribution, const Period& period);

/// Takes back the overdue ones of the last day whose due instant is still to come: a report of a day that is not over. `as_of_ms` lies on
/// `to_day`; by OnTimeRule::end_of_due_day no dossier due that day is overdue yet.
void take_back_not_due(Totals& totals, const Contribution& contribution, const Period& period, std::uint64_t as_of_ms, const RuleSetContent& rules);

}  // namespace motcua::sync

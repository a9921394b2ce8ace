#pragma once
/// One term as it is counted: where it began, how far it goes, and what each pause does to it.

#include <algorithm>

#include "sync/calendar/calendar.hpp"

namespace motcua::sync {

class Counting {
  public:
    /// `calendar` outlives it. Errors: as Calendar::due.
    static Result<Counting> of(const Calendar& calendar, const Term& term);

    /// False when the pause changes nothing: it begins after the due instant, or ends before it begins.
    Result<bool> apply(const Pause& pause);
    [[nodiscard]] Result<DueDate> due() const;

    [[nodiscard]] const StatutoryTime& time() const { return time_; }
    [[nodiscard]] const Calendar::Start& start() const { return start_; }
    /// The last day of a term of plain days or months, before it moves off a day off; day_end when there is none.
    [[nodiscard]] std::int64_t plain_last_day() const { return std::min(static_cast<std::int64_t>(target_), day_end); }

  private:
    Counting(const Calendar& calendar, const StatutoryTime& time, std::optional<std::uint64_t> cutoff_minute)
        : calendar_(&calendar), time_(time), cutoff_minute_(cutoff_minute) {}
    Result<void> begin(std::uint64_t ms);
    [[nodiscard]] Result<DueDate> at_end_of(std::optional<std::int64_t> day) const;

    const Calendar* calendar_;
    StatutoryTime time_;
    std::optional<std::uint64_t> cutoff_minute_;
    Calendar::Start start_;
    LocalMinute not_before_;    ///< where it began, or last went on
    std::uint64_t target_ = 0;  ///< halves or minutes as the calendar counts them, else a day
};

}  // namespace motcua::sync

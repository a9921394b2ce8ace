#pragma once
/// When a dossier is due: the working calendar of the registry's acts, compiled to a table of days. Integers only.
///
/// The law (Decree 61/2018; Civil Code 2015, articles 147 and 148), and how it is read here:
/// - Instants are read to the minute, as the receipt prints them: 15:00:59 is 15:00, which is not after 15:00.
/// - The start day is the day of reception if it is a working day and the reception is neither after the cutoff (15:00)
///   nor after the day's hours are over; else the next working day. The same holds for what ends a pause.
/// - `working_day` N: the start day is not counted (147.2). Due at the end of the hours of the N-th working day after it.
///   A half day (a Saturday morning) counts as half a day, since 8 hours are 1 day: two of them make one, so that N days
///   are never less than N full days of work, and never a day more than that. A day is half when it has under 6 hours, or
///   its calendar act calls it so.
/// - `working_hour` N: 60 N working minutes from the reception, or from the opening of the start day.
/// - `same_day`: the end of the hours of the start day.
/// - `calendar_day`, `calendar_month` N: plain days and months after the start day (148.3); a last day off moves to the
///   next working day (148.5). Due at the end of that day's hours, when the desk closes, not at midnight (148.6).
/// - A pause that restarts (a supplement): the term begins anew from what ended it. One that resumes: the due day moves by
///   the working days (halves, minutes, plain days, as the unit is) after the day of the request up to and including the
///   start day of what ended it, and never lies before that; a pause within one day moves nothing. A pause after the due
///   instant changes nothing: a term that has run out does not come back.

#include <memory>
#include <span>
#include <vector>

#include "sync/act/registry_content.hpp"
#include "sync/calendar/civil_day.hpp"

namespace motcua::sync {

struct DueDate {
    std::uint64_t ms = 0;
    bool is_provisional = false;  ///< lies beyond the days up to which the calendar lists its special days
    auto operator<=>(const DueDate&) const = default;
};

/// A stretch outside the clock, and what the clock does at its end: restart or resume (a payment always resumes).
struct Pause {
    std::uint64_t from_ms = 0, to_ms = 0;
    ClockMode then = ClockMode::resume;
};

/// Everything that a due date depends on, but the calendar.
struct Term {
    StatutoryTime time;
    std::optional<StatutoryTime> extra;           ///< added, where it must be verified: see `sum`
    std::uint64_t start_ms = 0;
    std::optional<std::uint64_t> cutoff_minute;
    std::span<const Pause> pauses;                ///< closed ones, in order
};

/// Both times as one: of the same unit; a same day adds nothing; a working day is 8 hours. Nothing where plain days or
/// months meet another unit, or the sum does not fit.
[[nodiscard]] std::optional<StatutoryTime> sum(const StatutoryTime& time, const StatutoryTime& extra);

enum class DayClass : std::uint8_t { working, half, compensatory, weekend, holiday, substitute_off, unknown };

/// One day of a calendar.
struct WorkingDay {
    std::int64_t day = 0;
    DayClass day_class = DayClass::unknown;  ///< unknown: before the first day that the calendar speaks of
    std::uint64_t halves = 0;                ///< 0 off, 1 half, 2 whole
    std::span<const WorkingSpan> hours;      ///< lives as long as the calendar
    std::string_view name;                   ///< of a special day; lives as long as the calendar
    /// Minute of the day at which work ends; 0 on a day off.
    [[nodiscard]] std::int64_t end_minute() const { return hours.empty() ? 0 : static_cast<std::int64_t>(hours.back().to_minute); }
};

/// Immutable once made; many threads may read it. Answers in constant time, or one binary search for hours.
class Calendar {
  public:
    /// `acts` in registry order, all of one name. Malformed hours (not ascending, beyond 24:00) count as no work.
    explicit Calendar(std::span<const std::shared_ptr<const CalendarContent>> acts);

    /// Errors: not_found, in words for an officer, when the calendar does not reach: the reception lies before its first
    /// day, it has no working day left, or the due day lies beyond 2199; also when time and extra time do not add up.
    [[nodiscard]] Result<DueDate> due(const Term& term) const;
    [[nodiscard]] Result<DueDate> due(const StatutoryTime& time, std::uint64_t start_ms, std::optional<std::uint64_t> cutoff_minute) const {
        return due(Term{.time = time, .extra = std::nullopt, .start_ms = start_ms, .cutoff_minute = cutoff_minute, .pauses = {}});
    }

    /// Working minutes from one instant to another, 0 when it is not later; additive. Days unknown to the calendar have none.
    [[nodiscard]] std::uint64_t working_minutes_between(std::uint64_t from_ms, std::uint64_t to_ms) const;
    /// The first instant by which so many working minutes have passed; `from_ms` to the minute for none. Errors: as `due`.
    [[nodiscard]] Result<DueDate> after_working_minutes(std::uint64_t from_ms, std::uint64_t minutes) const;

    /// "Early": whether `a_ms` lies on an earlier working day than `b_ms`. A day off belongs to the next working day, when
    /// a result can first be collected.
    [[nodiscard]] bool is_earlier_working_day(std::uint64_t a_ms, std::uint64_t b_ms) const;

    [[nodiscard]] WorkingDay at(std::int64_t day) const;
    [[nodiscard]] std::optional<std::int64_t> next_working_day(std::int64_t after_day) const;
    /// The first day with a working week; day_end in an empty calendar.
    [[nodiscard]] std::int64_t first_day() const { return first_day_; }
    /// Special days are listed up to here.
    [[nodiscard]] std::int64_t known_to_day() const { return known_to_day_; }

    /// Where a term begins, or goes on after a pause.
    struct Start {
        LocalMinute at;             ///< within the start day, not before its opening
        std::uint64_t halves = 0;   ///< of all days through the start day
        std::uint64_t minutes = 0;  ///< of work until `at`
    };
    /// Errors: as `due`.
    [[nodiscard]] Result<Start> start(std::uint64_t ms, std::optional<std::uint64_t> cutoff_minute) const;

    // Counts since the calendar's first day. The days asked about lie from there to before day_end.
    [[nodiscard]] std::uint64_t halves_through(std::int64_t day) const;
    [[nodiscard]] std::uint64_t minutes_until(const LocalMinute& at) const;
    /// The first day, or minute, by whose end so many have passed; nothing for none, or when day_end comes before.
    [[nodiscard]] std::optional<std::int64_t> day_with_halves(std::uint64_t halves) const;
    [[nodiscard]] std::optional<LocalMinute> minute_with(std::uint64_t minutes) const;

  private:
    struct Hours {
        std::vector<WorkingSpan> spans;
        std::uint32_t minutes = 0;
        std::uint32_t halves = 0;
    };
    struct Day {
        std::uint32_t minutes_before = 0;  ///< working minutes of all days of the table before this one
        std::uint32_t halves_before = 0;
        std::uint32_t hours = 0;           ///< index into hours_
    };

    [[nodiscard]] Day day(std::int64_t number) const;

    std::int64_t first_day_ = day_end;
    std::int64_t known_to_day_ = -1;
    std::string name_;
    std::vector<Hours> hours_;
    std::vector<Day> days_;                      ///< from first_day_; its last seven repeat for ever
    std::uint32_t minutes_total_ = 0, halves_total_ = 0;  ///< of the whole table
    std::uint32_t week_minutes_ = 0, week_halves_ = 0;    ///< of its last seven days
    std::vector<std::uint32_t> day_of_half_;     ///< by number of halves - 1: the index of the day that completes it
    std::vector<SpecialDay> special_days_;       ///< one a day, sorted
};

}  // namespace motcua::sync

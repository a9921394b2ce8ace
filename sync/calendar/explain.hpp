#pragma once
/// Why a dossier is due when it is: every day counted, halved or skipped, each with its reason, and in Vietnamese.

#include "sync/calendar/calendar.hpp"

namespace motcua::sync {

enum class DueStep : std::uint8_t {
    received,         ///< `at`: the instant that a term begins from
    after_cutoff,     ///< so it begins on the next working day; `amount`: the cutoff, a minute of the day
    after_hours,      ///< likewise; `amount`: the minute at which the hours of that day ended
    on_day_off,       ///< likewise
    passed,           ///< a day off before the term begins
    begins,           ///< `at`: the start day, and for hours the minute
    counted,          ///< `amount` and `so_far`: halves of days, or minutes
    skipped,          ///< a day off within the term
    more,             ///< too many days to list: `amount` of them until `at`
    paused,           ///< `at`: the request
    pause_is_late,    ///< `at`: a request after the due instant, which changes nothing
    restarts,         ///< `at`: what ended the pause; the count begins anew
    goes_on,          ///< `at`: what ended the pause; the count goes on
    plain_last_day,   ///< of plain days or months; `amount`: the days by which pauses moved it
    moved,            ///< a last day that is off
    due,              ///< `at`: the end
    provisional,      ///< `at`: the day up to which special days are listed
};

struct DueLine {
    DueStep step{};
    LocalMinute at;
    DayClass day_class = DayClass::unknown;
    std::string name{};        ///< of a special day
    std::uint64_t amount = 0;
    std::uint64_t so_far = 0;
};

struct DueExplanation {
    StatutoryTime time;  ///< with the extra time
    DueDate due;
    std::vector<DueLine> lines;
};

/// At most this many days of a stretch are listed one by one.
constexpr std::int64_t explained_days_max = 400;

/// Ends at the same due date as Calendar::due. Errors: the same.
[[nodiscard]] Result<DueExplanation> explain(const Calendar& calendar, const Term& term);

/// One sentence a line, in Vietnamese.
[[nodiscard]] std::vector<std::string> text_vi(const DueExplanation& explanation);
/// "5 ngày làm việc", "16 giờ làm việc", "trong ngày", "30 ngày", "1 tháng".
[[nodiscard]] std::string text_vi(const StatutoryTime& time);

}  // namespace motcua::sync

#pragma once
/// Days and minutes of Asia/Ho_Chi_Minh, which is UTC+7 all year, every year since 1975. Integers only.

#include <cstdint>
#include <optional>
#include <string>

#include "sync/act/day.hpp"

namespace motcua::sync {

constexpr std::int64_t utc_offset_minutes = 7 * 60;
constexpr std::int64_t minutes_per_day = 24 * 60;
constexpr std::uint64_t ms_per_minute = 60'000;

/// Calendars and codes exist from 1970-01-01 to 2199-12-31.
constexpr std::int64_t day_end = 84'006;  ///< 2200-01-01, the first day that does not exist here

/// A local instant to the minute, which is what receipts print.
struct LocalMinute {
    std::int64_t day = 0;
    std::int64_t minute = 0;  ///< of the day, 0 to 1439; 1440 only as the end of one
    auto operator<=>(const LocalMinute&) const = default;
};

/// Seconds are dropped, as on a receipt.
[[nodiscard]] constexpr LocalMinute local_minute(std::uint64_t ms) {
    const auto minutes = static_cast<std::int64_t>(ms / ms_per_minute) + utc_offset_minutes;
    return {minutes / minutes_per_day, minutes % minutes_per_day};
}
/// Needs an instant from 1970-01-01T00:00Z on.
[[nodiscard]] constexpr std::uint64_t ms_of(const LocalMinute& at) {
    return static_cast<std::uint64_t>(at.day * minutes_per_day + at.minute - utc_offset_minutes) * ms_per_minute;
}

struct CivilDate {
    std::int64_t year = 1970, month = 1, day = 1;
    auto operator<=>(const CivilDate&) const = default;
};
[[nodiscard]] CivilDate civil_date(std::int64_t day);  ///< needs 0 <= day < day_end
/// Nothing when there is no such date, such as 29 February 2026, or it lies outside the years above.
[[nodiscard]] std::optional<std::int64_t> day_of(const CivilDate& date);
/// The same day of the month `months` later; the last day of that month where it is shorter (Civil Code 2015, article
/// 148, clause 3). Nothing beyond the years above.
[[nodiscard]] std::optional<std::int64_t> months_later(std::int64_t day, std::uint64_t months);

/// 0 Monday to 6 Sunday.
[[nodiscard]] constexpr std::size_t weekday(std::int64_t day) { return static_cast<std::size_t>(((day + 3) % 7 + 7) % 7); }

[[nodiscard]] std::string weekday_vi(std::int64_t day);  ///< thứ Hai … Chủ nhật
[[nodiscard]] std::string date_vi(std::int64_t day);     ///< 27/11/2026; of any day, for messages
[[nodiscard]] std::string minute_vi(std::int64_t minute);  ///< 15:00

}  // namespace motcua::sync

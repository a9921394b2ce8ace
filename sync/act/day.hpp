#pragma once
/// Days of the civil calendar in Vietnam (UTC+7, no summer time), as contents count them: days since 1970-01-01.

#include <chrono>
#include <cstdint>

namespace motcua::sync {

/// The day on which `at_ms` (ms since 1970) lies in Asia/Ho_Chi_Minh. Total: every value has a day.
[[nodiscard]] constexpr std::int64_t day_in_vietnam(std::uint64_t at_ms) {
    constexpr std::uint64_t hour_ms = 3'600'000, day_ms = 24 * hour_ms, offset_ms = 7 * hour_ms;
    const std::uint64_t whole = at_ms / day_ms, rest = at_ms % day_ms;  // adding the offset first could overflow
    return static_cast<std::int64_t>(whole + (rest + offset_ms) / day_ms);
}

[[nodiscard]] constexpr std::int64_t day_number(int year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)).time_since_epoch().count();
}

/// 1900-01-01 to 2199-12-31: what a content may name.
[[nodiscard]] constexpr bool is_sensible_day(std::int64_t day) { return day >= day_number(1900, 1, 1) && day <= day_number(2199, 12, 31); }

}  // namespace motcua::sync

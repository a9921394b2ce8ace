#include "cli/local_time.hpp"

#include <fmt/core.h>

#include <charconv>
#include <optional>

#include "sync/calendar/civil_day.hpp"

namespace motcua::cli {
namespace {

/// A due date without an hour means the end of that working day.
constexpr std::int64_t closing_minute = 17 * 60;

std::optional<std::int64_t> number(const std::string& text, std::size_t from, std::size_t length) {
    std::int64_t value = 0;
    const char* begin = text.data() + from;
    const auto [end, trouble] = std::from_chars(begin, begin + length, value);
    return trouble == std::errc{} && end == begin + length && value >= 0 ? std::optional(value) : std::nullopt;
}

/// The first ten characters as YYYY-MM-DD.
std::optional<std::int64_t> leading_day(const std::string& text) {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto year = number(text, 0, 4), month = number(text, 5, 2), day = number(text, 8, 2);
    if (!year || !month || !day) return std::nullopt;
    const auto found = sync::day_of({*year, *month, *day});
    return found && *found >= 1 ? found : std::nullopt;  // the first local day begins before 1970 in UTC
}

}  // namespace

std::string format_local_time(std::uint64_t ms) {
    const auto at = sync::local_minute(ms);
    return sync::date_vi(at.day) + " " + sync::minute_vi(at.minute);
}

std::string format_local_day(std::int64_t day) { return sync::date_vi(day); }

Result<std::uint64_t> parse_local_time(const std::string& text) {
    const auto day = leading_day(text);
    const bool has_time = text.size() == 16 && text[10] == 'T' && text[13] == ':';
    const auto hour = has_time ? number(text, 11, 2) : std::nullopt, minute = has_time ? number(text, 14, 2) : std::nullopt;
    if (day && text.size() == 10) return sync::ms_of({*day, closing_minute});
    if (day && hour && minute && *hour < 24 && *minute < 60) return sync::ms_of({*day, *hour * 60 + *minute});
    return fail(ErrorKind::usage, "thời gian \"" + text + "\" không đúng dạng; viết 2026-12-01 hoặc 2026-12-01T15:30");
}

Result<std::int64_t> parse_local_day(const std::string& text) {
    const auto day = leading_day(text);
    if (day && text.size() == 10) return *day;
    return fail(ErrorKind::usage, "ngày \"" + text + "\" không đúng dạng; viết 2026-12-01");
}

}  // namespace motcua::cli

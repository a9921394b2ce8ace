#include "sync/calendar/civil_day.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace motcua::sync {
namespace {

using std::chrono::year_month_day;

std::optional<std::int64_t> number_of(const year_month_day& date) {
    if (!date.ok()) return std::nullopt;
    const std::int64_t day = std::chrono::sys_days(date).time_since_epoch().count();
    if (day < 0 || day >= day_end) return std::nullopt;
    return day;
}

}  // namespace

CivilDate civil_date(std::int64_t day) {
    const year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return {.year = int{date.year()}, .month = unsigned{date.month()}, .day = unsigned{date.day()}};
}

std::optional<std::int64_t> day_of(const CivilDate& date) {
    if (date.year < 1970 || date.year > 2199 || date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return std::nullopt;
    return number_of({std::chrono::year(static_cast<int>(date.year)), std::chrono::month(static_cast<unsigned>(date.month)),
                      std::chrono::day(static_cast<unsigned>(date.day))});
}

std::optional<std::int64_t> months_later(std::int64_t day, std::uint64_t months) {
    constexpr std::uint64_t months_max = 230 * 12;  // all the years there are
    if (months > months_max) return std::nullopt;
    const year_month_day from{std::chrono::sys_days(std::chrono::days(day))};
    const auto month = from.year() / from.month() + std::chrono::months(static_cast<int>(months));
    const year_month_day same = month / from.day();
    return number_of(same.ok() ? same : year_month_day(month / std::chrono::last));
}

std::string weekday_vi(std::int64_t day) {
    constexpr std::array<const char*, 7> names{"thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật"};
    return names[weekday(day)];
}

std::string date_vi(std::int64_t day) {
    if (day < 0 || day >= day_end) return fmt::format("ngày thứ {} kể từ 01/01/1970", day);
    const CivilDate date = civil_date(day);
    return fmt::format("{:02}/{:02}/{}", date.day, date.month, date.year);
}

std::string minute_vi(std::int64_t minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); }

}  // namespace motcua::sync

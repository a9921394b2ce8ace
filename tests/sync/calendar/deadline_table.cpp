#include "tests/sync/calendar/deadline_table.hpp"

#include <array>
#include <charconv>
#include <fstream>

#include "crypto/result.hpp"

namespace motcua::tests {
namespace {

using namespace motcua::sync;

std::string_view trim(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, std::string_view by) {
    std::vector<std::string_view> parts;
    for (std::size_t at = text.find(by); at != text.npos; at = text.find(by)) {
        parts.push_back(trim(text.substr(0, at)));
        text.remove_prefix(at + by.size());
    }
    if (!trim(text).empty()) parts.push_back(trim(text));
    return parts;
}

void demand(bool holds, std::string_view text) { ensure(holds, ("deadline_cases.md: " + std::string(text)).c_str()); }

std::uint64_t number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    demand(error == std::errc() && end == text.data() + text.size(), text);
    return value;
}

std::int64_t read_day(std::string_view text) {
    constexpr std::array<std::string_view, 7> names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const auto parts = split(text, " ");
    demand(parts.size() == 2 && parts[1].size() == 10, text);
    const auto field = [&](std::size_t from, std::size_t size) { return static_cast<std::int64_t>(number(parts[1].substr(from, size))); };
    const auto day = day_of({.year = field(6, 4), .month = field(3, 2), .day = field(0, 2)});
    demand(day.has_value() && names[weekday(*day)] == parts[0], text);
    return *day;
}

std::uint64_t read_minute(std::string_view text) { return number(text.substr(0, 2)) * 60 + number(text.substr(3, 2)); }

std::vector<WorkingSpan> read_hours(std::string_view text) {
    std::vector<WorkingSpan> hours;
    for (const std::string_view span : split(text, " ")) hours.push_back({read_minute(span.substr(0, 5)), read_minute(span.substr(6))});
    return hours;
}

StatutoryTime read_time(std::string_view text) {
    if (text == "same day") return {TimeUnit::same_day, 0};
    const std::size_t space = text.find(' ');
    demand(space != text.npos, text);
    std::string_view unit = text.substr(space + 1);
    if (unit.ends_with('s')) unit.remove_suffix(1);
    const std::map<std::string_view, TimeUnit> units{{"working day", TimeUnit::working_day}, {"working hour", TimeUnit::working_hour},
                                                     {"day", TimeUnit::calendar_day}, {"month", TimeUnit::calendar_month}};
    demand(units.contains(unit), text);
    return {units.at(unit), number(text.substr(0, space))};
}

SpecialDay read_special_day(const std::vector<std::string_view>& cells) {
    const std::map<std::string_view, DayKind> kinds{{"holiday", DayKind::holiday}, {"substitute off", DayKind::substitute_off},
                                                    {"compensatory", DayKind::compensatory}, {"half day", DayKind::half_day}};
    demand(kinds.contains(cells[1]), cells[1]);
    return {read_day(cells[0]), kinds.at(cells[1]), std::string(cells[3]), read_hours(cells[2])};
}

std::vector<Pause> read_pauses(std::string_view text) {
    std::vector<Pause> pauses;
    for (const std::string_view pause : split(text, ";")) {
        const auto parts = split(pause, ", ");
        const auto ends = split(parts[0], " to ");
        demand(parts.size() == 2 && ends.size() == 2 && (parts[1] == "restart" || parts[1] == "resume"), pause);
        pauses.push_back({read_instant(ends[0]), read_instant(ends[1]), parts[1] == "restart" ? ClockMode::restart : ClockMode::resume});
    }
    return pauses;
}

DeadlineCase read_case(const std::string& line, const std::vector<std::string_view>& cells) {
    DeadlineCase read{.text = line, .calendar = std::string(cells[2]), .term = {}, .pauses = read_pauses(cells[5]), .due = {}};
    const auto times = split(cells[1], " + ");
    read.term.time = read_time(times[0]);
    if (times.size() > 1) read.term.extra = read_time(times[1]);
    read.term.start_ms = read_instant(cells[4]);
    if (cells[3] != "none") read.term.cutoff_minute = read_minute(cells[3]);
    std::string_view due = cells[6];
    read.due.is_provisional = due.ends_with(" provisional");
    if (read.due.is_provisional) due.remove_suffix(std::string_view(" provisional").size());
    read.due.ms = read_instant(due);
    return read;
}

CalendarContent calendar(std::int64_t known_to_day, std::string_view saturday, const std::vector<SpecialDay>& days) {
    CalendarContent content{.name = "VN", .valid_from_day = *day_of({2025, 10, 1}), .known_to_day = known_to_day, .week = {}, .days = {}};
    content.week.assign(5, read_hours("08:00-12:00 13:00-17:00"));
    content.week.push_back(read_hours(saturday));
    content.week.emplace_back();
    for (const SpecialDay& day : days) {
        if (day.day <= known_to_day) content.days.push_back(day);
    }
    return content;
}

}  // namespace

std::uint64_t read_instant(std::string_view text) {
    const std::size_t space = text.rfind(' ');
    demand(space != text.npos && text.size() - space >= 6, text);
    const std::string_view time = text.substr(space + 1);
    const std::uint64_t seconds = time.size() > 5 ? number(time.substr(6)) : 0;
    return ms_of({read_day(text.substr(0, space)), static_cast<std::int64_t>(read_minute(time))}) + seconds * 1000;
}

DeadlineTable read_deadline_table() {
    std::ifstream page(MOTCUA_SOURCE_DIR "/tests/sync/calendar/deadline_cases.md");
    std::vector<SpecialDay> days;
    DeadlineTable table;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| ") || line.starts_with("| no") || line.starts_with("| day")) continue;
        const auto cells = split(std::string_view(line).substr(1), "|");
        if (cells.size() == 4) {
            days.push_back(read_special_day(cells));
        } else {
            demand(cells.size() == 8 && number(cells[0]) == table.cases.size() + 1, line);
            table.cases.push_back(read_case(line, cells));
        }
    }
    const std::int64_t known = *day_of({2027, 12, 31});
    const auto shared = [](CalendarContent content) { return std::vector{std::shared_ptr<const CalendarContent>(std::make_shared<CalendarContent>(std::move(content)))}; };
    table.calendars["VN"] = shared(calendar(known, "", days));
    table.calendars["VN+Sat"] = shared(calendar(known, "08:00-12:00", days));
    table.calendars["VN-26"] = shared(calendar(*day_of({2026, 12, 31}), "", days));
    return table;
}

}  // namespace motcua::tests

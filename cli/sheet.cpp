#include "cli/sheet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "sync/calendar/civil_day.hpp"

namespace motcua::cli {
namespace {

std::string hundredths_vi(std::int64_t value) {
    const auto magnitude = value < 0 ? -value : value;
    return fmt::format("{}{},{:02}", value < 0 ? "-" : "", grouped_digits(magnitude / 100), magnitude % 100);
}

std::string moment_vi(std::int64_t ms) {
    const auto at = sync::local_minute(static_cast<std::uint64_t>(std::max<std::int64_t>(0, ms)));
    return sync::date_vi(at.day) + " " + sync::minute_vi(at.minute);
}

std::string day_iso(std::int64_t day) {
    const auto date = sync::civil_date(day);
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string for_people(const Sheet::Cell& cell, Sheet::Form form) {
    if (std::holds_alternative<std::monostate>(cell)) return "–";
    if (const auto* words = std::get_if<std::string>(&cell)) return *words;
    const auto number = std::get<std::int64_t>(cell);
    switch (form) {
        case Sheet::Form::text:
        case Sheet::Form::count: return grouped_digits(number);
        case Sheet::Form::rate: return hundredths_vi(number) + " %";
        case Sheet::Form::points: return hundredths_vi(number);
        case Sheet::Form::day: return sync::date_vi(number);
        case Sheet::Form::moment: return moment_vi(number);
    }
    return {};
}

std::string for_programs(const Sheet::Cell& cell, Sheet::Form form) {
    if (std::holds_alternative<std::monostate>(cell)) return {};
    if (const auto* words = std::get_if<std::string>(&cell)) return *words;
    const auto number = std::get<std::int64_t>(cell);
    return form == Sheet::Form::day ? day_iso(number) : std::to_string(number);
}

nlohmann::json json_of(const Sheet::Cell& cell, Sheet::Form form) {
    if (std::holds_alternative<std::monostate>(cell)) return nullptr;
    if (const auto* words = std::get_if<std::string>(&cell)) return *words;
    const auto number = std::get<std::int64_t>(cell);
    if (form == Sheet::Form::day) return day_iso(number);
    return number;
}

/// Columns on a terminal: code points, since what we print is composed (NFC) and has no wide letters.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string padded(const std::string& text, std::size_t width, bool to_the_right) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return to_the_right ? space + text : text + space;
}

bool is_number(Sheet::Form form) { return form == Sheet::Form::count || form == Sheet::Form::rate || form == Sheet::Form::points; }

/// A field with a comma, quote or line end is quoted. One that a spreadsheet would take for a formula gets a quote mark first.
std::string csv_field(std::string text) {
    if (!text.empty() && std::string_view("=+-@\t").find(text.front()) != std::string_view::npos && !std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; })) {
        text.insert(0, 1, '\'');
    }
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

std::string aligned(const Sheet& sheet) {
    std::vector<std::size_t> widths;
    for (const auto& column : sheet.columns) widths.push_back(width_of(column.title));
    std::vector<std::vector<std::string>> shown;
    for (const auto& row : sheet.rows) {
        auto& line = shown.emplace_back();
        for (std::size_t place = 0; place < row.size(); ++place) {
            line.push_back(for_people(row[place], sheet.columns[place].form));
            widths[place] = std::max(widths[place], width_of(line.back()));
        }
    }
    std::string text;
    for (const auto& line : sheet.heading) text += line + "\n";
    if (!sheet.heading.empty()) text += "\n";
    const auto add_line = [&](const auto& word_at) {
        std::string line;
        for (std::size_t place = 0; place < widths.size(); ++place) {
            if (sheet.columns[place].title.empty()) continue;
            line += (line.empty() ? "" : "  ") + padded(word_at(place), widths[place], is_number(sheet.columns[place].form));
        }
        text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    };
    add_line([&](std::size_t place) { return sheet.columns[place].title; });
    for (const auto& line : shown) add_line([&](std::size_t place) { return line[place]; });
    for (const auto& note : sheet.notes) text += "\n" + note;
    return sheet.notes.empty() ? text : text + "\n";
}

std::string csv(const Sheet& sheet) {
    std::string text;
    for (std::size_t place = 0; place < sheet.columns.size(); ++place) text += (place == 0 ? "" : ",") + sheet.columns[place].name;
    text += "\r\n";
    for (const auto& row : sheet.rows) {
        for (std::size_t place = 0; place < row.size(); ++place) {
            text += (place == 0 ? "" : ",") + csv_field(for_programs(row[place], sheet.columns[place].form));
        }
        text += "\r\n";
    }
    return text;
}

std::string json(const Sheet& sheet) {
    nlohmann::ordered_json facts;
    for (const auto& [name, cell] : sheet.facts) facts[name] = json_of(cell, Sheet::Form::count);
    facts["rows"] = nlohmann::ordered_json::array();
    for (const auto& row : sheet.rows) {
        nlohmann::ordered_json fields;
        for (std::size_t place = 0; place < row.size(); ++place) fields[sheet.columns[place].name] = json_of(row[place], sheet.columns[place].form);
        facts["rows"].push_back(std::move(fields));
    }
    return facts.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string Sheet::text(Style style) const {
    switch (style) {
        case Style::aligned: return aligned(*this);
        case Style::csv: return csv(*this);
        case Style::json: return json(*this);
    }
    return {};
}

Sheet::Cell cell_of(std::optional<std::int64_t> number) { return number ? Sheet::Cell(*number) : Sheet::Cell(); }
Sheet::Cell cell_of(std::optional<std::uint64_t> number) { return number ? Sheet::Cell(static_cast<std::int64_t>(*number)) : Sheet::Cell(); }

std::string grouped_digits(std::int64_t number) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3) digits.insert(static_cast<std::size_t>(place), 1, '.');
    return number < 0 ? "-" + digits : digits;
}

}  // namespace motcua::cli

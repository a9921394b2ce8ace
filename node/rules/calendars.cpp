// Calendars and rule sets from tables, and the rules that a city begins with.

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "node/rules/read.hpp"
#include "node/rules/starter_files.hpp"
#include "sync/act/day.hpp"
#include "sync/registry/limits.hpp"

namespace motcua::node {
namespace {

/// "08:00-12:00 13:30-17:30". Nothing where it is not of that form; none at all for no hours.
std::optional<std::vector<sync::WorkingSpan>> parse_hours(std::string_view text) {
    std::vector<sync::WorkingSpan> spans;
    for (const auto part : split(text, ' ')) {
        if (part.size() != 11 || part[5] != '-') return std::nullopt;
        const auto from = parse_minute(part.substr(0, 5)), to = parse_minute(part.substr(6));
        if (!from || !to) return std::nullopt;
        spans.push_back({*from, *to});
    }
    return spans;
}

class CalendarReader {
  public:
    CalendarReader(const ReadingOptions& options, const sync::Registry& registry) : options_(options), registry_(registry) {}

    Result<Reading> read(ByteView file) {
        const auto table = Table::read(file, reading_.report);
        if (!table) return std::unexpected(table.error());
        const auto day = table->column({"day"}), kind = table->column({"kind"});
        if (!day) return std::unexpected(day.error());
        if (!kind) return std::unexpected(kind.error());
        const auto name = table->find_column({"name"}), hours = table->find_column({"hours"});
        content_.valid_from_day = options_.today;
        content_.week.resize(week_days.size());
        for (const auto& row : table->rows()) {
            if (auto why = take(row.cells[*kind], row.cells[*day], cell_of(row, name), cell_of(row, hours)); !why.empty()) {
                reading_.report.reject({.line = row.line, .reason = std::move(why), .row = row.text});
            }
        }
        if (options_.since_day) content_.valid_from_day = *options_.since_day;
        if (!known_to_) {
            known_to_ = content_.valid_from_day;
            for (const auto& special : content_.days) known_to_ = std::max(*known_to_, special.day);
        }
        content_.known_to_day = *known_to_;
        if (!has_week_ && !keep_week()) return fail(ErrorKind::usage, "the file gives no week, and the registry has none yet: write rows of kind week, monday to sunday");
        if (const auto flaw = sync::flaw_in(content_); !flaw.empty()) return fail(ErrorKind::usage, fmt::format("this calendar cannot be taken: {}", flaw));
        reading_.add(1, sync::Kind::calendar, to_bytes(as_bytes(content_.name)), sync::to_item(content_));
        return std::move(reading_);
    }

  private:
    static constexpr std::array<std::string_view, 7> week_days{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

    // The reason when the row cannot be meant.
    std::string take(std::string_view kind, std::string_view day_word, std::string_view name, std::string_view hours_text) {
        static const std::map<std::string_view, sync::DayKind> kinds{{"holiday", sync::DayKind::holiday}, {"substitute_off", sync::DayKind::substitute_off},
                                                                     {"compensatory", sync::DayKind::compensatory}, {"half_day", sync::DayKind::half_day}};
        auto hours = parse_hours(hours_text);
        if (!hours) return fmt::format("\"{}\" are no hours such as 08:00-12:00 13:30-17:30", hours_text);
        if (kind == "week") {
            const auto found = std::ranges::find(week_days, day_word);
            if (found == week_days.end()) return fmt::format("\"{}\" is none of monday to sunday", day_word);
            content_.week[static_cast<std::size_t>(found - week_days.begin())] = *std::move(hours);
            has_week_ = true;
            return {};
        }
        const auto day = parse_day(day_word);
        if (!day) return day.error().message;
        if (kind == "valid_from") {
            content_.valid_from_day = *day;
            return {};
        }
        if (kind == "known_to") {
            known_to_ = *day;
            return {};
        }
        const auto found = kinds.find(kind);
        if (found == kinds.end()) return fmt::format("\"{}\" is none of week, valid_from, known_to, holiday, substitute_off, compensatory, half_day", kind);
        if (std::ranges::find(content_.days, *day, &sync::SpecialDay::day) != content_.days.end()) return fmt::format("{} stands above already", day_word);
        content_.days.push_back({.day = *day, .kind = found->second, .name = std::string(name), .hours = *std::move(hours)});
        return {};
    }

    bool keep_week() {
        const sync::CalendarContent* holding = nullptr;
        const auto acts = registry_.calendar_acts(content_.name, registry_.size());
        for (const auto& act : acts) {
            if (act->valid_from_day <= content_.valid_from_day && (holding == nullptr || act->valid_from_day >= holding->valid_from_day)) holding = act.get();
        }
        if (holding == nullptr) return false;
        content_.week = holding->week;
        return true;
    }

    const ReadingOptions& options_;
    const sync::Registry& registry_;
    sync::CalendarContent content_;
    std::optional<std::int64_t> known_to_;
    bool has_week_ = false;
    Reading reading_;
};

std::string read_rule_set(const Table& table, const Table::Row& row, sync::RuleSetContent& content) {
    const auto cell = [&](std::string_view name) { return cell_of(row, table.find_column({name})); };
    content.name = cell("name");
    if (const auto text = cell("valid_from"); !text.empty()) {
        const auto day = parse_day(text);
        if (!day) return day.error().message;
        content.valid_from_day = *day;
    }
    if (const auto text = cell("early"); text == "earlier_instant") content.early = sync::EarlyRule::earlier_instant;
    else if (!text.empty() && text != "earlier_working_day") return "early is neither earlier_working_day nor earlier_instant";
    if (const auto text = cell("on_time"); text == "end_of_due_day") content.on_time = sync::OnTimeRule::end_of_due_day;
    else if (!text.empty() && text != "due_instant") return "on_time is neither due_instant nor end_of_due_day";
    for (const auto& [column, flag] : {std::pair("waiting_is_on_time", &content.waiting_is_on_time), std::pair("returned_is_on_time", &content.returned_is_on_time)}) {
        const auto text = cell(column);
        if (!text.empty() && text != "yes" && text != "no") return fmt::format("{} is neither yes nor no", column);
        *flag = text == "yes";
    }
    return std::string(sync::flaw_in(content));
}

}  // namespace

Result<Reading> read_calendar(ByteView file, const ReadingOptions& options, const sync::Registry& registry) { return CalendarReader(options, registry).read(file); }

Result<Reading> read_rule_sets(ByteView file, const ReadingOptions& options, const sync::Registry&) {
    Reading reading;
    const auto table = Table::read(file, reading.report);
    if (!table) return std::unexpected(table.error());
    if (auto name = table->column({"name"}); !name) return std::unexpected(std::move(name).error());
    for (const auto& row : table->rows()) {
        sync::RuleSetContent content{.name = {}, .valid_from_day = options.since_day.value_or(options.today)};
        if (auto why = read_rule_set(*table, row, content); !why.empty()) {
            reading.report.reject({.line = row.line, .reason = std::move(why), .row = row.text});
            continue;
        }
        reading.add(row.line, sync::Kind::rule_set, to_bytes(as_bytes(content.name)), sync::to_item(content));
    }
    return reading;
}

std::vector<RegistryEntry> starter_entries() {
    // The files are our own, so that what is wrong in them is a fault of this program.
    const sync::Registry nothing(sync::RootPin{{.name = "motcua/X/registry/0/root", .type = {}, .key = {}}});
    const ReadingOptions options{.prefix = {}, .parent = {}, .since_day = sync::day_number(2025, 7, 1), .today = 0};
    const ReadingOptions calendar_options{.prefix = {}, .parent = {}, .since_day = std::nullopt, .today = 0};
    std::vector<RegistryEntry> entries;
    for (const StarterFile& file : starter_files()) {
        const auto text = as_bytes(file.text);
        auto reading = file.name.starts_with("calendar") ? read_calendar(text, calendar_options, nothing)
                       : file.name.starts_with("rule_sets") ? read_rule_sets(text, options, nothing)
                                                            : read_procedures(text, options, nothing);
        ensure(reading.has_value() && reading->report.rejected().empty(), "the starter's files are good");
        std::ranges::move(reading->entries, std::back_inserter(entries));
    }
    return entries;
}

}  // namespace motcua::node

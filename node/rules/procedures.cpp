// Procedures from the national portal's export, or from our own columns.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "node/rules/read.hpp"
#include "sync/registry/limits.hpp"

namespace motcua::node {
namespace {

using sync::StatutoryTime;
using sync::TimeUnit;

constexpr std::uint64_t hours_a_day = 8;

/// "10 WORKING_DAY", "3.5 WORKING_DAY", "SAME_DAY". Nothing where it is no time that a clock could run by.
std::optional<StatutoryTime> parse_time(std::string_view text) {
    static const std::map<std::string_view, TimeUnit> units{{"WORKING_DAY", TimeUnit::working_day}, {"HOUR", TimeUnit::working_hour}, {"WORKING_HOUR", TimeUnit::working_hour},
                                                            {"DAY", TimeUnit::calendar_day}, {"MONTH", TimeUnit::calendar_month}};
    if (text == "SAME_DAY") return StatutoryTime{TimeUnit::same_day, 0};
    const auto space = text.find(' ');
    if (space == text.npos) return std::nullopt;
    const auto unit = units.find(text.substr(space + 1));
    if (unit == units.end()) return std::nullopt;
    std::string_view number = text.substr(0, space);
    const bool has_half = number.ends_with(".5");
    if (has_half) number.remove_suffix(2);
    std::uint64_t amount = 0;
    if (std::from_chars(number.data(), number.data() + number.size(), amount).ptr != number.data() + number.size()) return std::nullopt;
    if (!has_half) return amount == 0 ? std::nullopt : std::optional(StatutoryTime{unit->second, amount});
    if (unit->second != TimeUnit::working_day) return std::nullopt;
    return StatutoryTime{TimeUnit::working_hour, amount * hours_a_day + hours_a_day / 2};
}

/// "Bản sao [0+2]": no original and two copies; without brackets one original.
sync::ProcedureDocument parse_document(std::string_view text) {
    sync::ProcedureDocument document{.name = std::string(text), .originals = 1, .copies = 0};
    const auto bracket = text.rfind('[');
    if (bracket == text.npos || !text.ends_with(']')) return document;
    const auto counts = split(text.substr(bracket + 1, text.size() - bracket - 2), '+');
    if (counts.size() != 2) return document;
    std::from_chars(counts[0].data(), counts[0].data() + counts[0].size(), document.originals);
    std::from_chars(counts[1].data(), counts[1].data() + counts[1].size(), document.copies);
    document.name = text.substr(0, text.find_last_not_of(' ', bracket - 1) + 1);
    return document;
}

/// "Đăng ký khai sinh @ commune: SAME_DAY".
std::optional<sync::ProcedureStage> parse_stage(std::string_view text) {
    static const std::map<std::string_view, sync::OfficeKind> kinds{{"commune", sync::OfficeKind::commune}, {"hub", sync::OfficeKind::hub}, {"city", sync::OfficeKind::city},
                                                                    {"department", sync::OfficeKind::department}, {"vertical", sync::OfficeKind::vertical}};
    const auto colon = text.rfind(':'), at = text.rfind('@', colon);
    if (colon == text.npos || at == text.npos) return std::nullopt;
    const auto names = split(text.substr(0, at), '\n'), kind_words = split(text.substr(at + 1, colon - at - 1), '\n'), times = split(text.substr(colon + 1), '\n');
    if (names.size() != 1 || kind_words.size() != 1 || times.size() != 1) return std::nullopt;
    const auto kind = kinds.find(kind_words[0]);
    const auto time = parse_time(times[0]);
    if ((kind == kinds.end() && kind_words[0] != "any") || !time) return std::nullopt;
    return sync::ProcedureStage{.name = std::string(names[0]), .office = kind == kinds.end() ? std::nullopt : std::optional(kind->second), .time = *time};
}

class ProcedureReader {
  public:
    ProcedureReader(const ReadingOptions& options, const sync::Registry& registry) : options_(options), registry_(registry) {}

    Result<Reading> read(ByteView file) {
        const auto table = Table::read(file, reading_.report);
        if (!table) return std::unexpected(table.error());
        const auto code = table->column({"code"}), name = table->column({"name"});
        if (!code) return std::unexpected(code.error());
        if (!name) return std::unexpected(name.error());
        find_columns(*table);
        for (const auto& row : table->rows()) take(row, row.cells[*code], row.cells[*name]);
        return std::move(reading_);
    }

  private:
    void find_columns(const Table& table) {
        for (const std::string_view name : {"field", "time", "extra_time", "processing_by_case", "processing_by_channel", "clock", "cutoff", "calendar",
                                            "form_set", "fee", "open", "documents", "stages"}) {
            columns_[name] = table.find_column({name});
        }
        std::set<std::string_view> known{"code", "name"};
        for (const auto& [name, column] : columns_) known.insert(name);
        for (const auto& name : table.columns()) {
            if (!known.contains(name)) reading_.report.note(fmt::format("{}: a column that the registry has no place for", name), 1);
        }
    }
    [[nodiscard]] std::string_view cell(const Table::Row& row, std::string_view name) const { return cell_of(row, columns_.at(name)); }

    void take(const Table::Row& row, const std::string& code, const std::string& name) {
        const std::int64_t day = options_.since_day.value_or(options_.today);
        sync::ProcedureContent content = as_it_stands(code, day);
        content.name = name;
        if (const auto why = tell(row, content); !why.empty()) return reject(row, why);
        if (const auto flaw = sync::flaw_in(content); !flaw.empty()) return reject(row, std::string(flaw));
        const auto item = sync::to_item(content);
        const auto [seen, is_new] = seen_.emplace(code, item);
        if (!is_new && seen->second == item) return reading_.report.note("the same row as one above: passed over", row.line);
        if (!is_new) return reject(row, fmt::format("{} was another procedure above", code));
        reading_.add(row.line, sync::Kind::procedure, to_bytes(as_bytes(code)), item);
    }

    [[nodiscard]] sync::ProcedureContent as_it_stands(const std::string& code, std::int64_t day) const {
        sync::ProcedureContent content;
        if (const auto* known = registry_.procedure_at(code, day, registry_.size())) {
            content = *known;
        } else {
            content.code = code;
            content.cutoff_minute = 15 * 60;  // Decree 61/2018: what comes after 15:00 counts from the next working day
            content.form_set = "TT03/2025";
        }
        content.valid_from_day = day;
        return content;
    }

    // What the row says beside code and name; the reason when it cannot be meant.
    std::string tell(const Table::Row& row, sync::ProcedureContent& content) {
        if (const auto text = cell(row, "field"); !text.empty()) content.field = text;
        if (const auto text = cell(row, "calendar"); !text.empty()) content.calendar = text;
        if (const auto text = cell(row, "form_set"); !text.empty()) content.form_set = text;
        if (const auto text = cell(row, "fee"); !text.empty()) content.fee = text;
        if (const auto text = cell(row, "open"); !text.empty()) {
            if (text != "yes" && text != "no") return "open is neither yes nor no";
            content.is_open = text == "yes";
        }
        if (const auto text = cell(row, "clock"); !text.empty()) {
            if (text != "restart" && text != "resume") return "clock is neither restart nor resume";
            content.clock = text == "resume" ? sync::ClockMode::resume : sync::ClockMode::restart;
        }
        if (const auto text = cell(row, "cutoff"); !text.empty()) {
            content.cutoff_minute = parse_minute(text);
            if (!content.cutoff_minute && text != "none") return "cutoff is no time of day such as 15:00, nor none";
        }
        for (const auto& [column, time] : {std::pair("time", &content.time), std::pair("extra_time", &content.extra_time)}) {
            const auto text = cell(row, column);
            if (text.empty()) continue;
            *time = parse_time(text);
            if (!*time) return fmt::format("{} is no time such as 3 WORKING_DAY or SAME_DAY", column);
        }
        if (const auto text = cell(row, "documents"); !text.empty()) {
            content.documents.clear();
            for (const auto part : split(text, ';')) content.documents.push_back(parse_document(part));
        }
        if (const auto text = cell(row, "stages"); !text.empty()) {
            content.stages.clear();
            for (const auto part : split(text, ';')) {
                auto stage = parse_stage(part);
                if (!stage) return fmt::format("\"{}\" is no stage such as Tên @ commune: 3 WORKING_DAY", part);
                content.stages.push_back(*std::move(stage));
            }
        }
        tell_processing_time(row, content);
        return {};
    }

    // The portal gives several times where cases or channels differ. Of one unit: the shortest, and as extra time what the
    // longest adds. Nothing is decided where they are of several units, or in words.
    void tell_processing_time(const Table::Row& row, sync::ProcedureContent& content) {
        auto text = cell(row, "processing_by_case");
        if (text.empty()) text = cell(row, "processing_by_channel");
        if (text.empty()) return;
        std::set<StatutoryTime> times;
        for (const auto part : split(text, ';')) {
            const auto time = parse_time(part);
            if (!time) return reading_.report.note("processing time in words or of no known unit: left open", row.line);
            if (part.find('.') != part.npos) reading_.report.note("half a working day written as hours (8 a day)", row.line);
            times.insert(*time);
        }
        if (times.empty()) return;
        const auto shortest = *times.begin(), longest = *times.rbegin();
        if (shortest.unit != longest.unit) return reading_.report.note("processing times of several units: left open", row.line);
        content.time = shortest;
        content.extra_time.reset();
        if (times.size() == 1) return;
        content.extra_time = StatutoryTime{shortest.unit, longest.amount - shortest.amount};
        reading_.report.note("several processing times: the shortest, and the rest of the longest as extra time", row.line);
    }

    void reject(const Table::Row& row, std::string reason) { reading_.report.reject({.line = row.line, .reason = std::move(reason), .row = row.text}); }

    const ReadingOptions& options_;
    const sync::Registry& registry_;
    std::map<std::string_view, std::optional<std::size_t>> columns_;
    std::map<std::string, cbor::Item> seen_;
    Reading reading_;
};

}  // namespace

Result<Reading> read_procedures(ByteView file, const ReadingOptions& options, const sync::Registry& registry) {
    return ProcedureReader(options, registry).read(file);
}

}  // namespace motcua::node

#include "node/rules/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "node/intake/clean_text.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t rows_max = 100'000;

/// Gathers rows, each cell clean.
class Gatherer final : public RowSink {
  public:
    Gatherer(std::vector<std::string>& columns, std::vector<Table::Row>& rows, ReadingReport& report) : columns_(columns), rows_(rows), report_(report) {}

    Result<void> take_header(std::vector<std::string> names) override {
        for (auto& name : names) columns_.push_back(clean_text(name)->text);
        return {};
    }
    Result<void> take_row(std::vector<std::string> cells, std::uint64_t line, std::string_view row) override {
        if (rows_.size() == rows_max) return fail(ErrorKind::usage, fmt::format("the file has over {} rows; divide it", rows_max));
        for (std::size_t index = 0; index < cells.size(); ++index) {
            auto clean = clean_text(cells[index]);
            if (!clean) return reject_row({.line = line, .reason = fmt::format("{} {}", columns_[index], clean.error().message), .row = std::string(row)});
            for (std::size_t mend = 0; mend < mend_count; ++mend) {
                if (clean->mends.test(mend)) report_.note(fmt::format("{}: {}", columns_[index], name_of(static_cast<Mend>(mend))), line);
            }
            cells[index] = std::move(clean->text);
        }
        rows_.push_back({.line = line, .cells = std::move(cells), .text = std::string(row)});
        return {};
    }
    Result<void> reject_row(const RejectedRow& rejected) override {
        report_.reject(rejected);
        return {};
    }

  private:
    std::vector<std::string>& columns_;
    std::vector<Table::Row>& rows_;
    ReadingReport& report_;
};

// Digits and nothing else.
std::optional<unsigned> parse_digits(std::string_view text) {
    unsigned value = 0;
    const auto* end = text.data() + text.size();
    return std::from_chars(text.data(), end, value).ptr == end ? std::optional(value) : std::nullopt;
}

}  // namespace

void ReadingReport::note(std::string_view what, std::uint64_t line) {
    constexpr std::size_t first_lines_max = 5;
    auto found = std::ranges::find(counts_, what, &Count::what);
    if (found == counts_.end()) found = counts_.insert(counts_.end(), Count{.what = std::string(what), .rows = 0, .first_lines = {}, .last_line = 0});
    if (found->last_line == line) return;  // a row counts once
    found->last_line = line;
    ++found->rows;
    if (found->first_lines.size() < first_lines_max) found->first_lines.push_back(line);
}

void Reading::add(std::uint64_t line, sync::Kind kind, Bytes subject, cbor::Item content) {
    entries.push_back({.kind = kind, .subject = std::move(subject), .content = std::move(content), .body = std::nullopt});
    lines.push_back(line);
}

Result<Table> Table::read(ByteView file, ReadingReport& report) {
    Table table;
    Gatherer gatherer(table.columns_, table.rows_, report);
    CsvRows rows(',', gatherer);
    if (auto ok = rows.feed(file); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = rows.finish(); !ok) return std::unexpected(std::move(ok).error());
    return table;
}

std::optional<std::size_t> Table::find_column(std::initializer_list<std::string_view> names) const {
    for (const auto name : names) {
        const auto found = std::ranges::find(columns_, name);
        if (found != columns_.end()) return static_cast<std::size_t>(found - columns_.begin());
    }
    return std::nullopt;
}

Result<std::size_t> Table::column(std::initializer_list<std::string_view> names) const {
    if (const auto found = find_column(names)) return *found;
    return fail(ErrorKind::usage, fmt::format("the header has no column {}", fmt::join(names, " or ")));
}

std::string_view cell_of(const Table::Row& row, const std::optional<std::size_t>& column) {
    return column ? std::string_view(row.cells[*column]) : std::string_view();
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto end = std::min(text.find(separator), text.size());
        auto part = text.substr(0, end);
        while (part.starts_with(' ')) part.remove_prefix(1);
        while (part.ends_with(' ')) part.remove_suffix(1);
        if (!part.empty()) parts.push_back(part);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<std::uint64_t> parse_minute(std::string_view text) {
    constexpr std::uint64_t minutes_a_day = 24 * 60;
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const auto hour = parse_digits(text.substr(0, 2)), minute = parse_digits(text.substr(3));
    if (!hour || !minute || *minute >= 60 || *hour * 60 + *minute > minutes_a_day) return std::nullopt;
    return *hour * 60 + *minute;
}

Result<std::int64_t> parse_day(std::string_view text) {
    if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
        const auto year = parse_digits(text.substr(0, 4)), month = parse_digits(text.substr(5, 2)), date = parse_digits(text.substr(8));
        const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(year.value_or(0))), std::chrono::month(month.value_or(0)), std::chrono::day(date.value_or(0))};
        if (year && month && date && day.ok()) return std::chrono::sys_days(day).time_since_epoch().count();
    }
    return fail(ErrorKind::usage, fmt::format("\"{}\" is no day: write it as 2026-04-30", text));
}

std::string format_day(std::int64_t day) {
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace motcua::node

#pragma once
/// A CSV file of offices or rules as clean cells, and the report of what was mended, passed over or refused on the way.

#include "node/intake/csv_rows.hpp"
#include "node/node.hpp"

namespace motcua::node {

/// What happened to the rows of a file: every kind of change with its count and the first lines where it was made.
class ReadingReport {
  public:
    struct Count {
        std::string what;
        std::uint64_t rows = 0;
        std::vector<std::uint64_t> first_lines;  ///< at most five
        std::uint64_t last_line = 0;
    };
    void note(std::string_view what, std::uint64_t line);
    void reject(RejectedRow row) { rejected_.push_back(std::move(row)); }
    /// In the order in which they were met.
    [[nodiscard]] const std::vector<Count>& counts() const { return counts_; }
    [[nodiscard]] const std::vector<RejectedRow>& rejected() const { return rejected_; }

  private:
    std::vector<Count> counts_;
    std::vector<RejectedRow> rejected_;
};

/// What a file comes to: entries for the registry, each with the line that it is from.
struct Reading {
    std::vector<RegistryEntry> entries;
    std::vector<std::uint64_t> lines;
    ReadingReport report;

    void add(std::uint64_t line, sync::Kind kind, Bytes subject, cbor::Item content);
};

class Table {
  public:
    struct Row {
        std::uint64_t line;
        std::vector<std::string> cells;
        std::string text;
    };
    /// Every cell through clean_text; rows that cannot be read go to the report. Errors: usage, naming the file's fault.
    [[nodiscard]] static Result<Table> read(ByteView file, ReadingReport& report);

    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    [[nodiscard]] const std::vector<std::string>& columns() const { return columns_; }
    /// The first of these columns that the file has.
    [[nodiscard]] std::optional<std::size_t> find_column(std::initializer_list<std::string_view> names) const;
    /// Errors: usage, naming what is missing.
    [[nodiscard]] Result<std::size_t> column(std::initializer_list<std::string_view> names) const;

  private:
    std::vector<std::string> columns_;
    std::vector<Row> rows_;
};

/// The cell, or nothing where there is no such column or it is empty.
[[nodiscard]] std::string_view cell_of(const Table::Row& row, const std::optional<std::size_t>& column);
/// The parts between separators, without white space around them; none of nothing.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
/// HH:MM up to 24:00, as minutes of the day.
[[nodiscard]] std::optional<std::uint64_t> parse_minute(std::string_view text);
/// YYYY-MM-DD, as days since 1970-01-01. Errors: usage.
[[nodiscard]] Result<std::int64_t> parse_day(std::string_view text);
/// "2026-04-30" of a day number.
[[nodiscard]] std::string format_day(std::int64_t day);

}  // namespace motcua::node

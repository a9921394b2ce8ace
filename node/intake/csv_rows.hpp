#pragma once
/// The rows of a CSV (RFC 4180) by libcsv, a line of the file at a time.

#include <csv.h>

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace motcua::node {

/// One row as it stands; a longer one is taken for a forgotten quote.
constexpr std::size_t row_bytes_max = 1024 * 1024;
constexpr std::size_t columns_max = 512;

struct RejectedRow {
    std::uint64_t line;   ///< in the file, from 1: where the row begins
    std::string reason;   ///< names the column, never a person
    std::string row;      ///< as it stands in a CSV; `key=value` a line for XES. Cut at row_bytes_max
};

/// Where rows go. An error stops the reader, which hands it on.
class RowSink {
  public:
    virtual ~RowSink() = default;
    /// The first line of the file. Errors: usage, when its columns cannot be meant.
    [[nodiscard]] virtual Result<void> take_header(std::vector<std::string> names) = 0;
    /// A row of as many cells as the header has; `row` is its text.
    [[nodiscard]] virtual Result<void> take_row(std::vector<std::string> cells, std::uint64_t line, std::string_view row) = 0;
    [[nodiscard]] virtual Result<void> reject_row(const RejectedRow& rejected) = 0;
};

/// Feed, then finish; after an error nothing more. A row with broken quoting is rejected as its first line alone, and reading
/// goes on with the line after it: a forgotten quote costs one row, not the rest of the file.
class CsvRows {
  public:
    CsvRows(char delimiter, RowSink& sink);
    ~CsvRows();
    CsvRows(const CsvRows&) = delete;
    CsvRows& operator=(const CsvRows&) = delete;

    [[nodiscard]] Result<void> feed(ByteView chunk);
    /// Errors: usage, when the file is empty.
    [[nodiscard]] Result<void> finish();

  private:
    [[nodiscard]] Result<void> read_lines();
    [[nodiscard]] Result<void> read_line(std::string_view line);
    [[nodiscard]] Result<void> take_row();
    [[nodiscard]] Result<void> take_header();
    [[nodiscard]] Result<void> reject(std::string reason, std::string_view row);
    [[nodiscard]] Result<void> reject_first_line(std::string reason);
    [[nodiscard]] std::string_view row_so_far() const { return std::string_view(buffer_).substr(row_begin_, scanned_ - row_begin_); }
    void begin_row_at(std::size_t offset);
    void reset_parser();

    char delimiter_;
    RowSink* sink_;
    csv_parser parser_{};

    std::string buffer_;          // bytes from the beginning of the row being read
    std::size_t row_begin_ = 0;   // offsets into buffer_
    std::size_t scanned_ = 0;     // what libcsv has seen: always whole lines
    std::uint64_t row_line_ = 1;
    std::uint64_t lines_in_row_ = 0;
    bool at_file_begin_ = true;
    bool skipping_line_ = false;  // the rest of a line that was too long and is rejected already

    std::vector<std::string> cells_;  // of the row being read
    std::size_t rows_ended_ = 0;      // by the line that was read last
    std::size_t column_count_ = 0;    // 0 until the header was read
};

}  // namespace motcua::node

#pragma once
/// CSV (RFC 4180) by libcsv, a line of the file at a time.

#include <csv.h>

#include "node/intake/event_row.hpp"

namespace motcua::node {

/// A row with broken quoting is rejected as its first line alone, and reading goes on with the line after it: a forgotten
/// quote costs one row, not the rest of the file.
class CsvReader final : public EventReader {
  public:
    CsvReader(const Mapping& mapping, std::string source, EventSink& sink);
    ~CsvReader() override;
    CsvReader(const CsvReader&) = delete;
    CsvReader& operator=(const CsvReader&) = delete;

    [[nodiscard]] Result<void> feed(ByteView chunk) override;
    [[nodiscard]] Result<void> finish() override;

  private:
    struct Column {
        std::string name;
        std::optional<Field> field;
    };

    [[nodiscard]] Result<void> read_lines();
    [[nodiscard]] Result<void> read_line(std::string_view line);
    [[nodiscard]] Result<void> take_row();
    [[nodiscard]] Result<void> take_header();
    [[nodiscard]] Result<void> reject(std::string reason, std::string_view row);
    [[nodiscard]] Result<void> reject_first_line(std::string reason);
    [[nodiscard]] std::string_view row_so_far() const { return std::string_view(buffer_).substr(row_begin_, scanned_ - row_begin_); }
    void begin_row_at(std::size_t offset);
    void reset_parser();

    Mapping mapping_;
    std::string source_;
    EventSink* sink_;
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
    std::vector<Column> columns_;     // empty until the header was read
};

}  // namespace motcua::node

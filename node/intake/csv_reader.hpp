#pragma once
/// Events from a CSV: its rows by csv_rows, their columns by the mapping.

#include "node/intake/csv_rows.hpp"
#include "node/intake/event_row.hpp"

namespace motcua::node {

class CsvReader final : public EventReader, private RowSink {
  public:
    CsvReader(const Mapping& mapping, std::string source, EventSink& sink);

    [[nodiscard]] Result<void> feed(ByteView chunk) override { return rows_.feed(chunk); }
    [[nodiscard]] Result<void> finish() override { return rows_.finish(); }

  private:
    struct Column {
        std::string name;
        std::optional<Field> field;
    };

    [[nodiscard]] Result<void> take_header(std::vector<std::string> names) override;
    [[nodiscard]] Result<void> take_row(std::vector<std::string> cells, std::uint64_t line, std::string_view row) override;
    [[nodiscard]] Result<void> reject_row(const RejectedRow& rejected) override;

    Mapping mapping_;
    std::string source_;
    EventSink* sink_;
    std::vector<Column> columns_;  // empty until the header was read
    CsvRows rows_;
};

}  // namespace motcua::node

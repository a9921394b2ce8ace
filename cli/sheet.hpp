#pragma once
/// A table that a verb prints: aligned for people, as CSV (RFC 4180), or as JSON. Names of columns are stable, titles are for people.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace motcua::cli {

struct Sheet {
    enum class Form : std::uint8_t {
        text, count,
        rate,     ///< hundredths of a percent: 9893 is shown as 98,93 %
        points,   ///< hundredths of a point: 167 is shown as 1,67
        day,      ///< days since 1970: dd/mm/yyyy for people, 2026-12-01 for programs
        moment,   ///< ms since 1970: dd/mm/yyyy hh:mm; the number for programs
    };
    struct Column {
        std::string name, title;  ///< without a title it is for programs alone
        Form form = Form::text;
    };
    /// Nothing: no value, shown as a dash.
    using Cell = std::variant<std::monostate, std::string, std::int64_t>;

    std::vector<std::string> heading;                          ///< lines above, for people
    std::vector<std::pair<std::string, Cell>> facts;           ///< beside the rows, for JSON
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    std::vector<std::string> notes;                            ///< lines below, for people

    enum class Style : std::uint8_t { aligned, csv, json };
    [[nodiscard]] std::string text(Style style) const;
};

[[nodiscard]] Sheet::Cell cell_of(std::optional<std::int64_t> number);
[[nodiscard]] Sheet::Cell cell_of(std::optional<std::uint64_t> number);
/// 85.000 as Vietnam writes it.
[[nodiscard]] std::string grouped_digits(std::int64_t number);

}  // namespace motcua::cli

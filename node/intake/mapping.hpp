#pragma once
/// Which column of an event log means what. A TOML file; the defaults fit XES names, in CSV with `case:` before the
/// attributes of the case, as pm4py writes them:
///
///     source = "receipt"            # default: the file's name without its ending
///     utc_offset = "+07:00"         # for times that have none; without it such a row is rejected
///     delimiter = ";"               # of a CSV; default a comma
///     [columns]
///     case = "Mã hồ sơ"             # also: activity time event_id lifecycle group resource responsible channel
///     activity = "Bước"             #   department case_start case_deadline case_end_planned case_end
///     case_end = ""                 # there is no such column
///
/// In an XES file `case:x` is the attribute x of the trace, any other name an attribute of the event.

#include <array>
#include <bitset>
#include <optional>
#include <string>

#include "crypto/result.hpp"

namespace motcua::node {

enum class Field : std::uint8_t {
    case_name, activity, time, event_id, lifecycle, group, resource, responsible, channel, department,
    case_start, case_deadline, case_end_planned, case_end,
};
inline constexpr std::size_t field_count = 14;

/// The name of a field in a mapping file.
[[nodiscard]] std::string_view name_of(Field field);

struct Mapping {
    static constexpr std::size_t source_bytes_max = 256;

    Mapping();  ///< the defaults

    std::array<std::string, field_count> columns;  ///< empty: there is none
    std::bitset<field_count> named;                ///< by the mapping file: such a column must be there
    std::optional<std::string> source;
    std::optional<std::int64_t> utc_offset_minutes;
    char delimiter = ',';

    [[nodiscard]] const std::string& column(Field field) const { return columns[static_cast<std::size_t>(field)]; }
    [[nodiscard]] std::optional<Field> find_field(std::string_view column) const;
    /// Errors: usage, naming the line and the field; unknown fields are errors.
    static Result<Mapping> parse(std::string_view toml);
};

}  // namespace motcua::node

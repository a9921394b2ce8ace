#pragma once
/// Form II.06a/VPCP/KSTT: what was received, resolved and is in process, by office and by field.

#include <array>
#include <optional>
#include <string_view>

#include "sync/report/rules.hpp"

namespace motcua::sync {

/// Columns by their numbers in the form.
enum class Column : std::uint8_t {
    received = 3, online = 4, direct = 5, carried = 6, resolved = 7, early = 8, on_time = 9, overdue = 10, in_process = 11, within_time = 12, past_due = 13,
};
inline constexpr std::array all_columns{Column::received, Column::online,  Column::direct,     Column::carried,     Column::resolved, Column::early,
                                        Column::on_time,  Column::overdue, Column::in_process, Column::within_time, Column::past_due};

[[nodiscard]] std::string_view name_of(Column column);     ///< received, online, …: for --json, --csv and --behind
[[nodiscard]] std::string_view title_vi(Column column);
/// What one cell of a report counts: a column by its name or number ("10"), "taken_in" (4 + 5), or "in_time" (8 + 9). Empty: no such cell.
[[nodiscard]] std::vector<Column> find_cell(std::string_view text);

/// 3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13 and 3 = 7 + 11, since the sums are made of their parts and the rest is what is left.
struct FormRow {
    std::int64_t online = 0, direct = 0, carried = 0;
    std::int64_t early = 0, on_time = 0, overdue = 0;
    std::int64_t past_due = 0;

    [[nodiscard]] std::int64_t received() const { return online + direct + carried; }
    [[nodiscard]] std::int64_t resolved() const { return early + on_time + overdue; }
    [[nodiscard]] std::int64_t in_process() const { return received() - resolved(); }
    [[nodiscard]] std::int64_t within_time() const { return in_process() - past_due; }
    [[nodiscard]] std::int64_t of(Column column) const;
    FormRow& operator+=(const FormRow& other);
    bool operator==(const FormRow&) const = default;
};
[[nodiscard]] FormRow form_row(const Totals& totals, const RuleSetContent& rules);

/// A share in hundredths of a percent: 9893 is 98.93 %. Half rounds up, but only all shows as 100.00 and only none as 0.00. Nothing of nothing.
[[nodiscard]] std::optional<std::int64_t> basis_points(std::int64_t part, std::int64_t whole);
/// Of those resolved, the early ones and those on time.
[[nodiscard]] inline std::optional<std::int64_t> on_time_rate(const FormRow& row) { return basis_points(row.early + row.on_time, row.resolved()); }

}  // namespace motcua::sync

#pragma once
/// Rows of a report: places gathered by office, field or level, each with its name for people.

#include "sync/report/form_ii06a.hpp"

namespace motcua::sync {

enum class GroupBy : std::uint8_t { city, level, office, field };
[[nodiscard]] std::optional<GroupBy> find_grouping(std::string_view name);
[[nodiscard]] std::string_view name_of(GroupBy by);

/// A row's identity (stable, for --json and --csv) and what people call it. An imported history's groups are rows of their own by office.
struct Group {
    int order = 0;  ///< of levels: as the published table has them, vertical agencies last
    std::string key, name;
    auto operator<=>(const Group&) const = default;
};
/// The level of an office is of the registry as it is now; an office that it does not list stands by its code.
[[nodiscard]] Group group_of(const Place& place, GroupBy by, const Registry& registry);
[[nodiscard]] std::string_view name_vi(OfficeKind kind);
[[nodiscard]] std::string_view name_of(OfficeKind kind);  ///< commune, hub, …

struct GroupTotals {
    Group group;
    Totals totals;
};
/// Sorted by key, levels by their order. Rows of which every figure is 0 are left out.
[[nodiscard]] std::vector<GroupTotals> grouped(const TotalsByPlace& places, GroupBy by, const Registry& registry);
[[nodiscard]] Totals sum_of(const TotalsByPlace& places);

}  // namespace motcua::sync

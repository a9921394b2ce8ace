#include "sync/report/grouping.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

/// In the order of the published table: departments, districts, communes, the vertical agencies last.
struct KindWords {
    OfficeKind kind;
    int order;
    std::string_view name, name_vi;
};
constexpr KindWords kinds[] = {
    {OfficeKind::city, 1, "city", "Thành phố"},
    {OfficeKind::department, 2, "department", "Sở, ban, ngành"},
    {OfficeKind::hub, 3, "hub", "Quận, huyện, trung tâm"},
    {OfficeKind::commune, 4, "commune", "Phường, xã"},
    {OfficeKind::vertical, 5, "vertical", "Đơn vị hiệp quản"},
};
const KindWords& words_of(OfficeKind kind) { return *std::ranges::find(kinds, kind, &KindWords::kind); }

constexpr std::pair<GroupBy, std::string_view> groupings[] = {
    {GroupBy::city, "city"}, {GroupBy::level, "level"}, {GroupBy::office, "office"}, {GroupBy::field, "field"},
};

/// An earlier bearer of a code that is used again stands with the day from which it bore it.
Group office_group(const Place& place, const Registry& registry) {
    const auto* office = registry.find_office(place.office);
    const auto* bearer = registry.find_office(place.office.code);
    Group group{.order = 0, .key = place.office.code, .name = office != nullptr ? office->name : place.office.code};
    if (bearer != nullptr && bearer->id != place.office) group.key += "@" + std::to_string(place.office.since_day);
    if (!place.unit.empty()) {
        group.key += "/" + place.unit;
        group.name += " · " + place.unit;
    }
    return group;
}

}  // namespace

std::optional<GroupBy> find_grouping(std::string_view name) {
    const auto* found = std::ranges::find(groupings, name, &std::pair<GroupBy, std::string_view>::second);
    return found == std::end(groupings) ? std::nullopt : std::optional(found->first);
}
std::string_view name_of(GroupBy by) { return std::ranges::find(groupings, by, &std::pair<GroupBy, std::string_view>::first)->second; }
std::string_view name_vi(OfficeKind kind) { return words_of(kind).name_vi; }
std::string_view name_of(OfficeKind kind) { return words_of(kind).name; }

Group group_of(const Place& place, GroupBy by, const Registry& registry) {
    const auto* office = registry.find_office(place.office);
    switch (by) {
        case GroupBy::city: return {0, registry.city_code(), registry.city_name()};
        case GroupBy::level:
            if (office == nullptr) return {6, "unknown", "Chưa rõ cấp"};
            return {words_of(office->kind).order, std::string(name_of(office->kind)), std::string(name_vi(office->kind))};
        case GroupBy::office: return office_group(place, registry);
        case GroupBy::field: return {0, place.field, place.field.empty() ? "Chưa rõ lĩnh vực" : place.field};
    }
    return {};
}

std::vector<GroupTotals> grouped(const TotalsByPlace& places, GroupBy by, const Registry& registry) {
    std::map<Group, Totals> groups;
    for (const auto& [place, totals] : places) groups[group_of(place, by, registry)] += totals;
    std::vector<GroupTotals> rows;
    for (const auto& [group, totals] : groups) {
        const bool is_over = totals.before.received() == totals.before.finished();
        if (is_over && totals.during.is_zero()) continue;
        rows.push_back({group, totals});
    }
    return rows;
}

Totals sum_of(const TotalsByPlace& places) {
    Totals sum;
    for (const auto& [place, totals] : places) sum += totals;
    return sum;
}

}  // namespace motcua::sync

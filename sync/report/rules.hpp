#pragma once
/// Named rule sets: how a report reads early, on time and overdue. They are acts of the registry; two are built in for a city that has stated none.

#include <optional>

#include "sync/registry/registry.hpp"
#include "sync/report/tally.hpp"

namespace motcua::sync {

/// As form II.06a/VPCP/KSTT reads them: early by a working day; waiting counts as within time, returned or withdrawn as on time.
inline constexpr std::string_view form_rules = "II.06a";
/// To the minute, and nothing excused.
inline constexpr std::string_view strict_rules = "strict";

/// The rule set of that name on the last day of a report: the registry's, else a built-in one. Errors: not_found, naming those that there are.
[[nodiscard]] Result<RuleSetContent> rule_set_of(const Registry& registry, std::string_view name, std::int64_t day);

enum class EndClass : std::uint8_t { early, on_time, overdue };
/// Without a due instant nothing can be early or overdue.
[[nodiscard]] EndClass class_of(Timing timing, const RuleSetContent& rules);

/// From `from_day` to `to_day`, both included. Everything is counted as it stood at the end of `to_day`.
struct Period {
    std::int64_t from_day = 0, to_day = 0;
    auto operator<=>(const Period&) const = default;
};

}  // namespace motcua::sync

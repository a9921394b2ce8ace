#pragma once
/// What the contents of registry acts may hold. One place for the fold, which voids what breaks a limit, and for whoever
/// prepares such an act and wants to know before.

#include <string_view>

#include "sync/act/registry_content.hpp"

namespace motcua::sync {

constexpr std::size_t rule_name_bytes_max = 64;        ///< codes of procedures, names of calendars and rule sets: they are subjects
constexpr std::size_t office_name_bytes_max = 300;
constexpr std::size_t procedure_name_bytes_max = 2000; ///< official names run over 1,000 letters
constexpr std::uint64_t number_max = 9999;             ///< of the numbers of a day

/// 1 to 300 bytes.
[[nodiscard]] bool is_name(std::string_view name);
[[nodiscard]] bool is_office_kind(OfficeKind kind);
/// Visible ASCII, at most rule_name_bytes_max.
[[nodiscard]] bool is_rule_name(std::string_view name);

/// What breaks a limit, in English; empty when nothing does.
[[nodiscard]] std::string_view flaw_in(const ProcedureContent& content);
[[nodiscard]] std::string_view flaw_in(const CalendarContent& content);
[[nodiscard]] std::string_view flaw_in(const RuleSetContent& content);
[[nodiscard]] std::string_view flaw_in(const NumberBlockContent& content);

}  // namespace motcua::sync

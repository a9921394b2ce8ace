#pragma once
/// Dossiers that need someone today: overdue ones and those at risk, each with why in words for an officer.

#include "sync/report/contribution.hpp"
#include "sync/report/rules.hpp"

namespace motcua::sync {

/// At risk: due before this many working days have passed. One, since an apology must go out at the latest one day before the due date:
/// whoever waits longer has lost the right to a new date.
inline constexpr std::uint64_t at_risk_working_days = 1;
/// How far ahead a due instant can lie and still be at risk: the longest stretch of days off (Tết with its weekends) and that one day.
inline constexpr std::uint64_t at_risk_horizon_ms = 16ULL * 24 * 60 * 60 * 1000;

enum class Trouble : std::uint8_t {
    overdue,       ///< its due instant has passed
    due_soon,      ///< at_risk_working_days or less are left
    step_overdue,  ///< the dossier is within time, one of its open steps is not
};
struct Attention {
    Trouble trouble{};
    std::uint64_t due_ms = 0;         ///< of the dossier, or of the step
    std::uint64_t working_minutes = 0;  ///< past it, or left to it
    std::string why;
};

/// Nothing for a dossier that is done, waits outside the clock while the rules excuse that, or has time left.
[[nodiscard]] std::optional<Attention> attention_of(const Dossier& dossier, std::uint64_t as_of_ms, const RuleSetContent& rules, const Calendar& calendar);

}  // namespace motcua::sync

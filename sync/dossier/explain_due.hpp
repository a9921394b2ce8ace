#pragma once
/// Why a dossier is due when it is, for `dossier due --explain`: the rule it was accepted under, each day, each pause, and
/// what the receipt or an apology says instead.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

/// In Vietnamese, a sentence each. Never empty: where no rule gives a date, it says so.
[[nodiscard]] std::vector<std::string> explain_due(const Dossier& dossier, const Rulebook& rules);

}  // namespace motcua::sync

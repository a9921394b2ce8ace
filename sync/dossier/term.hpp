#pragma once
/// Why a dossier is due when it is: the procedure's rule, its pauses, and every day that does not count.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

/// Sentences in Vietnamese, in order. Never empty: where nothing was computed, it says so and why.
[[nodiscard]] std::vector<std::string> explain_due(const Dossier& dossier, const Rulebook& rules);

}  // namespace motcua::sync

#pragma once
/// What the registry says of each act alone: who signed it, for which office, with which role, and whether a revocation cuts
/// it off. Heads confirm cut acts one by one; adopts carry what stands behind a seal; admissions entitle keys that the registry
/// does not list.

#include "sync/dossier/act_tree.hpp"

namespace motcua::sync {

/// Fills in `own`, `is_provisional`, `is_adopted`, `is_confirmed` and, of confirmations and adopts, `verdict`.
void judge_own_rights(ActTree& tree, const Registry& registry, Parties& parties);

}  // namespace motcua::sync

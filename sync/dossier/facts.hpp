#pragma once
/// Which facts count. A counter must record what happens at it, so a fact needs an office that has to do with the dossier on the
/// chain that its author saw, and not a branch that stands.

#include "sync/dossier/authority.hpp"

namespace motcua::sync {

/// Gives every fact its verdict. Arbitrations and confirmations have theirs already.
void judge_facts(ActTree& tree, const Authority& authority, const Registry& registry, Parties& parties);

/// Whether the content of a fact makes sense by the registry that it cites.
[[nodiscard]] Verdict judge_sense(const Entry& fact, const Registry& registry);
/// Whether the author of the opinion is of the office that the consultation asks, or of its heir.
[[nodiscard]] bool is_put_to(const Entry& consultation, const Entry& opinion, Parties& parties);
/// Whether an office may state a fact on a chain of these offices, by the registry of that size: it is one of them, or the heir of
/// one, or above one.
[[nodiscard]] bool is_of_chain(OfficeNo office, OfficeSetNo touched, std::uint64_t size, const Registry& registry, Parties& parties);

}  // namespace motcua::sync

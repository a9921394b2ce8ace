#pragma once
/// A log that the registry does not list yet, as it comes: a head of its office may have admitted it, by its entries 0 and 1 (DESIGN 5,
/// MERGE.md). Those that are stored are told by load_registry.

#include "sync/log/extension.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::node {

/// The registry with the log whose beginning this extension is, where its entries 0 and 1 entitle it; null otherwise. Signatures are
/// not checked here: check_extension does.
[[nodiscard]] std::shared_ptr<const sync::Registry> with_admitted(const sync::Registry& registry, const sync::Extension& extension);

}  // namespace motcua::node

#pragma once
/// Logs that the registry does not list yet and that a head of their office admitted: known by their entries 0 and 1, wherever they
/// are stored (DESIGN 5, MERGE.md).

#include "node/store/reader.hpp"

namespace motcua::node {

/// Tells a registry that was loaded of every such log that is stored here.
[[nodiscard]] Result<void> tell_of_admitted(Reader& reader, sync::Registry& loaded);
/// The registry with the log whose beginning this extension is, where its entries 0 and 1 entitle it; null otherwise. Signatures are
/// not checked here: check_extension does.
[[nodiscard]] std::shared_ptr<const sync::Registry> with_admitted(const sync::Registry& registry, const sync::Extension& extension);

}  // namespace motcua::node

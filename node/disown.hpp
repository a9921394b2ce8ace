#pragma once
/// Logs that announced another registry's root, as is seen only once ours reaches that size: their acts came first.

#include "node/store/store.hpp"

namespace motcua::node {

/// After the registry grew, before the views follow it, in the same transaction: what such a log states by that registry is
/// void from now on, and the log is accused, like one that announces it today, with both checkpoints as evidence.
[[nodiscard]] Result<void> disown_announced(Store& store, sync::Registry& grown);
/// Those that the views know, for a registry that was loaded.
[[nodiscard]] Result<void> disown_known(Reader& reader, sync::Registry& loaded);

}  // namespace motcua::node

#pragma once
/// The codes that this node's own log has given, whatever became of the acts that gave them: a number is never given twice.

#include "node/store/store.hpp"

namespace motcua::node {

/// Does nothing for acts that give no code.
[[nodiscard]] Result<void> add_given_code(Database& database, const sync::Act& act);

}  // namespace motcua::node

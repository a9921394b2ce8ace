#pragma once
/// How acts of our own log get into the tables `imported` and `imported_case`. For the views alone.

#include "node/store/store.hpp"

namespace motcua::node {

/// Does nothing for acts of other kinds. The first creating act of a case stays.
[[nodiscard]] Result<void> add_imported(Database& database, const sync::Act& act);

}  // namespace motcua::node

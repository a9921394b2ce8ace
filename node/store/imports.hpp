#pragma once
/// How acts of our own line get into the tables `imported` and `imported_case`. For the views alone.

#include <set>

#include "node/store/store.hpp"

namespace motcua::node {

/// Does nothing for acts of other kinds. The first creating act of a case stays.
[[nodiscard]] Result<void> add_imported(Database& database, const sync::Act& act);

using EachAct = std::function<Result<void>(const sync::Act&)>;
/// Of all that is here of these offices' logs, whole or as inboxes carried it. Errors: storage, and what `each` says.
[[nodiscard]] Result<void> each_act_of(Reader& reader, const sync::Registry& registry, const std::set<sync::OfficeId>& offices, const EachAct& each);
/// Where our own office is among them: the keys of imported events and the codes given once more, since other logs may be of our own line now.
[[nodiscard]] Result<void> renew_tables_of_line(Reader& reader, const sync::Registry& registry, const std::set<sync::OfficeId>& offices);

}  // namespace motcua::node

#pragma once
/// How a database of an older version of the program is brought up to date. For node/store/database.cpp alone.

#include "node/store/database.hpp"

namespace motcua::node {

/// `file` of schema version `version`, which is not the program's: steps up to it, or an error in words. A copy of the file as it was stays
/// beside it. Killed at any moment it is as it was, or up to date. Errors: refused (newer; too old; a reader); storage (no room for the copy).
[[nodiscard]] Result<void> upgrade_schema(Database& database, const std::filesystem::path& file, const Schema& schema, std::int64_t version, bool may_write);

}  // namespace motcua::node

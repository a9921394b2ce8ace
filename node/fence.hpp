#pragma once
/// How a node knows that its database is not an older one, put back: a random value lies in motcua.db and in DIR/fence, which no backup
/// holds (DESIGN 8). Where the two differ, or one is missing, this is a restored copy.

#include "node/store/store.hpp"

namespace motcua::node {

inline constexpr const char* fence_file_name = "fence";

/// A new value, in the file first (durable), then in the open transaction: a crash between the two looks like a restored copy,
/// which is the safe side. Errors: storage.
[[nodiscard]] Result<void> renew_fence(Store& store, const std::filesystem::path& directory, Random& random);
/// Whether file and database agree. Errors: storage.
[[nodiscard]] Result<bool> is_fence_whole(Reader& reader, const std::filesystem::path& directory);

}  // namespace motcua::node

#pragma once
/// The registry of a directory as it stands, for those who only read it.

#include <filesystem>
#include <map>

#include "sync/registry/registry.hpp"

namespace motcua::node {

struct StoredRegistry {
    sync::Registry registry;
    std::map<sync::PublicKey, std::string> officer_names;  ///< as far as the bodies that name them are here
};

/// Beside a running node or without one; needs no passphrase. Errors: not_found (no node, or not enrolled yet); storage;
/// verification, when the stored registry is not what the pin says.
[[nodiscard]] Result<StoredRegistry> read_registry(const std::filesystem::path& directory);

}  // namespace motcua::node

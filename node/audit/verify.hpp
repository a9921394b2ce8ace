#pragma once
/// Every signature, hash, root and cosignature that a node or an export holds, verified anew. Nothing is believed but the
/// root key: the registry is folded from its entry 0 on, and what it lists is verified next.

#include <filesystem>

#include "node/audit/finding.hpp"
#include "sync/act/envelope.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::node {

/// Called now and then while a log is read.
using AuditProgress = std::function<void(std::string_view origin, std::uint64_t entries)>;

/// A node's directory, beside the running node or without one, on one snapshot. Trusts the root that motcua.toml pins.
/// The witness table shows a tail that was cut off others' logs, at the city also off its own and the registry; cosignatures
/// from above one that was cut off our own log, and acts that cite the registry one that was cut off a copy of it. The table
/// and this node's own cosignatures must agree, so that rows removed from either are seen. `only_log`: the registry and the log of that origin.
/// Errors: not_found (no node, not enrolled, no such log); storage, when nothing can be read at all.
[[nodiscard]] Result<AuditReport> verify_directory(const std::filesystem::path& directory, const std::optional<std::string>& only_log,
                                                   sync::SignatureChecker& checker, const AuditProgress& progress);

/// The folder that `audit export` wrote, or that claims so. `since`: a `checkpoint` file that was kept from an earlier
/// export; the log of that name must contain it. Errors: not_found, verification (no export of this city).
[[nodiscard]] Result<AuditReport> verify_export(const std::filesystem::path& folder, const sync::RootPin& root,
                                                const std::optional<std::string>& since, sync::SignatureChecker& checker,
                                                const AuditProgress& progress);

}  // namespace motcua::node

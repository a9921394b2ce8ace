#pragma once
/// Every log of a node as a C2SP tlog-tiles tree, for anyone's tools:
/// OUT/<origin>/{checkpoint, vkey, tile/<L>/<N>[.p/<W>], tile/entries/<N>[.p/<W>]}.

#include <filesystem>
#include <functional>
#include <vector>

#include "crypto/bytes.hpp"

namespace motcua::node {

struct ExportedLog {
    std::string origin;
    std::uint64_t size = 0;
    std::uint64_t earlier_size = 0;   ///< of the export that was extended
    std::size_t cosignatures = 0;     ///< on the exported checkpoint
};

/// One snapshot, every log at full size; beside a running node or without one. Bodies are not exported: they are people's.
/// `out` absent or empty: written beside and renamed into place. An earlier export of the same city: extended, once its
/// checkpoints were found to be a beginning of what is here; tiles first, then the checkpoints, then what is no longer
/// needed is removed, so that whenever it stops the earlier or the new checkpoint stands with all its tiles.
/// Durable on return. Errors: not_found (no node, not enrolled); refused (`out` is something else, or holds what is not a
/// beginning of this node's logs); verification (stored entries do not give the stored root); storage.
[[nodiscard]] Result<std::vector<ExportedLog>> export_logs(const std::filesystem::path& directory, const std::filesystem::path& out,
                                                           const std::function<void(std::string_view origin, std::uint64_t entries)>& progress);

}  // namespace motcua::node

#pragma once
/// How far each log of a node is recorded, held and witnessed, from what its directory says.

#include <filesystem>
#include <optional>
#include <vector>

#include "node/config.hpp"
#include "sync/act/ids.hpp"

namespace motcua::node {

struct LogStatus {
    std::string origin;
    sync::LogId id;
    std::uint64_t size = 0;
    sync::Hash root;
    std::uint64_t recorded = 0;   ///< acts that are durable here: the size
    std::uint64_t held = 0;       ///< of which a node above the log's office has cosigned so many; at that node, itself
    std::uint64_t witnessed = 0;  ///< of which the top office has cosigned so many
    std::optional<std::string> accused;
};

struct NodeStatus {
    Config config;
    std::string origin;               ///< of this node's own log; empty before enrolment
    std::uint64_t registry_size = 0;
    std::vector<std::string> troubles;  ///< in words: what stops this node from recording or taking; motcua doctor says more
    std::uint64_t deferred = 0;       ///< acts taken back by this node's own cosignatures, whose signatures are still to be checked again
    std::vector<LogStatus> logs;      ///< the registry's too; empty before enrolment
};

/// Beside a running node or without one; needs no passphrase. Only cosignatures that verify count.
/// Errors: not_found; storage; verification, when the stored registry is not what the pin says.
[[nodiscard]] Result<NodeStatus> read_status(const std::filesystem::path& directory);

/// The origin of the log that this directory's key file and office name; needs no passphrase. Errors: not_found, verification.
[[nodiscard]] Result<std::string> own_origin(const std::filesystem::path& directory, const Config& config);

}  // namespace motcua::node

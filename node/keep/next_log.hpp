#pragma once
/// How a node that knows itself for a restored or cloned copy goes on (DESIGN 8): first the tail of its log is fetched from above, then it opens
/// the next log of its line, under new keys. What was recorded and never left the old disk stays there, to be adopted when it turns up.

#include "node/node.hpp"

namespace motcua::node {

/// Where a recovery stands. Read beside a running node or without one.
struct RecoveryState {
    std::string why;                       ///< empty: this node is not halted, and there is nothing to recover
    std::string origin;                    ///< of the log that is to be continued, or was last
    std::uint64_t size = 0;                ///< entries of it that are here
    std::optional<std::uint64_t> tail_known_at_ms;  ///< when a node above last said that it has no more of it than is here
    bool is_top = false;                   ///< the city: nobody above has anything
};
[[nodiscard]] Result<RecoveryState> read_recovery(const std::filesystem::path& directory);

struct NextLog {
    std::string origin;           ///< of the log that goes on
    std::string predecessor;
    std::uint64_t size = 0;       ///< at which the predecessor was left
    std::filesystem::path request;  ///< for the city
};
/// Opens the next log: new log, Noise and cosigning keys under `passphrase`, entry 0 naming what is here of the old log, entry 1 the head's
/// admission, a new fence, and DIR/enrol.request for the city. Everything or nothing, also when it is killed. Needs no running node.
/// `nobody_can_be_reached`: an operator says that no tail can be fetched; what is lost then comes back only by adopting.
/// Errors: refused (nothing to recover; the tail was not fetched; `head` is no head of this office), busy, not_found, storage.
[[nodiscard]] Result<NextLog> open_next_log(const std::filesystem::path& directory, const crypto::SigningKey& head, const std::string& head_name,
                                            bool nobody_can_be_reached, const crypto::Secret* passphrase, NodeEnvironment environment);

/// Finishes or takes back the exchange of key files of an open_next_log that was killed; before the keys are loaded. Cheap where there is none.
[[nodiscard]] Result<void> settle_key_exchange(const std::filesystem::path& directory);

}  // namespace motcua::node

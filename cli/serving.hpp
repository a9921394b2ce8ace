#pragma once
/// What `serve` and the long-running `sync` share: a node that keeps links until it is told to stop.

#include "cli/verb.hpp"
#include "node/link/server.hpp"

namespace motcua::cli {

struct ServingOptions {
    std::string directory;
    bool listens = true;                ///< else only the link upward is kept
    std::optional<std::string> listen;  ///< none: as configured
    PassphraseOptions passphrase;
};

/// Opens the node with its own keys and serves until SIGTERM or SIGINT.
[[nodiscard]] Result<void> serve_until_stopped(const ServingOptions& options, Program& program);

}  // namespace motcua::cli

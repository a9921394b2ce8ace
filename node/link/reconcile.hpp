#pragma once
/// One reconciliation with the node above, for a verb when no `serve` runs.

#include "node/control/request.hpp"
#include "node/journal.hpp"

namespace motcua::node {

/// Dials the configured upstream, sends and takes what either side lacks, and says goodbye. Durable on return.
/// Errors: usage (no upstream), unreachable (with what is safe), refused (not enrolled, or by the peer), storage.
[[nodiscard]] Result<SyncDone> reconcile(Node& node, NodeEnvironment environment, const Journal& journal);

/// How an error-free or broken session answers whoever asked for it.
[[nodiscard]] SyncDone to_done(sync::SessionSummary summary);

}  // namespace motcua::node

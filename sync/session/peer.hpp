#pragma once
/// Who is at the other end: the registry says so, never the peer.

#include "sync/session/replica.hpp"

namespace motcua::sync {

struct Peer {
    NodeRecord node;
    Side side;
};

/// The node with this Noise key, when its office is a proper ancestor of ours (then it is our upper) or properly below
/// (our lower). Errors: refused, for a key that is unknown, retired or revoked, or of an office elsewhere in the tree;
/// the message tells the operator what to do.
[[nodiscard]] Result<Peer> recognise(const Registry& registry, const OfficeId& our_office, const NoiseKey& key);

/// The checkpoint of a log that a signed note carries. Errors: verification; not_found, when the registry lacks the
/// log.
[[nodiscard]] Result<crypto::Checkpoint> open_log_checkpoint(const Registry& registry, const LogId& log,
                                                             std::string_view note);

/// Those of the lines that nodes above the log's office signed over this checkpoint. Lines of cosigners that our
/// registry does not know are left out. Errors: verification, on a line that is malformed, does not verify, or is not
/// of a node above.
[[nodiscard]] Result<std::vector<std::string>> check_cosignatures(const Registry& registry, const Cosigned& cosigned);

}  // namespace motcua::sync

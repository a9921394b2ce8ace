#pragma once
/// Proof against a log from what came and what is stored: two histories, both signed by its key (sync/log/fork_proof.hpp).

#include "node/store/reader.hpp"
#include "sync/session/session.hpp"

namespace motcua::node {

/// Of an extension of the log that `base` is the stored head of, and that its key signed: an encoded ForkProof, where what is stored contradicts
/// it. Nothing where it does not, such as for an act that only has a bad signature. Errors: storage.
[[nodiscard]] Result<std::optional<Bytes>> prove_fork(Reader& reader, const sync::LogHead& base, const sync::Extension& extension);

/// What a peer's session proved, checked once more against the stored log; or what two notes prove by themselves.
[[nodiscard]] std::optional<Bytes> checked_proof(const sync::LogHead& head, const sync::StoreEvidence& evidence);

}  // namespace motcua::node

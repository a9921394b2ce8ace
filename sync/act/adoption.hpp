#pragma once
/// What an `adopt` carries, and the countersignature by which a head vouches for it.

#include "sync/act/content.hpp"
#include "sync/act/envelope.hpp"

namespace motcua::sync {

/// What a head signs: `adopt/v1 LF <id of the adopting log, hex> LF <id of the carried act, hex> LF`.
[[nodiscard]] Bytes countersigned_bytes(const LogId& adopting, const ActId& carried);
[[nodiscard]] crypto::Signature countersign(const crypto::SigningKey& head, const LogId& adopting, const ActId& carried);
/// Whether `content.head` did sign that. Who that is, is for the registry.
[[nodiscard]] bool is_countersigned(const AdoptContent& content, const LogId& adopting, const ActId& carried);

/// The act that an `adopt` carries: of a dossier, or an `admit`, with the adopt's own subject and body. Nothing where the adopt carries no such act. Says
/// nothing about any signature.
[[nodiscard]] std::optional<Act> find_carried(const Act& adopt);
/// Whether an act is of a kind that may be carried.
[[nodiscard]] bool can_be_carried(const Payload& payload);

}  // namespace motcua::sync

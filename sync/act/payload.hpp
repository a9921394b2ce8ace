#pragma once
/// The signed part of an act: a deterministic CBOR array of twelve.

#include <optional>

#include "crypto/cbor.hpp"
#include "sync/act/ids.hpp"
#include "sync/act/kind.hpp"

namespace motcua::sync {

struct Payload {
    static constexpr std::uint64_t current_version = 1;
    static constexpr std::size_t subject_bytes_max = 64;

    std::uint64_t version = current_version;
    LogId log;                        ///< with `seq`, binds the act to its place
    std::uint64_t seq = 0;
    Hash prev;                        ///< leaf hash of entry seq-1; zero at 0
    std::uint64_t registry = 0;       ///< size of the registry that the author's node had
    PublicKey signer;
    std::uint64_t at_ms = 0;          ///< the author's wall clock, ms since 1970: a claim, never an order
    Kind kind{};
    Bytes subject;                    ///< a 16-byte dossier id, a registry key, or empty
    std::optional<ActId> prior;       ///< for a move, the move it follows; for a fact, the last move its author had seen
    cbor::Item content;               ///< an array, by kind: sync/act/content.hpp
    std::optional<BodyHash> body;     ///< SHA-256 of the detached body

    template <class Archive>
    void serialize(Archive& archive) {
        archive(version, log, seq, prev, registry, signer, at_ms, kind, subject, prior, content, body);
    }
};

}  // namespace motcua::sync

#pragma once
/// The document that one log signed two histories: under 4 KB, and it convinces whoever knows the log's name and key.
///
/// Two of the log's own checkpoints contradict each other. Either they are of one size with different roots; or each proves
/// another leaf at one index (each entry commits to the one before it, so with two histories the last entry of the shorter
/// one always differs). Nothing but the log's key can make such a pair.

#include "crypto/cbor.hpp"
#include "crypto/merkle.hpp"
#include "sync/log/origin.hpp"

namespace motcua::sync {

constexpr std::size_t fork_proof_bytes_max = 4096;

/// What one side has: a signed checkpoint of the log and, where the sizes differ, what stands at the common index in it.
struct ForkSide {
    std::string note;             ///< signed by the log; other signatures are dropped from a proof
    std::optional<Hash> leaf;     ///< RFC 6962 leaf hash: an act's id
    std::vector<Hash> path;       ///< its inclusion proof in the note's tree

    bool operator==(const ForkSide&) const = default;
    template <class A> void serialize(A& a) { a(note, leaf, path); }
};

struct ForkProof {
    std::optional<std::uint64_t> index;  ///< of both leaves; null: one size, two roots
    ForkSide one, other;                 ///< `one` has the note that sorts first, so that the same evidence is the same bytes

    bool operator==(const ForkProof&) const = default;
    template <class A> void serialize(A& a) { a(index, one, other); }

    [[nodiscard]] Bytes encode() const;
    /// Form and size alone. Errors: verification.
    static Result<ForkProof> decode(ByteView bytes);
    /// What it says, in English, for whoever verified it: the log, the sizes, what differs.
    [[nodiscard]] std::string text() const;
};

/// The index at which two histories of one log are to be compared; nothing where one of them is empty.
[[nodiscard]] constexpr std::optional<std::uint64_t> fork_index(std::uint64_t size_here, std::uint64_t size_there) {
    const std::uint64_t least = size_here < size_there ? size_here : size_there;
    return least == 0 ? std::nullopt : std::optional(least - 1);
}

/// Checks both notes' signatures by the log, and that they contradict each other. Errors: verification, saying what is missing.
[[nodiscard]] Result<void> verify_fork(const ForkProof& proof, std::string_view origin, const PublicKey& log_key);
/// From what two sides have, in whatever order. Where the notes are of one size, leaves and paths are left out. Errors: as
/// verify_fork, so that what comes back convinces; and verification, where it would not fit.
[[nodiscard]] Result<ForkProof> make_fork_proof(ForkSide here, ForkSide there, std::optional<std::uint64_t> index, std::string_view origin,
                                                const PublicKey& log_key);

/// So many entries the two histories surely share: from there on at most they differ. By what both paths say of everything to the left of
/// the index; 0 where the notes are of one size, since nothing is said of it then. Of a proof that verified.
[[nodiscard]] std::uint64_t shared_size(const ForkProof& proof);

/// A proof as a file, for whoever has no node: ["motcua fork proof", 1, the log's verifier key as text, the proof]. The key's name is the
/// origin, which carries K of the key: so the file convinces whoever knows no more than the log's name.
struct ForkDocument {
    crypto::VerifierKey log;
    ForkProof proof;
    [[nodiscard]] Bytes encode() const;
};
/// Everything is checked. Errors: verification, saying what is missing.
[[nodiscard]] Result<ForkDocument> open_fork_document(ByteView file);

}  // namespace motcua::sync

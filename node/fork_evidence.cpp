#include "node/fork_evidence.hpp"

#include "sync/log/fork_proof.hpp"

namespace motcua::node {
namespace {

std::optional<crypto::Checkpoint> opened(const sync::LogHead& head, const std::string& text) {
    const auto note = crypto::Note::parse(text);
    if (!note) return std::nullopt;
    auto checkpoint = crypto::open_checkpoint(*note, sync::log_verifier(head.origin, head.log_key));
    return checkpoint ? std::optional(*std::move(checkpoint)) : std::nullopt;
}

sync::ForkSide side(std::string note, std::span<const sync::Hash> leaves, std::uint64_t index, std::uint64_t size) {
    return {.note = std::move(note), .leaf = leaves[index], .path = crypto::inclusion_proof(leaves, index, size)};
}

}  // namespace

Result<std::optional<Bytes>> prove_fork(Reader& reader, const sync::LogHead& base, const sync::Extension& extension) {
    const auto theirs = opened(base, extension.checkpoint);
    // The nearest checkpoint that both have something to say of; else our last.
    auto row = reader.checkpoint_at_or_after(base.id, extension.from + 1);
    if (!row) return std::unexpected(std::move(row).error());
    const auto ours = *row ? opened(base, (*row)->note) : std::nullopt;
    if (!theirs || !ours || theirs->size != extension.from + extension.entries.size()) return std::nullopt;
    std::vector<sync::Hash> here, there;
    auto read = reader.each_entry(base.id, 0, ours->size, [&](std::uint64_t seq, ByteView entry) {
        here.push_back(crypto::leaf_hash(entry));
        if (seq < extension.from) there.push_back(here.back());
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (here.size() < ours->size || there.size() < extension.from) return std::nullopt;
    for (const auto& entry : extension.entries) there.push_back(crypto::leaf_hash(entry));
    const auto index = sync::fork_index(ours->size, theirs->size);
    if (!index) return std::nullopt;
    auto proof = sync::make_fork_proof(side((*row)->note, here, *index, ours->size), side(extension.checkpoint, there, *index, theirs->size), index,
                                       base.origin, base.log_key);
    return proof ? std::optional(proof->encode()) : std::nullopt;
}

std::optional<Bytes> checked_proof(const sync::LogHead& head, const sync::StoreEvidence& evidence) {
    if (evidence.proof) {
        const auto proof = sync::ForkProof::decode(*evidence.proof);
        if (proof && sync::verify_fork(*proof, head.origin, head.log_key)) return evidence.proof;
    }
    auto proof = sync::make_fork_proof({.note = evidence.ours, .leaf = {}, .path = {}}, {.note = evidence.theirs, .leaf = {}, .path = {}}, std::nullopt,
                                       head.origin, head.log_key);
    return proof ? std::optional(proof->encode()) : std::nullopt;
}

}  // namespace motcua::node

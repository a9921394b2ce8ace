#include "sync/log/fork_proof.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace motcua::sync {
namespace {

std::unexpected<Error> no_proof(std::string_view cause) { return fail(ErrorKind::verification, "no proof of a fork: " + std::string(cause)); }

Result<crypto::Checkpoint> checkpoint_of(const ForkSide& side, const crypto::VerifierKey& log) {
    const auto note = crypto::Note::parse(side.note);
    if (!note) return no_proof(note.error().message);
    auto checkpoint = crypto::open_checkpoint(*note, log);
    if (!checkpoint) return no_proof(checkpoint.error().message);
    return checkpoint;
}

// The log's own word alone: what others signed beside it proves nothing more.
Result<std::string> bare_note(const std::string& text, const crypto::VerifierKey& log) {
    auto note = crypto::Note::parse(text);
    if (!note) return no_proof(note.error().message);
    std::erase_if(note->signatures, [&](const auto& line) { return line.name != log.name || line.key_id != log.key_id(); });
    return note->format();
}

Result<void> check_leaf(const ForkSide& side, std::uint64_t index, const crypto::Checkpoint& checkpoint) {
    if (!side.leaf) return no_proof("a leaf is missing");
    if (index >= checkpoint.size) return no_proof(fmt::format("a checkpoint of size {} has no entry {}", checkpoint.size, index));
    const auto included = crypto::verify_inclusion(*side.leaf, index, checkpoint.size, side.path, checkpoint.root);
    return included ? Result<void>{} : no_proof(included.error().message);
}

// For people: a note of ours begins with origin, size and root.
std::string described(const ForkSide& side) {
    const auto note = crypto::Note::parse(side.note);
    const auto checkpoint = note ? crypto::Checkpoint::parse(note->text) : Result<crypto::Checkpoint>(fail(ErrorKind::verification, ""));
    if (!checkpoint) return "an unreadable checkpoint";
    return fmt::format("a checkpoint of size {} with root {}", checkpoint->size, to_hex(checkpoint->root.view()));
}

/// What stands to the left of an entry, as subtrees from the first entry on: for every 1 in the index, the highest first, one as large. The same
/// in every tree that has the entry.
struct LeftPart {
    std::uint64_t size;
    Hash hash;
};
std::vector<LeftPart> left_parts(const ForkSide& side, std::uint64_t index, std::uint64_t size) {
    std::vector<LeftPart> parts;
    std::uint64_t place = index, last = size - 1;
    unsigned level = 0;
    const auto climb = [&] { place >>= 1U, last >>= 1U, ++level; };
    for (const Hash& sibling : side.path) {  // RFC 9162 section 2.1.3.2
        while (place % 2 == 0 && place == last && place > 0) climb();
        if (place % 2 == 1) parts.push_back({std::uint64_t{1} << level, sibling});
        climb();
    }
    std::ranges::reverse(parts);
    return parts;
}

// An origin of ours carries K of its key: nobody else's key can have signed under it.
bool names_key(const std::string& origin, const PublicKey& key) {
    const auto parsed = parse_origin(origin);
    if (!parsed) return false;
    switch (parsed->log_class) {
        case LogClass::node: return origin == node_origin(parsed->code, key);
        case LogClass::registry: return origin == registry_origin(parsed->code, key);
        case LogClass::inbox: return origin.starts_with(node_origin(parsed->code, key) + "/inbox/");
    }
    return false;
}

constexpr std::string_view document_name = "motcua fork proof";
constexpr std::uint64_t document_version = 1;
struct DocumentFile {
    std::string name;
    std::uint64_t version = 0;
    std::string log;
    Bytes proof;
    template <class A> void serialize(A& a) { a(name, version, log, proof); }
};

}  // namespace

Bytes ForkProof::encode() const { return cbor::encode(*this); }

Result<ForkProof> ForkProof::decode(ByteView bytes) {
    if (bytes.size() > fork_proof_bytes_max) return no_proof(fmt::format("{} bytes are over the limit of {}", bytes.size(), fork_proof_bytes_max));
    auto proof = cbor::decode<ForkProof>(bytes);
    if (!proof) return no_proof(proof.error().message);
    return proof;
}

std::string ForkProof::text() const {
    const auto note = crypto::Note::parse(one.note);
    const std::string origin = note ? note->text.substr(0, note->text.find('\n')) : std::string("an unreadable log");
    std::string text = fmt::format("{} signed two histories: {}, and {}.", origin, described(one), described(other));
    if (!index || !one.leaf || !other.leaf) return text + " One log cannot have both.";
    return text + fmt::format(" Entry {} is {} in the first and {} in the second.", *index, to_hex(one.leaf->view()), to_hex(other.leaf->view()));
}

Result<void> verify_fork(const ForkProof& proof, std::string_view origin, const PublicKey& log_key) {
    const crypto::VerifierKey log = log_verifier(origin, log_key);
    const auto one = checkpoint_of(proof.one, log);
    if (!one) return std::unexpected(one.error());
    const auto other = checkpoint_of(proof.other, log);
    if (!other) return std::unexpected(other.error());
    if (!proof.index) {
        if (proof.one.leaf || proof.other.leaf || !proof.one.path.empty() || !proof.other.path.empty()) return no_proof("leaves without an index");
        if (one->size != other->size) return no_proof("checkpoints of different sizes need the leaves at one index");
        return one->root != other->root ? Result<void>{} : no_proof("both checkpoints are the same");
    }
    if (auto checked = check_leaf(proof.one, *proof.index, *one); !checked) return checked;
    if (auto checked = check_leaf(proof.other, *proof.index, *other); !checked) return checked;
    return proof.one.leaf != proof.other.leaf ? Result<void>{} : no_proof("both histories have the same entry there");
}

Result<ForkProof> make_fork_proof(ForkSide here, ForkSide there, std::optional<std::uint64_t> index, std::string_view origin, const PublicKey& log_key) {
    const crypto::VerifierKey log = log_verifier(origin, log_key);
    const auto size_here = checkpoint_of(here, log), size_there = checkpoint_of(there, log);
    if (!size_here) return std::unexpected(size_here.error());
    if (!size_there) return std::unexpected(size_there.error());
    for (ForkSide* side : {&here, &there}) {
        auto note = bare_note(side->note, log);
        if (!note) return std::unexpected(std::move(note).error());
        side->note = *std::move(note);
        if (size_here->size != size_there->size) continue;
        side->leaf.reset();
        side->path.clear();
    }
    if (size_here->size == size_there->size) index.reset();
    if (there.note < here.note) std::swap(here, there);
    ForkProof proof{index, std::move(here), std::move(there)};
    if (auto checked = verify_fork(proof, origin, log_key); !checked) return std::unexpected(std::move(checked).error());
    if (proof.encode().size() > fork_proof_bytes_max) return no_proof("it would not fit into its limit");
    return proof;
}

std::uint64_t shared_size(const ForkProof& proof) {
    if (!proof.index) return 0;
    const auto size_of = [](const ForkSide& side) {
        const auto note = crypto::Note::parse(side.note);
        const auto checkpoint = note ? crypto::Checkpoint::parse(note->text) : Result<crypto::Checkpoint>(fail(ErrorKind::verification, ""));
        return checkpoint ? checkpoint->size : 0;
    };
    const auto one_size = size_of(proof.one), other_size = size_of(proof.other);
    if (*proof.index >= one_size || *proof.index >= other_size) return 0;
    const auto one = left_parts(proof.one, *proof.index, one_size), other = left_parts(proof.other, *proof.index, other_size);
    std::uint64_t shared = 0;
    for (std::size_t part = 0; part < std::min(one.size(), other.size()) && one[part].hash == other[part].hash; ++part) shared += one[part].size;
    return shared;
}

Bytes ForkDocument::encode() const {
    return cbor::encode(DocumentFile{std::string(document_name), document_version, log.text(), proof.encode()});
}

Result<ForkDocument> open_fork_document(ByteView file) {
    if (file.size() > fork_proof_bytes_max) return no_proof("a file of this kind is smaller");
    auto read = cbor::decode<DocumentFile>(file);
    if (!read) return no_proof(read.error().message);
    if (read->name != document_name || read->version != document_version) return no_proof("this file is no such proof of version 1");
    auto log = crypto::VerifierKey::parse(read->log);
    if (!log) return no_proof(log.error().message);
    if (log->type != crypto::NoteKeyType::ed25519 || !names_key(log->name, log->key)) return no_proof("its key is not the one that the log's name carries");
    auto proof = ForkProof::decode(read->proof);
    if (!proof) return std::unexpected(std::move(proof).error());
    if (auto ok = verify_fork(*proof, log->name, log->key); !ok) return std::unexpected(std::move(ok).error());
    return ForkDocument{*std::move(log), *std::move(proof)};
}

}  // namespace motcua::sync

#include "tests/simulation/mask.hpp"

#include "tests/support/world.hpp"

namespace motcua::simulation {

using tests::value_of;

// --- a forged log ---

ForgedLog::ForgedLog(node::Reader& reader, const sync::LogHead& head, std::uint64_t keep) : id_(head.id), origin_(head.origin) {
    value_of(reader.each_entry(head.id, 0, keep, [&](std::uint64_t seq, ByteView envelope) {
        entries_.push_back(to_bytes(envelope));
        bodies_.push_back(value_of(reader.body(head.id, seq)));
        return true;
    }));
    value_of(reader.each_checkpoint(head.id, [&](const node::CheckpointRow& row) {
        if (row.size <= keep) notes_[row.size] = row.note;
        return true;
    }));
}

sync::Hash ForgedLog::root(std::uint64_t size) const {
    crypto::CompactRange tree;
    for (std::uint64_t seq = 0; seq < size; ++seq) tree.append(crypto::leaf_hash(entries_[seq]));
    return tree.root();
}

sync::Hash ForgedLog::last_leaf() const { return entries_.empty() ? sync::Hash{} : crypto::leaf_hash(entries_.back()); }

void ForgedLog::end(const crypto::SigningKey& log_key) {
    const crypto::Checkpoint checkpoint{origin_, size(), root(size())};
    notes_[size()] = crypto::sign_checkpoint(checkpoint, log_key).format();
}

void ForgedLog::append(sync::Payload payload, const crypto::SigningKey& signer, const crypto::SigningKey& log_key, std::optional<Bytes> body) {
    payload.log = id_;
    payload.seq = size();
    payload.prev = last_leaf();
    payload.signer = signer.public_key();
    if (body) payload.body = sync::body_hash(*body);
    auto act = value_of(sync::sign_act(payload, signer));
    entries_.push_back(std::move(act.envelope));
    bodies_.push_back(std::move(body));
    end(log_key);
}

void ForgedLog::append_raw(Bytes entry, const crypto::SigningKey& log_key) {
    entries_.push_back(std::move(entry));
    bodies_.emplace_back();
    end(log_key);
}

void ForgedLog::spoil_last_signature(const crypto::SigningKey& log_key) {
    entries_.back().back() ^= std::byte{1};
    end(log_key);
}

std::optional<sync::Extension> ForgedLog::read(std::uint64_t from) const {
    if (from >= size()) return std::nullopt;
    sync::Extension extension{.log = id_, .from = from, .entries = {}, .bodies = {}, .checkpoint = notes_.at(size())};
    for (auto seq = from; seq < size(); ++seq) {
        extension.entries.push_back(entries_[seq]);
        extension.bodies.push_back(bodies_[seq]);
    }
    return extension;
}

std::optional<std::string> ForgedLog::note(std::uint64_t size) const {
    const auto found = notes_.lower_bound(size);
    return found == notes_.end() ? std::nullopt : std::optional(found->second);
}

// --- the mask ---

Result<std::vector<sync::HeadState>> Mask::heads(const sync::OfficeId& office, const sync::LogId& upper) const {
    auto heads = truth_->heads(office, upper);
    if (!heads) return heads;
    std::erase_if(*heads, [&](const auto& head) { return withheld.contains(head.log); });
    for (auto& head : *heads) {
        if (!is_forged(head.log)) continue;
        head.size = forged->size();
        head.root = forged->root(head.size);
    }
    return heads;
}

Result<std::optional<sync::Hash>> Mask::root_at(const sync::LogId& log, std::uint64_t size) const {
    if (!is_forged(log)) return truth_->root_at(log, size);
    if (size > forged->size()) return std::optional<sync::Hash>();
    return std::optional(forged->root(size));
}

Result<std::optional<sync::Extension>> Mask::read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max) const {
    if (is_forged(log)) return forged->read(from);
    auto extension = truth_->read(log, from, bytes_max);
    if (strips_bodies && extension && *extension)
        for (auto& body : (*extension)->bodies) body.reset();
    return extension;
}

Result<std::optional<std::string>> Mask::checkpoint_note(const sync::LogId& log, std::uint64_t size) const {
    if (is_forged(log)) return forged->note(size);
    return truth_->checkpoint_note(log, size);
}

Result<std::vector<sync::Cosigned>> Mask::cosignatures(const sync::LogId& log) const { return truth_->cosignatures(log); }

Result<std::vector<std::uint64_t>> Mask::missing_bodies(const sync::LogId& log, std::size_t count_max) const {
    return truth_->missing_bodies(log, count_max);
}

Result<std::optional<Bytes>> Mask::body(const sync::LogId& log, std::uint64_t seq) const {
    if (strips_bodies) return std::optional<Bytes>();
    return truth_->body(log, seq);
}

std::optional<sync::Inclusion> ForgedLog::inclusion(std::uint64_t index, std::uint64_t size) const {
    if (index >= size || size > entries_.size()) return std::nullopt;
    std::vector<sync::Hash> leaves;
    for (std::uint64_t at = 0; at < size; ++at) leaves.push_back(crypto::leaf_hash(entries_[at]));
    return sync::Inclusion{.leaf = leaves[index], .path = crypto::inclusion_proof(leaves, index, size)};
}

Result<std::optional<sync::Inclusion>> Mask::inclusion(const sync::LogId& log, std::uint64_t index, std::uint64_t size) const {
    if (is_forged(log)) return forged->inclusion(index, size);
    return truth_->inclusion(log, index, size);
}

}  // namespace motcua::simulation

#include <algorithm>

#include "node/admitted.hpp"
#include "node/store/reader.hpp"
#include "sync/log/planted.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {

StoredReplica::StoredReplica(Reader& reader, std::shared_ptr<const sync::Registry> registry)
    : reader_(&reader), registry_(std::move(registry)) {}

void StoredReplica::set_registry(std::shared_ptr<const sync::Registry> registry) { registry_ = std::move(registry); }

std::shared_ptr<const sync::Registry> StoredReplica::registry() const { return registry_; }

namespace {

/// The largest size of `log` that a node of `offices` has cosigned, by what is stored here.
Result<std::uint64_t> newest_by(Reader& reader, const sync::LogId& log, std::span<const std::string> cosigners) {
    std::uint64_t size = 0;
    for (const auto& cosigner : cosigners) {
        auto row = reader.newest_cosignature(log, cosigner);
        if (!row) return std::unexpected(std::move(row).error());
        if (*row) size = std::max(size, (*row)->size);
    }
    return size;
}

void add_cosigner(std::vector<std::string>& cosigners, const sync::NodeRecord& node) {
    if (node.cosigner_key) cosigners.push_back(sync::cosigner_verifier(node.origin, *node.cosigner_key).name);
}

}  // namespace

Result<std::vector<sync::HeadState>> StoredReplica::heads(const sync::OfficeId& office, const sync::LogId& upper) const {
    std::vector<sync::HeadState> heads;
    if (!registry_) return heads;
    const auto nodes = registry_->nodes();
    const auto* top = registry_->top();
    std::vector<std::string> uppers, witnesses;
    for (const auto& node : nodes) {
        if (node.log == upper) add_cosigner(uppers, node);
        if (top != nullptr && node.office == top->id) add_cosigner(witnesses, node);
    }
    for (const auto& node : nodes) {
        if (!registry_->is_at_or_below(node.office, office)) continue;
        sync::HeadState state{.log = node.log, .size = 0, .root = crypto::CompactRange().root()};
        auto row = reader_->log(node.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (*row) {
            state.size = (*row)->head.size();
            state.root = (*row)->head.tree.root();
            auto held = newest_by(*reader_, node.log, uppers);
            auto witnessed = newest_by(*reader_, node.log, witnesses);
            if (!held) return std::unexpected(std::move(held).error());
            if (!witnessed) return std::unexpected(std::move(witnessed).error());
            state.held = sync::planted(sync::PlantedFault::shows_sent_as_held) ? state.size : *held;
            state.witnessed = *witnessed;
        }
        heads.push_back(state);
    }
    const auto* keeper = registry_->find_node(upper);
    if (const auto inbox = keeper == nullptr ? std::nullopt : sync::inbox_name(*registry_, *keeper, office)) {
        auto row = reader_->log(inbox->log);
        if (!row) return std::unexpected(std::move(row).error());
        const auto& tree = *row ? (*row)->head.tree : crypto::CompactRange();
        heads.push_back({.log = inbox->log, .size = tree.size(), .root = tree.root()});
    }
    std::ranges::sort(heads, {}, &sync::HeadState::log);
    return heads;
}

Result<std::optional<sync::Hash>> StoredReplica::root_at(const sync::LogId& log, std::uint64_t size) const {
    return reader_->root_at(log, size);
}

Result<std::optional<sync::Extension>> StoredReplica::read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max) const {
    return reader_->read(log, from, bytes_max);
}

Result<std::optional<std::string>> StoredReplica::checkpoint_note(const sync::LogId& log, std::uint64_t size) const {
    auto row = reader_->checkpoint_at_or_after(log, size);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return std::nullopt;
    return std::move((*row)->note);
}

namespace {

constexpr std::uint64_t proof_leaves_max = 1ULL << 20U;  ///< 32 MB of hashes

/// The first `size` leaves that are there, from the entries: only a fork, or a node above that lost its database, needs them.
Result<std::vector<sync::Hash>> read_leaves(Reader& reader, const sync::LogId& log, std::uint64_t size) {
    std::vector<sync::Hash> leaves;
    auto read = reader.each_entry(log, 0, size, [&](std::uint64_t, ByteView entry) {
        leaves.push_back(crypto::leaf_hash(entry));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    return leaves;
}

}  // namespace

Result<std::optional<sync::Inclusion>> StoredReplica::inclusion(const sync::LogId& log, std::uint64_t index, std::uint64_t size) const {
    if (index >= size) return std::nullopt;
    auto leaves = read_leaves(*reader_, log, size);
    if (!leaves) return std::unexpected(std::move(leaves).error());
    if (leaves->size() < size) return std::nullopt;
    return sync::Inclusion{.leaf = (*leaves)[index], .path = crypto::inclusion_proof(*leaves, index, size)};
}

Result<std::optional<std::vector<sync::Hash>>> StoredReplica::consistency(const sync::LogId& log, std::uint64_t from, std::uint64_t to) const {
    if (from > to || to > proof_leaves_max) return std::nullopt;
    if (!leaves_ || leaves_->log != log || leaves_->hashes.size() < to) {
        auto leaves = read_leaves(*reader_, log, to);
        if (!leaves) return std::unexpected(std::move(leaves).error());
        leaves_ = Leaves{.log = log, .hashes = std::move(*leaves)};
    }
    if (leaves_->hashes.size() < to) return std::nullopt;
    return crypto::consistency_proof(leaves_->hashes, from, to);
}

Result<std::vector<sync::Cosigned>> StoredReplica::cosignatures(const sync::LogId& log) const {
    auto rows = reader_->newest_cosignatures(log);
    if (!rows) return std::unexpected(std::move(rows).error());
    std::ranges::stable_sort(*rows, {}, &CosignatureRow::size);
    std::vector<sync::Cosigned> groups;
    for (auto& row : *rows) {
        if (groups.empty() || groups.back().size != row.size) {
            auto root = reader_->root_at(log, row.size);
            if (!root) return std::unexpected(std::move(root).error());
            if (!*root) return fail(ErrorKind::storage, "a stored cosignature covers more than its log; restore the database");
            groups.push_back({.log = log, .size = row.size, .root = **root, .lines = {}});
        }
        groups.back().lines.push_back(std::move(row.line));
    }
    return groups;
}

Result<std::vector<std::uint64_t>> StoredReplica::missing_bodies(const sync::LogId& log, std::size_t count_max) const {
    return reader_->missing_bodies(log, count_max);
}

Result<std::optional<Bytes>> StoredReplica::body(const sync::LogId& log, std::uint64_t seq) const { return reader_->body(log, seq); }

// --- lines, and nodes that a head admitted ---

std::optional<sync::LogId> StoredReplica::own_log() const {
    const auto origin = reader_->meta("log");
    const auto row = origin && *origin ? reader_->log_of_origin(**origin) : Result<std::optional<LogRow>>(std::nullopt);
    return row && *row ? std::optional((*row)->head.id) : std::nullopt;
}

bool StoredReplica::is_earlier_of_line(const sync::LogId& log) const {
    const auto own = own_log();
    return own && log != *own && registry_ && registry_->line_of(log) == registry_->line_of(*own);
}

Result<std::optional<sync::Extension>> StoredReplica::introduction() const {
    const auto own = own_log();
    const auto* node = own && registry_ ? registry_->find_node(*own) : nullptr;
    if (node == nullptr || !node->is_provisional) return std::nullopt;
    return reader_->read(*own, 0, 1);  // to the first checkpoint, which covers entries 0 and 1
}

Result<std::optional<sync::NodeRecord>> StoredReplica::admitted(const sync::Extension& extension) const {
    const auto told = registry_ ? with_admitted(*registry_, extension) : nullptr;
    const auto* node = told ? told->find_node(extension.log) : nullptr;
    return node != nullptr ? std::optional(*node) : std::nullopt;
}

}  // namespace motcua::node

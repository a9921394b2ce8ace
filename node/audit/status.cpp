#include "node/audit/status.hpp"

#include <fmt/format.h>

#include "node/audit/log_check.hpp"
#include "node/files.hpp"
#include "node/keep/disk_guard.hpp"
#include "node/keys.hpp"
#include "node/recovery.hpp"
#include "node/store/damage.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

/// Both counts of one log.
Result<LogStatus> status_of(Reader& reader, const sync::Registry& registry, const LogRow& row) {
    LogStatus status{.origin = row.head.origin, .id = row.head.id, .size = row.head.size(), .root = row.head.tree.root(),
                     .recorded = row.head.size(), .held = 0, .witnessed = 0, .accused = row.accused};
    const auto* top = registry.top();
    const auto* node = registry.find_node(row.head.id);
    const auto office = node != nullptr ? std::optional(node->office) : top != nullptr ? std::optional(top->id) : std::nullopt;
    if (!office) return status;
    const auto newest = reader.newest_cosignatures(row.head.id);
    if (!newest) return std::unexpected(newest.error());
    for (const auto& cosignature : *newest) {
        const auto* cosigner = registry.find_cosigner(cosignature.cosigner);
        if (cosigner == nullptr || cosignature.size > row.head.size()) continue;
        const bool is_above = cosigner->office != *office && registry.is_at_or_below(*office, cosigner->office);
        const bool is_top = top != nullptr && cosigner->office == top->id;
        if (!is_above && !is_top) continue;
        const auto line = crypto::NoteSignature::parse_line(cosignature.line);
        const auto root = reader.root_at(row.head.id, cosignature.size);
        if (!root) return std::unexpected(root.error());
        if (!line || !*root) continue;
        const crypto::Checkpoint checkpoint{.origin = row.head.origin, .size = cosignature.size, .root = **root};
        if (!check_cosignature(registry, checkpoint, *line)) continue;
        if (is_above) status.held = std::max(status.held, cosignature.size);
        if (is_top) status.witnessed = std::max(status.witnessed, cosignature.size);
    }
    return status;
}

}  // namespace

Result<std::string> own_origin(const std::filesystem::path& directory, const Config& config) {
    constexpr std::size_t key_file_bytes_max = 4096;
    const auto bytes = read_whole_file(key_path(directory, crypto::KeyRole::log, {}), key_file_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const auto label = crypto::read_key_label(*bytes);
    if (!label) return std::unexpected(label.error());
    const auto key = sync::PublicKey::from(label->label.public_key);
    if (!key) return std::unexpected(key.error());
    return sync::node_origin(config.office_code, *key);
}

Result<NodeStatus> read_status(const std::filesystem::path& directory) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    NodeStatus status{.config = std::move(*config), .origin = {}, .registry_size = 0, .troubles = {}, .deferred = 0, .logs = {}};
    if (auto why = DiskGuard(directory, status.config, nullptr).why_not()) status.troubles.push_back(*std::move(why));
    if (status.config.root.empty() || !std::filesystem::exists(directory / database_file_name)) return status;
    if (auto origin = own_origin(directory, status.config)) status.origin = std::move(*origin);
    auto pin = sync::RootPin::parse(status.config.root);
    if (!pin) return std::unexpected(pin.error());
    auto reader = Reader::open(directory);
    if (!reader) return std::unexpected(reader.error());
    if (auto begun = reader->begin_snapshot(); !begun) return std::unexpected(begun.error());
    const auto registry = load_registry(*reader, std::move(*pin));
    if (!registry) return std::unexpected(registry.error());
    status.registry_size = registry->size();
    const auto halted = reader->meta(halted_key);
    if (!halted) return std::unexpected(halted.error());
    if (*halted) status.troubles.push_back(**halted);
    const auto damage = read_damage(*reader);
    if (!damage) return std::unexpected(damage.error());
    if (!damage->empty()) status.troubles.push_back(fmt::format("the disk has changed {} places of what was stored", damage->size()));
    const auto deferred = reader->deferred();
    if (!deferred) return std::unexpected(deferred.error());
    for (const auto& row : *deferred) status.deferred += row.past - row.from;
    const auto rows = reader->logs();
    if (!rows) return std::unexpected(rows.error());
    for (const auto& row : *rows) {
        auto log = status_of(*reader, *registry, row);
        if (!log) return std::unexpected(log.error());
        status.logs.push_back(std::move(*log));
    }
    reader->end_snapshot();
    return status;
}

}  // namespace motcua::node

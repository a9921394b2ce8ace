#include "sync/registry/registry.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

constexpr std::string_view root_suffix = "/root";

// The latest change that a registry of `size` entries had seen.
template <class Changes>
auto change_at(const Changes& changes, std::uint64_t size) {
    return std::find_if(changes.rbegin(), changes.rend(), [&](const auto& change) { return change.from_size <= size; });
}

}  // namespace

Result<RootPin> RootPin::parse(std::string_view text) {
    auto root = crypto::VerifierKey::parse(text);
    if (!root) return fail(ErrorKind::verification, "root verifier key: " + root.error().message);
    if (root->type != crypto::NoteKeyType::ed25519 || !root->name.ends_with(root_suffix)) {
        return fail(ErrorKind::verification, "'" + root->name + "' is not the name of a city's root key: it ends in /root");
    }
    const auto origin = parse_origin(std::string_view(root->name).substr(0, root->name.size() - root_suffix.size()));
    if (!origin) return std::unexpected(origin.error());
    if (origin->log_class != LogClass::registry) return fail(ErrorKind::verification, "'" + root->name + "' does not name a registry");
    return RootPin{*std::move(root)};
}

Registry::Registry(RootPin pin) : pin_(std::move(pin)) {
    ensure(pin_.root.name.ends_with(root_suffix), "a pin is named after a registry");
    head_.origin = pin_.root.name.substr(0, pin_.root.name.size() - root_suffix.size());
    head_.log_class = LogClass::registry;
}

std::optional<Hash> Registry::root_at(std::uint64_t size) const {
    if (size == 0 || size > roots_.size()) return std::nullopt;
    return roots_[size - 1];
}

LogId Registry::log_id() const { return head_.id; }
std::string Registry::origin() const { return head_.origin; }
PublicKey Registry::registry_key() const { return head_.log_key; }
std::string Registry::city_code() const { return root_set_ ? root_set_->city_code : std::string(); }
std::string Registry::city_name() const { return root_set_ ? root_set_->city_name : std::string(); }

const Office* Registry::find_office(const OfficeId& id) const {
    const auto found = offices_.find(id);
    return found == offices_.end() ? nullptr : &found->second;
}

const Office* Registry::find_office(std::string_view code) const {
    const Office* latest = nullptr;  // offices_ runs by code, then by day
    for (const auto& [id, office] : offices_) {
        if (id.code == code) latest = &office;
    }
    return latest;
}

const Office* Registry::top() const {
    for (const auto& [id, office] : offices_) {
        if (!office.parent) return &office;
    }
    return nullptr;
}

std::vector<Office> Registry::offices() const {
    std::vector<Office> all;
    for (const auto& [id, office] : offices_) all.push_back(office);
    return all;
}

bool Registry::is_at_or_below(const OfficeId& office, const OfficeId& above) const {
    const Office* at = find_office(office);
    while (at != nullptr && at->id != above) at = at->parent ? find_office(*at->parent) : nullptr;
    return at != nullptr;
}

const NodeRecord* Registry::find_node(const LogId& log) const {
    const auto found = nodes_.find(log);
    return found == nodes_.end() ? nullptr : &found->second;
}

const NodeRecord* Registry::find_node(const NoiseKey& key) const {
    const auto found = node_by_noise_key_.find(key);
    return found == node_by_noise_key_.end() ? nullptr : find_node(found->second);
}

std::vector<NodeRecord> Registry::nodes() const {
    std::vector<NodeRecord> all;
    for (const auto& [log, node] : nodes_) all.push_back(node);
    return all;
}

const NodeRecord* Registry::find_cosigner(std::string_view verifier_name) const {
    for (const auto& [log, node] : nodes_) {
        if (!node.cosigner_key || !verifier_name.starts_with(node.origin)) continue;  // most fall out without a copy
        if (cosigner_verifier(node.origin, *node.cosigner_key).name == verifier_name) return &node;
    }
    return nullptr;
}

std::optional<Officer> Registry::officer_at(const PublicKey& key, std::uint64_t size_cited) const {
    const auto found = officers_.find(key);
    if (size_cited > size() || found == officers_.end()) return std::nullopt;
    const auto change = change_at(found->second, size_cited);
    return change == found->second.rend() ? std::nullopt : change->officer;
}

std::vector<Officer> Registry::officers() const {
    std::vector<Officer> all;
    for (const auto& [key, changes] : officers_) {
        if (changes.back().officer) all.push_back(*changes.back().officer);
    }
    return all;
}

bool Registry::is_cut(const PublicKey& key, const Position& place) const {
    const auto found = cuts_.find(key);
    if (found == cuts_.end()) return false;
    const auto cut = found->second.find(place.log);
    return place.seq.value >= (cut == found->second.end() ? 0 : cut->second);
}

}  // namespace motcua::sync

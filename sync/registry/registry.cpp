#include "sync/registry/registry.hpp"

#include <algorithm>
#include <limits>
#include <set>

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
    return found == offices_.end() ? nullptr : &found->second.back().office;
}

const Office* Registry::find_office(std::string_view code) const {
    // offices_ runs by code, then by day
    const auto beyond = offices_.upper_bound(OfficeId{std::string(code), std::numeric_limits<std::int64_t>::max()});
    if (beyond == offices_.begin()) return nullptr;
    const auto& [id, changes] = *std::prev(beyond);
    return id.code == code ? &changes.back().office : nullptr;
}

const Office* Registry::top() const {
    for (const auto& [id, changes] : offices_) {
        if (!changes.back().office.parent) return &changes.back().office;
    }
    return nullptr;
}

std::vector<Office> Registry::offices() const {
    std::vector<Office> all;
    all.reserve(offices_.size());
    for (const auto& [id, changes] : offices_) all.push_back(changes.back().office);
    return all;
}

bool Registry::is_at_or_below(const OfficeId& office, const OfficeId& above) const { return is_at_or_below(office, above, size()); }

const Office* Registry::office_at(const OfficeId& id, std::uint64_t size_cited) const {
    const auto found = offices_.find(id);
    if (size_cited > size() || found == offices_.end()) return nullptr;
    const auto change = change_at(found->second, size_cited);
    return change == found->second.rend() ? nullptr : &change->office;
}

std::optional<OfficeId> Registry::parent_at(const OfficeId& id, std::uint64_t size_cited) const {
    const Office* office = office_at(id, size_cited);
    return office == nullptr ? std::nullopt : office->parent;
}

bool Registry::is_at_or_below(const OfficeId& office, const OfficeId& above, std::uint64_t size_cited) const {
    const Office* at = office_at(office, size_cited);
    while (at != nullptr && at->id != above) at = at->parent ? office_at(*at->parent, size_cited) : nullptr;
    return at != nullptr;
}

std::optional<OfficeId> Registry::successor_at(const OfficeId& office, std::uint64_t size_cited) const {
    const auto found = successions_.find(office);
    if (found == successions_.end() || size_cited > size() || found->second.from_size > size_cited) return std::nullopt;
    return found->second.to;
}

const NodeRecord* Registry::find_node(const LogId& log) const {
    const auto found = nodes_.find(log);
    if (found != nodes_.end()) return &found->second;
    const AdmittedNode* admitted = find_admitted(log);
    return admitted == nullptr ? nullptr : &admitted->record;
}

const NodeRecord* Registry::find_node(const NoiseKey& key) const {
    const auto found = node_by_noise_key_.find(key);
    if (found != node_by_noise_key_.end()) return find_node(found->second);
    for (const auto& [log, admitted] : admitted_) {
        if (admitted.record.noise_key == key && !nodes_.contains(log) && find_admitted(log) != nullptr) return &admitted.record;
    }
    return nullptr;
}

std::vector<NodeRecord> Registry::nodes() const {
    std::vector<NodeRecord> all;
    for (const auto& [log, node] : nodes_) all.push_back(node);
    for (const LogId& log : admitted_logs()) {
        if (const NodeRecord* node = find_node(log)) all.push_back(*node);
    }
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

std::vector<Delegation> Registry::delegations_at(const PublicKey& key, std::uint64_t size_cited) const {
    std::vector<Delegation> standing;
    const auto found = delegations_.find(key);
    const auto officer = officer_at(key, size_cited);
    if (found == delegations_.end() || !officer) return standing;
    std::set<PublicKey> seen;  // from the latest back: of each absent officer only the last word counts
    for (auto change = change_at(found->second, size_cited); change != found->second.rend(); ++change) {
        if (!seen.insert(change->absent).second || change->roles.bits == 0) continue;
        const auto absent = officer_at(change->absent, size_cited);
        if (!absent || absent->office != officer->office) continue;
        if (!is_listed_throughout(key, change->from_size, size_cited) || !is_listed_throughout(change->absent, change->from_size, size_cited)) continue;
        Delegation delegation = *change;
        delegation.roles.bits &= absent->roles.bits;
        standing.push_back(delegation);
    }
    return standing;
}

Roles Registry::roles_at(const PublicKey& key, std::uint64_t size_cited, std::int64_t day) const {
    const auto officer = officer_at(key, size_cited);
    if (!officer) return {};
    Roles roles = officer->roles;
    for (const Delegation& delegation : delegations_at(key, size_cited)) {
        if (delegation.first_day <= day && day <= delegation.last_day) roles.bits |= delegation.roles.bits;
    }
    return roles;
}

// Whether no retirement came after the registry had `from_size` entries, up to `to_size`.
bool Registry::is_listed_throughout(const PublicKey& key, std::uint64_t from_size, std::uint64_t to_size) const {
    const auto found = officers_.find(key);
    if (found == officers_.end()) return false;
    return std::ranges::none_of(found->second, [&](const OfficerChange& change) {
        return !change.officer && change.from_size > from_size && change.from_size <= to_size;
    });
}

bool Registry::is_known_at(const PublicKey& key, std::uint64_t size_cited) const {
    const auto owner = key_owners_.find(to_bytes(key.view()));
    return owner != key_owners_.end() && owner->second.from_size <= size_cited;
}

const ProcedureContent* Registry::procedure_at(std::string_view code, std::int64_t day, std::uint64_t size_cited) const {
    return size_cited > size() ? nullptr : procedures_.find(code, day, size_cited);
}

const RuleSetContent* Registry::rule_set_at(std::string_view name, std::int64_t day, std::uint64_t size_cited) const {
    return size_cited > size() ? nullptr : rule_sets_.find(name, day, size_cited);
}

std::vector<std::shared_ptr<const CalendarContent>> Registry::calendar_acts(std::string_view name, std::uint64_t size_cited) const {
    std::vector<std::shared_ptr<const CalendarContent>> acts;
    if (size_cited > size()) return acts;
    for (const CalendarAct& act : calendars_) {
        if (act.from_size <= size_cited && act.content->name == name) acts.push_back(act.content);
    }
    return acts;
}

std::vector<std::string> Registry::calendar_names() const {
    std::set<std::string> names;
    for (const CalendarAct& act : calendars_) names.insert(act.content->name);
    return {names.begin(), names.end()};
}


bool Registry::is_cut(const PublicKey& key, const Position& place) const {
    const auto found = cuts_.find(key);
    if (found == cuts_.end()) return false;
    const auto cut = found->second.find(place.log);
    return place.seq.value >= (cut == found->second.end() ? 0 : cut->second);
}

}  // namespace motcua::sync

// What each act of the registry changes, and who may state it. Every act is judged at its own position.

#include <algorithm>
#include <array>

#include "sync/registry/registry.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t root_keys_max = 16;
constexpr std::size_t name_bytes_max = 300;
constexpr std::uint32_t every_role = 63;

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

bool is_name(const std::string& name) { return !name.empty() && name.size() <= name_bytes_max; }
bool is_office_kind(OfficeKind kind) { return kind >= OfficeKind::commune && kind <= OfficeKind::vertical; }

bool is_root_set(const RootSetContent& content) {
    const auto& keys = content.root_keys;
    if (keys.empty() || keys.size() > root_keys_max || content.threshold != 1) return false;
    for (auto key = keys.begin(); key != keys.end(); ++key) {
        if (std::find(keys.begin(), key, *key) != key || *key == content.registry_key) return false;
    }
    return is_office_code(content.city_code) && is_name(content.city_name);
}

using KeyCuts = std::map<LogId, std::uint64_t>;

KeyCuts cuts_of(const RevokeContent& content) {
    KeyCuts cuts;
    for (const auto& cut : content.cuts) {
        const auto [place, is_new] = cuts.emplace(cut.log, cut.size);
        if (!is_new) place->second = std::min(place->second, cut.size);
    }
    return cuts;
}

// The lower cut wins, and a log that either does not name is cut at 0.
KeyCuts lower_of(const KeyCuts& a, const KeyCuts& b) {
    KeyCuts both;
    for (const auto& [log, size] : a) {
        const auto other = b.find(log);
        if (other != b.end()) both[log] = std::min(size, other->second);
    }
    return both;
}

}  // namespace

/// One act against the registry as it stood before it.
struct Registry::Rules {
    Registry& registry;
    const Payload& payload;
    std::uint64_t size_after;
    bool is_root = false;
    std::optional<OfficeId> subtree;  // of a registrar

    Rules(Registry& target, const Act& act)
        : registry(target), payload(act.payload), size_after(act.payload.seq + 1) {
        const auto& roots = registry.root_set_->root_keys;
        is_root = std::find(roots.begin(), roots.end(), payload.signer) != roots.end();
        const auto officers = registry.officers_.find(payload.signer);
        if (officers == registry.officers_.end() || !officers->second.back().officer) return;
        const Officer& officer = *officers->second.back().officer;
        if (officer.roles.has(Role::registrar)) subtree = officer.registrar_of;
    }

    Verdict take(const Act& act) {
        const auto undone = registry.undone_.find(payload.signer);
        const bool is_undone = undone != registry.undone_.end() && payload.seq >= undone->second;
        if (is_undone || registry.is_cut(payload.signer, act.position())) return {Standing::quarantined, Reason::revoked_key};
        struct Rule {
            Kind kind;
            Verdict (Rules::*take)();
        };
        constexpr std::array rules{
            Rule{Kind::root_set, &Rules::root_set}, Rule{Kind::office, &Rules::office}, Rule{Kind::node, &Rules::node},
            Rule{Kind::officer, &Rules::officer},   Rule{Kind::retire, &Rules::retire}, Rule{Kind::revoke, &Rules::revoke},
        };
        for (const auto& rule : rules) {
            if (rule.kind == payload.kind) return (this->*rule.take)();
        }
        if (class_of(payload.kind) != KindClass::unknown && class_of(payload.kind) != KindClass::registry) return void_for(Reason::wrong_log);
        return {Standing::opaque, Reason::unknown_kind};
    }

    [[nodiscard]] bool covers(const OfficeId& office_id) const {
        return is_root || (subtree && registry.is_at_or_below(office_id, *subtree));
    }

    // A key has one use and one owner for ever. Claiming is done last, when nothing else can fail.
    [[nodiscard]] bool is_free_for(ByteView key, const std::string& use) const {
        const auto owner = registry.key_owners_.find(to_bytes(key));
        return owner == registry.key_owners_.end() || owner->second == use;
    }
    void claim(ByteView key, const std::string& use) { registry.key_owners_.emplace(to_bytes(key), use); }

    Verdict root_set() {
        if (!is_root && payload.seq > 0) return void_for(Reason::not_a_registrar);
        auto content = registry.read_root_set(payload);
        if (!content) return void_for(Reason::bad_content);
        for (const PublicKey& key : content->root_keys) {
            if (!is_free_for(key.view(), "root")) return void_for(Reason::already_taken);
        }
        for (const PublicKey& key : content->root_keys) claim(key.view(), "root");
        claim(content->registry_key.view(), "registry");
        registry.root_set_ = *std::move(content);
        return {};
    }

    Verdict office() {
        auto content = from_item<OfficeContent>(payload.content);
        if (!content || !is_office_code(content->office.code) || !is_name(content->name) || !is_office_kind(content->kind) ||
            payload.subject != cbor::encode(content->office)) {
            return void_for(Reason::bad_content);
        }
        const Office* known = registry.find_office(content->office);
        const Office* top = registry.top();
        const bool parent_changes = known == nullptr || known->parent != content->parent;
        if (known != nullptr && !covers(known->id)) return void_for(Reason::not_a_registrar);
        if (parent_changes && !content->parent) {
            if (!is_root) return void_for(Reason::not_a_registrar);
            if (top != nullptr) return void_for(Reason::already_taken);
        }
        if (parent_changes && content->parent) {
            if (registry.find_office(*content->parent) == nullptr) return void_for(Reason::unknown_office);
            if (!covers(*content->parent)) return void_for(Reason::not_a_registrar);
            if (registry.is_at_or_below(*content->parent, content->office)) return void_for(Reason::bad_content);  // a cycle
        }
        const std::uint64_t since_size = known == nullptr ? size_after : known->since_size;
        registry.offices_[content->office] = {content->office, content->name, content->kind, content->parent, since_size};
        return {};
    }

    Verdict node() {
        auto content = from_item<NodeContent>(payload.content);
        if (!content || !is_name(content->name)) return void_for(Reason::bad_content);
        const std::string log_origin = node_origin(content->office.code, content->log_key);
        const LogId log = sync::log_id(log_origin, content->log_key);
        if (payload.subject != to_bytes(log.view())) return void_for(Reason::bad_content);
        if (registry.find_office(content->office) == nullptr) return void_for(Reason::unknown_office);
        if (!covers(content->office)) return void_for(Reason::not_a_registrar);
        const auto known = registry.nodes_.find(log);
        if (known != registry.nodes_.end() && !may_become(known->second, *content)) return void_for(Reason::already_taken);

        const std::string owner = to_hex(log.view());
        if (!is_free_for(content->log_key.view(), "log " + owner) || !is_free_for(content->noise_key.view(), "noise " + owner) ||
            (content->cosigner_key && !is_free_for(content->cosigner_key->view(), "cosigner " + owner))) {
            return void_for(Reason::already_taken);
        }
        if (content->noise_key.bytes == content->log_key.bytes || content->cosigner_key == content->log_key ||
            (content->cosigner_key && content->cosigner_key->bytes == content->noise_key.bytes)) {
            return void_for(Reason::already_taken);
        }
        claim(content->log_key.view(), "log " + owner);
        claim(content->noise_key.view(), "noise " + owner);
        if (content->cosigner_key) claim(content->cosigner_key->view(), "cosigner " + owner);
        if (known != registry.nodes_.end()) registry.node_by_noise_key_.erase(known->second.noise_key);
        const std::uint64_t since_size = known == registry.nodes_.end() ? size_after : known->second.since_size;
        registry.node_by_noise_key_[content->noise_key] = log;
        registry.nodes_[log] = {log,          log_origin, content->office, content->name, content->log_key, content->noise_key,
                                content->cosigner_key, since_size, std::nullopt};
        return {};
    }

    // A later act on the same log may rename the node and renew its Noise key. A cosigning key stays, since what it
    // signed must remain checkable, and a retired node stays retired.
    static bool may_become(const NodeRecord& known, const NodeContent& content) {
        return known.office == content.office && !known.retired_at &&
               (!known.cosigner_key || known.cosigner_key == content.cosigner_key);
    }

    Verdict officer() {
        auto content = from_item<OfficerContent>(payload.content);
        const auto key = PublicKey::from(payload.subject);
        if (!content || !key || content->roles == 0 || (content->roles & ~every_role) != 0) return void_for(Reason::bad_content);
        const Officer next{*key, content->office, Roles{content->roles}, content->registrar_of};
        if (next.roles.has(Role::registrar) != next.registrar_of.has_value()) return void_for(Reason::bad_content);
        if (registry.find_office(next.office) == nullptr) return void_for(Reason::unknown_office);
        if (next.registrar_of && registry.find_office(*next.registrar_of) == nullptr) return void_for(Reason::unknown_office);
        if (registry.cuts_.contains(*key)) return void_for(Reason::revoked_key);
        const auto known = last_known(*key);
        if (!may_change(next) || (known && !may_change(*known))) return void_for(Reason::not_a_registrar);
        if (!is_free_for(key->view(), "officer")) return void_for(Reason::already_taken);
        claim(key->view(), "officer");
        registry.officers_[*key].push_back({size_after, next});
        return {};
    }

    // Nobody gives or takes rights over more than the own subtree.
    [[nodiscard]] bool may_change(const Officer& officer_known) const {
        return covers(officer_known.office) && (!officer_known.registrar_of || covers(*officer_known.registrar_of));
    }

    // As last listed, though retired since.
    [[nodiscard]] std::optional<Officer> last_known(const PublicKey& key) const {
        const auto found = registry.officers_.find(key);
        if (found == registry.officers_.end()) return std::nullopt;
        const auto& changes = found->second;
        const auto listed = std::find_if(changes.rbegin(), changes.rend(), [](const auto& change) { return change.officer.has_value(); });
        return listed == changes.rend() ? std::nullopt : listed->officer;
    }

    Verdict retire() {
        if (!from_item<RetireContent>(payload.content)) return void_for(Reason::bad_content);
        const auto log = LogId::from(payload.subject);
        if (!log) return void_for(Reason::bad_content);
        const auto node_known = registry.nodes_.find(*log);
        if (node_known != registry.nodes_.end()) {
            if (!covers(node_known->second.office)) return void_for(Reason::not_a_registrar);
            if (!node_known->second.retired_at) node_known->second.retired_at = size_after;
            return {};
        }
        const PublicKey key{log->bytes};
        const auto officers = registry.officers_.find(key);
        if (officers == registry.officers_.end() || !officers->second.back().officer) return void_for(Reason::unknown_signer);
        if (!may_change(*officers->second.back().officer)) return void_for(Reason::not_a_registrar);
        officers->second.push_back({size_after, std::nullopt});
        return {};
    }

    Verdict revoke() {
        auto content = from_item<RevokeContent>(payload.content);
        const auto key = PublicKey::from(payload.subject);
        if (!content || !key) return void_for(Reason::bad_content);
        const auto known = last_known(*key);
        if (!known) return void_for(Reason::unknown_signer);
        if (!may_change(*known)) return void_for(Reason::not_a_registrar);
        KeyCuts cuts = cuts_of(*content);
        if (!is_root) {  // it does not reach back in the registry: see Registry::apply
            std::uint64_t& cut = cuts[registry.log_id()];
            cut = std::max(cut, size_after);
        }
        const auto [place, is_new] = registry.cuts_.emplace(*key, cuts);
        if (!is_new) place->second = lower_of(place->second, cuts);
        return {};
    }
};

Result<RootSetContent> Registry::read_root_set(const Payload& payload) const {
    if (payload.kind != Kind::root_set || !payload.subject.empty()) return fail(ErrorKind::verification, "not a root_set without subject");
    auto content = from_item<RootSetContent>(payload.content);
    if (!content) return content;
    if (!is_root_set(*content)) return fail(ErrorKind::verification, "a root_set beyond its limits");
    if (registry_origin(content->city_code, content->registry_key) != head_.origin) {
        return fail(ErrorKind::verification, "the root set is of another registry than " + head_.origin);
    }
    return content;
}

Result<LogHead> Registry::head_for(const Extension& extension) const {
    if (size() > 0) return head_;
    if (extension.entries.empty()) return fail(ErrorKind::verification, head_.origin + ": an extension of nothing");
    const auto act = parse_act(extension.entries.front());
    if (!act) return fail(ErrorKind::verification, head_.origin + " entry 0: " + act.error().message);
    const auto content = read_root_set(act->payload);
    if (!content) return fail(ErrorKind::verification, head_.origin + " entry 0: " + content.error().message);
    return LogHead::empty(head_.origin, content->registry_key, LogClass::registry);
}

Result<Verdict> Registry::apply(const Act& act) {
    LogHead next = head_;
    if (size() == 0) {
        const auto fail_pin = [&](const std::string& cause) {
            return fail(ErrorKind::verification, head_.origin + " entry 0: " + cause + "; this is not the city that is pinned here");
        };
        auto content = read_root_set(act.payload);
        if (!content) return fail_pin(content.error().message);
        if (act.payload.signer != pin_.root.key) return fail_pin("it is not signed by the pinned root key");
        if (std::find(content->root_keys.begin(), content->root_keys.end(), pin_.root.key) == content->root_keys.end()) {
            return fail_pin("it does not list the pinned root key");
        }
        next = LogHead::empty(head_.origin, content->registry_key, LogClass::registry);
        if (auto placed = advance(next, act, no_registry_roots); !placed) return std::unexpected(std::move(placed).error());
        root_set_ = *std::move(content);
    } else if (auto placed = advance(next, act, no_registry_roots); !placed) {
        return std::unexpected(std::move(placed).error());
    }
    head_ = std::move(next);
    Rules rules(*this, act);
    const Verdict verdict = rules.take(act);
    roots_.push_back(head_.tree.root());
    verdicts_.push_back(verdict);
    acts_.push_back(std::make_shared<const Act>(act));
    if (verdict.effective() && rules.is_root && act.payload.kind == Kind::revoke) reach_back(act);
    return verdicts_.back();
}

// Folds the whole log anew without what the key did from the cut on. Root keys cannot be cut, so which revocations reach
// back never depends on another one that does.
void Registry::reach_back(const Act& revocation) {
    const PublicKey key = *PublicKey::from(revocation.payload.subject);
    const auto named = cuts_of(*from_item<RevokeContent>(revocation.payload.content));
    const auto found = named.find(log_id());
    const std::uint64_t cut = found == named.end() ? 0 : found->second;
    const auto known = undone_.find(key);
    if (known != undone_.end() && known->second <= cut) return;
    const auto is_reached = [&](const auto& act) { return act->payload.signer == key && act->payload.seq >= cut; };
    if (std::none_of(acts_.begin(), acts_.end(), is_reached)) return;

    Registry again(pin_);
    again.undone_ = undone_;
    again.undone_[key] = cut;
    for (const auto& act : acts_) {
        ensure(again.apply(*act).has_value(), "what was applied once applies again");
    }
    *this = std::move(again);
}

}  // namespace motcua::sync

// How the fold takes the next act of the registry, each judged at its own position, and what a root's revocation undoes.

#include <algorithm>
#include <array>

#include "sync/registry/limits.hpp"
#include "sync/registry/rules.hpp"

namespace motcua::sync {
namespace {

constexpr std::size_t root_keys_max = 16;

bool is_root_set(const RootSetContent& content) {
    const auto& keys = content.root_keys;
    if (keys.empty() || keys.size() > root_keys_max || content.threshold != 1) return false;
    for (auto key = keys.begin(); key != keys.end(); ++key) {
        if (std::find(keys.begin(), key, *key) != key || *key == content.registry_key) return false;
    }
    return is_office_code(content.city_code) && is_name(content.city_name);
}

}  // namespace

Registry::Rules::Rules(Registry& target, const Act& act)
    : registry(target), payload(act.payload), size_after(act.payload.seq + 1) {
    const auto& roots = registry.root_set_->root_keys;
    is_root = std::find(roots.begin(), roots.end(), payload.signer) != roots.end();
    const Officer* signer = listed(payload.signer);
    if (signer != nullptr && signer->roles.has(Role::registrar)) subtree = signer->registrar_of;
}

Verdict Registry::Rules::take(const Act& act) {
    const auto undone = registry.undone_.find(payload.signer);
    const bool is_undone = undone != registry.undone_.end() && payload.seq >= undone->second;
    if (is_undone || registry.is_cut(payload.signer, act.position())) return {Standing::quarantined, Reason::revoked_key};
    struct Rule {
        Kind kind;
        Verdict (Rules::*take)();
    };
    constexpr std::array rules{
        Rule{Kind::root_set, &Rules::root_set},   Rule{Kind::office, &Rules::office},       Rule{Kind::node, &Rules::node},
        Rule{Kind::officer, &Rules::officer},     Rule{Kind::retire, &Rules::retire},       Rule{Kind::revoke, &Rules::revoke},
        Rule{Kind::supersede, &Rules::supersede}, Rule{Kind::delegate, &Rules::delegate},   Rule{Kind::succeed, &Rules::succeed},
        Rule{Kind::procedure, &Rules::procedure}, Rule{Kind::calendar, &Rules::calendar},   Rule{Kind::rule_set, &Rules::rule_set},
        Rule{Kind::number_block, &Rules::number_block}, Rule{Kind::seal, &Rules::seal},   Rule{Kind::convict, &Rules::convict},
    };
    for (const auto& rule : rules) {
        if (rule.kind == payload.kind) return (this->*rule.take)();
    }
    if (class_of(payload.kind) != KindClass::unknown && class_of(payload.kind) != KindClass::registry) return void_for(Reason::wrong_log);
    return {Standing::opaque, Reason::unknown_kind};
}

bool Registry::Rules::covers(const OfficeId& office_id) const {
    return is_root || (subtree && registry.is_at_or_below(office_id, *subtree));
}

bool Registry::Rules::covers_city() const {
    const Office* top = registry.top();
    return is_root || (subtree && top != nullptr && *subtree == top->id);
}

bool Registry::Rules::may_change(const Officer& officer_known) const {
    return covers(officer_known.office) && (!officer_known.registrar_of || covers(*officer_known.registrar_of));
}

bool Registry::Rules::is_free_for(ByteView key, const std::string& use) const {
    const auto owner = registry.key_owners_.find(to_bytes(key));
    return owner == registry.key_owners_.end() || owner->second.use == use;
}

const Officer* Registry::Rules::listed(const PublicKey& key) const {
    const auto found = registry.officers_.find(key);
    if (found == registry.officers_.end() || !found->second.back().officer) return nullptr;
    return &*found->second.back().officer;
}

std::optional<Officer> Registry::Rules::last_known(const PublicKey& key) const {
    const auto found = registry.officers_.find(key);
    if (found == registry.officers_.end()) return std::nullopt;
    const auto& changes = found->second;
    const auto listed = std::find_if(changes.rbegin(), changes.rend(), [](const auto& change) { return change.officer.has_value(); });
    return listed == changes.rend() ? std::nullopt : listed->officer;
}

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
    reconsider_admitted();
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
    again.disowned_ = disowned_;
    again.admitted_ = admitted_;
    for (const auto& act : acts_) {
        ensure(again.apply(*act).has_value(), "what was applied once applies again");
    }
    *this = std::move(again);
}

}  // namespace motcua::sync

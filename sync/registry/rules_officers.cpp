// Officers and their keys: who holds which roles, who stands in for whom, and which keys have ended.

#include <algorithm>

#include "sync/act/day.hpp"
#include "sync/registry/rules.hpp"

namespace motcua::sync {
namespace {

constexpr std::uint32_t every_role = 63;

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

KeyCuts cuts_of(const RevokeContent& content) {
    KeyCuts cuts;
    for (const auto& cut : content.cuts) {
        const auto [place, is_new] = cuts.emplace(cut.log, cut.size);
        if (!is_new) place->second = std::min(place->second, cut.size);
    }
    return cuts;
}

Verdict Registry::Rules::officer() {
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

Verdict Registry::Rules::retire() {
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
    const Officer* known = listed(key);
    if (known == nullptr && covers_city() && is_free(log->view())) return refuse(log->view());
    if (known == nullptr) return void_for(Reason::unknown_signer);
    if (!may_change(*known)) return void_for(Reason::not_a_registrar);
    registry.officers_[key].push_back({size_after, std::nullopt});
    return {};
}

// Only the whole city's registrars can say that, since nothing tells whose subtree it would be. As for a key that is listed, no
// admission speaks for it from this size on; a log that was only admitted has no right whatever its acts cite.
Verdict Registry::Rules::refuse(ByteView key_or_log) {
    claim(key_or_log, "refused");
    registry.refused_.emplace(to_bytes(key_or_log), size_after);
    return {};
}

Verdict Registry::Rules::revoke() {
    auto content = from_item<RevokeContent>(payload.content);
    const auto key = PublicKey::from(payload.subject);
    if (!content || !key) return void_for(Reason::bad_content);
    const auto known = last_known(*key);
    if (!known) {  // a head may have admitted it: then what it signed is cut like any other's, and it will not be listed
        const bool is_refused = registry.refused_.contains(to_bytes(key->view()));
        if (!covers_city() || (!is_refused && !is_free(key->view()))) return void_for(Reason::unknown_signer);
        if (!is_refused) refuse(key->view());
    }
    if (known && !may_change(*known)) return void_for(Reason::not_a_registrar);
    KeyCuts cuts = cuts_of(*content);
    if (!is_root) {  // it does not reach back in the registry: see Registry::apply
        std::uint64_t& cut = cuts[registry.log_id()];
        cut = std::max(cut, size_after);
    }
    const auto [place, is_new] = registry.cuts_.emplace(*key, cuts);
    if (!is_new) place->second = lower_of(place->second, cuts);
    return {};
}

Verdict Registry::Rules::supersede() {
    const auto content = from_item<SupersedeContent>(payload.content);
    const auto old_key = PublicKey::from(payload.subject);
    if (!content || !old_key || content->new_key == *old_key) return void_for(Reason::bad_content);
    const Officer* known = listed(*old_key);
    if (known == nullptr) return void_for(Reason::unknown_officer);
    if (!may_change(*known)) return void_for(Reason::not_a_registrar);
    if (!is_free(content->new_key.view())) return void_for(Reason::already_taken);
    Officer next = *known;
    next.key = content->new_key;
    claim(next.key.view(), "officer");
    registry.officers_[*old_key].push_back({size_after, std::nullopt});
    registry.officers_[next.key].push_back({size_after, next});
    return {};
}

Verdict Registry::Rules::delegate() {
    const auto content = from_item<DelegateContent>(payload.content);
    const auto key = PublicKey::from(payload.subject);
    if (!content || !key || content->absent == *key || (content->roles & ~every_role) != 0) return void_for(Reason::bad_content);
    const Roles roles{content->roles};
    const bool has_days = is_sensible_day(content->first_day) && is_sensible_day(content->last_day) && content->first_day <= content->last_day;
    if (roles.has(Role::registrar) || (roles.bits != 0 && !has_days)) return void_for(Reason::bad_content);
    const Officer* stand_in = listed(*key);
    const Officer* absent = listed(content->absent);
    if (stand_in == nullptr || absent == nullptr) return void_for(Reason::unknown_officer);
    if (!may_change(*stand_in) || !may_change(*absent)) return void_for(Reason::not_a_registrar);
    if (stand_in->office != absent->office) return void_for(Reason::not_of_this_office);
    if ((roles.bits & ~absent->roles.bits) != 0) return void_for(Reason::exceeds_own_rights);
    registry.delegations_[*key].push_back({size_after, content->absent, roles, content->first_day, content->last_day});
    return {};
}

}  // namespace motcua::sync

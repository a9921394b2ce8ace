#pragma once
/// One act against the registry as it stood before it: what each kind changes, and who may state it. Internal to this folder.

#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// Cuts of one revoked key, by log.
using KeyCuts = std::map<LogId, std::uint64_t>;
[[nodiscard]] KeyCuts cuts_of(const RevokeContent& content);

struct Registry::Rules {
    Registry& registry;
    const Payload& payload;
    std::uint64_t size_after;
    bool is_root = false;
    std::optional<OfficeId> subtree;  // of a registrar

    Rules(Registry& target, const Act& act);
    Verdict take(const Act& act);

    // --- who may, and what a key may be ---
    [[nodiscard]] bool covers(const OfficeId& office_id) const;
    /// Rules hold for the whole city: a root, or a registrar of the top.
    [[nodiscard]] bool covers_city() const;
    /// Whoever is not listed yet is refused for good, if a head should have admitted it.
    Verdict refuse(ByteView key_or_log);
    /// Nobody gives or takes rights over more than the own subtree.
    [[nodiscard]] bool may_change(const Officer& officer_known) const;
    /// A key has one use and one owner for ever. Claiming is done last, when nothing else can fail.
    [[nodiscard]] bool is_free(ByteView key) const { return !registry.key_owners_.contains(to_bytes(key)); }
    [[nodiscard]] bool is_free_for(ByteView key, const std::string& use) const;
    void claim(ByteView key, const std::string& use) { registry.key_owners_.emplace(to_bytes(key), KeyOwner{size_after, use}); }
    /// As listed now; null when unknown or retired.
    [[nodiscard]] const Officer* listed(const PublicKey& key) const;
    /// As last listed, though retired since.
    [[nodiscard]] std::optional<Officer> last_known(const PublicKey& key) const;
    /// A later act on the same log may rename the node and renew its Noise key. A cosigning key stays, since what it
    /// signed must remain checkable, and a retired node stays retired.
    static bool may_become(const NodeRecord& known, const NodeContent& content);

    // --- offices and nodes: rules_offices.cpp ---
    Verdict root_set();
    Verdict office();
    Verdict node();
    Verdict succeed();
    Verdict number_block();

    // --- how logs end and go on: rules_lines.cpp ---
    Verdict seal();
    Verdict convict();

    // --- officers and their keys: rules_officers.cpp ---
    Verdict officer();
    Verdict retire();
    Verdict revoke();
    Verdict supersede();
    Verdict delegate();

    // --- which rules hold: rules_law.cpp ---
    Verdict procedure();
    Verdict calendar();
    Verdict rule_set();
};

[[nodiscard]] inline Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

}  // namespace motcua::sync

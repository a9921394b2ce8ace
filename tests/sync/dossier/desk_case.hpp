#pragma once
/// One dossier at a commune with two nodes, its neighbour, the hub above both and the city, and what is stated about it.

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/support/scale.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

inline sync::Verdict void_for(sync::Reason reason) { return {sync::Standing::void_act, reason}; }
inline constexpr sync::Verdict effective{};
inline constexpr sync::Verdict late{sync::Standing::late, sync::Reason::conflicting_move};
inline constexpr sync::Verdict disputed{sync::Standing::disputed, sync::Reason::conflicting_move};
inline constexpr sync::Verdict waits_for_prior{sync::Standing::waiting, sync::Reason::prior_unknown};
inline constexpr sync::Verdict waits_with_prior{sync::Standing::waiting, sync::Reason::prior_waits};
inline constexpr sync::Verdict cut{sync::Standing::quarantined, sync::Reason::revoked_key};
inline constexpr sync::Verdict cut_with_prior{sync::Standing::quarantined, sync::Reason::prior_quarantined};

struct DeskCase {
    World world;
    TestNode& first = world.first();
    TestNode& twin = add("twin", world.first_office);   ///< the first commune's second node
    TestNode& second = world.second();
    TestNode& hub = world.hub();
    TestNode& city = world.city();
    sync::Act creating = (tell_all(), world.receive(first));
    sync::DossierId id = dossier_of(creating);
    std::vector<sync::Act> acts{creating};

    TestNode& add(const std::string& name, const sync::OfficeId& office) {
        TestNode& node = world.add_node(name, office);
        world.open(node);
        return node;
    }
    /// Every node hears of the newest registry, so that its next act cites it.
    void tell_all() {
        for (auto& [name, node] : world.nodes) world.receipt(node);
    }

    template <class Content>
    sync::Act state(TestNode& node, sync::Kind kind, const sync::Act& prior, const Content& content, const crypto::SigningKey* signer = nullptr) {
        return keep(world.state(node, kind, id, prior.id, content, signer));
    }
    sync::Act state(TestNode& node, sync::Kind kind, const sync::Act& prior) { return keep(world.state(node, kind, id, prior.id)); }
    /// At the first commune's first node, each after the one before.
    sync::Act chain(std::initializer_list<sync::Kind> kinds) { return chain(creating, kinds); }
    sync::Act chain(sync::Act last, std::initializer_list<sync::Kind> kinds) {
        for (const sync::Kind kind : kinds) last = state(first, kind, last);
        return last;
    }
    sync::Act hand_over(TestNode& node, const sync::Act& prior, const sync::OfficeId& to, std::optional<sync::LogId> line = {}) {
        return state(node, sync::Kind::hand_over, prior, sync::HandOverContent{to, line, std::nullopt, std::nullopt});
    }
    sync::Act arbitrate(TestNode& node, const sync::Act& after, const sync::Act& stands, std::vector<sync::ActId> cites = {}) {
        return state(node, sync::Kind::arbitrate, after, sync::ArbitrateContent{after.id, stands.id, std::move(cites)});
    }
    sync::Act keep(sync::Act act) {
        acts.push_back(act);
        return act;
    }
    /// As if it had never come.
    void take_away(const sync::Act& act) {
        std::erase_if(acts, [&](const sync::Act& kept) { return kept.id == act.id; });
    }

    [[nodiscard]] sync::Dossier fold() const { return sync::fold_dossier(id, acts, world.registry); }
    [[nodiscard]] sync::Verdict verdict_of(const sync::Act& act) const {
        for (const sync::DossierAct& folded : fold().acts) {
            if (folded.id == act.id) return folded.verdict;
        }
        FAIL("the act has vanished");
        return {};
    }
    [[nodiscard]] sync::DossierStatus status() const { return fold().status; }
};

}  // namespace motcua::tests

namespace Catch {
template <>
struct StringMaker<motcua::sync::Verdict> {
    static std::string convert(const motcua::sync::Verdict& verdict) {
        return std::string(motcua::sync::name_of(verdict.standing)) + "/" + std::string(motcua::sync::name_of(verdict.reason));
    }
};
template <>
struct StringMaker<motcua::sync::DossierStatus> {
    static std::string convert(motcua::sync::DossierStatus status) { return std::to_string(static_cast<int>(status)); }
};
}  // namespace Catch

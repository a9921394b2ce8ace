/// Who is concerned with a dossier, and what a hub puts into whose inbox.

#include <algorithm>
#include <catch2/catch.hpp>

#include "sync/dossier/concern.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// A dossier of the first commune, and what is stated about it anywhere.
struct Case {
    World world;
    Act creating = world.receive(world.first());
    DossierId id = dossier_of(creating);
    std::vector<Act> acts{creating};

    const Act& state(TestNode& node, Kind kind) {
        acts.push_back(world.state(node, kind, id, acts.back().id));
        return acts.back();
    }
    const Act& hand_over(TestNode& node, const OfficeId& to) {
        acts.push_back(world.state(node, Kind::hand_over, id, acts.back().id, HandOverContent{to, {}, {}, {}}));
        return acts.back();
    }
    [[nodiscard]] std::vector<OfficeId> concerned() const { return offices_concerned(id, acts, world.registry); }
    /// The acts in the inbox that `hub` keeps for an office, as positions in `acts`.
    [[nodiscard]] std::vector<std::size_t> inbox(const OfficeId& hub, const OfficeId& office) const {
        std::vector<std::size_t> places;
        for (const InboxPlan& plan : InboxRouter(world.registry, hub).plan(id, acts)) {
            if (plan.office != office) continue;
            for (const Act* act : plan.acts)
                places.push_back(static_cast<std::size_t>(std::ranges::find(acts, act->id, &Act::id) - acts.begin()));
        }
        return places;
    }
};

using Places = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a dossier concerns who created it, and whom these hand it over to or ask for an opinion") {
    Case dossier;
    World& world = dossier.world;
    CHECK(dossier.concerned() == std::vector{world.first_office});
    dossier.acts.push_back(world.state(world.first(), Kind::consult, dossier.id, dossier.creating.id, ConsultContent{world.hub_office, {}}));
    CHECK(dossier.concerned() == std::vector{world.hub_office, world.first_office});
    dossier.hand_over(world.first(), world.second_office);
    CHECK(dossier.concerned() == std::vector{world.hub_office, world.first_office, world.second_office});
}

TEST_CASE("nobody becomes concerned by stating something, nor by naming itself") {
    Case dossier;
    World& world = dossier.world;
    dossier.state(world.second(), Kind::note);
    dossier.hand_over(world.second(), world.top);
    dossier.hand_over(world.second(), world.second_office);
    CHECK(dossier.concerned() == std::vector{world.first_office});
    dossier.hand_over(world.first(), OfficeId{"H26.NOBODY", 0});
    CHECK(dossier.concerned() == std::vector{world.first_office});
    // An act that claims to create it, in another log than the id says.
    dossier.acts.push_back(world.state(world.second(), Kind::receive, dossier.id, std::nullopt, World::received("H26.1.02-251009-0001")));
    CHECK(dossier.concerned() == std::vector{world.first_office});
}

TEST_CASE("a supervisor that seizes a dossier is concerned, another office that tries is not") {
    Case dossier;
    World& world = dossier.world;
    dossier.state(world.second(), Kind::seize);
    CHECK(dossier.concerned() == std::vector{world.first_office});
    dossier.state(world.hub(), Kind::seize);
    dossier.hand_over(world.hub(), world.second_office);
    CHECK(dossier.concerned() == std::vector{world.hub_office, world.first_office, world.second_office});
}

TEST_CASE("a hand-over brings the whole dossier to the other commune, and what that states back to the first") {
    Case dossier;
    World& world = dossier.world;
    dossier.state(world.first(), Kind::note);
    CHECK(dossier.inbox(world.hub_office, world.first_office).empty());
    CHECK(dossier.inbox(world.hub_office, world.second_office).empty());
    dossier.hand_over(world.first(), world.second_office);
    CHECK(dossier.inbox(world.hub_office, world.second_office) == Places{0, 1, 2});
    CHECK(dossier.inbox(world.hub_office, world.first_office).empty());
    dossier.state(world.second(), Kind::take_over);
    dossier.state(world.second(), Kind::note);
    CHECK(dossier.inbox(world.hub_office, world.second_office) == Places{0, 1, 2});
    CHECK(dossier.inbox(world.hub_office, world.first_office) == Places{3, 4});
    // Both are below the hub, which sends their acts up itself.
    CHECK(dossier.inbox(world.top, world.hub_office).empty());
    dossier.state(world.city(), Kind::note);
    CHECK(dossier.inbox(world.top, world.hub_office) == Places{5});
}

TEST_CASE("between two hubs a dossier goes through the city's inboxes, and each hub's own") {
    Case dossier;
    World& world = dossier.world;
    const OfficeId other_hub{"H26.2", 0}, other{"H26.2.01", 0};
    world.state_office(world.registrar, {other_hub, "Trung tâm 2", OfficeKind::hub, world.top});
    world.state_office(world.registrar, {other, "Phường Tây Hồ", OfficeKind::commune, other_hub});
    world.add_node("other hub", other_hub);
    TestNode& there = world.add_node("other", other);
    world.open(there);
    dossier.hand_over(world.nodes.at("first"), other);
    dossier.state(there, Kind::take_over);
    CHECK(dossier.inbox(world.top, other_hub) == Places{0, 1});
    CHECK(dossier.inbox(world.top, world.hub_office) == Places{2});
    CHECK(dossier.inbox(other_hub, other) == Places{0, 1});
    CHECK(dossier.inbox(world.hub_office, world.first_office) == Places{2});
    CHECK(dossier.inbox(world.hub_office, world.second_office).empty());
}

TEST_CASE("nodes of one office get each other's acts, and what was left out before follows") {
    Case dossier;
    World& world = dossier.world;
    dossier.state(world.first(), Kind::note);
    const Registry before = world.registry;
    const InboxRouter router_before(before, world.hub_office);
    TestNode& second_node = world.add_node("first too", world.first_office);
    world.open(second_node);
    dossier.state(second_node, Kind::note);
    CHECK(dossier.inbox(world.hub_office, world.first_office) == Places{0, 1, 2});
    const InboxRouter router(world.registry, world.hub_office);
    CHECK(router.offices_owed_more(router_before) == std::set{world.first_office});
    CHECK(router.offices_owed_more(router).empty());
    CHECK(router_before.offices_owed_more(router).empty());
}

TEST_CASE("an inbox is in the order of priors, and of positions within a log, however the acts came") {
    Case dossier;
    World& world = dossier.world;
    dossier.hand_over(world.first(), world.second_office);
    dossier.state(world.second(), Kind::take_over);
    dossier.state(world.hub(), Kind::note);
    dossier.state(world.second(), Kind::note);
    dossier.state(world.city(), Kind::note);
    SeededRandom random("order");
    const InboxRouter router(world.registry, world.hub_office);
    std::vector<Act> shuffled = dossier.acts;
    std::vector<ActId> first;
    for (int round = 0; round < 30; ++round) {
        for (std::size_t at = shuffled.size() - 1; at > 0; --at) std::swap(shuffled[at], shuffled[random.below(at + 1)]);
        shuffled.push_back(shuffled.front());
        for (const InboxPlan& plan : router.plan(dossier.id, shuffled)) {
            if (plan.office != world.second_office) continue;
            std::vector<ActId> ids;
            for (const Act* act : plan.acts) {
                if (act->payload.prior && act->payload.log != world.second().id()) {
                    const auto prior = std::ranges::find(shuffled, *act->payload.prior, &Act::id);
                    REQUIRE(prior != shuffled.end());
                    if (prior->payload.log != world.second().id()) CHECK(std::ranges::find(ids, prior->id) != ids.end());
                }
                ids.push_back(act->id);
            }
            if (first.empty()) first = ids;
            CHECK(ids == first);
        }
    }
    CHECK(first.size() == 4);
}

TEST_CASE("acts whose hashes were made up to go in a circle have an order all the same") {
    Case dossier;
    World& world = dossier.world;
    dossier.hand_over(world.first(), world.second_office);
    // Later in its log, but the prior of an earlier one: possible only with a `prev` that is not that of the log.
    Payload payload = dossier.acts.back().payload;
    payload.seq = 9;
    const Act later = *sign_act(payload, *world.first().officer);
    payload.seq = 5;
    payload.prior = later.id;
    dossier.acts.push_back(*sign_act(payload, *world.first().officer));
    dossier.acts.push_back(later);
    CHECK(dossier.inbox(world.hub_office, world.second_office).size() == 4);
}

TEST_CASE("an act that admits a signer goes before what the signer states") {
    Case dossier;
    World& world = dossier.world;
    const Act admit = world.state_item(world.first(), Kind::admit, dossier.id, std::nullopt, to_item(AdmitContent{1}));
    dossier.hand_over(world.first(), world.second_office);
    dossier.acts.push_back(admit);
    CHECK(dossier.inbox(world.hub_office, world.second_office) == Places{0, 2, 1});
}

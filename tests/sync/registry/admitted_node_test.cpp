// Logs that a head admits while the registry cannot list them.
#include <catch2/catch.hpp>

#include "tests/support/lines.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr Verdict passed_over{Standing::quarantined, Reason::not_the_next_log};
Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

/// First lost its disk; its head opened the next log and admitted it.
struct Admitted {
    World world;
    TestNode& old = world.first();
    Act received = world.receive(old);
    TestNode& next = add_admitted_next(world, "next", old);

    [[nodiscard]] Verdict of(const Act& act) const { return world.registry.judge(act); }
};

}  // namespace

TEST_CASE("a log that a head of its office admits counts for that office, provisional") {
    Admitted scene;
    const Act act = scene.world.receive(scene.next);
    CHECK(scene.of(scene.next.log.acts[0]).effective());
    CHECK(scene.of(scene.next.log.acts[1]).effective());
    CHECK(scene.of(act).effective());
    CHECK(scene.world.registry.is_provisional(act));
    CHECK_FALSE(scene.world.registry.is_provisional(scene.received));
    const NodeRecord* node = scene.world.registry.find_node(scene.next.id());
    REQUIRE(node != nullptr);
    CHECK(node->is_provisional);
    CHECK(node->office == scene.world.first_office);
    CHECK(scene.world.registry.find_node(scene.next.noise->public_key()) == node);
    CHECK(scene.world.registry.line_of(scene.next.id()) == scene.old.id());
    CHECK(scene.world.registry.admitted_logs() == std::vector{scene.next.id()});
}

TEST_CASE("without an admission nobody knows the log") {
    World world;
    TestNode& next = make_next(world, "next", world.first());
    open_after(world, next, &world.first(), 1);
    CHECK(world.registry.judge(next.log.acts[0]) == void_for(Reason::unknown_node));
    CHECK(world.registry.judge(world.receive(next)) == void_for(Reason::unknown_node));
    CHECK(world.registry.find_node(next.id()) == nullptr);
}

TEST_CASE("an admitted log has no more than its office") {
    Admitted scene;
    World& world = scene.world;
    const auto note_by = [&](const crypto::SigningKey& signer) { return world.state(scene.next, Kind::note, world.next_dossier(scene.next), std::nullopt, &signer); };
    CHECK(scene.of(note_by(*world.second().officer)) == void_for(Reason::not_of_this_office));
    CHECK(scene.of(note_by(*world.hub().officer)) == void_for(Reason::not_of_this_office));
    CHECK(scene.of(note_by(signing_key("nobody"))) == void_for(Reason::unknown_signer));
}

TEST_CASE("nobody but a head of the office that the log names admits it") {
    World world;
    const auto clerk = signing_key("clerk"), guest = signing_key("guest");
    world.state_officer(world.registrar, clerk.public_key(), {world.first_office, 3, std::nullopt});
    const auto verdict_by = [&](const std::string& name, const crypto::SigningKey& signer) {
        TestNode& next = make_next(world, name, world.first());
        open_after(world, next, nullptr);
        const Act act = admit(world, next, signer);
        CHECK((world.registry.find_node(next.id()) != nullptr) == world.registry.judge(act).effective());
        return world.registry.judge(act);
    };
    CHECK(verdict_by("a", clerk) == void_for(Reason::lacks_role));
    CHECK(verdict_by("b", guest) == void_for(Reason::unknown_signer));
    CHECK(verdict_by("c", *world.hub().officer) == void_for(Reason::not_of_this_office));
    CHECK(verdict_by("d", *world.second().officer) == void_for(Reason::not_of_this_office));
    CHECK(verdict_by("e", *world.first().officer).effective());
}

TEST_CASE("a predecessor is of the same office") {
    World world;
    TestNode& next = make_next(world, "next", world.first());
    open_after(world, next, &world.second(), 1);
    CHECK(world.registry.judge(admit(world, next, *world.first().officer)) == void_for(Reason::not_of_this_office));
    TestNode& other = make_next(world, "other", world.first());
    TestNode& unknown = make_next(world, "unknown", world.first());
    open_after(world, unknown, nullptr);
    open_after(world, other, &unknown, 1);
    CHECK(world.registry.judge(admit(world, other, *world.first().officer)) == void_for(Reason::unknown_node));
}

TEST_CASE("an admitted log may continue another, and the order in which one hears of them never matters") {
    World world;
    TestNode& middle = make_next(world, "middle", world.first());
    open_after(world, middle, &world.first(), 1);
    const Registry untold = world.registry;
    admit(world, middle, *world.first().officer);
    TestNode& last = add_admitted_next(world, "last", middle);
    Registry backwards = untold;
    backwards.admit_node(last.log.acts[0], last.log.acts[1]);
    CHECK(backwards.find_node(last.id()) == nullptr);
    backwards.admit_node(middle.log.acts[0], middle.log.acts[1]);
    for (const Registry& registry : {world.registry, backwards}) {
        CHECK(registry.line_of(last.id()) == world.first().id());
        CHECK(registry.judge(last.log.acts[1]).effective());
        CHECK(registry.logs_of_line(world.first().id()).size() == 3);
    }
}

TEST_CASE("an admission that cites a registry that is not here yet waits for it") {
    World world;
    const Registry before = world.registry;
    world.state_office(world.registrar, {{"H26.1.03", 0}, "Phường Giảng Võ", OfficeKind::commune, world.hub_office});
    TestNode& next = add_admitted_next(world, "next", world.first());
    Registry behind = before;
    behind.admit_node(next.log.acts[0], next.log.acts[1]);
    CHECK(behind.judge(next.log.acts[1]) == Verdict{Standing::waiting, Reason::registry_size_unknown});
    CHECK(behind.find_node(next.id()) == nullptr);
    value_of(behind.apply(world.registry_log.acts.back()));
    CHECK(behind.find_node(next.id()) != nullptr);
}

TEST_CASE("once the registry lists the log it is an ordinary node, and what came before stands") {
    Admitted scene;
    const Act before = scene.world.receive(scene.next);
    list(scene.world, scene.next);
    CHECK_FALSE(scene.world.registry.find_node(scene.next.id())->is_provisional);
    CHECK(scene.of(before).effective());
    CHECK_FALSE(scene.world.registry.is_provisional(before));
    CHECK(scene.world.registry.line_of(scene.next.id()) == scene.old.id());
    CHECK(scene.world.registry.admitted_logs().empty());
    seal(scene.world, scene.old, scene.received.payload.seq + 1, scene.next.id());
    CHECK(scene.of(before).effective());
    CHECK(scene.world.registry.line_of(scene.next.id()) == scene.old.id());
    // Its retirement later on is that of any node.
    scene.world.retire(scene.world.registrar, scene.next.id().view());
    CHECK(scene.of(before).effective());
}

TEST_CASE("once another log continues the line, what the admitted one stated is quarantined until confirmed") {
    Admitted scene;
    const Act before = scene.world.receive(scene.next);
    const TestNode& chosen = add_listed_next(scene.world, "chosen", scene.old);
    seal(scene.world, scene.old, scene.received.payload.seq + 1, chosen.id());
    CHECK(scene.of(before) == passed_over);
    CHECK(scene.world.registry.judge_confirmed(before, nullptr).effective());
    // Listed after all: what it states by then counts, in a line of its own.
    list(scene.world, scene.next);
    scene.world.receipt(scene.next);
    CHECK(scene.of(before) == passed_over);
    CHECK(scene.of(scene.world.receive(scene.next)).effective());
    CHECK(scene.world.registry.line_of(scene.next.id()) == scene.next.id());
}

TEST_CASE("an admitted log that the registry retires unlisted is quarantined until confirmed") {
    Admitted scene;
    const Act before = scene.world.receive(scene.next);
    scene.world.retire(scene.world.root, scene.next.id().view());
    CHECK(scene.of(before) == passed_over);
    CHECK(scene.world.registry.judge_confirmed(before, nullptr).effective());
}

TEST_CASE("a stolen head's admission takes what rests on it along") {
    Admitted scene;
    const Act before = scene.world.receive(scene.next);
    const auto clerk = signing_key("clerk");
    scene.world.state_officer(scene.world.registrar, clerk.public_key(), {scene.world.first_office, 3, std::nullopt});
    scene.world.receipt(scene.next);
    const Act by_clerk = scene.world.state(scene.next, Kind::note, dossier_of(before), before.id, &clerk);
    scene.world.revoke(scene.world.registrar, scene.old.officer->public_key(), {{scene.old.id(), 100}});
    CHECK(scene.of(scene.received).effective());
    CHECK(scene.of(by_clerk) == Verdict{Standing::quarantined, Reason::revoked_key});
}

TEST_CASE("an admission does not take a key or a name that another has") {
    World world;
    TestNode& next = make_next(world, "next", world.first());
    next.noise = world.second().noise;
    open_after(world, next, nullptr);
    CHECK(world.registry.judge(admit(world, next, *world.first().officer)) == void_for(Reason::already_taken));
    CHECK(world.registry.find_node(world.second().noise->public_key())->log == world.second().id());
}

TEST_CASE("an admit_node of another place entitles nothing") {
    World world;
    TestNode& next = make_next(world, "next", world.first());
    open_after(world, next, nullptr);
    world.receipt(next);
    CHECK(world.registry.judge(admit(world, next, *world.first().officer)) == void_for(Reason::unknown_node));
    world.receive(world.second());
    CHECK(world.registry.judge(admit(world, world.second(), *world.second().officer)) == void_for(Reason::wrong_log));
    CHECK(world.registry.find_node(next.id()) == nullptr);
}

// How logs end: seals, convictions, and which log goes on for a node.
#include <catch2/catch.hpp>

#include "tests/support/lines.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr Verdict beyond_seal{Standing::quarantined, Reason::beyond_seal};
constexpr Verdict beyond_conviction{Standing::quarantined, Reason::beyond_conviction};

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }
Reason reason_of(const World& world, const Act& act) { return world.registry.judge(act).reason; }

/// First's log was copied; each copy went on.
struct Copied {
    World world;
    TestNode& node = world.first();
    TestLog one, other;
    std::uint64_t common = 0;

    Copied() {
        world.receive(node);
        const TestLog copy = node.log;
        common = copy.acts.size();
        world.receive(node);
        world.receive(node);
        one = node.log;
        node.log = copy;
        world.receive(node, "Trần Thị Bình");
        other = node.log;
    }
    [[nodiscard]] ForkProof proof() const { return fork_proof(node, one, other); }
};

}  // namespace

TEST_CASE("an act at or beyond the seal is quarantined whatever it cites, one before it is not") {
    World world;
    TestNode& old = world.first();
    const Act kept = world.receive(old);
    const std::uint64_t size = old.log.acts.size();
    const Act lost = world.receive(old);
    CHECK(reason_of(world, seal(world, old, size, std::nullopt)) == Reason::none);
    const Act receipt = world.receipt(old), later = world.receive(old);
    REQUIRE(lost.payload.registry < world.registry.size());
    REQUIRE(later.payload.registry == world.registry.size());
    CHECK(world.registry.judge(kept).effective());
    CHECK(world.registry.judge(old.log.acts.front()).effective());
    for (const Act& act : {lost, receipt, later}) {
        CHECK(world.registry.judge(act) == beyond_seal);
        CHECK(world.registry.judge_confirmed(act, nullptr).effective());
        CHECK(world.registry.judge(act, Lift::seal, nullptr, Lift::nothing).effective());
    }
    const Seal* known = world.registry.find_seal(old.id());
    REQUIRE(known != nullptr);
    CHECK(known->size == size);
    CHECK(known->root == root_of(old.log, size));
    CHECK_FALSE(known->next);
    CHECK(world.registry.find_seal(world.second().id()) == nullptr);
}

TEST_CASE("a node's retirement goes by the registry that acts cite, a seal by their place") {
    World world;
    const Act before = world.receive(world.first());
    world.retire(world.registrar, world.first().id().view());
    const Act knew_nothing = world.receive(world.first());
    world.receipt(world.first());
    const Act knew = world.receive(world.first());
    CHECK(world.registry.judge(before).effective());
    CHECK(world.registry.judge(knew_nothing).effective());
    CHECK(world.registry.judge(knew) == void_for(Reason::unknown_node));
    seal(world, world.first(), before.payload.seq + 1, std::nullopt);
    CHECK(world.registry.judge(before).effective());
    CHECK(world.registry.judge(knew_nothing) == beyond_seal);
}

TEST_CASE("a second seal is void, and the first one stands") {
    World world;
    TestNode& old = world.first();
    world.receive(old);
    const TestNode& next = add_listed_next(world, "next", old);
    const TestNode& other = add_listed_next(world, "other", old);
    CHECK(reason_of(world, seal(world, old, 1, next.id())) == Reason::none);
    CHECK(reason_of(world, seal(world, old, 2, other.id())) == Reason::already_sealed);
    CHECK(reason_of(world, seal(world, world.root, old, 2, std::nullopt)) == Reason::already_sealed);
    CHECK(world.registry.find_seal(old.id())->size == 1);
    CHECK(world.registry.find_seal(old.id())->next == next.id());
    CHECK(world.registry.line_of(other.id()) == other.id());
}

TEST_CASE("who may seal is who may list the office's nodes") {
    World world;
    const auto of_hub = signing_key("hub registrar");
    world.state_officer(world.registrar, of_hub.public_key(), {world.hub_office, 32, world.hub_office});
    CHECK(reason_of(world, seal(world, *world.first().officer, world.first(), 1, std::nullopt)) == Reason::not_a_registrar);
    CHECK(reason_of(world, seal(world, of_hub, world.city(), 1, std::nullopt)) == Reason::not_a_registrar);
    CHECK(reason_of(world, seal(world, of_hub, world.second(), 1, std::nullopt)) == Reason::none);
    CHECK(reason_of(world, seal(world, world.root, world.first(), 1, std::nullopt)) == Reason::none);
    TestNode& unlisted = make_next(world, "unlisted", world.first());
    open_after(world, unlisted, nullptr);
    CHECK(reason_of(world, seal(world, unlisted, 1, std::nullopt)) == Reason::unknown_node);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::seal, Bytes(5), SealContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::seal, subject_of(world.hub().id()), StepContent{})) == Reason::bad_content);
}

TEST_CASE("the next log is a listed one of the same office that continues no other") {
    World world;
    TestNode& old = world.first();
    TestNode& twin = world.add_node("twin", world.first_office);
    TestNode& next = add_listed_next(world, "next", old);
    TestNode& unlisted = make_next(world, "unlisted", old);
    world.open(twin);
    CHECK(reason_of(world, seal(world, old, 1, old.id())) == Reason::unfit_successor);
    CHECK(reason_of(world, seal(world, old, 1, world.second().id())) == Reason::unfit_successor);
    CHECK(reason_of(world, seal(world, old, 1, unlisted.id())) == Reason::unknown_node);
    CHECK(world.registry.find_seal(old.id()) == nullptr);
    CHECK(reason_of(world, seal(world, old, 1, next.id())) == Reason::none);
    CHECK(reason_of(world, seal(world, twin, 1, next.id())) == Reason::unfit_successor);
    CHECK(reason_of(world, seal(world, next, 1, old.id())) == Reason::unfit_successor);  // in a circle
    CHECK(reason_of(world, seal(world, next, 1, twin.id())) == Reason::none);
    CHECK(reason_of(world, seal(world, twin, 1, old.id())) == Reason::unfit_successor);  // in a wider one
}

TEST_CASE("a line is a log and those that seals name after it") {
    World world;
    TestNode& old = world.first();
    const LogId first = old.id(), middle = add_listed_next(world, "middle", old).id(), last = add_listed_next(world, "last", old).id();
    CHECK(world.registry.line_of(middle) == middle);
    CHECK(world.registry.logs_of_line(middle) == std::vector{middle});
    seal(world, world.nodes.at("middle"), 1, last);
    CHECK(world.registry.line_of(last) == middle);
    seal(world, old, 1, middle);
    for (const LogId& log : {first, middle, last}) {
        CHECK(world.registry.line_of(log) == first);
        CHECK(world.registry.last_of_line(log) == last);
        std::vector<LogId> sorted{first, middle, last};
        std::ranges::sort(sorted);
        CHECK(world.registry.logs_of_line(log) == sorted);
    }
    CHECK(world.registry.line_of(world.second().id()) == world.second().id());
}

TEST_CASE("the next log gives the numbers of the block that the old one had, until it has its own") {
    World world;
    TestNode& old = world.first();
    const auto give = [&](const TestNode& node, std::uint64_t from) {
        return reason_of(world, world.state_registry(world.registrar, Kind::number_block, subject_of(node.id()), NumberBlockContent{from, from + 999}));
    };
    TestNode& twin = world.add_node("twin", world.first_office);
    TestNode& next = add_listed_next(world, "next", old);
    CHECK(give(old, 1) == Reason::none);
    CHECK(give(next, 1) == Reason::already_taken);  // of another node, as yet
    CHECK_FALSE(world.registry.number_block(next.id()));
    seal(world, old, 1, next.id());
    REQUIRE(world.registry.number_block(next.id()));
    CHECK(world.registry.number_block(next.id())->first == 1);
    CHECK(give(next, 1) == Reason::none);
    CHECK(give(twin, 1) == Reason::already_taken);
    CHECK(give(next, 2001) == Reason::none);
    CHECK(world.registry.number_block(next.id())->first == 2001);
    CHECK(world.registry.number_block(old.id())->first == 1);
}

TEST_CASE("a log is convicted by a proof, and by nothing less") {
    Copied copied;
    World& world = copied.world;
    const auto convict_by = [&](const TestNode& node, Bytes proof) {
        return reason_of(world, world.state_registry(world.registrar, Kind::convict, subject_of(node.id()), ConvictContent{copied.common, std::move(proof)}));
    };
    CHECK(convict_by(copied.node, {}) == Reason::no_proof);
    ForkProof same = copied.proof();
    same.other = same.one;
    CHECK(convict_by(copied.node, same.encode()) == Reason::no_proof);
    CHECK(convict_by(world.second(), copied.proof().encode()) == Reason::no_proof);
    CHECK(world.registry.find_conviction(copied.node.id()) == nullptr);
    CHECK(world.registry.judge(copied.one.acts.back()).effective());
    CHECK(reason_of(world, convict(world, *world.second().officer, copied.node, 1, copied.proof())) == Reason::not_a_registrar);
    CHECK(convict_by(copied.node, copied.proof().encode()) == Reason::none);
    REQUIRE(world.registry.find_conviction(copied.node.id()) != nullptr);
    CHECK(world.registry.find_conviction(copied.node.id())->size == copied.common);
    CHECK(world.registry.find_conviction(copied.node.id())->proof == copied.proof().encode());
    CHECK(reason_of(world, world.state_registry(world.root, Kind::convict, Bytes(5), ConvictContent{})) == Reason::bad_content);
    CHECK(reason_of(world, world.state_registry(world.root, Kind::convict, subject_of(copied.node.id()), StepContent{})) == Reason::bad_content);
}

TEST_CASE("what a convicted log states from there on is quarantined in both histories, until a head confirms it") {
    Copied copied;
    World& world = copied.world;
    convict(world, world.registrar, copied.node, copied.common, copied.proof());
    CHECK(world.registry.judge(copied.one.acts.at(copied.common - 1)).effective());
    for (const Act& act : {copied.one.acts.back(), copied.other.acts.back()}) {
        CHECK(world.registry.judge(act) == beyond_conviction);
        CHECK(world.registry.judge(act, Lift::seal, nullptr, Lift::nothing) == beyond_conviction);
        CHECK(world.registry.judge_confirmed(act, nullptr).effective());
    }
}

TEST_CASE("of several convictions the lower size holds, and a seal may follow") {
    Copied copied;
    World& world = copied.world;
    convict(world, world.registrar, copied.node, 3, copied.proof());
    convict(world, world.registrar, copied.node, 2, copied.proof());
    convict(world, world.registrar, copied.node, 4, copied.proof());
    CHECK(world.registry.find_conviction(copied.node.id())->size == 2);
    const TestNode& next = add_listed_next(world, "next", copied.node);
    CHECK(reason_of(world, seal(world, copied.node, 2, next.id())) == Reason::none);
    CHECK(world.registry.line_of(next.id()) == copied.node.id());
}

TEST_CASE("whoever is retired before being listed is not listed any more") {
    World world;
    TestNode& next = make_next(world, "next", world.first());
    const auto guest = signing_key("guest");
    const auto of_hub = signing_key("hub registrar");
    world.state_officer(world.registrar, of_hub.public_key(), {world.hub_office, 32, world.hub_office});
    CHECK(reason_of(world, world.retire(of_hub, next.id().view())) == Reason::unknown_signer);
    CHECK(reason_of(world, world.retire(world.registrar, next.id().view())) == Reason::none);
    CHECK(reason_of(world, world.retire(world.root, guest.public_key().view())) == Reason::none);
    CHECK(reason_of(world, world.retire(world.root, guest.public_key().view())) == Reason::unknown_signer);
    CHECK(reason_of(world, list(world, next)) == Reason::already_taken);
    CHECK(reason_of(world, world.state_officer(world.root, guest.public_key(), {world.top, 1, std::nullopt})) == Reason::already_taken);
}

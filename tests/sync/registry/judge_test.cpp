// Rights of the acts in a node's log.
#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

Act note_by(World& world, TestNode& node, const crypto::SigningKey& signer) {
    return world.state(node, Kind::note, world.next_dossier(node), std::nullopt, &signer);
}

}  // namespace

TEST_CASE("an officer of the office with the role is entitled, and nobody else") {
    World world;
    TestNode& node = world.first();
    CHECK(world.registry.judge(node.log.acts[0]).effective());
    CHECK(world.registry.judge(world.receive(node)).effective());
    CHECK(world.registry.judge(note_by(world, node, signing_key("nobody"))) == void_for(Reason::unknown_signer));
    CHECK(world.registry.judge(note_by(world, node, *node.log_key)) == void_for(Reason::unknown_signer));
    CHECK(world.registry.judge(note_by(world, node, *world.second().officer)) == void_for(Reason::not_of_this_office));
    CHECK(world.registry.judge(note_by(world, node, *world.hub().officer)) == void_for(Reason::not_of_this_office));
}

TEST_CASE("each kind needs one of its roles") {
    World world;
    TestNode& node = world.first();
    const std::map<Kind, std::uint32_t> lenient{
        {Kind::submitted, 1}, {Kind::supplement_handed_in, 1}, {Kind::withdrawal_asked, 1}, {Kind::result_handed_over, 1},
        {Kind::receive, 1}, {Kind::decline, 1}, {Kind::ask_supplement, 3}, {Kind::resume, 7}, {Kind::assign, 7}, {Kind::note, 7},
        {Kind::submit_for_signature, 6}, {Kind::sign, 4}, {Kind::number, 7}, {Kind::complete, 6}, {Kind::return_unresolved, 6},
        {Kind::stop, 6}, {Kind::imported, 8}};
    for (const auto& [kind, roles] : lenient) CHECK(roles_for(kind).bits == roles);
    for (const std::uint32_t role : {1U, 2U, 4U, 8U, 16U}) {
        const auto key = signing_key("role " + std::to_string(role));
        world.state_officer(world.registrar, key.public_key(), {node.office, role, std::nullopt});
        world.receipt(node);
        for (const auto& [kind, roles] : lenient) {
            const Act act = world.state(node, kind, world.next_dossier(node), std::nullopt, &key);
            CHECK(world.registry.judge(act) == ((roles & role) != 0 ? Verdict{} : void_for(Reason::lacks_role)));
        }
    }
}

TEST_CASE("content and subject must be of the kind") {
    World world;
    TestNode& node = world.first();
    CHECK(world.registry.judge(world.state(node, Kind::receive, world.next_dossier(node), std::nullopt, StepContent{})) == void_for(Reason::bad_content));
    CHECK(world.registry.judge(world.state(node, Kind::imported, world.next_dossier(node), std::nullopt, StepContent{})) == void_for(Reason::bad_content));
    CHECK(world.registry.judge(world.state(node, Kind::note, world.next_dossier(node), std::nullopt, RetireContent{"x"})) == void_for(Reason::bad_content));
    const auto short_subject = node.log.append({.signer = node.officer.get(), .at = {}, .kind = Kind::note, .subject = Bytes(15),
                                                .prior = {}, .content = {}, .body = {}}, node.log.head.registry_size);
    CHECK(world.registry.judge(*short_subject) == void_for(Reason::bad_content));
    CHECK(world.registry.judge(world.state(node, Kind::retire, world.next_dossier(node), std::nullopt)) == void_for(Reason::wrong_log));
    CHECK(world.registry.judge(world.state(node, static_cast<Kind>(1000), world.next_dossier(node), std::nullopt)) ==
          Verdict{Standing::opaque, Reason::unknown_kind});
}

TEST_CASE("what a node states about itself is signed by its log key") {
    World world;
    TestNode& node = world.first();
    const auto by_officer = [&](Kind kind, const auto& content, Bytes subject) {
        return world.registry.judge(*node.log.append({.signer = node.officer.get(), .at = {}, .kind = kind, .subject = std::move(subject),
                                                      .prior = {}, .content = to_item(content), .body = {}}, node.log.head.registry_size));
    };
    CHECK(by_officer(Kind::receipt, ReceiptContent{}, {}) == void_for(Reason::not_the_log_key));
    CHECK(by_officer(Kind::adopt, StepContent{}, {}) == void_for(Reason::not_the_log_key));
    CHECK(world.registry.judge(world.receipt(node)).effective());

    const auto by_node = [&](Kind kind, const auto& content, Bytes subject) {
        return world.registry.judge(*node.log.append({.signer = node.log_key.get(), .at = {}, .kind = kind, .subject = std::move(subject),
                                                      .prior = {}, .content = to_item(content), .body = {}}, node.log.head.registry_size));
    };
    const OpenContent again{node.office, node.name, node.log_key->public_key(), node.noise->public_key(), {}, {}, {}};
    CHECK(by_node(Kind::open, again, to_bytes(node.id().view())) == void_for(Reason::wrong_log));
    CHECK(by_node(Kind::adopt, StepContent{}, {}) == void_for(Reason::unknown_node));
    CHECK(by_node(Kind::admit, StepContent{}, {}) == void_for(Reason::unknown_node));  // a head's act, from before its node was listed
    CHECK(by_node(Kind::receipt, StepContent{}, {}) == void_for(Reason::bad_content));
    CHECK(by_node(Kind::receipt, ReceiptContent{}, Bytes(3)) == void_for(Reason::bad_content));
}

TEST_CASE("a node that opens its log for another office than the registry lists has no right to it") {
    World world;
    const auto key = signing_key("moved log");
    const OfficeId reused{"H26.1.01", 20'000};  // the same code from another day
    world.state_office(world.root, {reused, "Phường mới", OfficeKind::commune, world.hub_office});
    world.state_node(world.root, {reused, "moved", key.public_key(), noise_key("moved").public_key(), std::nullopt});
    const auto opening_for = [&](const OfficeId& office) {
        TestLog log;
        log.key = &key;
        log.head = LogHead::empty(node_origin("H26.1.01", key.public_key()), key.public_key(), LogClass::node);
        const OpenContent content{office, "moved", key.public_key(), noise_key("moved").public_key(), {}, {}, {}};
        return world.registry.judge(*log.append({.signer = &key, .at = {}, .kind = Kind::open, .subject = to_bytes(log.head.id.view()),
                                                 .prior = {}, .content = to_item(content), .body = {}}, 0));
    };
    CHECK(opening_for(reused).effective());
    CHECK(opening_for(world.first_office) == void_for(Reason::bad_content));
}

TEST_CASE("a receipt's registry checkpoint is the registry's own") {
    World world;
    TestNode& node = world.first();
    const crypto::Checkpoint right{world.registry.origin(), world.registry.size(), world.registry_log.head.tree.root()};
    const auto carrying = [&](const crypto::Note& note) {
        const ReceiptContent content{note.format(), {}, {}};
        return world.registry.judge(*node.log.append({.signer = node.log_key.get(), .at = {}, .kind = Kind::receipt, .subject = {},
                                                      .prior = {}, .content = to_item(content), .body = {}}, node.log.head.registry_size));
    };
    CHECK(carrying(crypto::sign_checkpoint(right, world.registry_key)).effective());
    CHECK(carrying(crypto::sign_checkpoint(right, *node.officer)) == void_for(Reason::bad_content));
    crypto::Checkpoint other = right;
    other.root.bytes[0] ^= std::byte{1};
    CHECK(carrying(crypto::sign_checkpoint(other, world.registry_key)) == void_for(Reason::another_registry));
    CHECK(carrying(crypto::sign_checkpoint(other, *node.officer)) == void_for(Reason::another_registry));
    other = right;
    other.size += 1;
    CHECK(carrying(crypto::sign_checkpoint(other, world.registry_key)) == Verdict{Standing::waiting, Reason::registry_size_unknown});
}

TEST_CASE("what was disowned spoils what stands behind it and cites that size or more, and nothing else") {
    World world;
    TestNode& node = world.first();
    const Act first = world.receive(node), second = world.receive(node), other_log = world.receive(world.second());
    const auto size = first.payload.registry;
    const auto verdict_after = [&](const Position& place, std::uint64_t announced, const Act& act) {
        Registry registry = world.registry;
        registry.disown(place, announced);
        return registry.judge(act);
    };
    CHECK(verdict_after(first.position(), size, first).effective());
    CHECK(verdict_after(first.position(), size, second) == void_for(Reason::another_registry));
    CHECK(verdict_after(first.position(), size - 1, second) == void_for(Reason::another_registry));
    CHECK(verdict_after(first.position(), size + 1, second).effective());
    CHECK(verdict_after(first.position(), size, other_log).effective());
    // Several of one log, in any order.
    for (const bool reverse : {false, true}) {
        std::vector<std::pair<Position, std::uint64_t>> all{{node.log.acts[0].position(), size + 3}, {first.position(), size}, {first.position(), size + 1}};
        if (reverse) std::ranges::reverse(all);
        Registry registry = world.registry;
        for (const auto& [place, announced] : all) registry.disown(place, announced);
        CHECK(registry.judge(first).effective());
        CHECK(registry.judge(second) == void_for(Reason::another_registry));
    }
}

TEST_CASE("an act that cites a registry size which is not here waits for it") {
    World world;
    TestNode& node = world.first();
    Registry behind(world.pin());
    for (const Act& act : world.registry_log.acts) REQUIRE(behind.apply(act));
    world.state_officer(world.registrar, signing_key("new").public_key(), {node.office, 1, std::nullopt});
    world.receipt(node);
    const Act act = note_by(world, node, signing_key("new"));
    CHECK(behind.judge(act) == Verdict{Standing::waiting, Reason::registry_size_unknown});
    REQUIRE(behind.apply(world.registry_log.acts.back()));
    CHECK(behind.judge(act).effective());
    CHECK(world.registry.judge(act).effective());
}

TEST_CASE("retirement is judged by the registry size that acts cite") {
    World world;
    TestNode& node = world.first();
    const Act before = note_by(world, node, *node.officer);
    world.retire(world.registrar, node.officer->public_key().view());
    const Act unaware = note_by(world, node, *node.officer);
    world.receipt(node);
    const Act after = note_by(world, node, *node.officer);
    CHECK(world.registry.judge(before).effective());
    CHECK(world.registry.judge(unaware).effective());
    CHECK(world.registry.judge(after) == void_for(Reason::unknown_signer));
    CHECK(world.registry.officer_at(node.officer->public_key(), world.registry.size() - 1));
    CHECK_FALSE(world.registry.officer_at(node.officer->public_key(), world.registry.size()));
    CHECK_FALSE(world.registry.officer_at(node.officer->public_key(), world.registry.size() + 1));
}

TEST_CASE("a retired node has no right from the size that retired it") {
    World world;
    TestNode& node = world.first();
    const Act before = note_by(world, node, *node.officer);
    world.retire(world.registrar, node.id().view());
    CHECK(world.registry.judge(before).effective());
    world.receipt(node);
    CHECK(world.registry.judge(note_by(world, node, *node.officer)) == void_for(Reason::unknown_node));
}

TEST_CASE("acts from before the registry listed their node, or of no node of it, are void") {
    World world;
    TestNode& node = world.first();
    const auto early = node.log.append({.signer = node.officer.get(), .at = {}, .kind = Kind::note, .subject = Bytes(16), .prior = {},
                                        .content = {}, .body = {}}, 0);
    CHECK(world.registry.judge(*early) == void_for(Reason::unknown_node));
    World other;
    const auto stranger = signing_key("stranger log");
    TestLog log;
    log.key = &stranger;
    log.head = LogHead::empty(node_origin("H26.1.01", stranger.public_key()), stranger.public_key(), LogClass::node);
    const OpenContent content{world.first_office, "stranger", stranger.public_key(), noise_key("stranger").public_key(), {}, {}, {}};
    const auto open = log.append({.signer = &stranger, .at = {}, .kind = Kind::open, .subject = to_bytes(log.head.id.view()), .prior = {},
                                  .content = to_item(content), .body = {}}, 0);
    CHECK(world.registry.judge(*open) == void_for(Reason::unknown_node));
}

TEST_CASE("a revoked key's acts are quarantined from the cut on, whatever they cite") {
    World world;
    TestNode& node = world.first();
    const Act before = note_by(world, node, *node.officer);
    const Act stolen = note_by(world, node, *node.officer);
    const Act by_another = note_by(world, node, *world.second().officer);
    world.revoke(world.registrar, node.officer->public_key(), {{node.id(), stolen.payload.seq}});
    CHECK(world.registry.judge(before).effective());
    CHECK(world.registry.judge(stolen) == Verdict{Standing::quarantined, Reason::revoked_key});
    CHECK(world.registry.judge(by_another) == void_for(Reason::not_of_this_office));
    CHECK(world.registry.is_cut(node.officer->public_key(), {world.second().id(), Seq{0}}));  // 0 for logs not named

    world.revoke(world.registrar, node.officer->public_key(), {{node.id(), stolen.payload.seq + 10}});
    CHECK(world.registry.judge(stolen).standing == Standing::quarantined);  // a later revocation lifts nothing
    world.revoke(world.registrar, node.officer->public_key(), {});
    CHECK(world.registry.judge(before).standing == Standing::quarantined);
}

TEST_CASE("every reason has its own name and a sentence") {
    std::map<std::string_view, int> names;
    std::size_t reasons = 0;
    for (int number = 0; number < 256; ++number) {
        const auto reason = static_cast<Reason>(number);
        if (name_of(reason) == "unknown") continue;
        ++reasons;
        names[name_of(reason)]++;
        CHECK(sentence_vi(reason) != sentence_vi(static_cast<Reason>(255)));
    }
    CHECK(reasons >= 25);
    CHECK(names.size() == reasons);
}

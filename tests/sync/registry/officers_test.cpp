// Keys that pass on, officers who stand in for others, keys that a head admits, and the closing of the book.
#include <catch2/catch.hpp>

#include "sync/act/day.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr std::uint32_t desk = 1, handler = 2, head = 4, registrar_role = 32;
Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

Reason reason_of(const World& world, const Act& act) {
    const Verdict verdict = world.registry.judge(act);
    return verdict.effective() ? Reason::none : verdict.reason;
}

crypto::SigningKey add_officer(World& world, const std::string& name, const OfficeId& office, std::uint32_t roles) {
    auto key = signing_key(name);
    world.state_officer(world.registrar, key.public_key(), {office, roles, std::nullopt});
    return key;
}
Act supersede(World& world, const crypto::SigningKey& signer, const PublicKey& old_key, const PublicKey& new_key) {
    return world.state_registry(signer, Kind::supersede, to_bytes(old_key.view()), SupersedeContent{new_key});
}
Act delegate(World& world, const crypto::SigningKey& signer, const PublicKey& key, const DelegateContent& content) {
    return world.state_registry(signer, Kind::delegate, to_bytes(key.view()), content);
}

// An act of the node's log with everything said, at an instant of the caller's.
Act state_at(World& world, TestNode& node, const crypto::SigningKey& signer, std::uint64_t at_ms, Kind kind, Bytes subject, cbor::Item content) {
    if (node.log.head.announced.value_or(node.log.head.registry_size) != world.registry.size()) world.receipt(node);
    return value_of(node.log.append({.signer = &signer, .at = WallTime{std::chrono::milliseconds{at_ms}}, .kind = kind, .subject = std::move(subject),
                                     .prior = {}, .content = std::move(content), .body = {}},
                                    node.log.head.announced.value_or(node.log.head.registry_size)));
}
Act sign_at(World& world, TestNode& node, const crypto::SigningKey& signer, std::uint64_t at_ms) {
    return state_at(world, node, signer, at_ms, Kind::sign, Bytes(16), empty_content(Kind::sign));
}
Act sign_now(World& world, TestNode& node, const crypto::SigningKey& signer) { return sign_at(world, node, signer, World::start_ms); }
Act admit(World& world, TestNode& node, const crypto::SigningKey& signer, const PublicKey& key, std::uint32_t roles) {
    return state_at(world, node, signer, World::start_ms, Kind::admit, to_bytes(key.view()), to_item(AdmitContent{roles}));
}

}  // namespace

TEST_CASE("a key that was lost passes office and roles on to a new one, and is retired") {
    World world;
    TestNode& node = world.first();
    const PublicKey old_key = node.officer->public_key(), new_key = signing_key("new key").public_key();
    const Act before = sign_now(world, node, *node.officer);
    CHECK(reason_of(world, supersede(world, *node.officer, old_key, new_key)) == Reason::not_a_registrar);
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, old_key)) == Reason::bad_content);
    CHECK(reason_of(world, supersede(world, world.registrar, signing_key("nobody").public_key(), new_key)) == Reason::unknown_officer);
    CHECK(reason_of(world, supersede(world, world.registrar, world.root.public_key(), new_key)) == Reason::unknown_officer);
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, world.second().officer->public_key())) == Reason::already_taken);
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, node.log_key->public_key())) == Reason::already_taken);
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, world.root.public_key())) == Reason::already_taken);
    const std::uint64_t size = world.registry.size();
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, new_key)) == Reason::none);

    CHECK(world.registry.officer_at(old_key, size));
    CHECK_FALSE(world.registry.officer_at(old_key, size + 1));
    CHECK_FALSE(world.registry.officer_at(new_key, size));
    CHECK(world.registry.officer_at(new_key, size + 1)->roles.bits == World::full_roles);
    CHECK(world.registry.officer_at(new_key, size + 1)->office == node.office);
    CHECK(world.registry.judge(before).effective());
    CHECK(world.registry.judge(sign_now(world, node, *node.officer)) == void_for(Reason::unknown_signer));
    CHECK(world.registry.judge(sign_now(world, node, signing_key("new key"))).effective());
    CHECK(reason_of(world, supersede(world, world.registrar, old_key, signing_key("another").public_key())) == Reason::unknown_officer);
}

TEST_CASE("who stands in holds the roles given on the days given, and not an hour longer") {
    World world;
    TestNode& node = world.first();
    const auto deputy = add_officer(world, "deputy", node.office, desk);
    const std::int64_t today = day_in_vietnam(World::start_ms);
    CHECK(world.registry.judge(sign_now(world, node, deputy)) == void_for(Reason::lacks_role));
    const DelegateContent content{node.officer->public_key(), head, today, today + 1};
    CHECK(reason_of(world, delegate(world, world.registrar, deputy.public_key(), content)) == Reason::none);

    constexpr std::int64_t day_ms = 86'400'000, offset_ms = 7 * 3'600'000;
    const auto first_ms = static_cast<std::uint64_t>(today * day_ms - offset_ms), after_ms = static_cast<std::uint64_t>((today + 2) * day_ms - offset_ms);
    CHECK(world.registry.judge(sign_at(world, node, deputy, first_ms)).effective());
    CHECK(world.registry.judge(sign_at(world, node, deputy, after_ms - 1)).effective());
    CHECK(world.registry.judge(sign_at(world, node, deputy, first_ms - 1)) == void_for(Reason::outside_delegation));
    CHECK(world.registry.judge(sign_at(world, node, deputy, after_ms)) == void_for(Reason::outside_delegation));
    CHECK(world.registry.roles_at(deputy.public_key(), world.registry.size(), today).bits == (desk | head));
    CHECK(world.registry.roles_at(deputy.public_key(), world.registry.size() - 1, today).bits == desk);
    CHECK(world.registry.roles_at(deputy.public_key(), world.registry.size(), today + 2).bits == desk);
}

TEST_CASE("a delegation ends by a later word, or when either officer is retired") {
    const std::int64_t today = day_in_vietnam(World::start_ms);
    const auto has_head_role = [&](World& world, const crypto::SigningKey& key) {
        return world.registry.roles_at(key.public_key(), world.registry.size(), today).has(Role::head);
    };
    const auto prepare = [&](World& world) {
        auto deputy = add_officer(world, "deputy", world.first_office, desk);
        delegate(world, world.registrar, deputy.public_key(), {world.first().officer->public_key(), head, today, today});
        REQUIRE(has_head_role(world, deputy));
        return deputy;
    };
    SECTION("roles 0") {
        World world;
        const auto deputy = prepare(world);
        CHECK(reason_of(world, delegate(world, world.registrar, deputy.public_key(), {world.first().officer->public_key(), 0, 0, 0})) == Reason::none);
        CHECK_FALSE(has_head_role(world, deputy));
    }
    SECTION("another range of days") {
        World world;
        const auto deputy = prepare(world);
        delegate(world, world.registrar, deputy.public_key(), {world.first().officer->public_key(), head, today + 1, today + 1});
        CHECK_FALSE(has_head_role(world, deputy));
    }
    SECTION("the absent officer is retired, and comes back") {
        World world;
        const auto deputy = prepare(world);
        world.retire(world.registrar, world.first().officer->public_key().view());
        CHECK_FALSE(has_head_role(world, deputy));
        world.state_officer(world.registrar, world.first().officer->public_key(), {world.first_office, World::full_roles, std::nullopt});
        CHECK_FALSE(has_head_role(world, deputy));
    }
    SECTION("who stands in is retired, and comes back") {
        World world;
        const auto deputy = prepare(world);
        world.retire(world.registrar, deputy.public_key().view());
        CHECK_FALSE(world.registry.roles_at(deputy.public_key(), world.registry.size(), today).has(Role::desk));
        world.state_officer(world.registrar, deputy.public_key(), {world.first_office, desk, std::nullopt});
        CHECK_FALSE(has_head_role(world, deputy));
    }
    SECTION("the absent officer loses the role, or the office") {
        World world;
        const auto deputy = prepare(world);
        world.state_officer(world.registrar, world.first().officer->public_key(), {world.first_office, desk, std::nullopt});
        CHECK_FALSE(has_head_role(world, deputy));
        world.state_officer(world.registrar, world.first().officer->public_key(), {world.second_office, World::full_roles, std::nullopt});
        CHECK_FALSE(has_head_role(world, deputy));
    }
}

TEST_CASE("nobody delegates more than the absent officer holds, across offices, or to strangers") {
    World world;
    const std::int64_t today = day_in_vietnam(World::start_ms);
    const PublicKey absent = world.first().officer->public_key();
    const PublicKey deputy = add_officer(world, "deputy", world.first_office, desk).public_key();
    const PublicKey clerk = add_officer(world, "clerk", world.first_office, desk | handler).public_key();
    const auto given = [&](const PublicKey& key, const DelegateContent& content) { return reason_of(world, delegate(world, world.registrar, key, content)); };
    CHECK(given(deputy, {clerk, head, today, today}) == Reason::exceeds_own_rights);
    CHECK(given(deputy, {clerk, handler, today, today}) == Reason::none);
    CHECK(given(deputy, {absent, registrar_role, today, today}) == Reason::bad_content);
    CHECK(given(deputy, {absent, 64, today, today}) == Reason::bad_content);
    CHECK(given(deputy, {deputy, desk, today, today}) == Reason::bad_content);
    CHECK(given(deputy, {absent, head, today, today - 1}) == Reason::bad_content);
    CHECK(given(deputy, {absent, head, today, 1'000'000}) == Reason::bad_content);
    CHECK(given(signing_key("nobody").public_key(), {absent, head, today, today}) == Reason::unknown_officer);
    CHECK(given(deputy, {signing_key("nobody").public_key(), head, today, today}) == Reason::unknown_officer);
    CHECK(given(world.second().officer->public_key(), {absent, head, today, today}) == Reason::not_of_this_office);
    CHECK(reason_of(world, delegate(world, *world.first().officer, deputy, {absent, head, today, today})) == Reason::not_a_registrar);
}

TEST_CASE("a head admits a key while the registry says nothing about it") {
    World world;
    TestNode& node = world.first();
    const auto guest = signing_key("guest");
    const Act early = sign_now(world, node, guest);
    const Act admission = admit(world, node, *node.officer, guest.public_key(), head | desk);
    CHECK(world.registry.judge(admission).effective());
    const Act act = sign_now(world, node, guest);
    const Registry& registry = world.registry;
    CHECK(registry.judge(act) == void_for(Reason::unknown_signer));
    CHECK(registry.judge(act, nullptr) == void_for(Reason::unknown_signer));
    CHECK(registry.judge(act, &admission).effective());
    CHECK(registry.is_admission_used(act, &admission));
    CHECK_FALSE(registry.is_admission_used(act, nullptr));
    CHECK(registry.judge(early, &admission) == void_for(Reason::unknown_signer));  // not before it
    const Act unfit = state_at(world, node, guest, World::start_ms, Kind::imported, Bytes(16), empty_content(Kind::imported));
    CHECK(registry.judge(unfit, &admission) == void_for(Reason::lacks_role));
    const Act by_officer = sign_now(world, node, *node.officer);
    CHECK(registry.judge(by_officer, &admission).effective());
    CHECK_FALSE(registry.is_admission_used(by_officer, &admission));
    CHECK(registry.judge(sign_now(world, node, signing_key("another")), &admission) == void_for(Reason::unknown_signer));
    CHECK(registry.judge(sign_now(world, world.second(), guest), &admission) == void_for(Reason::unknown_signer));  // another log
    CHECK(registry.judge(admit(world, node, guest, signing_key("next").public_key(), desk), &admission) == void_for(Reason::unknown_signer));  // nor on
}

TEST_CASE("once the registry has answered, an admission says nothing, and what it bore before stands") {
    const auto prepare = [](World& world) {
        const Act admission = admit(world, world.first(), *world.first().officer, signing_key("guest").public_key(), head);
        return std::pair(admission, sign_now(world, world.first(), signing_key("guest")));
    };
    SECTION("it lists the key with less") {
        World world;
        const auto [admission, before] = prepare(world);
        add_officer(world, "guest", world.first_office, desk);
        const Act after = sign_now(world, world.first(), signing_key("guest"));
        CHECK(world.registry.judge(before, &admission).effective());
        CHECK(world.registry.is_admission_used(before, &admission));
        CHECK(world.registry.judge(after, &admission) == void_for(Reason::lacks_role));
    }
    SECTION("it lists and retires the key") {
        World world;
        const auto [admission, before] = prepare(world);
        add_officer(world, "guest", world.first_office, desk);
        world.retire(world.registrar, signing_key("guest").public_key().view());
        CHECK(world.registry.judge(before, &admission).effective());
        CHECK(world.registry.judge(sign_now(world, world.first(), signing_key("guest")), &admission) == void_for(Reason::unknown_signer));
    }
    SECTION("it revokes the key") {
        World world;
        const auto [admission, before] = prepare(world);
        add_officer(world, "guest", world.first_office, desk);
        world.revoke(world.registrar, signing_key("guest").public_key(), {});
        CHECK(world.registry.judge(before, &admission) == Verdict{Standing::quarantined, Reason::revoked_key});
    }
    SECTION("the key is another use's") {
        World world;
        TestNode& node = world.first();
        const Act admission = admit(world, node, *node.officer, signing_key("guest").public_key(), head);
        world.state_node(world.root, {world.second_office, "guest", signing_key("guest").public_key(), noise_key("guest").public_key(), std::nullopt});
        CHECK(world.registry.judge(sign_now(world, node, signing_key("guest")), &admission) == void_for(Reason::unknown_signer));
    }
    SECTION("it revokes the head who admitted") {
        World world;
        const auto [admission, before] = prepare(world);
        world.revoke(world.registrar, world.first().officer->public_key(), {{world.first().id(), admission.payload.seq}});
        CHECK(world.registry.judge(before, &admission) == Verdict{Standing::quarantined, Reason::revoked_key});
    }
}

TEST_CASE("an admission is a head's, of no more than the own roles, for a key that is nobody's") {
    World world;
    TestNode& node = world.first();
    const auto clerk = add_officer(world, "clerk", node.office, desk), chief = add_officer(world, "chief", node.office, head);
    const PublicKey guest = signing_key("guest").public_key();
    const auto judged = [&](const Act& act) { return world.registry.judge(act); };
    CHECK(judged(admit(world, node, clerk, guest, desk)) == void_for(Reason::lacks_role));
    CHECK(judged(admit(world, node, *world.second().officer, guest, desk)) == void_for(Reason::not_of_this_office));
    CHECK(judged(admit(world, node, *node.log_key, guest, desk)) == void_for(Reason::unknown_signer));
    CHECK(judged(admit(world, node, chief, guest, head)).effective());
    const Act too_much = admit(world, node, chief, guest, head | desk);
    CHECK(judged(too_much) == void_for(Reason::exceeds_own_rights));
    CHECK(world.registry.judge(sign_now(world, node, signing_key("guest")), &too_much) == void_for(Reason::unknown_signer));
    CHECK(judged(admit(world, node, chief, guest, 0)) == void_for(Reason::bad_content));
    CHECK(judged(admit(world, node, chief, guest, head | registrar_role)) == void_for(Reason::bad_content));
    CHECK(judged(admit(world, node, chief, clerk.public_key(), head)) == void_for(Reason::already_taken));
    CHECK(judged(state_at(world, node, chief, World::start_ms, Kind::admit, Bytes(31), to_item(AdmitContent{head}))) == void_for(Reason::bad_content));
}

TEST_CASE("the book is closed by the head, for a day that has begun or a whole year") {
    World world;
    TestNode& node = world.first();
    const std::int64_t today = day_in_vietnam(World::start_ms), new_year = day_number(2025, 1, 1), last = day_number(2025, 12, 31);
    const auto closed = [&](Kind kind, std::int64_t first_day, std::int64_t last_day, const crypto::SigningKey& signer, Bytes subject = {}) {
        CloseContent content;
        content.first_day = first_day;
        content.last_day = last_day;
        return world.registry.judge(state_at(world, node, signer, World::start_ms, kind, std::move(subject), to_item(content)));
    };
    CHECK(closed(Kind::day_close, today, today, *node.officer).effective());
    CHECK(closed(Kind::day_close, today - 3, today - 3, *node.officer).effective());
    CHECK(closed(Kind::day_close, today - 1, today, *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::day_close, today + 1, today + 1, *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::day_close, -1'000'000, -1'000'000, *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::day_close, today, today, *node.officer, Bytes(16)) == void_for(Reason::bad_content));
    CHECK(closed(Kind::year_close, new_year, last, *node.officer).effective());
    CHECK(closed(Kind::year_close, new_year, last - 1, *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::year_close, new_year + 1, last, *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::year_close, new_year, day_number(2026, 12, 31), *node.officer) == void_for(Reason::bad_content));
    CHECK(closed(Kind::day_close, today, today, *node.log_key) == void_for(Reason::unknown_signer));
    CHECK(closed(Kind::day_close, today, today, add_officer(world, "clerk", node.office, desk)) == void_for(Reason::lacks_role));
    CHECK(world.registry.judge(state_at(world, node, *node.officer, World::start_ms, Kind::day_close, {}, empty_content(Kind::sign))) ==
          void_for(Reason::bad_content));
}

#include "node/store/views.hpp"

#include <catch2/catch.hpp>

#include "tests/node/store/stored_world.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::DossierStatus;
using sync::Kind;
using sync::Reason;
using sync::Standing;

namespace {

sync::ImportedContent event(std::string case_name, std::string key) {
    sync::ImportedContent content;
    content.source = "permits";
    content.case_name = std::move(case_name);
    content.event_key = std::move(key);
    content.activity = "T02";
    content.time = {World::start_ms, 60};
    return content;
}

}  // namespace

TEST_CASE("views: a dossier follows its acts, one extension after the other") {
    StoredWorld stored;
    auto& first = stored.world.first();
    const auto received = stored.world.receive(first);
    stored.store_all(first);
    const auto id = dossier_of(received);
    CHECK(stored.dossier(id).status == DossierStatus::received);
    const auto assigned = stored.world.state(first, Kind::assign, id, received.id);
    stored.store_all(first);
    const auto dossier = stored.dossier(id);
    CHECK(dossier.status == DossierStatus::in_process);
    CHECK(dossier.tip == assigned.id);
    CHECK(dossier.acts.size() == 2);
    CHECK(value_of(stored.store->reader().dossier_of_code(*dossier.code))->id == id);
    stored.digest_through_rebuild();
}

TEST_CASE("views: the same acts give the same views in many extensions and in one") {
    StoredWorld one, many;
    for (auto* stored : {&one, &many}) {
        auto& first = stored->world.first();
        for (int count = 0; count < 5; ++count) {
            const auto received = stored->world.receive(first);
            stored->world.state(first, Kind::assign, dossier_of(received), received.id);
            stored->world.state(first, Kind::note, dossier_of(received), received.id);
            stored->world.state(first, Kind::sign, dossier_of(received), received.id);  // not allowed in this state
        }
    }
    one.store_at_once(one.world.first());
    many.store_all(many.world.first());
    CHECK(one.digest_through_rebuild() == many.digest_through_rebuild());
    CHECK(value_of(one.store->reader().verdicts(one.world.first().id())).size() == 5);
}

TEST_CASE("views: the digest tells views that differ in one verdict") {
    StoredWorld stored;
    auto& first = stored.world.first();
    const auto received = stored.world.receive(first);
    stored.world.state(first, Kind::sign, dossier_of(received), received.id);
    stored.store_all(first);
    const auto before = value_of(stored.store->reader().state_digest());
    value_of(stored.store->begin());
    value_of(stored.store->database().execute("UPDATE verdict SET reason = reason + 1"));
    value_of(stored.store->commit());
    CHECK(value_of(stored.store->reader().state_digest()) != before);
}

TEST_CASE("views: an act without right is stored, void with its reason, and stops nothing") {
    StoredWorld stored;
    auto& first = stored.world.first();
    const auto stranger = signing_key("stranger");
    const auto received = stored.world.receive(first);
    stored.world.state(first, Kind::assign, dossier_of(received), received.id, &stranger);
    stored.world.state(first, Kind::assign, dossier_of(received), received.id);
    stored.store_at_once(first);
    const auto dossier = stored.dossier(dossier_of(received));
    CHECK(dossier.status == DossierStatus::in_process);
    REQUIRE(dossier.acts.size() == 3);
    CHECK(dossier.acts[1].verdict == sync::Verdict{Standing::void_act, Reason::unknown_signer});
    const auto verdicts = value_of(stored.store->reader().verdicts(first.id()));
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts[0].position.seq.value == 2);
    CHECK(verdicts[0].verdict == sync::Verdict{Standing::void_act, Reason::unknown_signer});
}

TEST_CASE("views: a void act of no dossier has its verdict too") {
    StoredWorld stored;
    auto& first = stored.world.first();
    // An officer announces nothing: a receipt is the log key's alone.
    value_of(first.log.append({.signer = first.officer.get(), .at = stored.world.next_time(), .kind = Kind::receipt, .subject = {}, .prior = {},
                               .content = sync::to_item(sync::ReceiptContent{}), .body = {}}, *first.log.head.announced));
    stored.store_all(first);
    const auto verdicts = value_of(stored.store->reader().verdicts(first.id()));
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts[0].verdict.reason == Reason::not_the_log_key);
    stored.digest_through_rebuild();
}

TEST_CASE("views: acts that cite a registry beyond ours wait, and are judged when it comes") {
    StoredWorld stored;
    auto& world = stored.world;
    auto& first = world.first();
    stored.store_all(first);
    const auto old_registry = world.registry;
    const auto clerk = signing_key("new clerk");
    world.state_officer(world.registrar, clerk.public_key(), {first.office, World::full_roles, std::nullopt});
    world.receipt(first);
    const auto id = world.next_dossier(first);
    const auto content = World::received("H26.1.01-251009-0001");
    world.state(first, Kind::receive, id, std::nullopt, content, &clerk);

    auto checked = stored.check_range(first, 1, 3);
    value_of(stored.store->begin());
    value_of(stored.store->append(checked));
    value_of(node::update_views(*stored.store, checked.acts(), old_registry));
    value_of(stored.store->commit());
    CHECK(!stored.dossier(id).code);
    CHECK(value_of(stored.store->reader().verdicts(first.id())).size() == 2);

    value_of(stored.store->begin());
    value_of(node::refresh_views(*stored.store, world.registry, node::RegistryReach{}));
    value_of(stored.store->commit());
    CHECK(stored.dossier(id).status == DossierStatus::received);
    CHECK(value_of(stored.store->reader().verdicts(first.id())).empty());
    stored.digest_through_rebuild();
}

TEST_CASE("views: a revocation quarantines what was effective, exactly as a rebuild would") {
    StoredWorld stored;
    auto& world = stored.world;
    const auto received = world.receive(world.first());
    stored.store_all(world.first());
    const auto before = world.registry;
    const auto revocation = world.revoke(world.registrar, world.first().officer->public_key(), {});
    const std::vector acts{revocation};
    CHECK(node::reach_of(acts, before).every_act);
    value_of(stored.store->begin());
    value_of(node::refresh_views(*stored.store, world.registry, node::RegistryReach{.every_act = true, .merged = {}, .tree_moved = false}));
    value_of(stored.store->commit());
    CHECK(stored.dossier(dossier_of(received)).acts[0].verdict.standing == Standing::quarantined);
    stored.digest_through_rebuild();
}

TEST_CASE("views: a revocation reaches every act, mergers and moves what dossiers show of them, the rest what waited") {
    World world;
    const auto key = world.first().officer->public_key(), clerk = signing_key("clerk").public_key();
    const auto reach = [&](const auto& state) {
        const auto before = world.registry;
        return node::reach_of(std::vector{state()}, before);
    };
    const auto is_waiting_only = [&](const auto& state) {
        const auto found = reach(state);
        return !found.every_act && !found.tree_moved && found.merged.empty();
    };
    const auto office = [&](const sync::OfficeId& parent, const std::string& name) {
        return [&world, parent, name] { return world.state_office(world.registrar, {{"H26.2", 0}, name, sync::OfficeKind::commune, parent}); };
    };
    CHECK(is_waiting_only(office(world.top, "Mới")));
    CHECK(is_waiting_only(office(world.top, "Tên khác")));
    CHECK(reach(office(world.hub_office, "Tên khác")).tree_moved);
    CHECK(is_waiting_only([&] { return world.state_officer(world.registrar, clerk, {world.first_office, 1, std::nullopt}); }));
    CHECK(is_waiting_only([&] { return world.state_registry(world.registrar, Kind::delegate, to_bytes(clerk.view()), sync::DelegateContent{key, 4, 20'000, 20'001}); }));
    CHECK(is_waiting_only([&] { return world.state_registry(world.registrar, Kind::supersede, to_bytes(clerk.view()), sync::SupersedeContent{signing_key("new").public_key()}); }));
    CHECK(is_waiting_only([&] { return world.retire(world.registrar, key.view()); }));
    const auto merger = reach([&] { return world.state_registry(world.registrar, Kind::succeed, cbor::encode(world.first_office), sync::SucceedContent{world.first_office, world.second_office}); });
    CHECK(merger.merged == std::set{world.first_office});
    CHECK_FALSE(merger.every_act);
    CHECK(reach([&] { return world.revoke(world.registrar, key, {}); }).every_act);
}

TEST_CASE("views: what a merged office held is shown as offered to its heir, exactly as a rebuild would") {
    StoredWorld stored;
    auto& world = stored.world;
    const auto held = world.receive(world.first()), of_another = world.receive(world.second());
    stored.store_all(world.first());
    stored.store_all(world.second());
    const auto merge = [&](const sync::OfficeId& from, const sync::OfficeId& to) {
        const auto before = world.registry;
        const std::vector acts{world.state_registry(world.registrar, Kind::succeed, cbor::encode(from), sync::SucceedContent{from, to})};
        std::vector<sync::DossierId> folded;
        value_of(stored.store->begin());
        value_of(node::refresh_views(*stored.store, world.registry, node::reach_of(acts, before), [&](const sync::Dossier& dossier, std::span<const sync::Act>) {
            folded.push_back(dossier.id);
            return Result<void>{};
        }));
        value_of(stored.store->commit());
        stored.digest_through_rebuild();
        return folded;
    };
    CHECK(merge(world.first_office, world.second_office) == std::vector{dossier_of(held)});
    CHECK(stored.dossier(dossier_of(held)).custody->offer->to == world.second_office);
    CHECK(merge(world.second_office, world.hub_office).size() == 2);
    CHECK(stored.dossier(dossier_of(held)).custody->offer->to == world.hub_office);
    CHECK(stored.dossier(dossier_of(of_another)).custody->offer->to == world.hub_office);
}

TEST_CASE("views: an office that moves leaves what cites the tree before it as it was, exactly as a rebuild would") {
    StoredWorld stored;
    auto& world = stored.world;
    const auto received = world.receive(world.first());
    const auto note = world.state(world.hub(), Kind::note, dossier_of(received), received.id);
    stored.store_all(world.first());
    stored.store_all(world.hub());
    const auto before = stored.dossier(dossier_of(received));
    world.state_office(world.registrar, {world.first_office, "Phường Ba Đình", sync::OfficeKind::commune, world.top});
    value_of(stored.store->begin());
    value_of(node::refresh_views(*stored.store, world.registry, node::RegistryReach{}));
    value_of(stored.store->commit());
    CHECK(cbor::encode(stored.dossier(dossier_of(received))) == cbor::encode(before));
    stored.digest_through_rebuild();
}

TEST_CASE("views: what our own log imported is known by source, case and event; what another log imported is not") {
    StoredWorld stored;
    auto& world = stored.world;
    value_of(stored.store->begin());
    value_of(stored.store->set_meta("log", world.first().log.head.origin));
    value_of(stored.store->commit());
    const auto id = world.next_dossier(world.first());
    const auto creating = world.state(world.first(), Kind::imported, id, std::nullopt, event("case-1", "a"));
    world.state(world.first(), Kind::imported, id, creating.id, event("case-1", "b"));
    world.state(world.second(), Kind::imported, world.next_dossier(world.second()), std::nullopt, event("case-2", "c"));
    // An event of a case whose dossier another log created.
    world.state(world.first(), Kind::imported, world.next_dossier(world.second()), creating.id, event("case-3", "d"));
    stored.store_all(world.first());
    stored.store_all(world.second());
    auto& reader = stored.store->reader();
    const auto known = [&](const char* case_name, const char* key) { return value_of(node::has_imported(reader, node::imported_event_key("permits", case_name, key))); };
    CHECK(known("case-1", "a"));
    CHECK(known("case-1", "b"));
    CHECK(!known("case-1", "c"));
    CHECK(!known("case-2", "a"));
    CHECK(!known("case-2", "c"));
    const auto found = value_of(node::find_imported_case(reader, "permits", "case-1"));
    REQUIRE(found);
    CHECK(found->dossier == id);
    CHECK(found->creating_act == creating.id);
    CHECK(!value_of(node::find_imported_case(reader, "permits", "case-2")));
    CHECK(!value_of(node::find_imported_case(reader, "other", "case-1")));
    CHECK(known("case-3", "d"));
    CHECK(!value_of(node::find_imported_case(reader, "permits", "case-3")));
    CHECK(stored.dossier(id).acts.size() == 2);
    stored.digest_through_rebuild();
    CHECK(known("case-1", "b"));
}

TEST_CASE("views: the numbers given are those of our own codes and nobody else's") {
    StoredWorld stored;
    auto& world = stored.world;
    value_of(stored.store->begin());
    value_of(stored.store->set_meta("log", world.first().log.head.origin));
    value_of(stored.store->commit());
    const auto receive = [&](TestNode& node, std::string code) {
        world.state(node, Kind::receive, world.next_dossier(node), std::nullopt, World::received(std::move(code)));
        stored.store_all(node);
    };
    using Numbers = std::vector<std::uint64_t>;
    const auto given = [&] {
        auto numbers = value_of(stored.store->reader().numbers_given("H26.1.01-251009-"));
        std::sort(numbers.begin(), numbers.end());
        return numbers;
    };
    CHECK(given().empty());
    receive(world.first(), "H26.1.01-251009-0007");
    CHECK(given() == Numbers{7});
    receive(world.first(), "H26.1.01-251009-10000");
    receive(world.first(), "H26.1.01-251009-9999");
    CHECK(given() == Numbers{7, 9999, 10000});
    receive(world.first(), "H26.1.01-251010-20000");
    receive(world.first(), "H26.1.01-251009-20000a");
    receive(world.first(), "H26.1.01-251009-99999999999999999999");
    receive(world.second(), "H26.1.01-251009-50000");
    CHECK(given() == Numbers{7, 9999, 10000});
    // Nor do their dossiers stand in the way of ours.
    for (int count = 0; count < 4; ++count) receive(world.second(), "H26.1.01-251009-0007");
    const auto ours = value_of(stored.store->reader().dossier_of_code("H26.1.01-251009-0007"));
    CHECK(ours->created_by == world.first().office);
    // What was submitted elsewhere and received here, with effect or not, has a number of ours.
    const auto submitted = world.state(world.second(), Kind::submitted, world.next_dossier(world.second()), std::nullopt, sync::SubmittedContent{"1.001193", {}, 0});
    stored.store_all(world.second());
    world.state(world.first(), Kind::receive, dossier_of(submitted), submitted.id, World::received("H26.1.01-251009-0008"));
    stored.store_all(world.first());
    CHECK(given() == Numbers{7, 8, 9999, 10000});
    value_of(rebuild_views(*stored.store, world.registry, {}));
    CHECK(given() == Numbers{7, 8, 9999, 10000});
}

TEST_CASE("views: dossiers are listed newest first, by status where one is asked for") {
    StoredWorld stored;
    auto& world = stored.world;
    std::vector<sync::DossierId> ids;
    for (std::uint64_t day = 0; day < 4; ++day) {
        const auto id = world.next_dossier(world.first());
        const auto act = world.state(world.first(), Kind::receive, id, std::nullopt,
                                     World::received("code-" + std::to_string(day), World::start_ms + day * 86'400'000));
        if (day % 2 == 1) world.state(world.first(), Kind::assign, id, act.id);
        ids.push_back(id);
    }
    stored.store_all(world.first());
    const auto list = [&](node::DossierQuery query) {
        std::vector<sync::DossierId> found;
        for (const auto& dossier : value_of(stored.store->reader().dossiers(query))) found.push_back(dossier.id);
        return found;
    };
    CHECK(list({}) == std::vector{ids[3], ids[2], ids[1], ids[0]});
    CHECK(list({.status = DossierStatus::received}) == std::vector{ids[2], ids[0]});
    CHECK(list({.status = std::nullopt, .limit = 2}) == std::vector{ids[3], ids[2]});
    CHECK(list({.status = DossierStatus::in_process, .limit = 1}) == std::vector{ids[3]});
}

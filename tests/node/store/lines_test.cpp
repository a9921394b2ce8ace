// The views follow what becomes of a node's log: seals, admitted logs, adopted acts.
#include <catch2/catch.hpp>

#include "node/store/imports.hpp"
#include "tests/node/store/stored_world.hpp"
#include "tests/support/lines.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::DossierStatus;
using sync::Kind;
using sync::Reason;
using sync::Standing;

namespace {

/// First's own database. Its log ended after `assigned`; `lost` came after the copy from which it was restored.
struct StoredLine : StoredWorld {
    TestNode& first = world.first();
    sync::Act received = world.receive(first);
    sync::DossierId id = dossier_of(received);
    sync::Act assigned = world.state(first, Kind::assign, id, received.id);
    std::uint64_t sealed_at = first.log.acts.size();
    sync::Act lost = world.state(first, Kind::complete, id, assigned.id);

    /// Registry acts that `state` makes, and the views after them.
    template <class State>
    void grow(State state) {
        const auto before = world.registry;
        const auto size = world.registry_log.acts.size();
        state();
        const std::span<const sync::Act> acts(world.registry_log.acts.begin() + static_cast<std::ptrdiff_t>(size), world.registry_log.acts.end());
        value_of(store->begin());
        value_of(node::refresh_views(*store, world.registry, node::reach_of(acts, before)));
        value_of(store->commit());
        digest_through_rebuild();
    }
    [[nodiscard]] sync::Verdict verdict_of(const sync::Act& act) {
        const auto state = dossier(id);
        const auto found = std::ranges::find(state.acts, act.id, &sync::DossierAct::id);
        ensure(found != state.acts.end(), "the act is in its dossier");
        return found->verdict;
    }
};

}  // namespace

TEST_CASE("views: a seal quarantines what stands beyond it, and the next log goes on") {
    StoredLine stored;
    stored.store_all(stored.first);
    TestNode& next = add_listed_next(stored.world, "next", stored.first);
    const auto receipt = stored.world.receipt(stored.first);
    stored.store_all(stored.first);
    stored.store_all(next);
    CHECK(stored.dossier(stored.id).status == DossierStatus::resolved);
    stored.grow([&] { seal(stored.world, stored.first, stored.sealed_at, next.id()); });
    CHECK(stored.verdict_of(stored.lost).reason == Reason::beyond_seal);
    CHECK(stored.dossier(stored.id).status == DossierStatus::in_process);
    const auto verdicts = value_of(stored.store->reader().verdicts(stored.first.id()));
    REQUIRE(verdicts.size() == 2);  // the receipt too
    CHECK(verdicts.back().position == receipt.position());
    stored.world.receipt(next);
    stored.world.state(next, Kind::complete, stored.id, stored.assigned.id);
    stored.store_all(next);
    CHECK(stored.dossier(stored.id).status == DossierStatus::resolved);
    stored.digest_through_rebuild();
}

TEST_CASE("views: what only an adopt carries is read from the adopt, and is one act with its own copy") {
    StoredLine stored;
    TestNode& next = add_listed_next(stored.world, "next", stored.first);
    seal(stored.world, stored.first, stored.sealed_at, next.id());
    stored.world.receipt(next);
    value_of(stored.store->begin());
    const auto kept = stored.check_range(stored.first, 0, stored.sealed_at);
    value_of(stored.store->append(kept));
    value_of(node::update_views(*stored.store, kept.acts(), stored.world.registry));
    value_of(stored.store->commit());
    const auto adopting = adopt(stored.world, next, stored.lost);
    stored.store_all(next);
    CHECK(stored.verdict_of(stored.lost).effective());
    CHECK(stored.dossier(stored.id).status == DossierStatus::resolved);
    auto& reader = stored.store->reader();
    const auto told = [&](const sync::Act& act) {
        const auto state = stored.dossier(stored.id);
        return *std::ranges::find(state.acts, act.id, &sync::DossierAct::id);
    };
    CHECK(told(stored.lost).carried_by == adopting.position());
    CHECK(value_of(reader.envelope_of(told(stored.lost))) == stored.lost.envelope);
    CHECK(value_of(reader.envelope_of(told(adopting))) == adopting.envelope);
    CHECK_FALSE(value_of(reader.entry(stored.first.id(), stored.lost.payload.seq)));
    stored.digest_through_rebuild();
    // The dossier goes on from there, and the old log itself comes at last.
    stored.world.state(next, Kind::note, stored.id, stored.lost.id);
    stored.store_all(next);
    stored.digest_through_rebuild();
    stored.store_all(stored.first);
    CHECK_FALSE(told(stored.lost).carried_by);
    CHECK(stored.verdict_of(stored.lost).effective());
    CHECK(value_of(reader.envelope_of(told(stored.lost))) == stored.lost.envelope);
    stored.digest_through_rebuild();
}

TEST_CASE("views: an adopted body is served from the adopt") {
    StoredLine stored;
    const auto whole = stored.world.receive(stored.first, "Lê Văn Cường");
    TestNode& next = add_listed_next(stored.world, "next", stored.first);
    seal(stored.world, stored.first, stored.sealed_at, next.id());
    stored.world.receipt(next);
    adopt(stored.world, next, whole);
    next.log.bodies.back() = stored.first.log.bodies.back();
    stored.store_all(next);
    const auto dossier = stored.dossier(dossier_of(whole));
    const auto told = *std::ranges::find(dossier.acts, whole.id, &sync::DossierAct::id);
    REQUIRE(told.carried_by);
    CHECK(value_of(stored.store->reader().body_of(told)) == stored.first.log.bodies.back());
}

TEST_CASE("views: an admitted log counts at once, also where its two first entries come one by one, and after a restart") {
    StoredLine stored;
    stored.store_all(stored.first);
    TestNode& next = make_next(stored.world, "next", stored.first);
    open_after(stored.world, next, &stored.first, stored.sealed_at);
    const auto admission = value_of(next.log.append({.signer = stored.first.officer.get(), .at = stored.world.next_time(), .kind = Kind::admit_node,
                                                     .subject = subject_of(next.id()), .prior = {}, .content = sync::to_item(sync::AdmitNodeContent{}), .body = {}},
                                                    *next.log.head.announced));
    value_of(stored.store->begin());
    for (std::uint64_t seq = 0; seq < 2; ++seq) {
        const auto checked = stored.check(next, seq);
        value_of(stored.store->append(checked));
        if (seq == 1) CHECK(value_of(node::tell_admitted(stored.store->reader(), checked.acts(), stored.world.registry)));
        value_of(node::update_views(*stored.store, checked.acts(), stored.world.registry));
    }
    value_of(stored.store->commit());
    CHECK(stored.world.registry.judge(admission).effective());
    const auto noted = stored.world.state(next, Kind::note, stored.id, stored.lost.id);
    stored.store_all(next);
    CHECK(stored.verdict_of(noted).effective());
    const auto is_provisional = [&] {
        const auto state = stored.dossier(stored.id);
        return std::ranges::find(state.acts, noted.id, &sync::DossierAct::id)->is_provisional;
    };
    CHECK(is_provisional());

    sync::Registry untold(stored.world.pin());
    for (const auto& act : stored.world.registry_log.acts) value_of(untold.apply(act));
    CHECK_FALSE(untold.is_told_of(next.id()));
    value_of(stored.store->reader().tell_admitted(untold));
    CHECK(untold.judge(noted).effective());
    stored.grow([&] { list(stored.world, next); });
    CHECK_FALSE(is_provisional());
    CHECK(stored.verdict_of(noted).effective());
}

TEST_CASE("views: an inbox is given the entries that entitle an admitted log") {
    StoredLine stored;
    stored.store_all(stored.first);
    TestNode& next = add_admitted_next(stored.world, "next", stored.first);
    stored.store_all(next);
    const auto noted = stored.world.state(next, Kind::note, stored.id, stored.lost.id);
    std::set<sync::ActId> given;
    value_of(stored.store->begin());
    const auto checked = stored.check(next, next.log.acts.size() - 1);
    value_of(stored.store->append(checked));
    value_of(node::update_views(*stored.store, checked.acts(), stored.world.registry, [&](const sync::Dossier&, std::span<const sync::Act> acts) {
        for (const auto& act : acts) given.insert(act.id);
        return Result<void>{};
    }));
    value_of(stored.store->commit());
    CHECK(given == std::set{stored.received.id, stored.assigned.id, stored.lost.id, noted.id, next.log.acts[0].id, next.log.acts[1].id});
}

TEST_CASE("views: an admitted log that is passed over is quarantined") {
    StoredLine stored;
    stored.store_all(stored.first);
    TestNode& next = add_admitted_next(stored.world, "next", stored.first);
    const auto noted = stored.world.state(next, Kind::note, stored.id, stored.lost.id);
    stored.store_all(next);
    stored.grow([&] { seal(stored.world, stored.first, stored.first.log.acts.size(), std::nullopt); });
    CHECK(stored.verdict_of(noted).reason == Reason::not_the_next_log);
}

TEST_CASE("views: a conviction reaches carried acts too") {
    StoredLine stored;
    TestNode& next = add_listed_next(stored.world, "next", stored.first);
    seal(stored.world, stored.first, stored.sealed_at, next.id());
    stored.world.receipt(next);
    value_of(stored.store->begin());
    const auto kept = stored.check_range(stored.first, 0, stored.sealed_at);
    value_of(stored.store->append(kept));
    value_of(node::update_views(*stored.store, kept.acts(), stored.world.registry));
    value_of(stored.store->commit());
    adopt(stored.world, next, stored.lost);
    stored.store_all(next);
    TestNode clone = stored.first;
    stored.world.receive(clone);
    stored.world.receive(stored.first);
    const auto proof = fork_proof(stored.first, stored.first.log, clone.log);
    stored.grow([&] { convict(stored.world, stored.world.registrar, stored.first, stored.sealed_at, proof); });
    CHECK(stored.verdict_of(stored.lost).reason == Reason::beyond_conviction);
}

TEST_CASE("views: an admission that an adopt carries entitles what came before it") {
    StoredLine stored;
    const auto guest = signing_key("guest");
    const auto admission = value_of(stored.first.log.append({.signer = stored.first.officer.get(), .at = stored.world.next_time(), .kind = Kind::admit,
                                                             .subject = to_bytes(guest.public_key().view()), .prior = {},
                                                             .content = sync::to_item(sync::AdmitContent{1}), .body = {}},
                                                            stored.first.log.head.registry_size));
    const auto by_guest = stored.world.state(stored.first, Kind::note, stored.id, stored.assigned.id, &guest);
    TestNode& next = add_listed_next(stored.world, "next", stored.first);
    seal(stored.world, stored.first, stored.sealed_at, next.id());
    stored.world.receipt(next);
    value_of(stored.store->begin());
    const auto kept = stored.check_range(stored.first, 0, stored.sealed_at);
    value_of(stored.store->append(kept));
    value_of(node::update_views(*stored.store, kept.acts(), stored.world.registry));
    value_of(stored.store->commit());
    adopt(stored.world, next, by_guest);
    stored.store_all(next);
    CHECK(stored.verdict_of(by_guest).reason == Reason::unknown_signer);
    adopt(stored.world, next, admission);
    stored.store_all(next);
    CHECK(stored.verdict_of(by_guest).effective());
    stored.digest_through_rebuild();
}

TEST_CASE("views: numbers, books and imports are those of the whole line") {
    StoredLine stored;
    auto& world = stored.world;
    TestNode& next = add_listed_next(world, "next", stored.first);
    sync::ImportedContent event;
    event.source = "permits";
    event.case_name = "case-1";
    event.event_key = "a";
    event.time = {World::start_ms, 60};
    world.state(stored.first, Kind::imported, world.next_dossier(stored.first), std::nullopt, event);
    const auto receive = [&](TestNode& node, std::string code) {
        world.state(node, Kind::receive, world.next_dossier(node), std::nullopt, World::received(std::move(code)));
    };
    receive(stored.first, "H26.1.01-251009-0007");
    receive(next, "H26.1.01-251009-0008");
    value_of(stored.store->begin());
    value_of(stored.store->set_meta("log", next.log.head.origin));
    value_of(stored.store->commit());
    stored.store_all(stored.first);
    stored.store_all(next);
    auto& reader = stored.store->reader();
    const auto key = node::imported_event_key("permits", "case-1", "a");
    CHECK_FALSE(value_of(reader.has_imported(key)));
    stored.grow([&] { seal(world, stored.first, stored.first.log.acts.size(), next.id()); });
    CHECK(value_of(reader.has_imported(key)));
    const auto line = world.registry.logs_of_line(next.id());
    auto numbers = value_of(reader.numbers_given("H26.1.01-251009-"));
    std::sort(numbers.begin(), numbers.end());
    CHECK(numbers.size() == 3);
    CHECK(numbers.front() == 7);
    CHECK(numbers[1] == 8);
    const node::BookPeriod year{.from_ms = 0, .to_ms = World::start_ms + 86'400'000};
    CHECK(value_of(reader.book(line, year)).received == 3);
    CHECK(value_of(reader.book(next.id(), year)).received == 1);
}

/// What a node that lost its end gets back: its own log, the earlier logs of its line, and at a hub what it had cosigned.

#include "ends.hpp"
#include "tests/support/scale.hpp"

namespace motcua::session_tests {
namespace {

const SessionOptions recovering{.once = true, .recovering = true};

/// A commune that wrote five extensions, sent them up, and was put back to the first of them.
struct Restored {
    City city{1, true};
    const Site& commune = city.commune();
    Restored() {
        city.at(commune).write(commune, 4);
        const MemoryReplica backup = city.at(commune);
        for (int piece = 0; piece < 4; ++piece) {
            city.at(commune).write(commune, 5);
            city.reconcile(commune, *city.hub);
        }
        city.at(commune) = backup;
    }
};

}  // namespace

TEST_CASE("a restored node that recovers fetches what the upper has of its log, with bodies, and says so") {
    Restored scene;
    Ends ends(scene.city, scene.commune, *scene.city.hub, recovering);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.b.error() == "");
    CHECK(ends.a.halts.empty());
    const MemoryReplica& commune = scene.city.at(scene.commune);
    CHECK(commune.size(scene.commune.log) == 24);
    CHECK(commune.bodies_missing(scene.commune.log) == 0);
    CHECK(commune.entries() == scene.city.at(*scene.city.hub).entries());
    const SessionSummary& summary = ends.a.finished->summary;
    CHECK(summary.recovered);
    CHECK(summary.recovered_size_here == 24);
    CHECK(summary.recovered_size_there == 24);
    CHECK(summary.entries_sent == 0);

    Ends again(scene.city, scene.commune, *scene.city.hub, recovering);
    again.run();
    CHECK(again.a.finished->summary.recovered);
    CHECK(again.a.finished->summary.entries_received == 0);
}

TEST_CASE("a node that recovers and has more than the upper sends nothing of its own log") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 4);
    city.reconcile(commune, *city.hub);
    city.at(commune).write(commune, 3);
    Ends ends(city, commune, *city.hub, recovering);
    ends.run();
    CHECK(ends.a.ok());
    CHECK(city.at(*city.hub).size(commune.log) == 4);
    CHECK(ends.a.finished->summary.recovered);
    CHECK(ends.a.finished->summary.recovered_size_here == 7);
    CHECK(ends.a.finished->summary.recovered_size_there == 4);
    CHECK_FALSE(Ends(city, commune, *city.hub).run().a.finished->summary.recovered);
}

TEST_CASE("a clone that wrote on is not recovered, and the proof is kept") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(*city.hub) = twin_of(city, commune, 3, 9);
    city.at(commune) = twin_of(city, commune, 3, 2, 43);
    Ends ends(city, commune, *city.hub, recovering);
    ends.run();
    CHECK(ends.a.error() == "");
    REQUIRE(ends.a.evidence.size() == 1);
    CHECK(ends.a.evidence[0].proof);
    CHECK_FALSE(ends.a.finished->summary.recovered);
    CHECK(city.at(commune).size(commune.log) == 5);
}

TEST_CASE("a fetch that is cut at any byte is taken up where it was") {
    Restored scene;
    const MemoryReplica lower = scene.city.at(scene.commune);
    const SessionOptions pieces{.extension_bytes = 1};
    std::uint64_t whole = 0;
    {
        Ends ends(scene.city, scene.commune, *scene.city.hub, recovering, {}, pieces);
        whole = ends.run().link.bytes();
        CHECK(ends.a.stores == 4);
    }
    const std::uint64_t cuts = tests::scaled(whole / 16);
    for (std::uint64_t number = 0; number < cuts; ++number) {
        scene.city.at(scene.commune) = lower;
        Ends cut(scene.city, scene.commune, *scene.city.hub, recovering, {.cut_after_bytes = number * whole / cuts}, pieces);
        cut.run();
        if (!cut.a.finished || !cut.b.finished) FAIL("a session outlived its stream");
        const std::uint64_t had = scene.city.at(scene.commune).size(scene.commune.log);
        Ends ends(scene.city, scene.commune, *scene.city.hub, recovering, {}, pieces);
        ends.run();
        INFO(number << ": " << ends.a.error());
        if (!ends.a.finished->summary.recovered) FAIL("not recovered");
        if (ends.a.finished->summary.entries_received != 24 - had) FAIL("fetched anew");
    }
}

TEST_CASE("an earlier log of the line is fetched unasked; another node's of the office is not") {
    City city(1, true);
    const Site& now = city.commune();
    const Site earlier(now.office.code, false, city.random), neighbour(now.office.code, false, city.random);
    city.office.enrol(earlier, city.hub->office);
    city.office.enrol(neighbour, city.hub->office);
    for (const Site* site : {&now, static_cast<const Site*>(&*city.hub)}) city.give_registry(*site);
    city.at(*city.hub).write(earlier, 7);
    city.at(*city.hub).write(neighbour, 7);
    city.at(now).write(now, 2);
    city.at(now).earlier_of_line = {earlier.log};
    Ends ends(city, now, *city.hub);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.finished->summary.level);
    CHECK(city.at(now).size(earlier.log) == 7);
    CHECK(city.at(now).size(neighbour.log) == 0);
    CHECK(city.at(*city.hub).size(now.log) == 2);
}

TEST_CASE("FETCH is answered for logs of the peer's own office alone, once, and nothing comes down unasked") {
    City city(2, true);
    const Site& commune = city.commune(0);
    for (const auto& site : city.communes) city.at(*city.hub).write(*site, 5);
    const auto fetch = [&](const Site& speaker, const std::vector<LogId>& logs) {
        Speaker lower(city, speaker, *city.hub);
        lower.state(*city.at(speaker).registry(), {});
        for (const LogId& log : logs) lower.say(Fetch{log, 0});
        const std::size_t extends = lower.count_heard<Extend>();
        return std::pair(lower.error(), extends);
    };
    CHECK(fetch(commune, {commune.log}) == std::pair<std::string, std::size_t>("none", 1));
    CHECK_THAT(fetch(commune, {city.commune(1).log}).first, Catch::Contains("own office"));
    CHECK_THAT(fetch(commune, {city.hub->log}).first, Catch::Contains("own office"));
    CHECK_THAT(fetch(commune, {city.city.log}).first, Catch::Contains("own office"));
    CHECK_THAT(fetch(commune, {commune.log, commune.log}).first, Catch::Contains("second FETCH"));
    CHECK(fetch(commune, {city.commune(1).log}).second == 0);

    Speaker upper(city, *city.hub, commune, recovering);
    const Extension unasked = **city.at(*city.hub).read(commune.log, 0, 1 << 20);
    upper.state(*city.at(commune).registry(), {});
    upper.say(Extend{unasked});
    CHECK_THAT(upper.error(), Catch::Contains("does not come over this link"));
    CHECK(upper.end.stores == 0);
    Speaker asked(city, *city.hub, commune);
    asked.state(*city.at(commune).registry(), {});
    asked.say(Fetch{commune.log, 0});  // what it sends up anyway, it sends again
    CHECK(asked.error() == "none");
    asked.say(Fetch{city.hub->log, 0});
    CHECK_THAT(asked.error(), Catch::Contains("own office"));
}

// --- a hub that was restored ---

TEST_CASE("a restored hub is shown its newest cosignature and cosigns nothing below it") {
    City city(2, true);
    const Site& commune = city.commune(0);
    const Site& other = city.commune(1);
    city.at(commune).write(commune, 4);
    city.at(other).write(other, 4);
    city.reconcile(commune, *city.hub);
    city.reconcile(other, *city.hub);
    const MemoryReplica backup = city.at(*city.hub);
    for (int piece = 0; piece < 3; ++piece) city.at(commune).write(commune, 10, 20'000);
    city.reconcile(commune, *city.hub);
    city.at(*city.hub) = backup;
    city.at(*city.hub).witness.clear();
    city.at(commune).write(commune, 1);

    Ends ends(city, commune, *city.hub, {.once = true, .extension_bytes = 1});
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.finished->summary.level);
    REQUIRE(ends.b.adoptions.size() == 1);
    CHECK(ends.b.adoptions[0].log == commune.log);
    CHECK(ends.b.adoptions[0].size == 34);
    CHECK(ends.b.stores == 4);
    CHECK(ends.b.finished->summary.refusals.empty());
    CHECK(city.at(*city.hub).size(commune.log) == 35);
    CHECK(city.at(commune).cosignature_lines(commune.log, 35) == 1);
    CHECK(ends.a.finished->summary.cosignatures_received == 2);  // at 34 and 35; none at 14 and 24
    city.reconcile(other, *city.hub);
}

TEST_CASE("the session sends no cosignature below what it was shown, whatever the store gives") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 4);
    city.at(commune).write(commune, 4);
    city.reconcile(commune, *city.hub);
    const MemoryReplica lower = city.at(commune);
    city.at(*city.hub) = MemoryReplica(city.office.pin());
    city.give_registry(*city.hub);
    End a = city.end(commune, crypto::NoiseRole::initiator, {.once = true, .extension_bytes = 1});
    End b = city.end(*city.hub, crypto::NoiseRole::responder);
    b.forget_adoptions = true;
    Link(a, b, city.now).run();
    CHECK(a.ok());
    CHECK(b.adoptions.size() == 1);
    CHECK(a.finished->summary.cosignatures_received == 1);
}

TEST_CASE("a city that was restored is shown its cosignatures of all logs by a hub") {
    City city(3, true);
    for (const auto& site : city.communes) city.at(*city.hub).write(*site, 3);
    city.reconcile(*city.hub, city.city);
    city.at(city.city) = MemoryReplica(city.office.pin());
    city.give_registry(city.city);
    Ends ends(city, *city.hub, city.city);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.b.adoptions.size() == 3);
    for (const auto& site : city.communes) CHECK(city.at(city.city).size(site->log) == 3);
}

TEST_CASE("a log that is stated as cosigned and not shown is left out for its reason, and the next session takes it") {
    City city(2, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 6);
    const Registry& registry = *city.at(commune).registry();
    const Extension acts = **city.at(commune).read(commune.log, 0, 1 << 20);
    const HeadState claim{commune.log, 6, **city.at(commune).root_at(commune.log, 6), 6, 0};
    {
        Speaker lower(city, commune, *city.hub);
        lower.state(registry, {claim});
        (void)lower.heard();
        lower.say(Extend{acts});
        CHECK(lower.count_heard<Refuse>() == 1);
        lower.say(Extend{acts});
        CHECK(lower.count_heard<Credit>() == 1);
        CHECK(lower.end.stores == 0);
        CHECK(lower.error() == "none");
    }
    {
        Speaker silent(city, commune, *city.hub);
        silent.state(registry, {claim});
        (void)silent.heard();
        silent.wait(std::chrono::seconds(11));
        CHECK(silent.count_heard<Refuse>() == 1);
        CHECK(silent.error() == "none");
    }
    CHECK(city.at(*city.hub).size(commune.log) == 0);
    city.reconcile(commune, *city.hub);
    CHECK(city.at(*city.hub).size(commune.log) == 6);
}

TEST_CASE("a forged, a foreign or an unasked cosignature from below ends the session and adopts nothing") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 6);
    const Cosigned good = city.at(commune).cosign(commune.log, *city.hub);
    const Registry& registry = *city.at(commune).registry();
    const auto show = [&](std::uint64_t held, const std::vector<Cosigned>& shown) {
        Speaker lower(city, commune, *city.hub);
        lower.state(registry, {{commune.log, 6, good.root, held, 0}});
        for (const Cosigned& cosigned : shown) lower.say(Cosign{cosigned, {}});
        return std::pair(lower.error(), lower.end.adoptions.size());
    };
    CHECK(show(6, {good}) == std::pair<std::string, std::size_t>("none", 1));
    CHECK_THAT(show(0, {good}).first, Catch::Contains("not due"));
    CHECK_THAT(show(6, {good, good}).first, Catch::Contains("not due"));
    CHECK_THAT(show(7, {good}).first, Catch::Contains("below the size"));
    Cosigned larger = good, root = good, two = good;
    larger.size = 9;
    root.root.bytes[0] ^= std::byte{1};
    two.lines.push_back(good.lines[0]);
    const Cosigned of_city = city.at(commune).cosign(commune.log, city.city);
    for (const Cosigned& bad : {larger, root, two, of_city}) {
        const auto [error, adoptions] = show(6, {bad});
        CHECK(error != "none");
        CHECK(adoptions == 0);
    }
}

TEST_CASE("a cosignature of ours over another history than is here is evidence, and the log is left out") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune) = twin_of(city, commune, 2, 3);
    const Cosigned shown = city.at(commune).cosign(commune.log, *city.hub);
    city.at(*city.hub) = twin_of(city, commune, 5, 0);
    Speaker lower(city, commune, *city.hub);
    lower.state(*city.at(commune).registry(), {{commune.log, 7, Hash{}, 5, 0}});
    (void)lower.heard();
    lower.say(Cosign{shown, {}});
    CHECK(lower.count_heard<Refuse>() == 1);
    CHECK(lower.end.adoptions.empty());
    REQUIRE(lower.end.evidence.size() == 1);
    CHECK_THAT(lower.end.evidence[0].theirs, Catch::Contains(city.hub->origin + "/cosigner"));
    CHECK(lower.error() == "none");
}

// --- what the disk has damaged ---

namespace {

/// A commune and its hub that have the commune's log alike, 24 entries in five extensions.
struct Alike {
    City city{1, true};
    const Site& commune = city.commune();
    Alike() {
        city.at(commune).write(commune, 4);
        for (int piece = 0; piece < 4; ++piece) {
            city.at(commune).write(commune, 5);
            city.reconcile(commune, *city.hub);
        }
    }
};

}  // namespace

TEST_CASE("what is damaged here is asked for again, of the upper as of the lower, and the session still ends level") {
    Alike scene;
    const bool at_the_commune = GENERATE(true, false);
    const SessionOptions damaged{.once = true, .damaged = {{scene.commune.log, 12}}};
    Ends ends(scene.city, scene.commune, *scene.city.hub, at_the_commune ? damaged : SessionOptions{.once = true}, {}, at_the_commune ? SessionOptions{} : damaged);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.b.error() == "");
    const SessionSummary& asker = (at_the_commune ? ends.a : ends.b).finished->summary;
    const SessionSummary& giver = (at_the_commune ? ends.b : ends.a).finished->summary;
    CHECK(asker.entries_received >= 12);
    CHECK(giver.entries_received == 0);
    CHECK(asker.refusals.empty());
    CHECK(ends.a.halts.empty());
    // Nothing is asked for a second time in one session, and without damage nothing at all.
    CHECK(Ends(scene.city, scene.commune, *scene.city.hub).run().a.finished->summary.entries_received == 0);
}

TEST_CASE("a node with damage and news sends its news, and believes the peer to have no more than it has") {
    Alike scene;
    scene.city.at(scene.commune).write(scene.commune, 3);
    Ends ends(scene.city, scene.commune, *scene.city.hub, {.once = true, .damaged = {{scene.commune.log, 5}}});
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.a.finished->summary.entries_received >= 19);
    CHECK(ends.a.finished->summary.entries_sent == 3);
    CHECK(scene.city.at(*scene.city.hub).size(scene.commune.log) == 27);
}

TEST_CASE("what the peer does not have either is not waited for, and the registry is asked for like a log") {
    Alike scene;
    const LogId registry = scene.city.at(scene.commune).registry()->log_id();
    Ends ends(scene.city, scene.commune, *scene.city.hub, {.once = true, .damaged = {{scene.commune.log, 24}, {registry, 2}, {LogId{}, 0}}});
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.b.error() == "");
    CHECK(ends.a.finished->summary.entries_received == scene.city.at(scene.commune).registry()->size() - 2);
}

}  // namespace motcua::session_tests

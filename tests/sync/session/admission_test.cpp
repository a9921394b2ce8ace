/// What goes beyond a node that the registry lists and may see everything: one that only a head has admitted, and a hub that
/// may not have every body.

#include "ends.hpp"

namespace motcua::session_tests {
namespace {

constexpr std::size_t message_2_framed = 2 + 96;

/// A commune whose registry lists it (as an admission makes it) and a city whose registry does not.
struct Admitted {
    City city{1};
    Site young{city.commune().office.code, false, city.random};
    MemoryReplica& above = city.at(city.city);
    bool judged = false;

    Admitted() {
        city.office.enrol(young, city.city.office);
        city.give_registry(young);
        MemoryReplica& below = city.at(young);
        below.offers_registry = false;  // nothing but its introduction can make it known
        below.write(young, 2);
        below.shown = **below.read(young.log, 0, 1 << 20);
        below.write(young, 5);
        const NodeRecord record = *below.registry()->find_node(young.log);
        above.judge = [this, record](const Extension& extension) -> Result<std::optional<NodeRecord>> {
            judged = true;
            CHECK(extension.log == young.log);
            return record;
        };
        above.list_admitted = {city.office.extensions.back()};
    }
};

}  // namespace

TEST_CASE("a node that a head admitted becomes known by its first two entries, and the session goes on") {
    Admitted scene;
    Ends ends(scene.city, scene.young, scene.city.city);
    ends.b.hold_stores = true;
    ends.link.settle();
    CHECK(ends.b.sent.size() == message_2_framed);
    ends.link.advance(std::chrono::milliseconds(2000));
    CHECK(scene.judged);
    REQUIRE(ends.b.held.size() == 1);
    CHECK(ends.b.held[0].entries.size() == 2);
    CHECK(ends.b.sent.size() == message_2_framed);  // judged and not stored: still a stranger
    ends.b.hold_stores = false;
    ends.b.answer_stores(ends.link.now());
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK(ends.b.error() == "");
    CHECK(scene.above.size(scene.young.log) == 7);
    CHECK(scene.city.at(scene.young).cosignature_lines(scene.young.log, 7) == 1);
}

TEST_CASE("it makes no difference to an admitted node who dials") {
    Admitted scene;
    End upper = scene.city.end(scene.city.city, crypto::NoiseRole::initiator, {.once = true});
    End lower = scene.city.end(scene.young, crypto::NoiseRole::responder);
    Link(upper, lower, scene.city.now).run();
    CHECK(upper.error() == "");
    CHECK(scene.above.size(scene.young.log) == 7);
}

TEST_CASE("an introduction after a registry is judged once the registry is stored") {
    Admitted scene;
    scene.city.at(scene.young).offers_registry = true;
    Ends ends(scene.city, scene.young, scene.city.city);
    ends.run();
    CHECK(ends.a.error() == "");
    CHECK_FALSE(scene.judged);  // the registry that it brought lists it
    CHECK(scene.above.size(scene.young.log) == 7);
}

TEST_CASE("an introduction that entitles nobody, another or the wrong office ends the stream without a byte") {
    Admitted scene;
    const NodeRecord record = *scene.city.at(scene.young).registry()->find_node(scene.young.log);
    SECTION("nobody") {
        scene.above.judge = nullptr;
    }
    SECTION("judged false") {
        scene.above.judge = [](const Extension&) -> Result<std::optional<NodeRecord>> {
            return fail(ErrorKind::verification, "the signer is no head of that office");
        };
    }
    SECTION("another's key") {
        NodeRecord other = record;
        other.noise_key = scene.city.commune(0).noise.public_key();
        scene.above.judge = [other](const Extension&) -> Result<std::optional<NodeRecord>> { return other; };
    }
    SECTION("another log") {
        NodeRecord other = record;
        other.log = scene.city.commune(0).log;
        scene.above.judge = [other](const Extension&) -> Result<std::optional<NodeRecord>> { return other; };
    }
    SECTION("our own office") {
        NodeRecord other = record;
        other.office = scene.city.city.office;
        scene.above.judge = [other](const Extension&) -> Result<std::optional<NodeRecord>> { return other; };
    }
    Ends ends(scene.city, scene.young, scene.city.city);
    ends.run();
    CHECK(ends.b.sent.size() == message_2_framed);
    REQUIRE(ends.b.finished);
    CHECK(ends.b.finished->error);
    CHECK(ends.b.stores == 0);
    CHECK(scene.above.size(scene.young.log) == 0);
}

TEST_CASE("an introduction that the store refuses is not answered either") {
    Admitted scene;
    Ends ends(scene.city, scene.young, scene.city.city);
    ends.b.refuse_log = scene.young.log;
    ends.run();
    CHECK(ends.b.sent.size() == message_2_framed);
    CHECK_THAT(ends.b.error(), Catch::Contains("refused by the test"));
}

TEST_CASE("a stranger introduces itself once, with two entries from the first") {
    Admitted scene;
    const Extension good = *scene.city.at(scene.young).shown;
    const auto stores_after = [&](const std::vector<Extension>& extensions) {
        Speaker stranger(scene.city, scene.young, scene.city.city);
        stranger.end.hold_stores = true;
        stranger.say(Hello{.software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U});
        for (const Extension& extension : extensions) stranger.say(Extend{extension});
        CHECK(stranger.heard().empty());
        return std::pair(stranger.end.held.size(), stranger.end.finished.has_value());
    };
    Extension later = good, longer = good, shorter = good;
    later.from = 1;
    longer.entries.push_back(good.entries[1]);
    longer.bodies.push_back(std::nullopt);
    shorter.entries.pop_back();
    shorter.bodies.pop_back();
    CHECK(stores_after({good}) == std::pair<std::size_t, bool>(1, false));
    CHECK(stores_after({good, good}).second);
    for (const Extension& bad : {later, longer, shorter}) CHECK(stores_after({bad}) == std::pair<std::size_t, bool>(0, true));
}

// --- bodies that not everyone may have ---

TEST_CASE("a relay is neither sent nor asks for bodies that it may not have, and still holds the acts") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    for (MemoryReplica* replica : {&city.at(commune), &city.at(*city.hub), &city.at(city.city)}) {
        replica->reach[{commune.log, 2}] = {commune.office};
        replica->reach[{commune.log, 3}] = {commune.office, city.hub->office};
    }
    Ends ends(city, commune, *city.hub);
    ends.run();
    CHECK(ends.a.ok());
    CHECK(city.at(commune).cosignature_lines(commune.log, 5) == 1);
    CHECK(city.at(*city.hub).missing_bodies(commune.log, 9) == std::vector<std::uint64_t>{2});
    city.reconcile(*city.hub, city.city);
    CHECK(city.at(city.city).missing_bodies(commune.log, 9) == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("whoever asks for a body that it may not have gets null, by extension, by COSIGN and by WANT") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    city.at(commune).reach[{commune.log, 2}] = {commune.office};  // the hub's registry says otherwise
    city.reconcile(commune, *city.hub);
    CHECK(city.at(*city.hub).missing_bodies(commune.log, 9) == std::vector<std::uint64_t>{2});
    Speaker upper(city, *city.hub, commune);
    upper.state(*city.at(commune).registry(), {});
    (void)upper.heard();
    upper.say(Want{commune.log, {1, 2}});
    const std::vector<Message> heard = upper.heard();
    REQUIRE(heard.size() == 2);
    CHECK(std::get<Blob>(heard[0]).bytes);
    CHECK_FALSE(std::get<Blob>(heard[1]).bytes);
}

TEST_CASE("a body in an inbox goes to the office that may have it") {
    City city(2, true);
    const Site& sender = city.commune(0);
    const Site& receiver = city.commune(1);
    city.at(sender).write(sender, 6);
    city.reconcile(sender, *city.hub);
    const InboxName inbox = *inbox_name(*city.at(*city.hub).registry(),
                                        *city.at(*city.hub).registry()->find_node(city.hub->log), receiver.office);
    city.at(*city.hub).post(*city.hub, receiver.office, sender.log, 1, 5);
    city.at(*city.hub).reach[{inbox.log, 1}] = {sender.office};
    city.at(receiver).reach[{inbox.log, 1}] = {sender.office};
    city.reconcile(receiver, *city.hub);
    CHECK(city.at(receiver).size(inbox.log) == 4);
    CHECK(city.at(receiver).missing_bodies(inbox.log, 9) == std::vector<std::uint64_t>{1});
}

}  // namespace motcua::session_tests

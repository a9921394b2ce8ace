#include <catch2/catch.hpp>

#include "scene.hpp"

namespace motcua::session_tests {
namespace {

constexpr auto initiator = crypto::NoiseRole::initiator;
constexpr auto responder = crypto::NoiseRole::responder;

struct Counted {
    std::uint64_t there, back;
    std::size_t turns;  ///< of the stream's direction, TCP's own handshake not counted
};

/// A whole session in which each side's bytes travel in one piece, counting how often the direction turns.
Counted count_session(End& a, End& b, MonoTime now) {
    std::size_t turns = 0;
    const auto carry = [&](End& from, End& to) {
        from.pump(now);
        const Bytes bytes(from.sent.begin() + static_cast<std::ptrdiff_t>(from.sent_taken), from.sent.end());
        from.sent_taken = from.sent.size();
        if (!bytes.empty()) ++turns, to.session.receive(bytes, now);
        return !bytes.empty();
    };
    for (int idle = 0; idle < 2;) idle = carry(a, b) | carry(b, a) ? 0 : idle + 1;
    return {a.sent.size(), b.sent.size(), turns};
}

}  // namespace

TEST_CASE("a commune's acts and bodies arrive at the city and come back cosigned") {
    City city;
    MemoryReplica& commune = city.at(city.commune());
    commune.write(city.commune(), 25);
    commune.write(city.commune(), 3, 30'000);
    city.reconcile(city.commune(), city.city);
    MemoryReplica& above = city.at(city.city);
    CHECK(above.size(city.commune().log) == 28);
    CHECK(above.bodies_missing(city.commune().log) == 0);
    CHECK(above.entries() == commune.entries());
    CHECK(commune.cosignature_lines(city.commune().log, 28) == 1);
}

TEST_CASE("it makes no difference who dials") {
    City city;
    city.at(city.commune()).write(city.commune(), 25);
    End upper = city.end(city.city, initiator, {.once = true});
    End lower = city.end(city.commune(), responder);
    Link(upper, lower, city.now).run();
    CHECK(upper.error() == "");
    CHECK(lower.ok());
    CHECK(city.at(city.city).size(city.commune().log) == 25);
    CHECK(city.at(city.commune()).cosignature_lines(city.commune().log, 25) == 1);
}

TEST_CASE("a second session with nothing new takes two round trips and less than a kilobyte") {
    City city;
    city.at(city.commune()).write(city.commune(), 25);
    city.reconcile(city.commune(), city.city);
    End a = city.end(city.commune(), initiator, {.once = true});
    End b = city.end(city.city, responder);
    const Counted counted = count_session(a, b, city.now);
    CHECK(a.ok());
    CHECK(a.finished->summary.level);
    CHECK(counted.there + counted.back <= 600);
    // preamble and message 1; message 2; message 3, HELLO and HEADS; HELLO and HEADS; the two BYEs
    CHECK(counted.turns == 6);
}

TEST_CASE("hundreds of equal logs cost no more than one") {
    const std::size_t count = GENERATE(200U, 600U);
    City city(count, true);
    for (const auto& commune : city.communes) {
        city.at(*city.hub).write(*commune, 1);
    }
    city.reconcile(*city.hub, city.city);
    End a = city.end(*city.hub, initiator, {.once = true});
    End b = city.end(city.city, responder);
    const Counted counted = count_session(a, b, city.now);
    CHECK(a.ok());
    CAPTURE(count);
    CHECK(counted.there + counted.back <= 600);
    CHECK(counted.turns == 6);

    // One that differs is found by name within two more turns each way, in a few kilobytes.
    city.at(*city.hub).write(city.commune(111), 2);
    End c = city.end(*city.hub, initiator, {.once = true});
    End d = city.end(city.city, responder);
    const Counted one = count_session(c, d, city.now);
    CHECK(c.ok());
    CHECK(c.finished->summary.entries_sent == 2);
    CHECK(city.at(city.city).size(city.commune(111).log) == 3);
    CHECK(one.there + one.back < 8 * 1024);
    CHECK(one.turns <= 10);
}

TEST_CASE("the city's cosignature comes down to a commune through its hub") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    city.reconcile(commune, *city.hub);
    CHECK(city.at(commune).cosignature_lines(commune.log, 5) == 1);
    city.reconcile(*city.hub, city.city);
    CHECK(city.at(*city.hub).cosignature_lines(commune.log, 5) == 2);
    End relay = city.end(commune, initiator, {.once = true});
    End hub = city.end(*city.hub, responder);
    Link(relay, hub, city.now).run();
    REQUIRE(relay.ok());
    CHECK(relay.finished->summary.cosignatures_received == 1);  // the hub's own is known here already
    CHECK(city.at(commune).cosignature_lines(commune.log, 5) == 2);
    End a = city.end(commune, initiator, {.once = true});
    End b = city.end(*city.hub, responder);
    Link(a, b, city.now).run();
    CHECK(a.finished->summary.cosignatures_received == 0);
}

TEST_CASE("an open link pushes new acts, cosignatures and registries without being asked, each once") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    End lower = city.end(commune, initiator);
    End upper = city.end(*city.hub, responder);
    Link link(lower, upper, city.now);
    link.settle();
    CHECK(city.at(*city.hub).size(commune.log) == 5);

    city.at(commune).write(commune, 2);
    lower.session.changed(link.now());
    lower.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(city.at(*city.hub).size(commune.log) == 7);
    CHECK(upper.stores == 2);

    city.at(*city.hub).cosign(commune.log, city.city);
    upper.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(city.at(commune).cosignature_lines(commune.log, 7) == 2);
    const std::size_t sent = upper.sent.size();
    upper.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(upper.sent.size() == sent);

    const Site& young = city.add_commune(commune.office);
    city.give_registry(*city.hub);
    upper.session.changed(link.now());
    link.settle();
    CHECK(city.at(commune).registry()->size() == city.at(*city.hub).registry()->size());
    city.at(commune).write(young, 3);
    lower.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(city.at(*city.hub).size(young.log) == 3);
    lower.session.leave(link.now());
    link.run();
    CHECK(lower.ok());
    CHECK(upper.ok());
}

TEST_CASE("a link on which nothing was new at first still pushes what comes later, whoever dialled") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    {
        End lower = city.end(commune, initiator);
        End upper = city.end(*city.hub, responder);
        Link link(lower, upper, city.now);
        link.settle();
    }
    const bool lower_dials = GENERATE(true, false);
    End lower = city.end(commune, lower_dials ? initiator : responder);
    End upper = city.end(*city.hub, lower_dials ? responder : initiator);
    Link link(lower_dials ? lower : upper, lower_dials ? upper : lower, city.now);
    link.settle();
    CHECK(upper.stores == 0);

    city.at(commune).write(commune, 2);
    lower.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(city.at(*city.hub).size(commune.log) == 7);
    // The hub's own cosignature, and later the city's, come down on it too.
    city.at(*city.hub).cosign(commune.log, city.city);
    upper.session.changed(link.now());
    link.advance(std::chrono::milliseconds(200));
    CHECK(city.at(commune).cosignature_lines(commune.log, 7) == 2);
}

TEST_CASE("an idle link lives by keep-alives and dies without them") {
    City city;
    End lower = city.end(city.commune(), initiator);
    End upper = city.end(city.city, responder);
    Link link(lower, upper, city.now);
    link.settle();
    for (int second = 0; second < 600; ++second) link.advance(std::chrono::seconds(1));
    CHECK_FALSE(lower.finished);
    CHECK_FALSE(upper.finished);
    lower.session.tick(link.now() + std::chrono::seconds(91));
    lower.pump(link.now() + std::chrono::seconds(91));
    REQUIRE(lower.finished);
    CHECK(lower.finished->error->kind == ErrorKind::unreachable);
}

TEST_CASE("an hour-old link is renewed by a BYE, and so is one that used up its messages") {
    City city;
    End lower = city.end(city.commune(), initiator);
    End upper = city.end(city.city, responder);
    Link link(lower, upper, city.now);
    link.settle();
    for (int minute = 0; minute < 61 * 3 && !lower.finished; ++minute) link.advance(std::chrono::seconds(20));
    CHECK(lower.ok());
    CHECK(upper.ok());

    End busy = city.end(city.commune(), initiator, {.renew_after_messages = 2});
    End other = city.end(city.city, responder);
    Link(busy, other, link.now()).run();
    CHECK(busy.ok());
    CHECK_FALSE(busy.finished->summary.level);
    End once = city.end(city.commune(), initiator, {.once = true, .renew_after_messages = 2});
    End again = city.end(city.city, responder);
    city.at(city.commune()).write(city.commune(), 4);
    Link(once, again, link.now()).run();
    REQUIRE_FALSE(once.ok());
    CHECK(once.finished->error->kind == ErrorKind::unreachable);
    CHECK(again.ok());
}

TEST_CASE("the sender never has more under way than was granted") {
    City city;
    for (int piece = 0; piece < 12; ++piece) city.at(city.commune()).write(city.commune(), 15, 30'000);
    constexpr std::uint64_t granted = 1'200'000;
    End lower = city.end(city.commune(), initiator, {.once = true});
    End upper = city.end(city.city, responder, {.credit_bytes = granted});
    upper.hold_stores = true;
    Link link(lower, upper, city.now);
    while (true) {
        link.settle();
        if (upper.held.empty()) break;
        upper.answer_stores(link.now());
    }
    CHECK(lower.ok());
    CHECK(upper.store_bytes_pending_max > granted / 3);
    CHECK(upper.store_bytes_pending_max <= granted);
    CHECK(city.at(city.city).size(city.commune().log) == 180);
}

TEST_CASE("bodies that a relay did not have are asked for once it has them") {
    City city(1, true);
    const Site& commune = city.commune();
    city.at(commune).write(commune, 5);
    city.reconcile(commune, *city.hub);
    MemoryReplica& hub = city.at(*city.hub);
    const auto body = *hub.body(commune.log, 3);
    hub.forget_bodies(commune.log);
    hub.put_body(commune.log, 3, *body);
    City* const scene = &city;
    // The city stores the extension without its bodies and asks for all four; the hub has one of them.
    End lower = scene->end(*city.hub, initiator, {.once = true});
    End upper = scene->end(city.city, responder);
    Link(lower, upper, city.now).run();
    CHECK(lower.error() == "");
    CHECK(city.at(city.city).size(commune.log) == 5);
    CHECK(city.at(city.city).bodies_missing(commune.log) == 3);
}

TEST_CASE("a registry goes first, and logs that need it wait until it is stored") {
    City city(1, true);
    const Site& young = city.add_commune(city.hub->office);
    city.give_registry(*city.hub);
    city.at(*city.hub).write(young, 6);
    End lower = city.end(*city.hub, initiator, {.once = true});
    End upper = city.end(city.city, responder);
    upper.hold_stores = true;
    Link link(lower, upper, city.now);
    link.settle();
    REQUIRE(upper.held.size() == 1);
    CHECK(upper.held[0].log == city.at(city.city).registry()->log_id());
    while (!upper.held.empty()) {
        upper.answer_stores(link.now());
        link.settle();
    }
    CHECK(lower.error() == "");
    CHECK(upper.ok());
    CHECK(city.at(city.city).size(young.log) == 6);
}

}  // namespace motcua::session_tests

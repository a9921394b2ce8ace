#include <catch2/catch.hpp>

#include "scene.hpp"

namespace motcua::session_tests {
namespace {

constexpr auto initiator = crypto::NoiseRole::initiator;
constexpr auto responder = crypto::NoiseRole::responder;
constexpr std::size_t message_2_framed = 2 + 96;
constexpr std::size_t handshake_there = 8 + 2 + 32 + 2 + 64;

/// What a responder answers to these bytes, all at once or one at a time, and after every deadline.
Bytes answer_to(City& city, ByteView bytes, std::size_t chunk = 1 << 20) {
    End end = city.end(city.city, responder);
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        end.session.receive(bytes.subspan(at, std::min(chunk, bytes.size() - at)), city.now);
        end.pump(city.now);
    }
    const MonoTime later = city.now + std::chrono::seconds(11);
    end.session.tick(later);
    end.pump(later);
    if (!end.finished) {
        end.session.closed(later);
        end.pump(later);
    }
    REQUIRE(end.finished);
    CHECK(end.finished->error);
    CHECK(end.stores == 0);
    return end.sent;
}

}  // namespace

TEST_CASE("silence, garbage, a wrong preamble and another version get not a byte") {
    City city;
    SeededRandom random(3);
    CHECK(answer_to(city, {}).empty());
    for (int round = 0; round < 50; ++round) {
        Bytes garbage(1 + random.next() % 300);
        random.fill(garbage);
        CHECK(answer_to(city, garbage).empty());
    }
    Bytes almost = to_bytes(preamble);
    almost[7] = std::byte{2};
    Bytes rest(2 + 32);
    random.fill(rest);
    rest[0] = std::byte{0};
    rest[1] = std::byte{32};
    append(almost, rest);
    CHECK(answer_to(city, almost).empty());
    CHECK(answer_to(city, almost, 1).empty());
    CHECK(answer_to(city, as_bytes("GET / HTTP/1.1\r\nHost: motcua\r\n\r\n")).empty());
}

TEST_CASE("a first message of another length gets not a byte, and its claimed length costs nothing") {
    City city;
    for (const std::uint64_t length : {0U, 31U, 33U, 96U, 65535U}) {
        Bytes bytes = to_bytes(preamble);
        append_be(bytes, length, 2);
        bytes.resize(bytes.size() + length);
        CHECK(answer_to(city, bytes).empty());
    }
}

TEST_CASE("a first message with a key of small order gets not a byte") {
    City city;
    Bytes bytes = to_bytes(preamble);
    append_be(bytes, 32, 2);
    bytes.resize(bytes.size() + 32);
    CHECK(answer_to(city, bytes).empty());
}

TEST_CASE("a stranger may draw our second handshake message and nothing more, and we say why") {
    City city;
    Site stranger("H26.99999", false, city.random);
    MemoryReplica theirs(city.office.pin());
    for (const Extension& extension : city.office.extensions) REQUIRE(theirs.extend(extension));
    End a({.role = initiator, .once = true}, stranger, theirs, city.random, city.now);
    End b = city.end(city.city, responder);
    Link(a, b, city.now).run();
    CHECK(b.sent.size() == message_2_framed);
    REQUIRE(b.finished);
    CHECK(b.finished->error->kind == ErrorKind::refused);
    CHECK_THAT(b.error(), Catch::Contains(to_hex(stranger.noise.public_key().bytes)));
    CHECK_THAT(b.error(), Catch::Contains("bundle"));
    CHECK_FALSE(b.session.peer_node());
    // The stranger's own registry does not know the stranger either, so it recognises nobody and is as silent.
    CHECK(a.sent.size() == handshake_there);
}

TEST_CASE("a retired node, a node of another branch and ourselves are strangers") {
    City city(2, true);
    const auto silent_to = [&](const Site& dialler, const Site& listener) {
        End a = city.end(dialler, initiator, {.once = true});
        End b = city.end(listener, responder);
        Link(a, b, city.now).run();
        CHECK(b.sent.size() == message_2_framed);
        CHECK(a.sent.size() == handshake_there);
        CHECK_FALSE(a.ok());
        CHECK_FALSE(b.ok());
    };
    silent_to(city.commune(0), city.commune(1));
    silent_to(city.city, city.city);
    city.office.retire(city.commune(0));
    for (const Site* site : {&city.commune(0), static_cast<const Site*>(&*city.hub)}) {
        REQUIRE(city.at(*site).extend(city.office.extensions.back()));
    }
    End a = city.end(city.commune(0), initiator, {.once = true});
    End b = city.end(*city.hub, responder);
    Link(a, b, city.now).run();
    CHECK(b.sent.size() == message_2_framed);
    CHECK_THAT(b.error(), Catch::Contains("retired"));
    CHECK_THAT(a.error(), Catch::Contains("does not answer") || Catch::Contains("without a word"));
}

TEST_CASE("a recorded session that is played back draws nothing beyond message 2") {
    City city;
    city.at(city.commune()).write(city.commune(), 5);
    End a = city.end(city.commune(), initiator, {.once = true});
    End b = city.end(city.city, responder);
    Link(a, b, city.now).run();
    REQUIRE(a.ok());
    const auto before = city.at(city.city).entries();
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{1} << 20}) {
        CHECK(answer_to(city, a.sent, chunk).size() == message_2_framed);
    }
    CHECK(city.at(city.city).entries() == before);

    // And the answers that were recorded, played to a new initiator.
    End again = city.end(city.commune(), initiator, {.once = true});
    again.pump(city.now);
    const std::size_t first_words = again.sent.size();
    again.session.receive(b.sent, city.now);
    again.pump(city.now);
    CHECK(again.sent.size() == first_words);
    CHECK(again.finished->error->kind == ErrorKind::verification);
}

TEST_CASE("what an initiator says, sent back to it, draws nothing") {
    City city;
    End a = city.end(city.commune(), initiator, {.once = true});
    a.pump(city.now);
    const Bytes said = a.sent;
    a.session.receive(said, city.now);
    a.pump(city.now);
    CHECK(a.sent == said);
    REQUIRE(a.finished);

    End c = city.end(city.commune(), initiator, {.once = true});
    c.pump(city.now);
    const Bytes without_preamble(c.sent.begin() + 8, c.sent.end());
    c.session.receive(without_preamble, city.now);
    c.pump(city.now);
    CHECK(c.sent.size() == said.size());
    REQUIRE(c.finished);
}

TEST_CASE("a prologue that was altered on the way ends the handshake") {
    City city;
    End a = city.end(city.commune(), initiator, {.once = true});
    // A peer that speaks another version of the link, behind a forger who rewrites the first eight bytes.
    crypto::NoiseHandshake other(responder, city.city.noise, as_bytes(std::string_view("motcua\0\2", 8)), city.random);
    a.pump(city.now);
    REQUIRE(other.read(ByteView(a.sent).subspan(10, 32)));
    Bytes answer;
    const auto message = other.write();
    append_be(answer, message->size(), 2);
    append(answer, *message);
    const std::size_t before = a.sent.size();
    a.session.receive(answer, city.now);
    a.pump(city.now);
    CHECK(a.sent.size() == before);
    CHECK(a.finished->error->kind == ErrorKind::verification);
}

TEST_CASE("a node enrolled since our registry was written becomes known by the registry it brings") {
    City city(1);
    // The city has enrolled a commune; the hub-less city store is the one that lacks it.
    Site& young = city.add_commune(city.city.office);
    city.give_registry(young);
    city.at(young).write(young, 4);
    const std::uint64_t before = city.at(city.city).registry()->size();

    SECTION("when the newcomer dials") {
        End a = city.end(young, initiator, {.once = true});
        End b = city.end(city.city, responder);
        Link(a, b, city.now).run();
        INFO(a.error());
        CHECK(a.ok());
        CHECK(b.ok());
    }
    SECTION("when the newcomer is dialled") {
        End a = city.end(city.city, initiator, {.once = true});
        End b = city.end(young, responder);
        Link(a, b, city.now).run();
        INFO(a.error());
        CHECK(a.ok());
        CHECK(b.ok());
    }
    CHECK(city.at(city.city).registry()->size() > before);
    CHECK(city.at(city.city).size(young.log) == 4);
}

TEST_CASE("a registry that came by another way makes a waiting stranger known") {
    City city(1);
    Site& young = city.add_commune(city.city.office);
    city.give_registry(young);
    End a = city.end(young, initiator, {.once = true, .offer_registry_after = std::chrono::milliseconds(60'000)});
    End b = city.end(city.city, responder);
    Link link(a, b, city.now);
    link.settle();
    CHECK(b.sent.size() == message_2_framed);
    city.give_registry(city.city);
    b.session.changed(city.now);
    link.run();
    CHECK(a.ok());
    CHECK(b.ok());
}

TEST_CASE("a stranger that sends anything but a registry is cut off without an answer") {
    City city(1);
    Site& young = city.add_commune(city.city.office);
    city.give_registry(young);
    const auto said_by_young = [&](const std::vector<Message>& messages) {
        End b = city.end(city.city, responder);
        Channel channel(initiator, young.noise, city.random);
        b.session.receive(*channel.next_output(), city.now);
        b.pump(city.now);
        REQUIRE(channel.receive(b.sent));
        for (const Message& message : messages) channel.send(encode_message(message));
        b.session.receive(*channel.next_output(), city.now);
        b.hold_stores = true;
        b.pump(city.now);
        CHECK(b.sent.size() == message_2_framed);
        return b.finished.has_value();
    };
    const Message hello = Hello{.software = "x", .credit_bytes = 1U << 21U, .message_bytes_max = 1U << 20U};
    const Extension registry = city.office.extensions.back();
    Extension acts{.log = young.log, .from = 0, .entries = {Bytes(10)}, .bodies = {std::nullopt}, .checkpoint = ""};
    CHECK_FALSE(said_by_young({hello}));
    CHECK_FALSE(said_by_young({hello, Extend{registry}, Credit{0}}));
    CHECK(said_by_young({Credit{0}}));
    CHECK(said_by_young({hello, hello}));
    CHECK(said_by_young({hello, Extend{acts}}));
    CHECK(said_by_young({hello, Extend{registry}, Extend{registry}}));
    CHECK(said_by_young({hello, Credit{1}}));
    CHECK(said_by_young({hello, Want{young.log, {0}}}));
    CHECK(said_by_young({hello, Bye{0, ""}}));
    Extension fat{.log = registry.log,
                  .from = 0,
                  .entries = std::vector<Bytes>(30, Bytes(10'000)),
                  .bodies = std::vector<std::optional<Bytes>>(30),
                  .checkpoint = ""};
    CHECK(said_by_young({hello, Extend{fat}}));
}

TEST_CASE("a city with another registry is refused by both sides") {
    City city(1);
    City other(1);
    RegistryOffice forged("H26", city.random);
    forged.enrol(city.city, std::nullopt);
    forged.enrol(city.commune(), city.city.office);
    MemoryReplica replica(forged.pin());
    for (const Extension& extension : forged.extensions) REQUIRE(replica.extend(extension));
    End a({.role = initiator, .once = true}, city.commune(), replica, city.random, city.now);
    End b = city.end(city.city, responder);
    Link(a, b, city.now).run();
    REQUIRE(a.finished);
    REQUIRE(b.finished);
    CHECK(b.finished->error->kind == ErrorKind::verification);
    CHECK(a.finished->error->kind == ErrorKind::verification);
    CHECK_THAT(b.error(), Catch::Contains("another registry"));
}

TEST_CASE("two registries of one name and key that went different ways are not mixed") {
    SeededRandom random(21);
    const Site city("H26", true, random), commune("H26.00004", false, random);
    const Site first("H26.00005", false, random), second("H26.00006", false, random);
    const auto registry_with = [&](const std::vector<const Site*>& others) {
        CountingRandom keys(1);
        RegistryOffice office("H26", keys);
        office.enrol(city, std::nullopt);
        office.enrol(commune, city.office);
        for (const Site* other : others) office.enrol(*other, city.office);
        MemoryReplica replica(office.pin());
        for (const Extension& extension : office.extensions) REQUIRE(replica.extend(extension));
        return replica;
    };
    MemoryReplica above = registry_with({&first}), below = registry_with({&second, &first});
    below.write(commune, 3);
    const MonoTime now{};
    End a({.role = initiator, .once = true}, commune, below, random, now);
    End b({.role = responder}, city, above, random, now);
    Link(a, b, now).run();
    REQUIRE(a.finished);
    REQUIRE(a.finished->error);
    CHECK(a.finished->error->kind == ErrorKind::verification);
    CHECK_THAT(a.error(), Catch::Contains("is not ours"));
    REQUIRE(b.finished);
    CHECK(b.finished->error);
    CHECK(above.size(commune.log) == 0);
    CHECK(b.stores == 0);
}

}  // namespace motcua::session_tests

#include "crypto/noise.hpp"

#include <catch2/catch.hpp>

#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

const Bytes prologue = to_bytes(as_bytes("motcua"));

/// Two sides with keys of their own, about to greet each other.
struct Pair {
    tests::SeededRandom random{7};
    NoiseKeyPair commune = NoiseKeyPair::generate(random);
    NoiseKeyPair hub = NoiseKeyPair::generate(random);
    NoiseHandshake initiator{NoiseRole::initiator, commune, prologue, random};
    NoiseHandshake responder{NoiseRole::responder, hub, prologue, random};
};

/// After the messages of a whole handshake.
std::pair<NoiseTransport, NoiseTransport> greeted(Pair& pair) {
    REQUIRE(pair.responder.read(pair.initiator.write().value()));
    REQUIRE(pair.initiator.read(pair.responder.write().value()));
    REQUIRE(pair.responder.read(pair.initiator.write().value()));
    return {pair.initiator.split(), pair.responder.split()};
}

NoiseKey key_of(std::string_view hex) {
    return NoiseKey::from(from_hex(hex).value()).value();
}

}  // namespace

TEST_CASE("a finished handshake gives both sides each other's keys, one hash and matching ciphers") {
    Pair pair;
    auto [commune, hub] = greeted(pair);
    CHECK(commune.peer == pair.hub.public_key());
    CHECK(hub.peer == pair.commune.public_key());
    CHECK(commune.handshake_hash == hub.handshake_hash);
    for (const char* text : {"up", "", "up again"})
        CHECK(as_text(hub.receive.decrypt({}, commune.send.encrypt({}, as_bytes(text)).value()).value()) == text);
    CHECK(as_text(commune.receive.decrypt({}, hub.send.encrypt({}, as_bytes("down")).value()).value()) == "down");
    CHECK(commune.send.messages() == 3);
}

TEST_CASE("payloads travel in the handshake, and the messages have XX's sizes") {
    Pair pair;
    const Bytes first = pair.initiator.write(as_bytes("one")).value();
    CHECK(first.size() == 32 + 3);
    CHECK(as_text(pair.responder.read(first).value()) == "one");
    const Bytes second = pair.responder.write(as_bytes("two")).value();
    CHECK(second.size() == 32 + 48 + 3 + 16);
    CHECK(as_text(pair.initiator.read(second).value()) == "two");
    const Bytes third = pair.initiator.write(as_bytes("three")).value();
    CHECK(third.size() == 48 + 5 + 16);
    CHECK(as_text(pair.responder.read(third).value()) == "three");
}

TEST_CASE("each side learns the other's static key with the message that proves it, no sooner") {
    Pair pair;
    REQUIRE(pair.responder.read(pair.initiator.write().value()));
    CHECK_FALSE(pair.initiator.peer());
    CHECK_FALSE(pair.responder.peer());
    REQUIRE(pair.initiator.read(pair.responder.write().value()));
    CHECK(pair.initiator.peer() == pair.hub.public_key());
    CHECK_FALSE(pair.initiator.finished());
    REQUIRE(pair.responder.read(pair.initiator.write().value()));
    CHECK(pair.responder.peer() == pair.commune.public_key());
    CHECK(pair.initiator.finished());
    CHECK(pair.responder.finished());
}

TEST_CASE("another prologue, a changed byte or a cut message ends the handshake for good") {
    Pair pair;
    NoiseHandshake other{NoiseRole::responder, pair.hub, as_bytes("other"), pair.random};
    REQUIRE(other.read(pair.initiator.write().value()));
    const auto mismatch = pair.initiator.read(other.write().value());
    REQUIRE_FALSE(mismatch);
    CHECK(mismatch.error().kind == ErrorKind::verification);
    CHECK_FALSE(pair.initiator.write());
    CHECK_FALSE(pair.initiator.peer());

    for (std::size_t index = 0; index < 96; ++index) {
        Pair fresh;
        REQUIRE(fresh.responder.read(fresh.initiator.write().value()));
        Bytes second = fresh.responder.write().value();
        REQUIRE(second.size() == 96);
        second[index] ^= std::byte{0x80};
        // X25519 ignores the ephemeral key's top bit, but the handshake hash does not.
        CHECK_FALSE(fresh.initiator.read(second));
        CHECK_FALSE(fresh.initiator.write());
    }
    for (const std::size_t size : {0U, 31U, 32U, 79U, 80U, 95U}) {
        Pair fresh;
        REQUIRE(fresh.responder.read(fresh.initiator.write().value()));
        const Bytes second = fresh.responder.write().value();
        CHECK_FALSE(fresh.initiator.read(ByteView(second).first(size)));
        CHECK_FALSE(fresh.initiator.read(second));  // the right one comes too late
    }
    Pair fresh;
    CHECK_FALSE(fresh.responder.read(Bytes(31)));
    CHECK_FALSE(fresh.responder.read(Bytes(32, std::byte{9})));
}

TEST_CASE("writing or reading out of turn is refused") {
    Pair pair;
    CHECK_FALSE(pair.responder.write());
    CHECK_FALSE(pair.initiator.read(Bytes(32)));
    auto ends = greeted(pair);
    CHECK_FALSE(pair.initiator.write());  // split leaves it empty
    CHECK_FALSE(pair.initiator.finished());
}

TEST_CASE("keys of small order are refused, static and ephemeral") {
    const char* small[] = {"0000000000000000000000000000000000000000000000000000000000000000",
                           "0100000000000000000000000000000000000000000000000000000000000000",
                           "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                           "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                           "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                           "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                           "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"};
    for (const char* hex : small) {
        Pair pair;
        CHECK_FALSE(shared_secret(pair.hub, key_of(hex)));
        REQUIRE(pair.responder.read(key_of(hex).view()));  // message 1 is a bare key
        CHECK_FALSE(pair.responder.write());               // ee would be all zeros
        CHECK_FALSE(pair.responder.peer());
    }
}

TEST_CASE("a forged, replayed or reordered message changes nothing, and the right one still opens") {
    Pair pair;
    auto [commune, hub] = greeted(pair);
    const Bytes first = commune.send.encrypt({}, as_bytes("first")).value();
    const Bytes second = commune.send.encrypt({}, as_bytes("second")).value();
    CHECK_FALSE(hub.receive.decrypt({}, second));
    Bytes forged = first;
    forged.back() ^= std::byte{1};
    CHECK_FALSE(hub.receive.decrypt({}, forged));
    CHECK_FALSE(hub.receive.decrypt({}, ByteView(first).first(15)));
    CHECK(hub.receive.messages() == 0);
    CHECK(hub.receive.decrypt({}, first));
    CHECK_FALSE(hub.receive.decrypt({}, first));
    CHECK(hub.receive.decrypt({}, second));
    CHECK_FALSE(commune.receive.decrypt({}, commune.send.encrypt({}, {}).value()));
}

TEST_CASE("a message is at most 65535 bytes with its tag") {
    Pair pair;
    auto [commune, hub] = greeted(pair);
    CHECK(hub.receive.decrypt({}, commune.send.encrypt({}, Bytes(65519)).value()));
    const auto too_long = commune.send.encrypt({}, Bytes(65520));
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().kind == ErrorKind::refused);
    CHECK_FALSE(hub.receive.decrypt({}, Bytes(65536)));
    Pair fresh;
    CHECK_FALSE(fresh.initiator.write(Bytes(65504)));
    CHECK_FALSE(fresh.responder.read(Bytes(65536)));
}

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

TEST_CASE("an act parses back to what was signed, and its id is the leaf hash of its bytes") {
    World world;
    const Act act = world.receive(world.first());
    const auto parsed = parse_act(act.envelope);
    REQUIRE(parsed);
    CHECK(parsed->id == act.id);
    CHECK(cbor::encode(parsed->payload) == cbor::encode(act.payload));
    CHECK(parsed->signed_bytes() == act.signed_bytes());
    CHECK(crypto::verify(act.payload.signer, act.signed_bytes(), act.signature));
    CHECK(to_hex(act.signed_bytes()).starts_with("846a"));
    Bytes leaf{std::byte{0}};
    append(leaf, act.envelope);
    CHECK(to_hex(act.id.view()) == to_hex(crypto::sha256(leaf).view()));
}

TEST_CASE("an act cut short or with any one bit of its frame flipped does not parse as the same act") {
    World world;
    const Act act = world.receive(world.first());
    for (std::size_t size = 0; size < act.envelope.size(); ++size) {
        CHECK_FALSE(parse_act(Bytes(act.envelope.begin(), act.envelope.begin() + static_cast<std::ptrdiff_t>(size))));
    }
    for (std::size_t index = 0; index < act.envelope.size(); ++index) {
        Bytes flipped = act.envelope;
        flipped[index] ^= std::byte{1};
        const auto parsed = parse_act(flipped);
        if (!parsed) continue;
        CHECK(parsed->id != act.id);
        CHECK_FALSE(crypto::verify(parsed->payload.signer, parsed->signed_bytes(), parsed->signature));
    }
}

TEST_CASE("a signed envelope around anything but a payload is no act") {
    const auto key = signing_key("someone");
    for (const Bytes& payload : {Bytes{}, cbor::encode(std::uint64_t{1}), cbor::encode(std::vector<Bytes>(12)), Bytes(40)}) {
        CHECK_FALSE(parse_act(crypto::sign1(key, payload)));
    }
}

TEST_CASE("the first bad signature of many is found") {
    World world;
    std::vector<SignedMessage> messages;
    SequentialSignatureChecker checker;
    CHECK_FALSE(checker.first_bad(messages));
    for (int count = 0; count < 3; ++count) {
        const Act act = world.receive(world.first());
        messages.push_back({act.payload.signer, act.signed_bytes(), act.signature});
    }
    CHECK_FALSE(checker.first_bad(messages));
    messages[2].signature.bytes[0] ^= std::byte{1};
    messages[1].message.push_back(std::byte{0});
    CHECK(checker.first_bad(messages) == 1U);
}

TEST_CASE("a body is an array that begins with sixteen bytes of salt") {
    const Bytes salt(16, std::byte{7});
    CHECK(check_body(cbor::encode(StepBody{salt, ""})));
    CHECK(check_body(cbor::encode(std::vector<Bytes>{salt})));
    CHECK(check_body(cbor::encode(std::vector<Bytes>(30, salt))));   // a head of two bytes
    CHECK(check_body(cbor::encode(std::vector<Bytes>(300, salt))));  // and of three
    for (const Bytes& bad : {Bytes{}, Bytes{std::byte{0xF6}}, Bytes{std::byte{0xF5}}, cbor::encode(salt), cbor::encode(std::vector<Bytes>{}), cbor::encode(std::uint64_t{1}),
                             cbor::encode(std::vector<Bytes>{Bytes(15)}), cbor::encode(std::vector<Bytes>{Bytes(17)}),
                             cbor::encode(std::vector<std::string>{std::string(16, 'x')}), Bytes{std::byte{0x81}},
                             cbor::encode(StepBody{salt, std::string(body_bytes_max, 'x')})}) {
        INFO(to_hex(ByteView(bad).first(std::min<std::size_t>(bad.size(), 40))));
        CHECK_FALSE(check_body(bad));
    }
}

#include <catch2/catch.hpp>

#include "scene.hpp"

namespace motcua::session_tests {
namespace {

/// Two channels with the handshake behind them.
struct Joined {
    explicit Joined(SeededRandom& random)
        : keys_a(crypto::NoiseKeyPair::generate(random)),
          keys_b(crypto::NoiseKeyPair::generate(random)),
          a(crypto::NoiseRole::initiator, keys_a, random),
          b(crypto::NoiseRole::responder, keys_b, random) {
        REQUIRE(b.receive(*a.next_output()));
        REQUIRE(a.receive(*b.next_output()));
        REQUIRE(b.receive(*a.next_output()));
        REQUIRE(a.open());
        REQUIRE(b.open());
        REQUIRE(a.peer() == keys_b.public_key());
        REQUIRE(b.peer() == keys_a.public_key());
    }
    crypto::NoiseKeyPair keys_a, keys_b;
    Channel a, b;
};

}  // namespace

TEST_CASE("messages of every length arrive whole and in order, however the stream is cut") {
    SeededRandom random(1);
    Joined joined(random);
    joined.b.trust_peer();
    std::vector<Bytes> said;
    for (const std::size_t length : {0, 1, 17, 65'517, 65'518, 65'519, 131'036, 131'037, 1'048'576}) {
        said.emplace_back(length);
        random.fill(said.back());
        joined.a.send(said.back());
    }
    const Bytes stream = *joined.a.next_output();
    std::vector<Bytes> heard;
    for (std::size_t at = 0; at < stream.size();) {
        const std::size_t count = std::min<std::size_t>(1 + random.next() % 100'000, stream.size() - at);
        REQUIRE(joined.b.receive(ByteView(stream).subspan(at, count)));
        at += count;
        for (auto message = joined.b.next_message(); message && *message; message = joined.b.next_message())
            heard.push_back(**message);
    }
    CHECK(heard == said);
}

TEST_CASE("a peer that is not trusted yet may not make us hold more than 256 KiB") {
    SeededRandom random(2);
    Joined joined(random);
    joined.a.send(Bytes(stranger_bytes_max));
    REQUIRE(joined.b.receive(*joined.a.next_output()));
    CHECK((*joined.b.next_message())->size() == stranger_bytes_max);
    joined.a.send(Bytes(stranger_bytes_max + 1));
    CHECK_FALSE(joined.b.receive(*joined.a.next_output()));
    CHECK_FALSE(joined.b.next_message());
    joined.a.send(Bytes(1));
    CHECK_FALSE(joined.b.receive(*joined.a.next_output()));
    CHECK_FALSE(joined.b.next_message());
}

TEST_CASE("what is forged, cut short, repeated or out of order ends the channel; what came before still counts") {
    SeededRandom random(3);
    for (const std::string damage : {"flip", "repeat", "swap", "short", "drop"}) {
        Joined joined(random);
        joined.a.send(as_bytes("first"));
        Bytes first = *joined.a.next_output();
        joined.a.send(as_bytes("second"));
        Bytes second = *joined.a.next_output();
        if (damage == "flip") second[5] ^= std::byte{1};
        if (damage == "repeat") second = first;
        if (damage == "swap") std::swap(first, second);
        if (damage == "short") second = {std::byte{0}, std::byte{16}};
        if (damage == "drop") joined.a.send(as_bytes("third")), second = *joined.a.next_output();
        Bytes both = first;
        append(both, second);
        (void)joined.b.receive(both);
        if (damage != "swap") CHECK(as_text(**joined.b.next_message()) == "first");
        INFO(damage);
        CHECK_FALSE(joined.b.next_message());
        CHECK_FALSE(joined.b.next_output());
    }
}

TEST_CASE("a piece with an unknown flag, and an empty piece that says more follows, end the channel") {
    SeededRandom random(4);
    for (const Bytes& plaintext : {Bytes{std::byte{2}, std::byte{0}}, Bytes{std::byte{0}}}) {
        const auto keys_a = crypto::NoiseKeyPair::generate(random), keys_b = crypto::NoiseKeyPair::generate(random);
        crypto::NoiseHandshake a(crypto::NoiseRole::initiator, keys_a, preamble, random);
        Channel b(crypto::NoiseRole::responder, keys_b, random);
        Bytes out = to_bytes(preamble);
        const auto frame = [&](ByteView message) {
            append_be(out, message.size(), 2);
            append(out, message);
        };
        frame(*a.write());
        REQUIRE(b.receive(std::exchange(out, {})));
        REQUIRE(a.read(ByteView(*b.next_output()).subspan(2)));
        frame(*a.write());
        auto transport = a.split();
        frame(*transport.send.encrypt({}, plaintext));
        CHECK_FALSE(b.receive(out));
    }
}

}  // namespace motcua::session_tests

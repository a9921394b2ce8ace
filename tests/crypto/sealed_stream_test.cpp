#include "crypto/sealed_stream.hpp"

#include <catch2/catch.hpp>

#include "tests/crypto/dies.hpp"
#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

constexpr KdfCost cheap{.operations = 1, .memory_bytes = 8192};

Secret passphrase(std::string_view text = "một cửa") { return Secret::copy_of(as_bytes(text)); }

struct Stream {
    Bytes head;                 ///< without its length
    std::vector<Bytes> pieces;  ///< each without its length
};

/// Seals the texts, the last one as the final piece, and takes the frames off again.
Stream seal_all(StreamSealer sealer, const std::vector<std::string>& texts) {
    Stream stream;
    REQUIRE(sealer.head().size() >= 2);
    const auto length = std::to_integer<std::size_t>(sealer.head()[0]) << 8U | std::to_integer<std::size_t>(sealer.head()[1]);
    REQUIRE(length == sealer.head().size() - 2);
    stream.head.assign(sealer.head().begin() + 2, sealer.head().end());
    for (std::size_t index = 0; index < texts.size(); ++index) {
        const Bytes framed = sealer.seal(as_bytes(texts[index]), index + 1 == texts.size());
        std::size_t said = 0;
        for (std::size_t byte = 0; byte < 4; ++byte) said = said << 8U | std::to_integer<std::size_t>(framed[byte]);
        REQUIRE(said == framed.size() - 4);
        stream.pieces.emplace_back(framed.begin() + 4, framed.end());
    }
    return stream;
}

std::string text_of(const Bytes& bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

}  // namespace

TEST_CASE("a sealed stream: what a passphrase sealed, it opens, piece by piece") {
    tests::SeededRandom random{1};
    const std::string large(sealed_piece_bytes_max, 'x');
    const auto stream = seal_all(StreamSealer::for_passphrase("backup", passphrase(), random, cheap), {"sổ", "", large, "hết"});
    auto opener = StreamOpener::with_passphrase("backup", stream.head, passphrase());
    REQUIRE(opener);
    for (const std::string& text : {std::string("sổ"), std::string(), large, std::string("hết")}) {
        CHECK_FALSE(opener->is_whole());
        const auto& piece = stream.pieces[text == "sổ" ? 0 : text.empty() ? 1 : text == large ? 2 : 3];
        const auto opened = opener->open(piece);
        REQUIRE(opened);
        CHECK(text_of(*opened) == text);
    }
    CHECK(opener->is_whole());
    CHECK(opener->open(stream.pieces[0]).error().kind == ErrorKind::verification);
}

TEST_CASE("a sealed stream: only its recipient opens it, and needs nothing but the key") {
    tests::SeededRandom random{2};
    const auto hub = NoiseKeyPair::generate(random), finder = NoiseKeyPair::generate(random);
    const auto stream = seal_all(StreamSealer::for_recipient("bundle", hub.public_key(), random), {"hồ sơ"});
    CHECK(read_sealed_head(stream.head)->recipient == hub.public_key());
    auto opener = StreamOpener::with_key("bundle", stream.head, hub);
    REQUIRE(opener);
    CHECK(text_of(opener->open(stream.pieces[0]).value()) == "hồ sơ");
    CHECK(StreamOpener::with_key("bundle", stream.head, finder).error().kind == ErrorKind::refused);
    CHECK(StreamOpener::with_passphrase("bundle", stream.head, passphrase()).error().kind == ErrorKind::refused);
    CHECK(StreamOpener::with_key("backup", stream.head, hub).error().kind == ErrorKind::verification);
}

TEST_CASE("a sealed stream: a wrong passphrase and any changed bit are refused") {
    tests::SeededRandom random{3};
    const auto stream = seal_all(StreamSealer::for_passphrase("backup", passphrase(), random, cheap), {"một", "hai", "ba"});
    auto wrong = StreamOpener::with_passphrase("backup", stream.head, passphrase("mot cua"));
    REQUIRE(wrong);
    CHECK(wrong->open(stream.pieces[0]).error().kind == ErrorKind::refused);

    for (std::size_t bit = 0; bit < stream.head.size() * 8; ++bit) {
        Bytes head = stream.head;
        head[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        auto opener = StreamOpener::with_passphrase("backup", head, passphrase());
        if (!opener) continue;
        INFO("bit " << bit);
        CHECK_FALSE(opener->open(stream.pieces[0]));
    }
    for (std::size_t bit = 0; bit < stream.pieces[1].size() * 8; ++bit) {
        auto opener = StreamOpener::with_passphrase("backup", stream.head, passphrase());
        REQUIRE(opener->open(stream.pieces[0]));
        Bytes piece = stream.pieces[1];
        piece[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        CHECK(opener->open(piece).error().kind == ErrorKind::verification);
        CHECK_FALSE(opener->is_whole());
    }
}

TEST_CASE("a sealed stream: no piece is left out, repeated, exchanged, or taken from another stream; a cut one is not whole") {
    tests::SeededRandom random{4};
    const auto stream = seal_all(StreamSealer::for_passphrase("backup", passphrase(), random, cheap), {"một", "hai", "ba"});
    const auto other = seal_all(StreamSealer::for_passphrase("backup", passphrase(), random, cheap), {"một", "hai", "ba"});
    const auto open_in = [&](const std::vector<Bytes>& pieces) {
        auto opener = StreamOpener::with_passphrase("backup", stream.head, passphrase());
        REQUIRE(opener);
        for (const auto& piece : pieces) {
            if (!opener->open(piece)) return std::string("refused");
        }
        return std::string(opener->is_whole() ? "whole" : "cut");
    };
    const auto& [a, b, c] = std::tie(stream.pieces[0], stream.pieces[1], stream.pieces[2]);
    CHECK(open_in({a, b, c}) == "whole");
    CHECK(open_in({a, b}) == "cut");
    CHECK(open_in({}) == "cut");
    CHECK(open_in({a, c}) == "refused");
    CHECK(open_in({a, a}) == "refused");
    CHECK(open_in({b, a, c}) == "refused");
    CHECK(open_in({a, other.pieces[1], c}) == "refused");
    CHECK(open_in({Bytes(3), b}) == "refused");
    CHECK(open_in({Bytes(sealed_piece_bytes_max + 100)}) == "refused");
}

TEST_CASE("a sealed stream: a head cannot ask for memory beyond the limits") {
    tests::SeededRandom random{5};
    const auto sealed = seal_all(StreamSealer::for_passphrase("backup", passphrase(), random, cheap), {"x"});
    CHECK_FALSE(read_sealed_head(Bytes(sealed_head_bytes_max + 1)));
    CHECK_FALSE(read_sealed_head({}));
    CHECK(tests::dies([] {
        tests::SeededRandom dice{6};
        (void)StreamSealer::for_passphrase("backup", passphrase(), dice, {.operations = 17, .memory_bytes = 8192});
    }));
}

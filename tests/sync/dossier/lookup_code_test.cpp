#include <catch2/catch.hpp>
#include <set>

#include "sync/dossier/base32.hpp"
#include "sync/dossier/lookup_code.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string plain(const LookupCode& code) {
    std::string text = code.text();
    std::erase(text, '-');
    return text;
}

}  // namespace

TEST_CASE("a lookup code is read back as it was printed, and as people type it") {
    SeededRandom random("lookup");
    std::set<std::string> seen;
    for (int round = 0; round < 200; ++round) {
        const LookupCode code = LookupCode::generate(random);
        const std::string text = code.text();
        CHECK(text.size() == 20);
        CHECK(text.find_first_not_of(std::string(symbols) + "-") == text.npos);
        CHECK(seen.insert(text).second);
        CHECK(value_of(LookupCode::parse(text)).text() == text);
        std::string typed = "  ";
        for (const char symbol : text) {
            if (symbol == '0') typed += 'o';
            else if (symbol == '1') typed += random.below(2) == 0 ? 'l' : 'I';
            else if (symbol == 'V') typed += 'u';
            else if (symbol == '-') typed += ' ';
            else typed += symbol >= 'A' ? static_cast<char>(symbol - 'A' + 'a') : symbol;
        }
        CHECK(value_of(LookupCode::parse(typed + " ")).text() == text);
    }
}

TEST_CASE("every single wrong symbol of a lookup code is found, and every two that changed places") {
    SeededRandom random("errors");
    for (int round = 0; round < 20; ++round) {
        const std::string text = plain(LookupCode::generate(random));
        for (std::size_t at = 0; at < text.size(); ++at) {
            for (const char symbol : symbols) {
                if (symbol == text[at]) continue;
                std::string wrong = text;
                wrong[at] = symbol;
                CHECK(kind_of(LookupCode::parse(wrong)) == ErrorKind::usage);
            }
            for (std::size_t other = at + 1; other < text.size(); ++other) {
                if (text[other] == text[at]) continue;
                std::string wrong = text;
                std::swap(wrong[at], wrong[other]);
                CHECK(kind_of(LookupCode::parse(wrong)) == ErrorKind::usage);
            }
        }
    }
}

TEST_CASE("what is no lookup code is refused without repeating it") {
    SeededRandom random("refused");
    const std::string text = LookupCode::generate(random).text();
    for (const std::string& wrong : {std::string(), text.substr(1), text + "0", text + text, text.substr(0, 19) + "!", std::string("----"), "Ô" + text.substr(1)}) {
        const auto parsed = LookupCode::parse(wrong);
        REQUIRE(kind_of(parsed) == ErrorKind::usage);
        CHECK(parsed.error().message.find(text.substr(5, 4)) == std::string::npos);
    }
}

TEST_CASE("a lookup code matches its own hash alone, and uses all its random bits") {
    SeededRandom random("hash");
    const LookupCode code = LookupCode::generate(random), other = LookupCode::generate(random);
    CHECK(code.matches(code.hash()));
    CHECK_FALSE(code.matches(other.hash()));
    CHECK(code.hash() == crypto::sha256(as_bytes(plain(code))));
    struct OneBit final : Random {
        explicit OneBit(std::size_t bit) : bit_(bit) {}
        void fill(std::span<std::byte> target) override {
            REQUIRE(target.size() == 10);
            std::ranges::fill(target, std::byte{0});
            target[bit_ / 8] |= static_cast<std::byte>(128 >> bit_ % 8);
        }
        std::size_t bit_;
    };
    std::set<std::string> seen;
    for (std::size_t bit = 0; bit < 80; ++bit) {
        OneBit one(bit);
        seen.insert(LookupCode::generate(one).text());
    }
    CHECK(seen.size() == 80);
}

TEST_CASE("base32 gives bytes back, and refuses what bytes do not give") {
    SeededRandom random("base32");
    for (std::size_t size = 0; size < 40; ++size) {
        Bytes bytes(size);
        random.fill(bytes);
        CHECK(value_of(from_base32(to_base32(bytes))) == bytes);
    }
    CHECK(to_base32(as_bytes("foobar")) == "CSQPYRK1E8");  // RFC 4648's MZXW6YTBOI in this alphabet
    for (const char* wrong : {"0", "000", "01", "0001", "ZZ!", "0 0"}) CHECK(kind_of(from_base32(wrong)) == ErrorKind::verification);
}

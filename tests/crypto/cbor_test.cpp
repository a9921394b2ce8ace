#include "crypto/cbor.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/crypto/dies.hpp"

using namespace motcua;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

template <class T>
bool refused(std::string_view text) {
    const auto result = cbor::decode<T>(hex(text));
    return !result && result.error().kind == ErrorKind::verification;
}

enum class Color : std::uint8_t { red = 1, blue = 200 };

struct HashTag;
struct Everything {
    std::uint64_t number = 0;
    std::int64_t difference = 0;
    bool yes = false;
    Color color = Color::red;
    std::string name;
    Bytes raw;
    Fixed<HashTag, 4> hash;
    std::optional<std::uint16_t> perhaps;
    std::vector<std::string> list;
    cbor::Item rest;

    bool operator==(const Everything&) const = default;
    template <class A>
    void serialize(A& a) {
        a(number, difference, yes, color, name, raw, hash, perhaps, list, rest);
    }
};

struct Nothing {
    template <class A>
    void serialize(A& a) {
        a();
    }
};

struct Nest {
    std::vector<Nest> inner;
    template <class A>
    void serialize(A& a) {
        a(inner);
    }
};

struct Holder {
    cbor::Item item;
    template <class A>
    void serialize(A& a) {
        a(item);
    }
};

/// Tells how many were made, so that a test sees what decoding allocates.
struct Counted {
    static inline int made = 0;
    std::uint64_t value = 0;
    Counted() { ++made; }
    template <class A>
    void serialize(A& a) {
        a(value);
    }
};

}  // namespace

TEST_CASE("a struct is an array of its items, and comes back equal") {
    const Everything value{.number = 1000000,
                           .difference = -500,
                           .yes = true,
                           .color = Color::blue,
                           .name = "hồ sơ",
                           .raw = hex("00ff"),
                           .hash = {},
                           .perhaps = 65535,
                           .list = {"a", ""},
                           .rest = {hex("82f60a")}};
    const Bytes bytes = cbor::encode(value);
    CHECK(to_hex(bytes) ==
          "8a1a000f42403901f3f518c86868e1bb932073c6a14200ff440000000019ffff82616160"
          "82f60a");
    CHECK(cbor::decode<Everything>(bytes).value() == value);
}

TEST_CASE("nothing in an array of its own is the empty array, and so is a default item") {
    CHECK(to_hex(cbor::encode(Nothing{})) == "80");
    CHECK(to_hex(cbor::encode(cbor::Item{})) == "80");
    CHECK(cbor::decode<Nothing>(hex("80")));
    CHECK(refused<Nothing>("8100"));
}

TEST_CASE("integers take their shortest form at every border") {
    const std::pair<std::uint64_t, const char*> cases[] = {{0, "00"},
                                                           {23, "17"},
                                                           {24, "1818"},
                                                           {255, "18ff"},
                                                           {256, "190100"},
                                                           {65535, "19ffff"},
                                                           {65536, "1a00010000"},
                                                           {4294967295, "1affffffff"},
                                                           {4294967296, "1b0000000100000000"},
                                                           {18446744073709551615U, "1bffffffffffffffff"}};
    for (const auto& [value, text] : cases) {
        CHECK(to_hex(cbor::encode(value)) == text);
        CHECK(cbor::decode<std::uint64_t>(hex(text)).value() == value);
    }
}

TEST_CASE("an integer that does not fit its type is refused") {
    CHECK(cbor::decode<std::uint8_t>(hex("18ff")).value() == 255);
    CHECK(refused<std::uint8_t>("190100"));
    CHECK(refused<std::uint64_t>("20"));
    CHECK(cbor::decode<std::int8_t>(hex("387f")).value() == -128);
    CHECK(refused<std::int8_t>("3880"));
    CHECK(refused<std::int8_t>("1880"));
    CHECK(cbor::decode<std::int64_t>(hex("1b7fffffffffffffff")).value() == std::numeric_limits<std::int64_t>::max());
    CHECK(refused<std::int64_t>("1b8000000000000000"));
    CHECK(cbor::decode<std::int64_t>(hex("3b7fffffffffffffff")).value() == std::numeric_limits<std::int64_t>::min());
    CHECK(refused<std::int64_t>("3b8000000000000000"));
    CHECK(refused<Color>("190100"));
    CHECK(cbor::decode<Color>(hex("07")).value() == static_cast<Color>(7));  // whoever reads it judges the value
}

TEST_CASE("all integers and texts come back") {
    CHECK(rc::check([](std::uint64_t number, std::int64_t difference, const std::vector<std::uint8_t>& raw) {
        RC_ASSERT(cbor::decode<std::uint64_t>(cbor::encode(number)).value() == number);
        RC_ASSERT(cbor::decode<std::int64_t>(cbor::encode(difference)).value() == difference);
        RC_ASSERT(cbor::decode<std::vector<std::uint8_t>>(cbor::encode(raw)).value() == raw);
    }));
}

TEST_CASE("what is not the expected item is refused") {
    CHECK(refused<bool>("00"));
    CHECK(refused<bool>("f6"));
    CHECK(refused<bool>(""));
    CHECK(refused<std::string>("4161"));
    CHECK(refused<Bytes>("6161"));
    CHECK(refused<std::uint64_t>("f5"));
    CHECK(refused<Nothing>("f6"));
    CHECK(refused<Nothing>("a0"));
    CHECK(refused<std::optional<std::uint64_t>>("f7"));
    CHECK(refused<std::vector<std::uint64_t>>("00"));
    using Four = Fixed<HashTag, 4>;
    CHECK(refused<Four>("43000000"));
    CHECK(refused<Four>("450000000000"));
}

TEST_CASE("text that is not UTF-8, trailing bytes and cut input are refused") {
    CHECK(refused<std::string>("62c328"));
    CHECK(refused<cbor::Item>("62c328"));
    CHECK(refused<Nothing>("8000"));
    CHECK(refused<std::string>("6261"));
    CHECK(refused<std::uint64_t>("19ff"));
    CHECK(refused<std::uint64_t>(""));
    CHECK(refused<std::vector<std::uint64_t>>("8201"));
}

TEST_CASE("the error says where and why") {
    const auto result =
        cbor::decode<std::vector<std::uint64_t>>(hex("83010218"
                                                     "17"));
    REQUIRE_FALSE(result);
    CHECK(result.error().message == "CBOR at byte 3: the head is not in its shortest form");
}

TEST_CASE("a count of 2^63 allocates nothing and is refused") {
    Counted::made = 0;
    for (const char* claim : {"9b8000000000000000", "9b7fffffffffffffff", "9bffffffffffffffff", "9affffffff"})
        CHECK(refused<std::vector<Counted>>(claim));
    CHECK(Counted::made == 0);
    for (const char* claim : {"5b8000000000000000", "5bffffffffffffffff", "5affffffff00"}) CHECK(refused<Bytes>(claim));
    for (const char* claim : {"7b8000000000000000", "7bffffffffffffffff", "7affffffff00"})
        CHECK(refused<std::string>(claim));
    for (const char* claim : {"9b8000000000000000", "5b8000000000000000", "7b8000000000000000"})
        CHECK_FALSE(cbor::check(hex(claim)));
}

TEST_CASE("an array grows by the items that are there, not by the count it claims") {
    Counted::made = 0;
    CHECK(refused<std::vector<Counted>>("848101f6f6f6"));
    CHECK(Counted::made == 2);  // the good one and the one that failed
    Counted::made = 0;
    CHECK(refused<std::vector<Counted>>("838101"));  // three items cannot stand in two bytes
    CHECK(Counted::made == 0);
}

TEST_CASE("eight arrays may nest and nine may not") {
    const Bytes eight = hex("8181818181818180");
    const Bytes nine = hex("818181818181818180");
    CHECK(cbor::check(eight));
    CHECK_FALSE(cbor::check(nine));
    CHECK(cbor::decode<cbor::Item>(eight).value().bytes == eight);
    CHECK(cbor::decode<Nest>(eight));
    CHECK_FALSE(cbor::decode<Nest>(nine));
    CHECK_FALSE(cbor::check(Bytes(100000, std::byte{0x81})));
}

TEST_CASE("an item is checked at the depth where it stands") {
    CHECK(cbor::decode<Holder>(hex("8181818181818180")));
    CHECK_FALSE(cbor::decode<Holder>(hex("818181818181818180")));
}

TEST_CASE("an item keeps every kind of the profile and refuses the rest") {
    for (const char* good :
         {"00", "1bffffffffffffffff", "3b7fffffffffffffff", "40", "4101", "60", "80", "8201f6", "f4", "f5", "f6"})
        CHECK(cbor::check(hex(good)));
    for (const char* bad : {"",           "3b8000000000000000",
                            "a0",         "c000",
                            "f7",         "f0",
                            "f820",       "f90000",
                            "fa00000000", "fb0000000000000000",
                            "9fff",       "5fff",
                            "7fff",       "bfff",
                            "ff",         "1c",
                            "1f",         "3e",
                            "5d",         "0000",
                            "81a0",       "81f7"})
        CHECK_FALSE(cbor::check(hex(bad)));
}

TEST_CASE("encoding what could not be decoded ends the process") {
    CHECK(tests::dies([] { (void)cbor::encode(std::string("\xFF")); }));
    CHECK(tests::dies([] { (void)cbor::encode(cbor::Item{Bytes{}}); }));
    CHECK(tests::dies([] { (void)cbor::encode(cbor::Item{Bytes(2)}); }));
}

#include "crypto/bytes.hpp"

#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "tests/crypto/dies.hpp"

using namespace motcua;

namespace {
struct OneTag;
using Four = Fixed<OneTag, 4>;
std::string hex_of(std::string_view text) {
    return to_hex(as_bytes(text));
}
}  // namespace

TEST_CASE("hex goes there and back, and refuses odd lengths and foreign characters") {
    CHECK(to_hex(*from_hex("00ff1aB2")) == "00ff1ab2");
    CHECK(from_hex("")->empty());
    CHECK_FALSE(from_hex("0"));
    CHECK_FALSE(from_hex("0g"));
    CHECK_FALSE(from_hex(" 00 "));
}

TEST_CASE("base64 is RFC 4648's, both ways") {
    const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
    for (const auto& [plain, encoded] : cases) {
        CHECK(to_base64(as_bytes(plain)) == encoded);
        CHECK(as_text(*from_base64(encoded)) == plain);
    }
}

TEST_CASE("base64 accepts the canonical form alone") {
    for (const char* text :
         {"Zg", "Zg=", "Zh==", "Zm9=", "Zg==Zg==", "Z===", "====", "Zm 9v", "Zm9v\n", "-_8=", "Zg==\n", "=Zg="}) {
        CAPTURE(text);
        CHECK_FALSE(from_base64(text));
    }
}

TEST_CASE("any bytes survive hex and base64") {
    CHECK(rc::check([](const std::vector<std::uint8_t>& raw) {
        const ByteView view = std::as_bytes(std::span(raw));
        RC_ASSERT(*from_hex(to_hex(view)) == to_bytes(view));
        RC_ASSERT(*from_base64(to_base64(view)) == to_bytes(view));
    }));
}

TEST_CASE("big-endian integers take as many bytes as asked") {
    Bytes bytes;
    append_be(bytes, 0x0102030405060708, 8);
    append_be(bytes, 0xABCD, 2);
    CHECK(to_hex(bytes) == "0102030405060708abcd");
    CHECK(load_be(ByteView(bytes).first(8)) == 0x0102030405060708);
    CHECK(load_be(ByteView(bytes).subspan(8)) == 0xABCD);
}

TEST_CASE("UTF-8 is checked to the letter of Unicode") {
    for (const char* good :
         {"", "hồ sơ", "\u0000", "\xF0\x90\x85\x91", "\xEF\xBF\xBF", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(hex_of(good));
        CHECK(is_utf8(good));
    }
    for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xED\xA0\x80",
                            "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3",
                            "a\xE1\xBB", "\xF0\x90\x85", "\xC3\x28", "\xE1\xBB\x28"}) {
        CAPTURE(hex_of(bad));
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("control characters are those of C0, DEL and C1") {
    for (const char* bad : {"\n", "a\tb", "\x1B[2J", "\x7F", "ơ\u0080", "\u009B2J", "\u0085"}) {
        CAPTURE(hex_of(bad));
        CHECK(has_control_character(bad));
    }
    // 80 to 9F are also the later bytes of letters.
    for (const char* good : {"", " ", "Phường Ba Đình", "\u00A0", "\u00C2", "Â\u0300", "一"}) {
        CAPTURE(hex_of(good));
        CHECK_FALSE(has_control_character(good));
    }
}

TEST_CASE("a Fixed takes bytes of its own length alone") {
    const Bytes five(5);
    CHECK(Four::from(ByteView(five).first(4)));
    CHECK_FALSE(Four::from(five));
    CHECK_FALSE(Four::from(ByteView(five).first(3)));
}

TEST_CASE("comparing in constant time still compares") {
    CHECK(equal_constant_time(as_bytes("abc"), as_bytes("abc")));
    CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("abd")));
    CHECK_FALSE(equal_constant_time(as_bytes("abc"), as_bytes("ab")));
    CHECK(equal_constant_time({}, {}));
}

TEST_CASE("a broken invariant ends the process") {
    CHECK(tests::dies([] { ensure(false, "this holds"); }));
    CHECK_FALSE(tests::dies([] { ensure(true, "this holds"); }));
}

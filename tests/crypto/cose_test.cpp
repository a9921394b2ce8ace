#include "crypto/cose.hpp"

#include <catch2/catch.hpp>

#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

Bytes hex(std::string_view text) {
    return from_hex(text).value();
}

/// The private key of RFC 8032 test 1.
SigningKey rfc_key() {
    return SigningKey::from_seed(
               Secret::copy_of(hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")))
        .value();
}

/// Made with OpenSSL's Ed25519 and bytes put together by hand.
constexpr std::string_view openssl_envelope =
    "d28443a10127a054546869732069732074686520636f6e74656e742e58406354488f9f290e36cd80e23762e664a5cb03e4267c66a8cffaef7c"
    "66d89a40bf2cbb822243"
    "2a08e5ee410d8b540c6931d26fb6af673f7e2100655d8bae765c04";

}  // namespace

TEST_CASE("an envelope is the same as OpenSSL's, byte for byte") {
    const SigningKey key = rfc_key();
    CHECK(to_hex(sign1(key, as_bytes("This is the content."))) == openssl_envelope);
    const Bytes envelope = hex(openssl_envelope);
    const auto parsed = parse_sign1(envelope);
    REQUIRE(parsed);
    CHECK(as_text(parsed->payload) == "This is the content.");
    CHECK(verify_sign1(key.public_key(), *parsed));
}

TEST_CASE("an envelope comes back at every width of the payload's head") {
    const SigningKey key = rfc_key();
    for (const std::size_t size : {0U, 1U, 23U, 24U, 25U, 255U, 256U, 257U, 65535U, 65536U, 70000U}) {
        const Bytes payload(size, std::byte{0x5A});
        const Bytes envelope = sign1(key, payload);
        const auto parsed = parse_sign1(envelope);
        REQUIRE(parsed);
        CHECK(to_bytes(parsed->payload) == payload);
        CHECK(parsed->payload.data() >= envelope.data());
        CHECK(verify_sign1(key.public_key(), *parsed));
    }
}

TEST_CASE("an envelope with any byte changed is refused or does not verify") {
    const SigningKey key = rfc_key();
    const Bytes envelope = hex(openssl_envelope);
    for (std::size_t index = 0; index < envelope.size(); ++index) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            Bytes changed = envelope;
            changed[index] ^= static_cast<std::byte>(1U << bit);
            const auto parsed = parse_sign1(changed);
            CHECK_FALSE((parsed && verify_sign1(key.public_key(), *parsed)));
        }
    }
}

TEST_CASE("an envelope cut short or made longer is refused") {
    const Bytes envelope = hex(openssl_envelope);
    for (std::size_t size = 0; size < envelope.size(); ++size) CHECK_FALSE(parse_sign1(ByteView(envelope).first(size)));
    Bytes longer = envelope;
    longer.push_back(std::byte{0});
    CHECK_FALSE(parse_sign1(longer));
}

TEST_CASE("the payload's head is the shortest and the payload is a byte string") {
    const std::string end = "5840" + std::string(128, '0');
    CHECK(
        parse_sign1(hex("d28443a10127a0"
                        "4161" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a0"
                        "580161" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a0"
                        "59000161" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a0"
                        "6161" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a0"
                        "f6" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a0"
                        "5f4161ff" +
                        end)));
    CHECK_FALSE(parse_sign1(hex("d28443a10127a0" + end)));
    CHECK_FALSE(
        parse_sign1(hex("8443a10127a0"
                        "4161" +
                        end)));
    CHECK_FALSE(
        parse_sign1(hex("d28443a10127a1044131"
                        "4161" +
                        end)));
}

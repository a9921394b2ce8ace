#include "crypto/signature.hpp"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "crypto/hash.hpp"
#include "tests/crypto/dies.hpp"
#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {
Bytes hex(std::string_view text) {
    return from_hex(text).value();
}
}  // namespace

TEST_CASE("SHA-256 is FIPS 180's, in one part or many") {
    CHECK(to_hex(sha256(as_bytes("abc")).view()) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256({as_bytes("a"), {}, as_bytes("bc")}).view()) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256(ByteView{}).view()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(to_hex(sha256(Bytes(1000000, std::byte{'a'})).view()) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("many threads hash, sign and verify at once") {
    tests::SeededRandom random;
    const SigningKey key = SigningKey::generate(random);
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int thread = 0; thread < 4; ++thread) {
            threads.emplace_back([&key, &wrong, thread] {
                const std::string message = "message of thread " + std::to_string(thread);
                const Hash expected = sha256(as_bytes(message));
                for (int round = 0; round < 50; ++round) {
                    wrong += sha256({as_bytes(message)}) != expected;
                    wrong += !verify(key.public_key(), as_bytes(message), key.sign(as_bytes(message)));
                }
            });
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("Ed25519 makes and verifies the signatures of RFC 8032 section 7.1") {
    struct Case {
        const char *seed, *key, *message, *signature;
    };
    const Case cases[] = {{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                           "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                           "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf"
                           "9b46bd25bf5f0595bbe24655141438e7a100b"},
                          {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                           "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f"
                           "11d8c387b2eaeb4302aeeb00d291612bb0c00"},
                          {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                           "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                           "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984"
                           "dc6594a7c15e9716ed28dc027beceea1ec40a"}};
    for (const Case& each : cases) {
        const auto key = SigningKey::from_seed(Secret::copy_of(hex(each.seed)));
        REQUIRE(key);
        CHECK(to_hex(key->public_key().view()) == each.key);
        const Bytes message = hex(each.message);
        const Signature signature = key->sign(message);
        CHECK(to_hex(signature.view()) == each.signature);
        CHECK(verify(key->public_key(), message, signature));
        Bytes longer = message;
        longer.push_back(std::byte{0});
        CHECK_FALSE(verify(key->public_key(), longer, signature));
    }
}

TEST_CASE("a signature with any bit turned does not verify") {
    tests::SeededRandom random;
    const SigningKey key = SigningKey::generate(random);
    const Signature signature = key.sign(as_bytes("the act"));
    for (std::size_t bit = 0; bit < 8 * Signature::size; ++bit) {
        Signature turned = signature;
        turned.bytes[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
        CHECK_FALSE(verify(key.public_key(), as_bytes("the act"), turned));
    }
}

TEST_CASE("a signing key comes back from its own seed, and from no other length") {
    tests::SeededRandom random;
    const SigningKey key = SigningKey::generate(random);
    CHECK(SigningKey::from_seed(key.seed())->public_key() == key.public_key());
    CHECK_FALSE(SigningKey::from_seed(Secret(31)));
    CHECK_FALSE(SigningKey::from_seed(Secret(64)));
    CHECK(SigningKey::generate(random).public_key() != key.public_key());
}

TEST_CASE("keys of small order verify nothing") {
    const PublicKey zero{};
    CHECK_FALSE(verify(zero, as_bytes("m"), Signature{}));
    PublicKey identity{};
    identity.bytes[0] = std::byte{1};
    Signature of_identity{};
    of_identity.bytes[0] = std::byte{1};  // R = identity, S = 0: holds for every message under a lax rule
    CHECK_FALSE(verify(identity, as_bytes("m"), of_identity));
}

TEST_CASE("a secret starts as zeros, moves, and its memory is gone with it") {
    Secret secret(40);
    CHECK(to_bytes(secret.view()) == Bytes(40));
    secret.writable()[0] = std::byte{7};
    const Secret moved = std::move(secret);
    CHECK(moved.view()[0] == std::byte{7});
    CHECK(tests::dies([] {
        const std::byte* place = nullptr;
        {
            const Secret short_lived = Secret::copy_of(as_bytes("a passphrase"));
            place = short_lived.view().data();
        }
        if (*const_cast<const volatile std::byte*>(place) == std::byte{'a'}) _exit(0);
    }));
    CHECK(Secret(0).view().empty());
}

TEST_CASE("reading past a secret's end ends the process") {
    CHECK(tests::dies([] {
        const Secret secret(32);
        const auto* end = const_cast<const volatile std::byte*>(secret.view().data()) + 32;
        if (*end == std::byte{0}) _exit(0);
        _exit(0);
    }));
}

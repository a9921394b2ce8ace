#include "crypto/key_file.hpp"

#include <catch2/catch.hpp>

#include "crypto/cbor.hpp"
#include "crypto/noise.hpp"
#include "crypto/signature.hpp"
#include "tests/crypto/dies.hpp"
#include "tests/crypto/seeded_random.hpp"

using namespace motcua;
using namespace motcua::crypto;

namespace {

constexpr KdfCost cheap{.operations = 1, .memory_bytes = 8192};

struct Officer {
    tests::SeededRandom random{3};
    SigningKey key = SigningKey::generate(random);
    KeyLabel label{.role = KeyRole::officer, .name = "Nguyễn Thị Một", .public_key = to_bytes(key.public_key().view())};
    Secret passphrase = Secret::copy_of(as_bytes("một cửa"));
};

ErrorKind kind_of(const Result<Secret>& result) {
    REQUIRE_FALSE(result);
    return result.error().kind;
}

struct SaltTag;
struct Kdf {
    std::uint64_t operations, memory_bytes;
    Fixed<SaltTag, 16> salt;
    template <class A>
    void serialize(A& a) {
        a(operations, memory_bytes, salt);
    }
};

/// The eight items as anyone could write them.
struct RawFile {
    std::string magic = "motcua key";
    std::uint64_t version = 1, role = 1;
    std::string name{};
    Bytes public_key = Bytes(32);
    std::optional<Kdf> kdf{};
    Bytes nonce{}, sealed = Bytes(32);
    template <class A>
    void serialize(A& a) {
        a(magic, version, role, name, public_key, kdf, nonce, sealed);
    }
};

}  // namespace

TEST_CASE("a key opens with its passphrase and no other") {
    Officer officer;
    const Bytes file = seal_key(officer.label, officer.key.seed(), &officer.passphrase, officer.random, cheap);
    const auto opened = open_key(file, &officer.passphrase);
    REQUIRE(opened);
    CHECK(SigningKey::from_seed(*opened)->public_key() == officer.key.public_key());
    const Secret wrong = Secret::copy_of(as_bytes("một cửb"));
    CHECK(kind_of(open_key(file, &wrong)) == ErrorKind::refused);
    const Secret empty(0);
    CHECK(kind_of(open_key(file, &empty)) == ErrorKind::refused);
    CHECK(kind_of(open_key(file, nullptr)) == ErrorKind::refused);
}

TEST_CASE("the label is readable without the passphrase") {
    Officer officer;
    const auto sealed =
        read_key_label(seal_key(officer.label, officer.key.seed(), &officer.passphrase, officer.random, cheap));
    REQUIRE(sealed);
    CHECK(sealed->label == officer.label);
    CHECK(sealed->has_passphrase);
    const auto bare = read_key_label(seal_key(officer.label, officer.key.seed(), nullptr, officer.random));
    REQUIRE(bare);
    CHECK(bare->label == officer.label);
    CHECK_FALSE(bare->has_passphrase);
}

TEST_CASE("a key without a passphrase opens as it is, a Noise key too") {
    Officer officer;
    CHECK(open_key(seal_key(officer.label, officer.key.seed(), nullptr, officer.random), nullptr));
    const NoiseKeyPair noise = NoiseKeyPair::generate(officer.random);
    const KeyLabel label{.role = KeyRole::noise, .name = "", .public_key = to_bytes(noise.public_key().view())};
    const auto opened = open_key(seal_key(label, noise.secret(), nullptr, officer.random), nullptr);
    REQUIRE(opened);
    CHECK(equal_constant_time(opened->view(), noise.secret().view()));
}

TEST_CASE("a key file with any bit changed does not open") {
    Officer officer;
    for (const Secret* passphrase :
         {static_cast<const Secret*>(&officer.passphrase), static_cast<const Secret*>(nullptr)}) {
        const Bytes file = seal_key(officer.label, officer.key.seed(), passphrase, officer.random, cheap);
        const std::size_t name_starts = 14;
        const std::size_t name_ends = name_starts + officer.label.name.size() + 1;
        for (std::size_t index = 0; index < file.size(); ++index) {
            // In the clear, nothing vouches for an Ed25519 key's name and role; the caller compares the label.
            if (passphrase == nullptr && index >= name_starts - 1 && index < name_ends) continue;
            Bytes changed = file;
            changed[index] ^= std::byte{1};
            CAPTURE(index);
            CHECK_FALSE(open_key(changed, passphrase));
        }
        for (std::size_t size = 0; size < file.size(); ++size)
            CHECK_FALSE(open_key(ByteView(file).first(size), passphrase));
    }
}

TEST_CASE("two seals of one key differ in everything random") {
    Officer officer;
    const Bytes one = seal_key(officer.label, officer.key.seed(), &officer.passphrase, officer.random, cheap);
    const Bytes two = seal_key(officer.label, officer.key.seed(), &officer.passphrase, officer.random, cheap);
    CHECK(one.size() == two.size());
    CHECK(one != two);
}

TEST_CASE("parameters that would eat the machine are refused before any memory is spent") {
    const Secret passphrase = Secret::copy_of(as_bytes("x"));
    const auto open_with = [&](std::uint64_t operations, std::uint64_t memory_bytes) {
        RawFile file{.name = "", .kdf = Kdf{operations, memory_bytes, {}}, .nonce = Bytes(24), .sealed = Bytes(48)};
        return kind_of(open_key(cbor::encode(file), &passphrase));
    };
    CHECK(open_with(1, 8192) == ErrorKind::refused);  // within the limits: tried, and wrong
    CHECK(open_with(17, 8192) == ErrorKind::verification);
    CHECK(open_with(UINT64_MAX, 8192) == ErrorKind::verification);
    CHECK(open_with(1, (1ULL << 30U) + 1) == ErrorKind::verification);
    CHECK(open_with(1, UINT64_MAX) == ErrorKind::verification);
    CHECK(open_with(1, 8191) == ErrorKind::verification);
    CHECK(open_with(0, 8192) == ErrorKind::verification);
}

TEST_CASE("a file that is no key file is refused") {
    const auto refused = [](const RawFile& file) { return !read_key_label(cbor::encode(file)); };
    CHECK_FALSE(refused(RawFile{}));
    CHECK(refused(RawFile{.magic = "motcua kez"}));
    CHECK(refused(RawFile{.version = 2}));
    CHECK(refused(RawFile{.role = 0}));
    CHECK(refused(RawFile{.role = 7}));
    CHECK(refused(RawFile{.public_key = Bytes(31)}));
    CHECK(refused(RawFile{.nonce = Bytes(24)}));
    CHECK(refused(RawFile{.sealed = Bytes(48)}));
    CHECK(refused(RawFile{.kdf = Kdf{1, 8192, {}}}));
    CHECK_FALSE(open_key(cbor::encode(RawFile{}), nullptr));  // the public key is not that of the secret
}

TEST_CASE("a secret that is not the label's ends the process instead of being stored") {
    CHECK(tests::dies([] {
        Officer officer;
        (void)seal_key(officer.label, Secret(32), nullptr, officer.random);
    }));
}

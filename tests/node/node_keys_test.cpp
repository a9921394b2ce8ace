#include <catch2/catch.hpp>

#include "node/clock.hpp"
#include "node/keys.hpp"
#include "node/verify_pool.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

void write_officer(const std::filesystem::path& directory, const std::string& name, const crypto::Secret* passphrase = nullptr) {
    std::filesystem::create_directories(directory / "keys");
    SeededRandom random("seal " + name);
    const auto key = signing_key(name);
    const crypto::KeyLabel label{.role = crypto::KeyRole::officer, .name = name, .public_key = to_bytes(key.public_key().view())};
    value_of(node::write_key(node::key_path(directory, crypto::KeyRole::officer, key.public_key().view()), label, key.seed(), passphrase, random));
}

}  // namespace

TEST_CASE("keys: a key file is private, opens with its passphrase alone, and is never replaced") {
    Folder folder;
    const auto passphrase = crypto::Secret::copy_of(as_bytes("một hai ba"));
    const auto wrong = crypto::Secret::copy_of(as_bytes("bốn"));
    write_officer(folder.path(), "Lan", &passphrase);
    const auto file = node::key_path(folder.path(), crypto::KeyRole::officer, signing_key("Lan").public_key().view());
    CHECK(file.filename().string() == "officer-" + to_hex(signing_key("Lan").public_key().view().first(8)) + ".key");
    CHECK(std::filesystem::status(file).permissions() == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(value_of(node::load_signing_key(file, &passphrase)).public_key() == signing_key("Lan").public_key());
    CHECK(kind_of(node::load_signing_key(file, &wrong)) == ErrorKind::refused);
    CHECK(kind_of(node::load_signing_key(file, nullptr)) == ErrorKind::refused);
    CHECK(kind_of(node::load_signing_key(folder.path() / "none.key", nullptr)) == ErrorKind::not_found);
    SeededRandom random("again");
    const crypto::KeyLabel label{.role = crypto::KeyRole::officer, .name = "Lan", .public_key = to_bytes(signing_key("Lan").public_key().view())};
    CHECK(kind_of(node::write_key(file, label, signing_key("Lan").seed(), nullptr, random)) == ErrorKind::refused);
    CHECK(value_of(node::load_signing_key(file, &passphrase)).public_key() == signing_key("Lan").public_key());
}

TEST_CASE("keys: the only officer is picked unnamed, one of several by name") {
    Folder folder;
    CHECK(kind_of(node::pick_officer(folder.path(), std::nullopt)) == ErrorKind::not_found);
    write_officer(folder.path(), "Lan");
    CHECK(value_of(node::pick_officer(folder.path(), std::nullopt)).sealed.label.name == "Lan");
    write_officer(folder.path(), "An");
    const auto several = node::pick_officer(folder.path(), std::nullopt);
    REQUIRE(!several);
    CHECK(several.error().kind == ErrorKind::refused);
    CHECK(several.error().message.find("\"An\", \"Lan\"") != std::string::npos);
    CHECK(value_of(node::pick_officer(folder.path(), "An")).sealed.label.name == "An");
    CHECK(kind_of(node::pick_officer(folder.path(), "Nam")) == ErrorKind::not_found);
}

TEST_CASE("verify pool: finds the first bad signature, wherever it is and however many threads look") {
    const auto key = signing_key("signer");
    std::vector<sync::SignedMessage> messages;
    for (std::uint64_t index = 0; index < 300; ++index) {
        Bytes message;
        append_be(message, index, 8);
        messages.push_back({key.public_key(), message, key.sign(message)});
    }
    for (const unsigned threads : {1U, 2U, 5U}) {
        node::VerifyPool pool(threads);
        CHECK(!pool.first_bad({}));
        CHECK(!pool.first_bad(messages));
        for (const std::size_t bad : {0U, 5U, 12U, 299U}) {
            auto spoiled = messages;
            spoiled[bad].signature.bytes[3] ^= std::byte{1};
            spoiled[299].message.push_back(std::byte{0});
            CHECK(pool.first_bad(spoiled) == bad);
            CHECK(pool.first_bad(std::span(spoiled).first(bad)) == std::nullopt);
        }
    }
}

TEST_CASE("clock: the system's clocks tell a time, the monotonic one never runs back, randomness differs") {
    const node::SystemClock clock;
    CHECK(clock.wall() > sync::WallTime(std::chrono::sys_days(std::chrono::year{2025} / 1 / 1)));
    const auto before = clock.mono();
    CHECK(clock.mono() >= before);
    node::SystemRandom random;
    Bytes a(32), b(32);
    random.fill(a), random.fill(b);
    CHECK(a != b);
}

#include "node/keep/backup.hpp"

#include <catch2/catch.hpp>

#include "node/fence.hpp"
#include "node/store/schema.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

/// A city and a commune with two dossiers, backed up while it is open.
struct BackedUp : Places {
    crypto::Secret passphrase = crypto::Secret::copy_of(as_bytes("giữ kín"));
    std::filesystem::path file = folder.path() / "sao-luu.motcua";
    node::BackupManifest manifest;

    BackedUp() {
        make_city();
        auto city = open("city");
        enrol(city, "badinh", "H26.00004");
        auto node = open("badinh");
        record(node, receive("H26.00004-250101-0001"));
        record(node, receive("H26.00004-250101-0002", "Lê Thị Bưởi"));
        manifest = value_of(node::back_up(directory("badinh"), file, sealer(), clock, random));
    }
    crypto::StreamSealer sealer() { return crypto::StreamSealer::for_passphrase("backup", passphrase, random, {.operations = 1, .memory_bytes = 8192}); }
    void record(node::Node& node, const node::Entry& entry) {
        value_of(node.begin());
        value_of(node.record(officer("badinh"), std::span(&entry, 1)));
        value_of(node.commit());
    }
    [[nodiscard]] node::OpeningKey key() const { return &passphrase; }
};

}  // namespace

TEST_CASE("backup: taken beside the open node, it is one moment, and no name in it can be read without the passphrase") {
    BackedUp at;
    CHECK(at.manifest.own_size == 3);  // open, two receptions
    const auto bytes = Places::read_text(at.file);
    CHECK(bytes.find("Bưởi") == std::string::npos);
    CHECK(bytes.find("H26") == std::string::npos);
    const auto verified = value_of(node::verify_backup(at.file, at.key(), at.checker, at.random));
    CHECK(verified.report.findings.all().empty());
    CHECK(verified.manifest.own_size == at.manifest.own_size);
    // Nothing in the clear stays beside it.
    for (const auto& entry : std::filesystem::directory_iterator(at.folder.path())) CHECK(entry.path().filename().string().find("sao-luu.motcua.") == std::string::npos);
}

TEST_CASE("backup: restored, it has every act, and neither the fence nor the witness") {
    BackedUp at;
    value_of(node::restore_backup(at.file, at.key(), at.directory("again"), at.random));
    auto reader = value_of(node::Reader::open(at.directory("again")));
    CHECK(value_of(reader.log_of_origin(at.manifest.origin))->head.size() == 3);
    CHECK_FALSE(std::filesystem::exists(at.directory("again") / node::fence_file_name));
    CHECK_FALSE(std::filesystem::exists(at.directory("again") / node::witness_file_name));
    CHECK(std::filesystem::exists(at.directory("again") / "keys" / "log.key"));
    const auto mode = std::filesystem::status(at.directory("again") / node::database_file_name).permissions();
    CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) == std::filesystem::perms::none);
}

TEST_CASE("backup: never over another file, and nothing is restored over a node") {
    BackedUp at;
    CHECK(node::back_up(at.directory("badinh"), at.file, at.sealer(), at.clock, at.random).error().kind == ErrorKind::refused);
    CHECK(node::restore_backup(at.file, at.key(), at.directory("badinh"), at.random).error().kind == ErrorKind::refused);
}

TEST_CASE("backup: a wrong passphrase, a flipped bit anywhere and a cut anywhere make nothing") {
    BackedUp at;
    const auto wrong = crypto::Secret::copy_of(as_bytes("giu kin"));
    CHECK(node::restore_backup(at.file, node::OpeningKey(&wrong), at.directory("again"), at.random).error().kind == ErrorKind::refused);
    const auto whole = Places::read_text(at.file);
    const auto damaged = at.folder.path() / "damaged";
    const auto restore = [&](const std::string& bytes) {
        std::ofstream(damaged, std::ios::binary | std::ios::trunc) << bytes;
        const auto restored = node::restore_backup(damaged, at.key(), at.directory("again"), at.random);
        CHECK_FALSE(std::filesystem::exists(at.directory("again")));
        return restored.has_value();
    };
    std::mt19937_64 dice(7);
    for (int round = 0; round < 60; ++round) {
        auto bytes = whole;
        const auto place = static_cast<std::size_t>(dice() % bytes.size());
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << (dice() % 8)));
        INFO("byte " << place << " of " << bytes.size());
        CHECK_FALSE(restore(bytes));
        CHECK_FALSE(restore(whole.substr(0, place)));
    }
    CHECK_FALSE(restore(whole + "x"));
}

TEST_CASE("backup: what is damaged inside is found without restoring it") {
    BackedUp at;
    {
        auto database = value_of(node::Database::open(at.directory("badinh") / node::database_file_name, node::Database::Mode::write, node::main_schema));
        value_of(database.execute("UPDATE entry SET envelope = zeroblob(length(envelope)) WHERE id = (SELECT max(id) FROM entry)"));
    }
    const auto file = at.folder.path() / "later";
    value_of(node::back_up(at.directory("badinh"), file, at.sealer(), at.clock, at.random));
    CHECK_FALSE(value_of(node::verify_backup(file, at.key(), at.checker, at.random)).report.findings.all().empty());
}

#include <catch2/catch.hpp>

#include "node/audit/verify.hpp"
#include "node/store/schema.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Database;

namespace {

/// The tables as version 2 of the program made them: never edit.
constexpr const char* tables_of_version_2 = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, origin TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL,
  class INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, nodes BLOB NOT NULL, last_leaf BLOB NOT NULL,
  registry_size INTEGER NOT NULL, announced INTEGER, accused TEXT, proven INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE entry (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE body (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE missing_body (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE inbox_entry (id INTEGER PRIMARY KEY, act INTEGER NOT NULL, other BLOB) STRICT;
CREATE UNIQUE INDEX inbox_entry_act ON inbox_entry (act, id >> 40);
CREATE TABLE foreign_act (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint (
  log INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (log, size)) STRICT, WITHOUT ROWID;
CREATE TABLE cosignature (
  log INTEGER NOT NULL, cosigner TEXT NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL, line TEXT NOT NULL,
  PRIMARY KEY (log, cosigner, size)) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  number INTEGER PRIMARY KEY, log BLOB NOT NULL, ours TEXT NOT NULL, theirs TEXT NOT NULL, cause TEXT NOT NULL,
  UNIQUE (log, ours, theirs, cause)) STRICT;
INSERT INTO meta (key, value) VALUES ('views', '1');
)sql";
constexpr const char* views_of_version_2 = R"sql(
CREATE TABLE dossier (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, code TEXT, status INTEGER NOT NULL, office TEXT,
  received_ms INTEGER NOT NULL, lookup BLOB, state BLOB NOT NULL) STRICT;
CREATE INDEX dossier_code ON dossier (code, id);
CREATE INDEX dossier_lookup ON dossier (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX dossier_received ON dossier (received_ms, status, id);
CREATE TABLE verdict (id INTEGER PRIMARY KEY, standing INTEGER NOT NULL, reason INTEGER NOT NULL) STRICT;
CREATE INDEX verdict_waiting ON verdict (id) WHERE standing = 2;
CREATE TABLE admission (key BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;
CREATE TABLE report_place (
  number INTEGER PRIMARY KEY, office TEXT NOT NULL, since_day INTEGER NOT NULL, unit TEXT NOT NULL, field TEXT NOT NULL,
  UNIQUE (office, since_day, unit, field)) STRICT;
CREATE TABLE report_case (
  dossier INTEGER PRIMARY KEY, place INTEGER NOT NULL, received_day INTEGER NOT NULL, finished_day INTEGER, due_ms INTEGER,
  watch_ms INTEGER, changes BLOB NOT NULL) STRICT;
CREATE INDEX report_case_finished ON report_case (finished_day, watch_ms);
CREATE TABLE report_sum (
  span INTEGER NOT NULL, first_day INTEGER NOT NULL, place INTEGER NOT NULL, tally BLOB NOT NULL,
  PRIMARY KEY (span, first_day, place)) STRICT, WITHOUT ROWID;
CREATE TABLE given_code (code TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE imported (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE imported_case (
  key BLOB PRIMARY KEY, dossier BLOB NOT NULL, act BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql";
constexpr node::Schema version_2{.application_id = 0x6d637561, .version = 2, .tables = tables_of_version_2, .views = views_of_version_2};

/// What is in the directory's database, as the older program would have left it.
void make_older(const std::filesystem::path& directory) {
    const auto file = directory / node::database_file_name, older = directory / "older.db";
    {
        auto database = value_of(Database::open(older, Database::Mode::create_or_write, version_2));
        value_of(database.execute(("ATTACH '" + file.string() + "' AS newer; BEGIN; DELETE FROM meta; INSERT INTO meta SELECT * FROM newer.meta;"
            "INSERT INTO evidence (number, log, ours, theirs, cause) SELECT number, log, ours, theirs, cause FROM newer.evidence;").c_str()));
        for (const char* table : {"log", "entry", "body", "missing_body", "inbox_entry", "foreign_act", "checkpoint", "cosignature", "dossier", "verdict", "admission",
                                  "report_place", "report_case", "report_sum", "given_code", "imported", "imported_case"}) {
            const std::string name = table;
            value_of(database.execute(("INSERT INTO " + name + " SELECT * FROM newer." + name).c_str()));
        }
        value_of(database.execute("COMMIT; DETACH newer"));
    }
    for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + suffix);
    std::filesystem::rename(older, file);
}

std::string version_of(const std::filesystem::path& file) {
    // A version that is written in the file's header, bytes 60 to 63 (SQLite's file format).
    const auto bytes = Places::read_text(file);
    return std::to_string(load_be(as_bytes(bytes).subspan(60, 4)));
}

struct OlderTown : Places {
    sync::Hash digest;
    OlderTown() {
        make_city();
        auto city = open("city");
        enrol(city, "badinh", "H26.00004");
        {
            auto badinh = open("badinh");
            value_of(record_alone(badinh, officer("badinh"), {receive("H26.00004-251009-0001")}));
            value_of(badinh.begin());
            value_of(badinh.keep_evidence({.log = city.log_id(), .ours = "a", .theirs = "b", .cause = "c"}));
            value_of(badinh.commit());
            digest = value_of(badinh.reader().state_digest());
        }
        make_older(directory("badinh"));
    }
    [[nodiscard]] std::filesystem::path database() const { return directory("badinh") / node::database_file_name; }
};

}  // namespace

TEST_CASE("upgrade: an older node's database is brought up to date when the node starts, after a copy was made") {
    OlderTown town;
    REQUIRE(version_of(town.database()) == "2");
    const auto reader = node::Reader::open(town.directory("badinh"));
    REQUIRE_FALSE(reader);
    CHECK(reader.error().kind == ErrorKind::refused);
    CHECK(reader.error().message.find("older") != std::string::npos);
    {
        auto badinh = town.open("badinh");
        CHECK(value_of(badinh.reader().state_digest()) == town.digest);
        CHECK(value_of(badinh.reader().evidence()).front().cause == "c");
        value_of(record_alone(badinh, town.officer("badinh"), {town.receive("H26.00004-251009-0002")}));
    }
    CHECK(version_of(town.database()) == std::to_string(node::main_schema.version));
    CHECK(version_of(town.database().string() + ".v2") == "2");
    const auto report = value_of(node::verify_directory(town.directory("badinh"), std::nullopt, town.checker, [](std::string_view, std::uint64_t) {}));
    for (const auto& finding : report.findings.all()) CHECK(finding.cause.find("evidence") != std::string::npos);
    // Started again, nothing more happens.
    const auto copy_before = Places::read_text(town.database().string() + ".v2");
    { auto badinh = town.open("badinh"); }
    CHECK(Places::read_text(town.database().string() + ".v2") == copy_before);
    CHECK_FALSE(std::filesystem::exists(town.database().string() + ".v2-2"));
    // The copy is what the older program reads.
    std::filesystem::remove(town.database());
    std::filesystem::rename(town.database().string() + ".v2", town.database());
    auto older = value_of(Database::open(town.database(), Database::Mode::read_only, version_2));
    auto count = value_of(older.prepare("SELECT count(*) FROM entry WHERE id >> 40 = (SELECT number FROM log l JOIN meta m ON m.key = 'log' AND m.value = l.origin)"));
    REQUIRE(value_of(count.step()));
    CHECK(count.integer(0) == 2);
}

TEST_CASE("upgrade: every table is as the program would make it anew") {
    OlderTown town;
    { auto badinh = town.open("badinh"); }
    Folder folder;
    { value_of(node::Store::open(folder.path())); }
    const auto columns_of = [](const std::filesystem::path& directory) {
        auto database = value_of(Database::open(directory / node::database_file_name, Database::Mode::read_only, node::main_schema));
        auto statement = value_of(database.prepare("SELECT m.name || ' ' || p.cid || ' ' || p.name || ' ' || p.type || ' ' || p.\"notnull\" || ' ' || p.pk "
                                                   "FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1"));
        std::vector<std::string> columns;
        while (value_of(statement.step())) columns.emplace_back(statement.text(0));
        return columns;
    };
    CHECK(columns_of(town.directory("badinh")) == columns_of(folder.path()));
}

TEST_CASE("upgrade: where no copy can be made, and of a newer file, nothing is changed") {
    OlderTown town;
    SECTION("no copy") {
        std::filesystem::create_directory(town.database().string() + ".upgrade");
        std::filesystem::create_directory(town.database().string() + ".upgrade/full");
        CHECK_FALSE(node::Node::open(town.directory("badinh"), nullptr, town.environment()));
        CHECK(version_of(town.database()) == "2");
        CHECK_FALSE(std::filesystem::exists(town.database().string() + ".v2"));
    }
    SECTION("newer") {
        { value_of(value_of(Database::open(town.database(), Database::Mode::write, version_2)).execute("PRAGMA user_version = 99")); }
        const auto opened = node::Node::open(town.directory("badinh"), nullptr, town.environment());
        REQUIRE_FALSE(opened);
        CHECK(opened.error().kind == ErrorKind::refused);
        CHECK(opened.error().message.find("newer") != std::string::npos);
        CHECK(version_of(town.database()) == "99");
    }
}

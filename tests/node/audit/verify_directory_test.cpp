#include <catch2/catch.hpp>

#include "node/store/witness.hpp"
#include "tests/node/audit/audited_city.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::FindingPlace;

namespace {

/// One stored value, put back when this goes.
class Cell {
  public:
    Cell(node::Database& database, std::string table, std::string column, std::int64_t row) : database_(&database) {
        // Both kinds of table have their rows in key order; the row's number in it is as good a name as any.
        const std::string key = table == "checkpoint" ? "log, size" : table == "cosignature" ? "log, cosigner, size" : table == "log" ? "number" : "id";
        where_ = " WHERE (" + key + ") = (SELECT " + key + " FROM " + table + "_kept LIMIT 1 OFFSET " + std::to_string(row) + ")";
        value_of(database.execute(("CREATE TEMP TABLE IF NOT EXISTS " + table + "_kept AS SELECT * FROM main." + table + " ORDER BY " + key).c_str()));
        table_ = std::move(table);
        column_ = std::move(column);
        offset_ = row;
        auto statement = value_of(database.prepare("SELECT CAST(" + column_ + " AS BLOB), typeof(" + column_ + ") FROM " + table_ + "_kept LIMIT 1 OFFSET " + std::to_string(row)));
        ensure(value_of(statement.step()), "the row is there");
        bytes = to_bytes(statement.blob(0));
        type = statement.text(1);
    }
    /// False where the database itself refuses it: another row has that key.
    [[nodiscard]] bool set(const Bytes& value) {
        return set_to("CAST(? AS " + std::string(type == "text" ? "TEXT" : type == "integer" ? "INTEGER" : "BLOB") + ")", value);
    }
    /// Every other cell of the row may be part of the key, so the whole row is put back.
    void restore() {
        value_of(database_->execute(("DELETE FROM " + table_ + "; INSERT INTO " + table_ + " SELECT * FROM " + table_ + "_kept").c_str()));
    }
    Bytes bytes;
    std::string type;

  private:
    bool set_to(const std::string& expression, const Bytes& value) {
        auto statement = value_of(database_->prepare("UPDATE " + table_ + " SET " + column_ + " = " + expression + where_));
        return statement.bind(value).run().has_value();
    }
    node::Database* database_;
    std::string table_, column_, where_;
    std::int64_t offset_ = 0;
};

std::int64_t count_of(node::Database& database, const std::string& table) {
    auto statement = value_of(database.prepare("SELECT count(*) FROM " + table));
    ensure(value_of(statement.step()), "a count is a row");
    return statement.integer(0);
}

}  // namespace

TEST_CASE("verify finds nothing wrong with an honest city and an honest commune") {
    AuditedCity scene;
    for (const char* name : {"city", "first"}) {
        const auto report = scene.verify(name);
        CAPTURE(name, text_of(report));
        CHECK(report.findings.all().empty());
    }
    const auto report = scene.verify();
    REQUIRE(report.logs.size() == 3);
    const auto commune = std::ranges::find(report.logs, scene.commune_origin, &node::AuditedLog::origin);
    REQUIRE(commune != report.logs.end());
    CHECK(commune->size >= 10);
    CHECK(commune->cosignatures == 3);
    CHECK(commune->checkpoints >= 3);
}

TEST_CASE("verify takes one log where it is asked to, and knows no other names") {
    AuditedCity scene;
    CHECK(scene.verify("city", scene.commune_origin).logs.size() == 2);
    const auto unknown = node::verify_directory(scene.places.directory("city"), "motcua/H26/nobody", scene.places.checker, {});
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().kind == ErrorKind::not_found);
}

TEST_CASE("any flipped bit of a stored act, body, checkpoint, cosignature or head is found") {
    AuditedCity scene;
    auto database = scene.tamper();
    struct Target {
        const char *table, *column;
        bool every_byte;
    };
    // A table's first rows byte by byte, the others at places drawn by seed.
    SeededRandom random("flips");
    for (const auto& target : {Target{"entry", "envelope", true}, Target{"checkpoint", "note", true}, Target{"checkpoint", "root", false},
                               Target{"checkpoint", "size", false}, Target{"cosignature", "line", true}, Target{"cosignature", "cosigner", false},
                               Target{"cosignature", "size", false}, Target{"cosignature", "time", false}, Target{"body", "bytes", false},
                               Target{"log", "id", false}, Target{"log", "origin", false}, Target{"log", "public_key", false},
                               Target{"log", "size", false}, Target{"log", "root", false}, Target{"log", "nodes", false},
                               Target{"log", "last_leaf", false}, Target{"log", "registry_size", false}, Target{"log", "class", false},
                               Target{"entry", "id", false}}) {
        const auto rows = count_of(database, target.table);
        for (std::int64_t row = 0; row < rows; ++row) {
            Cell cell(database, target.table, target.column, row);
            const bool whole = target.every_byte && row == rows - 1;
            const std::uint64_t flips = whole ? scaled(cell.bytes.size()) : scaled(4);
            for (std::uint64_t count = 0; count < flips; ++count) {
                Bytes flipped = cell.bytes;
                std::size_t at = 0;
                if (cell.type == "integer") {
                    const auto value = std::stoll(std::string(as_text(cell.bytes))) ^ (1LL << random.below(count == 0 ? 3 : 42));
                    const auto text = std::to_string(value);
                    flipped = to_bytes(as_bytes(text));
                } else {
                    at = whole ? cell.bytes.size() * count / flips : random.below(cell.bytes.size());
                    flipped[at] ^= static_cast<std::byte>(1U << random.below(8));
                }
                if (!cell.set(flipped)) continue;
                const auto report = node::verify_directory(scene.places.directory("city"), {}, scene.places.checker, {});
                CAPTURE(target.table, target.column, row, at, as_text(flipped));
                CHECK((!report || !report->findings.all().empty()));
                if (!report) CHECK((report.error().kind == ErrorKind::storage || report.error().kind == ErrorKind::verification));
                cell.restore();
            }
        }
    }
    CHECK(scene.verify().findings.all().empty());
}

TEST_CASE("a finding names log, position and cause") {
    AuditedCity scene;
    auto database = scene.tamper();
    const auto log_number = "(SELECT number FROM log WHERE origin = '" + scene.commune_origin + "')";
    SECTION("an act that says something else") {
        value_of(database.execute(("UPDATE entry SET envelope = CAST(envelope || x'00' AS BLOB) WHERE id = (" + log_number + " << 40) + 5").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::entry, 5));
    }
    SECTION("a signature that another act has") {
        value_of(database.execute(("UPDATE entry SET envelope = CAST(substr(envelope, 1, length(envelope) - 64) || (SELECT substr(envelope, -64) FROM entry "
                                   "WHERE id = (" + log_number + " << 40) + 6) AS BLOB) WHERE id = (" + log_number + " << 40) + 5").c_str()));
        const auto report = scene.verify();
        CAPTURE(text_of(report));
        CHECK(names(report, scene.commune_origin, FindingPlace::entry, 5));
        CHECK(text_of(report).find("bad signature") != std::string::npos);
    }
    SECTION("a dropped act") {
        value_of(database.execute(("DELETE FROM entry WHERE id = (" + log_number + " << 40) + 5").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::entry, 5));
    }
    SECTION("two acts that changed places") {
        value_of(database.execute(("UPDATE entry SET id = -1 WHERE id = (" + log_number + " << 40) + 5;"
                                   "UPDATE entry SET id = (" + log_number + " << 40) + 5 WHERE id = (" + log_number + " << 40) + 6;"
                                   "UPDATE entry SET id = (" + log_number + " << 40) + 6 WHERE id = -1").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::entry, 5));
    }
    SECTION("a dropped body") {
        value_of(database.execute(("DELETE FROM body WHERE id = (SELECT max(id) FROM body WHERE id >> 40 = " + log_number + ")").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::body, {}));
    }
    SECTION("a log that is stored under an impossible number") {
        value_of(database.execute(("UPDATE log SET number = -1 WHERE origin = '" + scene.commune_origin + "'").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::log, {}));
    }
    SECTION("a stored tree with bytes behind its hashes") {
        value_of(database.execute("UPDATE log SET nodes = CAST(nodes || x'00' AS BLOB)"));
        CHECK(names(scene.verify(), node::database_file_name, FindingPlace::file, {}));
    }
    SECTION("a dropped checkpoint under a cosignature") {
        value_of(database.execute(("DELETE FROM checkpoint WHERE log = " + log_number + " AND size = (SELECT min(size) FROM cosignature WHERE log = " + log_number + ")").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::cosignature, {}));
    }
    SECTION("an accused log") {
        value_of(database.execute("UPDATE log SET accused = 'two signatures' WHERE class = 1"));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::log, {}));
    }
    SECTION("a log that is accused for good without a reason") {
        value_of(database.execute("UPDATE log SET proven = 1 WHERE class = 1"));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::log, {}));
    }
    SECTION("a log that is gone, which the cosigning table remembers") {
        value_of(database.execute(("DELETE FROM entry WHERE id >> 40 = " + log_number + "; DELETE FROM body WHERE id >> 40 = " + log_number +
                                   "; DELETE FROM checkpoint WHERE log = " + log_number + "; DELETE FROM cosignature WHERE log = " + log_number +
                                   "; DELETE FROM log WHERE origin = '" + scene.commune_origin + "'").c_str()));
        CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::witness, {}));
    }
    SECTION("rows that belong to no log") {
        value_of(database.execute("INSERT INTO entry VALUES ((99 << 40) + 1, x'00')"));
        CHECK(names(scene.verify(), node::database_file_name, FindingPlace::file, {}));
    }
    SECTION("an act behind the last checkpoint") {
        value_of(database.execute(("INSERT INTO entry SELECT max(id) + 1, envelope FROM entry WHERE id >> 40 = " + log_number).c_str()));
        CHECK_FALSE(scene.verify().findings.all().empty());
    }
}

TEST_CASE("a view that is not what the logs give is found, and a rebuild mends it") {
    AuditedCity scene;
    REQUIRE(scene.verify().findings.all().empty());
    const std::string verdict_of_act_2 = "INSERT INTO verdict SELECT (number << 40) + 2, 1, 4 FROM log WHERE origin = '" + scene.commune_origin + "'";
    for (const std::string& tampering : {std::string("UPDATE dossier SET status = 9 WHERE number = 2"), std::string("UPDATE dossier SET code = 'X' WHERE number = 2"),
                                         std::string("UPDATE dossier SET state = x'80' WHERE number = 2"), std::string("DELETE FROM dossier WHERE number = 2"),
                                         std::string("INSERT INTO dossier SELECT 99, zeroblob(16), code, status, office, received_ms, lookup, state FROM dossier LIMIT 1"),
                                         verdict_of_act_2, std::string("INSERT INTO imported VALUES (zeroblob(32))"),
                                         std::string("INSERT INTO imported_case VALUES (zeroblob(32), zeroblob(16), zeroblob(32))")}) {
        INFO(tampering);
        value_of(scene.tamper().execute(tampering.c_str()));
        const auto report = scene.verify();
        INFO(text_of(report));
        REQUIRE_FALSE(report.findings.all().empty());  // a dossier that is gone is missing in the figures too
        for (const auto& finding : report.findings.all()) CHECK(finding.place == FindingPlace::view);
        CHECK(report.findings.all().front().position == (tampering == verdict_of_act_2 ? std::optional<std::uint64_t>(2) : std::nullopt));
        value_of(scene.places.open("city").rebuild({}));
        CHECK(scene.verify().findings.all().empty());
    }
    value_of(scene.tamper().execute("UPDATE dossier SET status = 9 WHERE number = 2"));
    CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::view, {}));
}

namespace {

/// Puts a node's database back to what it was when this was made, every row of it valid.
class KeptDatabase {
  public:
    KeptDatabase(const Places& places, const std::string& name) : directory_(places.directory(name)), kept_(places.folder.path() / "kept") {
        std::filesystem::create_directories(kept_);
        copy(directory_, kept_);
    }
    void put_back() const { copy(kept_, directory_); }
    void keep_newer_as(const std::string& name) const { std::filesystem::copy(directory_ / node::database_file_name, kept_ / name); }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return kept_ / name; }

  private:
    static void copy(const std::filesystem::path& from, const std::filesystem::path& to) {
        for (const char* suffix : {"", "-wal", "-shm"}) {
            const auto name = std::string(node::database_file_name) + suffix;
            std::filesystem::remove(to / name);
            if (std::filesystem::exists(from / name)) std::filesystem::copy(from / name, to / name);
        }
    }
    std::filesystem::path directory_, kept_;
};

}  // namespace

TEST_CASE("a tail that was cut off to an earlier valid state is seen through the cosigning table") {
    AuditedCity scene;
    const KeptDatabase kept(scene.places, "city");
    scene.grow(3);
    kept.put_back();
    const auto report = scene.verify();
    CAPTURE(text_of(report));
    REQUIRE(report.findings.all().size() == 1);
    CHECK(names(report, scene.commune_origin, FindingPlace::witness, {}));
    CHECK(report.findings.all()[0].cause.find("cut off") != std::string::npos);
}

TEST_CASE("a tail that was cut off a commune's own log is seen through a cosignature from above") {
    AuditedCity scene;
    const KeptDatabase kept(scene.places, "first");
    scene.grow(3);
    {
        auto database = scene.tamper("first");
        value_of(database.execute("CREATE TABLE newest AS SELECT * FROM cosignature ORDER BY size DESC LIMIT 1; PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    kept.keep_newer_as("newer.db");
    kept.put_back();
    CHECK(scene.verify("first").findings.all().empty());
    {
        auto database = scene.tamper("first");
        value_of(database.execute(("ATTACH '" + kept.path("newer.db").string() + "' AS newer; INSERT INTO cosignature SELECT * FROM newer.newest; DETACH newer").c_str()));
    }
    const auto report = scene.verify("first");
    CAPTURE(text_of(report));
    CHECK(names(report, scene.commune_origin, FindingPlace::cosignature, {}));
    CHECK(report.findings.all()[0].cause.find("cut off") != std::string::npos);
}

TEST_CASE("a registry that was cut off is seen through what the logs cite") {
    AuditedCity scene;
    const KeptDatabase kept(scene.places, "city");
    // The registry grows, and the commune's next act cites it.
    {
        auto city = scene.places.open("city");
        scene.places.enrol(city, "second", "H26.00007");
        auto commune = scene.places.open("first");
        value_of(commune.begin());
        const auto registry_log = city.registry()->log_id();
        const auto row = value_of(commune.reader().log(registry_log));
        value_of(commune.take(*value_of(city.reader().read(registry_log, row->head.size(), sync::extension_bytes_max))));
        value_of(commune.commit());
    }
    scene.grow(1);
    auto database = scene.tamper("first");
    CHECK(scene.verify("first").findings.all().empty());
    const std::string number = "(SELECT number FROM log WHERE class = 2)";
    const auto report = [&] {
        // At the commune: the registry as its city's kept database has it.
        auto earlier = value_of(node::Reader::open(kept.path(".")));
        const auto row = value_of(earlier.log_of_origin(scene.registry_origin));
        const auto size = std::to_string(row->head.size());
        Bytes nodes;
        for (const auto& hash : row->head.tree.nodes()) append(nodes, hash.view());
        value_of(database.execute(("DELETE FROM body WHERE id >= (" + number + " << 40) + " + size + " AND id >> 40 = " + number +
                                   "; DELETE FROM entry WHERE id >= (" + number + " << 40) + " + size + " AND id >> 40 = " + number +
                                   "; DELETE FROM checkpoint WHERE log = " + number + " AND size > " + size +
                                   "; UPDATE log SET size = " + size + ", registry_size = " + std::to_string(row->head.registry_size) +
                                   " , root = x'" + to_hex(row->root.view()) + "', nodes = x'" + to_hex(nodes) + "', last_leaf = x'" +
                                   to_hex(row->head.last_leaf.view()) + "' WHERE class = 2").c_str()));
        return scene.verify("first");
    }();
    CAPTURE(text_of(report));
    CHECK(names(report, scene.registry_origin, FindingPlace::registry, {}));
}

TEST_CASE("a cosigning table that knows another root is a finding") {
    AuditedCity scene;
    auto database = value_of(node::Database::open(scene.places.directory("city") / node::witness_file_name, node::Database::Mode::write, node::witness_schema));
    value_of(database.execute("UPDATE witness SET root = zeroblob(32)"));
    CHECK(names(scene.verify(), scene.commune_origin, FindingPlace::witness, {}));
}

TEST_CASE("a row that was removed from the cosigning table, or put back, is seen through this node's own cosignatures") {
    AuditedCity scene;
    const auto witness = scene.places.directory("city") / node::witness_file_name;
    std::uint64_t cosigned = 0;
    {
        auto reader = value_of(node::Reader::open(scene.places.directory("city")));
        cosigned = value_of(reader.newest_cosignatures(scene.commune_log)).at(0).size;
    }
    SECTION("the row") {
        auto database = value_of(node::Database::open(witness, node::Database::Mode::write, node::witness_schema));
        value_of(database.execute(("DELETE FROM witness WHERE origin = '" + scene.commune_origin + "'").c_str()));
    }
    SECTION("its size") {
        auto earlier = value_of(node::Reader::open(scene.places.directory("city")));
        const auto root = value_of(earlier.root_at(scene.commune_log, 4));
        auto database = value_of(node::Database::open(witness, node::Database::Mode::write, node::witness_schema));
        value_of(database.execute(("UPDATE witness SET size = 4, root = x'" + to_hex(root->view()) + "' WHERE origin = '" + scene.commune_origin + "'").c_str()));
    }
    SECTION("the whole table") {
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(witness.string() + suffix);
    }
    const auto report = scene.verify();
    CAPTURE(text_of(report));
    CHECK(names(report, scene.commune_origin, FindingPlace::witness, cosigned));
    CHECK(scene.verify("first").findings.all().empty());  // whoever cosigns nothing has no such table
}

TEST_CASE("a removed cosignature is seen through the cosigning table, but at the head it may still have to be made") {
    AuditedCity scene;
    auto database = scene.tamper();
    value_of(database.execute("DELETE FROM cosignature"));
    CHECK(scene.verify().findings.all().empty());  // as after a crash between the two commits
    const auto reader_root = [&](std::uint64_t size) {
        auto reader = value_of(node::Reader::open(scene.places.directory("city")));
        return *value_of(reader.root_at(scene.commune_log, size));
    };
    auto table = value_of(node::Database::open(scene.places.directory("city") / node::witness_file_name, node::Database::Mode::write, node::witness_schema));
    value_of(table.execute(("UPDATE witness SET size = 4, root = x'" + to_hex(reader_root(4).view()) + "' WHERE origin = '" + scene.commune_origin + "'").c_str()));
    const auto report = scene.verify();
    CAPTURE(text_of(report));
    REQUIRE(report.findings.all().size() == 1);
    CHECK(names(report, scene.commune_origin, FindingPlace::cosignature, 4));
}

TEST_CASE("a tail that was cut off the city's own log or off the registry is seen there, cited or not") {
    AuditedCity scene;
    const KeptDatabase kept(scene.places, "city");
    const bool registry = GENERATE(false, true);
    {
        auto city = scene.places.open("city");
        if (registry) {
            scene.places.request("second", "H26.00007");
            scene.places.approve(city, "second", "H26");
        } else {
            value_of(record_alone(city, scene.places.officer("city"), {scene.places.receive("H26-251009-0001")}));
        }
    }
    CHECK(scene.verify().findings.all().empty());
    kept.put_back();
    const auto report = scene.verify();
    CAPTURE(text_of(report));
    REQUIRE(report.findings.all().size() == 1);
    CHECK(names(report, registry ? scene.registry_origin : scene.city_origin, FindingPlace::witness, {}));
    CHECK(report.findings.all()[0].cause.find("cut off") != std::string::npos);
}

TEST_CASE("the city's own rows are in the cosigning table, or the audit says which is not") {
    AuditedCity scene;
    {
        auto table = value_of(node::Database::open(scene.places.directory("city") / node::witness_file_name, node::Database::Mode::write, node::witness_schema));
        value_of(table.execute(("DELETE FROM witness WHERE origin = '" + scene.registry_origin + "'").c_str()));
    }
    const auto report = scene.verify();
    CAPTURE(text_of(report));
    REQUIRE(report.findings.all().size() == 1);
    CHECK(names(report, scene.registry_origin, FindingPlace::witness, {}));
}

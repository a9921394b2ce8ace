#include <catch2/catch.hpp>

#include "node/audit/status.hpp"
#include "node/store/damage.hpp"
#include "node/store/schema.hpp"
#include "tests/node/places.hpp"
#include "tests/sync/log/forge.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Node;

namespace {

/// city > hub > first, each with its log opened.
struct ThreePlaces : Places {
    std::optional<Node> city, hub, first;
    ThreePlaces() {
        make_city();
        city.emplace(open("city"));
        enrol(*city, "hub", "H26.1");
        enrol(*city, "first", "H26.1.01", "H26.1");
        hub.emplace(open("hub"));
        first.emplace(open("first"));
        carry(*city, *hub, city->registry()->log_id());
    }
    void record() { value_of(record_alone(*first, officer("first"), {receive("H26.1.01-251009-" + std::to_string(1000 + count_++))})); }

  private:
    int count_ = 0;
};

std::string cosigner_name(const Node& node) {
    const auto* record = node.registry()->find_node(node.log_id());
    return sync::cosigner_verifier(record->origin, *record->cosigner_key).name;
}

}  // namespace

TEST_CASE("cosign: a commit cosigns the logs of offices below, once stored and witnessed, and each signature verifies") {
    ThreePlaces places;
    places.record();
    const auto committed = carry(*places.first, *places.hub, places.first->log_id());
    REQUIRE(committed.cosigned.size() == 1);
    CHECK(committed.withheld.empty());
    const auto& cosigned = committed.cosigned[0];
    CHECK(cosigned.size == 2);
    REQUIRE(cosigned.lines.size() == 1);
    const auto* record = places.hub->registry()->find_node(places.hub->log_id());
    const auto origin = places.hub->registry()->find_node(places.first->log_id())->origin;
    const auto time = crypto::verify_cosignature({origin, 2, cosigned.root}, value_of(crypto::NoteSignature::parse_line(cosigned.lines[0])),
                                                 sync::cosigner_verifier(record->origin, *record->cosigner_key));
    CHECK(value_of(time) == std::chrono::floor<std::chrono::seconds>(places.clock.wall()));
    CHECK(value_of(places.hub->reader().newest_cosignatures(places.first->log_id())).size() == 1);
}

TEST_CASE("cosign: nobody cosigns the registry, the own log, or a log from above") {
    ThreePlaces places;
    value_of(record_alone(*places.hub, places.officer("hub"), {places.receive("H26.1-251009-0001")}));
    CHECK(carry(*places.city, *places.first, places.city->registry()->log_id()).cosigned.empty());
    CHECK(carry(*places.hub, *places.first, places.hub->log_id()).cosigned.empty());
    CHECK(value_of(places.hub->reader().newest_cosignatures(places.hub->log_id())).empty());
    CHECK(carry(*places.hub, *places.city, places.hub->log_id()).cosigned.size() == 1);
}

TEST_CASE("cosign: the owner takes the cosignatures of those above, and held and witnessed follow") {
    ThreePlaces places;
    places.record();
    const auto by_hub = carry(*places.first, *places.hub, places.first->log_id());
    const auto by_city = carry(*places.hub, *places.city, places.first->log_id());
    REQUIRE(by_city.cosigned.size() == 1);
    places.record();
    carry(*places.city, *places.first, places.city->registry()->log_id());
    value_of(places.first->begin());
    value_of(places.first->take_cosignatures(by_hub.cosigned[0]));
    value_of(places.first->take_cosignatures(by_city.cosigned[0]));
    value_of(places.first->take_cosignatures(by_city.cosigned[0]));
    value_of(places.first->commit());
    const node::StoredReplica replica(places.first->reader(), places.first->registry());
    auto heads = value_of(replica.heads(places.first->identity().office, places.hub->log_id()));
    std::erase_if(heads, [&](const auto& head) { return head.log != places.first->log_id(); });  // the inbox above has one too
    REQUIRE(heads.size() == 1);
    CHECK(heads[0].size == 3);
    CHECK(heads[0].held == 2);
    CHECK(heads[0].witnessed == 2);
    const auto groups = value_of(replica.cosignatures(places.first->log_id()));
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].lines.size() == 2);
    CHECK(groups[0].root == by_hub.cosigned[0].root);
}

TEST_CASE("cosign: a forged, foreign or premature cosignature is not stored") {
    ThreePlaces places;
    places.record();
    const auto good = carry(*places.first, *places.hub, places.first->log_id()).cosigned.at(0);
    carry(*places.city, *places.first, places.city->registry()->log_id());
    const auto refuse = [&](auto change) {
        auto cosigned = good;
        change(cosigned);
        value_of(places.first->begin());
        const auto taken = places.first->take_cosignatures(cosigned);
        value_of(places.first->commit());
        return !taken && value_of(places.first->reader().newest_cosignatures(places.first->log_id())).empty();
    };
    CHECK(refuse([](sync::Cosigned& cosigned) { cosigned.size = 1; }));
    CHECK(refuse([](sync::Cosigned& cosigned) { cosigned.size = 3; }));
    CHECK(refuse([](sync::Cosigned& cosigned) { cosigned.root.bytes[0] ^= std::byte{1}; }));
    CHECK(refuse([](sync::Cosigned& cosigned) { cosigned.log = {}; }));
    CHECK(refuse([](sync::Cosigned& cosigned) { cosigned.lines[0] = "nonsense"; }));
    CHECK(refuse([&](sync::Cosigned& cosigned) {
        const auto origin = places.first->registry()->find_node(places.first->log_id())->origin;
        auto line = crypto::cosign({origin, cosigned.size, cosigned.root}, cosigner_name(*places.hub), signing_key("stranger"), crypto::CosignTime{}).line();
        line.pop_back();
        cosigned.lines.push_back(line);  // a good one before it is not stored either
    }));
}

TEST_CASE("cosign: a crash between the commit and its cosignatures is made up for at the next start") {
    ThreePlaces places;
    places.record();
    carry(*places.first, *places.hub, places.first->log_id());
    places.hub.reset();
    {  // as if the process had ended before the second commit
        auto store = value_of(node::Store::open(places.directory("hub")));
        value_of(store.begin());
        value_of(store.database().execute("DELETE FROM cosignature"));
        value_of(store.commit());
    }
    places.clock.move(std::chrono::seconds(90));
    places.hub.emplace(places.open("hub"));
    const auto rows = value_of(places.hub->reader().newest_cosignatures(places.first->log_id()));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].size == 2);
    CHECK(rows[0].time_s == World::start_ms / 1000 + 90);
}

TEST_CASE("cosign: a hub put back to an earlier day cosigns nothing it already cosigned further, or otherwise") {
    ThreePlaces places;
    places.record();
    carry(*places.first, *places.hub, places.first->log_id());
    places.hub.reset();
    std::filesystem::copy(places.directory("hub") / "motcua.db", places.folder.path() / "backup.db");
    places.hub.emplace(places.open("hub"));
    places.record();
    places.record();
    carry(*places.first, *places.hub, places.first->log_id());
    places.hub.reset();
    for (const auto* suffix : {"-wal", "-shm"}) std::filesystem::remove(places.directory("hub") / (std::string("motcua.db") + suffix));
    std::filesystem::copy(places.folder.path() / "backup.db", places.directory("hub") / "motcua.db", std::filesystem::copy_options::overwrite_existing);
    places.hub.emplace(places.open("hub"));
    CHECK(size_of(*places.hub, places.first->log_id()) == 2);
    // Only a part of what it had: stored, not cosigned.
    value_of(places.hub->begin());
    value_of(places.hub->take(*value_of(places.first->reader().read(places.first->log_id(), 2, 1))));
    const auto part = value_of(places.hub->commit());
    CHECK(part.cosigned.empty());
    REQUIRE(part.withheld.size() == 1);
    CHECK(part.withheld[0].kind == ErrorKind::refused);
    // All of it: cosigned again.
    CHECK(carry(*places.first, *places.hub, places.first->log_id()).cosigned.size() == 1);
}

TEST_CASE("cosign: a hub that lost its database takes back what it cosigned by the hashes, and checks the signatures later") {
    ThreePlaces places;
    for (int count = 0; count < 5; ++count) places.record();
    const auto log = places.first->log_id();
    const auto cosigned = carry(*places.first, *places.hub, log).cosigned.at(0);
    const auto lose = [&] {
        places.hub.reset();
        for (const auto* name : {"motcua.db", "motcua.db-wal", "motcua.db-shm", "witness.db", "witness.db-wal", "witness.db-shm"}) std::filesystem::remove(places.directory("hub") / name);
        std::filesystem::copy(places.folder.path() / "young.db", places.directory("hub") / "motcua.db");
        places.hub.emplace(places.open("hub"));
        value_of(places.hub->adopt_cosignature(cosigned));
    };
    // What it was before: the same database without that log.
    {
        places.hub.reset();
        std::filesystem::copy(places.directory("hub") / "motcua.db", places.folder.path() / "young.db");
        auto young = value_of(node::Database::open(places.folder.path() / "young.db", node::Database::Mode::write, node::main_schema));
        const auto number = "(SELECT number FROM log WHERE id = x'" + to_hex(log.view()) + "')";
        for (const std::string& sql : {"DELETE FROM entry WHERE id >> 40 = " + number, "DELETE FROM body WHERE id >> 40 = " + number, "DELETE FROM checkpoint WHERE log = " + number,
                                       "DELETE FROM cosignature WHERE log = " + number, "DELETE FROM verdict WHERE id >> 40 = " + number, std::string("DELETE FROM dossier"),
                                       std::string("DELETE FROM given_code"), std::string("DELETE FROM report_case"), std::string("DELETE FROM report_sum"),
                                       "DELETE FROM log WHERE number = " + number})
            value_of(young.execute(sql.c_str()));
    }
    lose();
    REQUIRE(size_of(*places.hub, log) == 0);
    places.record();
    carry(*places.first, *places.hub, log);
    auto deferred = value_of(places.hub->reader().deferred());
    REQUIRE(deferred.size() == 1);
    CHECK(deferred[0].from == 0);
    CHECK(deferred[0].past == cosigned.size);
    CHECK(places.hub->has_deferred());
    const auto check = [&](std::size_t most) {
        value_of(places.hub->begin());
        auto done = value_of(places.hub->check_deferred(most));
        value_of(places.hub->commit());
        return done;
    };
    CHECK(value_of(node::read_status(places.directory("hub"))).deferred == cosigned.size);
    const auto first = check(2);
    CHECK(first.acts == 2);
    CHECK_FALSE(first.is_all);
    CHECK(value_of(places.hub->reader().deferred()).at(0).from == 2);

    SECTION("all are good") {
        const auto rest = check(100);
        CHECK(rest.acts == cosigned.size - 2);
        CHECK(rest.is_all);
        CHECK(rest.found.empty());
        CHECK(value_of(places.hub->reader().deferred()).empty());
        CHECK_FALSE(places.hub->has_deferred());
        CHECK_FALSE(value_of(places.hub->reader().log(log))->accused);
    }
    SECTION("the disk has changed one: nobody is accused, it is noted as damage, and the others are checked all the same") {
        places.hub.reset();
        {
            auto database = value_of(node::Database::open(places.directory("hub") / "motcua.db", node::Database::Mode::write, node::main_schema));
            value_of(database.execute(("UPDATE entry SET envelope = CAST(substr(envelope, 1, length(envelope) - 1) || x'00' AS BLOB) WHERE id & 0xffffffffff = 3 AND id >> 40 = "
                                       "(SELECT number FROM log WHERE id = x'" + to_hex(log.view()) + "')").c_str()));
        }
        places.hub.emplace(places.open("hub"));
        const auto damaged = check(100);
        REQUIRE(damaged.found.size() == 1);
        CHECK_FALSE(value_of(places.hub->reader().log(log))->accused);
        const auto damage = value_of(node::read_damage(places.hub->reader()));
        REQUIRE(damage.size() == 1);
        CHECK(damage[0].place == 3);
        CHECK(check(100).is_all);
        CHECK(value_of(places.hub->reader().deferred()).empty());
    }
    SECTION("one was bad when it was cosigned: the log is accused for good") {
        REQUIRE(check(100).is_all);
        const auto key = value_of(node::load_signing_key(node::key_path(places.directory("first"), crypto::KeyRole::log, {}), nullptr));
        const TestLog base{.head = value_of(places.hub->reader().log(log))->head, .key = &key, .acts = {}, .bodies = {}, .checkpoints = {}};
        Forge forge(base);
        const auto officer = places.officer("first");
        auto envelope = crypto::sign1(officer, cbor::encode(forge.next(sync::Kind::note, officer, Bytes(sync::DossierId::size))));
        envelope.back() ^= std::byte{1};
        forge.add_envelope(std::move(envelope));
        const crypto::Checkpoint checkpoint{base.head.origin, forge.tree().size(), forge.tree().root()};
        const auto cosigner = value_of(node::load_signing_key(node::key_path(places.directory("hub"), crypto::KeyRole::cosigner, {}), nullptr));
        auto line = crypto::cosign(checkpoint, cosigner_name(*places.hub), cosigner, std::chrono::sys_days{std::chrono::year{2026} / 11 / 20}).line();
        line.pop_back();
        value_of(places.hub->adopt_cosignature({.log = log, .size = checkpoint.size, .root = checkpoint.root, .lines = {line}}));
        value_of(places.hub->begin());
        value_of(places.hub->take(forge.finish()));
        value_of(places.hub->commit());
        const auto bad = check(100);
        REQUIRE(bad.found.size() == 1);
        CHECK(bad.found[0].find("bad signature") != std::string::npos);
        CHECK(value_of(places.hub->reader().log(log))->proven);
        CHECK(value_of(node::read_damage(places.hub->reader())).empty());
    }
}

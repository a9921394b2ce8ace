#include <catch2/catch.hpp>

#include "node/store/schema.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Entry;
using node::Node;
using sync::Kind;

namespace {

sync::Act act_at(Node& node, std::uint64_t seq) { return value_of(sync::parse_act(*value_of(node.reader().entry(node.log_id(), seq)))); }

}  // namespace

TEST_CASE("record: a dossier and its next step in one call, linked by what the call itself creates") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto officer = places.officer("city");
    auto recorded = value_of(record_alone(city, officer, {places.receive("H26-251009-0001"), Places::step(Kind::assign, Entry::SameAs{0}),
                                                          Places::step(Kind::note, Entry::SameAs{1})}));
    REQUIRE(recorded.size() == 3);
    CHECK(recorded[0].position.seq.value == 1);
    CHECK(recorded[1].subject == recorded[0].subject);
    CHECK(act_at(city, 2).payload.prior == recorded[0].act);
    CHECK(act_at(city, 3).payload.prior == recorded[0].act);
    const auto dossier = value_of(city.reader().dossier_of_code("H26-251009-0001"));
    REQUIRE(dossier);
    CHECK(dossier->status == sync::DossierStatus::in_process);
    CHECK(value_of(city.reader().last_checkpoint(city.log_id()))->size == 4);
    CHECK(value_of(city.reader().body(city.log_id(), 1)));
}

TEST_CASE("record: outside a commit nothing stays") {
    Places places;
    places.make_city();
    {
        auto city = places.open("city");
        value_of(city.begin());
        const std::vector entries{places.receive("H26-251009-0001")};
        value_of(city.record(places.officer("city"), entries));
        CHECK(size_of(city, city.log_id()) == 2);
    }
    auto city = places.open("city");
    CHECK(size_of(city, city.log_id()) == 1);
    CHECK(!value_of(city.reader().dossier_of_code("H26-251009-0001")));
}

TEST_CASE("record: of a group one failing job undoes itself alone") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto officer = places.officer("city");
    const auto stranger = signing_key("stranger");
    const std::vector good{places.receive("H26-251009-0001")}, bad{places.receive("H26-251009-0002")}, more{places.receive("H26-251009-0003")};
    value_of(city.begin());
    value_of(city.record(officer, good));
    const auto refused = city.record(stranger, bad);
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    const std::vector after_nothing{Places::step(Kind::note, Entry::SameAs{0})};
    CHECK(kind_of(city.record(officer, after_nothing)) == ErrorKind::usage);
    value_of(city.record(officer, more));
    value_of(city.commit());
    CHECK(size_of(city, city.log_id()) == 3);
    CHECK(value_of(city.reader().dossier_of_code("H26-251009-0001")));
    CHECK(!value_of(city.reader().dossier_of_code("H26-251009-0002")));
    CHECK(value_of(city.reader().dossier_of_code("H26-251009-0003")));
}

TEST_CASE("record: where the registry grew, a receipt with its checkpoint goes first, once") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto officer = places.officer("city");
    value_of(record_alone(city, officer, {places.receive("H26-251009-0001")}));
    places.request("first", "H26.00004");
    places.approve(city, "first", "H26");
    const auto recorded = value_of(record_alone(city, officer, {places.receive("H26-251009-0002")}));
    CHECK(recorded[0].position.seq.value == 3);
    CHECK(act_at(city, 2).payload.kind == Kind::receipt);
    CHECK(act_at(city, 2).payload.registry == 5);
    CHECK(act_at(city, 3).payload.registry == 9);
    value_of(record_alone(city, officer, {places.receive("H26-251009-0003")}));
    CHECK(size_of(city, city.log_id()) == 5);
    CHECK(value_of(city.reader().verdicts(city.log_id())).empty());
}

TEST_CASE("record: a call larger than an extension ends in several checkpoints, none of them too far from the next") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    std::vector<Entry> entries;
    for (int count = 0; count < 60; ++count) entries.push_back(places.receive("H26-251009-" + std::to_string(1000 + count), std::string(20'000, 'x')));
    value_of(record_alone(city, places.officer("city"), entries));
    CHECK(size_of(city, city.log_id()) == 61);
    std::vector<std::uint64_t> sizes;
    value_of(city.reader().each_checkpoint(city.log_id(), [&](const node::CheckpointRow& row) { sizes.push_back(row.size); return true; }));
    REQUIRE(sizes.size() >= 4);
    CHECK(sizes.back() == 61);
    for (std::size_t index = 1; index < sizes.size(); ++index) {
        const auto piece = value_of(city.reader().read(city.log_id(), sizes[index - 1], 1));
        std::size_t bytes = 0;
        for (const auto& entry : piece->entries) bytes += entry.size();
        for (const auto& body : piece->bodies) bytes += body ? body->size() : 0;
        CHECK(bytes <= sync::extension_bytes_max);
    }
}

TEST_CASE("record: a halted node reads and refuses to record, also after a restart") {
    Places places;
    places.make_city();
    {
        auto city = places.open("city");
        value_of(city.begin());
        value_of(city.halt({.log = city.log_id(), .size_here = 1, .size_there = 9}));
        value_of(city.commit());
        const auto refused = record_alone(city, places.officer("city"), {places.receive("H26-251009-0001")});
        REQUIRE(!refused);
        CHECK(refused.error().kind == ErrorKind::refused);
        CHECK(refused.error().message.find("operator") != std::string::npos);
    }
    auto city = places.open("city");
    CHECK(!record_alone(city, places.officer("city"), {places.receive("H26-251009-0001")}));
}

TEST_CASE("record: before enrolment nothing is recorded") {
    Places places;
    places.request("first", "H26.00004");
    auto first = places.open("first");
    CHECK(!first.registry());
    const auto refused = record_alone(first, places.officer("first"), {places.receive("H26.00004-251009-0001")});
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::refused);
}

TEST_CASE("record: an act of the registry that would be void is refused and not signed") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    value_of(city.begin());
    const node::RegistryEntry statement{.kind = Kind::retire, .subject = to_bytes(city.log_id().view()), .content = sync::to_item(sync::RetireContent{"x"}), .body = {}};
    const auto refused = city.record_in_registry(signing_key("stranger"), std::span(&statement, 1));
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK(city.registry()->size() == 5);
    value_of(city.commit());
    CHECK(size_of(city, city.registry()->log_id()) == 5);
}

TEST_CASE("record: a group that is rolled back takes its registry acts with it") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.request("first", "H26.00004");
    value_of(city.begin());
    value_of(node::approve_enrolment(city, places.officer("city"), as_bytes(Places::read_text(places.directory("first") / "enrol.request")), "H26"));
    CHECK(city.registry()->size() == 9);
    city.rollback();
    CHECK(city.registry()->size() == 5);
    places.approve(city, "first", "H26");
    CHECK(city.registry()->size() == 9);
}

TEST_CASE("node: a second process is kept out, and let in when the first is gone") {
    Places places;
    places.make_city();
    {
        auto city = places.open("city");
        const auto second = Node::open(places.directory("city"), nullptr, places.environment());
        REQUIRE(!second);
        CHECK(second.error().kind == ErrorKind::busy);
        // Reading needs no lock.
        CHECK(value_of(value_of(node::Reader::open(places.directory("city"))).logs()).size() == 2);
    }
    CHECK(places.open("city").is_city());
}

TEST_CASE("node: keys and database that do not belong together are refused") {
    Places places;
    places.make_city();
    auto city = std::optional(places.open("city"));
    places.enrol(*city, "first", "H26.00004");
    places.enrol(*city, "second", "H26.00005");
    for (const auto* file : {"motcua.db"}) {
        std::filesystem::copy(places.directory("first") / file, places.directory("second") / file, std::filesystem::copy_options::overwrite_existing);
    }
    const auto mixed = Node::open(places.directory("second"), nullptr, places.environment());
    REQUIRE(!mixed);
    CHECK(mixed.error().kind == ErrorKind::verification);
    std::filesystem::remove(places.directory("first") / "motcua.db");
    CHECK(kind_of(Node::open(places.directory("first"), nullptr, places.environment())) == ErrorKind::storage);
}

namespace {

/// motcua.db as it was, put back later, as from a backup: witness.db is no part of it.
class Backup {
  public:
    Backup(const Places& places, const std::string& name) : directory_(places.directory(name)), kept_(places.folder.path() / (name + ".backup")) {
        std::filesystem::copy(directory_ / "motcua.db", kept_);
    }
    void put_back() const {
        for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(directory_ / (std::string("motcua.db") + suffix));
        std::filesystem::copy(kept_, directory_ / "motcua.db");
    }

  private:
    std::filesystem::path directory_, kept_;
};

std::uint64_t witnessed(const Places& places, const std::string& name, const std::string& origin) {
    auto witness = value_of(node::Witness::open_read_only(places.directory(name)));
    const auto row = value_of(witness.find(origin));
    return row ? row->size : 0;
}

std::string own_origin(Node& node) { return value_of(node.reader().log(node.log_id()))->head.origin; }

}  // namespace

TEST_CASE("record: what the city appends to its own log and to the registry is in witness.db when it is durable") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto own = own_origin(city), registry = city.registry()->origin();
    CHECK(witnessed(places, "city", own) == 1);
    CHECK(witnessed(places, "city", registry) == 5);
    value_of(record_alone(city, places.officer("city"), {places.receive("H26-251009-0001")}));
    CHECK(witnessed(places, "city", own) == 2);
    places.enrol(city, "first", "H26.00004");
    CHECK(witnessed(places, "city", registry) == city.registry()->size());
    // Nobody else pays for it.
    auto first = places.open("first");
    value_of(record_alone(first, places.officer("first"), {places.receive("H26.00004-251009-0001")}));
    CHECK(witnessed(places, "first", own_origin(first)) == 0);
    CHECK(witnessed(places, "first", registry) == 0);
}

TEST_CASE("record: a crash between the city's commit and witness.db is made up for at the next start") {
    Places places;
    places.make_city();
    auto city = std::optional(places.open("city"));
    const auto own = own_origin(*city), registry = city->registry()->origin();
    std::filesystem::copy(places.directory("city") / "witness.db", places.folder.path() / "witness.before");
    value_of(record_alone(*city, places.officer("city"), {places.receive("H26-251009-0001")}));
    places.request("first", "H26.00004");
    places.approve(*city, "first", "H26");
    city.reset();
    SECTION("the rows are behind") {
        std::filesystem::copy(places.folder.path() / "witness.before", places.directory("city") / "witness.db", std::filesystem::copy_options::overwrite_existing);
        CHECK(witnessed(places, "city", own) == 1);
    }
    SECTION("there are none") { std::filesystem::remove(places.directory("city") / "witness.db"); }
    city.emplace(places.open("city"));
    CHECK(witnessed(places, "city", own) == 2);
    CHECK(witnessed(places, "city", registry) == 9);
    value_of(record_alone(*city, places.officer("city"), {places.receive("H26-251009-0002")}));
}

TEST_CASE("record: a city whose own log or registry was put back reads, takes and cosigns, but appends to neither") {
    Places places;
    places.make_city();
    auto city = std::optional(places.open("city"));
    places.enrol(*city, "first", "H26.00004");
    auto first = places.open("first");
    city.reset();
    const Backup backup(places, "city");
    city.emplace(places.open("city"));
    const bool registry_is_cut = GENERATE(false, true);
    places.request("second", "H26.00007");
    if (registry_is_cut) {
        places.approve(*city, "second", "H26");
        carry(*city, first, city->registry()->log_id());
    } else {
        value_of(record_alone(*city, places.officer("city"), {places.receive("H26-251009-0001")}));
    }
    city.reset();
    backup.put_back();
    city.emplace(places.open("city"));

    const auto is_cut = [](const auto& refused) {
        return !refused && refused.error().kind == ErrorKind::refused && refused.error().message.find("restored or cut copy") != std::string::npos;
    };
    CHECK(is_cut(record_alone(*city, places.officer("city"), {places.receive("H26-251009-0002")})));
    value_of(city->begin());
    const auto request = Places::read_text(places.directory("second") / "enrol.request");
    CHECK(is_cut(node::approve_enrolment(*city, places.officer("city"), as_bytes(request), "H26")));
    city->rollback();
    value_of(record_alone(first, places.officer("first"), {places.receive("H26.00004-251009-0001")}));
    if (registry_is_cut) {
        // The registry comes back from a node that has it, and the city goes on.
        carry(first, *city, city->registry()->log_id());
        value_of(record_alone(*city, places.officer("city"), {places.receive("H26-251009-0002")}));
    }
    CHECK(carry(first, *city, first.log_id()).cosigned.size() == 1);
}

TEST_CASE("record: a city with another history of its own log than witness.db remembers appends nothing, however long it is") {
    Places places;
    places.make_city();
    {
        auto city = places.open("city");
        value_of(record_alone(city, places.officer("city"), {places.receive("H26-251009-0001")}));
    }
    auto witness = value_of(node::Database::open(places.directory("city") / "witness.db", node::Database::Mode::write, node::witness_schema));
    value_of(witness.execute(GENERATE("UPDATE witness SET root = zeroblob(32)", "UPDATE witness SET root = zeroblob(32), size = size - 1")));
    auto city = places.open("city");
    CHECK(kind_of(record_alone(city, places.officer("city"), {places.receive("H26-251009-0002")})) == ErrorKind::refused);
    CHECK(witnessed(places, "city", own_origin(city)) <= 2);
}

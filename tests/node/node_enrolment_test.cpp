#include <catch2/catch.hpp>

#include "node/new_keys.hpp"
#include "sync/registry/ticket.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Node;

TEST_CASE("init: makes a city with its registry, log, first officer and a recovery key elsewhere") {
    Places places;
    places.make_city();
    const auto pin = value_of(sync::RootPin::parse(places.root));
    auto city = places.open("city");
    CHECK(city.is_city());
    CHECK(city.registry()->pin().root == pin.root);
    CHECK(city.registry()->city_name() == "Thành phố Hà Nội");
    CHECK(city.registry()->top()->id == sync::OfficeId{"H26", node::day_in_vietnam(places.clock.wall())});
    const auto officer = city.registry()->officer_at(places.officer("city").public_key(), 4);
    REQUIRE(officer);
    CHECK(officer->roles.bits == 63);
    CHECK(size_of(city, city.log_id()) == 1);
    CHECK(value_of(city.reader().verdicts(city.log_id())).empty());
    CHECK(value_of(node::load_signing_key(places.folder.path() / "recovery.key", nullptr)).public_key() != pin.root.key);
    CHECK(places.folder.count() == 2);
}

TEST_CASE("init: refuses what is not empty and leaves nothing half-made") {
    Places places;
    const node::CitySetup setup{.code = "H26", .name = "Hà Nội", .officer_name = "Bình"};
    const auto init = [&](const char* name, node::CitySetup with, const std::filesystem::path& recovery) {
        return node::init_city(places.directory(name), with, recovery, nullptr, places.environment());
    };
    const auto recovery = places.folder.path() / "recovery.key";
    std::filesystem::create_directory(places.directory("full"));
    places.folder.write("full/file", "x");
    CHECK(kind_of(init("full", setup, recovery)) == ErrorKind::refused);
    CHECK(kind_of(init("city", {.code = "h26", .name = "Hà Nội", .officer_name = "Bình"}, recovery)) == ErrorKind::usage);
    CHECK(kind_of(init("city", {.code = "H26", .name = "", .officer_name = "Bình"}, recovery)) == ErrorKind::usage);
    CHECK(kind_of(init("city", setup, places.folder.path() / "nowhere" / "recovery.key")) == ErrorKind::storage);
    CHECK(kind_of(init("nowhere/city", setup, recovery)) == ErrorKind::not_found);
    const auto taken = places.folder.write("taken.key", "precious");
    CHECK(kind_of(init("city", setup, taken)) == ErrorKind::refused);
    CHECK(Places::read_text(taken) == "precious");
    CHECK(places.folder.count() == 2);
    std::filesystem::create_directory(places.directory("city"));
    CHECK(init("city", setup, recovery));
    CHECK(kind_of(init("city", setup, places.folder.path() / "other.key")) == ErrorKind::refused);
    CHECK(!std::filesystem::exists(places.folder.path() / "other.key"));
}

TEST_CASE("init: with a passphrase every key is sealed by it, without it the configuration says insecure") {
    Places places;
    const auto passphrase = crypto::Secret::copy_of(as_bytes("một hai ba"));
    const node::CitySetup setup{.code = "H26", .name = "Hà Nội", .officer_name = "Bình"};
    value_of(node::init_city(places.directory("city"), setup, places.folder.path() / "recovery.key", &passphrase, places.environment()));
    CHECK(!value_of(node::Config::load(places.directory("city"))).insecure);
    for (const auto& entry : std::filesystem::directory_iterator(places.directory("city") / "keys")) {
        CHECK(value_of(crypto::read_key_label(as_bytes(Places::read_text(entry.path())))).has_passphrase);
    }
    CHECK(kind_of(Node::open(places.directory("city"), nullptr, places.environment())) == ErrorKind::refused);
    value_of(Node::open(places.directory("city"), &passphrase, places.environment()));
    places.request("first", "H26.00004");
    CHECK(value_of(node::Config::load(places.directory("first"))).insecure);
}

TEST_CASE("enrol: request, approve, accept; the new node records and the city takes its log") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.enrol(city, "first", "H26.00004");
    auto first = places.open("first");
    CHECK(first.registry()->size() == 9);
    CHECK(first.config().upstream == "127.0.0.1:7433");
    CHECK(first.config().root == places.root);
    value_of(record_alone(first, places.officer("first"), {places.receive("H26.00004-251009-0001")}));
    CHECK(size_of(first, first.log_id()) == 2);  // the open carries the registry checkpoint, so no receipt
    carry(first, city, first.log_id());
    CHECK(value_of(city.reader().verdicts(first.log_id())).empty());
}

TEST_CASE("enrol: approving twice changes nothing, and an officer of an office that exists needs no parent") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.request("first", "H26.00004");
    places.approve(city, "first", "H26");
    places.approve(city, "first", "H26");
    CHECK(city.registry()->size() == 9);
    const auto clerk = signing_key("clerk");
    sync::EnrolRequest request{.office_code = "H26.00004", .office_name = {}, .office_kind = sync::OfficeKind::commune, .node = std::nullopt,
                               .officer_key = clerk.public_key(), .officer_name = "Nam", .roles = 3};
    const auto approve = [&](const sync::EnrolRequest& what, std::string_view parent) {
        value_of(city.begin());
        auto done = node::approve_enrolment(city, places.officer("city"), sync::sign_request(what, nullptr, clerk), parent);
        value_of(city.commit());
        return done;
    };
    value_of(approve(request, ""));
    CHECK(city.registry()->officer_at(clerk.public_key(), 10)->roles.bits == 3);
    request.office_code = "H26.00009";
    CHECK(kind_of(approve(request, "")) == ErrorKind::not_found);
    CHECK(kind_of(approve(request, "H99")) == ErrorKind::not_found);
    CHECK(city.registry()->size() == 10);
}

TEST_CASE("enrol: a request that the registry refuses in part leaves nothing of itself in the group") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.request("first", "H26.00004");
    // A new office, a new node, and as its first officer a key that signs the city's log already.
    const auto log = signing_key("log");
    const auto city_log = value_of(node::load_signing_key(node::key_path(places.directory("city"), crypto::KeyRole::log, {}), nullptr));
    const sync::EnrolRequest request{.office_code = "H26.00005", .office_name = "Ngọc Hà", .office_kind = sync::OfficeKind::commune,
                                     .node = sync::EnrolRequest::NodeKeys{.log_key = log.public_key(), .noise_key = noise_key("n").public_key(), .cosigner_key = std::nullopt},
                                     .officer_key = city_log.public_key(), .officer_name = "Nam", .roles = 3};
    value_of(city.begin());
    CHECK(kind_of(node::approve_enrolment(city, places.officer("city"), sync::sign_request(request, &log, city_log), "H26")) == ErrorKind::refused);
    CHECK(city.registry()->size() == 5);
    value_of(node::approve_enrolment(city, places.officer("city"), as_bytes(Places::read_text(places.directory("first") / "enrol.request")), "H26"));
    value_of(city.commit());
    CHECK(city.registry()->size() == 9);
    CHECK(city.registry()->find_office("H26.00005") == nullptr);
    CHECK(size_of(city, city.registry()->log_id()) == 9);
}

TEST_CASE("enrol: a false ticket changes nothing") {
    Places places, elsewhere;
    places.make_city();
    elsewhere.random = SeededRandom("elsewhere");
    elsewhere.make_city();
    auto city = places.open("city");
    auto other_city = elsewhere.open("city");
    places.request("first", "H26.00004");
    const auto before = node::make_ticket(city);
    const auto good = places.approve(city, "first", "H26");
    const auto foreign = value_of(node::make_ticket(other_city));
    const auto accept = [&](ByteView ticket, const std::optional<std::string>& root, std::string_view upstream = "127.0.0.1:7433") {
        return node::accept_enrolment(places.directory("first"), ticket, upstream, root, nullptr, places.environment());
    };
    CHECK(kind_of(accept(foreign, places.root)) == ErrorKind::verification);
    CHECK(kind_of(accept(*before, places.root)) == ErrorKind::refused);
    CHECK(kind_of(accept(good, elsewhere.root)) == ErrorKind::verification);
    CHECK(kind_of(accept(good, places.root, "no address")) == ErrorKind::usage);
    auto spoiled = value_of(sync::decode_ticket(good));
    spoiled.extensions.back().entries.back().back() ^= std::byte{1};
    CHECK(kind_of(accept(sync::encode_ticket(spoiled), places.root)) == ErrorKind::verification);
    CHECK(value_of(node::Config::load(places.directory("first"))).root.empty());
    CHECK(value_of(value_of(node::Reader::open(places.directory("first"))).logs()).empty());
    value_of(accept(good, places.root + "\n"));
    CHECK(kind_of(accept(foreign, std::nullopt)) == ErrorKind::refused);
}

TEST_CASE("enrol: accepting again is fine, also after a crash before the configuration was saved, and with a newer ticket") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.request("first", "H26.00004");
    const auto config = value_of(node::Config::load(places.directory("first")));
    const auto ticket = places.approve(city, "first", "H26");
    places.accept("first", ticket);
    value_of(config.save(places.directory("first")));
    places.accept("first", ticket);
    {
        auto first = places.open("first");
        CHECK(size_of(first, first.log_id()) == 1);
    }
    places.request("second", "H26.00005");
    places.accept("first", places.approve(city, "second", "H26"));
    CHECK(places.open("first").registry()->size() == 13);
}

TEST_CASE("enrol: the day of an office is Vietnam's") {
    using namespace std::chrono;
    const auto day = sys_days(year{2025} / 7 / 1);
    CHECK(node::day_in_vietnam(sync::WallTime(day - hours(7))) == day.time_since_epoch().count());
    CHECK(node::day_in_vietnam(sync::WallTime(day - hours(7) - milliseconds(1))) == day.time_since_epoch().count() - 1);
}

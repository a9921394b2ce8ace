// Many entries at once: what is news goes in with one commit, what stands is passed over, what is not taken is told.
#include <catch2/catch.hpp>

#include "node/control/request.hpp"
#include "node/rules/read.hpp"
#include "sync/registry/novelty.hpp"
#include "tests/node/places.hpp"
#include "tests/support/rules.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::Kind;
using Outcome = node::StateRegistryDone::Outcome;

namespace {

node::RegistryEntry procedure(std::string code, std::string name = "Thủ tục") {
    auto content = birth_registration();
    content.code = code;
    content.name = std::move(name);
    return {.kind = Kind::procedure, .subject = to_bytes(as_bytes(code)), .content = sync::to_item(content), .body = {}};
}
std::vector<Outcome> outcomes(const node::StateRegistryDone& done) {
    std::vector<Outcome> all;
    for (const auto& stated : done.stated) all.push_back(stated.outcome);
    return all;
}
Result<node::StateRegistryDone> state(Places& places, node::Node& city, std::vector<node::RegistryEntry> entries, bool dry_run = false, const std::string& officer = "city") {
    const auto key = places.officer(officer);
    auto done = node::perform(city, {.work = node::StateRegistry{.entries = std::move(entries), .dry_run = dry_run}, .officer_seed = key.seed()}, places.environment());
    if (!done) return std::unexpected(done.error());
    return std::get<node::StateRegistryDone>(std::move(*done));
}

}  // namespace

TEST_CASE("entries: a second time nothing is recorded, and a change is told from an addition") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto size = city.registry()->size();
    const auto first = value_of(state(places, city, {procedure("1.1"), procedure("1.2")}));
    CHECK(outcomes(first) == std::vector{Outcome::added, Outcome::added});
    CHECK(first.registry_size == size + 2);
    const auto second = value_of(state(places, city, {procedure("1.1"), procedure("1.2", "Tên khác"), procedure("1.3")}));
    CHECK(outcomes(second) == std::vector{Outcome::unchanged, Outcome::changed, Outcome::added});
    CHECK(city.registry()->size() == size + 4);
    CHECK(value_of(state(places, city, {procedure("1.1"), procedure("1.2", "Tên khác"), procedure("1.3")})).registry_size == size + 4);
}

TEST_CASE("entries: what the registry would not take is left out and told, and the rest goes in") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    auto flawed = procedure("1.2", "");
    const auto done = value_of(state(places, city, {procedure("1.1"), flawed, procedure("1.3")}));
    CHECK(outcomes(done) == std::vector{Outcome::added, Outcome::refused, Outcome::added});
    CHECK(done.stated[1].reason == "bad_content");
    for (std::uint64_t seq = 0; seq < city.registry()->size(); ++seq) {
        const auto act = value_of(sync::parse_act(*value_of(city.reader().entry(city.registry()->log_id(), seq))));
        CHECK(city.registry()->judge(act).effective());
    }
}

TEST_CASE("entries: a dry run answers the same and records nothing") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    const auto size = city.registry()->size();
    const auto tried = value_of(state(places, city, {procedure("1.1"), procedure("1.2", "")}, true));
    CHECK(outcomes(tried) == std::vector{Outcome::added, Outcome::refused});
    CHECK(city.registry()->size() == size);
    CHECK(size_of(city, city.registry()->log_id()) == size);
    CHECK(outcomes(value_of(state(places, city, {procedure("1.1"), procedure("1.2", "")}))) == outcomes(tried));
}

TEST_CASE("entries: a thousand procedures come in one extension or two, and stand after a restart") {
    Places places;
    places.make_city();
    std::vector<node::RegistryEntry> many;
    for (int number = 0; number < 1000; ++number) many.push_back(procedure("2." + std::to_string(number)));
    {
        auto city = places.open("city");
        CHECK(value_of(state(places, city, many)).stated.size() == 1000);
    }
    auto city = places.open("city");
    CHECK(city.registry()->procedures().standing().size() == 1000);
    CHECK(outcomes(value_of(state(places, city, many))) == std::vector<Outcome>(1000, Outcome::unchanged));
    const auto carried = value_of(city.reader().read(city.registry()->log_id(), city.registry()->size() - 1000, sync::extension_bytes_max));
    CHECK(carried->entries.size() > 500);
}

TEST_CASE("entries: an officer who is no registrar changes nothing, and only the city can") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    places.enrol(city, "badinh", "H26.00004");
    const auto done = value_of(state(places, city, {procedure("1.1")}, false, "badinh"));
    CHECK(outcomes(done) == std::vector{Outcome::refused});
    CHECK(done.stated[0].reason == "not_a_registrar");
    auto commune = places.open("badinh");
    CHECK(kind_of(state(places, commune, {procedure("1.1")})) == ErrorKind::refused);
}

TEST_CASE("a city begins with the starter where it is asked to, and publishing it again records nothing") {
    Places places;
    const node::CitySetup setup{.code = "H26", .name = "Thành phố Hà Nội", .officer_name = "Trần Bình", .rules = node::starter_entries()};
    value_of(node::init_city(places.directory("city"), setup, places.folder.path() / "recovery.key", nullptr, places.environment()));
    auto city = places.open("city");
    CHECK(city.registry()->size() == 5 + node::starter_entries().size());
    const auto again = value_of(state(places, city, node::starter_entries()));
    for (const auto outcome : outcomes(again)) CHECK(outcome == Outcome::unchanged);
}

TEST_CASE("every new node has a thousand numbers of its own within its office") {
    Places places;
    places.make_city();
    auto city = places.open("city");
    CHECK(city.registry()->number_block(city.log_id())->last == 1000);
    places.enrol(city, "badinh", "H26.00004");
    const auto first = places.open("badinh").log_id();
    CHECK(city.registry()->number_block(first)->first == 1);
    places.enrol(city, "badinh two", "H26.00004");
    const auto second = places.open("badinh two").log_id();
    CHECK(city.registry()->number_block(second)->first == 1001);
    CHECK(city.registry()->number_block(second)->last == 2000);
    const auto size = city.registry()->size();
    places.approve(city, "badinh", "H26");
    CHECK(city.registry()->size() == size);
    CHECK(city.registry()->free_number_block(city.registry()->find_office("H26.00004")->id)->first == 2001);
}

TEST_CASE("novelty: a rule is news unless the same already holds on the day from which it would") {
    World world;
    auto content = birth_registration();
    const auto novelty = [&] { return sync::novelty_of(world.registry, Kind::procedure, {}, sync::to_item(content)); };
    CHECK(novelty() == sync::Novelty::addition);
    state_procedure(world, world.registrar, content);
    CHECK(novelty() == sync::Novelty::none);
    content.valid_from_day += 100;
    CHECK(novelty() == sync::Novelty::none);
    content.valid_from_day -= 200;
    CHECK(novelty() == sync::Novelty::change);
    content = birth_registration();
    content.fee = "8.000 đồng";
    CHECK(novelty() == sync::Novelty::change);
}

TEST_CASE("novelty: a calendar is news unless its week and each of its days hold already") {
    World world;
    auto content = office_week();
    content.days = {{content.valid_from_day + 10, sync::DayKind::holiday, "Lễ", {}}};
    const auto novelty = [&] { return sync::novelty_of(world.registry, Kind::calendar, {}, sync::to_item(content)); };
    CHECK(novelty() == sync::Novelty::addition);
    state_calendar(world, world.registrar, content);
    CHECK(novelty() == sync::Novelty::none);
    content.days[0].name = "Tên khác";
    CHECK(novelty() == sync::Novelty::change);
    content.days.clear();
    CHECK(novelty() == sync::Novelty::none);  // nothing is taken back by not being mentioned
    content.known_to_day += 1;
    CHECK(novelty() == sync::Novelty::change);
    content.known_to_day -= 1;
    content.week[5] = {{480, 720}};
    CHECK(novelty() == sync::Novelty::change);
}

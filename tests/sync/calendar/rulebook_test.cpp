#include <catch2/catch.hpp>

#include "sync/calendar/rulebook.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

CalendarContent weekdays(std::string name, std::vector<SpecialDay> days) {
    CalendarContent content{.name = std::move(name), .valid_from_day = *day_of({2026, 1, 1}), .known_to_day = *day_of({2026, 12, 31}), .week = {}, .days = std::move(days)};
    content.week.assign(5, {{480, 720}, {780, 1020}});
    content.week.resize(7);
    return content;
}

void state_calendar(World& world, const CalendarContent& content) {
    world.state_registry(world.registrar, Kind::calendar, to_bytes(as_bytes(content.name)), content);
}

}  // namespace

TEST_CASE("a rulebook gives each dossier the calendar of the registry size that accepted it") {
    World world;
    const std::int64_t storm = *day_of({2026, 11, 3});
    const std::uint64_t before = world.registry.size();
    state_calendar(world, weekdays("VN", {}));
    const std::uint64_t plain = world.registry.size();
    state_calendar(world, weekdays("HCM", {}));
    state_calendar(world, weekdays("VN", {{storm, DayKind::holiday, "Bão số 12", {}}}));
    const std::uint64_t stormy = world.registry.size();

    const Rulebook rules(world.registry);
    CHECK(&rules.registry() == &world.registry);
    CHECK(rules.calendar("VN", before).first_day() == day_end);
    CHECK(rules.calendar("VN", plain).at(storm).day_class == DayClass::working);
    CHECK(rules.calendar("VN", stormy).at(storm).day_class == DayClass::holiday);
    CHECK(rules.calendar("HCM", stormy).at(storm).day_class == DayClass::working);
    CHECK(rules.calendar("no such name", stormy).first_day() == day_end);
    // Compiled once for all the sizes between two of its acts.
    CHECK(&rules.calendar("VN", plain) == &rules.calendar("VN", plain + 1));
    CHECK(&rules.calendar("VN", plain) != &rules.calendar("VN", stormy));
}

TEST_CASE("calendars that are kept are compiled once, while the registry grows, and never taken for others") {
    World world;
    const std::int64_t storm = *day_of({2026, 11, 3});
    CompiledCalendars kept;
    const auto compiled = [&](std::uint64_t size) { return &Rulebook(world.registry, kept).calendar("VN", size); };
    state_calendar(world, weekdays("VN", {}));
    const std::uint64_t plain = world.registry.size();
    const Calendar* first = compiled(plain);
    CHECK(compiled(plain) == first);
    world.state_office(world.registrar, {world.first_office, "Phường khác", OfficeKind::commune, world.hub_office});
    const Registry copy = world.registry;
    CHECK(&Rulebook(copy, kept).calendar("VN", copy.size()) == first);
    CHECK(kept.size() == 1);
    state_calendar(world, weekdays("VN", {{storm, DayKind::holiday, "Bão số 12", {}}}));
    CHECK(compiled(plain) == first);
    CHECK(compiled(world.registry.size())->at(storm).day_class == DayClass::holiday);
    CHECK(kept.size() == 2);
    World another;  // its calendar says the same, and is another one
    state_calendar(another, weekdays("VN", {}));
    CHECK(&Rulebook(another.registry, kept).calendar("VN", another.registry.size()) != first);
}

// What a procedure, a calendar and a rule set may hold. Each change breaks one limit of content that is good without it.
#include <catch2/catch.hpp>

#include "sync/registry/limits.hpp"
#include "tests/support/rules.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

template <class Content, class Change>
bool breaks(Content content, Change change) {
    change(content);
    return !flaw_in(content).empty();
}

SpecialDay holiday(std::int64_t day) { return {.day = day, .kind = DayKind::holiday, .name = "Lễ", .hours = {}}; }

}  // namespace

TEST_CASE("days of Vietnam begin at 17:00 UTC, and every instant has one") {
    constexpr std::uint64_t hour_ms = 3'600'000, day_ms = 24 * hour_ms;
    CHECK(day_in_vietnam(0) == 0);
    CHECK(day_in_vietnam(17 * hour_ms - 1) == 0);
    CHECK(day_in_vietnam(17 * hour_ms) == 1);
    CHECK(day_in_vietnam(100 * day_ms) == 100);
    CHECK(day_in_vietnam(~std::uint64_t{0}) > 0);
    CHECK(day_number(1970, 1, 2) == 1);
    CHECK(is_sensible_day(day_number(1900, 1, 1)));
    CHECK_FALSE(is_sensible_day(day_number(1900, 1, 1) - 1));
    CHECK(is_sensible_day(day_number(2199, 12, 31)));
    CHECK_FALSE(is_sensible_day(day_number(2199, 12, 31) + 1));
}

TEST_CASE("a procedure keeps its limits") {
    const ProcedureContent good = birth_registration();
    CHECK(flaw_in(good).empty());
    const auto breaks_it = [&](auto change) { return breaks(good, change); };
    CHECK(breaks_it([](auto& content) { content.code.clear(); }));
    CHECK(breaks_it([](auto& content) { content.code = "1.00 1193"; }));
    CHECK(breaks_it([](auto& content) { content.code = std::string(65, '1'); }));
    CHECK(breaks_it([](auto& content) { content.valid_from_day = 1'000'000; }));
    CHECK(breaks_it([](auto& content) { content.name.clear(); }));
    CHECK(breaks_it([](auto& content) { content.name = "hai\ndòng"; }));
    CHECK(breaks_it([](auto& content) { content.name = std::string(procedure_name_bytes_max + 1, 'a'); }));
    CHECK_FALSE(breaks_it([](auto& content) { content.name = std::string(procedure_name_bytes_max, 'a'); }));
    CHECK(breaks_it([](auto& content) { content.field = std::string(301, 'a'); }));
    CHECK(breaks_it([](auto& content) { content.time = StatutoryTime{static_cast<TimeUnit>(6), 1}; }));
    CHECK(breaks_it([](auto& content) { content.time = StatutoryTime{TimeUnit::same_day, 1}; }));
    CHECK(breaks_it([](auto& content) { content.time = StatutoryTime{TimeUnit::working_day, 0}; }));
    CHECK(breaks_it([](auto& content) { content.time = StatutoryTime{TimeUnit::working_day, 10'001}; }));
    CHECK_FALSE(breaks_it([](auto& content) { content.time.reset(); }));
    CHECK(breaks_it([](auto& content) { content.extra_time = StatutoryTime{TimeUnit::same_day, 0}; }));
    CHECK_FALSE(breaks_it([](auto& content) { content.extra_time = StatutoryTime{TimeUnit::working_day, 5}; }));
    CHECK(breaks_it([](auto& content) { content.clock = static_cast<ClockMode>(3); }));
    CHECK(breaks_it([](auto& content) { content.cutoff_minute = 1440; }));
    CHECK(breaks_it([](auto& content) { content.calendar.clear(); }));
    CHECK(breaks_it([](auto& content) { content.form_set = std::string(65, 'a'); }));
    CHECK(breaks_it([](auto& content) { content.fee = std::string(4001, 'a'); }));
    CHECK(breaks_it([](auto& content) { content.bodies = static_cast<BodyReach>(0); }));
    CHECK(breaks_it([](auto& content) { content.documents.resize(65, {"a", 1, 0}); }));
    CHECK(breaks_it([](auto& content) { content.documents = {{"", 1, 0}}; }));
    CHECK(breaks_it([](auto& content) { content.documents = {{"a", 1001, 0}}; }));
    CHECK(breaks_it([](auto& content) { content.stages.resize(17, {"a", std::nullopt, {TimeUnit::working_day, 1}}); }));
    CHECK(breaks_it([](auto& content) { content.stages = {{"a", static_cast<OfficeKind>(9), {TimeUnit::working_day, 1}}}; }));
    CHECK(breaks_it([](auto& content) { content.stages = {{"a", std::nullopt, {TimeUnit::working_day, 0}}}; }));
}

TEST_CASE("a calendar keeps its limits") {
    const CalendarContent good = office_week();
    CHECK(flaw_in(good).empty());
    const auto breaks_it = [&](auto change) { return breaks(good, change); };
    CHECK(breaks_it([](auto& content) { content.name = "V N"; }));
    CHECK(breaks_it([](auto& content) { content.known_to_day = -1'000'000; }));
    CHECK(breaks_it([](auto& content) { content.week.pop_back(); }));
    CHECK(breaks_it([](auto& content) { content.week.push_back({}); }));
    CHECK(breaks_it([](auto& content) { content.week.assign(7, {}); }));
    CHECK(breaks_it([](auto& content) { content.week[0] = {{600, 600}}; }));
    CHECK(breaks_it([](auto& content) { content.week[0] = {{600, 1441}}; }));
    CHECK(breaks_it([](auto& content) { content.week[0] = {{600, 700}, {699, 800}}; }));
    CHECK(breaks_it([](auto& content) { content.week[0] = {{700, 800}, {600, 650}}; }));
    CHECK_FALSE(breaks_it([](auto& content) { content.week[0] = {{0, 700}, {700, 1440}}; }));
    const std::int64_t day = good.valid_from_day;
    CHECK_FALSE(breaks_it([&](auto& content) { content.days = {holiday(day), holiday(day + 1)}; }));
    CHECK(breaks_it([&](auto& content) { content.days = {holiday(day), holiday(day)}; }));
    CHECK(breaks_it([&](auto& content) { content.days = {{day, static_cast<DayKind>(5), "Lễ", {}}}; }));
    CHECK(breaks_it([&](auto& content) { content.days = {{day, DayKind::holiday, "Lễ", {{480, 720}}}}; }));
    CHECK(breaks_it([&](auto& content) { content.days = {{day, DayKind::half_day, "Sáng", {}}}; }));
    CHECK_FALSE(breaks_it([&](auto& content) { content.days = {{day, DayKind::compensatory, "Làm bù", {{480, 720}}}}; }));
    CHECK(breaks_it([&](auto& content) {
        for (std::int64_t next = 0; next < 367; ++next) content.days.push_back(holiday(day + next));
    }));
}

TEST_CASE("a rule set keeps its limits") {
    const RuleSetContent good{.name = "II.06a", .valid_from_day = 20'000};
    CHECK(flaw_in(good).empty());
    CHECK(breaks(good, [](auto& content) { content.name.clear(); }));
    CHECK(breaks(good, [](auto& content) { content.valid_from_day = 1'000'000; }));
    CHECK(breaks(good, [](auto& content) { content.early = static_cast<EarlyRule>(3); }));
    CHECK(breaks(good, [](auto& content) { content.on_time = static_cast<OnTimeRule>(0); }));
}

TEST_CASE("content beyond its limits, or under another subject, is void in the registry") {
    World world;
    ProcedureContent content = birth_registration();
    content.name.clear();
    const Verdict bad{Standing::void_act, Reason::bad_content};
    CHECK(world.registry.judge(state_procedure(world, world.root, content)) == bad);
    CHECK(world.registry.judge(world.state_registry(world.root, Kind::procedure, Bytes(8), birth_registration())) == bad);
    CHECK(world.registry.judge(world.state_registry(world.root, Kind::calendar, Bytes(2), office_week())) == bad);
    CHECK(world.registry.judge(world.state_registry(world.root, Kind::rule_set, to_bytes(as_bytes(std::string_view("a"))), StepContent{})) == bad);
}

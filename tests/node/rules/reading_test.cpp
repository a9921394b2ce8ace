// From files as people have them to entries of the registry.
#include <catch2/catch.hpp>

#include "node/intake/clean_text.hpp"
#include "node/rules/read.hpp"
#include "sync/act/day.hpp"
#include "tests/support/rules.hpp"
#include "tests/support/vectors.hpp"

using namespace motcua;
using namespace motcua::tests;
using Catch::Contains;
using sync::Kind;

namespace {

const std::int64_t merger = sync::day_number(2025, 7, 1);

node::Reading units(const std::string& csv, const sync::Registry& registry, node::ReadingOptions options = {.prefix = "H26.", .parent = {}, .since_day = merger, .today = 0}) {
    return value_of(node::read_units(as_bytes(csv), options, registry));
}
node::Reading procedures(const std::string& csv, const sync::Registry& registry) {
    const node::ReadingOptions options{.prefix = {}, .parent = {}, .since_day = sync::day_number(2026, 1, 1), .today = 0};
    return value_of(node::read_procedures(as_bytes(csv), options, registry));
}
node::Reading calendar(const std::string& csv, const sync::Registry& registry) {
    return value_of(node::read_calendar(as_bytes(csv), {.prefix = {}, .parent = {}, .since_day = std::nullopt, .today = merger}, registry));
}
template <class Content>
Content content_of(const node::Reading& reading, std::size_t index) {
    return value_of(sync::from_item<Content>(reading.entries.at(index).content));
}
std::uint64_t count_of(const node::Reading& reading, std::string_view what) {
    for (const auto& count : reading.report.counts()) {
        if (count.what == what) return count.rows;
    }
    return 0;
}

}  // namespace

TEST_CASE("clean text: white space and forms are mended, and each mend is said") {
    const auto mended = [](std::string_view text) { return value_of(node::clean_text(text)); };
    CHECK(mended("Đăng ký khai sinh").text == "Đăng ký khai sinh");
    CHECK(mended("Đăng ký khai sinh").mends.none());
    CHECK(mended("  hai\n đầu ").text == "hai đầu");
    CHECK(mended("  hai\n đầu ").mends.test(static_cast<std::size_t>(node::Mend::trimmed)));
    CHECK(mended("  hai\n đầu ").mends.test(static_cast<std::size_t>(node::Mend::whitespace)));
    CHECK(mended("a\xC2\xA0" "b\t\tc").text == "a b c");
    CHECK(mended("a\xE2\x80\x8B" "b\xEF\xBB\xBF").text == "ab");
    CHECK(mended("a\xE2\x80\x8B" "b").mends.test(static_cast<std::size_t>(node::Mend::invisible)));
    CHECK(mended("e\xCC\x82\xCC\x81").text == "\xE1\xBA\xBF");  // e, circumflex, acute: ế
    CHECK(mended("e\xCC\x82\xCC\x81").mends.test(static_cast<std::size_t>(node::Mend::recomposed)));
    CHECK(mended("\n \t").text.empty());
    CHECK(mended("").mends.none());
    CHECK_FALSE(node::clean_text("\xFF"));
}

TEST_CASE("units become communes below the top, under codes with their day") {
    World world;
    const auto reading = units("unit_code,unit,kind\n00004,Phường Ba Đình,Phường\n00008, Phường  Ngọc Hà ,Phường\n", world.registry);
    REQUIRE(reading.entries.size() == 2);
    const auto first = content_of<sync::OfficeContent>(reading, 0);
    CHECK(first.office == sync::OfficeId{"H26.00004", merger});
    CHECK(first.kind == sync::OfficeKind::commune);
    CHECK(first.parent == world.top);
    CHECK(reading.entries[0].subject == cbor::encode(first.office));
    CHECK(content_of<sync::OfficeContent>(reading, 1).name == "Phường Ngọc Hà");
    CHECK(count_of(reading, "unit: white space at an end removed") == 1);
    CHECK(reading.lines == std::vector<std::uint64_t>{2, 3});
}

TEST_CASE("districts become hubs, once each, with their wards below") {
    World world;
    const auto reading = units("ward_code,ward,district_code,district\n00001,Phường Phúc Xá,001,Quận Ba Đình\n00004,Phường Trúc Bạch,001,Quận Ba Đình\n", world.registry,
                               {.prefix = "H26.", .parent = "H26.1", .since_day = 0, .today = 0});
    REQUIRE(reading.entries.size() == 3);
    const auto district = content_of<sync::OfficeContent>(reading, 0);
    CHECK(district.office == sync::OfficeId{"H26.001", 0});
    CHECK(district.kind == sync::OfficeKind::hub);
    CHECK(district.parent == world.hub_office);
    CHECK(content_of<sync::OfficeContent>(reading, 2).parent == district.office);
}

TEST_CASE("a code that names another unit from another day is another office; without a day it is refused") {
    World world;
    world.state_office(world.registrar, {{"H26.00004", 0}, "Phường Trúc Bạch", sync::OfficeKind::commune, world.hub_office});
    world.state_office(world.registrar, {{"H26.00008", 0}, "Phường Ngọc Hà", sync::OfficeKind::commune, world.hub_office});
    const std::string csv = "unit_code,unit\n00004,Phường Ba Đình\n00008,Phường Ngọc Hà\n";
    const auto dated = units(csv, world.registry);
    REQUIRE(dated.entries.size() == 2);
    CHECK(content_of<sync::OfficeContent>(dated, 0).office.since_day == merger);
    CHECK(content_of<sync::OfficeContent>(dated, 1).office.since_day == 0);                    // the same unit as before
    CHECK(content_of<sync::OfficeContent>(dated, 1).parent == world.hub_office);               // not said, so not moved
    const auto undated = units(csv, world.registry, {.prefix = "H26.", .parent = {}, .since_day = std::nullopt, .today = merger});
    CHECK(undated.entries.size() == 1);
    REQUIRE(undated.report.rejected().size() == 1);
    CHECK(undated.report.rejected()[0].line == 2);
    CHECK_THAT(undated.report.rejected()[0].reason, Contains("Phường Trúc Bạch") && Contains("--since"));
}

TEST_CASE("unit rows that cannot be taken are told by line, and the rest is taken") {
    World world;
    const auto reading = units("unit_code,unit\n0 4,Sai mã\n00005,\n00006,Phường Một\n00006,Phường Hai\n00006,Phường Một\n00007,\"lỗi\n", world.registry);
    CHECK(reading.entries.size() == 1);
    REQUIRE(reading.report.rejected().size() == 4);
    CHECK_THAT(reading.report.rejected()[1].reason, Contains("no office code"));  // after what has no quotes to speak of
    CHECK(kind_of(node::read_units(as_bytes(std::string_view("a,b\n1,2\n")), {}, world.registry)) == ErrorKind::usage);
    CHECK(kind_of(node::read_units(as_bytes(std::string_view("unit_code,unit\n")), {.prefix = {}, .parent = "H99", .since_day = {}, .today = 0}, world.registry)) ==
          ErrorKind::not_found);
}

TEST_CASE("processing times of the portal become the clock's, and what is not clear stays open") {
    World world;
    const auto reading = procedures("code,name,processing_by_case,processing_by_channel,url\n"
                                    "1.1,Một,10 WORKING_DAY,5 WORKING_DAY,x\n1.2,Hai,,20 DAY,x\n1.3,Ba,3.5 WORKING_DAY,,x\n"
                                    "1.4,Bốn,10 WORKING_DAY; 20 WORKING_DAY; 15 WORKING_DAY,,x\n1.5,Năm,15 WORKING_DAY; 7 DAY,,x\n"
                                    "1.6,Sáu,Theo mô tả OTHER,,x\n1.7,Bảy,1 HOUR,,x\n1.8,Tám,2 MONTH,,x\n1.9,Chín,,,x\n", world.registry);
    REQUIRE(reading.entries.size() == 9);
    using sync::StatutoryTime, sync::TimeUnit;
    const auto time = [&](std::size_t index) { return content_of<sync::ProcedureContent>(reading, index).time; };
    CHECK(time(0) == StatutoryTime{TimeUnit::working_day, 10});
    CHECK(time(1) == StatutoryTime{TimeUnit::calendar_day, 20});
    CHECK(time(2) == StatutoryTime{TimeUnit::working_hour, 28});
    CHECK(time(3) == StatutoryTime{TimeUnit::working_day, 10});
    CHECK(content_of<sync::ProcedureContent>(reading, 3).extra_time == StatutoryTime{TimeUnit::working_day, 10});
    CHECK_FALSE(time(4));
    CHECK_FALSE(time(5));
    CHECK(time(6) == StatutoryTime{TimeUnit::working_hour, 1});
    CHECK(time(7) == StatutoryTime{TimeUnit::calendar_month, 2});
    CHECK_FALSE(time(8));
    CHECK(content_of<sync::ProcedureContent>(reading, 0).cutoff_minute == 900);
    CHECK(count_of(reading, "several processing times: the shortest, and the rest of the longest as extra time") == 1);
    CHECK(count_of(reading, "processing times of several units: left open") == 1);
    CHECK(count_of(reading, "processing time in words or of no known unit: left open") == 1);
    CHECK(count_of(reading, "half a working day written as hours (8 a day)") == 1);
    CHECK(count_of(reading, "url: a column that the registry has no place for") == 1);
}

TEST_CASE("our own columns say the rest of a procedure") {
    World world;
    const auto reading = procedures("code,name,time,extra_time,clock,cutoff,open,fee,documents,stages\n"
                                    "3.1,Liên thông,,2 WORKING_DAY,resume,none,no,8.000 đồng,Tờ khai; Bản sao [0+2],Khai sinh @ commune: SAME_DAY; BHYT @ any: 5 WORKING_DAY\n", world.registry);
    REQUIRE(reading.report.rejected().empty());
    const auto content = content_of<sync::ProcedureContent>(reading, 0);
    CHECK(content.clock == sync::ClockMode::resume);
    CHECK_FALSE(content.cutoff_minute);
    CHECK_FALSE(content.is_open);
    CHECK(content.fee == "8.000 đồng");
    REQUIRE(content.documents.size() == 2);
    CHECK(content.documents[1].name == "Bản sao");
    CHECK(content.documents[1].originals == 0);
    CHECK(content.documents[1].copies == 2);
    REQUIRE(content.stages.size() == 2);
    CHECK(content.stages[0].office == sync::OfficeKind::commune);
    CHECK(content.stages[0].time.unit == sync::TimeUnit::same_day);
    CHECK(content.stages[1].name == "BHYT");
    CHECK_FALSE(content.stages[1].office);
    for (const std::string cells : {"x,,,,,,,", ",x,,,,,,", ",,x,,,,,", ",,,25:00,,,,", ",,,,maybe,,,", ",,,,,,,không giờ @ commune", ",,,,,,,A @ làng: SAME_DAY"}) {
        CHECK(procedures("code,name,time,extra_time,clock,cutoff,open,fee,documents,stages\n3.1,Tên," + cells + "\n", world.registry).report.rejected().size() == 1);
    }
    CHECK(procedures("code,name\n3 1,Tên\n,Tên\n3.2,\n3.3,Tên\n3.3,Khác\n3.3,Tên\n", world.registry).report.rejected().size() == 4);
}

TEST_CASE("what a file of procedures does not mention stays as the registry has it") {
    World world;
    state_procedure(world, world.registrar, birth_registration());
    const auto reading = procedures("code,name,field\n1.001193,Đăng ký khai sinh mới,\n", world.registry);
    auto expected = birth_registration();
    expected.name = "Đăng ký khai sinh mới";
    CHECK(cbor::encode(content_of<sync::ProcedureContent>(reading, 0)) == cbor::encode(expected));
}

TEST_CASE("a calendar is read from one table, or keeps the week that holds") {
    World world;
    const auto reading = calendar("day,kind,name,hours\n2026-01-01,valid_from,,\nmonday,week,,08:00-12:00 13:30-17:30\nsaturday,week,,08:00-12:00\n"
                                  "2026-04-30,holiday,Ngày Chiến thắng,\n2026-05-09,compensatory,Làm bù,08:00-12:00\n2026-05-08,half_day,,8-9\nmaanday,week,,\n2026-02-30,holiday,,\n"
                                  "2026-04-30,holiday,,\n2026-05-01,feast,,\n", world.registry);
    CHECK(reading.report.rejected().size() == 5);
    const auto content = content_of<sync::CalendarContent>(reading, 0);
    CHECK(content.valid_from_day == sync::day_number(2026, 1, 1));
    CHECK(content.known_to_day == sync::day_number(2026, 5, 9));
    CHECK(content.week[0] == std::vector<sync::WorkingSpan>{{480, 720}, {810, 1050}});
    CHECK(content.week[1].empty());
    CHECK(content.days.size() == 2);

    const std::string days_only = "day,kind\n2026-09-02,holiday\n";
    CHECK(kind_of(node::read_calendar(as_bytes(days_only), {}, world.registry)) == ErrorKind::usage);
    state_calendar(world, world.registrar, office_week());
    const node::ReadingOptions later{.prefix = {}, .parent = {}, .since_day = sync::day_number(2026, 6, 1), .today = 0};
    CHECK(content_of<sync::CalendarContent>(value_of(node::read_calendar(as_bytes(days_only), later, world.registry)), 0).week == office_week().week);
}

TEST_CASE("the starter holds the procedures, calendars and rule sets that a city begins with") {
    World world;
    std::map<Kind, int> kinds;
    for (const auto& entry : node::starter_entries()) {
        ++kinds[entry.kind];
        world.registry_log.append({.signer = &world.registrar, .at = {}, .kind = entry.kind, .subject = entry.subject, .prior = {}, .content = entry.content, .body = {}},
                                  world.registry_log.head.size());
        CHECK(value_of(world.registry.apply(world.registry_log.acts.back())).effective());
    }
    CHECK(kinds == std::map<Kind, int>{{Kind::procedure, 16}, {Kind::calendar, 2}, {Kind::rule_set, 2}});
    const auto size = world.registry.size();
    const auto day = sync::day_number(2026, 11, 24);
    CHECK(world.registry.procedure_at("1.000894", day, size)->extra_time == sync::StatutoryTime{sync::TimeUnit::working_day, 5});
    CHECK(world.registry.procedure_at("3.000722", day, size)->stages.size() == 3);
    CHECK(world.registry.rule_set_at("II.06a", day, size)->waiting_is_on_time);
    CHECK_FALSE(world.registry.rule_set_at("headline", day, size)->waiting_is_on_time);
    const auto calendars = world.registry.calendar_acts("VN", size);
    REQUIRE(calendars.size() == 2);
    const auto is_off = [&](int year, unsigned month, unsigned date) {
        return std::ranges::any_of(calendars, [&](const auto& act) {
            return std::ranges::any_of(act->days, [&](const auto& special) { return special.day == sync::day_number(year, month, date) && special.hours.empty(); });
        });
    };
    for (const unsigned date : {16U, 17U, 18U, 19U, 20U}) CHECK(is_off(2026, 2, date));
    CHECK(is_off(2026, 4, 27));
    CHECK(is_off(2026, 11, 24));
    CHECK_FALSE(is_off(2026, 2, 23));
    for (const unsigned date : {5U, 6U, 7U, 8U, 9U, 10U, 11U}) CHECK(is_off(2027, 2, date));
    CHECK(is_off(2027, 4, 16));
    CHECK(is_off(2027, 5, 3));
    for (const auto& act : calendars) {  // a holiday at a weekend has its substitute
        const auto count = [&](auto&& wanted) { return std::ranges::count_if(act->days, wanted); };
        const auto is_weekend = [](const sync::SpecialDay& special) {
            const std::chrono::weekday weekday{std::chrono::sys_days(std::chrono::days(special.day))};
            return special.kind == sync::DayKind::holiday && (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday);
        };
        CHECK(count(is_weekend) == count([](const auto& special) { return special.kind == sync::DayKind::substitute_off; }));
    }
}

#include "node/intake/event_time.hpp"

#include <catch2/catch.hpp>

using namespace motcua;
using node::parse_event_time;

TEST_CASE("an event's time is exact for every way to write its offset") {
    const auto ms_of = [](std::string_view text) {
        const auto time = parse_event_time(text, std::nullopt);
        REQUIRE(time);
        return std::pair{time->ms, time->offset_minutes};
    };
    CHECK(ms_of("1970-01-01T00:00:00Z") == std::pair<std::int64_t, std::int64_t>{0, 0});
    CHECK(ms_of("2011-10-11 13:45:40.276000+02:00") == std::pair<std::int64_t, std::int64_t>{1318333540276, 120});
    CHECK(ms_of("2011-10-11T13:45:40.276+02:00") == std::pair<std::int64_t, std::int64_t>{1318333540276, 120});
    CHECK(ms_of("2011-10-11T11:45:40,276Z") == std::pair<std::int64_t, std::int64_t>{1318333540276, 0});
    CHECK(ms_of("2011-12-06 01:06:40+01") == std::pair<std::int64_t, std::int64_t>{1323130000000, 60});
    CHECK(ms_of("2011-12-06 01:06+0100") == std::pair<std::int64_t, std::int64_t>{1323129960000, 60});
    CHECK(ms_of("2026-03-01 00:00:00-03:30") == std::pair<std::int64_t, std::int64_t>{1772335800000, -210});
    CHECK(ms_of("1969-12-31T23:59:59.5Z") == std::pair<std::int64_t, std::int64_t>{-500, 0});
}

TEST_CASE("a fraction of a second is cut to milliseconds, never rounded") {
    CHECK(parse_event_time("1970-01-01T00:00:00.123999999Z", {})->ms == 123);
    CHECK(parse_event_time("1970-01-01T00:00:00.999999Z", {})->ms == 999);
    CHECK(parse_event_time("1970-01-01T00:00:00.1Z", {})->ms == 100);
}

TEST_CASE("a time without an offset is refused unless the mapping gives one") {
    CHECK_FALSE(parse_event_time("2026-03-02 08:00:00", std::nullopt));
    const auto time = parse_event_time("2026-03-02 08:00:00", 420);
    REQUIRE(time);
    CHECK(*time == *parse_event_time("2026-03-02T08:00:00+07:00", std::nullopt));
    CHECK(parse_event_time("2026-03-02T08:00:00Z", 420)->offset_minutes == 0);
}

TEST_CASE("what is no moment is refused") {
    for (const std::string_view text :
         {"", "2026", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-10T00:00:00Z", "2026-03-02", "2026-03-02T24:00:00Z",
          "2026-03-02T08:60:00Z", "2026-03-02T08:00:60Z", "2026-03-02T08:00:00.Z", "2026-03-02T08:00:00.1234567890Z",
          "2026-03-02T08:00:00+19:00", "2026-03-02T08:00:00+07:60", "2026-03-02T08:00:00+07:", "2026-03-02T08:00:00Zx",
          "2026-03-02T08:00:00 +07:00", "2026-3-2T08:00:00Z", "-026-03-02T08:00:00Z", "02/03/2026 08:00"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_event_time(text, std::nullopt));
    }
}

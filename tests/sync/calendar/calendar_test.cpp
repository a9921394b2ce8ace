#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include "sync/calendar/explain.hpp"
#include "tests/support/scale.hpp"
#include "tests/support/world.hpp"
#include "tests/sync/calendar/deadline_table.hpp"
#include "tests/sync/calendar/naive_calendar.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

using Acts = NaiveCalendar::Acts;

std::vector<WorkingSpan> spans(SeededRandom& random) {
    switch (random.below(5)) {
        case 0: return {{480, 720}};
        case 1: return {{450, 690}, {810, 1050}};
        case 2: return {{0, 30 + random.below(60)}, {600, 1439}};
        case 3: return {{random.below(400), 500 + random.below(300)}};
        default: return {{480, 720}, {780, 1020}};
    }
}

/// One to three acts over two years, every third day special in some; each week has a working day.
Acts random_calendar(SeededRandom& random) {
    Acts acts;
    const auto first = static_cast<std::int64_t>(20'000 + random.below(500));
    for (std::uint64_t count = 1 + random.below(3); count > 0; --count) {
        CalendarContent content{.name = "VN", .valid_from_day = acts.empty() ? first : first + static_cast<std::int64_t>(random.below(300)), .known_to_day = first + 400,
                                .week = std::vector<std::vector<WorkingSpan>>(7), .days = {}};
        for (auto& hours : content.week) {
            if (random.below(4) != 0) hours = spans(random);
        }
        content.week[random.below(7)] = spans(random);
        const std::uint64_t one_in = 3 + random.below(40);
        for (std::int64_t day = first; day < first + 400; ++day) {
            if (random.below(one_in) != 0) continue;
            const auto kind = static_cast<DayKind>(1 + random.below(4));
            const bool works = kind == DayKind::compensatory || kind == DayKind::half_day;
            content.days.push_back({day, kind, "ngày", works ? spans(random) : std::vector<WorkingSpan>{}});
        }
        acts.push_back(std::make_shared<CalendarContent>(std::move(content)));
    }
    return acts;
}

std::string shown(const LocalMinute& at) { return weekday_vi(at.day) + " " + date_vi(at.day) + " " + minute_vi(at.minute); }

std::string described(const Term& term) {
    std::string text = text_vi(term.time) + " from " + shown(local_minute(term.start_ms));
    if (term.cutoff_minute) text += " cutoff " + minute_vi(static_cast<std::int64_t>(*term.cutoff_minute));
    for (const Pause& pause : term.pauses) {
        text += (pause.then == ClockMode::restart ? " restart " : " resume ") + shown(local_minute(pause.from_ms)) + " to " + shown(local_minute(pause.to_ms));
    }
    return text + "\n";
}

std::uint64_t random_instant(SeededRandom& random, std::int64_t from_day, std::uint64_t days) {
    return ms_of({from_day + static_cast<std::int64_t>(random.below(days)), static_cast<std::int64_t>(random.below(1440))}) + random.below(60'000);
}

}  // namespace

TEST_CASE("on random calendars the engine gives the date that counting day by day gives") {
    const bool holds = rc::check([](std::uint64_t seed) {
        SeededRandom random(std::to_string(seed));
        const Acts acts = random_calendar(random);
        const Calendar calendar(acts);
        const NaiveCalendar naive(acts);
        for (int round = 0; round < 20; ++round) {
            const auto unit = static_cast<TimeUnit>(1 + random.below(5));
            const std::uint64_t amount_end = unit == TimeUnit::working_hour ? 60 : unit == TimeUnit::calendar_month ? 5 : 40;
            Term term{.time = {unit, unit == TimeUnit::same_day ? 0 : random.below(amount_end)},
                      .extra = std::nullopt,
                      .start_ms = random_instant(random, calendar.first_day(), 350),
                      .cutoff_minute = random.below(2) == 0 ? std::nullopt : std::optional(random.below(1440)),
                      .pauses = {}};
            std::vector<Pause> pauses;
            std::uint64_t from = term.start_ms;
            for (std::uint64_t count = random.below(4); count > 0; --count) {
                const std::uint64_t asked = from + random.below(6 * 86'400'000), back = asked + random.below(9 * 86'400'000);
                pauses.push_back({asked, back, random.below(2) == 0 ? ClockMode::restart : ClockMode::resume});
                from = back;
            }
            term.pauses = pauses;
            const auto due = calendar.due(term);
            RC_ASSERT(due.has_value());
            RC_LOG() << described(term);
            RC_ASSERT(shown(local_minute(due->ms)) == shown(naive.due(term)));
            const auto explanation = explain(calendar, term);
            RC_ASSERT(explanation.has_value() && explanation->due == *due);
        }
    });
    CHECK(holds);
}

TEST_CASE("working minutes add up, and so many of them lead to the instant again") {
    const bool holds = rc::check([](std::uint64_t seed) {
        SeededRandom random(std::to_string(seed));
        const Calendar calendar(random_calendar(random));
        std::array<std::uint64_t, 3> at{};
        for (auto& instant : at) instant = random_instant(random, calendar.first_day(), 1500);
        std::ranges::sort(at);
        const std::uint64_t first = calendar.working_minutes_between(at[0], at[1]), second = calendar.working_minutes_between(at[1], at[2]);
        RC_ASSERT(first + second == calendar.working_minutes_between(at[0], at[2]));
        RC_ASSERT(calendar.working_minutes_between(at[1], at[0]) == 0 || local_minute(at[0]) == local_minute(at[1]));
        const auto there = value_of(calendar.after_working_minutes(at[0], first));
        RC_ASSERT(calendar.working_minutes_between(at[0], there.ms) == first);
        RC_ASSERT(there.ms <= at[1] || first == 0);
    });
    CHECK(holds);
}

TEST_CASE("a calendar without working days, or that does not reach, says so and does not search for ever") {
    const auto due = [](const Acts& acts, std::uint64_t amount, std::string_view start) {
        return Calendar(acts).due({TimeUnit::working_day, amount}, read_instant(start), 900);
    };
    CHECK(kind_of(due({}, 1, "Mon 02/11/2026 09:00")) == ErrorKind::not_found);
    CalendarContent idle{.name = "VN", .valid_from_day = 20'000, .known_to_day = 30'000, .week = std::vector<std::vector<WorkingSpan>>(7), .days = {}};
    CHECK(kind_of(due({std::make_shared<CalendarContent>(idle)}, 1, "Mon 02/11/2026 09:00")) == ErrorKind::not_found);
    idle.days.push_back({*day_of({2026, 11, 3}), DayKind::compensatory, "", {{480, 1020}}});
    const Acts one_day{std::make_shared<CalendarContent>(idle)};
    CHECK(due(one_day, 0, "Mon 02/11/2026 09:00").has_value());  // from its only day to its only day
    CHECK(kind_of(due(one_day, 1, "Mon 02/11/2026 09:00")) == ErrorKind::not_found);
    CHECK(kind_of(due(one_day, 0, "Wed 04/11/2026 09:00")) == ErrorKind::not_found);

    const Acts working = read_deadline_table().calendars.at("VN");
    CHECK(kind_of(due(working, 1, "Mon 01/09/2025 09:00")) == ErrorKind::not_found);  // before its first day
    CHECK(kind_of(due(working, 100'000, "Mon 02/11/2026 09:00")) == ErrorKind::not_found);  // beyond 2199
    CHECK(kind_of(due(working, UINT64_MAX, "Mon 02/11/2026 09:00")) == ErrorKind::not_found);
    const Calendar calendar(working);
    CHECK(kind_of(calendar.due({TimeUnit::calendar_month, 100'000'000}, read_instant("Mon 02/11/2026 09:00"), 900)) == ErrorKind::not_found);
    CHECK(kind_of(calendar.due({TimeUnit::same_day, 0}, UINT64_MAX, 900)) == ErrorKind::not_found);
    CHECK(kind_of(calendar.after_working_minutes(read_instant("Mon 02/11/2026 09:00"), UINT64_MAX)) == ErrorKind::not_found);
    CHECK(calendar.working_minutes_between(0, UINT64_MAX) > 0);
    CHECK(due(working, 40'000, "Mon 02/11/2026 09:00").has_value());  // into the 2180s
}

TEST_CASE("work until midnight ends on its own day, a minute before") {
    CalendarContent content{.name = "VN", .valid_from_day = 20'000, .known_to_day = 30'000, .week = std::vector<std::vector<WorkingSpan>>(7, {{480, 1440}}), .days = {}};
    const Calendar calendar(Acts{std::make_shared<CalendarContent>(content)});
    CHECK(value_of(calendar.due({TimeUnit::same_day, 0}, read_instant("Mon 02/11/2026 09:00"), 900)).ms == read_instant("Mon 02/11/2026 23:59"));
    CHECK(value_of(calendar.due({TimeUnit::working_hour, 16}, read_instant("Mon 02/11/2026 08:00"), 900)).ms == read_instant("Mon 02/11/2026 23:59"));
}

TEST_CASE("the latest act that names a day holds, and the latest week") {
    Acts acts = read_deadline_table().calendars.at("VN");
    CalendarContent later{.name = "VN", .valid_from_day = *day_of({2026, 11, 9}), .known_to_day = *day_of({2028, 12, 31}),
                          .week = acts.front()->week, .days = {{*day_of({2026, 11, 3}), DayKind::holiday, "Bão số 12", {}}}};
    later.week[5] = {{480, 720}};
    later.days.push_back({*day_of({2026, 11, 24}), DayKind::compensatory, "Vẫn làm việc", {{480, 720}, {780, 1020}}});
    acts.push_back(std::make_shared<CalendarContent>(later));
    const Calendar calendar(acts);
    CHECK(calendar.at(*day_of({2026, 11, 3})).day_class == DayClass::holiday);
    CHECK(calendar.at(*day_of({2026, 11, 3})).name == "Bão số 12");
    CHECK(calendar.at(*day_of({2026, 11, 24})).halves == 2);
    CHECK(calendar.at(*day_of({2026, 11, 7})).halves == 0);
    CHECK(calendar.at(*day_of({2026, 11, 14})).halves == 1);
    CHECK(calendar.at(*day_of({2030, 3, 2})).halves == 1);  // Saturdays go on for ever
    CHECK(calendar.known_to_day() == *day_of({2028, 12, 31}));
}

TEST_CASE("early is an earlier working day, and a day off belongs to the next working day") {
    const Calendar calendar(read_deadline_table().calendars.at("VN"));
    const auto is_early = [&](std::string_view finished, std::string_view due) { return calendar.is_earlier_working_day(read_instant(finished), read_instant(due)); };
    CHECK(is_early("Thu 05/11/2026 16:59", "Fri 06/11/2026 17:00"));
    CHECK_FALSE(is_early("Fri 06/11/2026 08:00", "Fri 06/11/2026 17:00"));
    CHECK_FALSE(is_early("Sun 08/11/2026 10:00", "Mon 09/11/2026 17:00"));
    CHECK(is_early("Sun 08/11/2026 10:00", "Tue 10/11/2026 17:00"));
    CHECK_FALSE(is_early("Tue 24/11/2026 10:00", "Wed 25/11/2026 17:00"));
    CHECK_FALSE(is_early("Tue 10/11/2026 10:00", "Mon 09/11/2026 17:00"));
    CHECK(is_early("Mon 01/09/2025 10:00", "Tue 02/09/2025 17:00"));  // before the calendar, plain days decide
}

TEST_CASE("time and extra time add up where they can") {
    using enum TimeUnit;
    CHECK(sum({working_day, 3}, {working_day, 5}) == StatutoryTime{working_day, 8});
    CHECK(sum({same_day, 0}, {working_day, 2}) == StatutoryTime{working_day, 2});
    CHECK(sum({working_day, 1}, {working_hour, 4}) == StatutoryTime{working_hour, 12});
    CHECK(sum({calendar_month, 1}, {calendar_month, 1}) == StatutoryTime{calendar_month, 2});
    CHECK_FALSE(sum({working_day, 3}, {calendar_day, 5}).has_value());
    CHECK_FALSE(sum({working_day, UINT64_MAX}, {working_day, 5}).has_value());
}

TEST_CASE("dates, months and instants are those of the civil calendar, seven hours ahead of UTC") {
    CHECK(local_minute(1'795'827'600'000) == LocalMinute{*day_of({2026, 11, 28}), 8 * 60});  // date -ud 2026-11-28T01:00Z
    CHECK(ms_of({*day_of({2026, 11, 28}), 8 * 60}) == 1'795'827'600'000);
    CHECK(civil_date(0) == CivilDate{1970, 1, 1});
    CHECK(*day_of({2199, 12, 31}) == day_end - 1);
    CHECK_FALSE(day_of({2026, 2, 29}).has_value());
    CHECK_FALSE(day_of({2200, 1, 1}).has_value());
    CHECK(months_later(*day_of({2028, 1, 31}), 1) == day_of({2028, 2, 29}));
    CHECK(months_later(*day_of({2026, 11, 30}), 3) == day_of({2027, 2, 28}));
    CHECK_FALSE(months_later(*day_of({2026, 11, 30}), UINT64_MAX).has_value());
}

// How many due dates a second one core gives, by unit, with a supplement, and explained.

#include <benchmark/benchmark.h>

#include <array>

#include "sync/calendar/explain.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

/// Five whole days and a half, with a holiday in every fifth week, known for ten years.
Calendar calendar() {
    const std::int64_t first = *day_of({2025, 1, 1});
    CalendarContent content{.name = "VN", .valid_from_day = first, .known_to_day = first + 3650, .week = {}, .days = {}};
    content.week.assign(5, {{480, 720}, {780, 1020}});
    content.week.push_back({{480, 720}});
    content.week.emplace_back();
    for (std::int64_t day = first; day < first + 3650; day += 33) content.days.push_back({day, DayKind::holiday, "Nghỉ lễ", {}});
    const std::vector acts{std::shared_ptr<const CalendarContent>(std::make_shared<CalendarContent>(std::move(content)))};
    return Calendar(acts);
}

/// Receptions spread over five years, so that the table is walked, not one cache line of it.
std::vector<std::uint64_t> receptions() {
    std::vector<std::uint64_t> instants;
    std::uint64_t state = 1;
    for (int count = 0; count < 4096; ++count) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        instants.push_back(ms_of({*day_of({2025, 1, 1}) + static_cast<std::int64_t>((state >> 33) % 1825), static_cast<std::int64_t>((state >> 20) % 1440)}));
    }
    return instants;
}

void due(benchmark::State& state, StatutoryTime time, std::span<const Pause> pauses) {
    const Calendar working = calendar();
    const auto instants = receptions();
    std::vector<Pause> own(pauses.begin(), pauses.end());
    std::size_t next = 0;
    for (auto _ : state) {
        Term term{.time = time, .extra = std::nullopt, .start_ms = instants[next++ % instants.size()], .cutoff_minute = 900, .pauses = own};
        for (std::size_t index = 0; index < own.size(); ++index) own[index] = {term.start_ms + pauses[index].from_ms, term.start_ms + pauses[index].to_ms, pauses[index].then};
        benchmark::DoNotOptimize(working.due(term));
    }
    state.SetItemsProcessed(state.iterations());
}

constexpr std::uint64_t day_ms = 86'400'000;
constexpr std::array<Pause, 1> supplement{Pause{day_ms, 4 * day_ms, ClockMode::resume}};

BENCHMARK_CAPTURE(due, working_days, StatutoryTime{TimeUnit::working_day, 15}, std::span<const Pause>{});
BENCHMARK_CAPTURE(due, working_hours, StatutoryTime{TimeUnit::working_hour, 40}, std::span<const Pause>{});
BENCHMARK_CAPTURE(due, same_day, StatutoryTime{TimeUnit::same_day, 0}, std::span<const Pause>{});
BENCHMARK_CAPTURE(due, calendar_months, StatutoryTime{TimeUnit::calendar_month, 2}, std::span<const Pause>{});
BENCHMARK_CAPTURE(due, after_a_pause, StatutoryTime{TimeUnit::working_day, 15}, std::span<const Pause>(supplement));

void explained(benchmark::State& state) {
    const Calendar working = calendar();
    const auto instants = receptions();
    std::size_t next = 0;
    for (auto _ : state) {
        const Term term{.time = {TimeUnit::working_day, 15}, .extra = std::nullopt, .start_ms = instants[next++ % instants.size()], .cutoff_minute = 900, .pauses = {}};
        const auto explanation = explain(working, term);
        benchmark::DoNotOptimize(text_vi(*explanation));
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(explained);

void compile_calendar(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(calendar());
}
BENCHMARK(compile_calendar);

}  // namespace

BENCHMARK_MAIN();

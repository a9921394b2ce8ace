/// A city's year of reports: 8.5 million dossiers' states in memory (made one by one, not kept), what they contribute, the sums, the form read from
/// them, and the same from the store. And the fold itself, on whole dossiers.

#include <algorithm>
#include <cstdlib>
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "node/store/report_reader.hpp"
#include "node/store/report_view.hpp"
#include "tests/node/store/stored_world.hpp"
#include "tests/sync/report/report_scene.hpp"

namespace motcua::tests {
namespace {

/// 8.5 million, or MOTCUA_BENCH_DOSSIERS.
const std::int64_t city_year = [] {
    const char* asked = std::getenv("MOTCUA_BENCH_DOSSIERS");
    return asked == nullptr ? std::int64_t{8'500'000} : std::max<std::int64_t>(1, std::atoll(asked));
}();
constexpr std::size_t offices = 180, fields = 12;

double resident_mb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

/// A small generator: the bench is not about random numbers.
class Dice {
  public:
    std::uint64_t below(std::uint64_t bound) {
        state_ = state_ * 6'364'136'223'846'793'005ULL + 1'442'695'040'888'963'407ULL;
        return (state_ >> 33U) % bound;
    }

  private:
    std::uint64_t state_ = 26;
};

/// Changes a state into the next dossier of the year.
void next_dossier(sync::Dossier& dossier, const ReportScene& scene, Dice& dice) {
    const auto day = scene.monday - 300 + static_cast<std::int64_t>(dice.below(365));
    const auto due = day + 1 + static_cast<std::int64_t>(dice.below(10));
    dossier.custody->office.code = "H26." + std::to_string(dice.below(offices));
    dossier.procedure = "2." + std::to_string(dice.below(fields));
    dossier.channel = dice.below(3) == 0 ? sync::ReceptionChannel::online : sync::ReceptionChannel::desk;
    dossier.received_ms = ReportScene::at(day);
    dossier.clock.started_ms = dossier.received_ms;
    dossier.clock.due_ms = dossier.clock.promised_ms = ReportScene::at(due, 17);
    dossier.clock.ended_ms.reset();
    if (dice.below(50) != 0) dossier.clock.ended_ms = ReportScene::at(due - static_cast<std::int64_t>(dice.below(3)) + (dice.below(90) == 0 ? 3 : 0), 15);
    dossier.outcome = sync::Outcome::completed;
}

struct City {
    ReportScene scene;
    sync::DayBook book;

    City() {
        for (std::size_t field = 0; field < fields; ++field) {
            const auto code = "2." + std::to_string(field);
            scene.world.state_registry(scene.world.root, sync::Kind::procedure, to_bytes(as_bytes(code)), procedure(code, "Lĩnh vực " + std::to_string(field), 3));
        }
    }
    [[nodiscard]] sync::Period year() const { return {scene.monday - 300, scene.monday + 65}; }
};

City& full_city() {
    static City city;
    return city;
}

/// Once over the whole year; what the later ones read.
void contributions_of_a_city_year(benchmark::State& state) {
    auto& city = full_city();
    const auto rulebook = city.scene.rulebook();
    for (auto _ : state) {
        Dice dice;
        auto dossier = city.scene.accepted(city.scene.monday, city.scene.monday + 3);
        for (std::int64_t count = 0; count < city_year; ++count) {
            next_dossier(dossier, city.scene, dice);
            city.book.add(*sync::contribution_of(dossier, {}, rulebook));
        }
    }
    state.counters["dossiers/s"] = benchmark::Counter(static_cast<double>(city_year), benchmark::Counter::kIsRate);
    state.counters["resident MB"] = resident_mb();
}
BENCHMARK(contributions_of_a_city_year)->Iterations(1)->Unit(benchmark::kMillisecond);

void form_from_memory(benchmark::State& state) {
    const auto& city = full_city();
    const auto rules = value_of(sync::rule_set_of(city.scene.world.registry, sync::form_rules, city.year().to_day));
    std::int64_t received = 0;
    for (auto _ : state) received = sync::form_row(sync::sum_of(city.book.totals(city.year())), rules).received();
    ensure(received == city_year, "every dossier is in the year");
}
BENCHMARK(form_from_memory)->Unit(benchmark::kMillisecond);

/// A city's year as the store holds it, without its dossiers: 126 communes and 30 departments, 40 procedures in 15 fields, and every day of two
/// years, so that there is something before the year that is asked for. Sums are as ReportWriter leaves them; report_case has those
/// in process and as many finished ones.
class StoredCity {
  public:
    static constexpr std::int64_t communes = 126, departments = 30, fields = 15, open_dossiers = 120'000;

    StoredCity() {
        value_of(stored_.store->begin());
        Dice dice;
        for (std::int64_t office = 0; office < communes + departments; ++office) {
            // A department handles few fields.
            for (std::int64_t field = office < communes ? 0 : office % fields; field < fields; field += office < communes ? 1 : fields / 3) {
                run("INSERT INTO report_place (number, office, since_day, unit, field) VALUES (?, ?, 0, '', ?)", ++places, "H26." + std::to_string(office),
                    "Lĩnh vực " + std::to_string(field));
            }
        }
        for (std::int64_t place = 1; place <= places; ++place) fill_sums(place, dice);
        for (std::int64_t number = 1; number <= 2 * open_dossiers; ++number) add_case(number, dice);
        value_of(stored_.store->commit());
    }
    node::Reader& reader() { return stored_.store->reader(); }
    static std::int64_t first_day() { return *sync::day_of({2025, 1, 1}); }
    static std::int64_t last_day() { return *sync::day_of({2026, 12, 31}); }
    std::int64_t places = 0;
    std::int64_t received = 0;  ///< in the year that is asked for
    std::uint64_t rows = 0;

  private:
    template <class... Values>
    void run(std::string_view sql, const Values&... values) {
        auto statement = value_of(stored_.store->database().prepare(sql));
        value_of(statement.bind(values...).run());
    }
    void fill_sums(std::int64_t place, Dice& dice) {
        std::map<std::pair<node::SumSpan, std::int64_t>, sync::Tally> sums;
        const auto busy = 2 + dice.below(24);  // 8.5 million a year on average
        for (auto day = first_day(); day <= last_day(); ++day) {
            if (sync::weekday(day) == 6) continue;
            sync::Tally tally;
            const auto count = static_cast<std::int64_t>(dice.below(2 * busy));
            tally.counts[sync::place_of(sync::Counter::received_direct)] = count / 3;
            tally.counts[sync::place_of(sync::Counter::received_online)] = count - count / 3;
            tally.counts[sync::place_of(sync::Counter::completed, sync::Timing::earlier_working_day)] = count / 2;
            tally.counts[sync::place_of(sync::Counter::completed, sync::Timing::at_due_instant)] = count / 4;
            tally.counts[sync::place_of(sync::Counter::completed, sync::Timing::earlier_instant)] = count - count / 2 - count / 4;
            tally.counts[sync::place_of(sync::Counter::hand_overs)] = count / 3;
            tally.counts[sync::place_of(sync::Counter::told_early)] = count / 2;
            if (tally.is_zero()) continue;
            if (sync::civil_date(day).year == 2026) received += count;
            for (const auto span : node::every_sum_span) sums[{span, node::first_day_of(span, day)}] += tally;
        }
        for (const auto& [key, tally] : sums) {
            const auto bytes = node::encode_tally(tally);
            run("INSERT INTO report_sum (span, first_day, place, tally) VALUES (?, ?, ?, ?)", static_cast<int>(key.first), key.second, place, bytes);
            ++rows;
        }
    }
    /// The first half is in process; a fifth of these is due on the last day.
    void add_case(std::int64_t number, Dice& dice) {
        const auto due_day = last_day() + static_cast<std::int64_t>(dice.below(5));
        const auto due_ms = ReportScene::at(due_day, 17);
        const bool is_open = number <= open_dossiers;
        const std::vector<sync::Change> changes{{last_day() - 6, sync::place_of(sync::Counter::received_direct), 1}, {due_day + 1, sync::place_of(sync::Counter::overdue), 1}};
        const auto bytes = cbor::encode(changes);
        run("INSERT INTO report_case (dossier, place, received_day, finished_day, due_ms, watch_ms, changes) VALUES (?, ?, ?, ?, ?, ?, ?)", number,
            1 + number % places, last_day() - 6, is_open ? std::nullopt : std::optional(last_day() - number % 300), due_ms,
            is_open ? std::optional(due_ms) : std::nullopt, bytes);
    }
    StoredWorld stored_;
};

/// How a year is asked for: from its first day to its last, from days within months (to the end of the last), or up to now, in the
/// middle of its last day.
enum class Asked { whole, odd, until_now };
node::ReportQuery query_of(Asked asked, const sync::RuleSetContent& rules) {
    const auto first = *sync::day_of({2026, 1, 1}), last = StoredCity::last_day();
    sync::Period period{first, last};
    if (asked == Asked::odd) period = {first + 14, last - 13};
    const auto minute = asked == Asked::until_now ? 12 * 60 : sync::minutes_per_day - 1;
    return {.period = period, .as_of_ms = sync::ms_of({period.to_day, minute}), .rules = rules};
}

/// The city's one line, and form II.06a by office and by field.
void report_of_a_city_year(benchmark::State& state, Asked asked, sync::GroupBy by) {
    static StoredCity stored;
    static ReportScene scene;
    node::ReportReader reports(stored.reader(), scene.world.registry);
    const auto query = query_of(asked, value_of(sync::rule_set_of(scene.world.registry, sync::form_rules, StoredCity::last_day())));
    std::int64_t received = 0;
    for (auto _ : state) {
        received = 0;
        for (const auto& row : sync::grouped(value_of(reports.totals(query)), by, scene.world.registry)) {
            const auto form = sync::form_row(row.totals, query.rules);
            received += form.online + form.direct;
        }
    }
    ensure(asked == Asked::odd ? received < stored.received : received == stored.received, "every dossier of the period is counted");
    state.counters["dossiers"] = static_cast<double>(received);
    state.counters["places"] = static_cast<double>(stored.places);
    state.counters["sums stored"] = static_cast<double>(stored.rows);
}
BENCHMARK_CAPTURE(report_of_a_city_year, headline, Asked::whole, sync::GroupBy::city)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_of_a_city_year, headline_odd_range, Asked::odd, sync::GroupBy::city)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_of_a_city_year, headline_until_now, Asked::until_now, sync::GroupBy::city)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_of_a_city_year, form_by_office, Asked::whole, sync::GroupBy::office)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_of_a_city_year, form_by_office_odd_range, Asked::odd, sync::GroupBy::office)->Unit(benchmark::kMillisecond);

/// Reception, assignment, result, hand-over to the citizen: the whole fold, and what it contributes.
void fold_whole_dossiers(benchmark::State& state) {
    ReportScene scene;
    auto& world = scene.world;
    const auto id = world.next_dossier(world.first());
    world.receipt(world.first());
    std::vector<sync::Act> acts;
    const auto dossier = world.next_dossier(world.first());
    acts.push_back(world.state(world.first(), sync::Kind::receive, dossier, std::nullopt, World::received("H26.1.01-251009-0001")));
    acts.push_back(world.state(world.first(), sync::Kind::assign, dossier, acts[0].id));
    acts.push_back(world.state(world.first(), sync::Kind::complete, dossier, acts[1].id));
    acts.push_back(world.state(world.first(), sync::Kind::result_handed_over, dossier, acts[2].id));
    ensure(id != dossier, "another place in the log");
    const auto rulebook = scene.rulebook();
    for (auto _ : state) {
        const auto folded = sync::fold_dossier(dossier, acts, rulebook);
        auto contribution = sync::contribution_of(folded, {}, rulebook);
        ensure(contribution && contribution->finished_day, "it is done");
        benchmark::DoNotOptimize(contribution);
    }
    state.counters["dossiers/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
    state.counters["acts/s"] = benchmark::Counter(static_cast<double>(state.iterations() * 4), benchmark::Counter::kIsRate);
}
BENCHMARK(fold_whole_dossiers)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace motcua::tests

BENCHMARK_MAIN();

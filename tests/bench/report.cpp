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

/// The sums as ReportWriter leaves them, in a database of their own.
class StoredCity {
  public:
    StoredCity() {
        auto& city = full_city();
        value_of(stored_.store->begin());
        std::int64_t number = 0;
        std::map<std::tuple<int, std::int64_t, std::int64_t>, sync::Tally> sums;
        const auto year = city.year();
        for (const auto& [place, totals] : city.book.totals(year)) {
            run("INSERT INTO report_place (number, office, since_day, unit, field) VALUES (?, ?, ?, ?, ?)", ++number, place.office.code, place.office.since_day,
                place.unit, place.field);
            numbers_[place] = number;
        }
        for (auto day = year.from_day; day <= year.to_day + 30; ++day) {
            for (const auto& [place, totals] : city.book.totals({day, day})) {
                if (totals.during.is_zero()) continue;
                for (const auto span : {node::SumSpan::day, node::SumSpan::month, node::SumSpan::year}) {
                    sums[{static_cast<int>(span), node::first_day_of(span, day), numbers_.at(place)}] += totals.during;
                }
            }
        }
        for (const auto& [key, tally] : sums) {
            const auto bytes = node::encode_tally(tally);
            run("INSERT INTO report_sum (span, first_day, place, tally) VALUES (?, ?, ?, ?)", std::get<0>(key), std::get<1>(key), std::get<2>(key), bytes);
        }
        value_of(stored_.store->commit());
        rows = sums.size();
    }
    node::Reader& reader() { return stored_.store->reader(); }
    std::size_t rows = 0;

  private:
    template <class... Values>
    void run(std::string_view sql, const Values&... values) {
        auto statement = value_of(stored_.store->database().prepare(sql));
        value_of(statement.bind(values...).run());
    }
    StoredWorld stored_;
    std::map<sync::Place, std::int64_t> numbers_;
};

/// A year of whole months is `0`; otherwise the period begins and ends within months, which reads days at both edges.
void form_from_the_store(benchmark::State& state) {
    static StoredCity stored;
    auto& city = full_city();
    node::ReportReader reports(stored.reader(), city.scene.world.registry);
    const auto year = sync::civil_date(city.scene.monday).year;
    const auto shift = state.range(0);
    const sync::Period period{*sync::day_of({year, 1, 1}) + shift, *sync::day_of({year, 12, 31}) - shift};
    const node::ReportQuery query{.period = period, .as_of_ms = sync::ms_of({period.to_day, sync::minutes_per_day - 1}),
                                  .rules = value_of(sync::rule_set_of(city.scene.world.registry, sync::form_rules, period.to_day))};
    std::size_t rows = 0;
    for (auto _ : state) rows = sync::grouped(value_of(reports.totals(query)), sync::GroupBy::office, city.scene.world.registry).size();
    ensure(rows == offices, "every office has its row");
    state.counters["sums stored"] = static_cast<double>(stored.rows);
}
BENCHMARK(form_from_the_store)->Arg(0)->Arg(14)->Unit(benchmark::kMillisecond);

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

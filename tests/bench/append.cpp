// How many acts a second a node records, durable: one a commit, and 512 a commit. The first is bounded by the disk's sync,
// the second by signing.

#include <benchmark/benchmark.h>

#include "node/verify_pool.hpp"
#include "tests/bench/act.hpp"
#include "tests/node/places.hpp"

using namespace motcua;

namespace {

void append_durable(benchmark::State& state) {
    tests::Places places;
    places.make_city();
    auto city = places.open("city");
    const auto officer = places.officer("city");
    const auto group = static_cast<std::uint64_t>(state.range(0));
    std::uint64_t number = 0;
    for (auto _ : state) {
        state.PauseTiming();
        std::vector<node::Entry> entries;
        for (std::uint64_t count = 0; count < group; ++count) entries.push_back(places.receive("H26-251009-" + std::to_string(1000 + number++)));
        state.ResumeTiming();
        tests::value_of(city.begin());
        tests::value_of(city.record(officer, entries));
        benchmark::DoNotOptimize(tests::value_of(city.commit()));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(append_durable)->Arg(1)->Arg(512)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();

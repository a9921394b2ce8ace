// What the views cost an act: the small extension of a counter, by the number of acts that its dossier has; and the fold in it, from
// scratch and going on from the stored one. node/store/views.cpp says what was chosen and why.

#include <benchmark/benchmark.h>

#include "tests/node/store/stored_world.hpp"
#include "tests/sync/report/report_scene.hpp"

namespace motcua::tests {
namespace {

/// A calendar of the city's hours and holidays, known for ten years, and one dossier with so many acts.
struct Counter {
    StoredWorld stored;
    World& world = stored.world;
    sync::DossierId id = {};
    std::vector<sync::Act> acts;
    sync::Act next;

    explicit Counter(std::int64_t count) {
        auto calendar = office_hours();
        for (std::int64_t day = 20'000; day < 23'650; day += 33) calendar.days.push_back({day, sync::DayKind::holiday, "Nghỉ lễ", {}});
        world.state_registry(world.root, sync::Kind::calendar, to_bytes(as_bytes(calendar.name)), calendar);
        const auto birth = procedure("1.001193", "Hộ tịch", 3);
        world.state_registry(world.root, sync::Kind::procedure, to_bytes(as_bytes(birth.code)), birth);
        world.receipt(world.first());
        id = world.next_dossier(world.first());
        acts.push_back(world.state(world.first(), sync::Kind::receive, id, std::nullopt, World::received("H26.1.01-251009-0001")));
        auto tip = acts.front().id;
        while (static_cast<std::int64_t>(acts.size()) < count) {
            acts.push_back(world.state(world.first(), acts.size() % 3 == 2 ? sync::Kind::note : sync::Kind::assign, id, tip));
            if (acts.back().payload.kind == sync::Kind::assign) tip = acts.back().id;
        }
        stored.store_all(world.first());
        next = world.state(world.first(), sync::Kind::assign, id, tip);
    }
};

/// Without the commit: that is bench_append's.
void views_of_one_act(benchmark::State& state) {
    Counter counter(state.range(0));
    const auto checked = counter.stored.check(counter.world.first(), counter.next.payload.seq);
    auto& store = *counter.stored.store;
    for (auto _ : state) {
        state.PauseTiming();
        value_of(store.begin());
        value_of(store.append(checked));
        state.ResumeTiming();
        value_of(node::update_views(store, checked.acts(), counter.world.registry));
        state.PauseTiming();
        store.rollback();
        state.ResumeTiming();
    }
}
BENCHMARK(views_of_one_act)->ArgName("acts")->Arg(1)->Arg(4)->Arg(12)->Arg(48)->Unit(benchmark::kMicrosecond);

void fold_from_scratch(benchmark::State& state) {
    Counter counter(state.range(0));
    const sync::Rulebook rules(counter.world.registry);
    counter.acts.push_back(counter.next);
    for (auto _ : state) benchmark::DoNotOptimize(sync::fold_dossier(counter.id, counter.acts, rules));
}
BENCHMARK(fold_from_scratch)->ArgName("acts")->Arg(1)->Arg(4)->Arg(12)->Arg(48)->Unit(benchmark::kMicrosecond);

void fold_extended(benchmark::State& state) {
    Counter counter(state.range(0));
    const sync::Rulebook rules(counter.world.registry);
    const auto before = sync::fold_dossier(counter.id, counter.acts, rules);
    const std::vector added{counter.next};
    for (auto _ : state) {
        auto after = sync::extend_fold(before, added, rules);
        ensure(after.has_value(), "it goes on at the tip");
        benchmark::DoNotOptimize(after);
    }
}
BENCHMARK(fold_extended)->ArgName("acts")->Arg(1)->Arg(4)->Arg(12)->Arg(48)->Unit(benchmark::kMicrosecond);

/// What a fold from scratch has to read besides.
void load_acts(benchmark::State& state) {
    Counter counter(state.range(0));
    auto& reader = counter.stored.store->reader();
    for (auto _ : state) {
        for (const auto& act : counter.acts) benchmark::DoNotOptimize(value_of(sync::parse_act(*value_of(reader.entry(act.payload.log, act.payload.seq)))));
    }
}
BENCHMARK(load_acts)->ArgName("acts")->Arg(1)->Arg(4)->Arg(12)->Arg(48)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace motcua::tests

BENCHMARK_MAIN();

// How many acts a second one core signs and checks.

#include <benchmark/benchmark.h>

#include "tests/bench/act.hpp"

using namespace motcua;

namespace {

void sign_act(benchmark::State& state) {
    tests::World world;
    const auto& first = world.first();
    const auto id = world.next_dossier(first);
    const sync::Payload payload{.log = first.id(), .seq = 1, .prev = first.log.head.last_leaf, .registry = 4, .signer = first.officer->public_key(),
                                .at_ms = tests::World::start_ms, .kind = sync::Kind::receive, .subject = to_bytes(id.view()), .prior = std::nullopt,
                                .content = sync::to_item(bench::receive_content(1)), .body = sync::body_hash(bench::receive_body(world))};
    for (auto _ : state) benchmark::DoNotOptimize(sync::sign_act(payload, *first.officer));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sign_act);

void verify_act(benchmark::State& state) {
    tests::World world;
    const auto act = world.receive(world.first());
    const auto message = act.signed_bytes();
    for (auto _ : state) benchmark::DoNotOptimize(crypto::verify(act.payload.signer, message, act.signature));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify_act);

}  // namespace

BENCHMARK_MAIN();

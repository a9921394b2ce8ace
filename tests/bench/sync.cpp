/// One sync of 100,000 acts with their bodies over loopback: two real nodes, SQLite with FULL, each signature checked, the
/// city's cosignature back. What bounds it on two cores: Ed25519 verification (about 25,000 a second a core) beside the
/// sender's reading and the receiver's writing.

#include <benchmark/benchmark.h>

#include "node/verify_pool.hpp"
#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

constexpr std::size_t acts = 100'000;

void sync_over_loopback(benchmark::State& state) {
    for (auto _ : state) {
        state.PauseTiming();
        Town town;
        const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
        const auto log = town.log_of(commune);
        town.import(commune, acts);
        node::VerifyPool checker;
        auto environment = town.environment();
        environment.checker = &checker;
        node::ServeOptions options;
        options.listen = node::Address{.host = "127.0.0.1"};
        auto server = value_of(node::Server::start(value_of(node::Node::open(town.city(), nullptr, environment)), environment,
                                                   node::Journal::silent(), options));
        std::jthread thread([&] { value_of(server.run()); });
        Town::set_upstream(commune, server.listening()->text());
        auto gateway = town.gateway(commune);
        state.ResumeTiming();

        const auto done = std::get<node::SyncDone>(value_of(gateway.ask({.work = node::SyncNow{}})));

        state.PauseTiming();
        server.stop();
        thread.join();
        ensure(Town::size_at(town.city(), log) == Town::size_at(commune, log) && Town::cosigners_at(commune, log) == 1, "the two sides are level");
        state.counters["acts/s"] = benchmark::Counter(static_cast<double>(done.entries_sent), benchmark::Counter::kIsRate);
        state.counters["MB"] = static_cast<double>(done.bytes_sent) / 1e6;
        state.ResumeTiming();
    }
}
BENCHMARK(sync_over_loopback)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

/// A sync when there is nothing new: two round trips and the handshake.
void sync_with_nothing_new(benchmark::State& state) {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    Serving city(town, town.city());
    Town::set_upstream(commune, city.address());
    auto gateway = town.gateway(commune);
    value_of(gateway.ask({.work = node::SyncNow{}}));
    std::uint64_t bytes = 0;
    for (auto _ : state) {
        const auto done = std::get<node::SyncDone>(value_of(gateway.ask({.work = node::SyncNow{}})));
        bytes = done.bytes_sent + done.bytes_received;
    }
    state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(sync_with_nothing_new)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace motcua::tests

BENCHMARK_MAIN();

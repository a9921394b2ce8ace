// How many acts a second a hub takes in: an extension of 4096 acts checked, with its signatures, and stored with the views,
// durable. By number of threads that check signatures.

#include <benchmark/benchmark.h>

#include "node/store/views.hpp"
#include "node/verify_pool.hpp"
#include "tests/bench/act.hpp"
#include "tests/support/folder.hpp"

using namespace motcua;
using tests::value_of;

namespace {

constexpr std::uint64_t acts_per_extension = 1024;  // with their bodies, as many as fit into 512 KiB
constexpr std::uint64_t extensions = 4;

std::vector<sync::Extension> write_log(tests::World& world) {
    std::vector<sync::Extension> written{world.first().log.all()};
    auto head = world.first().log.head;
    for (std::uint64_t part = 0; part < extensions; ++part) {
        sync::LogWriter writer(head, *world.first().log_key);
        for (std::uint64_t count = 0; count < acts_per_extension; ++count) {
            const auto id = sync::new_dossier_id(head.id, writer.next_seq(), *std::make_unique<tests::SeededRandom>("id"));
            value_of(writer.append({.signer = world.first().officer.get(), .at = world.next_time(), .kind = sync::Kind::receive, .subject = to_bytes(id.view()),
                                    .prior = std::nullopt, .content = sync::to_item(bench::receive_content(writer.next_seq().value)),
                                    .body = bench::receive_body(world)}, *world.first().log.head.announced));
        }
        const auto checked = std::move(writer).finish();
        sync::Extension extension{.log = head.id, .from = head.size(), .entries = {}, .bodies = checked.bodies(), .checkpoint = checked.checkpoint().format()};
        for (const auto& act : checked.acts()) extension.entries.push_back(act.envelope);
        written.push_back(std::move(extension));
        head = checked.head();
    }
    return written;
}

void check_and_store(benchmark::State& state) {
    tests::World world;
    const auto log = write_log(world);
    const auto empty = sync::LogHead::empty(world.first().log.head.origin, world.first().log.head.log_key, sync::LogClass::node);
    node::VerifyPool pool(static_cast<unsigned>(state.range(0)));
    for (auto _ : state) {
        state.PauseTiming();
        auto folder = std::make_unique<tests::Folder>();
        auto store = std::make_unique<node::Store>(value_of(node::Store::open(folder->path())));
        auto head = empty;
        auto arriving = log;
        state.ResumeTiming();
        for (auto& extension : arriving) {
            const auto checked = value_of(sync::check_extension(head, std::move(extension), pool, world.registry_roots()));
            value_of(store->begin());
            value_of(store->append(checked));
            value_of(node::update_views(*store, checked.acts(), world.registry));
            value_of(store->commit());
            head = checked.head();
        }
        state.PauseTiming();
        store.reset();
        folder.reset();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(acts_per_extension * extensions));
}
BENCHMARK(check_and_store)->ArgName("threads")->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();

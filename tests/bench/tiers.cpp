/// A city's logs over loopback: a hub that holds the logs of 200 communes brings them to a city that has none of them, in one session
/// between two nodes: SQLite with FULL on both sides, every signature checked, every dossier folded, the cosignatures back.
///
///     bench_tiers                                                     both
///     MOTCUA_BENCH_LOGS=600 bench_tiers --benchmark_filter=new_city   other numbers; the acts of a log: MOTCUA_BENCH_ACTS
///
/// `into_a_new_city` is bounded by Ed25519 (25,000 to 28,000 checks a second a core), since everyone checks every signature that it first takes
/// in. `into_a_rebuilt_city`: the city has lost its database, and the hub shows it what it once cosigned.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <sys/resource.h>

#include <filesystem>

#include "node/verify_pool.hpp"
#include "tests/node/places.hpp"
#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

namespace fs = std::filesystem;

std::size_t from_environment(const char* name, std::size_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::stoul(text) : otherwise;
}

/// A hub full of logs below a city that has none, as directories to begin from again and again.
class Tiers {
  public:
    static Tiers& made() {
        static Tiers tiers(from_environment("MOTCUA_BENCH_LOGS", 200), from_environment("MOTCUA_BENCH_ACTS", 1000));
        return tiers;
    }

    /// Brings all logs of the hub to the city; the summary of the hub's session.
    node::SyncDone sync() {
        node::ServeOptions options;
        options.listen = node::Address{.host = "127.0.0.1"};
        auto server = value_of(node::Server::start(open(town_.city()), environment(), node::Journal::silent(), options));
        std::jthread thread([&] { value_of(server.run()); });
        Town::set_upstream(hub_, server.listening()->text());
        auto gateway = value_of(node::Gateway::open(hub_, Town::no_passphrase, environment()));
        const auto done = std::get<node::SyncDone>(value_of(gateway.ask({.work = node::SyncNow{}})));
        server.stop();
        return done;
    }
    /// Both as before the first sync.
    void begin_again() {
        put_back(town_.city());
        put_back(hub_);
    }
    /// The city as before the first sync, without its memory of what it cosigned; the hub as it is.
    void lose_the_city() {
        put_back(town_.city());
        fs::remove(town_.city() / "witness.db");
    }
    void check_level() {
        for (const auto& code : codes_) {
            const auto log = town_.log_of(town_.path(code));
            ensure(Town::size_at(town_.city(), log) == Town::size_at(hub_, log) && Town::cosigners_at(hub_, log) == 2, "city and hub are level, and both have cosigned");
        }
    }

  private:
    Tiers(std::size_t logs, std::size_t acts) {
        hub_ = town_.enrol("hub", "H26.1", sync::OfficeKind::hub, "H26");
        for (std::size_t index = 0; index < logs; ++index) {
            codes_.push_back(fmt::format("H26.1.{:04}", index));
            town_.enrol(codes_.back(), codes_.back(), sync::OfficeKind::commune, "H26.1");
        }
        auto hub = open(hub_);
        {
            auto city = open(town_.city());
            (void)carry(city, hub, city.registry()->log_id());
        }
        for (const auto& code : codes_) fill(hub, code, acts / acts_of_dossier);
        for (const auto& directory : {town_.city(), hub_}) fs::copy(directory, kept(directory), fs::copy_options::recursive);
    }

    node::Node open(const fs::path& directory) { return value_of(node::Node::open(directory, nullptr, environment())); }
    node::NodeEnvironment environment() {
        auto environment = town_.environment();
        environment.checker = &pool_;
        return environment;
    }
    static fs::path kept(const fs::path& directory) { return directory.string() + ".kept"; }
    static void put_back(const fs::path& directory) {
        fs::remove_all(directory);
        fs::copy(kept(directory), directory, fs::copy_options::recursive);
    }

    /// What a commune records: dossiers that are received, assigned, signed, completed and handed over; and carries it to the hub.
    static constexpr std::size_t acts_of_dossier = 5;
    void fill(node::Node& hub, const std::string& code, std::size_t dossiers) {
        auto commune = open(town_.path(code));
        const auto officer = Town::officer(town_.path(code));
        std::vector<node::Entry> received;
        for (std::size_t number = 1; number <= dossiers; ++number) received.push_back(places_.receive(fmt::format("{}-251009-{:04}", code, number)));
        auto recorded = value_of(record_alone(commune, officer, std::move(received)));
        for (const auto kind : {sync::Kind::assign, sync::Kind::sign, sync::Kind::complete, sync::Kind::result_handed_over}) {
            std::vector<node::Entry> next;
            for (const auto& done : recorded) next.push_back(Places::step(kind, done.subject, done.act));
            recorded = value_of(record_alone(commune, officer, std::move(next)));
        }
        (void)carry(commune, hub, commune.log_id());
    }

    Town town_;
    Places places_;
    node::VerifyPool pool_;
    Path hub_;
    std::vector<std::string> codes_;
};

/// Processor time of the whole process so far, both nodes together.
std::chrono::microseconds processor_time() {
    rusage usage{};
    ensure(::getrusage(RUSAGE_SELF, &usage) == 0, "a process may ask what it has used");
    const auto microseconds = [](const timeval& time) { return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec); };
    return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

/// Signatures a second that all cores together check at this moment, with nothing else to do: the bound, and what neighbours on the same
/// machine leave of it.
double checks_per_second() {
    constexpr std::size_t each = 4000;
    const auto key = signing_key("bound");
    const Bytes message(300);
    const auto signature = key.sign(message);
    const auto begin = std::chrono::steady_clock::now();
    std::vector<std::jthread> threads(std::thread::hardware_concurrency());
    for (auto& thread : threads) {
        thread = std::jthread([&] {
            for (std::size_t count = 0; count < each; ++count) ensure(crypto::verify(key.public_key(), message, signature), "it is good");
        });
    }
    const auto checked = static_cast<double>(each * threads.size());
    threads.clear();
    return checked / std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// One sync, with what it came to. Left paused.
void sync_once(benchmark::State& state, Tiers& tiers) {
    const double bound_before = checks_per_second();
    const auto before = processor_time();
    const auto begin = std::chrono::steady_clock::now();
    state.ResumeTiming();
    const auto done = tiers.sync();
    state.PauseTiming();
    const auto used = processor_time() - before;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    const double bound = (bound_before + checks_per_second()) / 2;
    tiers.check_level();
    const auto acts = static_cast<double>(done.entries_sent);
    state.counters["acts"] = acts;
    state.counters["acts/s"] = acts / seconds;
    state.counters["checks/s"] = bound;
    state.counters["of bound"] = acts / seconds / bound;
    state.counters["cpu us/act"] = static_cast<double>(used.count()) / acts;
    state.counters["bytes/act"] = static_cast<double>(done.bytes_sent) / acts;
}

void into_a_new_city(benchmark::State& state) {
    auto& tiers = Tiers::made();
    for (auto _ : state) {
        state.PauseTiming();
        tiers.begin_again();
        sync_once(state, tiers);
        state.ResumeTiming();
    }
}
BENCHMARK(into_a_new_city)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

void into_a_rebuilt_city(benchmark::State& state) {
    auto& tiers = Tiers::made();
    tiers.begin_again();
    tiers.sync();
    for (auto _ : state) {
        state.PauseTiming();
        tiers.lose_the_city();
        sync_once(state, tiers);
        state.ResumeTiming();
    }
}
BENCHMARK(into_a_rebuilt_city)->Iterations(1)->Repetitions(3)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace motcua::tests

BENCHMARK_MAIN();

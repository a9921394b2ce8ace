#include "tests/simulation/many_seeds.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <new>
#include <ostream>
#include <sstream>

namespace motcua::simulation {
namespace {

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

std::string words_of(const Outcome& outcome) {
    if (!outcome.breach) return {};
    return fmt::format("{}: {} (at {:.3f} s)", outcome.breach->invariant, outcome.breach->what,
                       static_cast<double>(outcome.breach->at.time_since_epoch().count()) / 1000);
}

/// What the processes tell each other.
struct Board {
    static constexpr std::size_t findings_max = 64, text_max = 1000;
    std::atomic<std::uint64_t> next, seeds, findings;
    std::atomic<bool> stop;
    struct Slot {
        std::uint64_t seed;
        std::array<char, text_max> text;
    };
    std::array<Slot, findings_max> slots;
    std::array<std::atomic<std::uint64_t>, 64> at_work;  ///< the seed of each process

    void add(std::uint64_t seed, const std::string& text) {
        const auto index = findings++;
        if (index >= findings_max) return;
        slots[index].seed = seed;
        std::strncpy(slots[index].text.data(), text.c_str(), text_max - 1);
    }
};

template <class T>
T* shared_memory() {
    void* place = ::mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ensure(place != MAP_FAILED, "memory can be shared");
    return new (place) T{};
}

void work(Board& board, const ManyOptions& options, unsigned process, double until, const SeedTask& task, const std::filesystem::path& home) {
    Towns towns(home);
    for (auto seed = board.next++; seed <= options.to && !board.stop; seed = board.next++) {
        if (until > 0 && now_s() > until) return;
        board.at_work[process] = seed;
        const auto finding = task(seed, towns);
        ++board.seeds;
        if (finding.empty()) continue;
        board.add(seed, finding);
        if (board.findings >= options.findings_max) board.stop = true;
    }
    board.at_work[process] = 0;
}

constexpr std::uint64_t runs_twice_every = 64;

std::string run_city(std::uint64_t seed, Towns& towns, const PlanOptions& options) {
    const auto plan = draw_plan(seed, towns, options);
    const auto outcome = run(plan, towns);
    if (outcome.breach || seed % runs_twice_every != 0 || run(plan, towns).fingerprint == outcome.fingerprint) return words_of(outcome);
    return "a seed gives the same run: not this one";
}

}  // namespace

Done run_in_processes(const ManyOptions& options, const SeedTask& task) {
    const Towns home;  // goes last, with what a process that aborted has left
    auto& board = *shared_memory<Board>();
    board.next = options.from;
    const double began = now_s(), until = options.minutes > 0 ? began + options.minutes * 60 : 0;
    std::map<pid_t, unsigned> children;
    const auto begin = [&](unsigned process) {
        const pid_t child = ::fork();
        ensure(child >= 0, "a process can be made");
        if (child == 0) {
            work(board, options, process, until, task, home.folder());
            std::_Exit(0);
        }
        children[child] = process;
    };
    for (unsigned process = 0; process < options.processes; ++process) begin(process);
    while (!children.empty()) {
        int status = 0;
        const pid_t ended = ::wait(&status);
        const unsigned process = children.at(ended);
        children.erase(ended);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) continue;
        board.add(board.at_work[process], fmt::format("aborted: status {}", status));
        if (board.findings < options.findings_max) begin(process);
        else board.stop = true;
    }
    Done done{.seeds = board.seeds, .seconds = now_s() - began, .findings = {}, .report = {}};
    for (std::size_t index = 0; index < std::min<std::size_t>(board.findings, Board::findings_max); ++index)
        done.findings.push_back({board.slots[index].seed, board.slots[index].text.data()});
    std::ranges::sort(done.findings, {}, &Finding::seed);
    ::munmap(&board, sizeof(Board));
    return done;
}

Done run_many(const ManyOptions& options) {
    auto done = run_in_processes(options, [&](std::uint64_t seed, Towns& towns) { return run_city(seed, towns, options.plan); });
    for (const auto& finding : done.findings)
        done.report += fmt::format("seed {}: {}\n  replay: simulate --seed {} --acts {} --faults {} --shrink\n", finding.seed, finding.what, finding.seed, options.plan.acts, options.plan.faults);
    done.report += fmt::format("{} seeds in {:.1f} s ({:.0f} seeds a minute), {} findings\n", done.seeds, done.seconds,
                               static_cast<double>(done.seeds) * 60 / done.seconds, done.findings.size());
    return done;
}

std::string run_apart(const Plan& plan, Towns& towns, std::ostream* story) {
    auto& slot = *shared_memory<Board::Slot>();
    (void)towns.of_shape(plan.shape);  // made here, so that each child finds it
    if (story != nullptr) story->flush();
    const pid_t child = ::fork();
    ensure(child >= 0, "a process can be made");
    if (child == 0) {
        const auto words = words_of(run(plan, towns, story));
        std::strncpy(slot.text.data(), words.c_str(), Board::text_max - 1);
        if (story != nullptr) story->flush();
        std::_Exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    std::string words = slot.text.data();
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) words = fmt::format("aborted: status {}", status);
    ::munmap(&slot, sizeof(Board::Slot));
    return words;
}

}  // namespace motcua::simulation

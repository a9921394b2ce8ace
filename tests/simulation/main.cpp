// simulate: runs seeds, each a city with everything that goes wrong in it, and says which invariant broke.

#include <fmt/format.h>
#include <malloc.h>

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "tests/simulation/many_seeds.hpp"
#include "tests/simulation/power_cuts.hpp"

using namespace motcua::simulation;

namespace {

constexpr const char* usage =
    "simulate [--seeds FROM..TO | --seed N] [--minutes M] [--acts N] [--faults N] [--shrink] [--story] [--plan] [--processes N]\n"
    "         [--planted NAME|all] [--power-cuts N]\n";

struct Choice {
    std::uint64_t from = 1, to = 1000;
    double minutes = 0;
    unsigned processes = 2;
    PlanOptions options;
    bool shrinks = false, tells = false, shows_plan = false;
    std::uint64_t power_cuts = 0;
    std::string planted;
};

std::optional<Choice> read(int count, char** words) {
    Choice choice;
    for (int at = 1; at < count; ++at) {
        const std::string word = words[at];
        const auto next = [&] { return at + 1 < count ? std::string(words[++at]) : std::string(); };
        if (word == "--seed") choice.from = choice.to = std::strtoull(next().c_str(), nullptr, 10);
        else if (word == "--seeds") {
            const auto range = next();
            const auto dots = range.find("..");
            if (dots == std::string::npos) return std::nullopt;
            choice.from = std::strtoull(range.c_str(), nullptr, 10);
            choice.to = std::strtoull(range.c_str() + dots + 2, nullptr, 10);
        } else if (word == "--minutes") choice.minutes = std::strtod(next().c_str(), nullptr);
        else if (word == "--acts") choice.options.acts = std::strtoull(next().c_str(), nullptr, 10);
        else if (word == "--faults") choice.options.faults = std::strtoull(next().c_str(), nullptr, 10);
        else if (word == "--processes") choice.processes = static_cast<unsigned>(std::strtoul(next().c_str(), nullptr, 10));
        else if (word == "--planted") choice.planted = next();
        else if (word == "--power-cuts") choice.power_cuts = std::strtoull(next().c_str(), nullptr, 10);
        else if (word == "--shrink") choice.shrinks = true;
        else if (word == "--story") choice.tells = true;
        else if (word == "--plan") choice.shows_plan = true;
        else return std::nullopt;
    }
    return choice;
}

int run_one(const Choice& choice) {
    Towns towns;
    auto plan = draw_plan(choice.from, towns, choice.options);
    if (choice.shows_plan) std::cout << describe(plan, towns.of_shape(plan.shape));
    auto broken = run_apart(plan, towns, choice.tells ? &std::cout : nullptr);
    if (broken.empty()) return std::cout << fmt::format("seed {}: all invariants hold\n", choice.from), 0;
    std::cout << fmt::format("seed {}: {}\n", choice.from, broken);
    if (!choice.shrinks) return 1;
    const auto invariant = broken.substr(0, broken.find(':'));
    plan = shrink(std::move(plan), invariant, [&](const Plan& shorter) {
        const auto now = run_apart(shorter, towns, nullptr);
        return now.substr(0, now.find(':'));
    });
    std::cout << "needed for it:\n" << describe(plan, towns.of_shape(plan.shape)) << run_apart(plan, towns, &std::cout) << "\n";
    return 1;
}

}  // namespace

int main(int count, char** words) {
    // Each seed uses what the one before gave back: the kernel need not zero it again.
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30);
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    ::mallopt(M_TOP_PAD, 64 << 20);
    const auto choice = read(count, words);
    if (!choice) return std::cerr << usage, 2;
    if (!choice->planted.empty()) return run_planted(choice->planted, choice->processes);
    if (choice->from == choice->to && choice->power_cuts == 0) return run_one(*choice);
    const ManyOptions options{.from = choice->from, .to = choice->to, .minutes = choice->minutes, .processes = choice->processes, .plan = choice->options};
    const auto done = choice->power_cuts > 0 ? run_power_cuts(choice->power_cuts, choice->processes) : run_many(options);
    std::cout << done.report;
    return done.findings.empty() ? 0 : 1;
}

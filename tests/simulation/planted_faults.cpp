// Each planted fault is switched on in turn. A simulator that lets one pass proves nothing.

#include <fmt/format.h>

#include <iostream>

#include "sync/log/planted.hpp"
#include "tests/simulation/many_seeds.hpp"

namespace motcua::simulation {
namespace {

using sync::PlantedFault;

// The name of an enumerator is what the compiler calls this function with it.
template <PlantedFault Fault>
std::string name_of_fault() {
    const std::string text = __PRETTY_FUNCTION__;
    const auto start = text.rfind("PlantedFault::") + std::string_view("PlantedFault::").size();
    return text.substr(start, text.find_first_of(";]", start) - start);
}
constexpr std::size_t faults = static_cast<std::size_t>(PlantedFault::last) + 1;
template <std::size_t... Numbers>
std::vector<std::string> names_of_faults(std::index_sequence<Numbers...>) {
    return {name_of_fault<static_cast<PlantedFault>(Numbers)>()...};
}

/// What a run must hold for the fault to matter at all.
PlanOptions options_for(PlantedFault fault) {
    PlanOptions options{.acts = 80, .faults = 16};
    switch (fault) {
        case PlantedFault::normal_synchronous:
        case PlantedFault::acknowledges_before_commit:
        case PlantedFault::cosigns_before_witness:
        case PlantedFault::forgets_to_cosign: options.power_fails = true; break;
        case PlantedFault::skips_signatures:
        case PlantedFault::skips_registry_root:
        case PlantedFault::skips_fork_check:
        case PlantedFault::equal_heights_are_equal:
        case PlantedFault::drops_evidence: options.somebody_lies = true; break;
        case PlantedFault::keeps_old_verdicts: options.somebody_steals = true; break;
        default: break;
    }
    return options;
}

}  // namespace

int run_planted(const std::string& name, unsigned processes) {
    const auto names = names_of_faults(std::make_index_sequence<faults>());
    constexpr double minutes_each = 1;
    double all_s = 0;
    int surviving = 0, tried = 0;
    for (std::size_t number = 1; number < faults; ++number) {
        if (name != "all" && name != names[number]) continue;
        ++tried;
        const auto fault = static_cast<PlantedFault>(number);
        sync::planted_fault = fault;  // the processes inherit it
        const auto done = run_many({.from = 1, .to = 100'000, .minutes = minutes_each, .processes = processes, .plan = options_for(fault), .findings_max = 1});
        sync::planted_fault = PlantedFault::none;
        all_s += done.seconds;
        if (done.findings.empty()) ++surviving;
        std::cout << fmt::format("{:<28} {:>5.1f} s, {:>4} seeds  {}", names[number], done.seconds, done.seeds, done.findings.empty() ? "SURVIVES" : done.findings.front().what.substr(0, 160))
                  << std::endl;
    }
    std::cout << fmt::format("{} planted faults, {} survive, {:.0f} s\n", tried, surviving, all_s);
    return surviving == 0 && tried > 0 ? 0 : 1;
}

}  // namespace motcua::simulation

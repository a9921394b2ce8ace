// Each bug that can be planted in the fold is switched on in turn. A test that lets one pass is no test.

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <iostream>

#include "sync/dossier/planted.hpp"
#include "tests/properties/laws.hpp"
#include "tests/properties/on_all_cores.hpp"

using namespace motcua;
using namespace motcua::tests::properties;

namespace {

// The name of an enumerator is what the compiler calls this function with it.
template <sync::PlantedBug Bug>
std::string name_of_bug() {
    const std::string text = __PRETTY_FUNCTION__;
    const auto start = text.rfind("PlantedBug::") + std::string_view("PlantedBug::").size();
    return text.substr(start, text.find_first_of(";]", start) - start);
}
constexpr std::size_t bugs = static_cast<std::size_t>(sync::PlantedBug::last) + 1;
template <std::size_t... Numbers>
std::vector<std::string> names_of_bugs(std::index_sequence<Numbers...>) {
    return {name_of_bug<static_cast<sync::PlantedBug>(Numbers)>()...};
}

struct Planted {
    explicit Planted(sync::PlantedBug bug) { sync::planted_bug = bug; }
    Planted(const Planted&) = delete;
    ~Planted() { sync::planted_bug = sync::PlantedBug::none; }
};

}  // namespace

TEST_CASE("every planted bug is caught") {
    // Reduced counts are for sanitizers, which see all of this code in the other properties: there the quickly found bugs are enough.
    constexpr bool searches_all = MOTCUA_TEST_SCALE >= 100;
    constexpr std::uint64_t histories = searches_all ? 100'000 : 300;
    const auto names = names_of_bugs(std::make_index_sequence<bugs>());
    CHECK(bugs > 20);
    std::size_t caught = 0;
    for (std::size_t bug = 1; bug < bugs; ++bug) {
        std::string finding;
        {
            const Planted planted(static_cast<sync::PlantedBug>(bug));
            finding = first_finding(histories, [&](std::uint64_t seed) {
                const std::string breach = first_breach(generate_history(seed + 1));
                return breach.empty() ? breach : fmt::format("seed {}: {}", seed + 1, breach);
            });
        }
        caught += finding.empty() ? 0 : 1;
        std::cout << fmt::format("{:<32} {}\n", names[bug], finding.empty() ? "SURVIVES" : finding);
        if (searches_all && finding.empty()) FAIL_CHECK(names[bug] + " survives");
    }
    CHECK(caught > bugs / 2);
}

// Generated histories: the fold against the reference model and the laws. MOTCUA_HISTORIES=1000000 runs more of them,
// MOTCUA_FIRST_SEED=7 others, both together with 1 and a seed the one history.

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <cstdlib>
#include <iostream>

#include "tests/properties/folding.hpp"
#include "tests/properties/laws.hpp"
#include "tests/properties/model.hpp"
#include "tests/properties/on_all_cores.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using namespace motcua::tests::properties;

namespace {

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// It has effect only through a delegation.
bool is_by_stand_in(const History& history, const sync::DossierAct& act) {
    if (!act.verdict.effective()) return false;
    const auto written = std::find_if(history.acts.begin(), history.acts.end(), [&](const sync::Act& one) { return one.id == act.id; });
    const auto officer = history.city->registry().officer_at(act.signer, written->payload.registry);
    return officer && (officer->roles.bits & sync::roles_for(act.kind).bits) == 0;
}

}  // namespace

TEST_CASE("on every generated history the fold says what the law says, and keeps every law of merging") {
    const std::uint64_t histories = number_from("MOTCUA_HISTORIES", scaled(100'000)), first = number_from("MOTCUA_FIRST_SEED", 1);
    std::cout << fmt::format("{} histories, seeds {} to {}\n", histories, first, first + histories - 1);
    const std::string finding = first_finding(histories, [&](std::uint64_t index) -> std::string {
        const History history = generate_history(first + index);
        return first_breach(history).empty() ? std::string() : report_breach(history);
    });
    INFO(finding);
    CHECK(finding.empty());
}

// For whoever changes the law or the fold: ./test_properties "[survey]" shows each kind of breach once, as small as it gets.
TEST_CASE("a survey of the breaches in generated histories", "[.survey]") {
    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> seeds;  // what is wrong, without its numbers: the first seed, and how many
    const std::uint64_t histories = number_from("MOTCUA_HISTORIES", scaled(10'000)), first = number_from("MOTCUA_FIRST_SEED", 1);
    for (std::uint64_t seed = first; seed < first + histories; ++seed) {
        std::string breach = first_breach(generate_history(seed));
        std::erase_if(breach, [](char letter) { return letter >= '0' && letter <= '9'; });
        if (breach.empty()) continue;
        ++seeds.try_emplace(breach, seed, 0).first->second.second;
    }
    for (const auto& [breach, found] : seeds) {
        const auto is_alike = [&](const History& history) {
            std::string smaller = first_breach(history);
            std::string same = smaller;
            std::erase_if(same, [](char letter) { return letter >= '0' && letter <= '9'; });
            return same == breach ? smaller : std::string();
        };
        std::cout << fmt::format("\n{} of {} histories: {}\n", found.second, histories, report_breach(generate_history(found.first), is_alike));
    }
    CHECK(seeds.empty());
}

TEST_CASE("the generated histories hold what merging is about, and not only now and then") {
    std::map<sync::Standing, std::uint64_t> standings;
    std::uint64_t disputes = 0, settled = 0, frozen = 0, offered = 0, provisional = 0, forks = 0, strays = 0, stand_ins = 0, untimely = 0;
    const std::uint64_t histories = scaled(5000);
    for (std::uint64_t seed = 1; seed <= histories; ++seed) {
        const History history = generate_history(seed);
        const sync::Dossier dossier = fold(history);
        std::set<sync::Position> places;
        std::set<sync::ActId> foreign;
        for (const sync::Act& act : history.acts) {
            if (act.payload.subject != to_bytes(history.id.view())) foreign.insert(act.id);
            else strays += act.payload.prior && foreign.contains(*act.payload.prior) ? 1 : 0;
        }
        for (const sync::DossierAct& act : dossier.acts) {
            ++standings[act.verdict.standing];
            provisional += act.is_provisional ? 1 : 0;
            forks += places.insert(act.position).second ? 0 : 1;
            untimely += act.verdict.reason == sync::Reason::outside_delegation ? 1 : 0;
            stand_ins += is_by_stand_in(history, act) ? 1 : 0;
            settled += act.kind == sync::Kind::arbitrate && act.verdict.effective() ? 1 : 0;
        }
        disputes += dossier.dispute ? 1 : 0;
        frozen += dossier.is_frozen ? 1 : 0;
        offered += dossier.custody && dossier.custody->offer ? 1 : 0;
    }
    for (const auto& [standing, count] : standings) std::cout << fmt::format("{}: {} acts in {} histories\n", sync::name_of(standing), count, histories);
    std::cout << fmt::format("moves and facts after another dossier's act {}, effective acts by who stands in {}, on another day {}\n", strays, stand_ins, untimely);
    std::cout << fmt::format("disputes {}, valid arbitrations {}, frozen {}, between hand_over and take_over {}, provisional acts {}, forks {}\n", disputes, settled,
                             frozen, offered, provisional, forks);
    CHECK(standings.size() == 7);
    for (const auto& [standing, count] : standings) CHECK(count * 100 > histories);
    CHECK(disputes * 100 > histories * 2);
    CHECK(settled * 100 > histories);
    CHECK(frozen * 100 > histories);
    CHECK(offered * 100 > histories * 5);
    CHECK(provisional * 200 > histories);
    CHECK(forks * 100 > histories * 5);
    CHECK(strays * 100 > histories);
    CHECK(stand_ins * 100 > histories);
    CHECK(untimely * 200 > histories);
}

TEST_CASE("acts of a dossier in any order, any groups and repeated give one dossier") {
    CHECK(rc::check([] {
        const History history = generate_history(*rc::gen::arbitrary<std::uint32_t>());
        const Bytes expected = cbor::encode(fold(history));
        History shuffled = history;
        const auto order = *rc::gen::container<std::vector<std::size_t>>(history.acts.size() * 2, rc::gen::inRange<std::size_t>(0, history.acts.size()));
        for (const std::size_t act : order) shuffled.acts.insert(shuffled.acts.begin() + static_cast<std::ptrdiff_t>(act), history.acts[act]);
        RC_ASSERT(cbor::encode(fold(shuffled)) == expected);
    }));
}

TEST_CASE("one seed gives one history") {
    CHECK(describe(generate_history(42)) == describe(generate_history(42)));
    CHECK(describe(generate_history(42)) != describe(generate_history(43)));
}

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

#include "tests/properties/exhaustive.hpp"
#include "tests/properties/folding.hpp"
#include "tests/properties/laws.hpp"
#include "tests/properties/on_all_cores.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using namespace motcua::tests::properties;

namespace {

bool ends_in_vain(const History& history, const sync::Dossier& dossier) {
    const sync::Act& last = history.acts.back();
    if (sync::class_of(last.payload.kind) != sync::KindClass::move) return false;
    return std::any_of(dossier.acts.begin(), dossier.acts.end(), [&](const sync::DossierAct& act) {
        return act.id == last.id && act.verdict.standing == sync::Standing::void_act;
    });
}

// Against the model and the laws, and against the same history before its last act.
class Judge {
  public:
    explicit Judge(const History& beginning) : beginning_size_(beginning.acts.size()) { dossiers_.push_back(fold(beginning)); }

    std::string judge(const History& history) {
        sync::Dossier dossier = fold(history);
        std::string breach = breach_of_model(history, dossier);
        if (breach.empty()) breach = breach_of_keeping(history, dossier);
        if (breach.empty()) breach = breach_of_path(history, dossier);
        dossiers_.resize(history.acts.size() - beginning_size_);
        if (breach.empty()) breach = breach_of_authority(dossiers_.back(), dossier);
        if (breach.empty() && count_++ % 16 == 0) {
            Dice dice(count_);
            breach = breach_of_order(history, dossier, dice);
        }
        dossiers_.push_back(std::move(dossier));
        return breach;
    }
    /// Of the history judged last.
    [[nodiscard]] const sync::Dossier& dossier() const { return dossiers_.back(); }
    [[nodiscard]] std::uint64_t count() const { return count_; }

  private:
    std::size_t beginning_size_;
    std::vector<sync::Dossier> dossiers_;  // of the histories that this one goes on from
    std::uint64_t count_ = 0;
};

// Every one, or only those that do not go on after a move in vain.
std::string check_all(std::size_t acts_max, bool also_after_vain_moves) {
    const SmallModel model(acts_max);
    const auto beginnings = model.beginnings();
    std::atomic<std::uint64_t> count = beginnings.size();
    std::string finding = first_finding(beginnings.size(), [&](std::uint64_t index) {
        Judge judge(beginnings[index]);
        std::string found;
        if (!also_after_vain_moves && ends_in_vain(beginnings[index], judge.dossier())) return found;
        model.visit_beyond(beginnings[index], [&](const History& history) {
            if (!found.empty()) return false;
            if (!judge.judge(history).empty()) {
                found = report_breach(history, [](const History& smaller) { return breach_of_model(smaller, fold(smaller)); });
            }
            return found.empty() && (also_after_vain_moves || !ends_in_vain(history, judge.dossier()));
        });
        count += judge.count();
        return found;
    });
    std::cout << fmt::format("{} histories of up to {} acts, the creating act counted{}\n", count.load(), acts_max,
                             also_after_vain_moves ? "" : "; none goes on after a move in vain");
    return finding;
}

}  // namespace

TEST_CASE("three offices, one dossier, eight kinds: every history of up to five acts obeys the law") {
    const std::string finding = check_all(MOTCUA_TEST_SCALE >= 100 ? 5 : 4, true);
    INFO(finding);
    CHECK(finding.empty());
}

// Some minutes: ./test_properties "[six]". A void move changes nothing beside or below it, as the case above and the laws show; here it comes last.
TEST_CASE("three offices, one dossier, eight kinds: every history of six acts obeys the law", "[.six]") {
    const std::string finding = check_all(6, false);
    INFO(finding);
    CHECK(finding.empty());
}

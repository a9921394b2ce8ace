// The fold that goes on from an earlier one: the same bytes as from scratch, or no answer.

#include "tests/sync/dossier/random_desk.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// Folds act by act, or several at once; every answer must be what the whole fold gives. Returns how many answers there were.
std::size_t extend_all(const DeskCase& desk, SeededRandom* random) {
    const Rulebook rules(desk.world.registry);
    std::size_t answers = 0, from = 1;
    Dossier before = fold_dossier(desk.id, std::span(desk.acts).first(1), rules);
    while (from < desk.acts.size()) {
        const std::size_t count = random == nullptr ? 1 : std::min<std::size_t>(1 + random->below(3), desk.acts.size() - from);
        const auto added = std::span(desk.acts).subspan(from, count);
        const Dossier whole = fold_dossier(desk.id, std::span(desk.acts).first(from + count), rules);
        if (const auto extended = extend_fold(before, added, rules)) {
            ++answers;
            REQUIRE(cbor::encode(*extended) == cbor::encode(whole));
        }
        before = whole;
        from += count;
    }
    return answers;
}

}  // namespace

TEST_CASE("an ordinary life is folded on from act to act") {
    DeskCase desk;
    Act last = desk.chain({Kind::assign, Kind::ask_supplement});
    const Act papers = desk.state(desk.first, Kind::supplement_handed_in, last);
    desk.state(desk.first, Kind::notice_sent, last, NoticeSentContent{NoticeAbout::supplement, "sms"});
    last = desk.state(desk.first, Kind::resume, last, ResumeContent{papers.position()});
    last = desk.chain(last, {Kind::ask_supplement});
    desk.state(desk.first, Kind::notice_sent, last, NoticeSentContent{NoticeAbout::supplement, "sms"});
    last = desk.chain(last, {Kind::resume});
    last = desk.hand_over(desk.first, last, desk.world.hub_office);
    last = desk.state(desk.hub, Kind::take_over, last);
    desk.state(desk.hub, Kind::note, last);
    last = desk.state(desk.hub, Kind::ask_payment, last);
    const Act money = desk.state(desk.first, Kind::paid, last);
    last = desk.state(desk.hub, Kind::resume, last, ResumeContent{money.position()});
    last = desk.state(desk.hub, Kind::extend, last, ExtendContent{World::start_ms + 1});
    last = desk.state(desk.hub, Kind::hand_back, last);
    last = desk.state(desk.first, Kind::take_over, last);
    last = desk.chain(last, {Kind::submit_for_signature, Kind::sign, Kind::number});
    const Act result = desk.state(desk.first, Kind::complete, last);
    desk.state(desk.first, Kind::notice_sent, result, NoticeSentContent{NoticeAbout::result, "sms"});
    desk.state(desk.first, Kind::result_handed_over, result);
    const Act corrected = desk.state(desk.first, Kind::correct_result, result, MendResultContent{result.position(), true});
    desk.state(desk.first, Kind::notice_sent, corrected, NoticeSentContent{NoticeAbout::result, "phone"});
    desk.state(desk.first, Kind::result_handed_over, corrected);
    desk.state(desk.first, Kind::rated, corrected);
    for (const DossierAct& act : desk.fold().acts) CHECK(act.verdict == effective);
    CHECK(extend_all(desk, nullptr) == desk.acts.size() - 1);
    SeededRandom random("groups");
    CHECK(extend_all(desk, &random) > 5);
}

TEST_CASE("whatever comes, going on gives what the fold from scratch gives, or nothing") {
    std::size_t answers = 0;
    for (std::uint64_t seed = 0; seed < scaled(300); ++seed) {
        INFO("seed " << seed);
        DeskCase desk;
        SeededRandom random("extend " + std::to_string(seed));
        for (int count = 0; count < 14; ++count) {
            if (random.below(8) == 0) state_at_random(desk, random);
            else state_sensibly(desk, random);
        }
        answers += extend_all(desk, seed % 2 == 0 ? nullptr : &random);
    }
    CHECK(answers > 3 * scaled(300));
}

TEST_CASE("what is known already adds nothing") {
    DeskCase desk;
    desk.chain({Kind::assign, Kind::sign});
    const Rulebook rules(desk.world.registry);
    const Dossier whole = desk.fold();
    const auto extended = extend_fold(whole, desk.acts, rules);
    REQUIRE(extended);
    CHECK(cbor::encode(*extended) == cbor::encode(whole));
}

TEST_CASE("a second move on one, and an act that others wait for, are left to the whole fold") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act signed_act = desk.state(desk.first, Kind::sign, assigned);
    const Act other = desk.state(desk.first, Kind::number, assigned);
    const Rulebook rules(desk.world.registry);
    const Dossier before = fold_dossier(desk.id, std::vector{desk.creating, assigned, signed_act}, rules);
    CHECK_FALSE(extend_fold(before, std::vector{other}, rules));
    const Dossier waiting = fold_dossier(desk.id, std::vector{desk.creating, signed_act}, rules);
    CHECK_FALSE(extend_fold(waiting, std::vector{assigned}, rules));
    const Dossier early = fold_dossier(desk.id, std::vector{desk.creating}, rules);
    CHECK_FALSE(extend_fold(early, std::vector{signed_act, other, assigned}, rules));
    CHECK(extend_fold(early, std::vector{signed_act, assigned}, rules));
}

TEST_CASE("a fact that a move cited before it came is left to the whole fold") {
    DeskCase desk;
    const Act asked = desk.chain({Kind::assign, Kind::ask_supplement});
    const Act papers = desk.state(desk.twin, Kind::supplement_handed_in, asked);
    desk.state(desk.first, Kind::resume, asked, ResumeContent{papers.position()});
    desk.take_away(papers);
    const Rulebook rules(desk.world.registry);
    CHECK_FALSE(extend_fold(desk.fold(), std::vector{papers}, rules));
}

// The law by example. Each case is checked on the fold and on the reference model, so that the two cannot be wrong together.

#include <catch2/catch.hpp>

#include "tests/properties/laws.hpp"
#include "tests/properties/script.hpp"

using namespace motcua;
using namespace motcua::tests::properties;
using sync::Kind;
using sync::Standing;

namespace {

constexpr Standing stands = Standing::effective, late = Standing::late, disputed = Standing::disputed, without_effect = Standing::void_act;

void agree(const Script& script) {
    const std::string breach = breach_of_model(script.history(), script.dossier());
    INFO(breach << "\n" << describe(script.history()));
    CHECK(breach.empty());
}
std::string holder(const Script& script) {
    const auto custody = script.dossier().custody;
    return custody ? script.history().city->find_line(custody->line)->name : "nobody";
}

}  // namespace

TEST_CASE("a hand-over ends the sender's right at once, and the addressee's take-over begins the next") {
    Script script;
    const auto given = script.hand_over("first", "second", script.created());
    const auto after_giving = script.act("first", Kind::assign, given);
    const auto taken_by_other = script.act("third", Kind::take_over, given);
    const auto taken = script.act("second", Kind::take_over, given);
    agree(script);
    CHECK(script.standing(after_giving) == without_effect);
    CHECK(script.standing(taken_by_other) == without_effect);
    CHECK(script.standing(taken) == stands);
    CHECK(holder(script) == "second");
}

TEST_CASE("what is handed over to the own office is taken by another line of it, never by the sender's") {
    Script script;
    const auto given = script.hand_over("first", "first2", script.created());
    const auto taken_back = script.act("first", Kind::take_over, given);
    const auto taken = script.act("first2", Kind::take_over, given);
    agree(script);
    CHECK(script.standing(taken_back) == without_effect);
    CHECK(script.standing(taken) == stands);
}

TEST_CASE("a hand-back is taken by the line that handed over alone, and not handed back again") {
    Script script;
    const auto taken = script.move_to("first", "second", script.created());
    const auto back = script.act("second", Kind::hand_back, taken);
    const auto by_the_other_line = script.act("first2", Kind::take_over, back);
    const auto back_again = script.act("first", Kind::hand_back, back);
    const auto home = script.act("first", Kind::take_over, back);
    const auto once_more = script.act("first", Kind::hand_back, home);
    agree(script);
    CHECK(script.standing(by_the_other_line) == without_effect);
    CHECK(script.standing(back_again) == without_effect);
    CHECK(script.standing(home) == stands);
    CHECK(script.standing(once_more) == without_effect);
}

TEST_CASE("of two moves of one log after one, the later place is late; two at one place are disputed") {
    Script script;
    const auto first = script.act("first", Kind::assign, script.created());
    const auto second = script.hand_over("first", "second", script.created());
    agree(script);
    CHECK(script.standing(first) == stands);
    CHECK(script.standing(second) == late);
    script.fork_at(2);
    const auto twin = script.hand_over("first", "third", script.created());
    agree(script);
    CHECK(script.standing(first) == disputed);
    CHECK(script.standing(twin) == disputed);
    CHECK(script.standing(second) == late);
    CHECK(script.dossier().dispute->after == script.created());
}

TEST_CASE("two lines of the addressee take over: nobody has it until the office's head, or the supervisor, decides") {
    Script script("nothing later", "second");
    const auto given = script.hand_over("second", "first", script.created());
    const auto by_first = script.act("first", Kind::take_over, given);
    const auto by_first2 = script.act("first2", Kind::take_over, given);
    const auto below = script.act("first2", Kind::assign, by_first2);
    agree(script);
    CHECK(script.standing(by_first) == disputed);
    CHECK(script.standing(below) == disputed);
    CHECK(script.dossier().tip == given);
    SECTION("their own head") { CHECK(script.standing(script.arbitrate("first", given, by_first2)) == stands); }
    SECTION("the supervisor of both offices") { CHECK(script.standing(script.arbitrate("hub", given, by_first2)) == stands); }
    agree(script);
    CHECK(script.standing(by_first2) == stands);
    CHECK(script.standing(below) == stands);
    CHECK(script.standing(by_first) == late);
}

TEST_CASE("neither another head nor a clerk arbitrates") {
    Script script("nothing later", "second");
    const auto given = script.hand_over("second", "first", script.created());
    const auto by_first = script.act("first", Kind::take_over, given);
    const auto by_first2 = script.act("first2", Kind::take_over, given);
    CHECK(script.standing(script.arbitrate("second", given, by_first)) == without_effect);
    CHECK(script.standing(script.arbitrate("hub2", given, by_first)) == without_effect);
    CHECK(script.standing(script.arbitrate("city", given, by_first)) == without_effect);
    script.sign_as_clerk();
    CHECK(script.standing(script.arbitrate("hub", given, by_first)) == without_effect);
    CHECK(script.standing(by_first2) == disputed);
    agree(script);
}

TEST_CASE("of rival arbitrations the one that no other cites stands, if it is alone; citing reaches through") {
    Script script("nothing later", "second");
    const auto given = script.hand_over("second", "first", script.created());
    const auto by_first = script.act("first", Kind::take_over, given);
    const auto by_first2 = script.act("first2", Kind::take_over, given);
    const auto one = script.arbitrate("hub", given, by_first);
    const auto two = script.arbitrate("first", given, by_first2);
    agree(script);
    CHECK(script.standing(by_first) == disputed);
    const auto three = script.arbitrate("hub", given, by_first2, {one, two});
    const auto four = script.arbitrate("first2", given, by_first, {three});
    agree(script);
    CHECK(script.standing(four) == stands);
    CHECK(script.standing(by_first) == stands);
}

TEST_CASE("the supervisor's seizure stands over what the office goes on to do offline") {
    Script script;
    const auto assigned = script.act("first", Kind::assign, script.created());
    const auto completed = script.act("first", Kind::complete, assigned);
    const auto seized = script.act("hub", Kind::seize, assigned);
    agree(script);
    CHECK(script.standing(seized) == stands);
    CHECK(script.standing(completed) == late);
    CHECK(holder(script) == "hub");
    CHECK(script.standing(script.act("city", Kind::seize, assigned)) == without_effect);
}

TEST_CASE("the supervisor is above every office that has held the dossier") {
    Script script;
    const auto at_second = script.move_to("first", "second", script.created());
    const auto at_third = script.move_to("second", "third", at_second);
    const auto by_the_hub_above = script.act("hub2", Kind::seize, at_third);
    const auto by_the_city = script.act("city", Kind::seize, at_third);
    agree(script);
    CHECK(script.standing(by_the_hub_above) == without_effect);
    CHECK(script.standing(by_the_city) == stands);
}

TEST_CASE("a head seizes among the office's own lines, unless the other branch has completed or has left the office") {
    Script script;
    const auto assigned = script.act("first", Kind::assign, script.created());
    const auto seized = script.act("first2", Kind::seize, assigned);
    agree(script);
    CHECK(holder(script) == "first2");
    SECTION("completed") {
        const auto completed = script.act("first", Kind::complete, assigned);
        agree(script);
        CHECK(script.standing(seized) == disputed);
        CHECK(script.standing(completed) == disputed);
    }
    SECTION("taken over by another office") {
        const auto taken = script.move_to("first", "second", assigned);
        agree(script);
        CHECK(script.standing(seized) == late);
        CHECK(script.standing(taken) == stands);
    }
    SECTION("only handed over, not taken") {
        const auto given = script.hand_over("first", "second", assigned);
        agree(script);
        CHECK(script.standing(seized) == stands);
        CHECK(script.standing(given) == late);
    }
}

TEST_CASE("facts are kept on a late branch, by offices of the chain and those above, and by nobody else") {
    Script script;
    const auto assigned = script.act("first", Kind::assign, script.created());
    const auto lost = script.hand_over("first", "second", script.created());
    CHECK(script.standing(lost) == late);
    CHECK(script.standing(script.act("second", Kind::note, lost)) == stands);
    CHECK(script.standing(script.act("hub", Kind::note, lost)) == stands);
    CHECK(script.standing(script.act("second", Kind::note, assigned)) == without_effect);
    CHECK(script.standing(script.act("third", Kind::note, lost)) == without_effect);
    script.act("first", Kind::consult, assigned, sync::ConsultContent{script.line("third").office, std::nullopt});
    const sync::OpinionContent answer{script.last_position()};
    CHECK(script.standing(script.act("third", Kind::opinion, assigned, answer)) == stands);
    CHECK(script.standing(script.act("hub2", Kind::opinion, assigned, answer)) == without_effect);
    agree(script);
}

TEST_CASE("a stolen key's acts beyond the cut are quarantined with what follows, until a head confirms them") {
    Script script("revocations");
    script.act("first", Kind::note, script.created());
    script.act("first", Kind::note, script.created());
    script.act("first", Kind::note, script.created());
    script.act("first", Kind::note, script.created());
    script.sign_as_clerk();
    const auto assigned = script.act("first", Kind::assign, script.created());
    const auto completed = script.act("first", Kind::complete, assigned);
    agree(script);
    CHECK(script.standing(assigned) == Standing::quarantined);
    CHECK(script.standing(completed) == Standing::quarantined);
    script.act("first", Kind::confirm, script.created(), sync::ConfirmContent{assigned});
    agree(script);
    CHECK(script.standing(assigned) == stands);
    CHECK(script.standing(completed) == stands);
}

TEST_CASE("who stands in for an absent head does what a head does, on those days alone and for that office") {
    Script script("absences");  // the clerk stands in for the head of the first commune on the first two days, then again on the third
    script.cite(1);
    const auto given = script.act("first", Kind::assign, script.created());
    script.sign_as_clerk();
    const auto approved = script.act("first", Kind::sign, given);
    agree(script);
    CHECK(script.standing(approved) == stands);
    for (int hour = 0; hour < 40; ++hour) script.act("first", Kind::note, script.created());  // an hour each: the third day begins
    script.sign_as_clerk();
    CHECK(script.standing(script.act("first", Kind::sign, approved)) == without_effect);
    script.cite(8);
    script.sign_as_clerk();
    CHECK(script.standing(script.act("first", Kind::sign, approved)) == stands);
    agree(script);
}

TEST_CASE("a stand-in's right ends when the absent head's does, by the registry that the act cites") {
    Script script("absences", "second");
    const auto signed_by_clerk = [&](std::uint64_t later_entries) {
        script.cite(later_entries);
        const auto assigned = script.act("second", Kind::note, script.created());
        script.sign_as_clerk();
        return script.act("second", Kind::confirm, script.created(), sync::ConfirmContent{assigned});
    };
    CHECK(script.standing(signed_by_clerk(2)) == without_effect);
    CHECK(script.standing(signed_by_clerk(3)) == stands);
    CHECK(script.standing(signed_by_clerk(4)) == without_effect);
    agree(script);
}

TEST_CASE("a move after an act of another dossier waits, and counts for nothing, whoever may see that act") {
    Script script;
    sync::Act foreign = Script("nothing later", "second").history().acts.front();
    foreign.id.bytes[0] ^= std::byte{1};  // scripts number their acts alike
    const auto assigned = script.act("first", Kind::assign, script.created());
    History history = script.history();
    history.acts.push_back(foreign);
    const auto standing_of_next = [&](Kind kind) {
        History longer = history;
        longer.acts.push_back(write_act({&history.city->line("first"), 9, history.city->size(), history.city->line("first").chief, kind,
                                         to_bytes(history.id.view()), foreign.id, sync::empty_content(kind), 0}, 99));
        const auto dossier = fold(longer);
        CHECK(breach_of_model(longer, dossier).empty());
        CHECK(breach_of_keeping(longer, dossier).empty());
        CHECK(dossier.tip == assigned);
        const auto shown = std::find_if(dossier.acts.begin(), dossier.acts.end(), [&](const sync::DossierAct& act) { return act.id == longer.acts.back().id; });
        return shown->verdict;
    };
    for (const Kind kind : {Kind::complete, Kind::take_over, Kind::note}) {
        CHECK(standing_of_next(kind) == sync::Verdict{Standing::waiting, sync::Reason::prior_unknown});
    }
}

TEST_CASE("when offices merge, the old lines have no right any more and a line of the new office takes over") {
    Script script("succession", "second");
    const auto offline = script.act("second", Kind::assign, script.created());
    script.cite(1);
    const auto by_the_old = script.act("second", Kind::complete, offline);
    const auto taken = script.act("first2", Kind::take_over, offline);
    const auto by_a_stranger = script.act("third", Kind::take_over, offline);
    agree(script);
    CHECK(script.standing(by_the_old) == without_effect);
    CHECK(script.standing(by_a_stranger) == without_effect);
    CHECK(script.standing(taken) == stands);
    CHECK(holder(script) == "first2");
}

TEST_CASE("two creating acts under one id are disputed, and the top decides") {
    Script script;
    script.fork_at(1);
    const auto twin = script.act("first", Kind::note, script.created());
    CHECK(script.standing(twin) == stands);
    History history = script.history();
    history.acts.pop_back();
    history.acts.push_back(history.acts.front());
    history.acts.back().id.bytes[0] ^= std::byte{1};
    const auto decide = [&](std::string_view author, std::uint64_t seq) {
        const sync::ArbitrateContent content{std::nullopt, history.acts[1].id, {}};
        History decided = history;
        decided.acts.push_back(write_act({&history.city->line(author), seq, history.city->size(), history.city->line(author).chief, Kind::arbitrate,
                                          to_bytes(history.id.view()), history.acts[0].id, sync::to_item(content), 0}, 99));
        CHECK(breach_of_model(decided, fold(decided)).empty());
        return fold(decided).tip;
    };
    CHECK_FALSE(fold(history).tip.has_value());
    CHECK(fold(history).dispute.has_value());
    CHECK_FALSE(decide("hub", 1).has_value());
    CHECK(decide("city", 1) == history.acts[1].id);
}

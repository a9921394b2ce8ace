// Facts: rule 1. Who may state one, and what it changes.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

TEST_CASE("a fact is entitled to an office that created, held or was addressed on its prior's chain, or is above one") {
    DeskCase desk;
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::note, desk.creating)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::note, desk.creating)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::note, desk.creating)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.city, Kind::note, desk.creating)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::note, desk.creating)) == void_for(Reason::not_of_this_office));
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::note, over)) == effective);  // addressed, not taken over
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::note, taken)) == effective);  // held it once
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::note, desk.creating)) == void_for(Reason::not_of_this_office));  // had not seen it then
}

TEST_CASE("a fact counts on whatever branch it hangs") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act beside = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act withdrawal = desk.state(desk.second, Kind::withdrawal_asked, beside);
    CHECK(desk.verdict_of(beside) == late);
    CHECK(desk.verdict_of(withdrawal) == effective);
    CHECK(desk.status() == DossierStatus::withdrawal_asked);
    CHECK(desk.fold().since_ms == withdrawal.payload.at_ms);
    CHECK(desk.fold().tip == assigned.id);
    CHECK(desk.fold().concerned.size() == 2);  // whoever was addressed beside the path is to learn of it
}

TEST_CASE("what hangs on a void move counts for who belonged to the dossier before it") {
    DeskCase desk;
    const Act nonsense = desk.hand_over(desk.second, desk.creating, desk.world.second_office);
    CHECK(desk.verdict_of(nonsense) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::note, nonsense)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::note, nonsense)) == void_for(Reason::not_of_this_office));  // that addressed nobody
}

TEST_CASE("a fact after a move that waits or is cut off is judged once that is known") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act note = desk.state(desk.second, Kind::note, over);
    desk.take_away(over);
    CHECK(desk.verdict_of(note) == waits_for_prior);
    desk.keep(over);
    CHECK(desk.verdict_of(note) == effective);
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), over.payload.seq}});
    CHECK(desk.verdict_of(note) == cut_with_prior);  // the hand-over addressed nobody, unless it is confirmed
    desk.state(desk.twin, Kind::confirm, desk.creating, ConfirmContent{over.id});
    CHECK(desk.verdict_of(note) == effective);
}

TEST_CASE("an opinion is entitled by the consultation put to its office, and waits while that is unknown") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act question = desk.state(desk.first, Kind::consult, assigned, ConsultContent{desk.world.second_office, std::nullopt});
    CHECK(desk.fold().open_consultations == std::vector{question.position()});
    CHECK(desk.fold().concerned == std::vector{desk.world.first_office, desk.world.second_office});
    const Act answer = desk.state(desk.second, Kind::opinion, assigned, OpinionContent{question.position()});
    CHECK(desk.verdict_of(answer) == effective);
    CHECK(desk.fold().open_consultations.empty());
    desk.take_away(question);
    CHECK(desk.verdict_of(answer) == waits_for_prior);
    desk.keep(question);
    const Act by_stranger = desk.state(desk.second, Kind::opinion, assigned, OpinionContent{answer.position()});
    CHECK(desk.verdict_of(by_stranger) == void_for(Reason::not_of_this_office));  // cites no consultation
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::file_attached, assigned)) == void_for(Reason::not_of_this_office));
    const Act nowhere = desk.state(desk.first, Kind::consult, assigned, ConsultContent{{"H26.9", 0}, std::nullopt});
    CHECK(desk.verdict_of(nowhere) == void_for(Reason::unknown_office));
}

TEST_CASE("only the office that was asked closes a consultation") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act question = desk.state(desk.first, Kind::consult, assigned, ConsultContent{desk.world.second_office, std::nullopt});
    const Act own = desk.state(desk.first, Kind::opinion, assigned, OpinionContent{question.position()});
    CHECK(desk.verdict_of(own) == effective);
    CHECK(desk.fold().open_consultations.size() == 1);
}

TEST_CASE("a correction settles those that it lists; all others are shown") {
    DeskCase desk;
    const Act one = desk.state(desk.first, Kind::contact_corrected, desk.creating);
    const Act other = desk.state(desk.twin, Kind::contact_corrected, desk.creating);
    CHECK(desk.fold().corrections.size() == 2);
    const Act both = desk.state(desk.hub, Kind::contact_corrected, desk.creating, ContactCorrectedContent{{one.position(), other.position()}});
    CHECK(desk.fold().corrections == std::vector{both.position()});
    const Act stranger = desk.state(desk.second, Kind::contact_corrected, desk.creating, ContactCorrectedContent{{both.position()}});
    CHECK(desk.verdict_of(stranger) == void_for(Reason::not_of_this_office));
    CHECK(desk.fold().corrections == std::vector{both.position()});
}

TEST_CASE("a result is returned once, and a second time changes nothing") {
    DeskCase desk;
    const Act early = desk.state(desk.second, Kind::result_handed_over, desk.creating);
    CHECK(desk.verdict_of(early) == void_for(Reason::not_of_this_office));
    const Act assigned = desk.chain({Kind::assign});
    const Act before = desk.state(desk.twin, Kind::result_handed_over, assigned);  // its node has not heard of the result yet
    CHECK(desk.verdict_of(before) == effective);
    CHECK(desk.status() == DossierStatus::in_process);
    const Act result = desk.state(desk.first, Kind::complete, assigned);
    CHECK(desk.status() == DossierStatus::returned);
    CHECK(desk.fold().returned_ms == before.payload.at_ms);
    const Act again = desk.state(desk.first, Kind::result_handed_over, result);
    CHECK(desk.verdict_of(again) == effective);
    CHECK(desk.fold().returned_ms == before.payload.at_ms);
    CHECK(desk.fold().delivery == Delivery::handed_over);
}

TEST_CASE("a corrected result is collected anew, a revoked one is not to be collected") {
    DeskCase desk;
    const Act result = desk.chain({Kind::assign, Kind::complete});
    desk.state(desk.first, Kind::result_handed_over, result);
    CHECK(desk.status() == DossierStatus::returned);
    const Act corrected = desk.state(desk.first, Kind::correct_result, result, MendResultContent{result.position(), true});
    CHECK(desk.verdict_of(corrected) == effective);
    CHECK(desk.status() == DossierStatus::resolved);
    CHECK(desk.fold().delivery == Delivery::ready);
    CHECK(desk.fold().owes_apology);
    CHECK(desk.fold().outcome == Outcome::completed);
    desk.state(desk.first, Kind::result_handed_over, corrected);
    CHECK(desk.status() == DossierStatus::returned);
    const Act revoked = desk.state(desk.first, Kind::revoke_result, corrected, MendResultContent{result.position(), false});
    CHECK(desk.verdict_of(revoked) == effective);
    CHECK(desk.status() == DossierStatus::resolved);
    CHECK(desk.fold().delivery == Delivery::none);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::revoke_result, revoked, MendResultContent{result.position(), false})) == void_for(Reason::wrong_state));
    const Act mended = desk.state(desk.first, Kind::correct_result, revoked, MendResultContent{result.position(), false});
    CHECK(desk.verdict_of(mended) == effective);
    CHECK(desk.fold().delivery == Delivery::ready);
}

TEST_CASE("a result that its chain does not hold is not mended") {
    DeskCase desk;
    const Act result = desk.chain({Kind::assign, Kind::complete});
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::correct_result, result, MendResultContent{desk.creating.position(), false})) == void_for(Reason::no_such_result));
    DeskCase returned;
    const Act refusal = returned.chain({Kind::assign, Kind::return_unresolved});
    CHECK(returned.fold().outcome == Outcome::returned_unresolved);
    CHECK(returned.verdict_of(returned.state(returned.first, Kind::correct_result, refusal, MendResultContent{refusal.position(), false})) ==
          void_for(Reason::wrong_state));
}

TEST_CASE("what was paid before payment was asked for pays for something else, unless the custodian cites it") {
    DeskCase desk;
    desk.state(desk.first, Kind::paid, desk.creating);
    CHECK(desk.fold().finance == Finance::paid);
    const Act asked = desk.chain({Kind::assign, Kind::ask_payment});
    CHECK(desk.fold().finance == Finance::asked);
    CHECK(desk.status() == DossierStatus::payment_asked);
    const Act money = desk.state(desk.twin, Kind::paid, asked);
    CHECK(desk.fold().finance == Finance::paid);
    CHECK(desk.status() == DossierStatus::payment_asked);  // until the custodian goes on
    desk.state(desk.first, Kind::resume, asked, ResumeContent{money.position()});
    CHECK(desk.status() == DossierStatus::in_process);
    desk.take_away(money);
    CHECK(desk.fold().finance == Finance::asked);
}

TEST_CASE("erased bodies, notices and scores are told") {
    DeskCase desk;
    desk.state(desk.first, Kind::erase, desk.creating, EraseContent{{desk.creating.position(), {desk.second.id(), Seq{999}}}, "Luật 91/2025/QH15"});
    CHECK(desk.fold().erased == std::vector{desk.creating.position()});  // of this dossier alone
    desk.state(desk.first, Kind::notice_sent, desk.creating, NoticeSentContent{NoticeAbout::late, "phone"});
    desk.state(desk.first, Kind::notice_sent, desk.creating, NoticeSentContent{NoticeAbout::early, "sms"});
    desk.state(desk.twin, Kind::notice_sent, desk.creating, NoticeSentContent{NoticeAbout::late, "sms"});
    CHECK(desk.fold().notices == std::vector{NoticeAbout::early, NoticeAbout::late});
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::rated, desk.creating, RatedContent{{{1, 2}, {9, 0}}})) == effective);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::rated, desk.creating, RatedContent{{{10, 2}}})) == void_for(Reason::bad_content));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::rated, desk.creating, RatedContent{{{1, 3}}})) == void_for(Reason::bad_content));
}

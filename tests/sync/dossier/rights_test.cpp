// What stops acts from taking effect: rule 5. Retirement, revocation, confirmation, admission and merged offices.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

Act merge(World& world, const OfficeId& from, const OfficeId& to) {
    return world.state_registry(world.registrar, Kind::succeed, cbor::encode(from), SucceedContent{from, to});
}

}  // namespace

TEST_CASE("a revocation quarantines what the key signed from the cut on, and what follows it") {
    DeskCase desk;
    const auto colleague = signing_key("colleague");
    desk.world.state_officer(desk.world.registrar, colleague.public_key(), {desk.world.first_office, World::full_roles, std::nullopt});
    desk.world.receipt(desk.first);
    const Act before = desk.state(desk.first, Kind::assign, desk.creating);
    const Act stolen = desk.state(desk.first, Kind::complete, before);
    const Act after = desk.state(desk.first, Kind::correct_result, stolen, MendResultContent{stolen.position(), false}, &colleague);
    const Act at_counter = desk.state(desk.first, Kind::note, stolen, StepContent{}, &colleague);
    CHECK(desk.status() == DossierStatus::resolved);
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), stolen.payload.seq}});
    CHECK(desk.verdict_of(before) == effective);
    CHECK(desk.verdict_of(stolen) == cut);
    CHECK(desk.verdict_of(after) == cut_with_prior);
    CHECK(desk.verdict_of(at_counter) == effective);  // the office had to do with the dossier before
    CHECK(desk.status() == DossierStatus::in_process);
    CHECK(desk.fold().tip == before.id);
}

TEST_CASE("a head lifts the quarantine of exactly one act") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act completed = desk.state(desk.first, Kind::complete, assigned);
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), assigned.payload.seq}});
    const Act by_neighbour = desk.state(desk.second, Kind::confirm, desk.creating, ConfirmContent{assigned.id});
    CHECK(desk.verdict_of(by_neighbour) == void_for(Reason::not_of_this_office));
    CHECK(desk.verdict_of(assigned) == cut);
    const Act by_head = desk.state(desk.twin, Kind::confirm, desk.creating, ConfirmContent{assigned.id});
    CHECK(desk.verdict_of(by_head) == effective);
    CHECK(desk.verdict_of(assigned) == effective);
    CHECK(desk.verdict_of(completed) == cut);  // the next act of the same key is not confirmed with it
    const Act from_above = desk.state(desk.city, Kind::confirm, assigned, ConfirmContent{completed.id});
    CHECK(desk.verdict_of(from_above) == effective);
    CHECK(desk.status() == DossierStatus::resolved);
}

TEST_CASE("a confirmation that is cut off itself lifts nothing until it is confirmed") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act own = desk.state(desk.first, Kind::confirm, desk.creating, ConfirmContent{assigned.id});  // the thief's
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), assigned.payload.seq}});
    CHECK(desk.verdict_of(own) == cut);
    CHECK(desk.verdict_of(assigned) == cut);
    const Act by_hub = desk.state(desk.hub, Kind::confirm, desk.creating, ConfirmContent{own.id});
    CHECK(desk.verdict_of(by_hub) == effective);
    CHECK(desk.verdict_of(own) == effective);
    CHECK(desk.verdict_of(assigned) == effective);
}

TEST_CASE("a confirmation waits for its act, and makes no void act good") {
    DeskCase desk;
    const Act wrong = desk.state(desk.first, Kind::complete, desk.creating);
    const Act confirmed = desk.state(desk.hub, Kind::confirm, desk.creating, ConfirmContent{wrong.id});
    CHECK(desk.verdict_of(confirmed) == effective);
    CHECK(desk.verdict_of(wrong) == void_for(Reason::wrong_state));
    desk.take_away(wrong);
    CHECK(desk.verdict_of(confirmed) == waits_for_prior);
}

TEST_CASE("a confirmation lifts nothing while its own prior is unknown, and none without a prior") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    desk.world.revoke(desk.world.registrar, desk.first.officer->public_key(), {{desk.first.id(), assigned.payload.seq}});
    const Act seen = desk.state(desk.twin, Kind::note, desk.creating);
    const Act confirmed = desk.state(desk.twin, Kind::confirm, seen, ConfirmContent{assigned.id});
    CHECK(desk.verdict_of(assigned) == effective);
    desk.take_away(seen);
    CHECK(desk.verdict_of(confirmed) == waits_for_prior);
    CHECK(desk.verdict_of(assigned) == cut);
    desk.take_away(confirmed);
    const Act of_nothing = desk.keep(desk.world.state(desk.twin, Kind::confirm, desk.id, std::nullopt, ConfirmContent{assigned.id}));
    CHECK(desk.verdict_of(of_nothing) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(assigned) == cut);
}

TEST_CASE("a retired officer's acts are judged by the registry that they cite") {
    DeskCase desk;
    desk.world.retire(desk.world.registrar, desk.first.officer->public_key().view());
    const Act offline = desk.state(desk.first, Kind::assign, desk.creating);  // the node has not heard of it
    CHECK(desk.verdict_of(offline) == effective);
    desk.world.receipt(desk.first);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::complete, offline)) == void_for(Reason::unknown_signer));
}

TEST_CASE("a key that a head admitted acts provisionally, until the registry knows better") {
    DeskCase desk;
    const auto newcomer = signing_key("newcomer");
    const Act admission = value_of(desk.first.log.append({.signer = desk.first.officer.get(), .at = desk.world.next_time(), .kind = Kind::admit,
                                                          .subject = to_bytes(newcomer.public_key().view()), .prior = {},
                                                          .content = to_item(AdmitContent{3}), .body = {}},
                                                         desk.first.log.head.registry_size));
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating, AssignContent{}, &newcomer);
    CHECK(desk.verdict_of(assigned) == void_for(Reason::unknown_signer));
    desk.keep(admission);
    CHECK(desk.fold().acts.size() == 2);  // the admission is no act of the dossier
    CHECK(desk.verdict_of(assigned) == effective);
    for (const DossierAct& act : desk.fold().acts) CHECK(act.is_provisional == (act.id == assigned.id));
    const Act elsewhere = desk.state(desk.twin, Kind::note, assigned, StepContent{}, &newcomer);
    CHECK(desk.verdict_of(elsewhere) == void_for(Reason::unknown_signer));  // in that log alone
    const Act too_much = desk.state(desk.first, Kind::sign, assigned, StepContent{}, &newcomer);
    CHECK(desk.verdict_of(too_much) == void_for(Reason::lacks_role));
}

TEST_CASE("what a merged office holds is taken over by one line of its heir") {
    DeskCase desk;
    merge(desk.world, desk.world.first_office, desk.world.second_office);
    const Act offline = desk.state(desk.first, Kind::assign, desk.creating);  // cites the registry from before
    CHECK(desk.verdict_of(offline) == effective);
    CHECK(desk.fold().custody->offer->to == desk.world.second_office);  // as anyone who knows the registry sees it
    desk.world.receipt(desk.first);
    const Act afterwards = desk.state(desk.first, Kind::sign, offline);
    CHECK(desk.verdict_of(afterwards) == void_for(Reason::office_merged));
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::take_over, offline)) == void_for(Reason::not_handed_over));  // has not heard of it either
    desk.world.receipt(desk.second);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::note, offline)) == effective);
    const Act taken = desk.state(desk.second, Kind::take_over, offline);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.fold().custody->line == desk.second.id());
    CHECK_FALSE(desk.fold().custody->offer);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::hand_back, taken)) == void_for(Reason::not_handed_over));
    const Act at_old_counter = desk.state(desk.first, Kind::note, offline);
    CHECK(desk.verdict_of(at_old_counter) == effective);  // what happened there happened
}

TEST_CASE("an offer to a merged office is its heir's, any line") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.second, desk.state(desk.second, Kind::take_over, desk.hand_over(desk.first, desk.creating, desk.world.second_office)),
                                    desk.world.first_office, desk.twin.id());
    merge(desk.world, desk.world.first_office, desk.world.hub_office);
    desk.tell_all();
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, over)) == void_for(Reason::office_merged));
    const Act taken = desk.state(desk.hub, Kind::take_over, over);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::hand_back, taken)) == effective);  // the sender is still there
}

TEST_CASE("the old office's offline move and its heir's take_over: the heir's stands") {
    DeskCase desk;
    merge(desk.world, desk.world.first_office, desk.world.second_office);
    desk.world.receipt(desk.second);
    const Act taken = desk.state(desk.second, Kind::take_over, desk.creating);
    const Act offline = desk.state(desk.first, Kind::assign, desk.creating);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(offline) == late);
}

TEST_CASE("a merged office accepts no more applications, but what its counter recorded is kept for its heir") {
    DeskCase desk;
    merge(desk.world, desk.world.first_office, desk.world.second_office);
    desk.tell_all();
    const Act received = desk.world.receive(desk.first);
    const Dossier refused = fold_dossier(dossier_of(received), std::vector{received}, desk.world.registry);
    CHECK(refused.acts[0].verdict == void_for(Reason::office_merged));
    const DossierId id = desk.world.next_dossier(desk.first);
    const Act submitted = desk.world.state(desk.first, Kind::submitted, id, std::nullopt);
    const Act taken = desk.world.state(desk.second, Kind::take_over, id, submitted.id);
    const Dossier kept = fold_dossier(id, std::vector{submitted, taken}, desk.world.registry);
    CHECK(kept.tip == taken.id);
    CHECK(kept.custody->line == desk.second.id());
}

TEST_CASE("an act that cites a registry which is not here waits") {
    DeskCase desk;
    const Registry earlier = desk.world.registry;
    desk.world.state_office(desk.world.registrar, {{"H26.1.03", 0}, "Phường Giảng Võ", OfficeKind::commune, desk.world.hub_office});
    desk.world.receipt(desk.first);
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act below = desk.state(desk.first, Kind::complete, assigned);
    const Dossier there = fold_dossier(desk.id, desk.acts, earlier);
    CHECK(there.acts[1].verdict == Verdict{Standing::waiting, Reason::registry_size_unknown});
    CHECK(there.acts[2].verdict == Verdict{Standing::waiting, Reason::registry_size_unknown});
    CHECK(desk.verdict_of(below) == effective);
}

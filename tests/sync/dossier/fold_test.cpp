// The fold as a whole: a dossier's life, what waits, what is void, and the same bytes whatever the order.

#include <set>

#include "tests/sync/dossier/random_desk.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

TEST_CASE("a dossier shows what was received") {
    DeskCase desk;
    const Dossier dossier = desk.fold();
    CHECK(dossier.code == "H26.1.01-251009-1002");
    CHECK(dossier.procedure == "1.001193");
    CHECK(dossier.created_by == desk.world.first_office);
    CHECK(dossier.status == DossierStatus::received);
    CHECK(dossier.received_ms == World::start_ms);
    CHECK_FALSE(dossier.clock.due_ms);
    CHECK(dossier.tip == desk.creating.id);
    CHECK_FALSE(dossier.dispute.has_value());
    REQUIRE(dossier.acts.size() == 1);
    CHECK(dossier.acts[0].verdict.effective());
}

TEST_CASE("a dossier runs through its life") {
    DeskCase desk;
    const Act result = desk.chain({Kind::assign, Kind::ask_supplement, Kind::resume, Kind::submit_for_signature, Kind::sign, Kind::number, Kind::complete});
    CHECK(desk.fold().status == DossierStatus::resolved);
    CHECK(desk.fold().tip == result.id);
    desk.state(desk.first, Kind::result_handed_over, result);
    CHECK(desk.fold().status == DossierStatus::returned);
    CHECK(desk.fold().tip == result.id);  // a fact is no move
    for (const DossierAct& act : desk.fold().acts) CHECK(act.verdict.effective());
}

TEST_CASE("each move leads where the table says") {
    const auto status_after_all = [](std::initializer_list<Kind> kinds) {
        DeskCase desk;
        desk.chain(kinds);
        return desk.fold().status;
    };
    CHECK(status_after_all({Kind::assign}) == DossierStatus::in_process);
    CHECK(status_after_all({Kind::assign, Kind::ask_supplement}) == DossierStatus::supplement_asked);
    CHECK(status_after_all({Kind::assign, Kind::return_unresolved}) == DossierStatus::resolved);
    CHECK(status_after_all({Kind::assign, Kind::stop}) == DossierStatus::stopped);
    CHECK(status_after_all({Kind::assign, Kind::ask_payment}) == DossierStatus::payment_asked);
    CHECK(status_after_all({Kind::withdrawal_asked}) == DossierStatus::withdrawal_asked);  // a fact alone stops nothing; the custodian does
}

TEST_CASE("a dossier that was only submitted is received, asked about or declined") {
    const auto status_after_all = [](std::initializer_list<Kind> kinds) {
        World world;
        TestNode& node = world.first();
        const DossierId id = world.next_dossier(node);
        std::vector<Act> acts{world.state(node, Kind::submitted, id, std::nullopt)};
        for (const Kind kind : kinds) {
            acts.push_back(kind == Kind::receive ? world.state(node, kind, id, acts.back().id, World::received("H26.1.01-251009-0001"))
                                                 : world.state(node, kind, id, acts.back().id));
        }
        const Dossier dossier = fold_dossier(id, acts, world.registry);
        for (const DossierAct& act : dossier.acts) CHECK(act.verdict.effective());
        return dossier.status;
    };
    CHECK(status_after_all({}) == DossierStatus::newly_registered);
    CHECK(status_after_all({Kind::receive, Kind::assign}) == DossierStatus::in_process);
    CHECK(status_after_all({Kind::decline}) == DossierStatus::declined);
    CHECK(status_after_all({Kind::ask_supplement}) == DossierStatus::supplement_asked);
    CHECK(status_after_all({Kind::ask_supplement, Kind::receive}) == DossierStatus::received);
}

TEST_CASE("a move that the state before it does not allow is void, and so is what follows it") {
    DeskCase desk;
    const Act completed = desk.state(desk.first, Kind::complete, desk.creating);  // never assigned
    const Act after = desk.state(desk.first, Kind::assign, completed);
    CHECK(desk.verdict_of(completed) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(after) == void_for(Reason::prior_void));
    CHECK(desk.fold().status == DossierStatus::received);
    const Act fact = desk.state(desk.first, Kind::note, completed);  // but what happened at a counter happened
    CHECK(desk.verdict_of(fact).effective());
    const Act right = desk.state(desk.first, Kind::assign, desk.creating);  // nor does it stand in anyone's way
    CHECK(desk.verdict_of(right).effective());
}

TEST_CASE("an act that is not entitled is void and blocks nothing") {
    DeskCase desk;
    const auto nobody = signing_key("nobody");
    const Act bad = desk.world.state(desk.first, Kind::assign, desk.id, desk.creating.id, &nobody);
    desk.acts.push_back(bad);
    const Act good = desk.state(desk.first, Kind::assign, desk.creating);
    CHECK(desk.verdict_of(bad) == void_for(Reason::unknown_signer));
    CHECK(desk.verdict_of(good).effective());
    CHECK(desk.fold().acts.size() == 3);
}

TEST_CASE("a dossier's id is the place of its creating act") {
    World world;
    TestNode& node = world.first();
    const DossierId elsewhere = world.next_dossier(world.second());
    const Act creating = world.state(node, Kind::submitted, elsewhere, std::nullopt);
    const Act fact = world.state(node, Kind::note, elsewhere, creating.id);
    const Dossier dossier = fold_dossier(elsewhere, std::vector{creating, fact}, world.registry);
    CHECK(dossier.acts[0].verdict == void_for(Reason::wrong_dossier_id));
    CHECK(dossier.acts[1].verdict == void_for(Reason::prior_void));
    CHECK_FALSE(dossier.tip);
    CHECK_FALSE(dossier.custody.has_value());

    const DossierId note_id = world.next_dossier(node);
    const Act note = world.state(node, Kind::note, note_id, std::nullopt);
    CHECK(fold_dossier(note_id, std::vector{note}, world.registry).acts[0].verdict == void_for(Reason::wrong_state));

    CHECK(created_at(note_id, note.position()));
    CHECK_FALSE(created_at(note_id, {note.payload.log, Seq{note.payload.seq + 1}}));
    CHECK_FALSE(created_at(note_id, {world.second().id(), Seq{note.payload.seq}}));
}

TEST_CASE("an act whose prior is not here waits, with all that follows it, until it comes") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act completed = desk.state(desk.first, Kind::complete, assigned);
    std::erase_if(desk.acts, [&](const Act& act) { return act.id == assigned.id; });
    CHECK(desk.verdict_of(completed) == Verdict{Standing::waiting, Reason::prior_unknown});
    CHECK(desk.fold().status == DossierStatus::received);
    desk.acts.push_back(assigned);
    CHECK(desk.verdict_of(completed).effective());
    CHECK(desk.fold().status == DossierStatus::resolved);
    desk.acts = {assigned, completed};
    CHECK(desk.verdict_of(assigned) == waits_for_prior);
    CHECK(desk.verdict_of(completed) == waits_with_prior);
}

TEST_CASE("a fact names a move or the creating act, never another fact") {
    DeskCase desk;
    const Act note = desk.state(desk.first, Kind::note, desk.creating);
    const Act on_note = desk.state(desk.first, Kind::note, note);
    const Act move_on_note = desk.state(desk.first, Kind::decline, note);
    const Act submitted = desk.state(desk.first, Kind::submitted, desk.creating);
    CHECK(desk.verdict_of(on_note) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(move_on_note) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(submitted) == void_for(Reason::wrong_state));
}

TEST_CASE("an act of an unknown kind is opaque and freezes moves on its dossier") {
    DeskCase desk;
    const Act unknown = desk.state(desk.first, static_cast<Kind>(190), desk.creating);
    CHECK(desk.verdict_of(unknown) == Verdict{Standing::opaque, Reason::unknown_kind});
    const Act after = desk.state(desk.first, Kind::assign, unknown);
    CHECK(desk.verdict_of(after).standing == Standing::opaque);
    CHECK_FALSE(allows(desk.fold(), Kind::assign));
    CHECK(allows(desk.fold(), Kind::note));
}

TEST_CASE("acts about another dossier are passed over") {
    DeskCase desk;
    const Bytes before = cbor::encode(desk.fold());
    desk.acts.push_back(desk.world.receive(desk.first));
    CHECK(cbor::encode(desk.fold()) == before);
}

TEST_CASE("any order and repetition of acts folds to identical bytes, and each of them is shown") {
    for (std::uint64_t seed = 0; seed < scaled(150); ++seed) {
        INFO("seed " << seed);
        DeskCase desk;
        SeededRandom random("fold " + std::to_string(seed));
        for (int count = 0; count < 20; ++count) state_at_random(desk, random);
        if (seed % 3 == 0) desk.acts.erase(desk.acts.begin() + 2);
        const Bytes expected = cbor::encode(desk.fold());
        std::set<ActId> stated, shown;
        for (const Act& act : desk.acts) stated.insert(act.id);
        for (const DossierAct& act : desk.fold().acts) shown.insert(act.id);
        CHECK(stated == shown);
        for (int turn = 0; turn < 4; ++turn) {
            std::vector<Act> shuffled = desk.acts;
            for (std::size_t index = shuffled.size(); index > 1; --index) std::swap(shuffled[index - 1], shuffled[random.below(index)]);
            shuffled.push_back(shuffled[random.below(shuffled.size())]);
            REQUIRE(cbor::encode(fold_dossier(desk.id, shuffled, desk.world.registry)) == expected);
        }
    }
}

TEST_CASE("a chain of thousands of acts needs no stack") {
    DeskCase desk;
    Act last = desk.state(desk.first, Kind::assign, desk.creating);
    for (std::uint64_t count = 0; count < scaled(3000); ++count) last = desk.state(desk.first, Kind::number, last);
    CHECK(desk.fold().tip == last.id);
}

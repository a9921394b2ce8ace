#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/sync/log/forge.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

/// One dossier, received at the first commune, and what is stated about it.
struct Case {
    World world;
    TestNode& node = world.first();
    Act creating = world.receive(node);
    DossierId id = dossier_of(creating);
    std::vector<Act> acts{creating};

    Act state(Kind kind, const ActId& prior) { return state_at(node, kind, prior); }
    Act state_at(TestNode& where, Kind kind, const ActId& prior) {
        acts.push_back(world.state(where, kind, id, prior));
        return acts.back();
    }
    /// Each follows the one before it.
    Act chain(std::initializer_list<Kind> kinds) {
        Act last = creating;
        for (const Kind kind : kinds) last = state(kind, last.id);
        return last;
    }
    [[nodiscard]] Dossier fold() const { return fold_dossier(id, acts, world.registry); }
    [[nodiscard]] Verdict verdict_of(const Act& act) const {
        for (const DossierAct& folded : fold().acts) {
            if (folded.id == act.id) return folded.verdict;
        }
        return void_for(Reason::none);
    }
};

ImportedContent event(const std::string& key) {
    return {.source = "receipt.csv", .case_name = "case-10011", .event_key = key, .activity = "Confirmation of receipt",
            .lifecycle = "complete", .group = "Group 1", .time = {1'318'330'000'000, 120}, .channel = "Internet", .department = "General",
            .case_start = OriginalTime{1'318'329'000'000, 120}, .case_deadline = OriginalTime{1'320'000'000'000, 60},
            .case_end_planned = {}, .case_end = OriginalTime{1'319'000'000'000, 120}};
}

}  // namespace

TEST_CASE("a dossier shows what was received") {
    const Case dossier_case;
    const Dossier dossier = dossier_case.fold();
    CHECK(dossier.code == "H26.1.01-251009-1001");
    CHECK(dossier.procedure == "1.001193");
    CHECK(dossier.created_by == dossier_case.world.first_office);
    CHECK(dossier.status == DossierStatus::received);
    CHECK(dossier.received_ms == World::start_ms);
    CHECK_FALSE(dossier.clock.due_ms);
    CHECK(dossier.tip == dossier_case.creating.id);
    CHECK_FALSE(dossier.dispute.has_value());
    REQUIRE(dossier.acts.size() == 1);
    CHECK(dossier.acts[0].verdict.effective());
}

TEST_CASE("a dossier runs through its life") {
    Case life;
    const Act result = life.chain({Kind::assign, Kind::ask_supplement, Kind::resume, Kind::submit_for_signature, Kind::sign, Kind::number, Kind::complete});
    CHECK(life.fold().status == DossierStatus::resolved);
    CHECK(life.fold().tip == result.id);
    life.state(Kind::result_handed_over, result.id);
    CHECK(life.fold().status == DossierStatus::returned);
    CHECK(life.fold().tip == result.id);  // a fact is no move
    for (const DossierAct& act : life.fold().acts) CHECK(act.verdict.effective());
}

TEST_CASE("each move leads where the table says") {
    const auto status_after_all = [](std::initializer_list<Kind> kinds) {
        Case path;
        path.chain(kinds);
        return path.fold().status;
    };
    CHECK(status_after_all({Kind::assign}) == DossierStatus::in_process);
    CHECK(status_after_all({Kind::assign, Kind::ask_supplement}) == DossierStatus::supplement_asked);
    CHECK(status_after_all({Kind::assign, Kind::return_unresolved}) == DossierStatus::resolved);
    CHECK(status_after_all({Kind::assign, Kind::stop}) == DossierStatus::stopped);
    // a fact alone stops nothing; the custodian does
    CHECK(status_after_all({Kind::withdrawal_asked}) == DossierStatus::withdrawal_asked);
    CHECK(status_after_all({Kind::stop}) == DossierStatus::stopped);
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
    Case wrong;
    const Act completed = wrong.state(Kind::complete, wrong.creating.id);  // never assigned
    const Act after = wrong.state(Kind::assign, completed.id);
    CHECK(wrong.verdict_of(completed) == void_for(Reason::wrong_state));
    CHECK(wrong.verdict_of(after) == void_for(Reason::prior_void));
    CHECK(wrong.fold().status == DossierStatus::received);
    const Act fact = wrong.state(Kind::note, completed.id);  // but what happened at a counter happened
    CHECK(wrong.verdict_of(fact).effective());
    const Act right = wrong.state(Kind::assign, wrong.creating.id);  // nor does it stand in anyone's way
    CHECK(wrong.verdict_of(right).effective());
}

TEST_CASE("an act that is not entitled is void and blocks nothing") {
    Case dossier_case;
    const auto nobody = signing_key("nobody");
    const Act bad = dossier_case.world.state(dossier_case.node, Kind::assign, dossier_case.id, dossier_case.creating.id, &nobody);
    dossier_case.acts.push_back(bad);
    const Act good = dossier_case.state(Kind::assign, dossier_case.creating.id);
    CHECK(dossier_case.verdict_of(bad) == void_for(Reason::unknown_signer));
    CHECK(dossier_case.verdict_of(good).effective());
    CHECK(dossier_case.fold().acts.size() == 3);
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
    Case dossier_case;
    const Act assigned = dossier_case.state(Kind::assign, dossier_case.creating.id);
    const Act completed = dossier_case.state(Kind::complete, assigned.id);
    std::erase_if(dossier_case.acts, [&](const Act& act) { return act.id == assigned.id; });
    CHECK(dossier_case.verdict_of(completed) == Verdict{Standing::waiting, Reason::prior_unknown});
    CHECK(dossier_case.fold().status == DossierStatus::received);
    dossier_case.acts.push_back(assigned);
    CHECK(dossier_case.verdict_of(completed).effective());
    CHECK(dossier_case.fold().status == DossierStatus::resolved);
    dossier_case.acts = {assigned, completed};
    CHECK(dossier_case.verdict_of(assigned) == Verdict{Standing::waiting, Reason::prior_unknown});
    CHECK(dossier_case.verdict_of(completed) == Verdict{Standing::waiting, Reason::prior_unknown});
}

TEST_CASE("of two moves after one in one log the later is late, whichever is seen first") {
    Case dossier_case;
    const Act first = dossier_case.state(Kind::assign, dossier_case.creating.id);
    const Act second = dossier_case.state(Kind::stop, dossier_case.creating.id);
    const Act fact = dossier_case.state(Kind::note, second.id);
    const Verdict late{Standing::late, Reason::conflicting_move};
    CHECK(dossier_case.verdict_of(first).effective());
    CHECK(dossier_case.verdict_of(second) == late);
    CHECK(dossier_case.verdict_of(fact).effective());
    CHECK(dossier_case.fold().status == DossierStatus::in_process);
    CHECK(dossier_case.fold().tip == first.id);
    CHECK_FALSE(dossier_case.fold().dispute.has_value());

    Case branch;
    branch.state(Kind::assign, branch.creating.id);
    const Act other = branch.state(Kind::assign, branch.creating.id);
    const Act follower = branch.state(Kind::complete, other.id);
    CHECK(branch.verdict_of(follower) == late);
    CHECK(branch.fold().status == DossierStatus::in_process);
}

TEST_CASE("two signed histories at one position are a dispute that freezes moves") {
    Case dossier_case;
    const TestLog before = dossier_case.node.log;  // a cloned disk
    const Act here = dossier_case.state(Kind::assign, dossier_case.creating.id);
    dossier_case.node.log = before;
    const Act there = dossier_case.state(Kind::stop, dossier_case.creating.id);
    REQUIRE(here.position() == there.position());
    const Dossier dossier = dossier_case.fold();
    CHECK(dossier.dispute.has_value());
    CHECK(dossier.tip == dossier_case.creating.id);
    const Verdict disputed{Standing::disputed, Reason::conflicting_move};
    CHECK(dossier_case.verdict_of(here) == disputed);
    CHECK(dossier_case.verdict_of(there) == disputed);
    const Act after = dossier_case.state(Kind::complete, here.id);
    CHECK(dossier_case.verdict_of(after) == disputed);
    CHECK_FALSE(allows(dossier_case.fold(), Kind::assign));
    CHECK(allows(dossier_case.fold(), Kind::note));
}

TEST_CASE("two creating acts under one id are a dispute about the whole dossier") {
    World world;
    TestNode& node = world.first();
    const TestLog before = node.log;
    const DossierId id = world.next_dossier(node);
    const Act here = world.state(node, Kind::submitted, id, std::nullopt);
    node.log = before;
    const Act there = world.state(node, Kind::submitted, id, std::nullopt);
    const Act follower = world.state(node, Kind::decline, id, there.id);
    const Dossier dossier = fold_dossier(id, std::vector{here, there, follower}, world.registry);
    CHECK(dossier.dispute.has_value());
    CHECK_FALSE(dossier.tip);
    for (const DossierAct& act : dossier.acts) CHECK(act.verdict.standing == Standing::disputed);
    CHECK_FALSE(allows(dossier, Kind::decline));
}

TEST_CASE("only the line that holds a dossier moves it, and facts come from its office or above") {
    Case dossier_case;
    const Act stolen = dossier_case.state_at(dossier_case.world.second(), Kind::assign, dossier_case.creating.id);
    const Act from_above = dossier_case.state_at(dossier_case.world.hub(), Kind::assign, dossier_case.creating.id);
    const Act note_above = dossier_case.state_at(dossier_case.world.hub(), Kind::note, dossier_case.creating.id);
    const Act note_beside = dossier_case.state_at(dossier_case.world.second(), Kind::note, dossier_case.creating.id);
    CHECK(dossier_case.verdict_of(stolen) == void_for(Reason::no_custody));
    CHECK(dossier_case.verdict_of(from_above) == void_for(Reason::no_custody));
    CHECK(dossier_case.verdict_of(note_above).effective());
    CHECK(dossier_case.verdict_of(note_beside) == void_for(Reason::not_of_this_office));
}

TEST_CASE("a fact names a move or the creating act, never another fact") {
    Case dossier_case;
    const Act note = dossier_case.state(Kind::note, dossier_case.creating.id);
    const Act on_note = dossier_case.state(Kind::note, note.id);
    const Act move_on_note = dossier_case.state(Kind::decline, note.id);
    const Act submitted = dossier_case.state(Kind::submitted, dossier_case.creating.id);
    CHECK(dossier_case.verdict_of(on_note) == void_for(Reason::wrong_state));
    CHECK(dossier_case.verdict_of(move_on_note) == void_for(Reason::wrong_state));
    CHECK(dossier_case.verdict_of(submitted) == void_for(Reason::wrong_state));
}

TEST_CASE("a revocation quarantines a move and what follows it, in every fold") {
    Case dossier_case;
    const Act assigned = dossier_case.state(Kind::assign, dossier_case.creating.id);
    const auto colleague = signing_key("colleague");
    World& world = dossier_case.world;
    world.state_officer(world.registrar, colleague.public_key(), {dossier_case.node.office, World::full_roles, std::nullopt});
    world.receipt(dossier_case.node);
    const Act completed = world.state(dossier_case.node, Kind::complete, dossier_case.id, assigned.id, &colleague);
    dossier_case.acts.push_back(completed);
    CHECK(dossier_case.fold().status == DossierStatus::resolved);
    world.revoke(world.registrar, dossier_case.node.officer->public_key(), {{dossier_case.node.id(), assigned.payload.seq}});
    CHECK(dossier_case.verdict_of(assigned).standing == Standing::quarantined);
    CHECK(dossier_case.verdict_of(completed).standing == Standing::quarantined);
    CHECK(dossier_case.fold().status == DossierStatus::received);
}

TEST_CASE("imported events make one dossier, vouched for by the importer") {
    World world;
    TestNode& node = world.first();
    const DossierId id = world.next_dossier(node);
    const Act first = world.state(node, Kind::imported, id, std::nullopt, event("1"));
    const Act second = world.state(node, Kind::imported, id, first.id, event("2"));
    const Dossier dossier = fold_dossier(id, std::vector{second, first}, world.registry);
    CHECK(dossier.code == "case-10011");
    CHECK(dossier.procedure == "receipt.csv");
    CHECK(dossier.status == DossierStatus::in_process);
    CHECK(dossier.received_ms == 1'318'329'000'000);
    CHECK(dossier.clock.due_ms == 1'320'000'000'000);
    CHECK(dossier.acts.size() == 2);
    CHECK(dossier.acts[1].verdict.effective());
    CHECK(allows(dossier, Kind::imported));
    CHECK(allows(dossier, Kind::complete));

    Case received;
    const Act stray = received.world.state(received.node, Kind::imported, received.id, received.creating.id, event("1"));
    received.acts.push_back(stray);
    CHECK(received.verdict_of(stray) == void_for(Reason::wrong_state));
}

TEST_CASE("an act of an unknown kind is opaque and freezes moves on its dossier") {
    Case dossier_case;
    const Act unknown = dossier_case.state(static_cast<Kind>(190), dossier_case.creating.id);
    CHECK(dossier_case.verdict_of(unknown) == Verdict{Standing::opaque, Reason::unknown_kind});
    const Act after = dossier_case.state(Kind::assign, unknown.id);
    CHECK(dossier_case.verdict_of(after).standing == Standing::opaque);
    CHECK_FALSE(allows(dossier_case.fold(), Kind::assign));
    CHECK(allows(dossier_case.fold(), Kind::note));
}

TEST_CASE("acts about another dossier are passed over") {
    Case dossier_case;
    const Bytes before = cbor::encode(dossier_case.fold());
    dossier_case.acts.push_back(dossier_case.world.receive(dossier_case.node));
    CHECK(cbor::encode(dossier_case.fold()) == before);
}

TEST_CASE("any order and repetition of acts folds to identical bytes") {
    for (std::uint64_t seed = 0; seed < scaled(60); ++seed) {
        INFO("seed " << seed);
        Case dossier_case;
        SeededRandom random("fold " + std::to_string(seed));
        const std::array kinds{Kind::assign, Kind::ask_supplement, Kind::resume, Kind::complete, Kind::stop, Kind::note,
                               Kind::result_handed_over, Kind::withdrawal_asked, static_cast<Kind>(190)};
        const std::array<TestNode*, 4> nodes{&dossier_case.node, &dossier_case.node, &dossier_case.world.hub(), &dossier_case.world.second()};
        for (int count = 0; count < 14; ++count) {
            const ActId prior = dossier_case.acts[random.below(dossier_case.acts.size())].id;
            const TestLog before = dossier_case.node.log;
            dossier_case.state_at(*nodes[random.below(4)], kinds[random.below(kinds.size() - (seed % 4 == 0 ? 0 : 1))], prior);
            if (random.below(8) == 0) dossier_case.node.log = before;  // a clone goes on from the same place
        }
        if (seed % 3 == 0) dossier_case.acts.erase(dossier_case.acts.begin() + 2);
        const Bytes expected = cbor::encode(dossier_case.fold());
        for (int turn = 0; turn < 6; ++turn) {
            std::vector<Act> shuffled = dossier_case.acts;
            for (std::size_t index = shuffled.size(); index > 1; --index) std::swap(shuffled[index - 1], shuffled[random.below(index)]);
            shuffled.push_back(shuffled[random.below(shuffled.size())]);
            REQUIRE(cbor::encode(fold_dossier(dossier_case.id, shuffled, dossier_case.world.registry)) == expected);
        }
    }
}

TEST_CASE("a chain of thousands of acts needs no stack") {
    Case dossier_case;
    Act last = dossier_case.state(Kind::assign, dossier_case.creating.id);
    for (std::uint64_t count = 0; count < scaled(3000); ++count) last = dossier_case.state(Kind::number, last.id);
    CHECK(dossier_case.fold().tip == last.id);
}

// A node's log and the logs that continue it hold dossiers as one line.

#include "tests/support/lines.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr Verdict beyond_seal{Standing::quarantined, Reason::beyond_seal};

/// First was restored: the next log goes on where the old one had got to.
struct Restored : DeskCase {
    std::uint64_t sealed_at = 0;
    TestNode* next = nullptr;

    /// The old log ends here for everybody but its own disk.
    TestNode& restore() {
        sealed_at = first.log.acts.size();
        next = &add_listed_next(world, "next", first);
        seal(world, first, sealed_at, next->id());
        world.receipt(*next);
        return *next;
    }
};

}  // namespace

TEST_CASE("the next log of a line moves what the old one held") {
    Restored desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    TestNode& next = desk.restore();
    const Act completed = desk.state(next, Kind::complete, assigned);
    CHECK(desk.verdict_of(completed) == effective);
    const Dossier dossier = desk.fold();
    CHECK(dossier.status == DossierStatus::resolved);
    CHECK(dossier.custody->line == desk.first.id());
    CHECK(dossier.created_by == desk.world.first_office);
    CHECK(allows(dossier, Kind::correct_result, next.id(), desk.world.registry));
    CHECK(allows(dossier, Kind::correct_result, desk.first.id(), desk.world.registry));
    CHECK_FALSE(allows(dossier, Kind::correct_result, desk.twin.id(), desk.world.registry));
}

TEST_CASE("a log that is listed but continues no other moves only its own") {
    DeskCase desk;
    TestNode& other = add_listed_next(desk.world, "other", desk.first);
    CHECK(desk.verdict_of(desk.state(other, Kind::assign, desk.creating)) == void_for(Reason::no_custody));
    CHECK_FALSE(allows(desk.fold(), Kind::assign, other.id(), desk.world.registry));
}

TEST_CASE("the next log takes over what was handed to the old one") {
    Restored desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    const Act to_line = desk.hand_over(desk.second, taken, desk.world.first_office, desk.first.id());
    TestNode& next = desk.restore();
    const Dossier offered = desk.fold();
    CHECK(allows(offered, Kind::take_over, next.id(), desk.world.registry));
    CHECK_FALSE(allows(offered, Kind::take_over, desk.twin.id(), desk.world.registry));
    CHECK(desk.verdict_of(desk.state(next, Kind::take_over, to_line)) == effective);
    CHECK(desk.fold().custody->line == next.id());
}

TEST_CASE("a hand-back to a line is taken by its next log") {
    Restored desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    const Act back = desk.state(desk.second, Kind::hand_back, taken);
    TestNode& next = desk.restore();
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, back)) == void_for(Reason::not_handed_over));
    const Act again = desk.state(next, Kind::take_over, back);
    CHECK(desk.verdict_of(again) == effective);
    CHECK(desk.verdict_of(desk.state(next, Kind::hand_back, again)) == void_for(Reason::not_handed_over));
}

TEST_CASE("the next log hands back what the old one took over") {
    Restored desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    const Act back = desk.hand_over(desk.second, taken, desk.world.first_office);
    const Act held = desk.state(desk.first, Kind::take_over, back);
    TestNode& next = desk.restore();
    CHECK(desk.verdict_of(desk.state(next, Kind::hand_back, held)) == effective);
}

TEST_CASE("within an office a line is not another one's to take, and another log of the same line is no other line") {
    Restored desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.first_office);
    TestNode& next = desk.restore();
    CHECK(desk.verdict_of(desk.state(next, Kind::take_over, over)) == void_for(Reason::not_handed_over));
    CHECK_FALSE(allows(desk.fold(), Kind::take_over, next.id(), desk.world.registry));
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, over)) == effective);
}

TEST_CASE("a head does not seize within one line, but from another one") {
    Restored desk;
    TestNode& next = desk.restore();
    CHECK(desk.verdict_of(desk.state(next, Kind::seize, desk.creating)) == void_for(Reason::not_the_supervisor));
    CHECK_FALSE(allows(desk.fold(), Kind::seize, next.id(), desk.world.registry));
    CHECK(allows(desk.fold(), Kind::seize, desk.twin.id(), desk.world.registry));
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::seize, desk.creating)) == effective);
}

TEST_CASE("a hand-over to the own line is one to itself, whichever of its logs it names") {
    Restored desk;
    TestNode& next = desk.restore();
    CHECK(desk.verdict_of(desk.hand_over(next, desk.creating, desk.world.first_office, desk.first.id())) == void_for(Reason::to_itself));
    CHECK(desk.verdict_of(desk.hand_over(next, desk.creating, desk.world.first_office, desk.twin.id())) == effective);
}

TEST_CASE("an act beyond the seal is quarantined in the fold whatever it cites, and frees the way for the next log") {
    Restored desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    TestNode& next = desk.restore();
    const Act lost = desk.state(desk.first, Kind::complete, assigned), below = desk.state(desk.first, Kind::note, lost);
    REQUIRE(lost.payload.registry < desk.world.registry.size());
    const Act goes_on = desk.state(next, Kind::submit_for_signature, assigned);
    CHECK(desk.verdict_of(lost) == beyond_seal);
    CHECK(desk.verdict_of(below) == beyond_seal);
    CHECK(desk.verdict_of(goes_on) == effective);
    CHECK(desk.status() == DossierStatus::in_process);
    // What follows it in another log is quarantined with it.
    CHECK(desk.verdict_of(desk.state(next, Kind::correct_result, lost, MendResultContent{lost.position(), false})) == cut_with_prior);
}

TEST_CASE("a head confirms an act beyond the seal, and then both logs have moved") {
    Restored desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    TestNode& next = desk.restore();
    const Act lost = desk.state(desk.first, Kind::complete, assigned);
    desk.state(next, Kind::confirm, assigned, ConfirmContent{lost.id});
    CHECK(desk.verdict_of(lost) == effective);
    const Act goes_on = desk.state(next, Kind::submit_for_signature, assigned);
    CHECK(desk.verdict_of(lost) == disputed);
    CHECK(desk.verdict_of(goes_on) == disputed);
    REQUIRE(desk.fold().dispute);
    CHECK(desk.fold().dispute->decided_by == desk.world.first_office);
    desk.arbitrate(next, assigned, lost);
    CHECK(desk.verdict_of(lost) == effective);
    CHECK(desk.verdict_of(goes_on) == late);
}

TEST_CASE("of two moves on one in one log the first counts, of two logs of a line neither by its place") {
    Restored desk;
    TestNode& next = desk.restore();
    const Act one = desk.state(next, Kind::assign, desk.creating), again = desk.state(next, Kind::assign, desk.creating);
    CHECK(desk.verdict_of(one) == effective);
    CHECK(desk.verdict_of(again) == late);
    // While the old log is not sealed, its own move is as good.
    DeskCase other;
    TestNode& admitted = add_admitted_next(other.world, "admitted", other.first);
    const Act here = other.state(admitted, Kind::assign, other.creating), there = other.state(other.first, Kind::assign, other.creating);
    CHECK(other.verdict_of(here) == disputed);
    CHECK(other.verdict_of(there) == disputed);
}

TEST_CASE("through several restores a line stays one") {
    Restored desk;
    TestNode& middle = desk.restore();
    const Act assigned = desk.state(middle, Kind::assign, desk.creating);
    TestNode& last = add_listed_next(desk.world, "last", middle);
    CHECK(desk.verdict_of(desk.state(last, Kind::complete, assigned)) == void_for(Reason::no_custody));
    seal(desk.world, middle, middle.log.acts.size(), last.id());
    CHECK(desk.status() == DossierStatus::resolved);
}

TEST_CASE("a dead log without a successor keeps nothing: the supervisor takes it on") {
    DeskCase desk;
    seal(desk.world, desk.first, desk.first.log.acts.size(), std::nullopt);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::assign, desk.creating)) == beyond_seal);
    CHECK(allows(desk.fold(), Kind::seize, desk.hub.id(), desk.world.registry));
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::seize, desk.creating)) == effective);
}

// --- admitted logs ---

TEST_CASE("an admitted log goes on with the line at once, shown as provisional until the registry lists it") {
    DeskCase desk;
    TestNode& admitted = add_admitted_next(desk.world, "admitted", desk.first);
    const Act assigned = desk.state(admitted, Kind::assign, desk.creating);
    const auto is_provisional = [&](const Act& act) {
        const Dossier dossier = desk.fold();
        return std::ranges::find(dossier.acts, act.id, &DossierAct::id)->is_provisional;
    };
    CHECK(desk.verdict_of(assigned) == effective);
    CHECK(is_provisional(assigned));
    CHECK_FALSE(is_provisional(desk.creating));
    CHECK(allows(desk.fold(), Kind::complete, admitted.id(), desk.world.registry));
    list(desk.world, admitted);
    seal(desk.world, desk.first, desk.first.log.acts.size(), admitted.id());
    CHECK(desk.verdict_of(assigned) == effective);
    CHECK_FALSE(is_provisional(assigned));
}

TEST_CASE("an admitted log that is passed over loses what it stated, until a head confirms it") {
    DeskCase desk;
    TestNode& admitted = add_admitted_next(desk.world, "admitted", desk.first);
    const Act assigned = desk.state(admitted, Kind::assign, desk.creating);
    TestNode& chosen = add_listed_next(desk.world, "chosen", desk.first);
    seal(desk.world, desk.first, desk.first.log.acts.size(), chosen.id());
    desk.world.receipt(chosen);
    CHECK(desk.verdict_of(assigned) == Verdict{Standing::quarantined, Reason::not_the_next_log});
    const Act other = desk.state(chosen, Kind::ask_supplement, desk.creating);
    CHECK(desk.verdict_of(other) == void_for(Reason::wrong_state));
    desk.state(chosen, Kind::confirm, desk.creating, ConfirmContent{assigned.id});
    CHECK(desk.verdict_of(assigned) == effective);
    CHECK(desk.verdict_of(desk.state(chosen, Kind::complete, assigned)) == effective);
}

TEST_CASE("an admitted log takes nothing that its office does not have") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    TestNode& admitted = add_admitted_next(desk.world, "admitted", desk.first);
    CHECK(desk.verdict_of(desk.state(admitted, Kind::take_over, over)) == void_for(Reason::not_handed_over));
    CHECK(desk.verdict_of(desk.state(admitted, Kind::take_over, over, StepContent{}, desk.second.officer.get())) == void_for(Reason::not_of_this_office));
}

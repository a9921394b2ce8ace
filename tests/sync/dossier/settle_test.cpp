// Which of several entitled moves stands: rule 4, (a) to (e), and what becomes of the others.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// The first node was cloned after the dossier was received: two histories under one position.
struct Fork {
    DeskCase desk;
    TestLog before = desk.first.log;
    Act here = desk.state(desk.first, Kind::assign, desk.creating);
    TestLog after_here = desk.first.log;
    Act there = (desk.first.log = before, desk.state(desk.first, Kind::stop, desk.creating, StopContent{StopGround::withdrawn, std::nullopt}));
    TestLog after_there = desk.first.log;

    Act go_on_here(Kind kind, const Act& prior) { return go_on(after_here, kind, prior); }
    Act go_on_there(Kind kind, const Act& prior) { return go_on(after_there, kind, prior); }
    Act go_on(TestLog& log, Kind kind, const Act& prior) {
        desk.first.log = log;
        const Act act = desk.state(desk.first, kind, prior);
        log = desk.first.log;
        return act;
    }
};

}  // namespace

TEST_CASE("of two moves after one in one log the later is late, with everything below it, whichever is seen first") {
    DeskCase desk;
    const Act first = desk.state(desk.first, Kind::assign, desk.creating);
    const Act second = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act below = desk.state(desk.second, Kind::take_over, second);
    const Act fact = desk.state(desk.second, Kind::note, below);
    CHECK(desk.verdict_of(first) == effective);
    CHECK(desk.verdict_of(second) == late);
    CHECK(desk.verdict_of(below) == late);  // even the take_over of another office: the log had moved before
    CHECK(desk.verdict_of(fact) == effective);
    CHECK(desk.fold().tip == first.id);
    CHECK_FALSE(desk.fold().dispute);
    std::ranges::reverse(desk.acts);
    CHECK(desk.fold().tip == first.id);
}

TEST_CASE("an earlier move that is void stands in nobody's way") {
    DeskCase desk;
    const Act wrong = desk.state(desk.first, Kind::complete, desk.creating);
    const Act right = desk.state(desk.first, Kind::assign, desk.creating);
    CHECK(desk.verdict_of(wrong) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(right) == effective);
}

TEST_CASE("two histories under one position are a dispute: all branches are kept, nobody's stands") {
    Fork fork;
    REQUIRE(fork.here.position() == fork.there.position());
    const Act below = fork.go_on_here(Kind::complete, fork.here);
    CHECK(fork.desk.verdict_of(fork.here) == disputed);
    CHECK(fork.desk.verdict_of(fork.there) == disputed);
    CHECK(fork.desk.verdict_of(below) == disputed);
    const Dossier dossier = fork.desk.fold();
    CHECK(dossier.tip == fork.desk.creating.id);
    CHECK(dossier.status == DossierStatus::received);
    REQUIRE(dossier.dispute);
    CHECK(dossier.dispute->after == fork.desk.creating.id);
    CHECK(dossier.dispute->branches.size() == 2);
    CHECK(dossier.dispute->decided_by == fork.desk.world.first_office);  // all by its lines
}

TEST_CASE("(a) an arbitration lets one branch stand, and what hangs on it takes effect") {
    Fork fork;
    const Act below = fork.go_on_here(Kind::complete, fork.here);
    const Act decision = fork.desk.arbitrate(fork.desk.twin, fork.desk.creating, fork.here);
    CHECK(fork.desk.verdict_of(decision) == effective);
    CHECK(fork.desk.verdict_of(fork.here) == effective);
    CHECK(fork.desk.verdict_of(below) == effective);
    CHECK(fork.desk.verdict_of(fork.there) == late);
    CHECK(fork.desk.status() == DossierStatus::resolved);
    CHECK_FALSE(fork.desk.fold().dispute);
}

TEST_CASE("(b) the supervisor's seizure stands before any take_over") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    const Act done = desk.state(desk.second, Kind::assign, taken);
    CHECK(desk.verdict_of(done) == effective);
    const Act seized = desk.state(desk.hub, Kind::seize, over);
    CHECK(desk.verdict_of(seized) == effective);
    CHECK(desk.verdict_of(taken) == late);
    CHECK(desk.verdict_of(done) == late);
    CHECK(desk.fold().custody->line == desk.hub.id());
}

TEST_CASE("(c) the branch that another office took over stands before the holder's own") {
    Fork fork;
    fork.desk.first.log = fork.before;
    const Act over = fork.desk.hand_over(fork.desk.first, fork.desk.creating, fork.desk.world.second_office);
    CHECK(fork.desk.verdict_of(over) == disputed);
    const Act taken = fork.desk.state(fork.desk.second, Kind::take_over, over);
    CHECK(fork.desk.verdict_of(over) == effective);
    CHECK(fork.desk.verdict_of(taken) == effective);
    CHECK(fork.desk.verdict_of(fork.here) == late);
    CHECK(fork.desk.verdict_of(fork.there) == late);
    CHECK(fork.desk.fold().custody->line == fork.desk.second.id());
}

TEST_CASE("(c) two offices that took over are a dispute, which the supervisor settles") {
    Fork fork;
    DeskCase& desk = fork.desk;
    desk.first.log = fork.before;
    const Act to_second = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    desk.first.log = fork.before;
    const Act to_hub = desk.hand_over(desk.first, desk.creating, desk.world.hub_office);
    const Act taken = desk.state(desk.second, Kind::take_over, to_second);
    const Act taken_up = desk.state(desk.hub, Kind::take_over, to_hub);
    for (const Act& act : {to_second, to_hub, taken, taken_up, fork.here, fork.there}) CHECK(desk.verdict_of(act) == disputed);
    const Act decision = desk.arbitrate(desk.hub, desk.creating, to_second);
    CHECK(desk.verdict_of(decision) == effective);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(taken_up) == late);
}

TEST_CASE("(c) counts a branch's own standing path alone") {
    Fork fork;
    DeskCase& desk = fork.desk;
    // Below `here` two moves of one log: the first goes on, the second hands over to an office that takes it.
    desk.first.log = fork.after_here;
    const Act goes_on = desk.state(desk.first, Kind::sign, fork.here);
    const Act late_over = desk.hand_over(desk.first, fork.here, desk.world.second_office);
    const Act late_taken = desk.state(desk.second, Kind::take_over, late_over);
    CHECK(desk.verdict_of(fork.here) == disputed);  // the take_over is not on its path
    for (const Act& act : {goes_on, late_over, late_taken}) CHECK(desk.verdict_of(act) == disputed);
}

TEST_CASE("(d) a head's seizure among the office's own lines stands, unless the other branch has completed") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const Act seized = desk.state(desk.twin, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(seized) == effective);
    CHECK(desk.verdict_of(assigned) == late);
    const Act completed = desk.state(desk.first, Kind::complete, assigned);
    CHECK(desk.verdict_of(seized) == disputed);
    CHECK(desk.verdict_of(completed) == disputed);
    const Act decision = desk.arbitrate(desk.first, desk.creating, assigned);  // the office's own head decides
    CHECK(desk.verdict_of(decision) == effective);
    CHECK(desk.verdict_of(completed) == effective);
    CHECK(desk.verdict_of(seized) == late);
}

TEST_CASE("(c) goes before (d): what another office took is not seized back by the sender's head") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    const Act seized = desk.state(desk.twin, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(seized) == late);
    desk.take_away(taken);  // before it was taken over, the head's word holds
    CHECK(desk.verdict_of(seized) == effective);
    CHECK(desk.verdict_of(over) == late);
}

TEST_CASE("(e) within an office the branch that another line took over stands") {
    Fork fork;
    DeskCase& desk = fork.desk;
    desk.first.log = fork.before;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.first_office);
    const Act taken = desk.state(desk.twin, Kind::take_over, over);
    CHECK(desk.verdict_of(over) == effective);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(fork.here) == late);
}

TEST_CASE("two lines of the addressee that both took over are a dispute") {
    DeskCase desk;
    const Act taken = desk.state(desk.second, Kind::take_over, desk.hand_over(desk.first, desk.creating, desk.world.second_office));
    const Act over = desk.hand_over(desk.second, taken, desk.world.first_office);
    const Act here = desk.state(desk.first, Kind::take_over, over);
    const Act there = desk.state(desk.twin, Kind::take_over, over);
    CHECK(desk.verdict_of(here) == disputed);
    CHECK(desk.verdict_of(there) == disputed);
    CHECK(desk.fold().dispute->decided_by == desk.world.first_office);
}

TEST_CASE("two creating acts under one id are a dispute about the whole dossier, which the top settles") {
    DeskCase desk;
    const TestLog before = desk.first.log;
    const DossierId id = desk.world.next_dossier(desk.first);
    const Act here = desk.world.state(desk.first, Kind::submitted, id, std::nullopt);
    desk.first.log = before;
    const Act there = desk.world.state(desk.first, Kind::submitted, id, std::nullopt);
    const Act follower = desk.world.state(desk.first, Kind::decline, id, there.id);
    std::vector acts{here, there, follower};
    Dossier dossier = fold_dossier(id, acts, desk.world.registry);
    CHECK_FALSE(dossier.tip);
    for (const DossierAct& act : dossier.acts) CHECK(act.verdict == disputed);
    REQUIRE(dossier.dispute);
    CHECK_FALSE(dossier.dispute->after);
    CHECK(dossier.dispute->decided_by == desk.world.top);

    const ArbitrateContent choice{std::nullopt, there.id, {}};
    acts.push_back(desk.world.state(desk.twin, Kind::arbitrate, id, there.id, choice));  // the office's head may not
    CHECK_FALSE(fold_dossier(id, acts, desk.world.registry).tip);
    acts.push_back(desk.world.state(desk.city, Kind::arbitrate, id, there.id, choice));
    dossier = fold_dossier(id, acts, desk.world.registry);
    CHECK(dossier.tip == follower.id);
    CHECK(dossier.status == DossierStatus::declined);
}

TEST_CASE("a dispute below a late branch does not show") {
    DeskCase desk;
    const Act seized = desk.state(desk.hub, Kind::seize, desk.creating);
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    const TestLog before = desk.first.log;
    const Act here = desk.state(desk.first, Kind::sign, assigned);
    desk.first.log = before;
    const Act there = desk.state(desk.first, Kind::number, assigned);
    CHECK(desk.verdict_of(seized) == effective);
    for (const Act& act : {assigned, here, there}) CHECK(desk.verdict_of(act) == late);
    CHECK_FALSE(desk.fold().dispute);
    CHECK(desk.fold().tip == seized.id);
}

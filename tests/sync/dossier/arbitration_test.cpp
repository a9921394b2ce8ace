// Who may arbitrate, and which arbitration holds.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// The addressee's two nodes both took over: their own head, or the hub, settles it.
struct TwoTakers {
    DeskCase desk;
    Act sent = desk.hand_over(desk.second, desk.state(desk.second, Kind::take_over, desk.hand_over(desk.first, desk.creating, desk.world.second_office)),
                              desk.world.first_office);
    Act here = desk.state(desk.first, Kind::take_over, sent);
    Act there = desk.state(desk.twin, Kind::take_over, sent);
};
constexpr Verdict superseded{Standing::late, Reason::superseded};

}  // namespace

TEST_CASE("the supervisor arbitrates, and the head of the one office whose lines compete; nobody else") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    CHECK(desk.verdict_of(desk.arbitrate(desk.second, scene.sent, scene.here)) == void_for(Reason::not_the_supervisor));
    CHECK(desk.verdict_of(desk.arbitrate(desk.city, scene.sent, scene.here)) == void_for(Reason::not_the_supervisor));  // the hub is nearer
    CHECK(desk.verdict_of(scene.here) == disputed);
    const Act own = desk.arbitrate(desk.twin, scene.sent, scene.here);
    CHECK(desk.verdict_of(own) == effective);
    CHECK(desk.verdict_of(scene.here) == effective);
    CHECK(desk.verdict_of(scene.there) == late);

    TwoTakers again;
    CHECK(again.desk.verdict_of(again.desk.arbitrate(again.desk.hub, again.sent, again.there)) == effective);
    CHECK(again.desk.verdict_of(again.there) == effective);
}

TEST_CASE("where lines of several offices compete only the supervisor arbitrates") {
    DeskCase desk;
    const TestLog before = desk.first.log;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    desk.first.log = before;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act own = desk.arbitrate(desk.twin, desk.creating, assigned);
    CHECK(desk.verdict_of(own) == effective);
    CHECK(desk.verdict_of(over) == late);
    const Act seized = desk.state(desk.hub, Kind::seize, desk.creating);  // now the hub's line competes too
    CHECK(desk.verdict_of(own) == void_for(Reason::not_the_supervisor));
    CHECK(desk.verdict_of(seized) == effective);
    const Act above = desk.arbitrate(desk.hub, desk.creating, over);
    CHECK(desk.verdict_of(above) == effective);
    CHECK(desk.verdict_of(over) == effective);  // (a) goes before (b)
    CHECK(desk.verdict_of(seized) == late);
}

TEST_CASE("two arbitrations that do not cite each other leave the dispute open") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const Act one = desk.arbitrate(desk.twin, scene.sent, scene.here);
    const Act other = desk.arbitrate(desk.hub, scene.sent, scene.there);
    CHECK(desk.verdict_of(one) == disputed);
    CHECK(desk.verdict_of(other) == disputed);
    CHECK(desk.verdict_of(scene.here) == disputed);
    const Act third = desk.arbitrate(desk.hub, scene.sent, scene.here, {one.id, other.id});
    CHECK(desk.verdict_of(third) == effective);
    CHECK(desk.verdict_of(one) == superseded);
    CHECK(desk.verdict_of(other) == superseded);
    CHECK(desk.verdict_of(scene.here) == effective);
}

TEST_CASE("citing is transitive, and the one that no valid other cites stands") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const Act one = desk.arbitrate(desk.twin, scene.sent, scene.here);
    const Act two = desk.arbitrate(desk.hub, scene.sent, scene.there, {one.id});
    CHECK(desk.verdict_of(scene.there) == effective);
    const Act three = desk.arbitrate(desk.hub, scene.sent, scene.here, {two.id});
    CHECK(desk.verdict_of(one) == superseded);
    CHECK(desk.verdict_of(two) == superseded);
    CHECK(desk.verdict_of(three) == effective);
    CHECK(desk.verdict_of(scene.here) == effective);
    desk.take_away(two);  // then nothing here says that the third replaces the first
    CHECK(desk.verdict_of(three) == disputed);
}

TEST_CASE("an arbitration without right replaces none") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const Act one = desk.arbitrate(desk.hub, scene.sent, scene.here);
    const Act stranger = desk.arbitrate(desk.second, scene.sent, scene.there, {one.id});
    CHECK(desk.verdict_of(stranger) == void_for(Reason::not_the_supervisor));
    CHECK(desk.verdict_of(one) == effective);
    CHECK(desk.verdict_of(scene.here) == effective);
}

TEST_CASE("an arbitration waits for its act, and has no effect for one that is void, cut off or follows another") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const Act decision = desk.arbitrate(desk.hub, scene.sent, scene.there);
    desk.take_away(scene.there);
    CHECK(desk.verdict_of(decision) == waits_for_prior);
    CHECK(desk.verdict_of(scene.here) == effective);
    desk.keep(scene.there);
    CHECK(desk.verdict_of(decision) == effective);

    const Act wrong = desk.state(desk.first, Kind::hand_back, scene.sent);  // in between nobody moves it
    CHECK(desk.verdict_of(desk.arbitrate(desk.hub, scene.sent, wrong)) == void_for(Reason::prior_void));
    CHECK(desk.verdict_of(desk.arbitrate(desk.hub, desk.creating, scene.here)) == void_for(Reason::no_such_branch));
    const Act note = desk.state(desk.twin, Kind::note, scene.sent);
    CHECK(desk.verdict_of(desk.arbitrate(desk.hub, scene.sent, note)) == void_for(Reason::no_such_branch));
    CHECK(desk.verdict_of(scene.there) == effective);

    desk.world.revoke(desk.world.registrar, desk.twin.officer->public_key(), {{desk.twin.id(), scene.there.payload.seq}});
    CHECK(desk.verdict_of(scene.there) == cut);
    CHECK(desk.verdict_of(decision) == cut_with_prior);
    CHECK(desk.verdict_of(scene.here) == effective);
}

TEST_CASE("an arbitration decides nothing while its own prior is unknown, and none without a prior") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const Act seen = desk.state(desk.hub, Kind::note, scene.sent);
    const ArbitrateContent content{scene.sent.id, scene.here.id, {}};
    const Act decided = desk.state(desk.hub, Kind::arbitrate, seen, content);
    CHECK(desk.verdict_of(scene.here) == effective);
    desk.take_away(seen);
    CHECK(desk.verdict_of(decided) == waits_for_prior);
    CHECK(desk.verdict_of(scene.here) == disputed);
    desk.take_away(decided);
    const Act of_nothing = desk.keep(desk.world.state(desk.hub, Kind::arbitrate, desk.id, std::nullopt, content));
    CHECK(desk.verdict_of(of_nothing) == void_for(Reason::wrong_state));
    CHECK(desk.verdict_of(scene.here) == disputed);
}

TEST_CASE("an arbitration cannot raise a move whose log had moved before") {
    DeskCase desk;
    const Act first = desk.state(desk.first, Kind::assign, desk.creating);
    const Act second = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    const Act decision = desk.arbitrate(desk.hub, desk.creating, second);
    CHECK(desk.verdict_of(decision) == late);
    CHECK(desk.verdict_of(first) == effective);
    CHECK(desk.verdict_of(second) == late);
}

TEST_CASE("only a head arbitrates") {
    TwoTakers scene;
    DeskCase& desk = scene.desk;
    const auto clerk = signing_key("clerk");
    desk.world.state_officer(desk.world.registrar, clerk.public_key(), {desk.world.hub_office, 3, std::nullopt});
    desk.world.receipt(desk.hub);
    const Act decision = desk.state(desk.hub, Kind::arbitrate, scene.sent, ArbitrateContent{scene.sent.id, scene.here.id, {}}, &clerk);
    CHECK(desk.verdict_of(decision) == void_for(Reason::lacks_role));
    CHECK(desk.verdict_of(scene.here) == disputed);
}

// Who may move a dossier: rule 3 and the custody moves of rule 4.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

TEST_CASE("only the line that holds a dossier moves it") {
    DeskCase desk;
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::assign, desk.creating)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::assign, desk.creating)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::assign, desk.creating)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::assign, desk.creating)) == effective);
}

TEST_CASE("a hand-over ends the sender's right at once, and in between nobody moves the dossier") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(desk.verdict_of(over) == effective);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::assign, over)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.hand_over(desk.first, over, desk.world.hub_office)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::assign, over)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::hand_back, over)) == void_for(Reason::no_custody));
    const auto custody = desk.fold().custody;
    REQUIRE(custody);
    CHECK(custody->office == desk.world.first_office);
    REQUIRE(custody->offer);
    CHECK(custody->offer->to == desk.world.second_office);
    CHECK_FALSE(custody->offer->line);
}

TEST_CASE("a line of the addressee takes over, and then moves the dossier") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::take_over, over)) == void_for(Reason::not_handed_over));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::take_over, over)) == void_for(Reason::not_handed_over));
    const Act taken = desk.state(desk.second, Kind::take_over, over);
    CHECK(desk.verdict_of(taken) == effective);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::assign, taken)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::assign, taken)) == effective);
    CHECK(desk.fold().custody->office == desk.world.second_office);
    CHECK(desk.fold().custody->line == desk.second.id());
    CHECK_FALSE(desk.fold().custody->offer);
}

TEST_CASE("nobody takes over what was not handed over") {
    DeskCase desk;
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::take_over, desk.creating)) == void_for(Reason::not_handed_over));
}

TEST_CASE("within an office the other node takes over, never the sender's own line") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.first_office);
    CHECK(desk.verdict_of(over) == effective);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::take_over, over)) == void_for(Reason::not_handed_over));
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, over)) == effective);
}

TEST_CASE("a hand-over to one line is taken by that line alone") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.first_office, desk.twin.id());
    DeskCase other;
    const Act sent = other.hand_over(other.second, other.state(other.second, Kind::take_over, other.hand_over(other.first, other.creating, other.world.second_office)),
                                     other.world.first_office, other.twin.id());
    CHECK(other.verdict_of(other.state(other.first, Kind::take_over, sent)) == void_for(Reason::not_handed_over));
    CHECK(other.verdict_of(other.state(other.twin, Kind::take_over, sent)) == effective);
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, over)) == effective);
}

TEST_CASE("a hand-over that makes no sense is void") {
    DeskCase desk;
    CHECK(desk.verdict_of(desk.hand_over(desk.first, desk.creating, {"H26.9", 0})) == void_for(Reason::unknown_office));
    CHECK(desk.verdict_of(desk.hand_over(desk.first, desk.creating, desk.world.first_office, desk.first.id())) == void_for(Reason::to_itself));
    CHECK(desk.verdict_of(desk.hand_over(desk.first, desk.creating, desk.world.second_office, desk.hub.id())) == void_for(Reason::unknown_node));
    const OfficeId later{"H26.1.03", 0};  // founded after what the sender's node had seen
    desk.world.state_office(desk.world.registrar, {later, "Phường Giảng Võ", OfficeKind::commune, desk.world.hub_office});
    CHECK(desk.verdict_of(desk.hand_over(desk.first, desk.creating, later)) == void_for(Reason::unknown_office));
    desk.world.receipt(desk.first);
    CHECK(desk.verdict_of(desk.hand_over(desk.first, desk.creating, later)) == effective);
}

TEST_CASE("what is handed back is taken by the line that handed it over, and not handed back again") {
    DeskCase desk;
    const Act taken = desk.state(desk.second, Kind::take_over, desk.hand_over(desk.first, desk.creating, desk.world.second_office));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::hand_back, desk.creating)) == void_for(Reason::not_handed_over));  // nobody handed it to the creator
    const Act back = desk.state(desk.second, Kind::hand_back, taken);
    CHECK(desk.verdict_of(back) == effective);
    CHECK(desk.fold().custody->offer->line == desk.first.id());
    CHECK(desk.fold().custody->offer->is_back);
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::take_over, back)) == void_for(Reason::not_handed_over));
    const Act home = desk.state(desk.first, Kind::take_over, back);
    CHECK(desk.verdict_of(home) == effective);
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::hand_back, home)) == void_for(Reason::not_handed_over));
    const Act again = desk.hand_over(desk.first, home, desk.world.second_office);  // but it is handed over anew
    const Act kept = desk.state(desk.second, Kind::take_over, again);
    CHECK(desk.verdict_of(kept) == effective);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::hand_back, kept)) == effective);
}

TEST_CASE("the supervisor is the nearest office above all that held the dossier") {
    DeskCase desk;
    const Act by_neighbour = desk.state(desk.second, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(by_neighbour) == void_for(Reason::not_the_supervisor));
    const Act by_city = desk.state(desk.city, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(by_city) == void_for(Reason::not_the_supervisor));  // the hub is nearer
    const Act by_hub = desk.state(desk.hub, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(by_hub) == effective);
    CHECK(desk.fold().custody->line == desk.hub.id());
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::seize, by_hub)) == void_for(Reason::not_the_supervisor));  // it held it itself
    const Act taken_up = desk.state(desk.city, Kind::seize, by_hub);
    CHECK(desk.verdict_of(taken_up) == effective);
    CHECK(desk.verdict_of(desk.state(desk.city, Kind::seize, taken_up)) == effective);  // the top is its own
    CHECK(desk.verdict_of(desk.state(desk.hub, Kind::seize, taken_up)) == void_for(Reason::not_the_supervisor));
}

TEST_CASE("nobody but the supervisor moves a dossier while it is handed over") {
    DeskCase desk;
    const Act over = desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::seize, over)) == void_for(Reason::not_the_supervisor));
    const Act seized = desk.state(desk.hub, Kind::seize, over);
    CHECK(desk.verdict_of(seized) == effective);
    CHECK_FALSE(desk.fold().custody->offer);
    CHECK(desk.verdict_of(desk.state(desk.second, Kind::take_over, seized)) == void_for(Reason::not_handed_over));
}

TEST_CASE("a head takes a dossier from another line of the own office") {
    DeskCase desk;
    const Act seized = desk.state(desk.twin, Kind::seize, desk.creating);
    CHECK(desk.verdict_of(seized) == effective);
    CHECK(desk.fold().custody->line == desk.twin.id());
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::assign, seized)) == void_for(Reason::no_custody));
    CHECK(desk.verdict_of(desk.state(desk.twin, Kind::hand_back, seized)) == void_for(Reason::not_handed_over));
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::seize, desk.creating)) == void_for(Reason::not_the_supervisor));  // from itself
}

TEST_CASE("an application that nobody accepted is moved first by the line that recorded it") {
    DeskCase desk;
    const DossierId id = desk.world.next_dossier(desk.first);
    const Act submitted = desk.world.state(desk.first, Kind::submitted, id, std::nullopt);
    const Act by_neighbour = desk.world.state(desk.second, Kind::receive, id, submitted.id, World::received("H26.1.02-251009-0001"));
    const Act by_creator = desk.world.state(desk.first, Kind::receive, id, submitted.id, World::received("H26.1.01-251009-0001"));
    const Dossier dossier = fold_dossier(id, std::vector{submitted, by_neighbour, by_creator}, desk.world.registry);
    CHECK(dossier.code == "H26.1.01-251009-0001");
    CHECK(dossier.custody->line == desk.first.id());
    CHECK(dossier.tip == by_creator.id);
}

TEST_CASE("the control sheet has a row for each hand-over and assignment, until the next begins") {
    DeskCase desk;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating, AssignContent{"Tư pháp - Hộ tịch", std::nullopt, 77});
    const Act over = desk.state(desk.first, Kind::hand_over, assigned, HandOverContent{desk.world.hub_office, std::nullopt, 1, 99});
    const Act taken = desk.state(desk.hub, Kind::take_over, over);
    CHECK(desk.fold().unit.empty());
    const Act back = desk.state(desk.hub, Kind::hand_back, taken);
    const auto rows = desk.fold().control;
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].to_unit == "Tư pháp - Hộ tịch");
    CHECK(rows[0].due_ms == 77);
    CHECK(rows[0].received_ms == assigned.payload.at_ms);
    CHECK(rows[0].finished_ms == over.payload.at_ms);
    CHECK(rows[1].from == desk.world.first_office);
    CHECK(rows[1].to == desk.world.hub_office);
    CHECK(rows[1].stage == 1);
    CHECK(rows[1].due_ms == 99);
    CHECK(rows[1].received_ms == taken.payload.at_ms);
    CHECK(rows[1].finished_ms == back.payload.at_ms);
    CHECK(rows[2].to == desk.world.first_office);
    CHECK_FALSE(rows[2].received_ms);
    CHECK_FALSE(rows[2].finished_ms);
    CHECK(desk.fold().concerned == std::vector{desk.world.hub_office, desk.world.first_office});
}

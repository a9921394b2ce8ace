// The table of life: every (state, act) pair, as the fold decides it, against a table written down a second time.

#include <map>
#include <set>

#include "sync/dossier/lifecycle.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

struct Place {
    LifeStage stage;
    bool is_submitted;  ///< begins with an application that nobody accepted yet
    std::vector<Kind> path;
};
const std::vector<Place> places{
    {LifeStage::registered, true, {}},
    {LifeStage::desk_supplement, true, {Kind::ask_supplement}},
    {LifeStage::received, false, {}},
    {LifeStage::handling, false, {Kind::assign}},
    {LifeStage::supplement, false, {Kind::assign, Kind::ask_supplement}},
    {LifeStage::payment, false, {Kind::assign, Kind::ask_payment}},
    {LifeStage::resolved, false, {Kind::assign, Kind::complete}},
    {LifeStage::declined, true, {Kind::decline}},
    {LifeStage::stopped, false, {Kind::assign, Kind::stop}},
};

struct Stated {
    DeskCase desk;
    DossierId id;
    std::vector<Act> acts;

    explicit Stated(const Place& place) {
        id = place.is_submitted ? desk.world.next_dossier(desk.first) : desk.id;
        acts.push_back(place.is_submitted ? desk.world.state(desk.first, Kind::submitted, id, std::nullopt) : desk.creating);
        for (const Kind kind : place.path) add(desk.first, kind);
    }
    Verdict add(TestNode& node, Kind kind) { return add(node, kind, empty_content(kind)); }
    Verdict add(TestNode& node, Kind kind, cbor::Item content) {
        if (kind == Kind::correct_result || kind == Kind::revoke_result) content = to_item(MendResultContent{acts.back().position(), false});
        if (kind == Kind::hand_over) content = to_item(HandOverContent{desk.world.second_office, {}, {}, {}});
        const ActId tip = acts.back().id;
        acts.push_back(desk.world.state_item(node, kind, id, tip, std::move(content)));
        for (const DossierAct& act : fold().acts) {
            if (act.id == acts.back().id) return act.verdict;
        }
        return void_for(Reason::none);
    }
    [[nodiscard]] Dossier fold() const { return fold_dossier(id, acts, desk.world.registry); }
};

/// Where each move leads, by status; as DOMAIN's table has it, and custody moves wherever it is not final.
using Leads = std::map<Kind, DossierStatus>;
Leads expected_at(LifeStage stage) {
    using enum DossierStatus;
    switch (stage) {
        case LifeStage::registered:
            return {{Kind::receive, DossierStatus::received}, {Kind::ask_supplement, supplement_asked}, {Kind::decline, DossierStatus::declined}, {Kind::hand_over, newly_registered}};
        case LifeStage::desk_supplement:
            return {{Kind::receive, DossierStatus::received}, {Kind::decline, DossierStatus::declined}, {Kind::stop, DossierStatus::stopped}, {Kind::hand_over, supplement_asked}};
        case LifeStage::received: return {{Kind::assign, in_process}, {Kind::hand_over, DossierStatus::received}};
        case LifeStage::handling:
            return {{Kind::assign, in_process}, {Kind::ask_supplement, supplement_asked}, {Kind::submit_for_signature, in_process}, {Kind::sign, in_process},
                    {Kind::number, in_process}, {Kind::complete, DossierStatus::resolved}, {Kind::return_unresolved, DossierStatus::resolved},
                    {Kind::stop, DossierStatus::stopped}, {Kind::extend, in_process}, {Kind::ask_payment, payment_asked}, {Kind::hand_over, in_process}};
        case LifeStage::supplement: return {{Kind::resume, in_process}, {Kind::stop, DossierStatus::stopped}, {Kind::hand_over, supplement_asked}};
        case LifeStage::payment: return {{Kind::resume, in_process}, {Kind::stop, DossierStatus::stopped}, {Kind::hand_over, payment_asked}};
        case LifeStage::resolved:
            return {{Kind::correct_result, DossierStatus::resolved}, {Kind::revoke_result, DossierStatus::resolved}, {Kind::hand_over, DossierStatus::resolved}};
        case LifeStage::declined:
        case LifeStage::stopped: return {};
    }
    return {};
}

}  // namespace

TEST_CASE("every move in every state leads where the table says, or is void") {
    for (const Place& place : places) {
        const Leads leads = expected_at(place.stage);
        for (const Kind move : life_moves()) {
            if (move == Kind::take_over || move == Kind::hand_back || move == Kind::seize) continue;  // below
            INFO("stage " << static_cast<int>(place.stage) << ", " << name_of(move));
            Stated scene(place);
            const Verdict verdict = scene.add(scene.desk.first, move);
            const auto lead = leads.find(move);
            CHECK(verdict == (lead == leads.end() ? void_for(Reason::wrong_state) : effective));
            if (lead != leads.end()) CHECK(scene.fold().status == lead->second);
        }
    }
}

TEST_CASE("custody moves are allowed in every state that is not final, and keep it") {
    for (const Place& place : places) {
        INFO("stage " << static_cast<int>(place.stage));
        const bool is_final_stage = place.stage == LifeStage::declined || place.stage == LifeStage::stopped;
        Stated scene(place);
        const DossierStatus before = scene.fold().status;
        if (is_final_stage) {
            CHECK(scene.add(scene.desk.hub, Kind::seize) == void_for(Reason::wrong_state));
            continue;
        }
        CHECK(scene.add(scene.desk.first, Kind::hand_over) == effective);
        CHECK(scene.add(scene.desk.second, Kind::take_over) == effective);
        CHECK(scene.add(scene.desk.second, Kind::hand_back) == effective);
        CHECK(scene.add(scene.desk.first, Kind::take_over) == effective);
        CHECK(scene.add(scene.desk.hub, Kind::seize) == effective);
        CHECK(scene.fold().status == before);
    }
}

TEST_CASE("a stop needs its ground: before handling a withdrawal, without a supplement no expiry") {
    const std::map<LifeStage, std::set<StopGround>> allowed{
        {LifeStage::registered, {StopGround::withdrawn}},
        {LifeStage::desk_supplement, {StopGround::withdrawn, StopGround::supplement_expired, StopGround::other}},
        {LifeStage::received, {StopGround::withdrawn}},
        {LifeStage::handling, {StopGround::withdrawn, StopGround::other}},
        {LifeStage::supplement, {StopGround::withdrawn, StopGround::supplement_expired, StopGround::other}},
        {LifeStage::payment, {StopGround::withdrawn, StopGround::other}}};
    const std::map<StopGround, Outcome> outcomes{{StopGround::withdrawn, Outcome::stopped_withdrawn},
                                                 {StopGround::supplement_expired, Outcome::stopped_supplement},
                                                 {StopGround::other, Outcome::stopped_other}};
    for (const Place& place : places) {
        for (const auto& [ground, outcome] : outcomes) {
            INFO("stage " << static_cast<int>(place.stage) << ", ground " << static_cast<int>(ground));
            const auto grounds = allowed.find(place.stage);
            const bool is_allowed = grounds != allowed.end() && grounds->second.contains(ground);
            Stated scene(place);
            CHECK(scene.add(scene.desk.first, Kind::stop, to_item(StopContent{ground, std::nullopt})) == (is_allowed ? effective : void_for(Reason::wrong_state)));
            if (is_allowed) CHECK(scene.fold().outcome == outcome);
        }
    }
}

TEST_CASE("an application at the desk is asked for papers once, and then accepted or declined") {
    Stated scene({LifeStage::desk_supplement, true, {Kind::ask_supplement}});
    CHECK(scene.fold().status == DossierStatus::supplement_asked);
    CHECK_FALSE(scene.fold().clock.started_ms);
    CHECK(scene.add(scene.desk.first, Kind::receive, to_item(World::received("H26.1.01-251009-0001"))) == effective);
    CHECK(scene.fold().clock.started_ms == World::start_ms);
    CHECK(scene.add(scene.desk.first, Kind::resume) == void_for(Reason::wrong_state));
}

TEST_CASE("the table has a row for every move and every fact that is known") {
    std::set<Kind> moves(life_moves().begin(), life_moves().end()), facts(life_facts().begin(), life_facts().end());
    for (const Kind kind : known_kinds()) {
        CHECK(moves.contains(kind) == (class_of(kind) == KindClass::move));
        CHECK(facts.contains(kind) == (class_of(kind) == KindClass::fact));
    }
    CHECK(life_cell(LifeStage::handling, Kind::note) == LifeCell::never);
    CHECK(fact_cell(DossierStatus::in_process, Kind::assign) == FactCell::no);
}

TEST_CASE("while a withdrawal is asked for, the dossier may still be decided by who has not heard of it") {
    Stated scene({LifeStage::handling, false, {Kind::assign}});
    const Act assigned = scene.acts.back();
    scene.acts.push_back(scene.desk.world.state(scene.desk.twin, Kind::withdrawal_asked, scene.id, assigned.id));
    CHECK(scene.fold().status == DossierStatus::withdrawal_asked);
    scene.acts.push_back(scene.desk.world.state(scene.desk.first, Kind::complete, scene.id, assigned.id));
    CHECK(scene.fold().status == DossierStatus::resolved);
}

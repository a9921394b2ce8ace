// Circular 01/2018: what scores, what has no data, where the classes are cut; and the lists of overdue and at-risk dossiers.

#include <catch2/catch.hpp>

#include "sync/report/attention.hpp"
#include "sync/report/evaluation.hpp"
#include "tests/sync/report/report_scene.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::Index;

namespace {

sync::Evaluation evaluate(const ReportScene& scene, const sync::Contribution& contribution) {
    return sync::evaluate(sync::totals_of(contribution, {scene.monday, scene.monday + 30}), scene.rules(sync::form_rules));
}

sync::DossierAct effective(const sync::Act& act) {
    sync::DossierAct known;
    known.id = act.id;
    known.kind = act.payload.kind;
    known.verdict = {};
    return known;
}

}  // namespace

TEST_CASE("total time scores 2 for early, 1 for on time, 0 for overdue; an index without data has no score and leaves no class") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    const auto points = [&](std::uint64_t ms) {
        ReportScene::end(dossier, ms);
        return *evaluate(scene, scene.contribution(dossier)).of(Index::total_time).hundredths();
    };
    CHECK(points(scene.at(scene.monday + 1)) == 200);
    CHECK(points(scene.at(scene.monday + 3)) == 100);
    CHECK(points(scene.at(scene.monday + 4)) == 0);
    const auto evaluation = evaluate(scene, scene.contribution(dossier));
    CHECK(!evaluation.of(Index::unit_time).hundredths());
    CHECK(!evaluation.of(Index::attitude).hundredths());
    CHECK(!evaluation.agency_hundredths());
    CHECK(!evaluation.officer_hundredths());
}

TEST_CASE("unit time is as good as the worst step that had a due instant") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, scene.monday + 9);
    ReportScene::end(dossier, scene.at(scene.monday + 8));
    const auto step = [&](std::optional<std::uint64_t> due, std::optional<std::uint64_t> finished) {
        sync::ControlRow row;
        row.due_ms = due;
        row.finished_ms = finished;
        dossier.control.push_back(row);
        return evaluate(scene, scene.contribution(dossier)).of(Index::unit_time);
    };
    CHECK(step(std::nullopt, scene.at(scene.monday + 1)).count == 0);
    CHECK(step(scene.at(scene.monday + 2, 17), scene.at(scene.monday + 1)).points == 2);
    CHECK(step(scene.at(scene.monday + 2, 17), scene.at(scene.monday + 2)).points == 1);
    CHECK(step(scene.at(scene.monday + 2, 17), scene.at(scene.monday + 3)).points == 0);
    CHECK(step(scene.at(scene.monday + 8, 17), scene.at(scene.monday + 4)).points == 0);
}

TEST_CASE("each supplement request costs a point of contacts, unless it has no effect") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, scene.monday + 9);
    ReportScene::end(dossier, scene.at(scene.monday + 8));
    const auto points = [&] { return evaluate(scene, scene.contribution(dossier)).of(Index::contacts).points; };
    sync::DossierAct request;
    request.kind = sync::Kind::ask_supplement;
    CHECK(points() == 2);
    dossier.acts.push_back(request);
    CHECK(points() == 1);
    request.verdict = {sync::Standing::late, sync::Reason::conflicting_move};
    dossier.acts.push_back(request);
    CHECK(points() == 1);
    request.verdict = {};
    dossier.acts.push_back(request);
    dossier.acts.push_back(request);
    CHECK(points() == 0);
}

TEST_CASE("slips score the indices that acts cannot tell, once they have effect") {
    ReportScene scene;
    auto& world = scene.world;
    auto dossier = scene.accepted(scene.monday, scene.monday + 9);
    // The acts' own clock: what citizens say counts on the day they say it.
    const sync::Period then{sync::report_day(World::start_ms), sync::report_day(World::start_ms) + 1};
    std::vector<sync::Act> acts;
    const auto rate = [&](std::vector<sync::RatedContent::Score> scores, bool has_effect = true) {
        acts.push_back(world.state(world.first(), sync::Kind::rated, dossier.id, std::nullopt, sync::RatedContent{std::move(scores)}));
        dossier.acts.push_back(effective(acts.back()));
        if (!has_effect) dossier.acts.back().verdict = {sync::Standing::void_act, sync::Reason::wrong_state};
    };
    rate({{7, 2}, {1, 0}, {4, 3}, {10, 2}, {0, 2}});
    rate({{7, 1}, {6, 2}});
    rate({{7, 0}}, false);
    const auto evaluation = sync::evaluate(sync::totals_of(scene.contribution(dossier, acts), then), scene.rules(sync::form_rules));
    CHECK(evaluation.of(Index::attitude).hundredths() == 150);
    CHECK(evaluation.of(Index::publicity).hundredths() == 200);
    CHECK(evaluation.of(Index::total_time).count == 0);
    CHECK(evaluation.of(Index::agencies).count == 0);
}

TEST_CASE("agencies are cut at 15, 12, 9 and 6 points, officers at 5 and 3.5, and a class needs every index") {
    using sync::AgencyClass, sync::OfficerClass;
    for (const auto& [points, wanted] : std::vector<std::pair<std::int64_t, AgencyClass>>{{1800, AgencyClass::excellent}, {1500, AgencyClass::excellent},
             {1499, AgencyClass::good}, {1200, AgencyClass::good}, {1199, AgencyClass::fair}, {900, AgencyClass::fair}, {899, AgencyClass::average},
             {600, AgencyClass::average}, {599, AgencyClass::weak}, {0, AgencyClass::weak}}) {
        CHECK(sync::agency_class(points) == wanted);
    }
    for (const auto& [points, wanted] : std::vector<std::pair<std::int64_t, OfficerClass>>{{600, OfficerClass::good}, {500, OfficerClass::good},
             {499, OfficerClass::done}, {350, OfficerClass::done}, {349, OfficerClass::not_done}}) {
        CHECK(sync::officer_class(points) == wanted);
    }
    sync::Evaluation evaluation;
    for (std::size_t place = 0; place < sync::index_count; ++place) evaluation.indices[place] = {static_cast<Index>(place + 1), 5, 3};
    CHECK(evaluation.agency_hundredths() == 9 * 167);
    CHECK(evaluation.officer_hundredths() == 3 * 167);
    evaluation.indices[3].count = 0;
    CHECK(!evaluation.agency_hundredths());
    CHECK(evaluation.officer_hundredths());
}

TEST_CASE("told of an early result and apologised to for a late one are counted of those whom it concerns") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    dossier.notices = {sync::NoticeAbout::early, sync::NoticeAbout::late};
    ReportScene::end(dossier, scene.at(scene.monday + 1));
    auto evaluation = evaluate(scene, scene.contribution(dossier));
    CHECK((evaluation.early == 1 && evaluation.told_early == 1 && evaluation.late == 0 && evaluation.apologised == 0));
    ReportScene::end(dossier, scene.at(scene.monday + 4));
    evaluation = evaluate(scene, scene.contribution(dossier));
    CHECK((evaluation.early == 0 && evaluation.told_early == 0 && evaluation.late == 1 && evaluation.apologised == 1));
    dossier.notices.clear();
    CHECK(evaluate(scene, scene.contribution(dossier)).apologised == 0);
}

TEST_CASE("a dossier is at risk on its last working day, across a weekend too, then overdue, and says why") {
    ReportScene scene;
    const auto rules = scene.rules(sync::form_rules);
    const auto rulebook = scene.rulebook();
    auto dossier = scene.accepted(scene.monday, scene.monday + 7);
    dossier.unit = "Tư pháp - Hộ tịch";
    const auto at = [&](std::uint64_t ms) { return sync::attention_of(dossier, ms, rules, sync::calendar_of(dossier, rulebook)); };
    CHECK(!at(scene.at(scene.monday + 4, 16, 59)));
    auto found = at(scene.at(scene.monday + 4, 17));  // Friday at closing: Monday is left
    REQUIRE(found);
    CHECK(found->trouble == sync::Trouble::due_soon);
    CHECK(found->why == "còn 1 ngày làm việc đến hạn 17:00 09/11/2026, đang ở Tư pháp - Hộ tịch");
    found = at(scene.at(scene.monday + 8, 10));
    REQUIRE(found);
    CHECK(found->trouble == sync::Trouble::overdue);
    CHECK(found->working_minutes == 120);
    CHECK(found->why.starts_with("quá hạn 2 giờ làm việc (hạn 17:00 09/11/2026), đang ở Tư pháp - Hộ tịch, chưa xin lỗi"));
    dossier.clock.run = sync::StatutoryClock::Run::waits_for_supplement;
    CHECK(!at(scene.at(scene.monday + 8, 10)));
    ReportScene::end(dossier, scene.at(scene.monday + 8));
    CHECK(!at(scene.at(scene.monday + 8, 10)));
}

TEST_CASE("a step past its own due instant puts a dossier at risk that is itself within time") {
    ReportScene scene;
    const auto rulebook = scene.rulebook();
    auto dossier = scene.accepted(scene.monday, scene.monday + 28);
    sync::ControlRow row;
    row.to_unit = "Địa chính";
    row.due_ms = scene.at(scene.monday + 2, 17);
    dossier.control = {row};
    CHECK(scene.contribution(dossier).watch_ms == row.due_ms);
    const auto found = sync::attention_of(dossier, scene.at(scene.monday + 3, 9), scene.rules(sync::form_rules), sync::calendar_of(dossier, rulebook));
    REQUIRE(found);
    CHECK(found->trouble == sync::Trouble::step_overdue);
    CHECK(found->why == "bước ở Địa chính đã quá hạn 1 giờ làm việc (hạn bước 17:00 04/11/2026)");
}

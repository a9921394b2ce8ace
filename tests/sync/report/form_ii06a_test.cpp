// One dossier at a time through form II.06a: which columns it stands in, by the rules asked for.

#include <catch2/catch.hpp>

#include "tests/sync/report/report_scene.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::Column;
using sync::FormRow;
using sync::Period;

namespace {

/// The columns that are 1.
std::vector<Column> columns_of(const FormRow& row) {
    std::vector<Column> columns;
    for (const auto column : sync::all_columns) {
        REQUIRE((row.of(column) == 0 || row.of(column) == 1));
        if (row.of(column) == 1) columns.push_back(column);
    }
    return columns;
}

using Run = sync::StatutoryClock::Run;

}  // namespace

TEST_CASE("a dossier received and resolved in the period stands in 3, 5, 7 and one of 8, 9, 10") {
    ReportScene scene;
    const Period period{scene.monday, scene.monday + 30};
    auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    const auto ended = [&](std::uint64_t ms) {
        ReportScene::end(dossier, ms);
        return columns_of(scene.row(dossier, period));
    };
    const auto with = [](Column column) { return std::vector{Column::received, Column::direct, Column::resolved, column}; };
    CHECK(ended(scene.at(scene.monday + 2, 16)) == with(Column::early));
    CHECK(ended(scene.at(scene.monday + 3, 9)) == with(Column::on_time));
    CHECK(ended(scene.at(scene.monday + 3, 17) + 59'999) == with(Column::on_time));  // instants are read to the minute
    CHECK(ended(scene.at(scene.monday + 3, 17, 1)) == with(Column::overdue));
    CHECK(ended(scene.at(scene.monday + 4)) == with(Column::overdue));
    dossier.channel = sync::ReceptionChannel::online;
    CHECK(columns_of(scene.row(dossier, period)) == std::vector{Column::received, Column::online, Column::resolved, Column::overdue});
}

TEST_CASE("a result of Saturday for a due date on Monday is not early by a working day") {
    ReportScene scene;
    const Period period{scene.monday, scene.monday + 30};
    auto dossier = scene.accepted(scene.monday, scene.monday + 7);
    ReportScene::end(dossier, scene.at(scene.monday + 5, 10));
    CHECK(scene.row(dossier, period).on_time == 1);
    CHECK(scene.row(dossier, period, sync::strict_rules).early == 1);
    ReportScene::end(dossier, scene.at(scene.monday + 4, 10));
    CHECK(scene.row(dossier, period).early == 1);
}

TEST_CASE("a dossier in process is within time until its due instant, and carried over into the next period") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    CHECK(columns_of(scene.row(dossier, {scene.monday, scene.monday + 2})) ==
          std::vector{Column::received, Column::direct, Column::in_process, Column::within_time});
    CHECK(columns_of(scene.row(dossier, {scene.monday, scene.monday + 3})) ==
          std::vector{Column::received, Column::direct, Column::in_process, Column::past_due});
    CHECK(columns_of(scene.row(dossier, {scene.monday + 1, scene.monday + 5})) ==
          std::vector{Column::received, Column::carried, Column::in_process, Column::past_due});
    CHECK(columns_of(scene.row(dossier, {scene.monday - 7, scene.monday - 1})).empty());
    ReportScene::end(dossier, scene.at(scene.monday + 6));
    CHECK(columns_of(scene.row(dossier, {scene.monday + 1, scene.monday + 5})) ==
          std::vector{Column::received, Column::carried, Column::in_process, Column::past_due});
    CHECK(columns_of(scene.row(dossier, {scene.monday + 6, scene.monday + 9})) ==
          std::vector{Column::received, Column::carried, Column::resolved, Column::overdue});
    CHECK(columns_of(scene.row(dossier, {scene.monday + 7, scene.monday + 9})).empty());
}

TEST_CASE("waiting for a supplement counts as within time only where the rule set says so, and only while it lasts") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday, std::nullopt);
    dossier.clock.promised_ms = scene.at(scene.monday + 3, 17);
    dossier.clock.run = Run::waits_for_supplement;
    dossier.clock.spans = {{scene.at(scene.monday), scene.at(scene.monday + 1), Run::running}, {scene.at(scene.monday + 1), std::nullopt, Run::waits_for_supplement}};
    const auto past_due = [&](std::int64_t days, std::string_view rules) { return scene.row(dossier, {scene.monday, scene.monday + days}, rules).past_due; };
    CHECK(past_due(2, sync::strict_rules) == 0);
    CHECK(past_due(3, sync::strict_rules) == 1);
    CHECK(past_due(3, sync::form_rules) == 0);
    // It waited from the 5th to the 8th day, past its due date.
    dossier.clock.due_ms = scene.at(scene.monday + 3, 17);
    dossier.clock.run = Run::running;
    dossier.clock.spans = {{scene.at(scene.monday), scene.at(scene.monday + 4), Run::running},
                           {scene.at(scene.monday + 4), scene.at(scene.monday + 8), Run::waits_for_supplement},
                           {scene.at(scene.monday + 8), std::nullopt, Run::running}};
    CHECK(past_due(3, sync::form_rules) == 1);
    CHECK(past_due(4, sync::form_rules) == 0);
    CHECK(past_due(7, sync::form_rules) == 0);
    CHECK(past_due(8, sync::form_rules) == 1);
    CHECK(past_due(7, sync::strict_rules) == 1);
}

TEST_CASE("a dossier returned or withdrawn after its due date is on time by form II.06a and overdue by the strict rules") {
    ReportScene scene;
    const Period period{scene.monday, scene.monday + 30};
    for (const auto outcome : {sync::Outcome::returned_unresolved, sync::Outcome::stopped_withdrawn, sync::Outcome::stopped_supplement}) {
        auto dossier = scene.accepted(scene.monday, scene.monday + 3);
        ReportScene::end(dossier, scene.at(scene.monday + 9), outcome);
        CHECK(scene.row(dossier, period).on_time == 1);
        CHECK(scene.row(dossier, period, sync::strict_rules).overdue == 1);
    }
    // And sooner than due it is not early: nobody has got what was asked for.
    auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    ReportScene::end(dossier, scene.at(scene.monday), sync::Outcome::stopped_withdrawn);
    CHECK(scene.row(dossier, period, sync::strict_rules).on_time == 1);
}

TEST_CASE("a dossier without a due date is on time, and one that nobody accepted does not count") {
    ReportScene scene;
    const Period period{scene.monday, scene.monday + 30};
    auto dossier = scene.accepted(scene.monday, std::nullopt);
    CHECK(scene.row(dossier, period).within_time() == 1);
    ReportScene::end(dossier, scene.at(scene.monday + 20));
    CHECK(scene.row(dossier, period).on_time == 1);
    dossier.clock = {};
    const auto rules = scene.rulebook();
    CHECK(!sync::contribution_of(dossier, {}, rules));
}

TEST_CASE("an end that an imported history puts before its beginning counts on the day of reception") {
    ReportScene scene;
    auto dossier = scene.accepted(scene.monday + 3, scene.monday + 9);
    ReportScene::end(dossier, scene.at(scene.monday));
    CHECK(columns_of(scene.row(dossier, {scene.monday, scene.monday + 2})).empty());
    CHECK(columns_of(scene.row(dossier, {scene.monday, scene.monday + 3})) == std::vector{Column::received, Column::direct, Column::resolved, Column::early});
}

TEST_CASE("a share is exact to a hundredth of a percent, and 100.00 is said of all alone") {
    CHECK(sync::basis_points(3'949, 4'000) == 9'873);   // 98.725: half goes up
    CHECK(sync::basis_points(6'887, 7'000) == 9'839);
    CHECK(sync::basis_points(84'091, 85'000) == 9'893);
    CHECK(sync::basis_points(1, 3) == 3'333);
    CHECK(sync::basis_points(999'999, 1'000'000) == 9'999);
    CHECK(sync::basis_points(1'000'000, 1'000'000) == 10'000);
    CHECK(sync::basis_points(1, 1'000'000) == 1);
    CHECK(sync::basis_points(0, 5) == 0);
    CHECK(!sync::basis_points(0, 0));
}

TEST_CASE("a rule set of the registry stands before a built-in one, from its day on") {
    ReportScene scene;
    const auto day = scene.monday;
    CHECK(scene.rules(sync::form_rules).returned_is_on_time);
    const sync::RuleSetContent stated{.name = "II.06a", .valid_from_day = day, .early = sync::EarlyRule::earlier_instant,
                                      .on_time = sync::OnTimeRule::end_of_due_day, .waiting_is_on_time = false, .returned_is_on_time = false};
    scene.world.state_registry(scene.world.root, sync::Kind::rule_set, to_bytes(as_bytes("II.06a")), stated);
    CHECK(!scene.rules(sync::form_rules).returned_is_on_time);
    CHECK(value_of(sync::rule_set_of(scene.world.registry, "II.06a", day - 1)).returned_is_on_time);
    CHECK(kind_of(sync::rule_set_of(scene.world.registry, "II.07", day)) == ErrorKind::not_found);
    CHECK(class_of(sync::Timing::later_on_due_day, stated) == sync::EndClass::on_time);
    CHECK(class_of(sync::Timing::after_due_day, stated) == sync::EndClass::overdue);
    CHECK(class_of(sync::Timing::earlier_instant, stated) == sync::EndClass::early);
}

TEST_CASE("what is due this afternoon is not overdue this morning") {
    ReportScene scene;
    const Period today{scene.monday, scene.monday + 3};
    const auto dossier = scene.accepted(scene.monday, scene.monday + 3);
    const auto contribution = scene.contribution(dossier);
    const auto past_due_at = [&](std::uint64_t as_of, sync::RuleSetContent rules) {
        auto totals = sync::totals_of(contribution, today);
        sync::take_back_not_due(totals, contribution, today, as_of, rules);
        return sync::form_row(totals, rules).past_due;
    };
    auto rules = scene.rules(sync::form_rules);
    CHECK(past_due_at(scene.at(scene.monday + 3, 16, 59), rules) == 0);
    CHECK(past_due_at(scene.at(scene.monday + 3, 17, 0), rules) == 0);
    CHECK(past_due_at(scene.at(scene.monday + 3, 17, 1), rules) == 1);
    rules.on_time = sync::OnTimeRule::end_of_due_day;
    CHECK(past_due_at(scene.at(scene.monday + 3, 17, 1), rules) == 0);
}

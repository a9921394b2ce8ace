// The sums against a reading of every dossier by the words of the form, written anew here: what the counters claim to be.

#include <catch2/catch.hpp>

#include "tests/support/scale.hpp"
#include "tests/sync/report/report_scene.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::FormRow;
using sync::Period;
using Run = sync::StatutoryClock::Run;

namespace {

/// A dossier of any shape around November 2026.
sync::Dossier any_dossier(ReportScene& scene, SeededRandom& random) {
    const auto day = scene.monday + static_cast<std::int64_t>(random.below(60));
    const auto after = [&](std::uint64_t days) { return scene.at(day + static_cast<std::int64_t>(random.below(days)), static_cast<std::int64_t>(random.below(24)), 30); };
    auto dossier = scene.accepted(day, std::nullopt, random.below(2) == 0 ? "1.001193" : "1.001612");
    if (random.below(3) == 0) dossier.custody->office = scene.world.second_office;
    if (random.below(3) == 0) dossier.channel = sync::ReceptionChannel::online;
    if (random.below(9) != 0) dossier.clock.due_ms = dossier.clock.promised_ms = after(20);
    if (random.below(3) == 0) {
        const auto from = after(10), to = from + random.below(10) * 86'400'000;
        dossier.clock.spans.push_back({from, to, Run::waits_for_supplement});
        if (random.below(3) == 0) {
            dossier.clock.spans.back().to_ms.reset();
            dossier.clock.run = Run::waits_for_supplement;
        }
    }
    if (random.below(4) != 0) ReportScene::end(dossier, after(30), static_cast<sync::Outcome>(1 + random.below(6)));
    return dossier;
}

/// The form's words, one dossier, no sums.
FormRow read_by_hand(const sync::Dossier& dossier, const Period& period, const sync::RuleSetContent& rules, const sync::Calendar& calendar) {
    FormRow row;
    const auto received = sync::report_day(dossier.received_ms);
    const auto ended = dossier.clock.ended_ms ? std::max(received, sync::report_day(*dossier.clock.ended_ms)) : sync::day_end;
    if (received > period.to_day || ended < period.from_day) return row;
    if (received < period.from_day) row.carried = 1;
    else if (dossier.channel == sync::ReceptionChannel::online) row.online = 1;
    else row.direct = 1;
    const auto due = dossier.clock.due_ms;
    if (ended <= period.to_day) {
        const auto end_ms = *dossier.clock.ended_ms;
        const bool is_late = due && (rules.on_time == sync::OnTimeRule::due_instant ? end_ms / 60'000 > *due / 60'000 : sync::report_day(end_ms) > sync::report_day(*due));
        const bool is_early = due && !is_late && (rules.early == sync::EarlyRule::earlier_instant ? end_ms / 60'000 < *due / 60'000
                                                                                                 : calendar.is_earlier_working_day(end_ms, *due));
        const bool is_completed = dossier.outcome == sync::Outcome::completed;
        if (is_late && (is_completed || !rules.returned_is_on_time)) row.overdue = 1;
        else if (is_early && is_completed) row.early = 1;
        else row.on_time = 1;
        return row;
    }
    const auto waits_then = [&](const auto& span) {
        return span.run != Run::running && sync::report_day(span.from_ms) <= period.to_day && (!span.to_ms || sync::report_day(*span.to_ms) > period.to_day);
    };
    const bool excused = rules.waiting_is_on_time && std::ranges::any_of(dossier.clock.spans, waits_then);
    if (due && sync::report_day(*due) <= period.to_day && !excused) row.past_due = 1;
    return row;
}

}  // namespace

TEST_CASE("sums over contributions, after any changes, are the form read by hand from every dossier") {
    ReportScene scene;
    const auto seed = GENERATE(range(0, 20));
    INFO("seed " << seed);
    SeededRandom random("day book " + std::to_string(seed));
    const auto rulebook = scene.rulebook();
    std::map<sync::DossierId, std::pair<sync::Dossier, sync::Contribution>> known;
    sync::DayBook book;
    for (std::uint64_t step = 0; step < scaled(200); ++step) {
        auto dossier = any_dossier(scene, random);
        // Half of them replace what an earlier one contributed.
        if (!known.empty() && random.below(2) == 0) {
            auto& [id, old] = *std::next(known.begin(), static_cast<std::ptrdiff_t>(random.below(known.size())));
            book.remove(old.second);
            dossier.id = id;
        }
        const auto contribution = scene.contribution(dossier);
        book.add(contribution);
        known.insert_or_assign(dossier.id, std::pair(dossier, contribution));
    }
    for (int count = 0; count < 20; ++count) {
        const auto from = scene.monday - 5 + static_cast<std::int64_t>(random.below(80));
        const Period period{from, from + static_cast<std::int64_t>(random.below(60))};
        sync::RuleSetContent rules{.name = "any", .valid_from_day = 0, .early = static_cast<sync::EarlyRule>(1 + random.below(2)),
                                   .on_time = static_cast<sync::OnTimeRule>(1 + random.below(2)), .waiting_is_on_time = random.below(2) == 0,
                                   .returned_is_on_time = random.below(2) == 0};
        std::map<sync::Place, FormRow> by_hand;
        for (const auto& [id, both] : known) {
            const auto row = read_by_hand(both.first, period, rules, sync::calendar_of(both.first, rulebook));
            if (row != FormRow{}) by_hand[both.second.place] += row;
            CHECK(sync::form_row(sync::totals_of(both.second, period), rules) == row);
        }
        std::map<sync::Place, FormRow> summed;
        for (const auto& [place, totals] : book.totals(period)) {
            const auto row = sync::form_row(totals, rules);
            if (row != FormRow{}) summed[place] = row;
            CHECK(row.received() == row.online + row.direct + row.carried);
            CHECK(row.received() == row.resolved() + row.in_process());
            CHECK(row.in_process() == row.within_time() + row.past_due);
            for (const auto column : sync::all_columns) CHECK(row.of(column) >= 0);
        }
        CHECK(summed == by_hand);
    }
    for (const auto& [id, both] : known) book.remove(both.second);
    CHECK(book.totals({0, sync::day_end}).empty());
}

TEST_CASE("rows by office, field and level are the same dossiers, differently gathered") {
    ReportScene scene;
    SeededRandom random("grouping");
    sync::DayBook book;
    for (int count = 0; count < 100; ++count) book.add(scene.contribution(any_dossier(scene, random)));
    const auto totals = book.totals({scene.monday, scene.monday + 40});
    const auto all = sync::sum_of(totals);
    CHECK(all.during.received() > 40);
    for (const auto by : {sync::GroupBy::city, sync::GroupBy::level, sync::GroupBy::office, sync::GroupBy::field}) {
        FormRow sum;
        for (const auto& row : sync::grouped(totals, by, scene.world.registry)) sum += sync::form_row(row.totals, scene.rules(sync::form_rules));
        CHECK(sum == sync::form_row(all, scene.rules(sync::form_rules)));
    }
    const auto offices = sync::grouped(totals, sync::GroupBy::office, scene.world.registry);
    REQUIRE(offices.size() == 2);
    CHECK(offices[0].group.name == "Phường Ba Đình");
    CHECK(offices[1].group.key == "H26.1.02");
    const auto fields = sync::grouped(totals, sync::GroupBy::field, scene.world.registry);
    REQUIRE(fields.size() == 2);
    CHECK(fields[0].group.name == "Hộ tịch");
    // Long after all is over there is no row of nothing.
    sync::DayBook over;
    auto done = scene.accepted(scene.monday, scene.monday + 3);
    ReportScene::end(done, ReportScene::at(scene.monday + 9));
    over.add(scene.contribution(done));
    CHECK(sync::grouped(over.totals({scene.monday, scene.monday + 9}), sync::GroupBy::office, scene.world.registry).size() == 1);
    CHECK(sync::grouped(over.totals({scene.monday + 10, scene.monday + 90}), sync::GroupBy::office, scene.world.registry).empty());
    const auto levels = sync::grouped(totals, sync::GroupBy::level, scene.world.registry);
    REQUIRE(levels.size() == 1);
    CHECK(levels[0].group.key == "commune");
}

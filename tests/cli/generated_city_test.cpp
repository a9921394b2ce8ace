// The table that Hà Nội published for the year after 8 March 2016 (received and on-time rates by level), one dossier for a hundred, from signed acts
// through real nodes and real syncs: what the city's report prints.

#include <catch2/catch.hpp>

#include <iostream>

#include "cli/report_sheets.hpp"
#include "tests/cli/generated_city.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using sync::OfficeKind;

namespace {

/// Published: departments 98.39 %, districts 98.73, communes 99.66, the city 98.93. The vertical agencies' share is what is left for
/// the sum to fit: 84,091 less the others' 55,683 of 29,000.
std::vector<OfficeYear> published_year() {
    std::vector<OfficeYear> offices{{"so", "H26.1", OfficeKind::department, 7'000, 6'887},    {"quan", "H26.2", OfficeKind::hub, 4'000, 3'949},
                                    {"phuong", "H26.3", OfficeKind::commune, 22'500, 22'424}, {"xa", "H26.4", OfficeKind::commune, 22'500, 22'423},
                                    {"chi-cuc", "H26.5", OfficeKind::vertical, 29'000, 28'408}};
    // Sanitizers and debuggers take a smaller city with the same offices.
    for (auto& office : offices) {
        const auto late = scaled(office.dossiers - office.in_time);
        office.dossiers = std::max<std::uint64_t>(scaled(office.dossiers), late);
        office.in_time = office.dossiers - late;
    }
    return offices;
}

}  // namespace

TEST_CASE("the city's headline report is the published table of a year, from acts signed at five offices") {
    const auto first_day = *sync::day_of({2016, 3, 8});
    GeneratedCity city(first_day);
    const auto offices = published_year();
    for (const auto& office : offices) city.work(office);
    city.sync_all();

    auto reader = value_of(node::Reader::open(city.town.city()));
    const auto config = value_of(node::Config::load(city.town.city()));
    const auto registry = value_of(node::load_registry(reader, value_of(sync::RootPin::parse(config.root))));
    const auto last_day = *sync::day_of({2017, 3, 7});
    cli::ReportScope scope{.query = {.period = {first_day, last_day}, .as_of_ms = sync::ms_of({last_day, sync::minutes_per_day - 1}),
                                     .rules = value_of(sync::rule_set_of(registry, sync::form_rules, last_day))},
                           .by = sync::GroupBy::level, .registry = &registry};
    node::ReportReader reports(reader, registry);
    const auto totals = value_of(reports.totals(scope.query));
    const auto sheet = cli::headline_sheet(scope, totals, nullptr);
    const auto text = sheet.text(cli::Sheet::Style::aligned);
    std::cout << text;

    std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> wanted;
    for (const auto& office : offices) {
        for (const auto& key : {std::string(sync::name_of(office.kind)), std::string("total")}) {
            wanted[key].first += office.dossiers;
            wanted[key].second += office.in_time;
        }
    }
    REQUIRE(sheet.rows.size() == wanted.size());
    for (const auto& row : sheet.rows) {
        const auto& [dossiers, in_time] = wanted.at(std::get<std::string>(row[0]));
        CHECK(std::get<std::int64_t>(row[2]) == static_cast<std::int64_t>(dossiers));
        CHECK(std::get<std::int64_t>(row[3]) == static_cast<std::int64_t>(dossiers));
        CHECK(std::get<std::int64_t>(row[4]) == static_cast<std::int64_t>(in_time));
    }
    if (scaled(100) == 100) {
        for (const auto* words : {"Sở, ban, ngành", "98,39 %", "98,73 %", "99,66 %", "98,93 %", "85.000"}) CHECK(text.find(words) != std::string::npos);
    }
    // Drill down: the dossiers behind the cell of those resolved late, by office, are as many as it says.
    std::map<std::string, std::uint64_t> late;
    value_of(reports.each_behind(scope.query, {{sync::Column::overdue}, sync::GroupBy::city, std::nullopt}, [&](const sync::Dossier& dossier, const sync::Contribution&) {
        return ++late[dossier.custody->office.code] > 0;
    }));
    for (const auto& office : offices) CHECK(late[office.code] == office.dossiers - office.in_time);
    // Half of the days they are early, and the first third of all came online.
    const auto form = sync::form_row(sync::sum_of(totals), scope.query.rules);
    CHECK(form.early > 0);
    CHECK(form.on_time > 0);
    CHECK(form.online > 0);
    CHECK(form.in_process() == 0);
    CHECK(sync::grouped(totals, sync::GroupBy::field, registry).size() == 3);
}

// Histories of an earlier system, told as if they had happened here.

#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

constexpr std::int64_t t0 = 1'318'330'000'000;

ImportedContent event(const std::string& key, const std::string& group, std::int64_t at) {
    return {.source = "receipt.csv", .case_name = "case-10011", .event_key = key, .activity = "Confirmation of receipt",
            .lifecycle = "complete", .group = group, .time = {at, 120}, .channel = "Internet", .department = "General",
            .case_start = OriginalTime{t0 - 1000, 120}, .case_deadline = OriginalTime{t0 + 90'000, 60}, .case_end_planned = {}, .case_end = {}};
}

struct ImportCase {
    World world;
    TestNode& node = world.first();
    DossierId id = world.next_dossier(node);
    std::vector<Act> acts;

    Act add(const ImportedContent& content) {
        const auto prior = acts.empty() ? std::nullopt : std::optional(acts.front().id);
        acts.push_back(world.state(node, Kind::imported, id, prior, content));
        return acts.back();
    }
    [[nodiscard]] Dossier fold() const { return fold_dossier(id, acts, world.registry); }
};

}  // namespace

TEST_CASE("imported events make one dossier, vouched for by the importer") {
    ImportCase scene;
    scene.add(event("2", "Group 1", t0));
    scene.add(event("1", "Group 1", t0 + 1));
    const Dossier dossier = scene.fold();
    CHECK(dossier.is_imported);
    CHECK(dossier.code == "case-10011");
    CHECK(dossier.procedure == "receipt.csv");
    CHECK(dossier.channel == ReceptionChannel::online);
    CHECK(dossier.status == DossierStatus::in_process);
    CHECK(dossier.received_ms == t0 - 1000);
    CHECK(dossier.since_ms == t0 + 1);
    CHECK(dossier.clock.due_ms == t0 + 90'000);
    for (const DossierAct& act : dossier.acts) CHECK(act.verdict == effective);
    CHECK(allows(dossier, Kind::imported));
    CHECK(allows(dossier, Kind::complete));
}

TEST_CASE("each change of group is a hand-over, in the order of time and key, whatever the order of import") {
    ImportCase scene;
    scene.add(event("9", "Group 4", t0 + 20));
    const Act first = scene.add(event("1", "Group 1", t0));
    scene.add(event("5", "", t0 + 10));         // names none: still the first
    scene.add(event("3", "Group 1", t0 + 20));  // the same moment as the first import, an earlier key
    const Act last = scene.add(event("4", "Group 2", t0 + 30));
    const auto rows = scene.fold().control;
    REQUIRE(rows.size() == 3);
    CHECK(rows[0].act == first.id);
    CHECK(rows[0].from_unit.empty());
    CHECK(rows[0].to_unit == "Group 1");
    CHECK(rows[0].given_ms == t0);
    CHECK(rows[0].finished_ms == t0 + 20);
    CHECK(rows[1].from_unit == "Group 1");
    CHECK(rows[1].to_unit == "Group 4");
    CHECK(rows[1].finished_ms == t0 + 30);
    CHECK(rows[2].act == last.id);
    CHECK_FALSE(rows[2].finished_ms);
    CHECK(scene.fold().unit == "Group 2");
}

TEST_CASE("a case that ended there is finished here") {
    ImportCase scene;
    ImportedContent ended = event("1", "Group 1", t0);
    ended.case_end = OriginalTime{t0 + 50, 120};
    scene.add(ended);
    const Dossier dossier = scene.fold();
    CHECK(dossier.status == DossierStatus::resolved);
    CHECK(dossier.outcome == Outcome::completed);
    CHECK(dossier.clock.run == StatutoryClock::Run::ended);
    CHECK(dossier.clock.ended_ms == t0 + 50);
    CHECK(dossier.control.back().finished_ms == t0 + 50);
    CHECK_FALSE(allows(dossier, Kind::complete));
    CHECK_FALSE(allows(dossier, Kind::result_handed_over));
}

TEST_CASE("a dossier that was received here takes no imported events") {
    DeskCase desk;
    CHECK(desk.verdict_of(desk.state(desk.first, Kind::imported, desk.creating, event("1", "Group 1", t0))) == void_for(Reason::wrong_state));
}

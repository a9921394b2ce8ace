// The statutory clock over the standing path, and the facts that moves cite.

#include "sync/calendar/civil_day.hpp"
#include "sync/dossier/duties.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Run = StatutoryClock::Run;

namespace {

/// March 2026: Monday is the 2nd, no holidays; 8:00 to 12:00 and 13:00 to 17:00 from Monday to Friday.
std::uint64_t march(int day, int hour, int minute = 0) {
    return ms_of({*day_of({2026, 3, day}), hour * 60 + minute});
}

struct ClockCase {
    DeskCase desk;
    DossierId id;
    std::vector<Act> acts;

    /// A procedure of three working days.
    explicit ClockCase(ClockMode mode = ClockMode::restart, std::optional<StatutoryTime> time = StatutoryTime{TimeUnit::working_day, 3}) {
        CalendarContent calendar{.name = "VN", .valid_from_day = *day_of({2026, 1, 1}), .known_to_day = *day_of({2026, 12, 31}), .week = {}, .days = {}};
        for (int day = 0; day < 5; ++day) calendar.week.push_back({{480, 720}, {780, 1020}});
        calendar.week.resize(7);
        state_rules(Kind::calendar, calendar.name, calendar);
        state_procedure(mode, time, 0);
        desk.tell_all();
    }
    template <class Content>
    void state_rules(Kind kind, const std::string& subject, const Content& content) {
        const Act act = desk.world.state_registry(desk.world.registrar, kind, to_bytes(as_bytes(subject)), content);
        REQUIRE(desk.world.registry.judge(act).effective());
    }
    void state_procedure(ClockMode mode, std::optional<StatutoryTime> time, std::int64_t from_day) {
        ProcedureContent procedure;
        procedure.code = "1.004859";
        procedure.valid_from_day = from_day;
        procedure.name = "Thay đổi, cải chính hộ tịch";
        procedure.field = "Hộ tịch";
        procedure.time = time;
        procedure.extra_time = StatutoryTime{TimeUnit::working_day, 3};
        procedure.clock = mode;
        procedure.cutoff_minute = 900;
        state_rules(Kind::procedure, procedure.code, procedure);
    }
    template <class Content>
    Act state(TestNode& node, Kind kind, std::optional<ActId> prior, const Content& content, std::uint64_t at_ms) {
        acts.push_back(value_of(node.log.append({.signer = node.officer.get(), .at = WallTime{std::chrono::milliseconds{at_ms}}, .kind = kind,
                                                 .subject = to_bytes(id.view()), .prior = prior, .content = to_item(content), .body = {}},
                                                node.log.head.announced.value_or(node.log.head.registry_size))));
        return acts.back();
    }
    Act receive(std::uint64_t at_ms, std::optional<std::uint64_t> due_ms = {}, bool needs_verification = false) {
        id = desk.world.next_dossier(desk.first);
        ReceiveContent content = World::received("H26.1.01-260302-0001", at_ms);
        content.procedure = "1.004859";
        content.due_ms = due_ms;
        content.needs_verification = needs_verification;
        return state(desk.first, Kind::receive, std::nullopt, content, at_ms + 60'000);
    }
    Act step(Kind kind, const Act& prior, std::uint64_t at_ms) { return state(desk.first, kind, prior.id, StepContent{}, at_ms); }
    Act assign(const Act& prior, std::uint64_t at_ms) { return state(desk.first, Kind::assign, prior.id, AssignContent{}, at_ms); }
    Act ask(const Act& prior, std::uint64_t at_ms) { return state(desk.first, Kind::ask_supplement, prior.id, AskSupplementContent{{"Tờ khai"}, std::nullopt}, at_ms); }
    Act resume(const Act& prior, const std::optional<Act>& fact, std::uint64_t at_ms) {
        return state(desk.first, Kind::resume, prior.id, ResumeContent{fact ? std::optional(fact->position()) : std::nullopt}, at_ms);
    }
    [[nodiscard]] Dossier fold() const { return fold_dossier(id, acts, desk.world.registry); }
    [[nodiscard]] StatutoryClock clock() const { return fold().clock; }
};

}  // namespace

TEST_CASE("the clock starts at reception and follows the procedure's time") {
    ClockCase scene;
    scene.receive(march(2, 9));
    CHECK(scene.clock().started_ms == march(2, 9));
    CHECK(scene.clock().due_ms == march(5, 17));
    CHECK(scene.clock().promised_ms == march(5, 17));
    CHECK(scene.clock().run == Run::running);
    CHECK_FALSE(scene.clock().is_provisional);
    ClockCase afternoon;
    afternoon.receive(march(2, 15, 1));  // after 15:00
    CHECK(afternoon.clock().due_ms == march(6, 17));
    ClockCase verified;
    verified.receive(march(2, 9), {}, true);
    CHECK(verified.clock().due_ms == march(10, 17));
}

TEST_CASE("a due date that the receipt states is the promise and the first due date") {
    ClockCase scene;
    scene.receive(march(2, 9), march(4, 17));
    CHECK(scene.clock().due_ms == march(4, 17));
    CHECK(scene.clock().promised_ms == march(4, 17));
    ClockCase without_time(ClockMode::restart, std::nullopt);
    const Act received = without_time.receive(march(2, 9), march(20, 17));
    CHECK(without_time.clock().due_ms == march(20, 17));
    const Act asked = without_time.ask(without_time.assign(received, march(2, 10)), march(3, 9));
    CHECK_FALSE(without_time.clock().due_ms);
    without_time.resume(asked, std::nullopt, march(3, 9, 30));
    CHECK(without_time.clock().due_ms == ms_of({*day_of({2026, 3, 23}), 510}));  // half an hour of work later
    ClockCase silent(ClockMode::restart, std::nullopt);
    silent.receive(march(2, 9));
    CHECK_FALSE(silent.clock().due_ms);
    CHECK_FALSE(silent.clock().promised_ms);
}

TEST_CASE("a dossier keeps the rules that it was accepted under") {
    ClockCase scene;
    const Act received = scene.receive(march(2, 9));
    scene.state_procedure(ClockMode::resume, StatutoryTime{TimeUnit::working_day, 1}, *day_of({2026, 1, 1}));
    CHECK(scene.clock().due_ms == march(5, 17));  // accepted by an older registry
    scene.desk.tell_all();
    const Act asked = scene.ask(scene.assign(received, march(2, 10)), march(3, 9));
    const Act papers = scene.step(Kind::supplement_handed_in, asked, march(9, 9));
    scene.resume(asked, papers, march(9, 10));
    CHECK(scene.clock().due_ms == march(12, 17));  // restarts, with three days
    ClockCase later;
    later.state_procedure(ClockMode::resume, StatutoryTime{TimeUnit::working_day, 1}, *day_of({2026, 3, 3}));
    later.desk.tell_all();
    later.receive(march(2, 9));
    CHECK(later.clock().due_ms == march(5, 17));  // the new rule holds from the day after
}

TEST_CASE("after a supplement the clock restarts from when the papers came, not from when work went on") {
    ClockCase scene;
    const Act asked = scene.ask(scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(4, 9));
    CHECK_FALSE(scene.clock().due_ms);
    CHECK(scene.clock().run == Run::waits_for_supplement);
    CHECK(scene.fold().missing == std::vector<std::string>{"Tờ khai"});
    const Act papers = scene.step(Kind::supplement_handed_in, asked, march(9, 9));
    CHECK(scene.clock().run == Run::waits_for_supplement);
    scene.resume(asked, papers, march(11, 9));
    CHECK(scene.clock().due_ms == march(12, 17));
    CHECK(scene.clock().promised_ms == march(5, 17));
    CHECK(scene.fold().missing.empty());
    const auto spans = scene.clock().spans;
    REQUIRE(spans.size() == 3);
    CHECK(spans[0].from_ms == march(2, 9));
    CHECK(spans[1].from_ms == march(4, 9));
    CHECK(spans[1].run == Run::waits_for_supplement);
    CHECK(spans[2].from_ms == march(9, 9));
    CHECK_FALSE(spans[2].to_ms);
}

TEST_CASE("some procedures resume after a supplement") {
    ClockCase scene(ClockMode::resume);
    const Act asked = scene.ask(scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(4, 9));
    const Act papers = scene.step(Kind::supplement_handed_in, asked, march(9, 9));
    scene.resume(asked, papers, march(9, 10));
    CHECK(scene.clock().due_ms == march(10, 17));  // one of the three days was left
}

TEST_CASE("without a cited fact the clock goes on from the move; a fact of another kind counts for nothing") {
    ClockCase scene;
    const Act asked = scene.ask(scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(4, 9));
    const Act note = scene.step(Kind::note, asked, march(5, 9));
    scene.resume(asked, note, march(9, 9));
    CHECK(scene.clock().due_ms == march(12, 17));
}

TEST_CASE("waiting for a payment is outside the clock, and always resumes") {
    ClockCase scene;
    const Act assigned = scene.assign(scene.receive(march(2, 9)), march(2, 10));
    const Act asked = scene.state(scene.desk.first, Kind::ask_payment, assigned.id, AskPaymentContent{50'000, "Nghị quyết 05"}, march(4, 9));
    CHECK(scene.clock().run == Run::waits_for_payment);
    CHECK_FALSE(scene.clock().due_ms);
    const Act money = scene.state(scene.desk.first, Kind::paid, asked.id, PaidContent{50'000, "HD 17"}, march(9, 9));
    scene.resume(asked, money, march(9, 10));
    CHECK(scene.clock().due_ms == march(10, 17));
    CHECK(scene.fold().finance == Finance::paid);
}

TEST_CASE("a pause that begins after the due date gives no time back") {
    ClockCase scene;
    const Act asked = scene.ask(scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(6, 9));
    const Act papers = scene.step(Kind::supplement_handed_in, asked, march(9, 9));
    scene.resume(asked, papers, march(9, 10));
    CHECK(scene.clock().due_ms == march(5, 17));
}

TEST_CASE("hand-overs never restart the clock, nor does it matter who takes the dossier over") {
    ClockCase scene;
    const Act received = scene.receive(march(2, 9));
    const Act over = scene.state(scene.desk.first, Kind::hand_over, received.id, HandOverContent{scene.desk.world.hub_office, {}, {}, {}}, march(3, 9));
    const Act taken = scene.state(scene.desk.hub, Kind::take_over, over.id, StepContent{}, march(4, 9));
    const Act back = scene.state(scene.desk.hub, Kind::hand_back, taken.id, StepContent{}, march(4, 10));
    scene.state(scene.desk.first, Kind::take_over, back.id, StepContent{}, march(4, 11));
    CHECK(scene.clock().due_ms == march(5, 17));
    CHECK(scene.clock().started_ms == march(2, 9));
    CHECK(scene.clock().spans.size() == 1);
    CHECK(scene.fold().control.size() == 2);
}

TEST_CASE("an apology gives one new date") {
    ClockCase scene;
    const Act assigned = scene.assign(scene.receive(march(2, 9)), march(2, 10));
    const Act put_off = scene.state(scene.desk.first, Kind::extend, assigned.id, ExtendContent{march(10, 17)}, march(4, 9));
    CHECK(scene.clock().due_ms == march(10, 17));
    CHECK(scene.clock().extended_to_ms == march(10, 17));
    CHECK(scene.clock().apology_at_ms == march(4, 9));
    CHECK(scene.clock().promised_ms == march(5, 17));
    const Act again = scene.state(scene.desk.first, Kind::extend, put_off.id, ExtendContent{march(20, 17)}, march(9, 9));
    CHECK(scene.fold().acts.back().verdict == void_for(Reason::wrong_state));
    CHECK(scene.clock().due_ms == march(10, 17));
    CHECK(again.payload.kind == Kind::extend);
}

TEST_CASE("the clock ends with the result, and with every other outcome") {
    ClockCase scene;
    scene.step(Kind::complete, scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(4, 9));
    CHECK(scene.clock().run == Run::ended);
    CHECK(scene.clock().ended_ms == march(4, 9));
    CHECK(scene.clock().due_ms == march(5, 17));
    CHECK(scene.clock().spans.back().to_ms == march(4, 9));
    CHECK(scene.fold().outcome == Outcome::completed);
    ClockCase stopped;
    const Act asked = stopped.ask(stopped.assign(stopped.receive(march(2, 9)), march(2, 10)), march(4, 9));
    stopped.state(stopped.desk.first, Kind::stop, asked.id, StopContent{StopGround::supplement_expired, std::nullopt}, march(30, 9));
    CHECK(stopped.fold().outcome == Outcome::stopped_supplement);
    CHECK(stopped.clock().run == Run::ended);
}

TEST_CASE("clocks that claim nonsense break nothing") {
    ClockCase scene;
    const Act asked = scene.ask(scene.assign(scene.receive(march(2, 9)), 0), 1);  // long before reception
    const Act papers = scene.step(Kind::supplement_handed_in, asked, 0);
    scene.resume(asked, papers, std::numeric_limits<std::uint64_t>::max() / 2);
    const auto spans = scene.clock().spans;
    for (std::size_t index = 1; index < spans.size(); ++index) CHECK(spans[index].from_ms >= spans[index - 1].from_ms);
    CHECK(scene.clock().due_ms == march(5, 17));
}

TEST_CASE("duties follow from the dossier and the moment alone") {
    const auto owed = [](const ClockCase& scene, std::uint64_t now_ms) {
        const Rulebook rules(scene.desk.world.registry);
        std::vector<Duty> names;
        for (const DutyItem& item : duties(scene.fold(), now_ms, rules)) names.push_back(item.duty);
        return names;
    };
    const auto begin = [](ClockCase& scene) { return scene.assign(scene.receive(march(2, 9)), march(2, 10)); };
    ClockCase scene;
    begin(scene);
    CHECK(owed(scene, march(3, 9)).empty());
    CHECK(owed(scene, march(4, 9)) == std::vector{Duty::at_risk});
    CHECK(owed(scene, march(5, 17)) == std::vector{Duty::at_risk});
    CHECK(owed(scene, march(5, 17, 1)) == std::vector{Duty::overdue, Duty::apologise});
    ClockCase early;
    const Act result = early.step(Kind::complete, begin(early), march(4, 9));
    CHECK(owed(early, march(4, 10)) == std::vector{Duty::tell_early_result});
    early.state(early.desk.first, Kind::notice_sent, result.id, NoticeSentContent{NoticeAbout::early, "phone"}, march(4, 10));
    CHECK(owed(early, march(4, 11)).empty());
    ClockCase late_result;
    late_result.step(Kind::complete, begin(late_result), march(6, 9));
    CHECK(owed(late_result, march(6, 10)) == std::vector{Duty::apologise});
    ClockCase waiting;
    waiting.state(waiting.desk.first, Kind::ask_supplement, begin(waiting).id, AskSupplementContent{{}, *day_of({2026, 3, 10})}, march(4, 9));
    CHECK(owed(waiting, march(9, 9)) == std::vector{Duty::tell_supplement});
    CHECK(owed(waiting, march(11, 9)) == std::vector{Duty::tell_supplement, Duty::supplement_expired});
}

TEST_CASE("who was told of one supplement request is to be told of the next") {
    ClockCase scene;
    const auto owes = [&] {
        const Rulebook rules(scene.desk.world.registry);
        const auto owed = duties(scene.fold(), march(4, 9), rules);
        return std::ranges::find(owed, Duty::tell_supplement, &DutyItem::duty) != owed.end();
    };
    const auto tell = [&](const Act& request, std::uint64_t at_ms) {
        scene.state(scene.desk.first, Kind::notice_sent, request.id, NoticeSentContent{NoticeAbout::supplement, "phone"}, at_ms);
    };
    const Act first = scene.ask(scene.assign(scene.receive(march(2, 9)), march(2, 10)), march(2, 11));
    CHECK(owes());
    tell(first, march(2, 12));
    CHECK_FALSE(owes());
    const Act second = scene.ask(scene.resume(first, std::nullopt, march(3, 9)), march(3, 10));
    CHECK(owes());
    tell(first, march(3, 11));  // at a counter that has not heard of the second one
    CHECK(owes());
    tell(second, march(3, 12));
    CHECK_FALSE(owes());
}

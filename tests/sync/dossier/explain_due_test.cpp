#include <catch2/catch.hpp>

#include "sync/calendar/civil_day.hpp"
#include "sync/dossier/explain_due.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

/// A dossier of a procedure of three working days; the world's acts are of Thursday 9 October 2025, 15:53.
struct Scene {
    World world;
    DossierId id;
    std::vector<Act> acts;

    explicit Scene(ClockMode mode = ClockMode::restart, std::string procedure = "1.004859") {
        CalendarContent calendar{.name = "VN", .valid_from_day = *day_of({2025, 1, 1}), .known_to_day = *day_of({2025, 12, 31}), .week = {}, .days = {}};
        calendar.week.assign(5, {{480, 720}, {780, 1020}});
        calendar.week.resize(7);
        calendar.days.push_back({*day_of({2025, 10, 14}), DayKind::holiday, "Bão số 12", {}});
        world.state_registry(world.registrar, Kind::calendar, to_bytes(as_bytes("VN")), calendar);
        ProcedureContent content;
        content.code = std::move(procedure);
        content.name = "Cải chính hộ tịch";
        content.time = StatutoryTime{TimeUnit::working_day, 3};
        content.extra_time = StatutoryTime{TimeUnit::working_day, 1};
        content.clock = mode;
        content.cutoff_minute = 900;
        world.state_registry(world.registrar, Kind::procedure, to_bytes(as_bytes(content.code)), content);
        world.receipt(world.first());
        id = world.next_dossier(world.first());
    }
    void receive(std::optional<std::uint64_t> due_ms = std::nullopt, bool needs_verification = false) {
        ReceiveContent content = World::received("H26.1.01-251009-0001", ms_of({*day_of({2025, 10, 9}), 10 * 60}));
        content.procedure = "1.004859";
        content.due_ms = due_ms;
        content.needs_verification = needs_verification;
        acts.push_back(world.state(world.first(), Kind::receive, id, std::nullopt, content));
    }
    template <class Content>
    void move(Kind kind, const Content& content) {
        acts.push_back(world.state(world.first(), kind, id, acts.back().id, content));
        for (const DossierAct& act : fold().acts) CHECK(std::string(name_of(act.verdict.reason)) == name_of(Reason::none));
    }
    [[nodiscard]] Dossier fold() const { return fold_dossier(id, acts, Rulebook(world.registry)); }
    [[nodiscard]] std::vector<std::string> explained() const {
        return explain_due(fold(), Rulebook(world.registry));
    }
};

}  // namespace

TEST_CASE("a dossier's due date is explained from the rule it was accepted under to the day") {
    Scene scene;
    scene.receive();
    CHECK(scene.explained() == std::vector<std::string>{
        "Thủ tục 1.004859 Cải chính hộ tịch: thời hạn 3 ngày làm việc; lịch làm việc “VN”; theo danh mục " + std::to_string(scene.fold().rules_size) + " mục, khi tiếp nhận.",
        "Nhận lúc 10:00 thứ Năm 09/10/2025.",
        "thứ Năm 09/10/2025: ngày bắt đầu, không tính vào thời hạn (Điều 147 Bộ luật Dân sự).",
        "thứ Sáu 10/10/2025: làm việc cả ngày, tính 1 ngày, được 1 trên 3 ngày.",
        "thứ Bảy 11/10/2025: nghỉ cuối tuần, không tính.",
        "Chủ nhật 12/10/2025: nghỉ cuối tuần, không tính.",
        "thứ Hai 13/10/2025: làm việc cả ngày, tính 1 ngày, được 2 trên 3 ngày.",
        "thứ Ba 14/10/2025: nghỉ lễ (Bão số 12), không tính.",
        "thứ Tư 15/10/2025: làm việc cả ngày, tính 1 ngày, được 3 trên 3 ngày.",
        "Hạn trả kết quả: 17:00 thứ Tư 15/10/2025.",
    });
    CHECK(scene.fold().clock.due_ms == ms_of({*day_of({2025, 10, 15}), 17 * 60}));
}

TEST_CASE("the explanation ends at the due date that the fold shows, with verification and after a supplement too") {
    for (const ClockMode mode : {ClockMode::restart, ClockMode::resume}) {
        Scene scene(mode);
        scene.receive(std::nullopt, true);
        CHECK(scene.explained().back() == "Hạn trả kết quả: 17:00 thứ Năm 16/10/2025.");
        scene.move(Kind::assign, AssignContent{.unit = "Tư pháp - Hộ tịch", .officer = std::nullopt, .due_ms = std::nullopt});
        scene.move(Kind::ask_supplement, AskSupplementContent{{"Giấy khai sinh"}, std::nullopt});
        const std::string then = mode == ClockMode::restart ? "tính lại từ đầu" : "tính tiếp";
        CHECK(scene.explained().back() == "Đang chờ bổ sung từ 15:53 thứ Năm 09/10/2025: hạn nói trên chưa tính thời gian chờ; bổ sung đủ thì " + then + ".");
        CHECK_FALSE(scene.fold().clock.due_ms.has_value());
        scene.move(Kind::resume, ResumeContent{});
        // After 15:00: it restarts, or goes on, on Friday.
        CHECK(scene.fold().clock.due_ms == ms_of({*day_of({2025, 10, 17}), 17 * 60}));
        CHECK(scene.explained().back() == "Hạn trả kết quả: 17:00 thứ Sáu 17/10/2025.");
    }
}

TEST_CASE("an explanation tells of an apology, and of a receipt that promises another date") {
    Scene scene;
    const std::uint64_t promised = ms_of({*day_of({2025, 10, 13}), 17 * 60}), later = ms_of({*day_of({2025, 10, 20}), 17 * 60});
    scene.receive(promised);
    CHECK(scene.explained().back() == "Giấy hẹn ghi ngày khác với cách tính này, và được giữ: hạn trả kết quả là 17:00 thứ Hai 13/10/2025.");
    scene.move(Kind::assign, AssignContent{.unit = "Tư pháp - Hộ tịch", .officer = std::nullopt, .due_ms = std::nullopt});
    scene.move(Kind::extend, ExtendContent{later});
    CHECK(scene.fold().clock.due_ms == later);
    CHECK(scene.explained().back() == "Đã xin lỗi lúc 15:53 thứ Năm 09/10/2025 và hẹn lại: 17:00 thứ Hai 20/10/2025.");
}

TEST_CASE("where no rule gives a date, the explanation says so") {
    Scene scene(ClockMode::restart, "9.999999");
    scene.receive(ms_of({*day_of({2025, 10, 13}), 17 * 60}));
    CHECK(scene.explained() == std::vector<std::string>{
        "Danh mục khi tiếp nhận không quy định thời hạn của thủ tục 1.004859: hạn chỉ theo giấy hẹn.",
        "Hạn trả kết quả: 17:00 thứ Hai 13/10/2025.",
    });
    CHECK(explain_due(Dossier{}, Rulebook(scene.world.registry)) == std::vector<std::string>{"Hồ sơ chưa được tiếp nhận, nên chưa có hạn trả kết quả."});
}

// What a dossier allows next, and the sentence an officer reads where it does not.

#include <set>

#include "sync/dossier/lifecycle.hpp"
#include "tests/sync/dossier/desk_case.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;
using Kinds = std::set<Kind>;

namespace {

const Kinds always{Kind::note, Kind::file_attached, Kind::contact_corrected, Kind::notice_sent, Kind::erase};
Kinds with(Kinds more) {
    more.insert(always.begin(), always.end());
    return more;
}
Kinds allowed_by(const Dossier& dossier) {
    Kinds allowed;
    for (const Kind kind : known_kinds()) {
        if (allows(dossier, kind)) allowed.insert(kind);
    }
    return allowed;
}
std::string refusal_of(const Result<void>& result) {
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::refused);
    return result.error().message;
}
std::string refusal(const DeskCase& desk, Kind kind) { return refusal_of(allows(desk.fold(), kind)); }
std::string refusal(const DeskCase& desk, Kind kind, const TestNode& node) { return refusal_of(allows(desk.fold(), kind, node.id(), desk.world.registry)); }

}  // namespace

TEST_CASE("what an officer may do next follows the state of the dossier") {
    DeskCase desk;
    CHECK(allowed_by(desk.fold()) == with({Kind::withdrawal_asked, Kind::paid, Kind::rated, Kind::assign, Kind::hand_over, Kind::seize}));
    const Act assigned = desk.chain({Kind::assign});
    CHECK(allowed_by(desk.fold()) == with({Kind::withdrawal_asked, Kind::paid, Kind::rated, Kind::consult, Kind::assign, Kind::ask_supplement,
                                           Kind::submit_for_signature, Kind::sign, Kind::number, Kind::complete, Kind::return_unresolved, Kind::stop,
                                           Kind::extend, Kind::ask_payment, Kind::hand_over, Kind::seize}));
    const Act asked = desk.state(desk.first, Kind::ask_supplement, assigned);
    CHECK(allowed_by(desk.fold()) == with({Kind::withdrawal_asked, Kind::paid, Kind::rated, Kind::supplement_handed_in, Kind::resume, Kind::stop,
                                           Kind::hand_over, Kind::seize}));
    desk.state(desk.first, Kind::withdrawal_asked, asked);
    CHECK(allowed_by(desk.fold()) == with({Kind::rated, Kind::stop, Kind::hand_over, Kind::seize}));
    desk.state(desk.first, Kind::stop, asked, StopContent{StopGround::withdrawn, std::nullopt});
    CHECK(allowed_by(desk.fold()) == with({Kind::rated}));

    DeskCase finished;
    const Act result = finished.chain({Kind::assign, Kind::complete});
    CHECK(allowed_by(finished.fold()) == with({Kind::rated, Kind::paid, Kind::result_handed_over, Kind::correct_result, Kind::revoke_result, Kind::hand_over, Kind::seize}));
    finished.state(finished.first, Kind::result_handed_over, result);
    CHECK(allowed_by(finished.fold()) == with({Kind::rated, Kind::correct_result, Kind::revoke_result, Kind::hand_over, Kind::seize}));
}

TEST_CASE("a refusal says what the matter is, since when, and what to do") {
    DeskCase desk;
    CHECK(refusal(desk, Kind::complete) == "Chưa thể hoàn thành xử lý: hồ sơ đã tiếp nhận ngày 9/10 nhưng chưa chuyển xử lý. Hãy chuyển xử lý trước.");
    CHECK_THAT(refusal(desk, Kind::stop), Contains("chỉ dừng khi người nộp xin rút"));
    const Act assigned = desk.chain({Kind::assign});
    CHECK_THAT(refusal(desk, Kind::result_handed_over), Contains("Chưa thể trả kết quả: hồ sơ đang xử lý từ 9/10."));
    CHECK_THAT(refusal(desk, Kind::resume), Contains("hồ sơ không tạm dừng"));
    CHECK_THAT(refusal(desk, Kind::supplement_handed_in), Contains("không có yêu cầu bổ sung nào"));
    CHECK_THAT(refusal(desk, Kind::opinion), Contains("không có yêu cầu lấy ý kiến nào"));
    const Act asked = desk.state(desk.first, Kind::ask_supplement, assigned);
    CHECK(refusal(desk, Kind::result_handed_over) ==
          "Chưa thể trả kết quả: hồ sơ đang chờ bổ sung từ 9/10. Khi người nộp bổ sung đủ, hãy ghi nhận giấy tờ bổ sung rồi tiếp tục xử lý.");
    const Act resumed = desk.state(desk.first, Kind::resume, asked);
    desk.state(desk.first, Kind::extend, resumed, ExtendContent{World::start_ms + 10 * 86'400'000ULL});
    CHECK(refusal(desk, Kind::extend) ==
          "Chưa thể xin lỗi và hẹn lại: hồ sơ đã được xin lỗi và hẹn lại một lần, đến 19/10. Chỉ được hẹn lại một lần: hãy hoàn thành trong hạn đã hẹn.");
}

TEST_CASE("a dossier that is handed over waits for the other side, and says for whom") {
    DeskCase desk;
    desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(refusal(desk, Kind::assign, desk.first) ==
          "Chưa thể chuyển xử lý: hồ sơ đang chờ Phường Ngọc Hà nhận bàn giao từ 9/10. Bên nhận phải nhận bàn giao trước; nếu họ không nhận được, đề nghị "
          "cấp trên rút hồ sơ về.");
    CHECK_THAT(refusal(desk, Kind::take_over, desk.first), Contains("do chính nút này bàn giao đi"));
    CHECK_THAT(refusal(desk, Kind::take_over, desk.hub), Contains("được bàn giao cho Phường Ngọc Hà"));
    CHECK(allows(desk.fold(), Kind::take_over, desk.second.id(), desk.world.registry));
    CHECK(allows(desk.fold(), Kind::note, desk.first.id(), desk.world.registry));
    CHECK(allowed_by(desk.fold()) == with({Kind::withdrawal_asked, Kind::paid, Kind::rated, Kind::take_over, Kind::seize}));
}

TEST_CASE("who does not hold a dossier is told who does") {
    DeskCase desk;
    CHECK_THAT(refusal(desk, Kind::assign, desk.second), Contains("hồ sơ do Phường Ba Đình giữ"));
    CHECK_THAT(refusal(desk, Kind::assign, desk.twin), Contains("một nút khác của Phường Ba Đình"));
    CHECK_THAT(refusal(desk, Kind::take_over, desk.second), Contains("chưa được bàn giao cho ai"));
    CHECK_THAT(refusal(desk, Kind::hand_back, desk.first), Contains("không do nơi nào bàn giao đến"));
    CHECK_THAT(refusal(desk, Kind::note, desk.second), Contains("Phường Ngọc Hà không liên quan đến hồ sơ này"));
    CHECK(allows(desk.fold(), Kind::note, desk.hub.id(), desk.world.registry));
    CHECK(allows(desk.fold(), Kind::assign, desk.first.id(), desk.world.registry));
}

TEST_CASE("a disputed dossier takes facts, seizures and an arbitration, and says who decides") {
    DeskCase desk;
    const TestLog before = desk.first.log;
    desk.state(desk.first, Kind::assign, desk.creating);
    desk.first.log = before;
    desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    CHECK(allowed_by(desk.fold()) == with({Kind::withdrawal_asked, Kind::paid, Kind::rated, Kind::arbitrate, Kind::seize}));
    CHECK_THAT(refusal(desk, Kind::assign, desk.first), Contains("có 2 bước trái ngược nhau") && Contains("Cần người đứng đầu Phường Ba Đình phân xử"));
}

TEST_CASE("in a dispute a seize is allowed where it ends it: of the supervisor, or of a head whose line has not moved there") {
    DeskCase desk;
    const auto may_seize = [&](const TestNode& node) {
        const bool is_allowed = allows(desk.fold(), Kind::seize, node.id(), desk.world.registry).has_value();
        const Act tried = desk.state(desk.world.nodes.at(node.name), Kind::seize, desk.creating);
        CHECK((desk.verdict_of(tried) == effective) == is_allowed);
        desk.take_away(tried);
        return is_allowed;
    };
    const TestLog before = desk.first.log;
    const Act assigned = desk.state(desk.first, Kind::assign, desk.creating);
    desk.first.log = before;
    desk.hand_over(desk.first, desk.creating, desk.world.second_office);
    REQUIRE(desk.fold().dispute);
    CHECK(may_seize(desk.hub));
    CHECK(may_seize(desk.twin));
    CHECK_FALSE(may_seize(desk.first));
    CHECK_FALSE(may_seize(desk.second));
    CHECK_FALSE(may_seize(desk.city));
    desk.state(desk.first, Kind::complete, assigned);  // a result that a person may hold in hand
    CHECK(may_seize(desk.hub));
    CHECK_FALSE(may_seize(desk.twin));
    CHECK_THAT(refusal(desk, Kind::seize, desk.twin), Contains("Cần người đứng đầu Phường Ba Đình phân xử"));
}

TEST_CASE("a node that the registry has retired states nothing") {
    DeskCase desk;
    desk.world.retire(desk.world.registrar, desk.first.id().view());
    CHECK_THAT(refusal(desk, Kind::assign, desk.first), Contains("nút này đã ngừng hoạt động"));
    CHECK_FALSE(allows(desk.fold(), Kind::note, desk.first.id(), desk.world.registry));
    CHECK(allows(desk.fold(), Kind::seize, desk.twin.id(), desk.world.registry));
}

TEST_CASE("nothing is allowed on a dossier whose creating act is not here") {
    DeskCase desk;
    const Act note = desk.state(desk.first, Kind::note, desk.creating);
    const Dossier dossier = fold_dossier(desk.id, std::vector{note}, desk.world.registry);
    for (const Kind kind : known_kinds()) CHECK_FALSE(allows(dossier, kind));
    CHECK_THAT(refusal_of(allows(dossier, Kind::assign)), Contains("Hãy chờ đồng bộ"));
}

TEST_CASE("what the table allows the fold accepts, and every refusal is a Vietnamese sentence") {
    const std::vector<std::vector<Kind>> paths{{}, {Kind::assign}, {Kind::assign, Kind::ask_supplement}, {Kind::assign, Kind::ask_payment},
                                               {Kind::assign, Kind::complete}, {Kind::assign, Kind::return_unresolved}, {Kind::assign, Kind::stop}, {Kind::assign, Kind::extend}};
    for (const auto& path : paths) {
        for (const Kind kind : known_kinds()) {
            if (class_of(kind) != KindClass::move && class_of(kind) != KindClass::fact) continue;
            DeskCase desk;
            Act last = desk.creating;
            for (const Kind step : path) last = desk.state(desk.first, step, last);
            const auto allowed = allows(desk.fold(), kind, desk.first.id(), desk.world.registry);
            INFO(path.size() << " steps, " << name_of(kind));
            if (!allowed) {
                CHECK_THAT(allowed.error().message, Catch::StartsWith("Chưa thể " + std::string(name_vi(kind)) + ": "));
                CHECK(allowed.error().message.ends_with("."));
                continue;
            }
            cbor::Item content = empty_content(kind);
            if (kind == Kind::hand_over) content = to_item(HandOverContent{desk.world.hub_office, {}, {}, {}});
            if (kind == Kind::consult) content = to_item(ConsultContent{desk.world.hub_office, {}});
            if (kind == Kind::correct_result || kind == Kind::revoke_result) content = to_item(MendResultContent{last.position(), false});
            const Act act = desk.keep(desk.world.state_item(desk.first, kind, desk.id, last.id, content));
            CHECK(desk.verdict_of(act) == effective);
        }
    }
}

#include "sync/dossier/lifecycle.hpp"

#include <array>
#include <string>

namespace motcua::sync {
namespace {

using enum DossierStatus;

constexpr std::array moves{Kind::receive, Kind::decline, Kind::ask_supplement, Kind::resume,
                           Kind::assign,  Kind::submit_for_signature, Kind::sign, Kind::number,
                           Kind::complete, Kind::return_unresolved, Kind::stop};

bool is_final(DossierStatus status) { return status == declined || status == stopped || status == returned; }

std::optional<ChainState> to(ChainState state, DossierStatus status) {
    state.status = status;
    return state;
}

// The standing path of a dossier holds all its effective moves, and one log holds them all, in order.
std::optional<ChainState> standing_state(const Dossier& dossier) {
    std::optional<ChainState> state;
    if (!dossier.tip) return state;
    for (const DossierAct& act : dossier.acts) {
        if (!act.verdict.effective()) continue;
        if (!state) {
            state = state_after_creating(act.kind);
        } else if (class_of(act.kind) == KindClass::move) {
            if (const auto next = state_after(*state, act.kind)) state = next;
        }
    }
    return state;
}

std::string possible_moves(const ChainState& state) {
    std::string names;
    for (const Kind move : moves) {
        if (!state_after(state, move)) continue;
        if (!names.empty()) names += ", ";
        names += name_vi(move);
    }
    return names.empty() ? std::string("Hồ sơ này không còn bước nào phải làm.") : "Lúc này có thể: " + names + ".";
}

std::unexpected<Error> refuse(const Dossier& dossier, Kind kind, const std::string& what_to_do) {
    return fail(ErrorKind::refused, "Hồ sơ đang ở trạng thái “" + std::string(name_vi(dossier.status)) +
                                        "” nên không thể " + std::string(name_vi(kind)) + ". " + what_to_do);
}

Result<void> allows_move(const Dossier& dossier, const ChainState& state, Kind move) {
    if (dossier.dispute) {
        return fail(ErrorKind::refused, "Hồ sơ có nhiều bước trái ngược nhau cùng nối tiếp một bước. Cần cấp trên phân xử "
                                        "trước khi đi tiếp; vẫn có thể ghi chú.");
    }
    for (const DossierAct& act : dossier.acts) {
        if (act.verdict.standing != Standing::opaque) continue;
        return fail(ErrorKind::refused, "Hồ sơ có bước mà phần mềm ở đây chưa biết. Hãy cập nhật phần mềm rồi làm tiếp.");
    }
    if (dossier.status == withdrawal_asked && move != Kind::stop) {
        return refuse(dossier, move, "Người nộp đã xin rút: hãy dừng xử lý hồ sơ.");
    }
    if (!state_after(state, move)) return refuse(dossier, move, possible_moves(state));
    return {};
}

Result<void> allows_fact(const Dossier& dossier, const ChainState& state, Kind fact) {
    if (fact == Kind::note) return {};
    if (fact == Kind::supplement_handed_in) {
        if (state.status == supplement_asked) return {};
        return refuse(dossier, fact, "Chỉ nhận bổ sung khi đã có yêu cầu bổ sung.");
    }
    if (fact == Kind::withdrawal_asked) {
        if (can_be_withdrawn(state) && dossier.status != withdrawal_asked) return {};
        return refuse(dossier, fact, is_final(dossier.status) || dossier.status == resolved
                                         ? "Hồ sơ đã có quyết định, không rút được nữa."
                                         : "Yêu cầu rút đã được ghi: hãy dừng xử lý hồ sơ.");
    }
    if (fact == Kind::result_handed_over) {
        if (dossier.status == resolved) return {};
        return refuse(dossier, fact, dossier.status == returned ? "Kết quả đã trả rồi." : "Chưa có kết quả để trả. " + possible_moves(state));
    }
    if (fact == Kind::imported && state.is_imported) return {};
    return refuse(dossier, fact, "Bước này chỉ dùng để lập hồ sơ mới.");
}

}  // namespace

std::string_view name_vi(DossierStatus status) {
    switch (status) {
        case newly_registered: return "Mới đăng ký";
        case received: return "Được tiếp nhận";
        case declined: return "Không được tiếp nhận";
        case in_process: return "Đang xử lý";
        case supplement_asked: return "Yêu cầu bổ sung giấy tờ";
        case payment_asked: return "Yêu cầu thực hiện nghĩa vụ tài chính";
        case withdrawal_asked: return "Công dân yêu cầu rút hồ sơ";
        case stopped: return "Dừng xử lý";
        case resolved: return "Đã xử lý xong";
        case returned: return "Đã trả kết quả";
    }
    return "Không rõ";
}

std::optional<ChainState> state_after_creating(Kind kind) {
    if (kind == Kind::submitted) return ChainState{.status = newly_registered};
    if (kind == Kind::receive) return ChainState{.status = received, .was_received = true};
    if (kind == Kind::imported) return ChainState{.status = in_process, .was_received = true, .is_imported = true};
    return std::nullopt;
}

std::optional<ChainState> state_after(const ChainState& state, Kind move) {
    const DossierStatus from = state.status;
    const bool at_the_desk = from == newly_registered || (from == supplement_asked && !state.was_received);
    switch (move) {
        case Kind::receive:
            if (!at_the_desk) return std::nullopt;
            return ChainState{.status = received, .was_received = true, .is_imported = state.is_imported};
        case Kind::decline: return at_the_desk ? to(state, declined) : std::nullopt;
        case Kind::ask_supplement:
            return from == newly_registered || from == in_process ? to(state, supplement_asked) : std::nullopt;
        case Kind::resume: return from == supplement_asked && state.was_received ? to(state, in_process) : std::nullopt;
        case Kind::assign: return from == received || from == in_process ? to(state, in_process) : std::nullopt;
        case Kind::submit_for_signature:
        case Kind::sign:
        case Kind::number: return from == in_process ? to(state, in_process) : std::nullopt;
        case Kind::complete:
        case Kind::return_unresolved: return from == in_process ? to(state, resolved) : std::nullopt;
        case Kind::stop: return can_be_withdrawn(state) ? to(state, stopped) : std::nullopt;
        default: return std::nullopt;
    }
}

bool can_be_withdrawn(const ChainState& state) {
    return state.status == newly_registered || state.status == received || state.status == in_process ||
           state.status == supplement_asked || state.status == payment_asked;
}

Result<void> allows(const Dossier& dossier, Kind kind) {
    const auto state = standing_state(dossier);
    if (!state) {
        return fail(ErrorKind::refused, dossier.dispute.has_value()
                        ? "Có hai hồ sơ trái ngược nhau dưới cùng một mã. Cần cấp trên phân xử trước khi đi tiếp."
                        : "Ở đây chưa có bước lập hồ sơ có hiệu lực. Hãy chờ đồng bộ, hoặc lập hồ sơ mới.");
    }
    switch (class_of(kind)) {
        case KindClass::move: return allows_move(dossier, *state, kind);
        case KindClass::fact: return allows_fact(dossier, *state, kind);
        case KindClass::log:
        case KindClass::registry:
        case KindClass::unknown: break;
    }
    return fail(ErrorKind::refused, "Bước này không phải là bước của hồ sơ.");
}

}  // namespace motcua::sync

#include "sync/dossier/lifecycle.hpp"

#include <algorithm>
#include <array>

namespace motcua::sync {
namespace {

struct Row {
    Kind move;
    std::array<LifeCell, life_stages> cells;
};

// Custody moves keep the state and are allowed in every one that is not final: a dossier is misdirected before it is accepted,
// handed back with its result, or taken from an office that has stopped answering while it waits for papers.
constexpr auto table = [] {
    using enum LifeCell;
    constexpr LifeCell recvd = to_received, desk = to_desk_supplement, decl = to_declined, hand = to_handling, supp = to_supplement, pay = to_payment,
                       res = to_resolved, stop = to_stopped, wdrawn = stops_if_withdrawn, not_exp = stops_unless_expired, once = stays_once,
                       mends = mends_result, revokes = revokes_result;
    return std::array{
        //                                 1       5 desk 2       4        5      6        9        3      8
        Row{Kind::receive,              {{recvd,  recvd, never,  never,   never, never,   never,   never, never}}},
        Row{Kind::decline,              {{decl,   decl,  never,  never,   never, never,   never,   never, never}}},
        Row{Kind::ask_supplement,       {{desk,   never, never,  supp,    never, never,   never,   never, never}}},
        Row{Kind::resume,               {{never,  never, never,  never,   hand,  hand,    never,   never, never}}},
        Row{Kind::assign,               {{never,  never, hand,   stays,   never, never,   never,   never, never}}},
        Row{Kind::submit_for_signature, {{never,  never, never,  stays,   never, never,   never,   never, never}}},
        Row{Kind::sign,                 {{never,  never, never,  stays,   never, never,   never,   never, never}}},
        Row{Kind::number,               {{never,  never, never,  stays,   never, never,   never,   never, never}}},
        Row{Kind::complete,             {{never,  never, never,  res,     never, never,   never,   never, never}}},
        Row{Kind::return_unresolved,    {{never,  never, never,  res,     never, never,   never,   never, never}}},
        Row{Kind::stop,                 {{wdrawn, stop,  wdrawn, not_exp, stop,  not_exp, never,   never, never}}},
        Row{Kind::extend,               {{never,  never, never,  once,    never, never,   never,   never, never}}},
        Row{Kind::ask_payment,          {{never,  never, never,  pay,     never, never,   never,   never, never}}},
        Row{Kind::correct_result,       {{never,  never, never,  never,   never, never,   mends,   never, never}}},
        Row{Kind::revoke_result,        {{never,  never, never,  never,   never, never,   revokes, never, never}}},
        Row{Kind::hand_over,            {{stays,  stays, stays,  stays,   stays, stays,   stays,   never, never}}},
        Row{Kind::take_over,            {{stays,  stays, stays,  stays,   stays, stays,   stays,   never, never}}},
        Row{Kind::hand_back,            {{stays,  stays, stays,  stays,   stays, stays,   stays,   never, never}}},
        Row{Kind::seize,                {{stays,  stays, stays,  stays,   stays, stays,   stays,   never, never}}},
    };
}();

constexpr auto moves = [] {
    std::array<Kind, table.size()> kinds{};
    for (std::size_t row = 0; row < table.size(); ++row) kinds[row] = table[row].move;
    return kinds;
}();

struct FactRow {
    Kind fact;
    std::array<FactCell, 10> cells;
};

constexpr auto fact_table = [] {
    using enum FactCell;
    constexpr FactCell impt = if_imported, cons = if_consulted, quar = if_quarantined, conf = if_in_conflict, coll = if_collectable;
    return std::array{
        //                                    1     2     3     4     5     6     7     8     9     10
        FactRow{Kind::imported,             {{impt, impt, impt, impt, impt, impt, impt, impt, impt, impt}}},
        FactRow{Kind::submitted,            {{no,   no,   no,   no,   no,   no,   no,   no,   no,   no}}},
        FactRow{Kind::note,                 {{yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::supplement_handed_in, {{no,   no,   no,   no,   yes,  no,   no,   no,   no,   no}}},
        FactRow{Kind::withdrawal_asked,     {{yes,  yes,  no,   yes,  yes,  yes,  no,   no,   no,   no}}},
        FactRow{Kind::result_handed_over,   {{no,   no,   no,   no,   no,   no,   no,   no,   coll, no}}},
        FactRow{Kind::paid,                 {{yes,  yes,  no,   yes,  yes,  yes,  no,   no,   yes,  no}}},
        FactRow{Kind::consult,              {{no,   no,   no,   yes,  no,   no,   no,   no,   no,   no}}},
        FactRow{Kind::opinion,              {{cons, cons, cons, cons, cons, cons, cons, cons, cons, cons}}},
        FactRow{Kind::file_attached,        {{yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::contact_corrected,    {{yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::notice_sent,          {{yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::rated,                {{no,   yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::erase,                {{yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes,  yes}}},
        FactRow{Kind::confirm,              {{quar, quar, quar, quar, quar, quar, quar, quar, quar, quar}}},
        FactRow{Kind::arbitrate,            {{conf, conf, conf, conf, conf, conf, conf, conf, conf, conf}}},
    };
}();

constexpr auto facts = [] {
    std::array<Kind, fact_table.size()> kinds{};
    for (std::size_t row = 0; row < fact_table.size(); ++row) kinds[row] = fact_table[row].fact;
    return kinds;
}();

std::optional<ChainState> to(ChainState state, DossierStatus status) {
    state.status = status;
    return state;
}

// A ground that is not known here is some other one.
bool is_ground(std::optional<StopGround> ground, StopGround wanted) { return !ground || *ground == wanted; }

std::optional<ChainState> stopped_on(const ChainState& state, bool is_allowed) {
    return is_allowed ? to(state, DossierStatus::stopped) : std::nullopt;
}

}  // namespace

LifeStage stage_of(const ChainState& state) {
    switch (state.status) {
        case DossierStatus::newly_registered: return LifeStage::registered;
        case DossierStatus::received: return LifeStage::received;
        case DossierStatus::declined: return LifeStage::declined;
        case DossierStatus::in_process:
        case DossierStatus::withdrawal_asked: return LifeStage::handling;
        case DossierStatus::supplement_asked: return state.was_received ? LifeStage::supplement : LifeStage::desk_supplement;
        case DossierStatus::payment_asked: return LifeStage::payment;
        case DossierStatus::stopped: return LifeStage::stopped;
        case DossierStatus::resolved:
        case DossierStatus::returned: return LifeStage::resolved;
    }
    return LifeStage::stopped;
}

LifeCell life_cell(LifeStage stage, Kind move) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const Row& candidate) { return candidate.move == move; });
    return row == table.end() ? LifeCell::never : row->cells[static_cast<std::size_t>(stage)];
}

std::span<const Kind> life_moves() { return moves; }

FactCell fact_cell(DossierStatus status, Kind fact) {
    const auto row = std::find_if(fact_table.begin(), fact_table.end(), [&](const FactRow& candidate) { return candidate.fact == fact; });
    return row == fact_table.end() ? FactCell::no : row->cells[static_cast<std::size_t>(status) - 1];
}

std::span<const Kind> life_facts() { return facts; }

std::optional<ChainState> state_after_creating(Kind kind) {
    if (kind == Kind::submitted) return ChainState{.status = DossierStatus::newly_registered};
    if (kind == Kind::receive) return ChainState{.status = DossierStatus::received, .was_received = true};
    if (kind == Kind::imported) return ChainState{.status = DossierStatus::in_process, .was_received = true, .is_imported = true};
    return std::nullopt;
}

std::optional<ChainState> state_after(const ChainState& state, Kind move, std::optional<StopGround> ground) {
    ChainState next = state;
    switch (life_cell(stage_of(state), move)) {
        case LifeCell::never: return std::nullopt;
        case LifeCell::stays: return next;
        case LifeCell::to_received: next.was_received = true; return to(next, DossierStatus::received);
        case LifeCell::to_desk_supplement:
        case LifeCell::to_supplement: return to(next, DossierStatus::supplement_asked);
        case LifeCell::to_declined: return to(next, DossierStatus::declined);
        case LifeCell::to_handling: return to(next, DossierStatus::in_process);
        case LifeCell::to_payment: return to(next, DossierStatus::payment_asked);
        case LifeCell::to_resolved: next.has_result = move == Kind::complete; return to(next, DossierStatus::resolved);
        case LifeCell::to_stopped: return to(next, DossierStatus::stopped);
        case LifeCell::stops_if_withdrawn: return stopped_on(next, is_ground(ground, StopGround::withdrawn));
        case LifeCell::stops_unless_expired: return stopped_on(next, !ground || *ground != StopGround::supplement_expired);
        case LifeCell::stays_once:
            if (state.was_extended) return std::nullopt;
            next.was_extended = true;
            return next;
        case LifeCell::mends_result:
            if (!state.has_result) return std::nullopt;
            next.is_result_revoked = false;
            return next;
        case LifeCell::revokes_result:
            if (!state.has_result || state.is_result_revoked) return std::nullopt;
            next.is_result_revoked = true;
            return next;
    }
    return std::nullopt;
}

bool can_be_withdrawn(const ChainState& state) {
    switch (stage_of(state)) {
        case LifeStage::registered:
        case LifeStage::desk_supplement:
        case LifeStage::received:
        case LifeStage::handling:
        case LifeStage::supplement:
        case LifeStage::payment: return true;
        case LifeStage::resolved:
        case LifeStage::declined:
        case LifeStage::stopped: return false;
    }
    return false;
}

bool is_final(DossierStatus status) {
    return status == DossierStatus::declined || status == DossierStatus::stopped || status == DossierStatus::returned;
}

std::string_view name_vi(DossierStatus status) {
    switch (status) {
        case DossierStatus::newly_registered: return "Mới đăng ký";
        case DossierStatus::received: return "Được tiếp nhận";
        case DossierStatus::declined: return "Không được tiếp nhận";
        case DossierStatus::in_process: return "Đang xử lý";
        case DossierStatus::supplement_asked: return "Yêu cầu bổ sung giấy tờ";
        case DossierStatus::payment_asked: return "Yêu cầu thực hiện nghĩa vụ tài chính";
        case DossierStatus::withdrawal_asked: return "Công dân yêu cầu rút hồ sơ";
        case DossierStatus::stopped: return "Dừng xử lý";
        case DossierStatus::resolved: return "Đã xử lý xong";
        case DossierStatus::returned: return "Đã trả kết quả";
    }
    return "Không rõ";
}

}  // namespace motcua::sync

// What a dossier allows next, and if not, why not: the situation, since when, and what to do about it.

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sync/dossier/authority.hpp"
#include "sync/dossier/dossier.hpp"
#include "sync/dossier/lifecycle.hpp"

namespace motcua::sync {
namespace {

using NameOf = std::function<std::string(const OfficeId&)>;

// Day and month, as people at a desk say it.
std::string on(std::uint64_t ms) {
    const std::int64_t day = day_in_vietnam(ms);
    if (day < 0 || day >= day_end) return "ngày không rõ";
    const CivilDate date = civil_date(day);
    return fmt::format("{}/{}", date.day, date.month);
}

std::string situation(const Dossier& dossier) {
    const std::string since = on(dossier.since_ms);
    switch (dossier.status) {
        case DossierStatus::newly_registered: return "hồ sơ mới nộp ngày " + since + ", chưa được tiếp nhận";
        case DossierStatus::received: return "hồ sơ đã tiếp nhận ngày " + since + " nhưng chưa chuyển xử lý";
        case DossierStatus::declined: return "hồ sơ đã bị từ chối tiếp nhận ngày " + since;
        case DossierStatus::in_process: return "hồ sơ đang xử lý từ " + since;
        case DossierStatus::supplement_asked: return "hồ sơ đang chờ bổ sung từ " + since;
        case DossierStatus::payment_asked: return "hồ sơ đang chờ thực hiện nghĩa vụ tài chính từ " + since;
        case DossierStatus::withdrawal_asked: return "người nộp đã xin rút hồ sơ ngày " + since;
        case DossierStatus::stopped: return "hồ sơ đã dừng xử lý ngày " + since;
        case DossierStatus::resolved: return "hồ sơ đã xử lý xong ngày " + since;
        case DossierStatus::returned: return "kết quả đã trả ngày " + since;
    }
    return "hồ sơ ở trạng thái không rõ";
}

std::string way_on(const Dossier& dossier) {
    switch (dossier.status) {
        case DossierStatus::newly_registered: return "Hãy tiếp nhận, yêu cầu bổ sung hoặc từ chối tiếp nhận trước.";
        case DossierStatus::received: return "Hãy chuyển xử lý trước.";
        case DossierStatus::declined: return "Nếu người nộp làm lại, hãy lập hồ sơ mới.";
        case DossierStatus::in_process: return "Hãy xử lý tiếp cho đến khi có kết quả.";
        case DossierStatus::supplement_asked:
            return dossier.end.life.was_received ? "Khi người nộp bổ sung đủ, hãy ghi nhận giấy tờ bổ sung rồi tiếp tục xử lý."
                                                 : "Khi người nộp bổ sung đủ, hãy tiếp nhận hồ sơ.";
        case DossierStatus::payment_asked: return "Khi người nộp đã nộp tiền, hãy ghi nhận rồi tiếp tục xử lý.";
        case DossierStatus::withdrawal_asked: return "Hãy dừng xử lý hồ sơ theo yêu cầu của người nộp.";
        case DossierStatus::stopped: return "Nếu người nộp làm lại, hãy lập hồ sơ mới.";
        case DossierStatus::resolved: return "Hãy trả kết quả cho người nộp; nếu kết quả sai, hãy đính chính hoặc thu hồi.";
        case DossierStatus::returned: return "Nếu kết quả sai, hãy đính chính hoặc thu hồi.";
    }
    return "Hãy cập nhật phần mềm.";
}

std::unexpected<Error> refuse(Kind kind, const std::string& why, const std::string& what_to_do) {
    return fail(ErrorKind::refused, fmt::format("Chưa thể {}: {}. {}", name_vi(kind), why, what_to_do));
}
std::unexpected<Error> refuse(const Dossier& dossier, Kind kind) { return refuse(kind, situation(dossier), way_on(dossier)); }

// --- moves ---

std::uint64_t offered_ms(const Dossier& dossier) { return dossier.control.empty() ? dossier.since_ms : dossier.control.back().given_ms; }

Result<void> allows_by_state(const Dossier& dossier, Kind move) {
    const ChainState& life = dossier.end.life;
    const LifeCell cell = life_cell(stage_of(life), move);
    switch (cell) {
        case LifeCell::stays:
        case LifeCell::to_received:
        case LifeCell::to_desk_supplement:
        case LifeCell::to_declined:
        case LifeCell::to_handling:
        case LifeCell::to_supplement:
        case LifeCell::to_payment:
        case LifeCell::to_resolved:
        case LifeCell::to_stopped:
        case LifeCell::stops_unless_expired: return {};
        case LifeCell::stops_if_withdrawn:
            if (dossier.status == DossierStatus::withdrawal_asked) return {};
            return refuse(move, situation(dossier), "Trước khi xử lý, chỉ dừng khi người nộp xin rút: hãy ghi nhận yêu cầu rút hồ sơ trước.");
        case LifeCell::stays_once:
            if (!life.was_extended) return {};
            return refuse(move, "hồ sơ đã được xin lỗi và hẹn lại một lần" + (dossier.clock.extended_to_ms ? ", đến " + on(*dossier.clock.extended_to_ms) : ""),
                          "Chỉ được hẹn lại một lần: hãy hoàn thành trong hạn đã hẹn.");
        case LifeCell::mends_result:
        case LifeCell::revokes_result:
            if (state_after(life, move)) return {};
            if (life.is_result_revoked) return refuse(move, "kết quả đã bị thu hồi ngày " + on(dossier.since_ms), "Hãy đính chính bằng kết quả mới.");
            return refuse(move, "hồ sơ được trả lại không giải quyết, không có kết quả", "Nếu người nộp làm lại, hãy lập hồ sơ mới.");
        case LifeCell::never: break;
    }
    if (move == Kind::resume && life.status == DossierStatus::in_process) return refuse(move, "hồ sơ không tạm dừng, " + situation(dossier), way_on(dossier));
    return refuse(dossier, move);
}

std::unexpected<Error> refuse_disputed(const Dispute& dispute, Kind move, const NameOf& name_of_office) {
    return refuse(move, fmt::format("có {} bước trái ngược nhau cùng nối tiếp một bước", dispute.branches.size()),
                  fmt::format("Cần người đứng đầu {} phân xử trước khi đi tiếp; vẫn có thể ghi chú.", name_of_office(dispute.decided_by)));
}

Result<void> allows_move(const Dossier& dossier, Kind move, const NameOf& name_of_office) {
    if (dossier.is_frozen) return refuse(move, "hồ sơ có bước mà phần mềm ở đây chưa biết", "Hãy cập nhật phần mềm rồi làm tiếp; vẫn có thể ghi chú.");
    if (dossier.dispute) {
        const bool ends_it = move == Kind::seize && (dossier.dispute->ends_by_supervisors_seize || dossier.dispute->ends_by_heads_seize);
        if (!ends_it) return refuse_disputed(*dossier.dispute, move, name_of_office);
    }
    if (dossier.is_imported && dossier.status == DossierStatus::resolved && !dossier.end.result) return refuse(dossier, move);
    const bool is_custody_move = move == Kind::hand_over || move == Kind::take_over || move == Kind::hand_back || move == Kind::seize;
    if (dossier.status == DossierStatus::withdrawal_asked && move != Kind::stop && !is_custody_move) return refuse(dossier, move);
    if (const auto by_state = allows_by_state(dossier, move); !by_state) return by_state;
    const auto& offer = dossier.custody->offer;
    if (offer && move != Kind::take_over && move != Kind::seize) {
        return refuse(move, fmt::format("hồ sơ đang chờ {} nhận bàn giao từ {}", name_of_office(offer->to), on(offered_ms(dossier))),
                      "Bên nhận phải nhận bàn giao trước; nếu họ không nhận được, đề nghị cấp trên rút hồ sơ về.");
    }
    if (!offer && move == Kind::take_over) {
        return refuse(move, fmt::format("hồ sơ do {} giữ và chưa được bàn giao cho ai", name_of_office(dossier.custody->office)), "Hãy đề nghị nơi đang giữ bàn giao trước.");
    }
    if (move == Kind::hand_back && !dossier.end.handed_over_by) {
        return refuse(move, "hồ sơ không do nơi nào bàn giao đến, hoặc đã được chuyển trả về đây", "Nếu cần chuyển đi, hãy bàn giao.");
    }
    return {};
}

// --- facts ---

bool has_standing(const Dossier& dossier, Standing standing) {
    return std::ranges::any_of(dossier.acts, [&](const DossierAct& act) { return act.verdict.standing == standing; });
}

Result<void> allows_fact(const Dossier& dossier, Kind fact) {
    switch (fact_cell(dossier.status, fact)) {
        case FactCell::yes: return {};
        case FactCell::if_imported:
            if (dossier.is_imported) return {};
            return refuse(fact, "hồ sơ này không phải hồ sơ nhập từ hệ thống cũ", "Hãy ghi các bước như bình thường.");
        case FactCell::if_consulted:
            if (!dossier.open_consultations.empty()) return {};
            return refuse(fact, "hồ sơ không có yêu cầu lấy ý kiến nào chưa trả lời", "Nếu cần góp ý, hãy ghi chú.");
        case FactCell::if_quarantined:
            if (has_standing(dossier, Standing::quarantined)) return {};
            return refuse(fact, "không có bước nào bị tách ra do khóa bị thu hồi", "Không cần làm gì.");
        case FactCell::if_in_conflict:
            if (dossier.dispute || has_standing(dossier, Standing::late)) return {};
            return refuse(fact, "không có bước nào trái ngược nhau", "Không cần làm gì.");
        case FactCell::if_collectable:
            if (dossier.delivery == Delivery::ready) return {};
            if (dossier.end.life.is_result_revoked) return refuse(fact, "kết quả đã bị thu hồi ngày " + on(dossier.since_ms), "Hãy đính chính bằng kết quả mới trước.");
            return refuse(fact, "hồ sơ nhập từ hệ thống cũ đã kết thúc ở đó", "Không cần làm gì.");
        case FactCell::no: break;
    }
    if (fact == Kind::submitted) return refuse(fact, "bước này chỉ dùng để lập hồ sơ mới", "Hãy lập hồ sơ mới.");
    if (fact == Kind::supplement_handed_in) return refuse(fact, situation(dossier) + ", không có yêu cầu bổ sung nào", "Nếu cần thêm giấy tờ, hãy yêu cầu bổ sung; giấy tờ khác thì đính kèm tệp.");
    return refuse(dossier, fact);
}

Result<void> allows_for(const Dossier& dossier, Kind kind, const NameOf& name_of_office) {
    const KindClass kind_class = class_of(kind);
    if (kind_class != KindClass::move && kind_class != KindClass::fact) return fail(ErrorKind::refused, "Bước này không phải là bước của hồ sơ.");
    if (!dossier.tip) {
        if (!dossier.dispute) return fail(ErrorKind::refused, "Ở đây chưa có bước lập hồ sơ có hiệu lực. Hãy chờ đồng bộ, hoặc lập hồ sơ mới.");
        if (kind == Kind::arbitrate) return {};
        return fail(ErrorKind::refused, fmt::format("Có {} hồ sơ trái ngược nhau dưới cùng một mã. Cần người đứng đầu {} phân xử trước khi đi tiếp.",
                                                    dossier.dispute->branches.size(), name_of_office(dossier.dispute->decided_by)));
    }
    return kind_class == KindClass::move ? allows_move(dossier, kind, name_of_office) : allows_fact(dossier, kind);
}

// --- for one line ---

bool has_branch_of(const Dossier& dossier, const LogId& line) {
    const auto& branches = dossier.dispute->branches;
    return std::ranges::any_of(dossier.acts, [&](const DossierAct& act) {
        return act.position.log == line && std::ranges::binary_search(branches, act.id);
    });
}

// By the supervisor, or within the office that holds it; not by the sender while a hand-over is open. In a dispute only where it ends it,
// and never by a line that has moved there already: its second move would be late.
Result<void> allows_seize(const Dossier& dossier, const NodeRecord& node, const Registry& registry, const NameOf& name_of_office) {
    const Custody& custody = *dossier.custody;
    const auto& dispute = dossier.dispute;
    const auto supervisor = supervisor_of(dossier.end.held, registry, registry.size());
    const bool is_supervisors = supervisor == node.office;
    const bool is_own = registry.line_of(custody.line) == registry.line_of(node.log);
    const bool is_heads = custody.office == node.office && !is_own && !custody.offer;
    if (!dispute && (is_supervisors || is_heads)) return {};
    if (dispute && (is_supervisors || is_heads)) {
        const bool ends_it = (is_supervisors && dispute->ends_by_supervisors_seize) || (is_heads && dispute->ends_by_heads_seize);
        if (ends_it && !has_branch_of(dossier, node.log)) return {};
        return refuse_disputed(*dispute, Kind::seize, name_of_office);
    }
    if (is_own && !custody.offer) return refuse(Kind::seize, "nút này đang giữ hồ sơ", "Cứ xử lý tiếp.");
    const std::string who = supervisor ? name_of_office(*supervisor) : std::string("cơ quan cấp trên");
    return refuse(Kind::seize, "việc này thuộc quyền của " + who, "Hãy đề nghị người đứng đầu " + who + " rút hồ sơ về.");
}

Result<void> allows_line(const Dossier& dossier, Kind kind, const NodeRecord& node, const Registry& registry, const NameOf& name_of_office) {
    const Custody& custody = *dossier.custody;
    if (registry.successor_at(node.office, registry.size())) {
        return refuse(kind, name_of_office(node.office) + " đã sáp nhập", "Hãy làm tiếp ở cơ quan mới.");
    }
    const LogId line = registry.line_of(node.log);
    const bool is_holder = registry.line_of(custody.line) == line;
    if (kind == Kind::take_over) {
        if (is_holder) return refuse(kind, "hồ sơ do chính nút này bàn giao đi", "Bên nhận phải nhận; nếu bàn giao nhầm, đề nghị họ chuyển trả.");
        if (custody.offer->to != node.office) return refuse(kind, "hồ sơ được bàn giao cho " + name_of_office(custody.offer->to), "Hãy liên hệ nơi đó.");
        if (custody.offer->line && registry.line_of(*custody.offer->line) != line) return refuse(kind, "hồ sơ được bàn giao cho một nút khác của cơ quan", "Hãy nhận ở nút đó.");
        return {};
    }
    if (kind == Kind::seize) return allows_seize(dossier, node, registry, name_of_office);
    if (is_holder) return {};
    if (custody.office == node.office) {
        return refuse(kind, "hồ sơ do một nút khác của " + name_of_office(custody.office) + " giữ", "Hãy làm ở nút đó, hoặc để người đứng đầu rút hồ sơ về nút này.");
    }
    return refuse(kind, "hồ sơ do " + name_of_office(custody.office) + " giữ", "Hãy đề nghị nơi đó bàn giao, hoặc ghi chú.");
}

}  // namespace

Result<void> allows(const Dossier& dossier, Kind kind) {
    return allows_for(dossier, kind, [](const OfficeId& office) { return "cơ quan " + office.code; });
}

Result<void> allows(const Dossier& dossier, Kind kind, const LogId& line, const Registry& registry) {
    const NameOf name_of_office = [&](const OfficeId& office) {
        const Office* known = registry.find_office(office);
        return known == nullptr ? "cơ quan " + office.code : known->name;
    };
    if (auto allowed = allows_for(dossier, kind, name_of_office); !allowed) return allowed;
    const NodeRecord* node = registry.find_node(line);
    if (node == nullptr) return refuse(kind, "danh mục không có nút này", "Hãy đợi thành phố đăng ký nút.");
    if (node->retired_at) return refuse(kind, "nút này đã ngừng hoạt động theo danh mục", "Hãy làm ở một nút khác của cơ quan.");
    if (class_of(kind) == KindClass::move) return allows_line(dossier, kind, *node, registry, name_of_office);
    const auto has_to_do_with_it = [&](const OfficeId& office) { return registry.is_at_or_below(office, node->office); };
    const bool stands_beside = kind == Kind::arbitrate || kind == Kind::confirm;
    if (stands_beside || std::ranges::any_of(dossier.concerned, has_to_do_with_it)) return {};
    return refuse(kind, name_of_office(node->office) + " không liên quan đến hồ sơ này", "Hãy liên hệ nơi đang giữ hồ sơ: " + name_of_office(dossier.custody->office) + ".");
}

}  // namespace motcua::sync

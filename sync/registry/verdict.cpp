#include "sync/registry/verdict.hpp"

namespace motcua::sync {

std::string_view name_of(Standing standing) {
    switch (standing) {
        case Standing::effective: return "effective";
        case Standing::void_act: return "void";
        case Standing::waiting: return "waiting";
        case Standing::opaque: return "opaque";
        case Standing::quarantined: return "quarantined";
        case Standing::late: return "late";
        case Standing::disputed: return "disputed";
    }
    return "unknown";
}

std::string_view name_of(Reason reason) {
    switch (reason) {
        case Reason::none: return "none";
        case Reason::bad_content: return "bad_content";
        case Reason::unknown_signer: return "unknown_signer";
        case Reason::not_of_this_office: return "not_of_this_office";
        case Reason::lacks_role: return "lacks_role";
        case Reason::not_the_log_key: return "not_the_log_key";
        case Reason::unknown_node: return "unknown_node";
        case Reason::wrong_dossier_id: return "wrong_dossier_id";
        case Reason::registry_size_unknown: return "registry_size_unknown";
        case Reason::prior_unknown: return "prior_unknown";
        case Reason::prior_void: return "prior_void";
        case Reason::not_a_registrar: return "not_a_registrar";
        case Reason::unknown_office: return "unknown_office";
        case Reason::already_taken: return "already_taken";
        case Reason::revoked_key: return "revoked_key";
        case Reason::unknown_kind: return "unknown_kind";
        case Reason::conflicting_move: return "conflicting_move";
        case Reason::wrong_state: return "wrong_state";
        case Reason::body_mismatch: return "body_mismatch";
        case Reason::wrong_log: return "wrong_log";
        case Reason::no_custody: return "no_custody";
        case Reason::another_registry: return "another_registry";
        case Reason::beyond_seal: return "beyond_seal";
        case Reason::beyond_conviction: return "beyond_conviction";
        case Reason::not_the_next_log: return "not_the_next_log";
        case Reason::bad_carried_act: return "bad_carried_act";
        case Reason::bad_countersignature: return "bad_countersignature";
        case Reason::unknown_officer: return "unknown_officer";
        case Reason::already_succeeded: return "already_succeeded";
        case Reason::exceeds_own_rights: return "exceeds_own_rights";
        case Reason::outside_delegation: return "outside_delegation";
        case Reason::already_sealed: return "already_sealed";
        case Reason::no_proof: return "no_proof";
        case Reason::unfit_successor: return "unfit_successor";
        case Reason::prior_quarantined: return "prior_quarantined";
        case Reason::prior_waits: return "prior_waits";
        case Reason::to_itself: return "to_itself";
        case Reason::no_such_result: return "no_such_result";
        case Reason::office_merged: return "office_merged";
        case Reason::not_the_supervisor: return "not_the_supervisor";
        case Reason::no_such_branch: return "no_such_branch";
        case Reason::superseded: return "superseded";
        case Reason::not_handed_over: return "not_handed_over";
    }
    return "unknown";
}

std::string_view sentence_vi(Reason reason) {
    switch (reason) {
        case Reason::none: return "Có hiệu lực.";
        case Reason::bad_content: return "Nội dung không đúng với loại bước này.";
        case Reason::unknown_signer: return "Người ký không có trong danh mục tại thời điểm ký.";
        case Reason::not_of_this_office: return "Người ký không thuộc cơ quan này.";
        case Reason::lacks_role: return "Người ký không có vai trò cần thiết cho bước này.";
        case Reason::not_the_log_key: return "Bước này chỉ nút tự ký bằng khóa sổ của mình.";
        case Reason::unknown_node: return "Danh mục không có nút này, hoặc nút đã ngừng hoạt động.";
        case Reason::wrong_dossier_id: return "Mã định danh hồ sơ không khớp với nơi hồ sơ được lập.";
        case Reason::registry_size_unknown: return "Đang chờ: bước này dựa trên danh mục mới hơn danh mục có ở đây.";
        case Reason::prior_unknown: return "Đang chờ: chưa có bước trước mà bước này nối tiếp.";
        case Reason::prior_void: return "Bước trước mà bước này nối tiếp không có hiệu lực.";
        case Reason::not_a_registrar: return "Người ký không có quyền sửa phần danh mục này.";
        case Reason::unknown_office: return "Danh mục không có cơ quan này.";
        case Reason::already_taken: return "Khóa hoặc mã này đã thuộc về người hoặc nút khác.";
        case Reason::revoked_key: return "Khóa ký đã bị thu hồi từ vị trí này.";
        case Reason::unknown_kind: return "Phần mềm ở đây chưa biết loại bước này; cần cập nhật phần mềm.";
        case Reason::conflicting_move: return "Đã có bước khác nối tiếp cùng một bước trước.";
        case Reason::wrong_state: return "Trạng thái hồ sơ khi đó không cho phép bước này.";
        case Reason::body_mismatch: return "Phần thông tin kèm theo không khớp với bước đã ký.";
        case Reason::wrong_log: return "Loại bước này không thuộc sổ này hoặc vị trí này trong sổ.";
        case Reason::no_custody: return "Nút này không giữ hồ sơ nên không được chuyển bước.";
        case Reason::another_registry: return "Sổ này dựa trên một danh mục khác với danh mục của thành phố.";
        case Reason::beyond_seal: return "Sổ này đã khóa trước bước này; cần người đứng đầu xác nhận lại, hoặc chép bước này sang sổ nối tiếp.";
        case Reason::beyond_conviction: return "Từ vị trí này sổ có hai bản trái ngược nhau; cần người đứng đầu xác nhận lại bước này.";
        case Reason::not_the_next_log: return "Nút này chỉ được tạm cho phép hoạt động và danh mục đã quyết định khác; cần người đứng đầu xác nhận lại bước này.";
        case Reason::bad_carried_act: return "Bước được chép lại không đúng dạng, hoặc chữ ký của nó không đúng.";
        case Reason::bad_countersignature: return "Chữ ký chứng thực của người đứng đầu cho bước được chép lại không đúng.";
        case Reason::unknown_officer: return "Danh mục không có cán bộ này, hoặc người đó đã thôi làm việc.";
        case Reason::already_succeeded: return "Cơ quan này đã sáp nhập vào cơ quan khác.";
        case Reason::exceeds_own_rights: return "Không thể trao vai trò mà người trao không có.";
        case Reason::outside_delegation: return "Việc ủy quyền cho người ký không có hiệu lực vào ngày của bước này.";
        case Reason::already_sealed: return "Sổ này đã được khóa trước đó.";
        case Reason::no_proof: return "Bằng chứng kèm theo không chứng minh được rằng sổ này có hai bản trái ngược nhau.";
        case Reason::unfit_successor: return "Sổ nối tiếp không thuộc cơ quan này, hoặc đã nối tiếp một sổ khác.";
        case Reason::prior_quarantined: return "Bước trước mà bước này nối tiếp đang bị tách ra; cần người đứng đầu xác nhận lại bước đó.";
        case Reason::prior_waits: return "Đang chờ: bước trước mà bước này nối tiếp còn đang chờ.";
        case Reason::to_itself: return "Không thể bàn giao hồ sơ cho chính nút đang giữ hồ sơ.";
        case Reason::no_such_result: return "Bước này đính chính hoặc thu hồi một kết quả không có trong hồ sơ.";
        case Reason::office_merged: return "Cơ quan này đã sáp nhập nên không còn quyền chuyển bước hồ sơ.";
        case Reason::not_the_supervisor: return "Chỉ cấp trên chung gần nhất của các cơ quan đã giữ hồ sơ mới được rút hồ sơ về hoặc phân xử.";
        case Reason::no_such_branch: return "Bước được phân xử không nối tiếp bước mà phân xử nêu.";
        case Reason::superseded: return "Đã có phân xử khác thay thế.";
        case Reason::not_handed_over: return "Hồ sơ không được bàn giao cho cơ quan hoặc nút này.";
    }
    return "Không rõ lý do.";
}

}  // namespace motcua::sync

#include "sync/act/kind.hpp"

#include <array>

namespace motcua::sync {
namespace {

struct Entry {
    Kind kind;
    KindClass kind_class;
    std::string_view name;
    std::string_view name_vi;
};

// One row a kind, by number.
constexpr std::array entries{
    Entry{Kind::open, KindClass::log, "open", ""},
    Entry{Kind::receipt, KindClass::log, "receipt", ""},
    Entry{Kind::adopt, KindClass::log, "adopt", "chép lại từ sổ cũ"},
    Entry{Kind::admit, KindClass::log, "admit", "tạm cho phép ký"},
    Entry{Kind::day_close, KindClass::log, "day_close", "khóa sổ ngày"},
    Entry{Kind::year_close, KindClass::log, "year_close", "khóa sổ năm"},
    Entry{Kind::admit_node, KindClass::log, "admit_node", "tạm cho phép nút hoạt động"},
    Entry{Kind::root_set, KindClass::registry, "root_set", ""},
    Entry{Kind::office, KindClass::registry, "office", ""},
    Entry{Kind::node, KindClass::registry, "node", ""},
    Entry{Kind::officer, KindClass::registry, "officer", ""},
    Entry{Kind::retire, KindClass::registry, "retire", ""},
    Entry{Kind::revoke, KindClass::registry, "revoke", ""},
    Entry{Kind::supersede, KindClass::registry, "supersede", ""},
    Entry{Kind::delegate, KindClass::registry, "delegate", ""},
    Entry{Kind::succeed, KindClass::registry, "succeed", ""},
    Entry{Kind::procedure, KindClass::registry, "procedure", ""},
    Entry{Kind::calendar, KindClass::registry, "calendar", ""},
    Entry{Kind::rule_set, KindClass::registry, "rule_set", ""},
    Entry{Kind::number_block, KindClass::registry, "number_block", ""},
    Entry{Kind::seal, KindClass::registry, "seal", ""},
    Entry{Kind::convict, KindClass::registry, "convict", ""},
    Entry{Kind::imported, KindClass::fact, "imported", "nhập từ hệ thống cũ"},
    Entry{Kind::submitted, KindClass::fact, "submitted", "ghi nhận nộp hồ sơ"},
    Entry{Kind::note, KindClass::fact, "note", "ghi chú"},
    Entry{Kind::supplement_handed_in, KindClass::fact, "supplement_handed_in", "nhận giấy tờ bổ sung"},
    Entry{Kind::withdrawal_asked, KindClass::fact, "withdrawal_asked", "ghi nhận yêu cầu rút hồ sơ"},
    Entry{Kind::result_handed_over, KindClass::fact, "result_handed_over", "trả kết quả"},
    Entry{Kind::paid, KindClass::fact, "paid", "ghi nhận đã nộp tiền"},
    Entry{Kind::consult, KindClass::fact, "consult", "lấy ý kiến"},
    Entry{Kind::opinion, KindClass::fact, "opinion", "cho ý kiến"},
    Entry{Kind::file_attached, KindClass::fact, "file_attached", "đính kèm tệp"},
    Entry{Kind::contact_corrected, KindClass::fact, "contact_corrected", "sửa thông tin liên hệ"},
    Entry{Kind::notice_sent, KindClass::fact, "notice_sent", "ghi nhận đã thông báo"},
    Entry{Kind::rated, KindClass::fact, "rated", "ghi nhận đánh giá"},
    Entry{Kind::erase, KindClass::fact, "erase", "xóa dữ liệu cá nhân"},
    Entry{Kind::confirm, KindClass::fact, "confirm", "xác nhận lại"},
    Entry{Kind::arbitrate, KindClass::fact, "arbitrate", "phân xử"},
    Entry{Kind::receive, KindClass::move, "receive", "tiếp nhận"},
    Entry{Kind::decline, KindClass::move, "decline", "từ chối tiếp nhận"},
    Entry{Kind::ask_supplement, KindClass::move, "ask_supplement", "yêu cầu bổ sung"},
    Entry{Kind::resume, KindClass::move, "resume", "tiếp tục xử lý"},
    Entry{Kind::assign, KindClass::move, "assign", "chuyển xử lý"},
    Entry{Kind::submit_for_signature, KindClass::move, "submit_for_signature", "trình ký"},
    Entry{Kind::sign, KindClass::move, "sign", "ký duyệt"},
    Entry{Kind::number, KindClass::move, "number", "cấp số"},
    Entry{Kind::complete, KindClass::move, "complete", "hoàn thành xử lý"},
    Entry{Kind::return_unresolved, KindClass::move, "return_unresolved", "trả lại không giải quyết"},
    Entry{Kind::stop, KindClass::move, "stop", "dừng xử lý"},
    Entry{Kind::extend, KindClass::move, "extend", "xin lỗi và hẹn lại"},
    Entry{Kind::ask_payment, KindClass::move, "ask_payment", "yêu cầu nghĩa vụ tài chính"},
    Entry{Kind::correct_result, KindClass::move, "correct_result", "đính chính kết quả"},
    Entry{Kind::revoke_result, KindClass::move, "revoke_result", "thu hồi kết quả"},
    Entry{Kind::hand_over, KindClass::move, "hand_over", "bàn giao"},
    Entry{Kind::take_over, KindClass::move, "take_over", "nhận bàn giao"},
    Entry{Kind::hand_back, KindClass::move, "hand_back", "chuyển trả"},
    Entry{Kind::seize, KindClass::move, "seize", "rút hồ sơ về"},
};

constexpr auto kinds = [] {
    std::array<Kind, entries.size()> all{};
    for (std::size_t row = 0; row < entries.size(); ++row) all[row] = entries[row].kind;
    return all;
}();

const Entry* find_entry(Kind kind) {
    for (const Entry& entry : entries) {
        if (entry.kind == kind) return &entry;
    }
    return nullptr;
}

}  // namespace

KindClass class_of(Kind kind) {
    const Entry* entry = find_entry(kind);
    return entry == nullptr ? KindClass::unknown : entry->kind_class;
}

std::string_view name_of(Kind kind) {
    const Entry* entry = find_entry(kind);
    return entry == nullptr ? std::string_view("unknown") : entry->name;
}

std::optional<Kind> find_kind(std::string_view name) {
    for (const Entry& entry : entries) {
        if (entry.name == name) return entry.kind;
    }
    return std::nullopt;
}

std::string_view name_vi(Kind kind) {
    const Entry* entry = find_entry(kind);
    return entry == nullptr ? std::string_view() : entry->name_vi;
}

std::span<const Kind> known_kinds() { return kinds; }

}  // namespace motcua::sync

#include "sync/dossier/duties.hpp"

#include <algorithm>

#include "sync/act/day.hpp"

namespace motcua::sync {
namespace {

constexpr std::string_view default_calendar = "VN";

// The calendar that the dossier's dates were counted by.
const Calendar& calendar_of(const Dossier& dossier, const Rulebook& rules) {
    const auto* procedure = rules.registry().procedure_at(dossier.procedure, day_in_vietnam(dossier.received_ms), dossier.rules_size);
    const bool is_known = procedure != nullptr;
    return rules.calendar(is_known ? std::string_view(procedure->calendar) : default_calendar, is_known ? dossier.rules_size : rules.registry().size());
}

bool was_told(const Dossier& dossier, NoticeAbout about) { return std::ranges::find(dossier.notices, about) != dossier.notices.end(); }

// On the last working day before the due day, or on that day itself, the apology is due.
bool is_close_to(std::uint64_t due_ms, std::uint64_t now_ms, const Calendar& calendar) {
    const std::int64_t today = day_in_vietnam(now_ms), due_day = day_in_vietnam(due_ms);
    if (today >= due_day) return true;
    const auto next = calendar.next_working_day(today);
    return next ? *next >= due_day : today + 1 >= due_day;
}

// A calendar without any working day knows no working days; then plain days decide.
bool is_on_an_earlier_day(std::uint64_t a_ms, std::uint64_t b_ms, const Calendar& calendar) {
    const bool is_known = calendar.first_day() <= day_in_vietnam(std::min(a_ms, b_ms));
    return is_known ? calendar.is_earlier_working_day(a_ms, b_ms) : day_in_vietnam(a_ms) < day_in_vietnam(b_ms);
}

}  // namespace

std::vector<DutyItem> duties(const Dossier& dossier, std::uint64_t now_ms, const Rulebook& rules) {
    std::vector<DutyItem> owed;
    const Calendar& calendar = calendar_of(dossier, rules);
    const StatutoryClock& clock = dossier.clock;
    const bool is_running = clock.started_ms && clock.run == StatutoryClock::Run::running;
    const bool is_ready = dossier.status == DossierStatus::resolved && dossier.delivery == Delivery::ready;

    if (is_ready && clock.ended_ms && clock.due_ms && is_on_an_earlier_day(*clock.ended_ms, *clock.due_ms, calendar) &&
        !was_told(dossier, NoticeAbout::early) && !was_told(dossier, NoticeAbout::result)) {
        owed.push_back({Duty::tell_early_result, clock.ended_ms});
    }
    const bool is_overdue = is_running && clock.due_ms && now_ms > *clock.due_ms;
    const bool is_at_risk = is_running && clock.due_ms && !is_overdue && is_close_to(*clock.due_ms, now_ms, calendar);
    const bool was_late = is_ready && clock.ended_ms && clock.due_ms && *clock.ended_ms > *clock.due_ms;
    if (is_at_risk) owed.push_back({Duty::at_risk, clock.due_ms});
    if (is_overdue) owed.push_back({Duty::overdue, clock.due_ms});
    if ((is_overdue || was_late) && !clock.apology_at_ms && !was_told(dossier, NoticeAbout::late)) owed.push_back({Duty::apologise, clock.due_ms});
    if (dossier.owes_apology) owed.push_back({Duty::apologise_for_result, dossier.since_ms});

    const bool waits_for_papers = dossier.status == DossierStatus::supplement_asked;
    if (waits_for_papers && !was_told(dossier, NoticeAbout::supplement)) owed.push_back({Duty::tell_supplement, dossier.since_ms});
    if (waits_for_papers && dossier.respond_by_day && day_in_vietnam(now_ms) > *dossier.respond_by_day) owed.push_back({Duty::supplement_expired, dossier.since_ms});
    if (!dossier.open_consultations.empty()) owed.push_back({Duty::answer_consultation, std::nullopt});
    return owed;
}

std::string_view name_of(Duty duty) {
    switch (duty) {
        case Duty::tell_early_result: return "tell_early_result";
        case Duty::at_risk: return "at_risk";
        case Duty::overdue: return "overdue";
        case Duty::apologise: return "apologise";
        case Duty::apologise_for_result: return "apologise_for_result";
        case Duty::tell_supplement: return "tell_supplement";
        case Duty::supplement_expired: return "supplement_expired";
        case Duty::answer_consultation: return "answer_consultation";
    }
    return "unknown";
}

std::string_view sentence_vi(Duty duty) {
    switch (duty) {
        case Duty::tell_early_result: return "Có kết quả sớm: hãy báo cho người nộp trước khi họ đến.";
        case Duty::at_risk: return "Sắp đến hạn trả kết quả: nếu không kịp, hãy xin lỗi và hẹn lại chậm nhất 1 ngày trước hạn.";
        case Duty::overdue: return "Đã quá hạn trả kết quả.";
        case Duty::apologise: return "Cần văn bản xin lỗi, nêu lý do và ngày hẹn mới.";
        case Duty::apologise_for_result: return "Kết quả sai do lỗi của cơ quan: cần xin lỗi người nộp và báo cách sửa.";
        case Duty::tell_supplement: return "Hãy báo cho người nộp những giấy tờ cần bổ sung.";
        case Duty::supplement_expired: return "Đã hết hạn bổ sung: có thể dừng xử lý hồ sơ.";
        case Duty::answer_consultation: return "Có yêu cầu lấy ý kiến chưa được trả lời.";
    }
    return "Không rõ việc phải làm.";
}

}  // namespace motcua::sync

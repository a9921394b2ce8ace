#include "sync/report/attention.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace motcua::sync {
namespace {

constexpr std::uint64_t minutes_per_working_day = 8 * 60;

/// Where the calendar does not reach back to (an imported history), plain days count as working days.
std::uint64_t working_minutes(const Calendar& calendar, std::uint64_t from_ms, std::uint64_t to_ms) {
    if (report_day(from_ms) >= calendar.first_day()) return calendar.working_minutes_between(from_ms, to_ms);
    constexpr std::uint64_t ms_per_day = 24 * 60 * ms_per_minute;
    return to_ms > from_ms ? (to_ms - from_ms) * minutes_per_working_day / ms_per_day : 0;
}

std::string moment_vi(std::uint64_t ms) {
    const auto at = local_minute(ms);
    return fmt::format("{} {}", minute_vi(at.minute), date_vi(at.day));
}

/// "3 ngày 2 giờ làm việc"; minutes where it is less than an hour.
std::string working_time_vi(std::uint64_t minutes) {
    const auto days = minutes / minutes_per_working_day, hours = minutes % minutes_per_working_day / 60;
    if (minutes < 60) return fmt::format("{} phút làm việc", minutes);
    if (days == 0) return fmt::format("{} giờ làm việc", hours);
    return hours == 0 ? fmt::format("{} ngày làm việc", days) : fmt::format("{} ngày {} giờ làm việc", days, hours);
}

bool waits(const Dossier& dossier) {
    return dossier.clock.run == StatutoryClock::Run::waits_for_supplement || dossier.clock.run == StatutoryClock::Run::waits_for_payment;
}

bool has_passed(std::uint64_t due_ms, std::uint64_t as_of_ms, const RuleSetContent& rules) {
    const auto due = local_minute(due_ms), now = local_minute(as_of_ms);
    return rules.on_time == OnTimeRule::end_of_due_day ? due.day < now.day : due < now;
}

std::string apology_vi(const Dossier& dossier) {
    const bool was_told = dossier.clock.apology_at_ms || std::ranges::find(dossier.notices, NoticeAbout::late) != dossier.notices.end();
    return was_told ? "đã xin lỗi người nộp" : "chưa xin lỗi người nộp: cần gửi phiếu xin lỗi";
}

std::string place_vi(const Dossier& dossier) {
    if (dossier.custody && dossier.custody->offer) return "đang chờ " + dossier.custody->offer->to.code + " nhận bàn giao";
    if (!dossier.unit.empty()) return "đang ở " + dossier.unit;
    if (dossier.is_imported && !dossier.control.empty() && !dossier.control.back().to_unit.empty()) return "đang ở " + dossier.control.back().to_unit;
    return "chưa chuyển đơn vị xử lý";
}

const ControlRow* first_late_step(const Dossier& dossier, std::uint64_t as_of_ms, const RuleSetContent& rules) {
    const ControlRow* first = nullptr;
    for (const auto& row : dossier.control) {
        const bool is_late = row.due_ms && !row.finished_ms && has_passed(*row.due_ms, as_of_ms, rules);
        if (is_late && (first == nullptr || *row.due_ms < *first->due_ms)) first = &row;
    }
    return first;
}

std::string step_vi(const ControlRow& row) { return row.to ? row.to->code : row.to_unit.empty() ? std::string("đơn vị xử lý") : row.to_unit; }

}  // namespace

std::optional<Attention> attention_of(const Dossier& dossier, std::uint64_t as_of_ms, const RuleSetContent& rules, const Calendar& calendar) {
    const auto& clock = dossier.clock;
    if (!clock.started_ms || clock.ended_ms || (waits(dossier) && rules.waiting_is_on_time)) return std::nullopt;
    const auto due = standing_due(clock);
    if (due && has_passed(*due, as_of_ms, rules)) {
        const auto minutes = working_minutes(calendar, *due, as_of_ms);
        return Attention{Trouble::overdue, *due, minutes,
                         fmt::format("quá hạn {} (hạn {}), {}, {}", working_time_vi(minutes), moment_vi(*due), place_vi(dossier), apology_vi(dossier))};
    }
    if (const auto* step = first_late_step(dossier, as_of_ms, rules)) {
        const auto minutes = working_minutes(calendar, *step->due_ms, as_of_ms);
        return Attention{Trouble::step_overdue, *step->due_ms, minutes,
                         fmt::format("bước ở {} đã quá hạn {} (hạn bước {})", step_vi(*step), working_time_vi(minutes), moment_vi(*step->due_ms))};
    }
    if (!due || *due > as_of_ms + at_risk_horizon_ms) return std::nullopt;
    const auto left = working_minutes(calendar, as_of_ms, *due);
    if (left > at_risk_working_days * minutes_per_working_day) return std::nullopt;
    return Attention{Trouble::due_soon, *due, left,
                     fmt::format("còn {} đến hạn {}, {}", working_time_vi(left), moment_vi(*due), place_vi(dossier))};
}

}  // namespace motcua::sync

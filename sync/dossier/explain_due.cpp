#include "sync/dossier/explain_due.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sync/calendar/explain.hpp"

namespace motcua::sync {
namespace {

using Run = StatutoryClock::Run;

std::string instant_vi(std::uint64_t ms) {
    const LocalMinute at = local_minute(ms);
    return minute_vi(at.minute) + " " + weekday_vi(at.day) + " " + date_vi(at.day);
}

std::vector<Pause> closed_pauses(const StatutoryClock& clock, ClockMode after_supplement) {
    std::vector<Pause> pauses;
    for (const auto& span : clock.spans) {
        if (!span.to_ms || (span.run != Run::waits_for_supplement && span.run != Run::waits_for_payment)) continue;
        pauses.push_back({span.from_ms, *span.to_ms, span.run == Run::waits_for_supplement ? after_supplement : ClockMode::resume});
    }
    return pauses;
}

std::string rule_vi(const Dossier& dossier, const ProcedureContent& procedure) {
    std::string time = text_vi(*procedure.time);
    if (dossier.end.needs_verification && procedure.extra_time) time += ", cộng " + text_vi(*procedure.extra_time) + " để xác minh";
    return fmt::format("Thủ tục {} {}: thời hạn {}; lịch làm việc “{}”; theo danh mục {} mục, khi tiếp nhận.", procedure.code, procedure.name, time,
                       procedure.calendar, dossier.rules_size);
}

std::string waiting_vi(const StatutoryClock& clock, ClockMode after_supplement) {
    const std::string since = clock.spans.empty() ? "" : " từ " + instant_vi(clock.spans.back().from_ms);
    if (clock.run == Run::waits_for_payment) {
        return fmt::format("Đang chờ nộp nghĩa vụ tài chính{}: hạn nói trên chưa tính thời gian chờ; nộp xong thì tính tiếp.", since);
    }
    return fmt::format("Đang chờ bổ sung{}: hạn nói trên chưa tính thời gian chờ; bổ sung đủ thì {}.", since,
                       after_supplement == ClockMode::restart ? "tính lại từ đầu" : "tính tiếp");
}

/// What stands beside the count, or instead of it.
void add_stated(std::vector<std::string>& lines, const StatutoryClock& clock, std::optional<std::uint64_t> counted_ms) {
    if (clock.extended_to_ms) {
        lines.push_back(fmt::format("Đã xin lỗi{} và hẹn lại: {}.", clock.apology_at_ms ? " lúc " + instant_vi(*clock.apology_at_ms) : "",
                                    instant_vi(*clock.extended_to_ms)));
    }
    if (!clock.due_ms) return;
    if (clock.due_ms != counted_ms && clock.due_ms != clock.extended_to_ms) {
        lines.push_back(fmt::format("Giấy hẹn ghi ngày khác với cách tính này, và được giữ: hạn trả kết quả là {}.", instant_vi(*clock.due_ms)));
    }
}

}  // namespace

std::vector<std::string> explain_due(const Dossier& dossier, const Rulebook& rules) {
    const StatutoryClock& clock = dossier.clock;
    if (!clock.started_ms) return {"Hồ sơ chưa được tiếp nhận, nên chưa có hạn trả kết quả."};
    const auto* procedure = rules.registry().procedure_at(dossier.procedure, day_in_vietnam(dossier.received_ms), dossier.rules_size);
    std::vector<std::string> lines;
    if (procedure == nullptr || !procedure->time) {
        lines.push_back(fmt::format("Danh mục khi tiếp nhận không quy định thời hạn của thủ tục {}: hạn chỉ theo giấy hẹn.", dossier.procedure));
        if (clock.due_ms) lines.push_back(fmt::format("Hạn trả kết quả: {}.", instant_vi(*clock.due_ms)));
        return lines;
    }
    lines.push_back(rule_vi(dossier, *procedure));
    const auto pauses = closed_pauses(clock, procedure->clock);
    const Term term{.time = *procedure->time,
                    .extra = dossier.end.needs_verification ? procedure->extra_time : std::nullopt,
                    .start_ms = *clock.started_ms,
                    .cutoff_minute = procedure->cutoff_minute,
                    .pauses = pauses};
    const auto explanation = explain(rules.calendar(procedure->calendar, dossier.rules_size), term);
    if (explanation) {
        std::ranges::move(text_vi(*explanation), std::back_inserter(lines));
    } else {
        lines.push_back(explanation.error().message);
    }
    add_stated(lines, clock, explanation ? std::optional(explanation->due.ms) : std::nullopt);
    if (clock.run == Run::waits_for_supplement || clock.run == Run::waits_for_payment) lines.push_back(waiting_vi(clock, procedure->clock));
    return lines;
}

}  // namespace motcua::sync

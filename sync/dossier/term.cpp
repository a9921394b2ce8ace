#include "sync/dossier/term.hpp"

#include "sync/calendar/explain.hpp"

namespace motcua::sync {
namespace {

std::string moment_vi(std::uint64_t ms) {
    const LocalMinute at = local_minute(ms);
    return minute_vi(at.minute) + " ngày " + date_vi(at.day);
}

std::string waiting_vi(StatutoryClock::Run run) {
    return run == StatutoryClock::Run::waits_for_payment ? "nộp tiền" : "bổ sung giấy tờ";
}

/// What is known from the acts alone, whatever the calendar says.
void add_what_was_stated(std::vector<std::string>& lines, const Dossier& dossier) {
    const StatutoryClock& clock = dossier.clock;
    if (clock.promised_ms) lines.push_back("Giấy hẹn ghi " + moment_vi(*clock.promised_ms) + ".");
    for (const auto& span : clock.spans) {
        if (span.run == StatutoryClock::Run::running || span.run == StatutoryClock::Run::ended) continue;
        lines.push_back("Chờ " + waiting_vi(span.run) + " từ " + moment_vi(span.from_ms) +
                        (span.to_ms ? " đến " + moment_vi(*span.to_ms) : ", chưa xong: đồng hồ đang dừng") + ".");
    }
    if (clock.extended_to_ms) lines.push_back("Đã xin lỗi và hẹn lại đến " + moment_vi(*clock.extended_to_ms) + ".");
}

}  // namespace

std::vector<std::string> explain_due(const Dossier& dossier, const Rulebook& rules) {
    std::vector<std::string> lines;
    add_what_was_stated(lines, dossier);
    if (!dossier.end.term_from_ms) {
        lines.push_back("Hồ sơ chưa được tiếp nhận, hoặc hạn được ghi sẵn: không có gì để tính.");
        return lines;
    }
    const auto* procedure = rules.registry().procedure_at(dossier.procedure, day_in_vietnam(dossier.received_ms), dossier.rules_size);
    if (procedure == nullptr || !procedure->time) {
        lines.push_back("Danh mục không ghi thời hạn của thủ tục " + dossier.procedure + ": không có hạn do luật định.");
        return lines;
    }
    lines.push_back("Thủ tục " + procedure->code + " " + procedure->name + ": " + text_vi(*procedure->time) + ".");
    std::vector<Pause> pauses;
    for (const auto& pause : dossier.end.pauses) pauses.push_back({pause.from_ms, pause.to_ms, ClockMode::resume});
    const Term term{.time = *procedure->time, .extra = dossier.end.needs_verification ? procedure->extra_time : std::nullopt,
                    .start_ms = *dossier.end.term_from_ms, .cutoff_minute = procedure->cutoff_minute, .pauses = pauses};
    const auto explanation = explain(rules.calendar(procedure->calendar, dossier.rules_size), term);
    if (!explanation) {
        lines.push_back(explanation.error().message);
        return lines;
    }
    for (auto& line : text_vi(*explanation)) lines.push_back(std::move(line));
    return lines;
}

}  // namespace motcua::sync

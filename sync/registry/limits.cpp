#include "sync/registry/limits.hpp"

#include <algorithm>
#include <set>

#include "crypto/bytes.hpp"
#include "sync/act/day.hpp"

namespace motcua::sync {
namespace {

constexpr std::uint64_t minutes_a_day = 24 * 60;
constexpr std::size_t documents_max = 64, stages_max = 16, days_max = 366, spans_max = 8;
constexpr std::size_t document_name_bytes_max = 1000, fee_bytes_max = 4000, short_text_bytes_max = 300;
constexpr std::uint64_t amount_max = 10'000, sheets_max = 1000;

bool is_line(std::string_view text, std::size_t bytes_max) { return text.size() <= bytes_max && !has_control_character(text); }

// Enumerations come from outside as whatever integer was written.
template <class Enum>
bool is_between(Enum value, Enum first, Enum last) {
    return value >= first && value <= last;
}

bool is_time(const StatutoryTime& time) {
    if (!is_between(time.unit, TimeUnit::working_day, TimeUnit::calendar_month) || time.amount > amount_max) return false;
    return (time.unit == TimeUnit::same_day) == (time.amount == 0);
}

bool are_spans(const std::vector<WorkingSpan>& spans) {
    if (spans.size() > spans_max) return false;
    std::uint64_t free_from = 0;
    for (const WorkingSpan& span : spans) {
        if (span.from_minute < free_from || span.from_minute >= span.to_minute || span.to_minute > minutes_a_day) return false;
        free_from = span.to_minute;
    }
    return true;
}

bool is_special_day(const SpecialDay& day) {
    if (!is_sensible_day(day.day) || !is_between(day.kind, DayKind::holiday, DayKind::half_day)) return false;
    if (!is_line(day.name, short_text_bytes_max) || !are_spans(day.hours)) return false;
    const bool is_worked = day.kind == DayKind::compensatory || day.kind == DayKind::half_day;
    return is_worked != day.hours.empty();
}

bool is_document(const ProcedureDocument& document) {
    return !document.name.empty() && is_line(document.name, document_name_bytes_max) && document.originals <= sheets_max && document.copies <= sheets_max;
}

bool is_stage(const ProcedureStage& stage) {
    return is_line(stage.name, short_text_bytes_max) && (!stage.office || is_office_kind(*stage.office)) && is_time(stage.time);
}

}  // namespace

bool is_name(std::string_view name) { return !name.empty() && name.size() <= office_name_bytes_max; }
bool is_office_kind(OfficeKind kind) { return is_between(kind, OfficeKind::commune, OfficeKind::vertical); }

bool is_rule_name(std::string_view name) {
    if (name.empty() || name.size() > rule_name_bytes_max) return false;
    return std::ranges::all_of(name, [](char letter) { return letter > ' ' && letter <= '~'; });
}

std::string_view flaw_in(const ProcedureContent& content) {
    if (!is_rule_name(content.code)) return "the code is not 1 to 64 visible ASCII characters";
    if (!is_sensible_day(content.valid_from_day)) return "the day from which it holds is not of 1900 to 2199";
    if (content.name.empty()) return "it has no name";
    if (!is_line(content.name, procedure_name_bytes_max)) return "the name has over 2000 bytes or a control character";
    if (!is_line(content.field, short_text_bytes_max)) return "the field has over 300 bytes or a control character";
    if (content.time && !is_time(*content.time)) return "the time is of no known unit or an amount out of range";
    if (content.extra_time && (!is_time(*content.extra_time) || content.extra_time->unit == TimeUnit::same_day)) {
        return "the extra time is of no known unit or an amount out of range";
    }
    if (!is_between(content.clock, ClockMode::restart, ClockMode::resume)) return "the clock mode is not known";
    if (content.cutoff_minute && *content.cutoff_minute >= minutes_a_day) return "the cut-off is no minute of a day";
    if (!is_rule_name(content.calendar)) return "the calendar's name is not 1 to 64 visible ASCII characters";
    if (!is_line(content.form_set, rule_name_bytes_max)) return "the form set's name has over 64 bytes or a control character";
    if (content.fee.size() > fee_bytes_max) return "the fee's text has over 4000 bytes";
    if (!is_between(content.bodies, BodyReach::concerned, BodyReach::ancestors)) return "the reach of bodies is not known";
    if (content.documents.size() > documents_max || !std::ranges::all_of(content.documents, is_document)) return "the documents break a limit";
    if (content.stages.size() > stages_max || !std::ranges::all_of(content.stages, is_stage)) return "the stages break a limit";
    return {};
}

std::string_view flaw_in(const CalendarContent& content) {
    if (!is_rule_name(content.name)) return "the name is not 1 to 64 visible ASCII characters";
    if (!is_sensible_day(content.valid_from_day) || !is_sensible_day(content.known_to_day)) return "a day is not of 1900 to 2199";
    constexpr std::size_t week_days = 7;
    if (content.week.size() != week_days) return "the week has not seven days";
    if (!std::ranges::all_of(content.week, are_spans)) return "hours are not in order within a day, at most 8 spans";
    if (std::ranges::all_of(content.week, [](const auto& spans) { return spans.empty(); })) return "the week has no working time";
    if (content.days.size() > days_max) return "it names more than 366 special days";
    std::set<std::int64_t> seen;
    for (const SpecialDay& day : content.days) {
        if (!is_special_day(day)) return "a special day is of no known kind, has hours where it has none to have, or the other way round";
        if (!seen.insert(day.day).second) return "it names a special day twice";
    }
    return {};
}

std::string_view flaw_in(const RuleSetContent& content) {
    if (!is_rule_name(content.name)) return "the name is not 1 to 64 visible ASCII characters";
    if (!is_sensible_day(content.valid_from_day)) return "the day from which it holds is not of 1900 to 2199";
    if (!is_between(content.early, EarlyRule::earlier_working_day, EarlyRule::earlier_instant)) return "the early rule is not known";
    if (!is_between(content.on_time, OnTimeRule::due_instant, OnTimeRule::end_of_due_day)) return "the on-time rule is not known";
    return {};
}

std::string_view flaw_in(const NumberBlockContent& content) {
    return content.first >= 1 && content.first <= content.last && content.last <= number_max ? "" : "a block is of numbers from 1 to 9999";
}

}  // namespace motcua::sync

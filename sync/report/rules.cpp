#include "sync/report/rules.hpp"

#include <fmt/format.h>

namespace motcua::sync {

Result<RuleSetContent> rule_set_of(const Registry& registry, std::string_view name, std::int64_t day) {
    if (const auto* stated = registry.rule_set_at(name, day, registry.size())) return *stated;
    if (name == form_rules) {
        return RuleSetContent{.name = std::string(name), .valid_from_day = 0, .early = EarlyRule::earlier_working_day, .on_time = OnTimeRule::due_instant,
                              .waiting_is_on_time = true, .returned_is_on_time = true};
    }
    if (name == strict_rules) {
        return RuleSetContent{.name = std::string(name), .valid_from_day = 0, .early = EarlyRule::earlier_instant, .on_time = OnTimeRule::due_instant,
                              .waiting_is_on_time = false, .returned_is_on_time = false};
    }
    return fail(ErrorKind::not_found, fmt::format("danh mục không có bộ quy tắc \"{}\" có hiệu lực vào ngày cuối kỳ; có sẵn: {}, {}", name, form_rules, strict_rules));
}

EndClass class_of(Timing timing, const RuleSetContent& rules) {
    if (timing == Timing::no_due) return EndClass::on_time;
    const auto last_early = rules.early == EarlyRule::earlier_instant ? Timing::earlier_instant : Timing::earlier_working_day;
    const auto last_on_time = rules.on_time == OnTimeRule::end_of_due_day ? Timing::later_on_due_day : Timing::at_due_instant;
    return timing <= last_early ? EndClass::early : timing <= last_on_time ? EndClass::on_time : EndClass::overdue;
}

}  // namespace motcua::sync

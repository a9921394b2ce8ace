#pragma once
/// Small rules for tests: one procedure, one week of work, and how a World states them.

#include "sync/act/day.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

inline sync::ProcedureContent birth_registration() {
    sync::ProcedureContent content;
    content.code = "1.001193";
    content.valid_from_day = sync::day_number(2026, 1, 1);
    content.name = "Đăng ký khai sinh";
    content.field = "Hộ tịch";
    content.time = sync::StatutoryTime{sync::TimeUnit::same_day, 0};
    content.cutoff_minute = 15 * 60;
    content.form_set = "TT03/2025";
    content.documents = {{"Tờ khai", 1, 0}, {"Giấy chứng sinh", 1, 0}};
    return content;
}

/// Monday to Friday 8:00 to 12:00 and 13:30 to 17:30.
inline sync::CalendarContent office_week() {
    sync::CalendarContent content;
    content.valid_from_day = sync::day_number(2026, 1, 1);
    content.known_to_day = sync::day_number(2026, 12, 31);
    const std::vector<sync::WorkingSpan> day{{8 * 60, 12 * 60}, {13 * 60 + 30, 17 * 60 + 30}};
    content.week = {day, day, day, day, day, {}, {}};
    return content;
}

inline sync::Act state_procedure(World& world, const crypto::SigningKey& signer, const sync::ProcedureContent& content) {
    return world.state_registry(signer, sync::Kind::procedure, to_bytes(as_bytes(content.code)), content);
}
inline sync::Act state_calendar(World& world, const crypto::SigningKey& signer, const sync::CalendarContent& content) {
    return world.state_registry(signer, sync::Kind::calendar, to_bytes(as_bytes(content.name)), content);
}
inline sync::Act state_rule_set(World& world, const crypto::SigningKey& signer, const sync::RuleSetContent& content) {
    return world.state_registry(signer, sync::Kind::rule_set, to_bytes(as_bytes(content.name)), content);
}

}  // namespace motcua::tests

#pragma once
/// Dossier states for tests of reports: made by hand, in a small city whose registry names two procedures and a calendar.

#include "sync/report/day_book.hpp"
#include "sync/report/grouping.hpp"
#include "tests/support/world.hpp"

namespace motcua::tests {

/// Monday to Friday 08:00-12:00 and 13:00-17:00.
inline sync::CalendarContent office_hours() {
    const std::vector<sync::WorkingSpan> day{{480, 720}, {780, 1020}};
    return {.name = "VN", .valid_from_day = 0, .known_to_day = 30'000, .week = {day, day, day, day, day, {}, {}}, .days = {}};
}
inline sync::ProcedureContent procedure(std::string code, std::string field, std::uint64_t working_days) {
    sync::ProcedureContent content;
    content.code = std::move(code);
    content.name = "Thủ tục " + content.code;
    content.field = std::move(field);
    content.time = sync::StatutoryTime{sync::TimeUnit::working_day, working_days};
    content.cutoff_minute = 900;
    return content;
}

class ReportScene {
  public:
    World world;
    std::int64_t monday = *sync::day_of({2026, 11, 2});

    ReportScene() {
        state(sync::Kind::calendar, "VN", office_hours());
        state(sync::Kind::procedure, "1.001193", procedure("1.001193", "Hộ tịch", 3));
        state(sync::Kind::procedure, "1.001612", procedure("1.001612", "Kinh tế", 5));
    }
    [[nodiscard]] sync::Rulebook rulebook() const { return sync::Rulebook(world.registry); }
    [[nodiscard]] static std::uint64_t at(std::int64_t day, std::int64_t hour = 9, std::int64_t minute = 0) { return sync::ms_of({day, hour * 60 + minute}); }

    /// Accepted at nine, due at 17:00 of another day.
    [[nodiscard]] sync::Dossier accepted(std::int64_t day, std::optional<std::int64_t> due_day, const std::string& code = "1.001193") {
        sync::Dossier dossier;
        dossier.id = world.next_dossier(world.first());
        dossier.procedure = code;
        dossier.rules_size = world.registry.size();
        dossier.created_by = world.first_office;
        dossier.custody = sync::Custody{world.first_office, world.first().id(), std::nullopt};
        dossier.channel = sync::ReceptionChannel::desk;
        dossier.status = sync::DossierStatus::in_process;
        dossier.received_ms = at(day);
        dossier.clock.started_ms = dossier.received_ms;
        if (due_day) dossier.clock.due_ms = dossier.clock.promised_ms = at(*due_day, 17);
        dossier.clock.spans = {{.from_ms = at(day), .to_ms = std::nullopt, .run = sync::StatutoryClock::Run::running}};
        return dossier;
    }
    static void end(sync::Dossier& dossier, std::uint64_t ms, sync::Outcome outcome = sync::Outcome::completed) {
        dossier.outcome = outcome;
        dossier.status = sync::DossierStatus::resolved;
        dossier.clock.ended_ms = ms;
        dossier.clock.run = sync::StatutoryClock::Run::ended;
    }
    [[nodiscard]] sync::Contribution contribution(const sync::Dossier& dossier, std::span<const sync::Act> acts = {}) const {
        const auto rules = rulebook();
        auto made = sync::contribution_of(dossier, acts, rules);
        ensure(made.has_value(), "the dossier is accepted");
        return std::move(*made);
    }
    [[nodiscard]] sync::RuleSetContent rules(std::string_view name) const { return value_of(sync::rule_set_of(world.registry, name, monday)); }
    [[nodiscard]] sync::FormRow row(const sync::Dossier& dossier, const sync::Period& period, std::string_view name = sync::form_rules) const {
        return sync::form_row(sync::totals_of(contribution(dossier), period), rules(name));
    }

  private:
    template <class Content>
    void state(sync::Kind kind, std::string_view subject, const Content& content) {
        world.state_registry(world.root, kind, to_bytes(as_bytes(subject)), content);
    }
};

}  // namespace motcua::tests

// The statutory clock told once more along the standing path: it stops for papers and for money, and goes on from when they came; and the
// due instant that follows, by the rules of the registry that the reception cites.

#include <fmt/format.h>

#include <algorithm>

#include "tests/properties/laws.hpp"
#include "tests/sync/calendar/naive_calendar.hpp"

namespace motcua::tests::properties {
namespace {

using sync::Dossier;
using sync::Kind;
using Run = sync::StatutoryClock::Run;
using Span = sync::StatutoryClock::Span;

std::vector<const sync::Act*> standing_path(const History& history, const Dossier& dossier) {
    std::map<sync::ActId, const sync::Act*> acts;
    for (const sync::Act& act : history.acts) acts.emplace(act.id, &act);
    std::vector<const sync::Act*> path;
    for (std::optional<sync::ActId> at = dossier.tip; at;) {
        path.push_back(acts.at(*at));
        at = path.back()->payload.prior;
    }
    std::reverse(path.begin(), path.end());
    return path;
}

// When what was waited for came; nothing where the act cites something else than one such fact from the time of waiting.
std::optional<std::uint64_t> came_at(const History& history, const Dossier& dossier, const sync::Act& resume, const Span& waiting) {
    const auto content = sync::from_item<sync::ResumeContent>(resume.payload.content);
    if (!content->fact) return resume.payload.at_ms;
    const Kind wanted = waiting.run == Run::waits_for_payment ? Kind::paid : Kind::supplement_handed_in;
    const sync::DossierAct* found = nullptr;
    for (const sync::DossierAct& act : dossier.acts) {
        if (act.position != *content->fact) continue;
        if (found != nullptr || !act.verdict.effective() || act.kind != wanted) return std::nullopt;
        found = &act;
    }
    const bool is_of_that_time = found != nullptr && found->at_ms >= waiting.from_ms && found->at_ms <= resume.payload.at_ms;
    return is_of_that_time && !history.acts.empty() ? std::optional(found->at_ms) : std::nullopt;
}

/// What the registry of the size that the reception cites said of the procedure on the day of reception.
struct RulesThen {
    std::optional<sync::ProcedureContent> procedure;
    NaiveCalendar::Acts calendar;
};
RulesThen rules_then(const SmallCity& city, const sync::ReceiveContent& content, std::uint64_t size) {
    RulesThen rules;
    const auto day = static_cast<std::int64_t>((content.received_ms + 7 * 3'600'000) / 86'400'000);
    for (const Placed& placed : city.placed) {
        if (placed.from_size > size) break;
        if (placed.calendar) rules.calendar.push_back(placed.calendar);
        const auto& stated = placed.procedure;
        if (!stated || stated->code != content.procedure || stated->valid_from_day > day) continue;
        if (!rules.procedure || stated->valid_from_day >= rules.procedure->valid_from_day) rules.procedure = stated;
    }
    return rules;
}

/// A payment never restarts a term; papers do as the procedure says.
std::uint64_t due_by_law(const RulesThen& rules, std::uint64_t received_ms, std::span<const Span> spans) {
    std::vector<sync::Pause> pauses;
    for (const Span& span : spans) {
        if (span.run == Run::running || !span.to_ms) continue;
        pauses.push_back({span.from_ms, *span.to_ms, span.run == Run::waits_for_supplement ? rules.procedure->clock : sync::ClockMode::resume});
    }
    const NaiveCalendar calendar(rules.calendar);
    return sync::ms_of(calendar.due({.time = *rules.procedure->time, .extra = {}, .start_ms = received_ms, .cutoff_minute = {}, .pauses = pauses}));
}

}  // namespace

std::string breach_of_spans(const History& history, const Dossier& dossier) {
    if (!dossier.tip || dossier.is_imported) return {};
    std::vector<Span> expected;
    std::optional<sync::ReceiveContent> received;
    RulesThen rules;
    bool is_date_stated = false;  // by the receipt, or by an apology
    const auto turn = [&](std::uint64_t at_ms, Run run) {
        if (!expected.empty()) expected.back().to_ms = at_ms;
        if (run != Run::ended) expected.push_back({at_ms, std::nullopt, run});
    };
    for (const sync::Act* act : standing_path(history, dossier)) {
        const std::uint64_t at_ms = act->payload.at_ms;
        switch (act->payload.kind) {
            case Kind::receive:
                received = *sync::from_item<sync::ReceiveContent>(act->payload.content);
                rules = rules_then(*history.city, *received, act->payload.registry);
                is_date_stated = received->due_ms.has_value();
                turn(received->received_ms, Run::running);
                break;
            case Kind::extend: is_date_stated = true; break;
            case Kind::ask_supplement:
                if (!expected.empty()) turn(at_ms, Run::waits_for_supplement);
                break;
            case Kind::ask_payment: turn(at_ms, Run::waits_for_payment); break;
            case Kind::resume: {
                const auto came = came_at(history, dossier, *act, expected.back());
                if (!came) return {};
                turn(*came, Run::running);
                break;
            }
            case Kind::complete:
            case Kind::return_unresolved:
            case Kind::decline:
            case Kind::stop: turn(at_ms, Run::ended); break;
            default: break;
        }
    }
    if (cbor::encode(dossier.clock.spans) != cbor::encode(expected)) {
        std::string text = fmt::format("the clock has {} spans instead of {}:", dossier.clock.spans.size(), expected.size());
        for (const Span& span : dossier.clock.spans) text += fmt::format(" {}:{}-{}", static_cast<int>(span.run), span.from_ms, span.to_ms.value_or(0));
        text += " instead of";
        for (const Span& span : expected) text += fmt::format(" {}:{}-{}", static_cast<int>(span.run), span.from_ms, span.to_ms.value_or(0));
        return text;
    }
    const bool is_running = !expected.empty() && !expected.back().to_ms && expected.back().run == Run::running;
    if (is_running && !is_date_stated && rules.procedure.has_value() != dossier.clock.due_ms.has_value()) return "a due instant without a procedure, or none with one";
    if (is_running && !is_date_stated && rules.procedure) {
        const std::uint64_t due = due_by_law(rules, received->received_ms, expected);
        if (dossier.clock.due_ms != due) return fmt::format("due at {} instead of {}", *dossier.clock.due_ms, due);
    }
    if (is_running && dossier.clock.started_ms != expected.front().from_ms) return "the clock started at another time than the reception";
    return {};
}

}  // namespace motcua::tests::properties

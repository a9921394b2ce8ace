#include "sync/dossier/imported.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace motcua::sync {
namespace {

std::uint64_t since_1970(const OriginalTime& time) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.ms)); }

// What systems call the ways in.
std::optional<ReceptionChannel> channel_of(std::string_view name) {
    struct Named {
        std::string_view name;
        ReceptionChannel channel;
    };
    constexpr std::array names{Named{"Desk", ReceptionChannel::desk},       Named{"Post", ReceptionChannel::post},     Named{"Internet", ReceptionChannel::online},
                               Named{"e-mail", ReceptionChannel::online},   Named{"online", ReceptionChannel::online}, Named{"desk", ReceptionChannel::desk},
                               Named{"post", ReceptionChannel::post},   Named{"Trực tuyến", ReceptionChannel::online},
                               Named{"Trực tiếp", ReceptionChannel::desk},  Named{"Bưu chính", ReceptionChannel::post}};
    const auto found = std::ranges::find(names, name, &Named::name);
    return found == names.end() ? std::nullopt : std::optional(found->channel);
}

// A case's own columns stand in each of its events; the last event that has one tells it.
template <class Field>
std::optional<OriginalTime> last_told(const std::vector<ImportedEvent>& events, Field field) {
    for (auto event = events.rbegin(); event != events.rend(); ++event) {
        if (const auto& told = event->content.*field) return told;
    }
    return std::nullopt;
}

// A row each time that another group goes on; an event that names none belongs to the group before it.
void tell_rows(Dossier& dossier, const std::vector<ImportedEvent>& events, const std::optional<std::uint64_t>& ended_ms) {
    for (const ImportedEvent& event : events) {
        const std::string& group = event.content.group;
        const std::string before = dossier.control.empty() ? std::string() : dossier.control.back().to_unit;
        if (group.empty() || group == before) continue;
        const std::uint64_t at_ms = since_1970(event.content.time);
        if (!dossier.control.empty()) dossier.control.back().finished_ms = at_ms;
        ControlRow row;
        row.act = event.act;
        row.from_unit = before;
        row.to_unit = group;
        row.given_ms = at_ms;
        row.received_ms = at_ms;
        dossier.control.push_back(std::move(row));
    }
    if (dossier.control.empty()) return;
    dossier.control.back().finished_ms = ended_ms;
    dossier.unit = dossier.control.back().to_unit;
}

}  // namespace

void tell_imported(Dossier& dossier, std::vector<ImportedEvent> events) {
    const auto order = [](const ImportedEvent& event) { return std::tie(event.content.time.ms, event.content.event_key, event.act); };
    std::ranges::sort(events, [&](const ImportedEvent& a, const ImportedEvent& b) { return order(a) < order(b); });
    const ImportedContent& first = events.front().content;
    dossier.code = first.case_name;
    dossier.procedure = first.source;
    dossier.channel = channel_of(first.channel);
    const auto start = last_told(events, &ImportedContent::case_start).value_or(first.time);
    const auto deadline = last_told(events, &ImportedContent::case_deadline);
    const auto end = last_told(events, &ImportedContent::case_end);
    dossier.received_ms = since_1970(start);
    dossier.end.life_since_ms = since_1970(end.value_or(events.back().content.time));
    const auto ended_ms = end ? std::optional(since_1970(*end)) : std::nullopt;
    tell_rows(dossier, events, ended_ms);

    StatutoryClock& clock = dossier.clock;
    clock.started_ms = dossier.received_ms;
    clock.spans = {{dossier.received_ms, ended_ms ? std::optional(std::max(*ended_ms, dossier.received_ms)) : std::nullopt, StatutoryClock::Run::running}};
    if (deadline) clock.due_ms = clock.promised_ms = dossier.end.due_ms = since_1970(*deadline);
    if (!ended_ms) return;
    clock.ended_ms = ended_ms;
    clock.run = StatutoryClock::Run::ended;
    dossier.outcome = Outcome::completed;
}

}  // namespace motcua::sync

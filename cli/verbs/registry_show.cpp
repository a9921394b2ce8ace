/// `motcua registry show`: who exists and which rules hold, as this node's copy of the registry has it.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>

#include "cli/verbs/registry.hpp"
#include "node/rules/table.hpp"

namespace motcua::cli {
namespace {

using nlohmann::json;

constexpr const char* help_text = R"(Shows the registry as DIR has it now: the city's own, or what the last sync brought.
Needs no passphrase; a running node goes on. Without --kind: how many of each.

Example:
  motcua registry show /srv/badinh --kind procedures --json)";

struct ShowOptions {
    std::string directory, kind;
    bool json = false;
};

std::string_view word_of(sync::OfficeKind kind) {
    switch (kind) {
        case sync::OfficeKind::commune: return "commune";
        case sync::OfficeKind::hub: return "hub";
        case sync::OfficeKind::city: return "city";
        case sync::OfficeKind::department: return "department";
        case sync::OfficeKind::vertical: return "vertical";
    }
    return "unknown";
}

std::string text_of(const sync::StatutoryTime& time) {
    switch (time.unit) {
        case sync::TimeUnit::working_day: return fmt::format("{} WORKING_DAY", time.amount);
        case sync::TimeUnit::working_hour: return fmt::format("{} WORKING_HOUR", time.amount);
        case sync::TimeUnit::same_day: return "SAME_DAY";
        case sync::TimeUnit::calendar_day: return fmt::format("{} DAY", time.amount);
        case sync::TimeUnit::calendar_month: return fmt::format("{} MONTH", time.amount);
    }
    return {};
}

std::string_view word_of(sync::DayKind kind) {
    switch (kind) {
        case sync::DayKind::holiday: return "holiday";
        case sync::DayKind::substitute_off: return "substitute_off";
        case sync::DayKind::compensatory: return "compensatory";
        case sync::DayKind::half_day: return "half_day";
    }
    return "unknown";
}

std::string text_of(const std::vector<sync::WorkingSpan>& spans) {
    std::string text;
    for (const auto& span : spans) {
        text += fmt::format("{}{:02}:{:02}-{:02}:{:02}", text.empty() ? "" : " ", span.from_minute / 60, span.from_minute % 60, span.to_minute / 60, span.to_minute % 60);
    }
    return text;
}

/// "H26.00004", or with its day where the code has named several offices.
std::string text_of(const sync::OfficeId& id) { return fmt::format("{}@{}", id.code, node::format_day(id.since_day)); }

json offices(const node::StoredRegistry& stored) {
    json rows = json::array();
    for (const auto& office : stored.registry.offices()) {
        json row{{"code", office.id.code}, {"since", node::format_day(office.id.since_day)}, {"name", office.name}, {"kind", word_of(office.kind)},
                 {"parent", nullptr}, {"successor", nullptr}, {"nodes", json::array()}};
        if (office.parent) row["parent"] = text_of(*office.parent);
        if (const auto successor = stored.registry.successor_at(office.id, stored.registry.size())) row["successor"] = text_of(*successor);
        for (const auto& node : stored.registry.nodes()) {
            if (node.office != office.id) continue;
            json entry{{"name", node.name}, {"origin", node.origin}, {"retired", stored.registry.is_retired(node)}, {"numbers", nullptr}};
            if (const auto block = stored.registry.number_block(node.log)) entry["numbers"] = {block->first, block->last};
            row["nodes"].push_back(std::move(entry));
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

json procedures(const node::StoredRegistry& stored) {
    json rows = json::array();
    for (const auto& content : stored.registry.procedures().standing()) {
        json row{{"code", content->code}, {"valid_from", node::format_day(content->valid_from_day)}, {"name", content->name}, {"field", content->field},
                 {"time", nullptr}, {"extra_time", nullptr}, {"clock", content->clock == sync::ClockMode::resume ? "resume" : "restart"},
                 {"cutoff_minute", nullptr}, {"calendar", content->calendar}, {"form_set", content->form_set}, {"fee", content->fee},
                 {"bodies", content->bodies == sync::BodyReach::ancestors ? "ancestors" : "concerned"}, {"open", content->is_open},
                 {"documents", json::array()}, {"stages", json::array()}};
        if (content->time) row["time"] = text_of(*content->time);
        if (content->extra_time) row["extra_time"] = text_of(*content->extra_time);
        if (content->cutoff_minute) row["cutoff_minute"] = *content->cutoff_minute;
        for (const auto& document : content->documents)
            row["documents"].push_back({{"name", document.name}, {"originals", document.originals}, {"copies", document.copies}});
        for (const auto& stage : content->stages)
            row["stages"].push_back({{"name", stage.name}, {"office", stage.office ? json(word_of(*stage.office)) : json()}, {"time", text_of(stage.time)}});
        rows.push_back(std::move(row));
    }
    return rows;
}

json calendars(const node::StoredRegistry& stored) {
    json rows = json::array();
    for (const auto& name : stored.registry.calendar_names()) {
        for (const auto& act : stored.registry.calendar_acts(name, stored.registry.size())) {
            json row{{"name", name}, {"valid_from", node::format_day(act->valid_from_day)}, {"known_to", node::format_day(act->known_to_day)},
                     {"week", json::array()}, {"days", json::array()}};
            for (const auto& day : act->week) row["week"].push_back(text_of(day));
            for (const auto& day : act->days)
                row["days"].push_back({{"day", node::format_day(day.day)}, {"kind", word_of(day.kind)}, {"name", day.name}, {"hours", text_of(day.hours)}});
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

json officers(const node::StoredRegistry& stored) {
    json rows = json::array();
    for (const auto& officer : stored.registry.officers()) {
        const auto name = stored.officer_names.find(officer.key);
        json row{{"key", to_hex(officer.key.view())}, {"name", name == stored.officer_names.end() ? json() : json(name->second)},
                 {"office", text_of(officer.office)}, {"roles", officer.roles.text()}, {"registrar_of", nullptr}, {"stands_in", json::array()}};
        if (officer.registrar_of) row["registrar_of"] = text_of(*officer.registrar_of);
        for (const auto& delegation : stored.registry.delegations_at(officer.key, stored.registry.size())) {
            row["stands_in"].push_back({{"for", to_hex(delegation.absent.view())}, {"roles", delegation.roles.text()},
                                        {"from", node::format_day(delegation.first_day)}, {"to", node::format_day(delegation.last_day)}});
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

json rules(const node::StoredRegistry& stored) {
    json rows = json::array();
    for (const auto& content : stored.registry.rule_sets().standing()) {
        rows.push_back({{"name", content->name}, {"valid_from", node::format_day(content->valid_from_day)},
                        {"early", content->early == sync::EarlyRule::earlier_instant ? "earlier_instant" : "earlier_working_day"},
                        {"on_time", content->on_time == sync::OnTimeRule::end_of_due_day ? "end_of_due_day" : "due_instant"},
                        {"waiting_is_on_time", content->waiting_is_on_time}, {"returned_is_on_time", content->returned_is_on_time}});
    }
    return rows;
}

using List = json (*)(const node::StoredRegistry&);
const std::map<std::string, List>& lists() {
    static const std::map<std::string, List> all{{"offices", offices}, {"procedures", procedures}, {"calendars", calendars}, {"officers", officers}, {"rules", rules}};
    return all;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump(); }

/// The fields that say the most, a row a line; `--json` has the rest.
void tell(const std::string& kind, const json& rows) {
    static const std::map<std::string, std::vector<const char*>> columns{
        {"offices", {"code", "since", "kind", "parent", "name"}},          {"procedures", {"code", "valid_from", "time", "extra_time", "field", "name"}},
        {"calendars", {"name", "valid_from", "known_to"}},                 {"officers", {"key", "office", "roles", "name"}},
        {"rules", {"name", "valid_from", "early", "on_time", "waiting_is_on_time", "returned_is_on_time"}}};
    for (const auto& row : rows) {
        std::string line;
        for (const auto* column : columns.at(kind)) line += fmt::format("{}{}", line.empty() ? "" : "  ", text_of(row.at(column)));
        fmt::print("{}\n", line);
        if (kind == "calendars") {
            for (const auto& day : row.at("days")) fmt::print("  {}  {}  {}\n", text_of(day.at("day")), text_of(day.at("kind")), text_of(day.at("name")));
        }
        if (kind == "offices") {
            for (const auto& node : row.at("nodes")) fmt::print("  node {}  {}  numbers {}\n", text_of(node.at("name")), text_of(node.at("origin")), text_of(node.at("numbers")));
        }
    }
}

Result<void> show(const ShowOptions& options) {
    const auto stored = node::read_registry(options.directory);
    if (!stored) return std::unexpected(stored.error());
    json facts{{"origin", stored->registry.origin()}, {"size", stored->registry.size()}};
    for (const auto& [kind, list] : lists()) {
        if (options.kind.empty()) facts[kind] = list(*stored).size();
        else if (kind == options.kind) facts[kind] = list(*stored);
    }
    if (options.json) {
        fmt::print("{}\n", facts.dump(-1, ' ', false, json::error_handler_t::replace));
    } else if (options.kind.empty()) {
        fmt::print("{}, {} entries\n", stored->registry.origin(), stored->registry.size());
        for (const auto& [kind, list] : lists()) fmt::print("{:>6} {}\n", text_of(facts.at(kind)), kind);
    } else {
        tell(options.kind, facts.at(options.kind));
    }
    return {};
}

}  // namespace

void add_registry_show(CLI::App& registry, Program& program) {
    auto options = std::make_shared<ShowOptions>();
    auto* verb = registry.add_subcommand("show", "Who exists and which rules hold");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("--kind", options->kind, "What is listed")->check(CLI::IsMember({"offices", "procedures", "calendars", "officers", "rules"}));
    verb->add_flag("--json", options->json, "One JSON object");
    verb->callback([options, &program] { program.run = [options] { return show(*options); }; });
}

}  // namespace motcua::cli

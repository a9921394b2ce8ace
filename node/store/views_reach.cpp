// What grows the registry, and what of the views has to be looked at again then.

#include "node/store/views.hpp"

namespace motcua::node {
namespace {

void add_line(RegistryReach& reach, const sync::LogId& log, const sync::Registry& before) {
    for (const auto& one : before.logs_of_line(log)) reach.logs.insert(one);
}

void add_logs(RegistryReach& reach, const sync::Act& act, const sync::Registry& before) {
    const auto log = sync::LogId::from(act.payload.subject);
    if (!log) return;
    const bool is_listed_or_refused = act.payload.kind == sync::Kind::node || act.payload.kind == sync::Kind::retire;
    if (is_listed_or_refused && before.is_told_of(*log)) add_line(reach, *log, before);
    if (act.payload.kind == sync::Kind::convict) reach.logs.insert(*log);
    if (act.payload.kind != sync::Kind::seal) return;
    add_line(reach, *log, before);
    const auto content = sync::from_item<sync::SealContent>(act.payload.content);
    if (content && content->next) add_line(reach, *content->next, before);
}

}  // namespace

RegistryReach reach_of(std::span<const sync::Act> registry_acts, const sync::Registry& before) {
    RegistryReach reach;
    for (const auto& act : registry_acts) {
        if (act.payload.kind == sync::Kind::revoke) reach.every_act = true;
        if (act.payload.kind == sync::Kind::succeed) {
            if (const auto content = sync::from_item<sync::SucceedContent>(act.payload.content)) reach.merged.insert(content->from);
        }
        if (act.payload.kind == sync::Kind::office) {
            const auto content = sync::from_item<sync::OfficeContent>(act.payload.content);
            const auto* known = content ? before.find_office(content->office) : nullptr;
            reach.tree_moved |= known != nullptr && known->parent != content->parent;
        }
        add_logs(reach, act, before);
    }
    // An admission may have waited for what the registry says now.
    for (const auto& log : registry_acts.empty() ? std::vector<sync::LogId>{} : before.admitted_logs()) {
        if (before.find_node(log) == nullptr) reach.logs.insert(log);
    }
    return reach;
}

Result<bool> tell_admitted(Reader& reader, std::span<const sync::Act> acts, sync::Registry& registry) {
    bool was_told = false;
    for (const auto& act : acts) {
        if (act.payload.kind != sync::Kind::admit_node) continue;
        auto envelope = reader.entry(act.payload.log, 0);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        if (!*envelope) continue;
        auto open = sync::parse_act(std::move(**envelope));
        if (!open) return fail(ErrorKind::storage, "log " + to_hex(act.payload.log.view()) + " entry 0 cannot be read; restore the database");
        registry.admit_node(*open, act);
        was_told = true;
    }
    return was_told;
}

}  // namespace motcua::node

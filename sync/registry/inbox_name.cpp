#include "sync/registry/inbox_name.hpp"

namespace motcua::sync {

std::optional<InboxName> inbox_name(const Registry& registry, const NodeRecord& keeper, const OfficeId& office) {
    const Office* below = registry.find_office(office);
    if (below == nullptr || below->parent != keeper.office) return std::nullopt;
    // An origin holds a code and no day: a code that is given anew takes its inbox along.
    if (registry.find_office(office.code)->id != office) return std::nullopt;
    std::string origin = inbox_origin(keeper.office.code, keeper.log_key, office.code);
    const LogId log = log_id(origin, keeper.log_key);
    return InboxName{std::move(origin), log, keeper.log_key, keeper.log, office};
}

std::vector<InboxName> inboxes_of(const Registry& registry, const OfficeId& office) {
    std::vector<InboxName> inboxes;
    for (const NodeRecord& node : registry.nodes()) {
        if (auto inbox = inbox_name(registry, node, office)) inboxes.push_back(std::move(*inbox));
    }
    return inboxes;
}

std::optional<InboxName> find_inbox(const Registry& registry, std::string_view origin) {
    constexpr std::string_view between = "/inbox/";
    const auto parsed = parse_origin(origin);
    if (!parsed || parsed->log_class != LogClass::inbox) return std::nullopt;
    const std::size_t slash = origin.rfind(between);
    const Office* office = registry.find_office(origin.substr(slash + between.size()));
    if (office == nullptr) return std::nullopt;
    for (const NodeRecord& node : registry.nodes()) {
        if (node.origin != origin.substr(0, slash)) continue;
        // An office that has moved elsewhere in the tree leaves its inbox behind.
        std::string name{origin};
        const LogId log = log_id(name, node.log_key);
        return InboxName{std::move(name), log, node.log_key, node.log, office->id};
    }
    return std::nullopt;
}

}  // namespace motcua::sync

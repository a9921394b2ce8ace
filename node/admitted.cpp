#include "node/admitted.hpp"

namespace motcua::node {
namespace {

/// Where entries 0 and 1 are an `open` and its admission.
void tell(sync::Registry& registry, Bytes first, Bytes second) {
    const auto open = sync::parse_act(std::move(first)), admit = sync::parse_act(std::move(second));
    if (open && admit && open->payload.kind == sync::Kind::open && admit->payload.kind == sync::Kind::admit_node) registry.admit_node(*open, *admit);
}

}  // namespace

Result<void> tell_of_admitted(Reader& reader, sync::Registry& loaded) {
    auto logs = reader.node_logs_known();
    if (!logs) return std::unexpected(std::move(logs).error());
    for (const auto& log : *logs) {
        auto first = reader.entry(log, 0), second = reader.entry(log, 1);
        if (!first) return std::unexpected(std::move(first).error());
        if (!second) return std::unexpected(std::move(second).error());
        if (*first && *second) tell(loaded, std::move(**first), std::move(**second));
    }
    return {};
}

std::shared_ptr<const sync::Registry> with_admitted(const sync::Registry& registry, const sync::Extension& extension) {
    if (extension.from != 0 || extension.entries.size() < 2) return nullptr;
    auto told = std::make_shared<sync::Registry>(registry);
    tell(*told, extension.entries[0], extension.entries[1]);
    return told->find_node(extension.log) != nullptr ? told : nullptr;
}

}  // namespace motcua::node

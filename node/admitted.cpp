#include "node/admitted.hpp"

namespace motcua::node {

std::shared_ptr<const sync::Registry> with_admitted(const sync::Registry& registry, const sync::Extension& extension) {
    if (extension.from != 0 || extension.entries.size() < 2) return nullptr;
    const auto open = sync::parse_act(extension.entries[0]), admit = sync::parse_act(extension.entries[1]);
    if (!open || !admit || open->payload.kind != sync::Kind::open || admit->payload.kind != sync::Kind::admit_node) return nullptr;
    auto told = std::make_shared<sync::Registry>(registry);
    told->admit_node(*open, *admit);
    return told->find_node(extension.log) != nullptr ? told : nullptr;
}

}  // namespace motcua::node

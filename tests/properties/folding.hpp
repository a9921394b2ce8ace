#pragma once
/// The fold under test, with a Rulebook a registry and thread.

#include "sync/calendar/rulebook.hpp"
#include <map>
#include <memory>

#include "tests/properties/history.hpp"

namespace motcua::tests::properties {

[[nodiscard]] inline const sync::Rulebook& rulebook_of(const sync::Registry& registry) {
    thread_local std::map<const sync::Registry*, std::unique_ptr<sync::Rulebook>> rulebooks;
    auto& rulebook = rulebooks[&registry];
    if (!rulebook) rulebook = std::make_unique<sync::Rulebook>(registry);
    return *rulebook;
}

[[nodiscard]] inline sync::Dossier fold(const History& history) {
    return sync::fold_dossier(history.id, history.acts, rulebook_of(history.city->registry()));
}
/// By the registry as it was when it had `size` entries.
[[nodiscard]] inline sync::Dossier fold_at(const History& history, std::uint64_t size) {
    return sync::fold_dossier(history.id, history.acts, rulebook_of(history.city->registries.at(size - history.city->base_size)));
}

}  // namespace motcua::tests::properties

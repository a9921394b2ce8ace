#include "node/registry_entries.hpp"

#include "sync/registry/novelty.hpp"

namespace motcua::node {
namespace {

using Outcome = StateRegistryDone::Outcome;

Outcome outcome_of(sync::Novelty novelty) {
    switch (novelty) {
        case sync::Novelty::addition: return Outcome::added;
        case sync::Novelty::change: return Outcome::changed;
        case sync::Novelty::none: return Outcome::unchanged;
    }
    return Outcome::added;
}

}  // namespace

Result<StateRegistryDone> state_in_registry(Node& city, const crypto::SigningKey& registrar, const StateRegistry& request) {
    const auto registry = city.registry();
    if (!registry || !city.is_city()) return fail(ErrorKind::refused, "the registry is written at the city alone");
    StateRegistryDone done;
    std::vector<RegistryEntry> news;
    std::vector<std::size_t> places;
    for (const auto& entry : request.entries) {
        const auto outcome = outcome_of(sync::novelty_of(*registry, entry.kind, entry.subject, entry.content));
        done.stated.push_back({.outcome = outcome, .reason = {}});
        if (outcome == Outcome::unchanged) continue;
        news.push_back(entry);
        places.push_back(done.stated.size() - 1);
    }

    // First all of them on trial: one that is without effect there is left out of what is signed for good.
    const auto verdicts = city.try_in_registry(registrar, news);
    if (!verdicts) return std::unexpected(verdicts.error());
    std::vector<RegistryEntry> good;
    for (std::size_t index = 0; index < news.size(); ++index) {
        const auto& verdict = (*verdicts)[index];
        if (verdict.effective()) {
            good.push_back(std::move(news[index]));
        } else {
            done.stated[places[index]] = {.outcome = Outcome::refused, .reason = std::string(sync::name_of(verdict.reason))};
        }
    }
    if (!good.empty()) {
        if (auto recorded = city.record_in_registry(registrar, good); !recorded) return std::unexpected(std::move(recorded).error());
    }
    done.registry_size = city.registry()->size();
    return done;
}

}  // namespace motcua::node

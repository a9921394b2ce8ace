#pragma once
/// A registry together with its compiled calendars: all the rules that a dossier's fold asks for.

#include <map>
#include <memory>
#include <string>

#include "sync/calendar/calendar.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// Cheap to make: a calendar is compiled when it is first asked for, and kept by the number of its acts. One thread at a
/// time, although const. It is for one state of the registry, which outlives it: make another when the registry changes.
class Rulebook {
  public:
    explicit Rulebook(const Registry& registry) : registry_(&registry) {}

    [[nodiscard]] const Registry& registry() const { return *registry_; }
    /// As the registry of `size` entries had it; an empty one (see Calendar::due) where it knew none of that name.
    /// The reference stays good as long as the rulebook.
    [[nodiscard]] const Calendar& calendar(std::string_view name, std::uint64_t size) const {
        Named& named = find_or_make(name);
        if (const auto known = named.by_size.find(size); known != named.by_size.end()) return *known->second;
        const auto acts = registry_->calendar_acts(name, size);
        auto& compiled = named.by_acts[acts.size()];
        if (!compiled) compiled = std::make_unique<const Calendar>(acts);
        named.by_size.emplace(size, compiled.get());
        return *compiled;
    }

  private:
    struct Named {
        std::map<std::uint64_t, const Calendar*> by_size;
        std::map<std::size_t, std::unique_ptr<const Calendar>> by_acts;
    };
    Named& find_or_make(std::string_view name) const {
        const auto known = calendars_.find(name);
        return known != calendars_.end() ? known->second : calendars_[std::string(name)];
    }

    const Registry* registry_;
    mutable std::map<std::string, Named, std::less<>> calendars_;
};

}  // namespace motcua::sync

#pragma once
/// A registry together with its compiled calendars: all the rules that a dossier's fold asks for.

#include <string>

#include "sync/calendar/compiled_calendars.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// Cheap to make: a calendar is compiled when it is first asked for. One thread at a time, although const. It is for one state of the
/// registry, which outlives it: make another when the registry changes.
class Rulebook {
  public:
    explicit Rulebook(const Registry& registry) : registry_(&registry), own_(std::make_unique<CompiledCalendars>()), calendars_(own_.get()) {}
    /// With calendars that are kept elsewhere, for the next rulebook too. They outlive it.
    Rulebook(const Registry& registry, CompiledCalendars& calendars) : registry_(&registry), calendars_(&calendars) {}

    [[nodiscard]] const Registry& registry() const { return *registry_; }
    /// As the registry of `size` entries had it; an empty one (see Calendar::due) where it knew none of that name.
    /// The reference stays good as long as the calendars.
    [[nodiscard]] const Calendar& calendar(std::string_view name, std::uint64_t size) const {
        auto named = by_size_.find(name);
        if (named == by_size_.end()) named = by_size_.emplace(std::string(name), std::map<std::uint64_t, const Calendar*>{}).first;
        auto& known = named->second[size];
        if (known == nullptr) known = &calendars_->of(registry_->calendar_acts(name, size));
        return *known;
    }

  private:
    const Registry* registry_;
    std::unique_ptr<CompiledCalendars> own_;
    CompiledCalendars* calendars_;
    mutable std::map<std::string, std::map<std::uint64_t, const Calendar*>, std::less<>> by_size_;
};

}  // namespace motcua::sync

#pragma once
/// Calendars that were compiled once, for as long as somebody keeps them: of a name and of a registry that grows, each set of acts
/// has one. Compiling ten years costs a third of a millisecond, which is most of what one act at a counter would cost.

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sync/calendar/calendar.hpp"

namespace motcua::sync {

/// One thread at a time. May serve any registry, and every later one: copies of a registry share their acts, by which a calendar is known.
class CompiledCalendars {
  public:
    /// Compiled when it is first asked for. The reference stays good as long as this.
    [[nodiscard]] const Calendar& of(const std::vector<std::shared_ptr<const CalendarContent>>& acts) {
        auto& compiled = by_acts_[acts];  // which it keeps, so that no other acts come to lie at their addresses
        if (!compiled) compiled = std::make_unique<const Calendar>(acts);
        return *compiled;
    }
    [[nodiscard]] std::size_t size() const { return by_acts_.size(); }

  private:
    std::map<std::vector<std::shared_ptr<const CalendarContent>>, std::unique_ptr<const Calendar>> by_acts_;
};

}  // namespace motcua::sync

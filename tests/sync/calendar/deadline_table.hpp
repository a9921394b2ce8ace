#pragma once
/// Reads deadline_cases.md: its calendars and its cases.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sync/calendar/calendar.hpp"

namespace motcua::tests {

struct DeadlineCase {
    std::string text;  ///< the row, for messages
    std::string calendar;
    sync::Term term;   ///< its pauses are empty: see `pauses`
    std::vector<sync::Pause> pauses;
    sync::DueDate due;

    [[nodiscard]] sync::Term whole_term() const {
        sync::Term whole = term;
        whole.pauses = pauses;
        return whole;
    }
};

struct DeadlineTable {
    std::map<std::string, std::vector<std::shared_ptr<const sync::CalendarContent>>> calendars;
    std::vector<DeadlineCase> cases;
};

/// Ends the test program with the row where the page breaks its own form, a wrong name of a weekday included.
[[nodiscard]] DeadlineTable read_deadline_table();

/// "Mon 02/11/2026 09:00" or with seconds.
[[nodiscard]] std::uint64_t read_instant(std::string_view text);

}  // namespace motcua::tests

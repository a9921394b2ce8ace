#pragma once
/// From tables to entries of the registry. A file says what it says: fields that it has no column for, or leaves empty, stay as
/// the registry has them, and what it does not mention stays altogether.

#include "node/rules/table.hpp"

namespace motcua::node {

struct ReadingOptions {
    std::string prefix;                        ///< before every unit's code, such as "H26."
    std::string parent;                        ///< code of the office above the units; empty: as they are, new ones below the top
    std::optional<std::int64_t> since_day;     ///< from which codes name their units, or rules hold
    std::int64_t today = 0;                    ///< Asia/Ho_Chi_Minh; stands in for since_day
};

/// Units of administration: `unit_code` or `ward_code`, `unit` or `ward`, `kind`, and where there are districts
/// `district_code`, `district`, which become hubs. A code that names another unit from another day is another office.
[[nodiscard]] Result<Reading> read_units(ByteView file, const ReadingOptions& options, const sync::Registry& registry);
/// The national portal's columns (`code`, `name`, `field`, `processing_by_case`, `processing_by_channel`), and those that it
/// lacks: `time`, `extra_time`, `clock`, `cutoff`, `calendar`, `form_set`, `fee`, `open`, `documents`, `stages`.
[[nodiscard]] Result<Reading> read_procedures(ByteView file, const ReadingOptions& options, const sync::Registry& registry);
/// One calendar: `day`, `kind`, `name`, `hours`. A row of kind `week` gives the hours of a day of the week (monday ... sunday);
/// `valid_from` and `known_to` give those days; else holiday, substitute_off, compensatory or half_day.
[[nodiscard]] Result<Reading> read_calendar(ByteView file, const ReadingOptions& options, const sync::Registry& registry);
/// `name`, `valid_from`, `early`, `on_time`, `waiting_is_on_time`, `returned_is_on_time`.
[[nodiscard]] Result<Reading> read_rule_sets(ByteView file, const ReadingOptions& options, const sync::Registry& registry);

/// The rules that a city begins with: procedures of a commune, calendars and rule sets, carried in the program.
[[nodiscard]] std::vector<RegistryEntry> starter_entries();

}  // namespace motcua::node

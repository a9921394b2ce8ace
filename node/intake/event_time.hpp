#pragma once
/// Moments as event logs write them: ISO 8601 with an offset, exact to the millisecond.

#include <optional>
#include <string_view>

#include "sync/act/content.hpp"

namespace motcua::node {

/// `+01:00`, `+0100`, `+01` or `Z`, in minutes; at most 18 hours either way. Errors: usage.
[[nodiscard]] Result<std::int64_t> parse_utc_offset(std::string_view text);

/// `2011-10-11 13:45:40.276000+02:00`: a space or T between date and time, seconds and their fraction (1 to 9 digits, cut
/// to milliseconds, never rounded) may be missing. `assumed_offset_minutes` stands in for a missing offset.
/// Errors: usage, with the reason; without an assumed offset a missing one is an error, since local time alone is no moment.
[[nodiscard]] Result<sync::OriginalTime> parse_event_time(std::string_view text, std::optional<std::int64_t> assumed_offset_minutes);

}  // namespace motcua::node

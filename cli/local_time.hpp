#pragma once
/// Moments as people in Vietnam write and read them.

#include <string>

#include "crypto/result.hpp"

namespace motcua::cli {

/// "24/11/2026 15:30"
[[nodiscard]] std::string format_local_time(std::uint64_t ms);
/// "24/11/2026"
[[nodiscard]] std::string format_local_day(std::int64_t day);
/// "2026-12-01T15:30", in ms since 1970; without an hour the end of that day's work, 17:00. Errors: usage.
[[nodiscard]] Result<std::uint64_t> parse_local_time(const std::string& text);
/// "2026-12-01", in days since 1970-01-01. Errors: usage.
[[nodiscard]] Result<std::int64_t> parse_local_day(const std::string& text);

}  // namespace motcua::cli

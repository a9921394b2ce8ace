#pragma once
/// What `meta` remembers of a node that was restored or cloned, until it goes on in the next log of its line.

namespace motcua::node {

inline constexpr const char* halted_key = "halted";      ///< why nothing is recorded, in words
inline constexpr const char* tail_key = "tail fetched";  ///< when a node above last said that it has no more of our log than we, ms since 1970
inline constexpr const char* left_log_key = "left log";  ///< origin of the log that our own one continues

inline constexpr const char* scrubbed_key = "scrubbed";  ///< when a scrub last went over everything, ms since 1970

}  // namespace motcua::node

#pragma once
/// What every extension must be, whatever its log carries. For sync/log alone: check_extension and check_inbox_extension.

#include "sync/log/extension.hpp"

namespace motcua::sync {

/// Structure is wrong: the extension is refused whole, and accuses its log.
[[nodiscard]] std::unexpected<Error> bad_entry(const LogHead& head, std::uint64_t seq, std::string_view cause);
/// Nobody's blame: a gap, an overlap, a limit.
[[nodiscard]] std::unexpected<Error> refuse_extension(const LogHead& head, std::string_view cause);

}  // namespace motcua::sync

#pragma once
/// What every extension must be, whatever its log carries. For sync/log alone: check_extension and check_inbox_extension.

#include "sync/log/extension.hpp"

namespace motcua::sync {

/// Structure is wrong: the extension is refused whole, and accuses its log.
[[nodiscard]] std::unexpected<Error> bad_entry(const LogHead& head, std::uint64_t seq, std::string_view cause);
/// Nobody's blame: a gap, an overlap, a limit.
[[nodiscard]] std::unexpected<Error> refuse_extension(const LogHead& head, std::string_view cause);

[[nodiscard]] Result<void> check_extension_limits(const LogHead& base, const Extension& extension);
/// `seq`: the entry that brought it.
[[nodiscard]] Result<void> check_carried_body(const LogHead& head, std::uint64_t seq, const Act& act, const std::optional<Bytes>& body);
/// The note that ends an extension: `head` is where its entries end.
[[nodiscard]] Result<crypto::Note> check_extension_checkpoint(const LogHead& head, const std::string& text);
/// Of every act; the acts begin at the entry base.size().
[[nodiscard]] Result<void> check_extension_signatures(const LogHead& base, const std::vector<Act>& acts, SignatureChecker& checker);

}  // namespace motcua::sync

#pragma once
/// Crockford's base 32: digits and capitals without I, L, O and U, so that what people read out or type is what was printed.

#include <optional>

#include "crypto/bytes.hpp"

namespace motcua::sync {

/// Needs value < 32.
[[nodiscard]] char base32_symbol(unsigned value);
/// Small letters too, and what is taken for one: O for 0, I and L for 1, U for V.
[[nodiscard]] std::optional<unsigned> base32_value(char symbol);

/// Five bits a symbol, from the front; the last one is filled up with zeros.
[[nodiscard]] std::string to_base32(ByteView bytes);
/// Errors: verification, on a foreign character, a length that no bytes have, or bits left over that are not zero.
[[nodiscard]] Result<Bytes> from_base32(std::string_view text);

}  // namespace motcua::sync

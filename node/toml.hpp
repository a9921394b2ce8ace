#pragma once
/// toml++ 3.3 as we use it: header-only, without exceptions, and never on text that it cannot stand.
///
/// The library runs into undefined behaviour on some letters outside quotes (ơ and ư of Vietnamese among them) instead of
/// refusing them, and its asserts call some of its own error paths impossible. So check_plain_toml goes first, and the
/// asserts are off, in every build alike. Include this in as few files as can be: it costs seconds.

#include <string_view>

#include "crypto/result.hpp"

// Debian's pkg-config would have us link the shared library, which is one more thing to install.
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expression) static_cast<void>(0)
#include <toml++/toml.h>

namespace motcua::node {

/// The part of TOML that our files need, and no other: UTF-8; lines of `[table]`, `key = value` or nothing, each with a
/// comment or without; a value is a text in one pair of quotes, or a word of ASCII (number, true, false). What passes is
/// toml++'s to parse. Errors: usage, "line N: why".
[[nodiscard]] Result<void> check_plain_toml(std::string_view toml);

}  // namespace motcua::node

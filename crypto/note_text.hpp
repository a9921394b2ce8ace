#pragma once
/// What may stand in a signed note, shared by the notes and the checkpoints in them.

#include <string_view>

namespace motcua::crypto {

/// A key name or origin: UTF-8, not empty, without white space, control characters and plus (C2SP signed-note).
[[nodiscard]] bool is_key_name(std::string_view name);

}  // namespace motcua::crypto

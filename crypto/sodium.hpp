#pragma once
/// How this folder calls libsodium, which speaks of unsigned char. Not for other folders.

#include <sodium.h>
#include <span>

#include "crypto/bytes.hpp"

namespace motcua::crypto {

/// libsodium picks its implementations at start: whoever calls it asks for that first. Cheap after the first call; any
/// thread. Ends the process when libsodium cannot start.
void start_sodium();

[[nodiscard]] inline const unsigned char* in(ByteView view) { return reinterpret_cast<const unsigned char*>(view.data()); }
[[nodiscard]] inline unsigned char* out(std::span<std::byte> target) { return reinterpret_cast<unsigned char*>(target.data()); }

}  // namespace motcua::crypto

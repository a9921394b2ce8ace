#pragma once
/// SHA-256 by libcrypto, which uses the processor's own instructions (0.2 us for 300 bytes; libsodium's takes 0.9).

#include <initializer_list>

#include "crypto/bytes.hpp"

namespace motcua::crypto {

struct HashTag;
using Hash = Fixed<HashTag, 32>;

[[nodiscard]] Hash sha256(ByteView message);
/// The hash of the parts one after the other.
[[nodiscard]] Hash sha256(std::initializer_list<ByteView> parts);

}  // namespace motcua::crypto

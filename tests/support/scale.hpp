#pragma once
/// Full counts run in Release; sanitizer builds run MOTCUA_TEST_SCALE percent of them.

#include <algorithm>
#include <cstdint>

namespace motcua::tests {

inline std::uint64_t scaled(std::uint64_t full_count) {
    return std::max<std::uint64_t>(1, full_count * MOTCUA_TEST_SCALE / 100);
}

}  // namespace motcua::tests

#pragma once
/// Whether an act would change anything in the registry, so that stating the same thing twice records it once.

#include "sync/registry/registry.hpp"

namespace motcua::sync {

enum class Novelty : std::uint8_t {
    addition = 1,  ///< nothing of this name stands yet; also every kind that is always news, such as a retirement
    change = 2,
    none = 3,
};

/// Form and rights are not looked at: content that does not fit its kind is an addition, and the registry says what is wrong.
/// A procedure or rule set changes nothing where the same already holds on the day from which it would; a calendar, where
/// its week and each of its special days already hold.
[[nodiscard]] Novelty novelty_of(const Registry& registry, Kind kind, ByteView subject, const cbor::Item& content);

}  // namespace motcua::sync

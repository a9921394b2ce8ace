#pragma once
/// Many acts of the registry at once: what is news goes in, what stands already is passed over, what the registry would not
/// take is told.

#include "node/control/request.hpp"

namespace motcua::node {

/// At the city, inside a group, which the caller commits or rolls back. One answer for each entry, in order; whether it
/// is news is asked of the registry as it stood before, its rights after those before it. Errors: refused (not the city), storage.
[[nodiscard]] Result<StateRegistryDone> state_in_registry(Node& city, const crypto::SigningKey& registrar, const StateRegistry& request);

}  // namespace motcua::node

#pragma once
/// One act by its id or its place, byte for byte as it was signed.

#include "node/store/reader.hpp"

namespace motcua::node {

struct FoundAct {
    std::string origin;
    sync::Act act;
};

/// `name` is 64 hex digits, an act's id, sought through every log (there is no index by act id: it would cost every
/// append); or ORIGIN:SEQ. Errors: usage; not_found; verification, when what stands there is no act, or has another id.
[[nodiscard]] Result<FoundAct> find_act(Reader& reader, std::string_view name);

}  // namespace motcua::node

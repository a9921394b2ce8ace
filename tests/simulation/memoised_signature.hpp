#pragma once
/// Signatures that this process made or checked before are not checked again (memoised_signature.cpp). Between seeds they are
/// forgotten, so that memory stays flat.

namespace motcua::simulation {

void forget_signatures();

}  // namespace motcua::simulation

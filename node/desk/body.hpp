#pragma once
/// What every act of the desk has: a salted body of bounded length.

#include "node/desk/desk.hpp"

namespace motcua::node {

[[nodiscard]] Bytes draw_salt(Random& random);
/// Errors: usage, when it is too long.
[[nodiscard]] Result<Bytes> checked_body(Bytes body);
/// The body of a reception, a submission or a correction.
[[nodiscard]] sync::ReceiveBody applicant_body(const Applicant& applicant, std::string note, Random& random);
[[nodiscard]] inline std::uint64_t to_ms(sync::WallTime at) { return static_cast<std::uint64_t>(at.time_since_epoch().count()); }
[[nodiscard]] Result<void> check_applicant(const Applicant& applicant);

}  // namespace motcua::node

#pragma once
/// What an office records all day, for the benchmarks: receive, with a body of ordinary length.

#include "tests/support/world.hpp"

namespace motcua::bench {

inline sync::ReceiveContent receive_content(std::uint64_t number) {
    return {.code = "H26.1.01-251009-" + std::to_string(number), .procedure = "1.001193", .received_ms = tests::World::start_ms, .due_ms = std::nullopt};
}
inline Bytes receive_body(tests::World& world) {
    return cbor::encode(sync::ReceiveBody{.salt = world.next_salt(), .applicant = "Nguyễn Văn An", .identity = "001099012345", .phone = "0912345678",
                                          .address = "12 Đội Cấn, Ba Đình, Hà Nội", .note = {}});
}

}  // namespace motcua::bench

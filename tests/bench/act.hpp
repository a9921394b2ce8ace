#pragma once
/// What an office records all day, for the benchmarks: receive, with a body of ordinary length.

#include "tests/support/world.hpp"

namespace motcua::bench {

inline sync::ReceiveContent receive_content(std::uint64_t number) {
    return tests::World::received("H26.1.01-251009-" + std::to_string(number));
}
inline Bytes receive_body(tests::World& world) {
    sync::ReceiveBody body;
    body.salt = world.next_salt();
    body.applicant = "Nguyễn Văn An";
    body.identity = "001099012345";
    body.phone = "0912345678";
    body.address = "12 Đội Cấn, Ba Đình, Hà Nội";
    return cbor::encode(body);
}

}  // namespace motcua::bench

/// What comes through DIR/socket. Deterministic: whatever decodes encodes to the same bytes.

#include <cstdint>

#include "node/control/codec.hpp"

using namespace motcua;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView frame = std::as_bytes(std::span(data, size));
    if (const auto request = node::decode_request(frame)) {
        const auto again = node::encode_request(*request);
        ensure(again.has_value() && equal_constant_time(again->view(), frame), "a request encodes as it was decoded");
    }
    (void)node::decode_answer(frame);
    return 0;
}

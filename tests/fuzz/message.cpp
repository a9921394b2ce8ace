/// Whatever is taken as a message is written back byte for byte.

#include <algorithm>

#include "sync/session/message.hpp"

using namespace motcua;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView input = std::as_bytes(std::span(data, size));
    const auto message = sync::decode_message(input);
    if (message) ensure(std::ranges::equal(sync::encode_message(*message), input), "a message has one encoding");
    return 0;
}

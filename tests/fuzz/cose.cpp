/// An envelope that parses is exactly the frozen profile around its payload and signature.

#include "crypto/cose.hpp"

#include <algorithm>

#include "crypto/cbor.hpp"

using namespace motcua;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes = std::as_bytes(std::span(data, size));
    const auto envelope = crypto::parse_sign1(bytes);
    if (!envelope) return 0;
    Bytes again = from_hex("d28443a10127a0").value();
    append(again, cbor::encode(to_bytes(envelope->payload)));
    append(again, cbor::encode(envelope->signature));
    ensure(std::ranges::equal(again, bytes), "an envelope has one form");
    (void)crypto::verify_sign1(crypto::PublicKey{}, *envelope);
    return 0;
}

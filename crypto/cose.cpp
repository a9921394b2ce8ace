#include "crypto/cose.hpp"

#include <algorithm>

#include "crypto/cbor.hpp"

namespace motcua::crypto {
namespace {

template <class... Values>
constexpr std::array<std::byte, sizeof...(Values)> bytes_of(Values... values) {
    return {static_cast<std::byte>(values)...};
}

constexpr auto envelope_start = bytes_of(0xD2, 0x84, 0x43, 0xA1, 0x01, 0x27, 0xA0);
constexpr auto signature_head = bytes_of(0x58, 0x40);
constexpr std::size_t envelope_end_bytes = signature_head.size() + Signature::size;

Bytes byte_string_head(std::uint64_t length) {
    cbor::Writer writer;
    writer.head(cbor::Major::byte_string, length);
    return std::move(writer).take();
}

bool starts_with(ByteView view, ByteView start) {
    return view.size() >= start.size() && std::ranges::equal(view.first(start.size()), start);
}

}  // namespace

Bytes sign1_signed_bytes(ByteView payload) {
    constexpr auto start =
        bytes_of(0x84, 0x6A, 'S', 'i', 'g', 'n', 'a', 't', 'u', 'r', 'e', '1', 0x43, 0xA1, 0x01, 0x27, 0x40);
    const Bytes head = byte_string_head(payload.size());
    Bytes bytes;
    bytes.reserve(start.size() + head.size() + payload.size());
    append(bytes, start);
    append(bytes, head);
    append(bytes, payload);
    return bytes;
}

Bytes sign1(const SigningKey& key, ByteView payload) {
    const Bytes head = byte_string_head(payload.size());
    Bytes envelope;
    envelope.reserve(envelope_start.size() + head.size() + payload.size() + envelope_end_bytes);
    append(envelope, envelope_start);
    append(envelope, head);
    append(envelope, payload);
    append(envelope, signature_head);
    append(envelope, key.sign(sign1_signed_bytes(payload)).view());
    return envelope;
}

Result<Sign1> parse_sign1(ByteView envelope) {
    if (!starts_with(envelope, envelope_start))
        return fail(ErrorKind::verification,
                    "the envelope does not begin with D2 84 43 A1 01 27 A0 (COSE_Sign1, EdDSA)");
    const ByteView rest = envelope.subspan(envelope_start.size());
    if (rest.size() < envelope_end_bytes) return fail(ErrorKind::verification, "the envelope is cut off");
    const ByteView end = rest.last(envelope_end_bytes);
    if (!starts_with(end, signature_head))
        return fail(ErrorKind::verification, "the envelope does not end in a 64-byte signature");

    // Where the signature begins is known, so the payload's length is too, but for the width of its own head.
    const ByteView middle = rest.first(rest.size() - envelope_end_bytes);
    for (const std::size_t head_bytes : {1U, 2U, 3U, 5U, 9U}) {
        if (head_bytes > middle.size()) break;
        const Bytes head = byte_string_head(middle.size() - head_bytes);
        if (head.size() == head_bytes && starts_with(middle, head))
            return Sign1{.payload = middle.subspan(head_bytes),
                         .signature = Signature::from(end.subspan(signature_head.size())).value()};
    }
    return fail(ErrorKind::verification,
                "the envelope's payload is not one byte string in shortest form up to the signature");
}

bool verify_sign1(const PublicKey& key, const Sign1& envelope) {
    return verify(key, sign1_signed_bytes(envelope.payload), envelope.signature);
}

}  // namespace motcua::crypto

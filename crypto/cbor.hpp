#pragma once
/// Deterministic CBOR (RFC 8949 section 4.2.1) as a cereal archive, bounded: one `serialize` a type, for both directions.
///
///     struct Point { std::uint64_t x, y; template <class A> void serialize(A& a) { a(x, y); } };
///     Bytes bytes = cbor::encode(point);               // 82 xx yy: a(…) is an array of as many items
///     Result<Point> back = cbor::decode<Point>(bytes);
///
/// Types: unsigned and signed 64-bit and smaller integers, bool, enums (as their integer), std::string (text, UTF-8
/// checked), Bytes and Fixed (byte strings), std::optional (null), std::vector (array), structs with `serialize`, and
/// Item (any one item, kept as its bytes). Maps, tags, floats, undefined and indefinite lengths do not exist here.
/// Decoding refuses all else: non-shortest heads, bad UTF-8, trailing bytes, depth over 8, an integer that does not fit,
/// any count larger than the bytes left. It never allocates what the input merely claims.


#pragma once
/// What travels through DIR/socket: one request and one answer a connection, each a u32 BE length and deterministic CBOR.
///
///     request   [1, work, seed, fields]    work is the index in `Work`; seed 32 bytes, or none; fields as the work serializes
///     answer    [1, 0, done, fields]       done is the index in `Done`
///               [1, error kind, 0, text]
///
/// Both ends are the same binary, or nearly: the first number keeps two versions from misunderstanding each other.

#include "node/control/request.hpp"

namespace motcua::node {

constexpr std::size_t control_frame_bytes_max = 1024 * 1024;
constexpr std::size_t control_length_bytes = 4;
constexpr const char* control_socket_name = "socket";

/// Errors: usage, unless every text is UTF-8, which signing and encoding take for granted.
[[nodiscard]] Result<void> check_texts(const Work& work);

/// Without the length. In locked memory, wiped when it goes, since it holds the officer's seed.
/// Errors: refused, when it would be longer than control_frame_bytes_max; usage, when a text is not UTF-8.
[[nodiscard]] Result<crypto::Secret> encode_request(const Request& request);
/// Errors: verification.
[[nodiscard]] Result<Request> decode_request(ByteView frame);

[[nodiscard]] Bytes encode_answer(const Result<Done>& answer);
/// An error that the other side answered is this function's error too. Errors besides: verification.
[[nodiscard]] Result<Done> decode_answer(ByteView frame);

}  // namespace motcua::node

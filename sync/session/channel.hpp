#pragma once
/// The encrypted channel under a session, without I/O: bytes of the TCP stream in and out, whole messages above.
///
/// Stream: the initiator's 8-byte preamble, then Noise messages, each with a u16 BE length. After the handshake each Noise
/// plaintext is one byte (0 more follows, 1 last) and a piece of a message.

#include <deque>

#include "sync/session/message.hpp"

namespace motcua::sync {

inline constexpr std::array<std::byte, 8> preamble{std::byte{'m'}, std::byte{'o'}, std::byte{'t'}, std::byte{'c'},
                                                   std::byte{'u'}, std::byte{'a'}, std::byte{0},   std::byte{1}};
/// What a peer may make us buffer before the registry knows it, and after.
constexpr std::size_t stranger_bytes_max = 256 * 1024;

class Channel {
  public:
    /// `identity` and `random` outlive the channel.
    Channel(crypto::NoiseRole role, const crypto::NoiseKeyPair& identity, Random& random);

    /// Takes bytes from the stream and turns the handshake's crank. Errors: verification (then the link is dead and not
    /// one more byte is sent).
    [[nodiscard]] Result<void> receive(ByteView bytes);
    /// Whole messages that arrived, in order.
    [[nodiscard]] std::optional<Bytes> next_message();
    /// Bytes to put on the stream, or nothing.
    [[nodiscard]] std::optional<Bytes> next_output();
    /// Encrypts a message of at most message_bytes_max. Only when open.
    [[nodiscard]] Result<void> send(ByteView message);

    /// True once this side may send: after message 3 was written or read.
    [[nodiscard]] bool open() const;
    [[nodiscard]] std::optional<NoiseKey> peer() const;
    /// Lifts the limit for buffered bytes from stranger_bytes_max to message_bytes_max.
    void trust_peer();
    /// Noise messages sent or received, whichever is more: a link is renewed at 2^20.
    [[nodiscard]] std::uint64_t messages() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace motcua::sync

#pragma once
/// The encrypted channel under a session, without I/O: bytes of the TCP stream in and out, whole messages above.
///
/// Stream: the initiator's 8-byte preamble, then Noise messages, each with a u16 BE length. After the handshake each
/// Noise plaintext is one byte (0 more follows, 1 last) and a piece of a message.

#include "crypto/noise.hpp"
#include "sync/session/message.hpp"

namespace motcua::sync {

/// The first bytes of the stream and the Noise prologue: `motcua` and the version of the link.
inline constexpr std::array<std::byte, 8> preamble{std::byte{'m'}, std::byte{'o'}, std::byte{'t'}, std::byte{'c'},
                                                   std::byte{'u'}, std::byte{'a'}, std::byte{0},   std::byte{1}};
/// What a peer may make us buffer before the registry knows it; message_bytes_max after.
constexpr std::size_t stranger_bytes_max = 256 * 1024;

class Channel {
  public:
    /// `identity` and `random` outlive the channel. `ephemeral` is drawn except in tests with fixed bytes.
    Channel(crypto::NoiseRole role, const crypto::NoiseKeyPair& identity, Random& random,
            std::optional<crypto::NoiseKeyPair> ephemeral = std::nullopt);
    Channel(Channel&&) noexcept;
    Channel& operator=(Channel&&) noexcept;
    ~Channel();

    /// Takes bytes from the stream and turns the handshake's crank. Stops at each whole message: the rest waits until
    /// `next_message` has taken it. Errors: verification, from then on for ever; what was not yet taken by
    /// `next_output` may still be sent, and the handshake never answers an error with a byte.
    [[nodiscard]] Result<void> receive(ByteView bytes);
    /// The next whole message that arrived, or nothing. Errors: as receive.
    [[nodiscard]] Result<std::optional<Bytes>> next_message();
    /// Bytes to put on the stream, all that there are, or nothing.
    [[nodiscard]] std::optional<Bytes> next_output();
    /// Encrypts a message of at most message_bytes_max. Only when open.
    void send(ByteView message);

    /// True once this side may send: after message 3 was written or read.
    [[nodiscard]] bool open() const;
    /// The peer's static key, once the handshake has proven that it holds it.
    [[nodiscard]] std::optional<NoiseKey> peer() const;
    /// Lifts the limit for a message from stranger_bytes_max to message_bytes_max.
    void trust_peer();
    /// Noise messages sent or received, whichever is more: a link is renewed at 2^20.
    [[nodiscard]] std::uint64_t messages() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::sync

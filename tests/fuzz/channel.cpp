/// The stream below the messages. The first byte chooses what the rest is: bytes for a responder (0) or an initiator
/// (1) that has said its first word, or Noise plaintexts of a peer that completed the handshake (2). Each piece of the
/// rest is a length byte, times 8, and as many bytes.

#include <algorithm>

#include "sync/session/channel.hpp"

using namespace motcua;

namespace {

class FixedRandom final : public Random {
  public:
    void fill(std::span<std::byte> target) override { std::ranges::fill(target, std::byte(next_++)); }

  private:
    unsigned next_ = 1;
};

std::optional<ByteView> next_piece(ByteView& input) {
    if (input.empty()) return std::nullopt;
    const std::size_t length = std::min<std::size_t>(std::to_integer<std::size_t>(input.front()) * 8, input.size() - 1);
    const ByteView piece = input.subspan(1, length);
    input = input.subspan(1 + length);
    return piece;
}

void drain(sync::Channel& channel) {
    for (auto message = channel.next_message(); message && *message; message = channel.next_message()) {
        ensure((*message)->size() <= sync::stranger_bytes_max, "a stranger's message keeps its limit");
    }
}

void feed_raw(crypto::NoiseRole role, ByteView input) {
    FixedRandom random;
    const auto keys = crypto::NoiseKeyPair::generate(random);
    sync::Channel channel(role, keys, random);
    (void)channel.next_output();
    bool broken = false;
    while (const auto piece = next_piece(input)) {
        const bool good = channel.receive(*piece).has_value();
        ensure(!broken || !good, "a broken channel stays broken");
        broken = !good;
        drain(channel);
    }
    ensure(!channel.open() || channel.peer().has_value(), "an open channel knows its peer");
}

void feed_plaintexts(ByteView input) {
    FixedRandom random;
    const auto keys = crypto::NoiseKeyPair::generate(random), peer_keys = crypto::NoiseKeyPair::generate(random);
    sync::Channel channel(crypto::NoiseRole::responder, keys, random);
    crypto::NoiseHandshake peer(crypto::NoiseRole::initiator, peer_keys, sync::preamble, random);
    const auto framed = [](ByteView message) {
        Bytes frame;
        append_be(frame, message.size(), 2);
        append(frame, message);
        return frame;
    };
    Bytes opening = to_bytes(sync::preamble);
    append(opening, framed(*peer.write()));
    ensure(channel.receive(opening).has_value(), "a good opening is taken");
    ensure(peer.read(ByteView(*channel.next_output()).subspan(2)).has_value(), "a good answer is taken");
    ensure(channel.receive(framed(*peer.write())).has_value(), "a good end is taken");
    auto transport = peer.split();
    while (const auto piece = next_piece(input)) {
        (void)channel.receive(framed(*transport.send.encrypt({}, *piece)));
        drain(channel);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest = std::as_bytes(std::span(data, size)).subspan(1);
    switch (data[0] % 3) {
        case 0:
            feed_raw(crypto::NoiseRole::responder, rest);
            break;
        case 1:
            feed_raw(crypto::NoiseRole::initiator, rest);
            break;
        case 2:
            feed_plaintexts(rest);
            break;
    }
    return 0;
}

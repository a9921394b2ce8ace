/// A handshake in which one message is replaced or changed never finishes, and after it nothing is answered.
///
/// Input: which message (modulo 4; 3 is the first transport message), how (0: replaced by the rest of the input, else
/// the rest is written over it with XOR).

#include "crypto/noise.hpp"

#include <algorithm>

using namespace motcua;
using namespace motcua::crypto;

namespace {

class Counting final : public Random {
  public:
    void fill(std::span<std::byte> target) override {
        for (std::byte& byte : target) byte = static_cast<std::byte>(next_++ * 37U);
    }

  private:
    unsigned next_ = 1;
};

Bytes meddled(const Bytes& message, bool replace, ByteView rest) {
    if (replace) return to_bytes(rest);
    Bytes changed = message;
    for (std::size_t index = 0; index < std::min(changed.size(), rest.size()); ++index) changed[index] ^= rest[index];
    return changed;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    const int target = data[0] % 4;
    const ByteView rest = std::as_bytes(std::span(data, size)).subspan(2);
    Counting random;
    const NoiseKeyPair ours = NoiseKeyPair::generate(random);
    const NoiseKeyPair theirs = NoiseKeyPair::generate(random);
    NoiseHandshake sides[] = {{NoiseRole::initiator, ours, as_bytes("motcua"), random},
                              {NoiseRole::responder, theirs, as_bytes("motcua"), random}};
    bool meddled_with = false;
    for (int message = 0; message < 3; ++message) {
        NoiseHandshake& writer = sides[message % 2];
        NoiseHandshake& reader = sides[1 - message % 2];
        const auto honest = writer.write();
        if (!honest) {
            ensure(meddled_with, "an honest side always writes");
            return 0;
        }
        const Bytes arrived = message == target ? meddled(*honest, data[1] == 0, rest) : *honest;
        meddled_with = meddled_with || arrived != *honest;
        const auto read = reader.read(arrived);
        if (!read) {
            ensure(meddled_with, "an honest message is read");
            ensure(!reader.write() && !reader.read(*honest) && !reader.peer() && !reader.finished(),
                   "a failed side answers only errors");
            return 0;
        }
        ensure(!meddled_with || message == 0, "only message 1, which nothing seals yet, can be changed unseen");
    }
    ensure(!meddled_with, "a handshake that was meddled with does not finish");
    NoiseTransport sender = sides[0].split();
    NoiseTransport receiver = sides[1].split();
    const Bytes honest = sender.send.encrypt({}, as_bytes("act")).value();
    const Bytes arrived = target == 3 ? meddled(honest, data[1] == 0, rest) : honest;
    ensure(receiver.receive.decrypt({}, arrived).has_value() == (arrived == honest), "only what was sealed opens");
    ensure(arrived == honest || receiver.receive.decrypt({}, honest).has_value(), "a forged message changes nothing");
    return 0;
}

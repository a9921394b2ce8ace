/// Key files from anywhere: no crash, no memory spent on parameters beyond the limits, one form.

#include "crypto/key_file.hpp"

#include <algorithm>

using namespace motcua;
using namespace motcua::crypto;

namespace {

class Zeros final : public Random {
  public:
    void fill(std::span<std::byte> target) override { std::ranges::fill(target, std::byte{0}); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes = std::as_bytes(std::span(data, size));
    const auto label = read_key_label(bytes);
    const auto secret = open_key(bytes, nullptr);  // a passphrase would cost 0.1 s an input
    ensure(!secret || (label && !label->has_passphrase), "what opens without a passphrase says so in its label");
    if (!secret) return 0;
    Zeros random;
    ensure(std::ranges::equal(seal_key(label->label, *secret, nullptr, random), bytes), "a key file has one form");
    return 0;
}

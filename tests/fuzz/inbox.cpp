/// A leaf of an inbox that parses is encoded to the same bytes again, and names the place that its envelope does. An extension that
/// is taken is kept byte for byte. Signatures of acts are let pass, so that the fuzzer gets behind them.

#include <algorithm>

#include "sync/log/inbox.hpp"
#include "sync/registry/inbox_name.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

class LenientChecker final : public SignatureChecker {
  public:
    std::optional<std::size_t> first_bad(std::span<const SignedMessage>) override { return std::nullopt; }
};

void check_against(const LogHead& base, const Extension& extension) {
    LenientChecker checker;
    const auto checked = check_inbox_extension(base, extension, checker);
    if (!checked) return;
    ensure(checked->head().size() == base.size() + extension.entries.size(), "an inbox grows by its leaves");
    ensure(to_extension(*checked).entries == extension.entries, "leaves are as they came");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tests::World world;
    const auto bytes = std::as_bytes(std::span(data, size));
    if (const auto act = parse_inbox_leaf(bytes)) {
        ensure(std::ranges::equal(encode_inbox_leaf(*act), bytes), "there is one encoding of a leaf");
    }
    const auto extension = cbor::decode<Extension>(bytes);
    if (!extension) return 0;
    static const LogHead empty = inbox_name(world.registry, *world.registry.find_node(world.hub().id()), world.second_office)->empty_head();
    check_against(empty, *extension);
    LogHead grown = empty;
    advance_inbox(grown, encode_inbox_leaf(world.first().log.acts[0]));
    check_against(grown, *extension);
    return 0;
}

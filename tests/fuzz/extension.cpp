/// An extension that is taken is kept byte for byte and ends where its checkpoint says. Signatures of acts are let pass,
/// so that the fuzzer gets behind them.

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

class LenientChecker final : public SignatureChecker {
  public:
    std::optional<std::size_t> first_bad(std::span<const SignedMessage>) override { return std::nullopt; }
};

void check_against(const LogHead& base, const Extension& extension, const tests::World& world) {
    LenientChecker checker;
    const auto checked = check_extension(base, extension, checker, world.registry_roots());
    if (!checked) return;
    ensure(checked->head().size() == base.size() + extension.entries.size(), "a log grows by the entries");
    ensure(to_extension(*checked).entries == extension.entries, "entries are never encoded anew");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tests::World world;
    const auto extension = cbor::decode<Extension>(std::as_bytes(std::span(data, size)));
    if (!extension) return 0;
    const LogHead& head = world.first().log.head;
    check_against(head, *extension, world);
    check_against(LogHead::empty(head.origin, head.log_key, LogClass::node), *extension, world);
    check_against(world.registry_log.head, *extension, world);
    const auto stored = [](std::uint64_t seq) -> Result<std::optional<Bytes>> {
        const auto& acts = world.first().log.acts;
        return seq < acts.size() ? std::optional(acts[seq].envelope) : std::nullopt;
    };
    (void)trim_overlap(*extension, head.size(), stored);
    Registry registry(world.pin());
    LenientChecker checker;
    (void)extend_registry(registry, *extension, checker);
    return 0;
}

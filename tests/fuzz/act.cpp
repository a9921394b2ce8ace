/// An act that parses is exactly the bytes that its payload and signature make, and every rule bears it.

#include <algorithm>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static tests::World world;
    const ByteView bytes = std::as_bytes(std::span(data, size));
    (void)check_body(bytes);
    const auto act = parse_act(to_bytes(bytes));
    if (!act) return 0;
    ensure(bytes.size() <= adopt_bytes_max, "an act has a limit");
    Bytes again = from_hex("d28443a10127a0").value();
    append(again, cbor::encode(cbor::encode(act->payload)));
    append(again, cbor::encode(act->signature));
    ensure(std::ranges::equal(again, bytes), "an act has one form");

    (void)world.registry.judge(*act);
    LogHead head = world.first().log.head;
    (void)advance(head, *act, world.registry_roots());
    LogHead empty = LogHead::empty(head.origin, head.log_key, LogClass::node);
    (void)advance(empty, *act, world.registry_roots());
    Registry registry(world.pin());
    (void)registry.apply(*act);
    if (const auto dossier = DossierId::from(act->payload.subject)) (void)fold_dossier(*dossier, std::vector{*act, *act}, world.registry);
    return 0;
}

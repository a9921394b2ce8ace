/// Hash tiles and entry bundles: the first byte says which width is asked for.

#include "node/audit/tiles.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace motcua;
    if (size == 0) return 0;
    const std::size_t width = std::size_t{data[0]} + 1;
    const auto bytes = ByteView(reinterpret_cast<const std::byte*>(data), size).subspan(1);
    if (const auto hashes = node::decode_hash_tile(bytes, width)) ensure(std::ranges::equal(node::encode_hash_tile(*hashes), bytes), "a tile has one form");
    if (const auto entries = node::decode_entry_bundle(bytes, width)) {
        Bytes again;
        for (const ByteView entry : *entries) node::append_to_bundle(again, entry);
        ensure(std::ranges::equal(again, bytes), "a bundle has one form");
        ensure(entries->size() == width, "a bundle holds as many entries as asked for");
    }
    return 0;
}

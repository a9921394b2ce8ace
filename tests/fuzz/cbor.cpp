/// Whatever the reader takes, the writer writes back byte for byte: there is one encoding of each value.

#include "crypto/cbor.hpp"

#include <algorithm>

using namespace motcua;

namespace {

enum class Color : std::uint8_t { red, green };
struct HashTag;

/// Every type of the profile, and itself within itself.
struct Everything {
    std::uint64_t number = 0;
    std::int32_t difference = 0;
    bool yes = false;
    Color color = Color::red;
    std::string name;
    Bytes raw;
    std::optional<Fixed<HashTag, 4>> hash;
    std::vector<Everything> inner;
    cbor::Item rest;

    template <class A>
    void serialize(A& a) {
        a(number, difference, yes, color, name, raw, hash, inner, rest);
    }
};

template <class T>
bool taken(ByteView bytes) {
    const auto value = cbor::decode<T>(bytes);
    if (value) ensure(std::ranges::equal(cbor::encode(*value), bytes), "what was decoded encodes to the same bytes");
    return value.has_value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const ByteView bytes = std::as_bytes(std::span(data, size));
    const bool well_formed = cbor::check(bytes).has_value();
    ensure(taken<cbor::Item>(bytes) == well_formed, "an Item is what check accepts");
    const bool typed[] = {taken<Everything>(bytes),
                          taken<std::vector<cbor::Item>>(bytes),
                          taken<std::vector<std::uint64_t>>(bytes),
                          taken<std::uint64_t>(bytes),
                          taken<std::int64_t>(bytes),
                          taken<std::string>(bytes),
                          taken<Bytes>(bytes)};
    ensure(well_formed || std::ranges::none_of(typed, [](bool one) { return one; }),
           "no type takes what is not well-formed");
    return 0;
}

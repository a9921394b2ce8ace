#pragma once
/// An array on the wire with a limit of its own: a megabyte of one-byte items must not become thirty megabytes of
/// vectors.

#include "crypto/cbor.hpp"

namespace motcua::sync {

/// Names a vector within `serialize`; reading refuses a claimed count over `count_max` before any item is read.
template <class T>
struct AtMost {
    std::size_t count_max;
    std::vector<T>& items;
};

template <class T>
AtMost<T> at_most(std::size_t count_max, std::vector<T>& items) {
    return {count_max, items};
}

template <class T>
void save(cbor::Writer& writer, const AtMost<T>& bounded) {
    ensure(bounded.items.size() <= bounded.count_max, "an array on the wire stays within its limit");
    writer.item(bounded.items);
}
template <class T>
void load(cbor::Reader& reader, AtMost<T>& bounded) {
    const std::uint64_t count = reader.begin_array();
    if (count > bounded.count_max) reader.malformed("the array has more items than are taken");
    bounded.items.clear();
    for (std::uint64_t index = 0; index < count; ++index) reader.item(bounded.items.emplace_back());
    reader.end_array();
}

}  // namespace motcua::sync

/// Names of logs, office codes and root verifier keys.

#include <algorithm>

#include "sync/registry/registry.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    const auto origin = parse_origin(text);
    if (origin) {
        ensure(is_office_code(origin->code), "an origin holds an office code");
        ensure(text.starts_with("motcua/" + origin->code + "/"), "an origin begins with its code");
        ensure(std::ranges::none_of(text, [](char letter) { return letter == ' ' || letter == '\n' || letter == '+'; }),
               "an origin is a note key name");
    }
    const auto pin = RootPin::parse(text);
    if (pin) ensure(pin->root.text() == text, "a root verifier key has one form");
    if (pin) (void)Registry(*pin);
    return 0;
}

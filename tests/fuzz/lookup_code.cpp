/// Secret lookup codes as people type them, and the base 32 that they are written in.

#include "sync/dossier/base32.hpp"
#include "sync/dossier/lookup_code.hpp"

using namespace motcua;
using namespace motcua::sync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = as_text(std::as_bytes(std::span(data, size)));
    if (const auto code = LookupCode::parse(text)) {
        const auto again = LookupCode::parse(code->text());
        ensure(again.has_value() && again->text() == code->text() && again->matches(code->hash()), "a lookup code reads as it prints");
    }
    if (const auto bytes = from_base32(text)) {
        const std::string plain = to_base32(*bytes);
        ensure(plain.size() == text.size(), "base32 has one length");
        const auto again = from_base32(plain);
        ensure(again.has_value() && *again == *bytes, "base32 gives its bytes back");
    }
    return 0;
}

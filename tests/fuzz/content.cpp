/// Content and bodies of every kind: what decodes encodes to the same bytes. The first byte picks the type.

#include <algorithm>

#include "sync/act/content.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

template <class Content>
void decode(ByteView bytes) {
    const auto content = cbor::decode<Content>(bytes);
    if (content) ensure(std::ranges::equal(cbor::encode(*content), bytes), "content has one form");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView bytes = std::as_bytes(std::span(data, size)).subspan(1);
    switch (data[0]) {
        case 0: decode<OpenContent>(bytes); break;
        case 1: decode<ReceiptContent>(bytes); break;
        case 2: decode<RootSetContent>(bytes); break;
        case 3: decode<OfficeContent>(bytes); break;
        case 4: decode<NodeContent>(bytes); break;
        case 5: decode<OfficerContent>(bytes); break;
        case 6: decode<OfficerBody>(bytes); break;
        case 7: decode<RetireContent>(bytes); break;
        case 8: decode<RevokeContent>(bytes); break;
        case 9: decode<ImportedContent>(bytes); break;
        case 10: decode<ImportedBody>(bytes); break;
        case 11: decode<ReceiveContent>(bytes); break;
        case 12: decode<ReceiveBody>(bytes); break;
        case 13: decode<StepContent>(bytes); break;
        case 14: decode<StepBody>(bytes); break;
        case 15: {
            const auto roles = Roles::parse(as_text(bytes));
            if (roles) ensure(Roles::parse(roles->text())->bits == roles->bits, "roles have one form");
            break;
        }
        default: break;
    }
    return 0;
}

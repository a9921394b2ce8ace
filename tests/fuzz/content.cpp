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
        case 16: decode<AdmitContent>(bytes); break;
        case 17: decode<AdmitBody>(bytes); break;
        case 18: decode<CloseContent>(bytes); break;
        case 19: decode<SupersedeContent>(bytes); break;
        case 20: decode<DelegateContent>(bytes); break;
        case 21: decode<SucceedContent>(bytes); break;
        case 22: decode<ProcedureContent>(bytes); break;
        case 23: decode<CalendarContent>(bytes); break;
        case 24: decode<RuleSetContent>(bytes); break;
        case 25: decode<NumberBlockContent>(bytes); break;
        case 26: decode<SubmittedContent>(bytes); break;
        case 27: decode<PaidContent>(bytes); break;
        case 28: decode<ConsultContent>(bytes); break;
        case 29: decode<OpinionContent>(bytes); break;
        case 30: decode<FileAttachedContent>(bytes); break;
        case 31: decode<ContactCorrectedContent>(bytes); break;
        case 32: decode<NoticeSentContent>(bytes); break;
        case 33: decode<RatedContent>(bytes); break;
        case 34: decode<EraseContent>(bytes); break;
        case 35: decode<ConfirmContent>(bytes); break;
        case 36: decode<ArbitrateContent>(bytes); break;
        case 37: decode<AskSupplementContent>(bytes); break;
        case 38: decode<ResumeContent>(bytes); break;
        case 39: decode<AssignContent>(bytes); break;
        case 40: decode<NumberContent>(bytes); break;
        case 41: decode<StopContent>(bytes); break;
        case 42: decode<ExtendContent>(bytes); break;
        case 43: decode<AskPaymentContent>(bytes); break;
        case 44: decode<MendResultContent>(bytes); break;
        case 45: decode<HandOverContent>(bytes); break;
        default: break;
    }
    return 0;
}

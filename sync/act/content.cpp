#include "sync/act/content.hpp"

#include <algorithm>
#include <array>

namespace motcua::sync {
namespace {

struct Form {
    Kind kind;
    bool (*fits)(const cbor::Item&);
    cbor::Item (*empty)();
};
template <class Content>
constexpr Form form(Kind kind) {
    return {kind, [](const cbor::Item& item) { return from_item<Content>(item).has_value(); }, [] { return to_item(Content{}); }};
}

// What each kind's content is.
constexpr std::array forms{
    form<OpenContent>(Kind::open),
    form<ReceiptContent>(Kind::receipt),
    form<AdoptContent>(Kind::adopt),
    form<AdmitContent>(Kind::admit),
    form<CloseContent>(Kind::day_close),
    form<CloseContent>(Kind::year_close),
    form<AdmitNodeContent>(Kind::admit_node),
    form<RootSetContent>(Kind::root_set),
    form<OfficeContent>(Kind::office),
    form<NodeContent>(Kind::node),
    form<OfficerContent>(Kind::officer),
    form<RetireContent>(Kind::retire),
    form<RevokeContent>(Kind::revoke),
    form<SupersedeContent>(Kind::supersede),
    form<DelegateContent>(Kind::delegate),
    form<SucceedContent>(Kind::succeed),
    form<ProcedureContent>(Kind::procedure),
    form<CalendarContent>(Kind::calendar),
    form<RuleSetContent>(Kind::rule_set),
    form<NumberBlockContent>(Kind::number_block),
    form<SealContent>(Kind::seal),
    form<ConvictContent>(Kind::convict),
    form<ImportedContent>(Kind::imported),
    form<SubmittedContent>(Kind::submitted),
    form<StepContent>(Kind::note),
    form<StepContent>(Kind::supplement_handed_in),
    form<StepContent>(Kind::withdrawal_asked),
    form<StepContent>(Kind::result_handed_over),
    form<PaidContent>(Kind::paid),
    form<ConsultContent>(Kind::consult),
    form<OpinionContent>(Kind::opinion),
    form<FileAttachedContent>(Kind::file_attached),
    form<ContactCorrectedContent>(Kind::contact_corrected),
    form<NoticeSentContent>(Kind::notice_sent),
    form<RatedContent>(Kind::rated),
    form<EraseContent>(Kind::erase),
    form<ConfirmContent>(Kind::confirm),
    form<ArbitrateContent>(Kind::arbitrate),
    form<ReceiveContent>(Kind::receive),
    form<StepContent>(Kind::decline),
    form<AskSupplementContent>(Kind::ask_supplement),
    form<ResumeContent>(Kind::resume),
    form<AssignContent>(Kind::assign),
    form<StepContent>(Kind::submit_for_signature),
    form<StepContent>(Kind::sign),
    form<NumberContent>(Kind::number),
    form<StepContent>(Kind::complete),
    form<StepContent>(Kind::return_unresolved),
    form<StopContent>(Kind::stop),
    form<ExtendContent>(Kind::extend),
    form<AskPaymentContent>(Kind::ask_payment),
    form<MendResultContent>(Kind::correct_result),
    form<MendResultContent>(Kind::revoke_result),
    form<HandOverContent>(Kind::hand_over),
    form<StepContent>(Kind::take_over),
    form<StepContent>(Kind::hand_back),
    form<StepContent>(Kind::seize),
};

const Form* find_form(Kind kind) {
    const auto found = std::find_if(forms.begin(), forms.end(), [&](const Form& row) { return row.kind == kind; });
    return found == forms.end() ? nullptr : &*found;
}

}  // namespace

bool content_fits(Kind kind, const cbor::Item& content) {
    const Form* row = find_form(kind);
    return row != nullptr && row->fits(content);
}

cbor::Item empty_content(Kind kind) {
    const Form* row = find_form(kind);
    return row == nullptr ? cbor::Item{} : row->empty();
}

}  // namespace motcua::sync

#pragma once
/// What a generated act says, where its kind alone decides; what refers to other acts is the history's own.

#include <array>

#include "sync/act/content.hpp"
#include "tests/properties/dice.hpp"

namespace motcua::tests::properties {

inline constexpr std::array every_move{
    sync::Kind::receive,  sync::Kind::decline, sync::Kind::ask_supplement, sync::Kind::resume,      sync::Kind::assign,
    sync::Kind::sign,     sync::Kind::number,  sync::Kind::complete,       sync::Kind::stop,        sync::Kind::submit_for_signature,
    sync::Kind::extend,   sync::Kind::seize,   sync::Kind::ask_payment,    sync::Kind::revoke_result, sync::Kind::return_unresolved,
    sync::Kind::hand_over, sync::Kind::take_over, sync::Kind::hand_back,   sync::Kind::correct_result};

/// Without confirm and arbitrate, which a history writes with care, and the creating ones but for a rare mistake.
inline constexpr std::array every_fact{
    sync::Kind::note,         sync::Kind::note,          sync::Kind::supplement_handed_in, sync::Kind::supplement_handed_in,
    sync::Kind::withdrawal_asked, sync::Kind::result_handed_over, sync::Kind::paid,        sync::Kind::consult,
    sync::Kind::consult,      sync::Kind::opinion,       sync::Kind::opinion,              sync::Kind::file_attached,
    sync::Kind::contact_corrected, sync::Kind::notice_sent, sync::Kind::rated,             sync::Kind::erase,
    sync::Kind::submitted,    sync::Kind::imported};

inline cbor::Item content_of(sync::Kind kind, std::uint64_t at_ms, Dice& dice) {
    using sync::Kind;
    switch (kind) {
        case Kind::receive: {
            sync::ReceiveContent content;
            content.code = "H26-251009-" + std::to_string(1000 + dice.below(9000));
            content.procedure = dice.chance(90) ? "1.001193" : "9.999999";
            content.received_ms = at_ms - dice.below(1000) * 60'000;
            if (dice.chance(50)) content.due_ms = at_ms + 3 * 86'400'000;
            return sync::to_item(content);
        }
        case Kind::submitted: return sync::to_item(sync::SubmittedContent{"1.001193", sync::ReceptionChannel::online, at_ms});
        case Kind::imported: {
            sync::ImportedContent content;
            content.source = "receipt";
            content.case_name = "case 1";
            content.event_key = std::to_string(dice.below(100));
            content.activity = "T02";
            content.time = {static_cast<std::int64_t>(at_ms), 420};
            return sync::to_item(content);
        }
        case Kind::paid: return sync::to_item(sync::PaidContent{8000, "0001"});
        case Kind::assign: return sync::to_item(sync::AssignContent{dice.chance(50) ? "Tư pháp" : "Địa chính", std::nullopt, std::nullopt});
        case Kind::extend: return sync::to_item(sync::ExtendContent{at_ms + 5 * 86'400'000});
        case Kind::ask_payment: return sync::to_item(sync::AskPaymentContent{8000, "Thông tư"});
        case Kind::ask_supplement: return sync::to_item(sync::AskSupplementContent{{"giấy chứng sinh"}, std::nullopt});
        case Kind::notice_sent: return sync::to_item(sync::NoticeSentContent{static_cast<sync::NoticeAbout>(1 + dice.below(6)), "sms"});
        default: return sync::empty_content(kind);
    }
}

}  // namespace motcua::tests::properties

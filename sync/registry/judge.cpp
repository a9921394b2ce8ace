// Whether the author of one act of a node's log was entitled to it.

#include "sync/registry/registry.hpp"

#include <algorithm>
#include <array>

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }
constexpr Verdict opaque{Standing::opaque, Reason::unknown_kind};
constexpr Verdict waiting{Standing::waiting, Reason::registry_size_unknown};

constexpr std::uint32_t desk = static_cast<std::uint32_t>(Role::desk), handler = static_cast<std::uint32_t>(Role::handler),
                        head = static_cast<std::uint32_t>(Role::head), admin = static_cast<std::uint32_t>(Role::admin);

/// Any one of the roles lets an officer state the kind in the log of the own office.
struct Right {
    Kind kind;
    std::uint32_t any_of;
};
constexpr std::array rights{
    Right{Kind::admit, head},
    Right{Kind::day_close, head},
    Right{Kind::year_close, head},

    Right{Kind::imported, admin},
    Right{Kind::submitted, desk},
    Right{Kind::note, desk | handler | head},
    Right{Kind::supplement_handed_in, desk},
    Right{Kind::withdrawal_asked, desk},
    Right{Kind::result_handed_over, desk},
    Right{Kind::paid, desk | handler},
    Right{Kind::consult, handler | head},
    Right{Kind::opinion, handler | head},
    Right{Kind::file_attached, desk | handler | head},
    Right{Kind::contact_corrected, desk | handler},
    Right{Kind::notice_sent, desk | handler},
    Right{Kind::rated, desk},
    Right{Kind::erase, head | admin},
    Right{Kind::confirm, head},
    Right{Kind::arbitrate, head},

    Right{Kind::receive, desk},
    Right{Kind::decline, desk},
    Right{Kind::ask_supplement, desk | handler},
    Right{Kind::resume, desk | handler | head},
    Right{Kind::assign, desk | handler | head},
    Right{Kind::submit_for_signature, handler | head},
    Right{Kind::sign, head},
    Right{Kind::number, desk | handler | head},
    Right{Kind::complete, handler | head},
    Right{Kind::return_unresolved, handler | head},
    Right{Kind::stop, handler | head},
    Right{Kind::extend, handler | head},
    Right{Kind::ask_payment, handler | head},
    Right{Kind::correct_result, head},
    Right{Kind::revoke_result, head},
    Right{Kind::hand_over, desk | handler | head},
    Right{Kind::take_over, desk | handler | head},
    Right{Kind::hand_back, desk | handler | head},
    Right{Kind::seize, head},
};

const Right* find_right(Kind kind) {
    const auto found = std::find_if(rights.begin(), rights.end(), [&](const Right& right) { return right.kind == kind; });
    return found == rights.end() ? nullptr : &*found;
}

}  // namespace

Roles roles_for(Kind kind) {
    const Right* right = find_right(kind);
    return right == nullptr ? Roles{} : Roles{right->any_of};
}

Verdict Registry::judge(const Act& act) const {
    const Payload& payload = act.payload;
    if (size() > 0 && payload.log == log_id()) return payload.seq < size() ? verdicts_[payload.seq] : waiting;
    if (is_cut(payload.signer, act.position())) return {Standing::quarantined, Reason::revoked_key};
    if (payload.registry > size()) return waiting;
    if (is_disowned(payload)) return void_for(Reason::another_registry);
    const NodeRecord* node = find_node(payload.log);
    if (node == nullptr) return void_for(Reason::unknown_node);
    if (node->retired_at && payload.registry >= *node->retired_at) return void_for(Reason::unknown_node);
    switch (class_of(payload.kind)) {
        case KindClass::log: return judge_own(act, *node);
        case KindClass::registry: return void_for(Reason::wrong_log);
        case KindClass::fact:
        case KindClass::move: return judge_dossier_act(act, *node);
        case KindClass::unknown: return opaque;
    }
    return opaque;
}

// What a node states about itself. A node may cite a registry from before it was listed: `open` cannot do otherwise.
Verdict Registry::judge_own(const Act& act, const NodeRecord& node) const {
    const Payload& payload = act.payload;
    if (find_right(payload.kind) != nullptr) return opaque;  // a head's act
    if (payload.signer != node.log_key) return void_for(Reason::not_the_log_key);
    if (payload.kind == Kind::adopt) return opaque;
    // Before all else that may be wrong with it: the size counts for what follows it as soon as it is announced.
    if (const auto announced = announced_by(payload)) {
        if (announced->checkpoint.size > size()) return waiting;
        if (is_false(*announced)) return void_for(Reason::another_registry);
    }
    std::optional<std::string> checkpoint;
    if (payload.kind == Kind::open) {
        if (payload.seq != 0) return void_for(Reason::wrong_log);
        auto content = from_item<OpenContent>(payload.content);
        if (!content || content->office != node.office) return void_for(Reason::bad_content);
        checkpoint = std::move(content->registry_checkpoint);
    } else {
        auto content = from_item<ReceiptContent>(payload.content);
        if (!content || !payload.subject.empty()) return void_for(Reason::bad_content);
        checkpoint = std::move(content->registry_checkpoint);
    }
    return judge_carried(checkpoint);
}

// Its root was compared already.
Verdict Registry::judge_carried(const std::optional<std::string>& text) const {
    if (!text) return {};
    const auto note = crypto::Note::parse(*text);
    if (!note) return void_for(Reason::bad_content);
    const auto checkpoint = crypto::open_checkpoint(*note, log_verifier(origin(), registry_key()));
    return checkpoint && checkpoint->size > 0 ? Verdict{} : void_for(Reason::bad_content);
}

Verdict Registry::judge_dossier_act(const Act& act, const NodeRecord& node) const {
    const Payload& payload = act.payload;
    if (payload.registry < node.since_size) return void_for(Reason::unknown_node);
    const auto officer = officer_at(payload.signer, payload.registry);
    if (!officer) return void_for(Reason::unknown_signer);
    if (officer->office != node.office) return void_for(Reason::not_of_this_office);
    if ((officer->roles.bits & roles_for(payload.kind).bits) == 0) return void_for(Reason::lacks_role);
    if (payload.subject.size() != DossierId::size || !content_fits(payload.kind, payload.content)) return void_for(Reason::bad_content);
    return {};
}

}  // namespace motcua::sync

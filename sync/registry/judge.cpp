// Whether the author of one act of a node's log was entitled to it.

#include "sync/registry/registry.hpp"

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }
constexpr Verdict opaque{Standing::opaque, Reason::unknown_kind};
constexpr Verdict waiting{Standing::waiting, Reason::registry_size_unknown};

bool content_is_of_kind(const Payload& payload) {
    switch (payload.kind) {
        case Kind::imported: return from_item<ImportedContent>(payload.content).has_value();
        case Kind::receive: return from_item<ReceiveContent>(payload.content).has_value();
        case Kind::submitted:
        case Kind::note:
        case Kind::supplement_handed_in:
        case Kind::withdrawal_asked:
        case Kind::result_handed_over:
        case Kind::decline:
        case Kind::ask_supplement:
        case Kind::resume:
        case Kind::assign:
        case Kind::submit_for_signature:
        case Kind::sign:
        case Kind::number:
        case Kind::complete:
        case Kind::return_unresolved:
        case Kind::stop: return from_item<StepContent>(payload.content).has_value();
        case Kind::open:
        case Kind::receipt:
        case Kind::adopt:
        case Kind::admit:
        case Kind::root_set:
        case Kind::office:
        case Kind::node:
        case Kind::officer:
        case Kind::retire:
        case Kind::revoke: return false;
    }
    return false;
}

Roles any_of(std::initializer_list<Role> roles) {
    Roles sum;
    for (const Role role : roles) sum.add(role);
    return sum;
}

}  // namespace

Roles roles_for(Kind kind) {
    switch (kind) {
        case Kind::submitted:
        case Kind::supplement_handed_in:
        case Kind::withdrawal_asked:
        case Kind::result_handed_over:
        case Kind::receive:
        case Kind::decline: return any_of({Role::desk});
        case Kind::ask_supplement: return any_of({Role::desk, Role::handler});
        case Kind::assign:
        case Kind::note: return any_of({Role::desk, Role::handler, Role::head});
        case Kind::resume:
        case Kind::submit_for_signature:
        case Kind::number:
        case Kind::complete:
        case Kind::return_unresolved:
        case Kind::stop: return any_of({Role::handler, Role::head});
        case Kind::sign: return any_of({Role::head});
        case Kind::imported: return any_of({Role::admin});
        case Kind::open:
        case Kind::receipt:
        case Kind::adopt:
        case Kind::admit:
        case Kind::root_set:
        case Kind::office:
        case Kind::node:
        case Kind::officer:
        case Kind::retire:
        case Kind::revoke: return {};
    }
    return {};
}

Verdict Registry::judge(const Act& act) const {
    const Payload& payload = act.payload;
    if (size() > 0 && payload.log == log_id()) return payload.seq < size() ? verdicts_[payload.seq] : waiting;
    if (is_cut(payload.signer, act.position())) return {Standing::quarantined, Reason::revoked_key};
    if (payload.registry > size()) return waiting;
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
    if (payload.kind == Kind::admit) return opaque;  // a head's act, of rules that this version does not have
    if (payload.signer != node.log_key) return void_for(Reason::not_the_log_key);
    if (payload.kind == Kind::adopt) return opaque;
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

Verdict Registry::judge_carried(const std::optional<std::string>& text) const {
    if (!text) return {};
    const auto note = crypto::Note::parse(*text);
    if (!note) return void_for(Reason::bad_content);
    const auto checkpoint = crypto::open_checkpoint(*note, log_verifier(origin(), registry_key()));
    if (!checkpoint || checkpoint->size == 0) return void_for(Reason::bad_content);
    if (checkpoint->size > size()) return waiting;
    return root_at(checkpoint->size) == checkpoint->root ? Verdict{} : void_for(Reason::bad_content);
}

Verdict Registry::judge_dossier_act(const Act& act, const NodeRecord& node) const {
    const Payload& payload = act.payload;
    if (payload.registry < node.since_size) return void_for(Reason::unknown_node);
    const auto officer = officer_at(payload.signer, payload.registry);
    if (!officer) return void_for(Reason::unknown_signer);
    if (officer->office != node.office) return void_for(Reason::not_of_this_office);
    if ((officer->roles.bits & roles_for(payload.kind).bits) == 0) return void_for(Reason::lacks_role);
    if (payload.subject.size() != DossierId::size || !content_is_of_kind(payload)) return void_for(Reason::bad_content);
    return {};
}

}  // namespace motcua::sync

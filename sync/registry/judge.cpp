// Whether the author of one act of a node's log was entitled to it.

#include "sync/registry/registry.hpp"

#include <algorithm>
#include <array>

#include "sync/act/adoption.hpp"
#include "sync/act/day.hpp"
#include "sync/registry/planted.hpp"

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
    Right{Kind::admit_node, head},

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

Verdict Registry::judge(const Act& act) const { return judge(act, nullptr); }

Verdict Registry::judge(const Act& act, const Act* admission) const { return judge(act, Lift::nothing, admission, Lift::nothing); }

Verdict Registry::judge(const Act& act, Lift of_act, const Act* admission, Lift of_admission) const {
    const Payload& payload = act.payload;
    if (size() > 0 && payload.log == log_id()) return payload.seq < size() ? verdicts_[payload.seq] : waiting;
    if (const Verdict cut = quarantine_of(act, of_act); !cut.effective()) return cut;
    return judge_uncut(act, admission, of_act, of_admission);
}

// By position, whatever the act cites: a thief backdates, and a restored copy does not know better.
Verdict Registry::quarantine_of(const Act& act, Lift lift) const {
    const auto quarantined = [](Reason reason) { return Verdict{Standing::quarantined, reason}; };
    if (lift == Lift::everything) return {};
    const Payload& payload = act.payload;
    const bool is_adopted = lift == Lift::seal;
    if (is_cut(payload.signer, act.position()) && !(is_adopted && planted(PlantedLineBug::adopt_lifts_revocation))) return quarantined(Reason::revoked_key);
    const Conviction* conviction = find_conviction(payload.log);
    const bool is_let_off = is_adopted && planted(PlantedLineBug::adopt_lifts_conviction);
    if (conviction != nullptr && payload.seq >= conviction->size && !is_let_off) return quarantined(Reason::beyond_conviction);
    if (relies_on_admission(payload)) {
        const AdmittedNode& admitted = *find_admitted(payload.log);
        if (is_cut(admitted.admit->payload.signer, admitted.admit->position())) return quarantined(Reason::revoked_key);
        if (is_passed_over(admitted) && lift == Lift::nothing) return quarantined(Reason::not_the_next_log);
    }
    const Seal* seal = find_seal(payload.log);
    const bool is_older = planted(PlantedLineBug::seal_goes_by_cited_size) && payload.registry < size();
    const bool is_beyond = seal != nullptr && payload.seq >= seal->size && !is_older;
    return is_beyond && !is_adopted ? quarantined(Reason::beyond_seal) : Verdict{};
}

Verdict Registry::judge_uncut(const Act& act, const Act* admission, Lift of_act, Lift of_admission) const {
    const Payload& payload = act.payload;
    if (payload.registry > size()) return waiting;
    if (is_disowned(payload)) return void_for(Reason::another_registry);
    const NodeRecord* node = find_node(payload.log);
    if (payload.kind == Kind::admit_node) {
        const auto told = admitted_.find(payload.log);
        return told != admitted_.end() && told->second.admit->id == act.id ? told->second.verdict : void_for(node == nullptr ? Reason::unknown_node : Reason::wrong_log);
    }
    if (node == nullptr) return void_for(Reason::unknown_node);
    const bool has_ended = node->retired_at && (payload.registry >= *node->retired_at || planted(PlantedLineBug::retired_is_sealed));
    if (has_ended) return void_for(Reason::unknown_node);
    switch (class_of(payload.kind)) {
        case KindClass::log:
            if (payload.kind == Kind::admit) return judge_admit(act, *node);
            if (payload.kind == Kind::adopt) return judge_adopt(act, *node, of_act);
            return find_right(payload.kind) != nullptr ? judge_close(act, *node, admission) : judge_own(act, *node);
        case KindClass::registry: return void_for(Reason::wrong_log);
        case KindClass::fact:
        case KindClass::move: return judge_dossier_act(act, *node, admission, of_admission);
        case KindClass::unknown: return opaque;
    }
    return opaque;
}

bool Registry::is_admission_used(const Act& act, const Act* admission) const {
    return admission != nullptr && !judge(act).effective() && judge(act, admission).effective();
}

// What a node states about itself. A node may cite a registry from before it was listed: `open` cannot do otherwise.
Verdict Registry::judge_own(const Act& act, const NodeRecord& node) const {
    const Payload& payload = act.payload;
    if (payload.signer != node.log_key) return void_for(Reason::not_the_log_key);
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

// An officer of the node's office with a role that the kind asks for: listed, standing in for somebody that day, or admitted.
Verdict Registry::judge_signer(const Payload& payload, const NodeRecord& node, const Act* admission, Lift of_admission) const {
    if (payload.registry < entitled_from(node)) return void_for(Reason::unknown_node);
    const auto officer = officer_at(payload.signer, payload.registry);
    if (!officer) return admission == nullptr ? void_for(Reason::unknown_signer) : judge_admitted(payload, *admission, of_admission);
    const bool acts_for_all = node.is_provisional && planted(PlantedLineBug::admitted_log_acts_for_all);
    if (officer->office != node.office && !acts_for_all) return void_for(Reason::not_of_this_office);
    const std::uint32_t any_of = roles_for(payload.kind).bits;
    if ((roles_at(payload.signer, payload.registry, day_in_vietnam(payload.at_ms)).bits & any_of) != 0) return {};
    const auto delegations = delegations_at(payload.signer, payload.registry);
    const bool on_another_day = std::ranges::any_of(delegations, [&](const Delegation& delegation) { return (delegation.roles.bits & any_of) != 0; });
    return void_for(on_another_day ? Reason::outside_delegation : Reason::lacks_role);
}

Verdict Registry::judge_admitted(const Payload& payload, const Act& admission, Lift of_admission) const {
    const Payload& grant = admission.payload;
    const bool is_for_signer = grant.kind == Kind::admit && grant.log == payload.log && grant.seq < payload.seq && grant.subject == to_bytes(payload.signer.view());
    if (!is_for_signer || is_known_at(payload.signer, payload.registry)) return void_for(Reason::unknown_signer);
    const Verdict granted = judge(admission, of_admission, nullptr, Lift::nothing);
    if (granted.standing == Standing::void_act) return void_for(Reason::unknown_signer);
    if (!granted.effective()) return granted;
    const auto content = from_item<AdmitContent>(grant.content);
    return content && (content->roles & roles_for(payload.kind).bits) != 0 ? Verdict{} : void_for(Reason::lacks_role);
}

Verdict Registry::judge_admit(const Act& act, const NodeRecord& node) const {
    const Payload& payload = act.payload;
    if (const Verdict signer = judge_signer(payload, node, nullptr); !signer.effective()) return signer;
    const auto content = from_item<AdmitContent>(payload.content);
    const auto key = PublicKey::from(payload.subject);
    if (!content || !key || content->roles == 0 || Roles{content->roles}.has(Role::registrar)) return void_for(Reason::bad_content);
    const Roles own = roles_at(payload.signer, payload.registry, day_in_vietnam(payload.at_ms));
    if ((content->roles & ~own.bits) != 0) return void_for(Reason::exceeds_own_rights);
    return is_known_at(*key, payload.registry) ? void_for(Reason::already_taken) : Verdict{};
}

// The book of a day that has begun, or of a whole year.
Verdict Registry::judge_close(const Act& act, const NodeRecord& node, const Act* admission) const {
    const Payload& payload = act.payload;
    if (const Verdict signer = judge_signer(payload, node, admission); !signer.effective()) return signer;
    const auto content = from_item<CloseContent>(payload.content);
    constexpr std::size_t code_bytes_max = 100;
    const auto is_code = [](const std::optional<std::string>& code) { return !code || code->size() <= code_bytes_max; };
    if (!content || !payload.subject.empty() || !is_code(content->first_code) || !is_code(content->last_code)) return void_for(Reason::bad_content);
    if (!is_sensible_day(content->first_day) || !is_sensible_day(content->last_day)) return void_for(Reason::bad_content);
    if (payload.kind == Kind::day_close) {
        return content->first_day == content->last_day && content->first_day <= day_in_vietnam(payload.at_ms) ? Verdict{} : void_for(Reason::bad_content);
    }
    const std::chrono::year_month_day first{std::chrono::sys_days(std::chrono::days(content->first_day))};
    const bool is_year = content->first_day == day_number(static_cast<int>(first.year()), 1, 1) &&
                         content->last_day == day_number(static_cast<int>(first.year()), 12, 31);
    return is_year ? Verdict{} : void_for(Reason::bad_content);
}

// What the carried act itself is worth is judged at its own place: here only that it is one, of this office, and that a head vouches for it.
Verdict Registry::judge_adopt(const Act& act, const NodeRecord& node, Lift lift) const {
    const Payload& payload = act.payload;
    if (payload.signer != node.log_key) return void_for(Reason::not_the_log_key);
    if (payload.registry < entitled_from(node)) return void_for(Reason::unknown_node);
    const auto content = from_item<AdoptContent>(payload.content);
    if (!content) return void_for(Reason::bad_content);
    const auto carried = find_carried(act);
    if (!carried || carried->payload.log == payload.log) return void_for(Reason::bad_carried_act);
    const bool is_signed = crypto::verify(carried->payload.signer, carried->signed_bytes(), carried->signature);
    if (!is_signed && !planted(PlantedLineBug::carried_signature_unchecked)) return void_for(Reason::bad_carried_act);
    const NodeRecord* author = find_node(carried->payload.log);
    const bool is_of_this_office = author != nullptr && author->office == node.office;
    if (!is_of_this_office && !planted(PlantedLineBug::adopts_for_other_offices)) return void_for(Reason::not_of_this_office);
    const bool is_vouched_for = is_countersigned(*content, payload.log, carried->id);
    if (!is_vouched_for && !planted(PlantedLineBug::countersignature_unchecked)) return void_for(Reason::bad_countersignature);
    if (lift != Lift::everything && is_cut(content->head, act.position())) return {Standing::quarantined, Reason::revoked_key};
    const auto officer = officer_at(content->head, payload.registry);
    if (!officer) return void_for(Reason::unknown_signer);
    if (officer->office != node.office) return void_for(Reason::not_of_this_office);
    const bool is_head = roles_at(content->head, payload.registry, day_in_vietnam(payload.at_ms)).has(Role::head) || planted(PlantedLineBug::anyone_countersigns);
    return is_head ? Verdict{} : void_for(Reason::lacks_role);
}

Verdict Registry::judge_dossier_act(const Act& act, const NodeRecord& node, const Act* admission, Lift of_admission) const {
    const Payload& payload = act.payload;
    if (const Verdict signer = judge_signer(payload, node, admission, of_admission); !signer.effective()) return signer;
    if (payload.subject.size() != DossierId::size || !content_fits(payload.kind, payload.content)) return void_for(Reason::bad_content);
    return {};
}

}  // namespace motcua::sync

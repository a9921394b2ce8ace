#include "node/keep/adopt.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sync/act/adoption.hpp"

namespace motcua::node {
namespace {

using Answer = AdoptDone::Answer;
using Outcome = AdoptDone::Outcome;

bool is_cut_by_seal(const sync::Verdict& verdict) {
    return verdict.standing == sync::Standing::quarantined && (verdict.reason == sync::Reason::beyond_seal || verdict.reason == sync::Reason::not_the_next_log);
}

Result<bool> is_admission_carried(Reader& reader, const sync::Act& act) {
    const auto key = sync::PublicKey::from(act.payload.subject);
    if (!key) return false;
    auto places = reader.admissions(*key);
    if (!places) return std::unexpected(std::move(places).error());
    for (const auto& place : *places) {
        auto envelope = reader.entry(place.log, place.seq.value);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        const auto adopt = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        const auto carried = adopt ? sync::find_carried(*adopt) : std::nullopt;
        if (carried && carried->id == act.id) return true;
    }
    return false;
}

/// Whether it counts here already: in its own log before any seal, or because it was carried before.
Result<bool> is_known(Node& node, const sync::Act& act) {
    auto& reader = node.reader();
    if (act.payload.kind == sync::Kind::admit) {
        auto native = reader.entry(act.payload.log, act.payload.seq);
        if (!native) return std::unexpected(std::move(native).error());
        if (*native == act.envelope && !is_cut_by_seal(node.registry()->judge(act))) return true;
        return is_admission_carried(reader, act);
    }
    const auto id = sync::DossierId::from(act.payload.subject);
    if (!id) return false;
    const auto dossier = reader.dossier(*id);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) return false;
    const auto found = std::ranges::find(dossier->value().acts, act.id, &sync::DossierAct::id);
    return found != dossier->value().acts.end() && (found->carried_by || !is_cut_by_seal(found->verdict));
}

Answer refused(std::string reason) { return {.outcome = Outcome::refused, .reason = std::move(reason)}; }

/// What the fold would find wrong with what is carried: then the adopt is not signed in the first place.
std::optional<Answer> find_fault(const Node& node, const sync::Act& act) {
    if (!sync::can_be_carried(act.payload)) return refused("an act of this kind speaks of its own log alone");
    if (act.payload.log == node.log_id()) return refused("it stands in this node's own log");
    if (!crypto::verify(act.payload.signer, act.signed_bytes(), act.signature)) return refused("its signature is bad");
    const auto registry = node.registry();
    const auto* author = registry->find_node(act.payload.log);
    const auto* own = registry->find_node(node.log_id());
    if (author == nullptr || own == nullptr || author->office != own->office) return refused("its log is of another office");
    return std::nullopt;
}

Result<Answer> carry(Node& node, const crypto::SigningKey& head, const CarriedAct& carried) {
    const auto act = sync::parse_act(Bytes(carried.envelope));
    if (!act) return refused(act.error().message);
    if (auto fault = find_fault(node, *act)) return *std::move(fault);
    const auto known = is_known(node, *act);
    if (!known) return std::unexpected(known.error());
    if (*known) return Answer{.outcome = Outcome::known, .reason = {}};
    const bool has_body = carried.body && act->payload.body && *act->payload.body == sync::body_hash(*carried.body);
    const sync::AdoptContent content{.envelope = act->envelope, .head = head.public_key(), .signature = sync::countersign(head, node.log_id(), act->id)};
    const Entry entry{.kind = sync::Kind::adopt, .subject = act->payload.subject, .prior = std::nullopt, .content = sync::to_item(content),
                      .body = has_body ? carried.body : std::nullopt, .absent_body = has_body ? std::nullopt : act->payload.body};
    auto recorded = node.record_adopts(std::span(&entry, 1));
    if (!recorded) return std::unexpected(std::move(recorded).error());
    return Answer{.outcome = Outcome::carried, .reason = {}};
}

}  // namespace

Result<AdoptDone> adopt(Node& node, const crypto::SigningKey& head, const AdoptBatch& batch) {
    if (!node.registry()) return fail(ErrorKind::refused, "this node is not enrolled yet");
    AdoptDone done;
    for (const auto& carried : batch.acts) {
        auto answer = carry(node, head, carried);
        if (!answer) return std::unexpected(std::move(answer).error());
        done.answers.push_back(*std::move(answer));
    }
    return done;
}

}  // namespace motcua::node

// Moves and facts of a dossier that exists.

#include <fmt/core.h>

#include <algorithm>

#include "node/desk/body.hpp"

namespace motcua::node {
namespace {

using sync::Kind;

bool is_step(Kind kind) {
    if (kind == Kind::imported || kind == Kind::receive || kind == Kind::submitted) return false;
    const auto kind_class = sync::class_of(kind);
    return kind_class == sync::KindClass::fact || kind_class == sync::KindClass::move;
}

/// The last effective act of this kind, in the order in which logs hold them and by claimed time across logs.
std::optional<sync::Position> latest(const sync::Dossier& dossier, std::initializer_list<Kind> kinds) {
    const sync::DossierAct* found = nullptr;
    for (const auto& act : dossier.acts) {
        if (!act.verdict.effective() || std::find(kinds.begin(), kinds.end(), act.kind) == kinds.end()) continue;
        if (found == nullptr || act.at_ms >= found->at_ms) found = &act;
    }
    return found == nullptr ? std::nullopt : std::optional(found->position);
}

std::vector<sync::ActId> arbitrations(const sync::Dossier& dossier) {
    std::vector<sync::ActId> ids;
    for (const auto& act : dossier.acts) {
        // Rivals that none overrules are disputed: what is to end that must cite them all.
        const bool counts = act.verdict.effective() || act.verdict.standing == sync::Standing::disputed;
        if (act.kind == Kind::arbitrate && counts) ids.push_back(act.id);
    }
    return ids;
}

/// What the act must cite and a person need not look up.
template <class Content>
using Citing = void (*)(const sync::Dossier&, Content&);

template <class Content>
Result<cbor::Item> cite(const sync::Dossier& dossier, const cbor::Item& item, Citing<Content> fill) {
    auto content = sync::from_item<Content>(item);
    if (!content) return std::unexpected(std::move(content).error());
    fill(dossier, *content);
    return sync::to_item(*content);
}

Result<cbor::Item> complete_content(const sync::Dossier& dossier, Kind kind, const cbor::Item& item) {
    if (kind == Kind::resume) {
        return cite<sync::ResumeContent>(dossier, item, [](const auto& from, auto& content) {
            if (content.fact) return;
            const bool waits_for_payment = from.clock.run == sync::StatutoryClock::Run::waits_for_payment;
            content.fact = waits_for_payment ? latest(from, {Kind::paid}) : latest(from, {Kind::supplement_handed_in});
        });
    }
    if (kind == Kind::stop) {
        return cite<sync::StopContent>(dossier, item, [](const auto& from, auto& content) {
            if (from.status == sync::DossierStatus::withdrawal_asked) content.ground = sync::StopGround::withdrawn;
            if (content.ground == sync::StopGround::withdrawn && !content.fact) content.fact = latest(from, {Kind::withdrawal_asked});
        });
    }
    if (kind == Kind::correct_result || kind == Kind::revoke_result) {
        return cite<sync::MendResultContent>(dossier, item, [](const auto& from, auto& content) {
            if (content.result == sync::Position{}) content.result = from.end.result.value_or(sync::Position{});
        });
    }
    if (kind == Kind::opinion) {
        return cite<sync::OpinionContent>(dossier, item, [](const auto& from, auto& content) {
            const bool is_one = from.open_consultations.size() == 1;
            if (content.consultation == sync::Position{} && is_one) content.consultation = from.open_consultations.front();
        });
    }
    if (kind == Kind::contact_corrected) {
        return cite<sync::ContactCorrectedContent>(dossier, item, [](const auto& from, auto& content) {
            if (content.settles.empty()) content.settles = from.corrections;
        });
    }
    if (kind == Kind::arbitrate) {
        return cite<sync::ArbitrateContent>(dossier, item, [](const auto& from, auto& content) {
            if (from.dispute) content.after = from.dispute->after;
            if (content.cites.empty()) content.cites = arbitrations(from);
        });
    }
    return item;
}

Result<Bytes> body_of(const Step& request, Random& random) {
    if (request.contact) return checked_body(cbor::encode(applicant_body(*request.contact, request.note, random)));
    return checked_body(cbor::encode(sync::StepBody{.salt = draw_salt(random), .note = request.note}));
}

}  // namespace

Result<sync::Dossier> find_dossier(Reader& reader, const std::string& name) {
    auto dossier = reader.dossier_of_code(name);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) {
        const auto bytes = from_hex(name);
        const auto id = bytes ? sync::DossierId::from(*bytes) : Result<sync::DossierId>(std::unexpected(bytes.error()));
        if (id) dossier = reader.dossier(*id);
        if (!dossier) return std::unexpected(dossier.error());
    }
    if (!*dossier) return fail(ErrorKind::not_found, "không có hồ sơ " + name + " tại nút này");
    return std::move(**dossier);
}

Result<StepDone> step(Node& node, const crypto::SigningKey& officer, const Step& request, NodeEnvironment environment) {
    if (!is_step(request.kind)) return fail(ErrorKind::usage, "loại việc này không ghi bằng lệnh bước xử lý");
    if (!node.registry()) return fail(ErrorKind::refused, "nút này chưa được đăng ký với thành phố; dùng motcua enrol accept");
    const auto dossier = find_dossier(node.reader(), request.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    if (auto allowed = sync::allows(*dossier, request.kind, node.log_id(), *node.registry()); !allowed) return std::unexpected(allowed.error());

    const bool is_empty = request.content == cbor::Item{};
    const auto content = complete_content(*dossier, request.kind, is_empty ? sync::empty_content(request.kind) : request.content);
    if (!content || !sync::content_fits(request.kind, *content)) {
        return fail(ErrorKind::usage, fmt::format("nội dung của bước {} không đúng dạng", sync::name_vi(request.kind)));
    }
    auto body = body_of(request, *environment.random);
    if (!body) return std::unexpected(body.error());
    const Entry entry{.kind = request.kind, .subject = to_bytes(dossier->id.view()), .prior = dossier->tip, .content = *content, .body = std::move(*body)};
    const auto recorded = node.record(officer, std::span(&entry, 1));
    if (!recorded) return std::unexpected(recorded.error());
    return StepDone{.act = recorded->front().act, .dossier = dossier->id};
}

}  // namespace motcua::node

#include "node/desk/receipt.hpp"

#include <algorithm>

#include "node/desk/desk.hpp"

namespace motcua::node {
namespace {

using Found = ReceiptCheck::Found;

/// The log of whom only single acts came through an inbox is not here.
Result<Found> found_nothing(Reader& reader, const sync::LogId& log) {
    const auto row = reader.log(log);
    if (!row) return std::unexpected(row.error());
    if (!*row || (*row)->head.size() == 0) return Found::no_log;
    const auto own = reader.meta("log");
    if (!own) return std::unexpected(own.error());
    return *own == (*row)->head.origin ? Found::missing : Found::not_yet;
}

Result<std::optional<sync::Verdict>> verdict_of(Reader& reader, const sync::Act& act) {
    const auto id = sync::DossierId::from(act.payload.subject);
    if (!id) return std::optional<sync::Verdict>();
    const auto dossier = reader.dossier(*id);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) return std::optional<sync::Verdict>();
    const auto& acts = (*dossier)->acts;
    const auto found = std::ranges::find(acts, act.id, &sync::DossierAct::id);
    return found == acts.end() ? std::nullopt : std::optional(found->verdict);
}

}  // namespace

Result<ReceiptCheck> check_receipt(Reader& reader, const sync::Registry& registry, std::string_view text) {
    auto proof = sync::verify_receipt(text, registry);
    if (!proof) return std::unexpected(std::move(proof).error());
    const sync::Position place = proof->statement.place;
    ReceiptCheck check{.proof = *std::move(proof), .found = Found::no_log, .verdict = std::nullopt};
    auto envelope = reader.entry(place.log, place.seq.value);
    if (!envelope) return std::unexpected(std::move(envelope).error());
    if (!*envelope) {
        const auto found = found_nothing(reader, place.log);
        if (!found) return std::unexpected(found.error());
        check.found = *found;
        return check;
    }
    const auto act = sync::parse_act(std::move(**envelope));
    if (!act) return fail(ErrorKind::storage, "mục " + std::to_string(place.seq.value) + " của sổ " + to_hex(place.log.view()) + " không đọc được; hãy khôi phục cơ sở dữ liệu");
    check.found = sync::is_kept(check.proof.statement, *act) ? Found::promised : Found::another_act;
    if (check.found == Found::another_act) return check;
    auto verdict = verdict_of(reader, *act);
    if (!verdict) return std::unexpected(std::move(verdict).error());
    check.verdict = *verdict;
    return check;
}

Result<PrintReceiptDone> print_receipt(Node& node, const PrintReceipt& request) {
    const auto dossier = find_dossier(node.reader(), request.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    const auto is_reception = [](const sync::DossierAct& act) { return act.kind == sync::Kind::receive && act.verdict.effective(); };
    const auto reception = std::ranges::find_if(dossier->acts, is_reception);
    if (reception == dossier->acts.end()) return fail(ErrorKind::refused, "hồ sơ này chưa được tiếp nhận, hoặc việc tiếp nhận không có hiệu lực: không có giấy tiếp nhận để in");
    if (reception->position.log != node.log_id()) {
        return fail(ErrorKind::refused, "hồ sơ này do nút khác tiếp nhận; chỉ nút đã ký giấy tiếp nhận mới in lại được");
    }
    auto receipt = node.receipt_of(reception->position);
    if (!receipt) return std::unexpected(std::move(receipt).error());
    return PrintReceiptDone{.act = reception->id, .dossier = dossier->id, .code = dossier->code.value_or(""), .receipt = *std::move(receipt)};
}

}  // namespace motcua::node

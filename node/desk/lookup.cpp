#include "node/desk/lookup.hpp"

#include <algorithm>

#include "sync/dossier/lookup_code.hpp"

namespace motcua::node {
namespace {

Progress progress_of(const sync::Dossier& dossier) {
    switch (dossier.status) {
        case sync::DossierStatus::newly_registered: return Progress::submitted;
        case sync::DossierStatus::received:
        case sync::DossierStatus::in_process:
        case sync::DossierStatus::withdrawal_asked: return Progress::handling;
        case sync::DossierStatus::supplement_asked:
        case sync::DossierStatus::payment_asked: return Progress::waiting_for_applicant;
        case sync::DossierStatus::resolved: return Progress::ready;
        case sync::DossierStatus::declined:
        case sync::DossierStatus::stopped:
        case sync::DossierStatus::returned: return Progress::closed;
    }
    return Progress::handling;
}

std::string sentence_vi(Progress progress) {
    switch (progress) {
        case Progress::submitted: return "Đã nộp, chờ tiếp nhận";
        case Progress::handling: return "Đang giải quyết";
        case Progress::waiting_for_applicant: return "Chờ người nộp bổ sung hoặc nộp tiền";
        case Progress::ready: return "Đã có kết quả, mời đến nhận";
        case Progress::closed: return "Đã kết thúc";
    }
    return "";
}

/// Our own line knows now; of another line we know what it had last shown us.
Result<std::uint64_t> as_of(Reader& reader, const sync::Dossier& dossier, sync::WallTime now) {
    const auto now_ms = static_cast<std::uint64_t>(now.time_since_epoch().count());
    std::uint64_t latest = dossier.received_ms;
    for (const auto& act : dossier.acts) latest = std::max(latest, act.at_ms);
    latest = std::min(latest, now_ms);
    if (!dossier.custody) return latest;
    const auto own = reader.meta("log");
    if (!own) return std::unexpected(own.error());
    const auto holder = reader.log(dossier.custody->line);
    if (!holder) return std::unexpected(holder.error());
    if (*own && *holder && (*holder)->head.origin == **own) return now_ms;
    const auto cosigned = reader.newest_cosignatures(dossier.custody->line);
    if (!cosigned) return std::unexpected(cosigned.error());
    for (const auto& row : *cosigned) latest = std::max(latest, std::min(row.time_s * 1000, now_ms));
    return latest;
}

std::string name_of_office(const sync::Registry& registry, const std::optional<sync::OfficeId>& id) {
    const auto* office = id ? registry.find_office(*id) : nullptr;
    return office == nullptr ? std::string(id ? id->code : "") : office->name;
}

}  // namespace

Result<LookupAnswer> look_up(Reader& reader, const sync::Registry& registry, const std::string& code, sync::WallTime now) {
    const auto secret = sync::LookupCode::parse(code);
    // Both searches are made in every case, so that time tells nothing.
    auto by_secret = reader.dossier_of_lookup(secret ? secret->hash() : sync::Hash{});
    if (!by_secret) return std::unexpected(std::move(by_secret).error());
    auto by_code = reader.dossier_of_code(code);
    if (!by_code) return std::unexpected(std::move(by_code).error());
    const bool has_secret = secret && by_secret->has_value();
    const auto& dossier = has_secret ? *by_secret : *by_code;
    if (!dossier) return fail(ErrorKind::not_found, "không tìm thấy hồ sơ với mã này; hãy xem lại mã trên giấy hẹn");

    const auto at = as_of(reader, *dossier, now);
    if (!at) return std::unexpected(at.error());
    LookupAnswer answer;
    answer.code = dossier->code.value_or("");
    answer.progress = progress_of(*dossier);
    answer.progress_vi = sentence_vi(answer.progress);
    answer.as_of_ms = *at;
    const auto holder = dossier->custody ? std::optional(dossier->custody->office) : dossier->created_by;
    answer.told_by = name_of_office(registry, holder);
    if (!has_secret) return answer;
    answer.office_name = answer.told_by;
    answer.unit = dossier->unit;
    answer.due_ms = dossier->clock.due_ms;
    answer.missing = dossier->missing;
    return answer;
}

}  // namespace motcua::node

#include "node/store/report_staff.hpp"

#include <algorithm>
#include <set>

namespace motcua::node {
namespace {

/// Who stated an act, and in which group of an imported history.
struct Author {
    std::optional<std::string> name;  ///< nothing: the body that says it is not here
    std::string unit;
};

Result<Author> author_of(Reader& reader, const sync::DossierAct& known) {
    if (known.kind != sync::Kind::imported) return Author{to_hex(known.signer.view()), {}};
    auto envelope = reader.envelope_of(known);
    if (!envelope) return std::unexpected(std::move(envelope).error());
    const auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
    const auto content = act ? sync::from_item<sync::ImportedContent>(act->payload.content) : std::unexpected(act.error());
    if (!content) return fail(ErrorKind::storage, "an imported event cannot be read; restore the database");
    const auto bytes = reader.body_of(known);
    if (!bytes) return std::unexpected(bytes.error());
    const auto body = *bytes ? cbor::decode<sync::ImportedBody>(**bytes) : fail(ErrorKind::not_found, "");
    return Author{body ? std::optional(body->resource) : std::nullopt, content->group};
}

}  // namespace

Result<StaffCount> count_staff(Reader& reader, ReportReader& reports, const ReportQuery& query, sync::GroupBy by) {
    StaffCount count;
    std::map<std::string, std::set<std::string>> names;
    std::set<std::string> all;
    std::optional<Error> trouble;
    const ReportReader::Cell everything{.columns = {sync::Column::received}, .by = by, .group_key = std::nullopt};
    auto read = reports.each_behind(query, everything, [&](const sync::Dossier& dossier, const sync::Contribution& contribution) {
        for (const auto& known : dossier.acts) {
            if (!known.verdict.effective() || known.kind == sync::Kind::adopt) continue;  // what it carries has its own author
            auto author = author_of(reader, known);
            if (!author) {
                trouble = std::move(author).error();
                return false;
            }
            if (!author->name) {
                ++count.unnamed;
                continue;
            }
            auto place = contribution.place;
            place.unit = author->unit;
            names[sync::group_of(place, by, reports.registry()).key].insert(*author->name);
            all.insert(*author->name);
        }
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (trouble) return std::unexpected(*std::move(trouble));
    for (const auto& [key, known] : names) count.officers[key] = known.size();
    count.officers_total = all.size();
    return count;
}

Result<std::map<sync::PublicKey, sync::Totals>> totals_by_officer(ReportReader& reports, const ReportQuery& query) {
    std::map<sync::PublicKey, sync::Totals> officers;
    const ReportReader::Cell resolved{.columns = {sync::Column::resolved}, .by = sync::GroupBy::city, .group_key = std::nullopt};
    auto read = reports.each_behind(query, resolved, [&](const sync::Dossier& dossier, const sync::Contribution& contribution) {
        const auto completes = [](const sync::DossierAct& act) { return act.kind == sync::Kind::complete && act.verdict.effective(); };
        const auto last = std::ranges::find_if(dossier.acts.rbegin(), dossier.acts.rend(), completes);
        if (last != dossier.acts.rend()) officers[last->signer] += sync::totals_of(contribution, query.period);
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    return officers;
}

}  // namespace motcua::node

// Histories of earlier systems: one signed act an event.

#include <fmt/core.h>

#include <map>
#include <set>

#include "node/desk/body.hpp"
#include "node/store/views.hpp"

namespace motcua::node {
namespace {

using Case = std::pair<std::string, std::string>;  // source, case name
Case case_of(const sync::ImportedContent& content) { return {content.source, content.case_name}; }

/// The first event of a case creates its dossier; the others are facts about it. `created_here` holds the cases that
/// this batch creates, by the entry that does.
Result<Entry> make_entry(Reader& reader, const EventRow& row, const std::map<Case, std::size_t>& created_here, Random& random) {
    auto body = checked_body(cbor::encode(sync::ImportedBody{
        .salt = draw_salt(random), .resource = row.resource, .responsible = row.responsible, .others = row.others}));
    if (!body) return std::unexpected(body.error());
    Entry entry{.kind = sync::Kind::imported, .subject = Entry::NewDossier{}, .prior = {}, .content = sync::to_item(row.content), .body = std::move(*body)};
    if (const auto here = created_here.find(case_of(row.content)); here != created_here.end()) {
        entry.subject = Entry::SameAs{here->second};
        return entry;
    }
    const auto before = find_imported_case(reader, row.content.source, row.content.case_name);
    if (!before) return std::unexpected(before.error());
    if (*before) {
        entry.subject = to_bytes((*before)->dossier.view());
        entry.prior = (*before)->creating_act;
    }
    return entry;
}

}  // namespace

Result<ImportDone> import_events(Node& node, const crypto::SigningKey& officer, const ImportBatch& request, NodeEnvironment environment) {
    if (request.rows.size() > import_rows_max)
        return fail(ErrorKind::usage, fmt::format("{} events at once; at most {} are taken", request.rows.size(), import_rows_max));
    ImportDone done;
    std::set<sync::Hash> keys_here;
    std::map<Case, std::size_t> created_here;
    std::vector<Entry> entries;
    for (const EventRow& row : request.rows) {
        const auto key = imported_event_key(row.content.source, row.content.case_name, row.content.event_key);
        const auto known = has_imported(node.reader(), key);
        if (!known) return std::unexpected(known.error());
        if (*known || !keys_here.insert(key).second) {
            ++done.known;
            continue;
        }
        auto entry = make_entry(node.reader(), row, created_here, *environment.random);
        if (!entry) return std::unexpected(entry.error());
        if (std::holds_alternative<Entry::NewDossier>(entry->subject)) created_here.emplace(case_of(row.content), entries.size());
        entries.push_back(std::move(*entry));
    }
    const auto recorded = node.record(officer, entries);
    if (!recorded) return std::unexpected(recorded.error());
    done.imported = entries.size();
    return done;
}

}  // namespace motcua::node

#include "node/store/imports.hpp"

#include "node/store/views.hpp"

namespace motcua::node {
namespace {

struct CaseKey {
    std::string source, case_name;
    template <class A> void serialize(A& a) { a(source, case_name); }
};
struct EventKey {
    std::string source, case_name, event_key;
    template <class A> void serialize(A& a) { a(source, case_name, event_key); }
};

sync::Hash imported_case_key(std::string_view source, std::string_view case_name) {
    return crypto::sha256(cbor::encode(CaseKey{std::string(source), std::string(case_name)}));
}

}  // namespace

sync::Hash imported_event_key(std::string_view source, std::string_view case_name, std::string_view event_key) {
    return crypto::sha256(cbor::encode(EventKey{std::string(source), std::string(case_name), std::string(event_key)}));
}

Result<void> add_imported(Database& database, const sync::Act& act) {
    if (act.payload.kind != sync::Kind::imported) return {};
    const auto content = sync::from_item<sync::ImportedContent>(act.payload.content);
    const auto dossier = sync::DossierId::from(act.payload.subject);
    if (!content || !dossier) return {};
    auto event = database.prepare("INSERT OR IGNORE INTO imported (key) VALUES (?)");
    if (!event) return std::unexpected(std::move(event).error());
    const auto event_key = imported_event_key(content->source, content->case_name, content->event_key);
    if (auto ok = event->bind(event_key).run(); !ok) return ok;
    if (act.payload.prior || !sync::created_at(*dossier, act.position())) return {};
    auto creating = database.prepare("INSERT OR IGNORE INTO imported_case (key, dossier, act) VALUES (?, ?, ?)");
    if (!creating) return std::unexpected(std::move(creating).error());
    const auto case_key = imported_case_key(content->source, content->case_name);
    return creating->bind(case_key, *dossier, act.id).run();
}

Result<bool> has_imported(Reader& reader, const sync::Hash& event_key) { return reader.has_imported(event_key); }

Result<std::optional<ImportedCase>> find_imported_case(Reader& reader, std::string_view source, std::string_view case_name) {
    auto found = reader.imported_case(imported_case_key(source, case_name));
    if (!found) return std::unexpected(std::move(found).error());
    if (!*found) return std::nullopt;
    return ImportedCase{.dossier = (*found)->first, .creating_act = (*found)->second};
}

}  // namespace motcua::node

#include "node/store/imports.hpp"

#include "node/store/numbers.hpp"
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

Result<void> each_act_of(Reader& reader, const sync::Registry& registry, const std::set<sync::OfficeId>& offices, const EachAct& each) {
    const auto is_theirs = [&](const sync::LogId& log) {
        const auto* node = registry.find_node(log);
        return node != nullptr && offices.contains(node->office);
    };
    Result<void> outcome;
    const auto give = [&](ByteView envelope) {
        auto act = sync::parse_act(to_bytes(envelope));
        outcome = act ? each(*act) : Result<void>(fail(ErrorKind::storage, "an entry is damaged in the database; restore it"));
        return outcome.has_value();
    };
    auto logs = reader.logs();
    if (!logs) return std::unexpected(std::move(logs).error());
    for (const auto& log : *logs) {
        if (log.head.log_class != sync::LogClass::node || !is_theirs(log.head.id)) continue;
        auto read = reader.each_entry(log.head.id, 0, log.head.size(), [&](std::uint64_t, ByteView envelope) { return give(envelope); });
        if (!read) return read;
        if (!outcome) return outcome;
    }
    auto read = reader.each_foreign_act([&](const sync::Position& place, ByteView envelope) { return !is_theirs(place.log) || give(envelope); });
    return read ? outcome : read;
}

Result<void> renew_tables_of_line(Reader& reader, const sync::Registry& registry, const std::set<sync::OfficeId>& offices) {
    auto own_origin = reader.meta("log");
    if (!own_origin) return std::unexpected(std::move(own_origin).error());
    if (!*own_origin) return {};
    auto own = reader.log_of_origin(**own_origin);
    if (!own) return std::unexpected(std::move(own).error());
    const auto* node = *own ? registry.find_node((*own)->head.id) : nullptr;
    if (node == nullptr || !offices.contains(node->office)) return {};
    auto& database = reader.database();
    if (auto ok = database.execute("DELETE FROM imported; DELETE FROM imported_case; DELETE FROM given_code"); !ok) return ok;
    const auto line = registry.line_of((*own)->head.id);
    return each_act_of(reader, registry, offices, [&](const sync::Act& act) -> Result<void> {
        if (registry.line_of(act.payload.log) != line) return {};
        if (auto ok = add_given_code(database, act); !ok) return ok;
        return add_imported(database, act);
    });
}

}  // namespace motcua::node

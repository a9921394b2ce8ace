#pragma once
/// Everything that is derived from the logs, and can be made anew from them to identical bytes: dossiers, verdicts and the
/// keys of imported events. A dossier's row is written once an extension, not once an act.

#include "node/store/store.hpp"

namespace motcua::node {

/// Brings the views up to these acts; inside the transaction that stored them.
[[nodiscard]] Result<void> update_views(Store& store, std::span<const sync::Act> acts, const sync::Registry& registry);
/// After the registry grew: judges again what waited for it or what a revocation reaches.
[[nodiscard]] Result<void> refresh_views(Store& store, const sync::Registry& registry);
/// Empties and refills every view from the logs, in one transaction of its own.
[[nodiscard]] Result<Durable> rebuild_views(Store& store, const sync::Registry& registry,
                                            const std::function<void(std::uint64_t acts)>& progress);

/// Key of an imported event: SHA-256 of the CBOR [source, case, event key].
[[nodiscard]] sync::Hash imported_event_key(std::string_view source, std::string_view case_name, std::string_view event_key);
[[nodiscard]] Result<bool> has_imported(Reader& reader, const sync::Hash& event_key);
/// The dossier of an imported case and its creating act, if any of its events is in `log`.
struct ImportedCase {
    sync::DossierId dossier;
    sync::ActId creating_act;
};
[[nodiscard]] Result<std::optional<ImportedCase>> find_imported_case(Reader& reader, std::string_view source, std::string_view case_name);
/// The next number of the day for the printed dossier code of this office.
[[nodiscard]] Result<std::uint64_t> next_dossier_number(Reader& reader, std::string_view code_prefix);

}  // namespace motcua::node

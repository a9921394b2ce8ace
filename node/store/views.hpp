#pragma once
/// Everything that is derived from the logs, and can be made anew from them to identical bytes: dossiers, verdicts and the
/// keys of imported events. A dossier's row is written once an extension, not once an act.

#include <set>

#include "node/store/store.hpp"

namespace motcua::node {

/// Of the rules and the tables that views are made by, in meta under `views`; schema.hpp writes it into a new file. Raise both with
/// whatever makes other views of the same logs: the fold, its state's bytes, the calendar, what reports count.
inline constexpr std::string_view views_version = "1";
/// False: the views were made by another version. A node makes them anew when it starts.
[[nodiscard]] Result<bool> are_views_current(Reader& reader);

/// Told of each dossier that was folded: its acts, `admit` acts that entitle their signers, and entries 0 and 1 of admitted logs; some
/// may come twice. What only an adopt carries is not among them, but the adopt.
using OnFolded = std::function<Result<void>(const sync::Dossier& after, std::span<const sync::Act> acts)>;

/// Brings the views up to these acts, of one log or as an inbox carried them; inside the transaction that stored them. For acts of the
/// registry's log, `registry` has applied them already, and refresh_views is due; of an `admit_node` it was told (tell_admitted).
[[nodiscard]] Result<void> update_views(Store& store, std::span<const sync::Act> acts, const sync::Registry& registry, const OnFolded& on_folded = {});
/// Folds every dossier once more, which changes none, for what `on_folded` makes of them.
[[nodiscard]] Result<void> fold_all(Store& store, const sync::Registry& registry, const OnFolded& on_folded);

/// What new registry acts can change beside the verdicts of acts that waited for them. Rights are judged by the size that acts
/// cite; what a dossier shows of the newest registry is who is heir to a merged office, and who may settle a dispute.
struct RegistryReach {
    bool every_act = false;             ///< after a revocation
    std::set<sync::OfficeId> merged;    ///< offices that have a successor now
    bool tree_moved = false;            ///< an office that was there before has another place in the tree
    std::set<sync::LogId> logs{};       ///< sealed, convicted, or of another line than before; admitted, and now listed or refused
};
[[nodiscard]] RegistryReach reach_of(std::span<const sync::Act> registry_acts, const sync::Registry& before);
/// After the registry grew, inside the same transaction. Reaching every act costs as much as a rebuild; a merger or a
/// move costs a look at every dossier; what becomes of a log, the dossiers of its office's logs.
[[nodiscard]] Result<void> refresh_views(Store& store, const sync::Registry& registry, const RegistryReach& reach, const OnFolded& on_folded = {});

/// Fills view tables that are empty from every log, in the transaction that is open on the reader's connection.
[[nodiscard]] Result<void> fill_views(Reader& reader, const sync::Registry& registry, const std::function<void(std::uint64_t acts)>& progress,
                                      const OnFolded& on_folded = {});
/// Empties and refills every view from the logs, in one transaction of its own, and notes by which version: killed in the middle, it leaves
/// the views that were there, and their version.
[[nodiscard]] Result<Durable> rebuild_views(Store& store, const sync::Registry& registry,
                                            const std::function<void(std::uint64_t acts)>& progress);

/// A stored view that is not what the logs give.
struct ViewDifference {
    std::string origin;                     ///< of the log to whose act it belongs; empty where none is known
    std::optional<std::uint64_t> position;  ///< of that act
    std::string cause;
};
/// Derives every view once more, in temporary tables on disk, and compares; at most `count_max` differences of a kind.
/// Costs about what a rebuild does, and changes nothing. Inside a snapshot of `reader`, which reads the derived views from
/// then on until the snapshot ends. Errors: storage (an entry cannot be read).
[[nodiscard]] Result<std::vector<ViewDifference>> compare_views(Reader& reader, const sync::Registry& registry, std::size_t count_max,
                                                                const std::function<void(std::uint64_t acts)>& progress);

/// Tells `registry` of the logs among which an `admit_node` of `acts` stands, before these go into the views. Returns whether there was one.
[[nodiscard]] Result<bool> tell_admitted(Reader& reader, std::span<const sync::Act> acts, sync::Registry& registry);

// --- imported events. Only those of this node's own line count (meta `log`): whoever sends us a log must not be able to keep
// --- us from importing, and a hub need not index what its communes imported ---

/// Key of an imported event: SHA-256 of the CBOR [source, case, event key].
[[nodiscard]] sync::Hash imported_event_key(std::string_view source, std::string_view case_name, std::string_view event_key);
[[nodiscard]] Result<bool> has_imported(Reader& reader, const sync::Hash& event_key);
/// The dossier of an imported case and its creating act, if it was created in our own log.
struct ImportedCase {
    sync::DossierId dossier;
    sync::ActId creating_act;
};
[[nodiscard]] Result<std::optional<ImportedCase>> find_imported_case(Reader& reader, std::string_view source, std::string_view case_name);

}  // namespace motcua::node

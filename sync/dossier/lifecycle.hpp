#pragma once
/// The table of a dossier's life: which move leads from which state to which. Facts change no state here, because they may
/// arrive late and a move's authority must never change; they show in the final status alone.

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

/// What the moves on one path have made of a dossier.
struct ChainState {
    DossierStatus status = DossierStatus::newly_registered;
    bool was_received = false;  ///< a supplement asked for at the desk leads back to reception, one later to handling
    bool is_imported = false;

    bool operator==(const ChainState&) const = default;
};

/// The state after an act without prior; nothing for kinds that cannot create a dossier.
[[nodiscard]] std::optional<ChainState> state_after_creating(Kind kind);
/// The state after one more move; nothing where the table does not allow it.
[[nodiscard]] std::optional<ChainState> state_after(const ChainState& state, Kind move);
/// Before a decision: the applicant may still withdraw.
[[nodiscard]] bool can_be_withdrawn(const ChainState& state);

}  // namespace motcua::sync

#pragma once
/// The table of a dossier's life: which move leads from which state to which. Facts change no state here, because they may
/// arrive late and a move's authority must never change; they show in the final status alone.

#include <optional>
#include <span>

#include "sync/act/content.hpp"
#include "sync/dossier/status.hpp"

namespace motcua::sync {

/// The states that a chain of moves can be in; a column each in the table.
enum class LifeStage : std::uint8_t {
    registered,       ///< 1
    desk_supplement,  ///< 5, asked for before reception: the clock has not started
    received,         ///< 2
    handling,         ///< 4
    supplement,       ///< 5, asked for in handling
    payment,          ///< 6
    resolved,         ///< 9
    declined,         ///< 3, final
    stopped,          ///< 8, final
};
constexpr std::size_t life_stages = 9;
[[nodiscard]] LifeStage stage_of(const ChainState& state);

/// What the table says of one move in one state.
enum class LifeCell : std::uint8_t {
    never,
    stays,
    to_received,
    to_desk_supplement,
    to_declined,
    to_handling,
    to_supplement,
    to_payment,
    to_resolved,
    to_stopped,
    stops_if_withdrawn,        ///< to_stopped, on the ground that the applicant withdrew
    stops_unless_expired,      ///< to_stopped, on any ground but a supplement that did not come
    stays_once,                ///< the one new date of an apology
    mends_result,              ///< stays; a completed result stands or was revoked
    revokes_result,            ///< stays; a completed result stands
};
/// The cell as the table has it. `never` for kinds that are no moves.
[[nodiscard]] LifeCell life_cell(LifeStage stage, Kind move);
/// Every move, in the order of the table's rows.
[[nodiscard]] std::span<const Kind> life_moves();

/// What `allows` says of a fact in a status that shows. The merge itself refuses no fact for its time: it may be late.
enum class FactCell : std::uint8_t {
    no,
    yes,
    if_imported,     ///< of a dossier with an imported history
    if_consulted,    ///< a consultation is open
    if_quarantined,  ///< some act is
    if_in_conflict,  ///< a dispute, or a move that lost one
    if_collectable,  ///< a result is ready
};
[[nodiscard]] FactCell fact_cell(DossierStatus status, Kind fact);
/// Every fact, in the order of the table's rows.
[[nodiscard]] std::span<const Kind> life_facts();

/// The state after an act without prior; nothing for kinds that cannot create a dossier.
[[nodiscard]] std::optional<ChainState> state_after_creating(Kind kind);
/// The state after one more move; nothing where the table does not allow it. `ground`: of a stop; nothing: any.
[[nodiscard]] std::optional<ChainState> state_after(const ChainState& state, Kind move, std::optional<StopGround> ground = std::nullopt);
/// Before a decision: the applicant may still withdraw.
[[nodiscard]] bool can_be_withdrawn(const ChainState& state);
[[nodiscard]] bool is_final(DossierStatus status);

}  // namespace motcua::sync

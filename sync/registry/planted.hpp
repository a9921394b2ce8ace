#pragma once
/// Bugs that the tests plant where lines of logs are decided, to prove that they would be seen; as sync/dossier/planted.hpp does for the
/// merge. The product has none of them: without MOTCUA_PLANTED_BUGS every question here is a constant no.

namespace motcua::sync {

enum class PlantedLineBug {
    none,

    // seals and convictions
    seal_goes_by_cited_size,      ///< an act beyond the seal counts if it cites a registry from before the seal
    second_seal_counts,
    any_log_continues,            ///< `next` may be of another office, or continue another line too
    conviction_without_proof,
    next_log_is_another_line,     ///< what the old log held stays with it
    retired_is_sealed,            ///< an act that cites an older registry counts no more once its node is retired

    // adopt
    adopt_lifts_revocation,
    adopt_lifts_conviction,
    countersignature_unchecked,
    carried_signature_unchecked,
    anyone_countersigns,          ///< an officer who is no head
    carried_act_is_another,       ///< beside its native copy it counts as a second act
    adopts_for_other_offices,

    // admitted logs
    admitted_log_acts_for_all,    ///< more than its office
    any_officer_admits,
    admission_outlives_the_seal,  ///< a log that was passed over goes on

    // lines in the fold
    line_is_one_log,              ///< two moves on one by two logs of a line count as two of one log
    offer_stays_with_the_log,     ///< what was offered to a line is not taken by its next log

    last = offer_stays_with_the_log,
};

#ifdef MOTCUA_PLANTED_BUGS
/// The one that is planted now.
inline PlantedLineBug planted_line_bug = PlantedLineBug::none;
[[nodiscard]] inline bool planted(PlantedLineBug bug) { return planted_line_bug == bug; }
#else
[[nodiscard]] constexpr bool planted(PlantedLineBug) { return false; }
#endif

}  // namespace motcua::sync

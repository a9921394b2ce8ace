#pragma once
/// Bugs that the simulator plants on the way of an act from desk to city, to prove that it would see them. The product has none of
/// them: without MOTCUA_PLANTED_FAULTS every question here is a constant no.

namespace motcua::sync {

enum class PlantedFault {
    none,

    // the session
    trusts_remembered_state,   ///< what a peer once had it is taken to have
    skips_fork_check,          ///< other roots at one size are not looked at
    equal_heights_are_equal,   ///< two logs of one size are taken for one
    keeps_credit,              ///< what was stored is never given back
    acknowledges_by_credit,    ///< a stored extension is answered without its cosignature
    forgets_in_flight,         ///< a log of which an extension was sent is never sent again
    forgets_witness,           ///< cosignatures from above are not relayed
    never_looks_again,         ///< what changes after the comparison is not seen
    never_asks_for_bodies,     ///< bodies that did not come with their acts
    drops_evidence,            ///< what contradicts is refused, but not kept

    // the node
    skips_signatures,          ///< nobody's signature is checked
    skips_registry_root,       ///< another registry's root is taken for ours
    cosigns_before_witness,    ///< the signature is out before witness.db remembers
    forgets_to_cosign,         ///< a crash between commit and cosignature leaves it out for good
    shows_sent_as_held,        ///< held is counted from what was sent
    cosigns_the_accused,       ///< a log that proved itself a liar is vouched for
    normal_synchronous,        ///< commits are not synced
    commits_in_two,            ///< an act and what follows from it are two transactions
    keeps_failed_changes,      ///< what a refused change wrote stays
    records_without_right,     ///< an officer who is retired goes on
    inbox_begins_at_news,      ///< who becomes concerned gets no history
    inbox_repeats,             ///< an act goes into an inbox again
    inbox_skips_uppers,        ///< an office two levels down is forgotten
    keeps_old_verdicts,        ///< a revocation changes nothing that is stored
    numbers_by_host,           ///< two nodes of an office give the same numbers

    // what the simulator does in place of node/link
    acknowledges_before_commit,

    last = acknowledges_before_commit,
};

#ifdef MOTCUA_PLANTED_FAULTS
/// The one that is planted now.
inline PlantedFault planted_fault = PlantedFault::none;
[[nodiscard]] inline bool planted(PlantedFault fault) { return planted_fault == fault; }
#else
[[nodiscard]] constexpr bool planted(PlantedFault) { return false; }
#endif

}  // namespace motcua::sync

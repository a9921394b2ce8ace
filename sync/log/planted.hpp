#pragma once
/// Bugs that the simulator plants on the way of an act from desk to city, to prove that it would see them. The product has none of
/// them: without MOTCUA_PLANTED_FAULTS every question here is a constant no.

namespace motcua::sync {

enum class PlantedFault {
    none,

    // the session
    trusts_remembered_state,   ///< a peer that once cosigned some of a log is taken to have all of it
    skips_fork_check,          ///< other roots at one size are not looked at
    equal_heights_are_equal,   ///< two logs of one size are taken for one
    keeps_credit,              ///< what was stored is never given back
    acknowledges_by_credit,    ///< a stored extension is answered without its cosignature
    forgets_in_flight,         ///< a log of which an extension was sent is never sent again
    forgets_witness,           ///< cosignatures from above are not relayed
    never_looks_again,         ///< what changes after the first look is not seen
    leaves_bodies_behind,      ///< bodies do not come with their acts, and nobody asks for them
    says_level_early,          ///< a session ends before what it sent is acknowledged
    logs_before_registry,      ///< acts go before the registry that they cite

    // checking and storing
    skips_signatures,          ///< nobody's signature is checked
    skips_registry_root,       ///< another registry's root is taken for ours
    takes_no_repeats,          ///< entries that are here already are refused
    drops_evidence,            ///< what contradicts is refused, but not kept
    loses_second_body,         ///< of several bodies that come at once one is stored
    shows_no_inbox,            ///< what an inbox brings is stored, and not folded
    keeps_old_verdicts,        ///< a revocation changes nothing that is stored
    normal_synchronous,        ///< commits are not synced

    // cosigning
    cosigns_before_witness,    ///< the signature is out before witness.db remembers
    cosigns_one_a_commit,      ///< of several logs that grew together one is cosigned
    forgets_to_cosign,         ///< a crash between commit and cosignature leaves it out for good
    shows_sent_as_held,        ///< held is counted from what was sent

    // what the node writes itself
    records_without_right,     ///< an officer who is retired goes on
    numbers_by_host,           ///< two nodes of an office give the same numbers
    inbox_begins_at_news,      ///< who becomes concerned gets no history
    inbox_repeats,             ///< an act goes into an inbox again
    inbox_skips_lower_offices, ///< an office two levels down is forgotten

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

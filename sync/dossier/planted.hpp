#pragma once
/// Bugs that the tests plant at the decisive lines of the merge, to prove that they would be seen. The product has none of
/// them: without MOTCUA_PLANTED_BUGS every question here is a constant no.

namespace motcua::sync {

enum class PlantedBug {
    none,

    // which of several moves stands
    highest_seq_wins,            ///< of two moves after one in one log the later stands
    earliest_clock_wins,         ///< a dispute is settled by the time that the acts claim
    lowest_hash_wins,            ///< a dispute is settled by the id of the acts
    fork_keeps_one,              ///< of two acts at one position the second is dropped from the conflict
    whole_subtree_counts,        ///< a branch counts what hangs below it, standing or not
    any_take_over_wins,          ///< a take_over by the holder's own office counts as one by another office
    seize_beats_a_result,        ///< a head's seize wins though another branch has completed
    late_is_disputed,            ///< a loser is shown as disputed

    // who may move
    sender_keeps_custody,        ///< a hand_over does not end the sender's right
    sender_takes_over,           ///< the sender's own line takes what it handed over
    anyone_takes_over,           ///< a take_over does not ask for the addressee
    handed_back_for_ever,        ///< what was handed back is handed back again
    any_line_takes_back,         ///< a hand_back is taken by any line of the office
    seize_by_any_head,
    supervisor_is_next_above,    ///< the parent of who holds it now, instead of one above all who held it
    predecessor_keeps_custody,   ///< an office that merged into another goes on
    newest_registry_counts,      ///< rights by the newest registry instead of the one that the act cites
    second_apology,              ///< an appointment is put off twice

    // what counts below
    void_prior_counts,           ///< a move after a void one is entitled
    quarantine_ends_at_the_act,  ///< what follows a quarantined move is not quarantined with it
    confirm_by_any_head,
    confirm_lifts_all_of_the_key,  ///< one confirmed act frees all others of its signer
    foreign_id_creates,          ///< a creating act whose dossier id is not its place has effect
    unknown_prior_is_void,       ///< what should wait is void
    foreign_prior_counts,        ///< what hangs on an act of another dossier is judged by that one
    delegation_outlasts_its_days,  ///< who once stood in for somebody does so for ever
    stand_in_counts_for_nothing,   ///< roles that an absent officer's delegation gives are not seen

    // arbitration
    arbitrate_by_any_head,
    citing_is_not_transitive,
    latest_arbitration_wins,     ///< by the time it claims, although it cites no other
    void_arbitration_cites,      ///< one without effect replaces others all the same

    // facts and what is told
    facts_of_the_standing_path_only,  ///< what happened at a counter is lost with a late branch
    fact_by_any_office,
    opaque_does_not_freeze,
    dispute_of_a_late_branch_shows,
    rerouting_restarts_clock,
    payment_restarts_clock,
    clock_follows_the_newest_rules,  ///< the procedure and calendar of today, instead of those of the reception
    clock_runs_from_the_move,    ///< from when work went on, instead of from when the papers came
    repeated_acts_count_twice,
    waiting_acts_vanish,
    extends_below_the_waiting,   ///< the incremental fold overlooks what waited for the new act

    last = extends_below_the_waiting,
};

#ifdef MOTCUA_PLANTED_BUGS
/// The one that is planted now.
inline PlantedBug planted_bug = PlantedBug::none;
[[nodiscard]] inline bool planted(PlantedBug bug) { return planted_bug == bug; }
#else
[[nodiscard]] constexpr bool planted(PlantedBug) { return false; }
#endif

}  // namespace motcua::sync

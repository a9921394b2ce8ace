#pragma once
/// What the fold says of one act. Stored, cosigned and relayed it is in every case.

#include <cstdint>
#include <string_view>

namespace motcua::sync {

/// Values are in views; a rebuild rewrites them.
enum class Standing : std::uint8_t {
    effective = 0,
    void_act = 1,      ///< without effect, with a reason
    waiting = 2,       ///< cites a registry size or an act that is not here yet
    opaque = 3,        ///< of a kind that this version does not know
    quarantined = 4,   ///< cut off by a revocation of its key, or by a seal or conviction of its log
    late = 5,          ///< entitled, but another move already follows the same one; can be issued anew
    disputed = 6,      ///< one of several entitled moves after one, none of which stands
};

enum class Reason : std::uint8_t {
    none = 0,
    bad_content = 1,            ///< the content is not what the kind says
    unknown_signer = 2,         ///< no officer with this key at the registry size that it cites
    not_of_this_office = 3,     ///< an officer of another office
    lacks_role = 4,
    not_the_log_key = 5,        ///< open, receipt and adopt are the log key's alone
    unknown_node = 6,           ///< the registry does not know this log
    wrong_dossier_id = 7,       ///< a creating act whose dossier id is not its own place
    registry_size_unknown = 8,  ///< waiting
    prior_unknown = 9,          ///< waiting
    prior_void = 10,
    not_a_registrar = 11,       ///< or not of the subtree
    unknown_office = 12,
    already_taken = 13,         ///< a key or code that already names another
    revoked_key = 14,
    unknown_kind = 15,
    conflicting_move = 16,      ///< several moves follow one
    wrong_state = 17,           ///< the rules do not allow it in this state of the dossier
    body_mismatch = 18,
    wrong_log = 19,             ///< a kind that does not belong into this log or at this place in it
    no_custody = 20,            ///< a move by a line that does not hold the dossier
    another_registry = 21,      ///< announces another registry's root, or is judged by a size that was so announced
    beyond_seal = 22,           ///< quarantined: its log was closed before this place
    beyond_conviction = 23,     ///< quarantined: its log has signed two histories from here on
    not_the_next_log = 24,      ///< quarantined: its log was only admitted, and the registry has chosen otherwise
    bad_carried_act = 25,       ///< adopts what is no act, or one with a bad signature, subject or body
    bad_countersignature = 26,

    unknown_officer = 32,       ///< the registry lists no such officer at this position
    already_succeeded = 33,     ///< the office has merged into another before
    exceeds_own_rights = 34,    ///< gives roles that the giver, or the absent officer, does not hold
    outside_delegation = 35,    ///< stands in for somebody, but not on the day that the act claims
    already_sealed = 36,
    no_proof = 37,              ///< convicts a log without proof against it
    unfit_successor = 38,       ///< the log that is to continue another is of another office, or continues one already

    prior_quarantined = 48,     ///< follows an act that a revocation cut off
    prior_waits = 49,           ///< waiting: so does the act that it follows
    to_itself = 50,             ///< a hand-over to the line that holds it already
    no_such_result = 51,        ///< mends something that is no completed result of its chain
    office_merged = 52,         ///< its office had merged into another
    not_the_supervisor = 53,    ///< a seizure or an arbitration by an office that may not
    no_such_branch = 54,        ///< arbitrates for an act that does not follow the one it names
    superseded = 55,            ///< an arbitration that a later one replaces
    not_handed_over = 56,       ///< takes over what was not handed to it, or hands back what nobody handed over
};

struct Verdict {
    Standing standing = Standing::effective;
    Reason reason = Reason::none;
    bool operator==(const Verdict&) const = default;
    [[nodiscard]] bool effective() const { return standing == Standing::effective; }
};

/// A short English name for `--json` and journals, and the sentence an officer reads, in Vietnamese.
[[nodiscard]] std::string_view name_of(Standing standing);
[[nodiscard]] std::string_view name_of(Reason reason);
[[nodiscard]] std::string_view sentence_vi(Reason reason);

}  // namespace motcua::sync

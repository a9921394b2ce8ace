#pragma once
/// Who exists and what they may do: the fold of the city's registry log. Pure; every question about entitlement ends here.

#include <map>
#include <memory>
#include <string>

#include "sync/act/content.hpp"
#include "sync/log/extension.hpp"
#include "sync/registry/dated_rules.hpp"
#include "sync/registry/verdict.hpp"

namespace motcua::sync {

struct Office {
    OfficeId id;
    std::string name;
    OfficeKind kind{};
    std::optional<OfficeId> parent;
    std::uint64_t since_size = 0;  ///< the registry size from which it stands, under whatever name and parent
};

/// What an officer of an absent one's office may do for that one; within the days given, both included.
struct Delegation {
    std::uint64_t from_size = 0;  ///< the registry size from which it stands
    PublicKey absent;
    Roles roles;
    std::int64_t first_day = 0, last_day = 0;
};

struct NodeRecord {
    LogId log;
    std::string origin;
    OfficeId office;
    std::string name;
    PublicKey log_key;
    NoiseKey noise_key;
    std::optional<PublicKey> cosigner_key;
    std::uint64_t since_size = 0;
    std::optional<std::uint64_t> retired_at;  ///< the registry size from which it has no right
    bool is_provisional = false;              ///< not listed: a head of the office admitted it (Registry::admit_node)
};

/// Where a log was closed for good.
struct Seal {
    std::uint64_t size = 0;      ///< what stands at or beyond it is quarantined
    Hash root;
    std::optional<LogId> next;   ///< the log that continues its line; null: none does
};
/// Where a log that signed two histories stops being believed.
struct Conviction {
    std::uint64_t size = 0;
    Bytes proof;                 ///< a ForkProof that verified
};

/// Which quarantines are passed over for an act: none; the seal of its log, since an `adopt` carries it; all, since a head confirmed it.
enum class Lift : std::uint8_t { nothing, seal, everything };

struct Officer {
    PublicKey key;
    OfficeId office;
    Roles roles;
    std::optional<OfficeId> registrar_of;
};

/// What the operator publishes and every node pins.
struct RootPin {
    crypto::VerifierKey root;  ///< root_verifier(…)
    static Result<RootPin> parse(std::string_view text);
};

/// A registry checkpoint as an act carries it.
struct Announcement {
    crypto::Checkpoint checkpoint;
    std::string note;
};
/// What an `open` or `receipt` announces, as the structural check reads it (sync/log): whoever signed the checkpoint.
[[nodiscard]] std::optional<Announcement> announced_by(const Payload& payload);

/// The fold. Copying is cheap enough for a snapshot a change; a const Registry may be read by many threads.
class Registry {
  public:
    /// An empty registry that accepts only an entry 0 signed by `pin`'s root key, naming that key, in the log that the
    /// pin's name says.
    explicit Registry(RootPin pin);

    /// The head against which an extension of the registry's log is checked: head(), or while nothing is here yet, the
    /// empty log that the extension's own entry 0 and the pin agree on. Errors: verification, when they do not.
    [[nodiscard]] Result<LogHead> head_for(const Extension& extension) const;
    /// Takes the next act of the registry's log, already checked for structure. A void one counts and changes nothing.
    /// Errors: verification, when entry 0 is not what the pin says (then nothing can follow) or the act is not the next.
    ///
    /// A `revoke` by a root key that cuts acts of the registry itself undoes them: the fold then stands as if they had
    /// never had effect (their verdicts change too). One by a registrar only cuts what comes after it in the registry,
    /// or a stolen registrar's key could undo the registrars that it was used against.
    [[nodiscard]] Result<Verdict> apply(const Act& act);

    [[nodiscard]] const RootPin& pin() const { return pin_; }
    [[nodiscard]] std::uint64_t size() const { return roots_.size(); }
    /// The Merkle root when it had `size` entries, 1 <= size <= size().
    [[nodiscard]] std::optional<Hash> root_at(std::uint64_t size) const;
    [[nodiscard]] LogId log_id() const;
    [[nodiscard]] std::string origin() const;
    [[nodiscard]] PublicKey registry_key() const;
    /// The head of the registry's log. Before entry 0 it has a name and neither id nor key: see head_for.
    [[nodiscard]] const LogHead& head() const { return head_; }
    [[nodiscard]] std::string city_code() const;
    [[nodiscard]] std::string city_name() const;

    [[nodiscard]] const Office* find_office(const OfficeId& id) const;
    /// The office that a code names now: the one with the latest since_day.
    [[nodiscard]] const Office* find_office(std::string_view code) const;
    [[nodiscard]] const Office* top() const;
    [[nodiscard]] std::vector<Office> offices() const;
    /// True when `office` is `above` or below it in the tree.
    [[nodiscard]] bool is_at_or_below(const OfficeId& office, const OfficeId& above) const;
    // As the registry of `size` entries had it; of a size beyond ours nothing is known.
    [[nodiscard]] const Office* office_at(const OfficeId& id, std::uint64_t size) const;
    [[nodiscard]] std::optional<OfficeId> parent_at(const OfficeId& id, std::uint64_t size) const;
    [[nodiscard]] bool is_at_or_below(const OfficeId& office, const OfficeId& above, std::uint64_t size) const;
    /// The office that `office` had merged into, by the `succeed` that stood then; that one may have a successor too.
    [[nodiscard]] std::optional<OfficeId> successor_at(const OfficeId& office, std::uint64_t size) const;

    /// A node that the registry lists, or that was admitted.
    [[nodiscard]] const NodeRecord* find_node(const LogId& log) const;
    [[nodiscard]] const NodeRecord* find_node(const NoiseKey& key) const;
    [[nodiscard]] std::vector<NodeRecord> nodes() const;
    /// The node whose cosigner verifier key has this name.
    [[nodiscard]] const NodeRecord* find_cosigner(std::string_view verifier_name) const;
    [[nodiscard]] bool is_retired(const NodeRecord& node) const { return node.retired_at.has_value(); }

    // --- lines (lines.cpp): a node's log and the logs that continue it after a restore, by the newest registry ---
    /// Null where the log is not sealed, or not convicted.
    [[nodiscard]] const Seal* find_seal(const LogId& log) const;
    [[nodiscard]] const Conviction* find_conviction(const LogId& log) const;
    /// The first log of its line: back over the seals that name it as next, and from an admitted log to its predecessor. A log
    /// that continues none is its own line.
    [[nodiscard]] LogId line_of(const LogId& log) const;
    /// Every known log of the line that `log` belongs to, sorted by id; itself where it continues none and none continues it.
    [[nodiscard]] std::vector<LogId> logs_of_line(const LogId& log) const;
    /// The log that goes on for the line of `log`: the last one that seals name. Of an admitted log nothing is known here.
    [[nodiscard]] LogId last_of_line(const LogId& log) const;

    /// Tells of entries 0 and 1 of a node's log, `open` and `admit_node`, as they are stored here; whether the log was entitled by
    /// them is judged here, by the registry of the size that `admit` cites. From then on find_node knows the log while the registry does
    /// not list it, and its acts count for its office, provisional. Repeating it changes nothing, nor does the order among logs.
    void admit_node(const Act& open, const Act& admit);
    /// Logs of which admit_node was told and that the registry does not list, entitled or not.
    [[nodiscard]] std::vector<LogId> admitted_logs() const;
    /// Whether admit_node was told of the log: what relies on it travels with entries 0 and 1.
    [[nodiscard]] bool is_told_of(const LogId& log) const { return admitted_.contains(log); }
    /// Whether the node was listed, or its admission stood, at that registry size.
    [[nodiscard]] bool is_entitled_at(const NodeRecord& node, std::uint64_t size) const { return size >= entitled_from(node); }
    /// Whether the act counts, if it does, only because a head admitted its log, and the registry has not listed it since.
    [[nodiscard]] bool is_provisional(const Act& act) const;

    /// The officer as the registry of that size knew the key; nothing when unknown, retired or `size` is beyond ours.
    [[nodiscard]] std::optional<Officer> officer_at(const PublicKey& key, std::uint64_t size) const;
    [[nodiscard]] std::vector<Officer> officers() const;
    /// The officer's own roles and those delegated for that day (Asia/Ho_Chi_Minh), by the registry of that size. A delegation
    /// never holds more than the absent officer does at that size, and ends for good when either of the two is retired or
    /// superseded. Empty for keys that are no officer's there.
    [[nodiscard]] Roles roles_at(const PublicKey& key, std::uint64_t size, std::int64_t day) const;
    /// The delegations to `key` that a registry of that size knew and that had not ended by retirement, whatever their days.
    [[nodiscard]] std::vector<Delegation> delegations_at(const PublicKey& key, std::uint64_t size) const;
    /// Whether a registry of that size had ever listed the key, for whatever use; then no admission speaks for it.
    [[nodiscard]] bool is_known_at(const PublicKey& key, std::uint64_t size) const;

    // --- which rules hold: by the registry size that an act cites, and by the day of acceptance. Pointers live as long as
    // --- this registry or any copy of it ---
    /// Of the acts on this code, the latest stated for the latest day that is not after `day`. It may be closed (is_open).
    [[nodiscard]] const ProcedureContent* procedure_at(std::string_view code, std::int64_t day, std::uint64_t size) const;
    [[nodiscard]] const RuleSetContent* rule_set_at(std::string_view name, std::int64_t day, std::uint64_t size) const;
    /// In registry order, since they add up.
    [[nodiscard]] std::vector<std::shared_ptr<const CalendarContent>> calendar_acts(std::string_view name, std::uint64_t size) const;
    /// The numbers of a day that the node may give: the log's own, else those of the log that it continues. By the newest registry.
    [[nodiscard]] std::optional<NumberBlockContent> number_block(const LogId& log) const;
    /// The first thousand numbers, [1000 k + 1, 1000 k + 1000], that no node of the office has a part of. Nothing when all
    /// are given.
    [[nodiscard]] std::optional<NumberBlockContent> free_number_block(const OfficeId& office) const;
    /// Everything that stands now, sorted by name and day.
    [[nodiscard]] const DatedRules<ProcedureContent>& procedures() const { return procedures_; }
    [[nodiscard]] const DatedRules<RuleSetContent>& rule_sets() const { return rule_sets_; }
    [[nodiscard]] std::vector<std::string> calendar_names() const;

    /// Whether a revocation quarantines what `key` signed at this place, whatever it cites.
    [[nodiscard]] bool is_cut(const PublicKey& key, const Position& place) const;

    /// The checkpoint of another registry that a node's `open` or `receipt` announces: of a size that is here, with another
    /// root. An extension with one is refused where the size is known when it comes (sync/log/extension); this is for what
    /// came before the registry did.
    [[nodiscard]] std::optional<Announcement> find_false_announcement(const Act& act) const;
    /// From now on, what stands behind `place` in its log and cites `size` or more is void: those sizes were another
    /// registry's, and two registries can never pass for one, whichever of them was known first.
    void disown(const Position& place, std::uint64_t size);

    /// Rights of one act of a node's log, by its kind, signer and the registry size it cites: entitled, void with the
    /// reason, waiting (cites a size we lack), quarantined or opaque. Looks at nothing but this act
    /// and what was disowned. Of an act of the registry itself: the verdict that apply came to, or waiting.
    [[nodiscard]] Verdict judge(const Act& act) const;
    /// The same, where `admission` (may be null) is an `admit` of the act's log, of a lower seq, for the act's signer: it gives
    /// the key its roles in the own office as long as the registry of the size that the act cites says nothing about the
    /// key. An admission that a revocation quarantines takes what rests on it along. A key so admitted admits nobody.
    [[nodiscard]] Verdict judge(const Act& act, const Act* admission) const;
    /// Effective through the admission and not without it: provisional. Never changes as the registry grows, except by
    /// revocations; whether the registry has answered since is is_known_at(key, size()).
    [[nodiscard]] bool is_admission_used(const Act& act, const Act* admission) const;
    /// As if no revocation, seal or conviction cut this act, nor the admission that it rests on: for an act that a head has confirmed.
    [[nodiscard]] Verdict judge_confirmed(const Act& act, const Act* admission) const { return judge(act, Lift::everything, admission, Lift::everything); }
    /// The same with what is passed over for the act, and for its admission.
    [[nodiscard]] Verdict judge(const Act& act, Lift of_act, const Act* admission, Lift of_admission) const;

  private:
    struct Rules;  // rules.hpp: what each registry act changes
    struct OfficerChange {
        std::uint64_t from_size;
        std::optional<Officer> officer;  ///< null: retired
    };
    struct OfficeChange {
        std::uint64_t from_size;
        Office office;
    };
    struct Succession {
        std::uint64_t from_size;
        OfficeId to;
    };
    struct KeyOwner {
        std::uint64_t from_size;
        std::string use;
    };
    struct CalendarAct {
        std::uint64_t from_size;
        std::shared_ptr<const CalendarContent> content;
    };
    using Cuts = std::map<PublicKey, std::map<LogId, std::uint64_t>>;  ///< 0 for logs not named
    /// A log as a head admitted it.
    struct AdmittedNode {
        NodeRecord record;
        std::shared_ptr<const Act> open, admit;
        std::optional<LogId> predecessor;
        Verdict verdict{Standing::waiting, Reason::registry_size_unknown};
    };

    [[nodiscard]] Verdict quarantine_of(const Act& act, Lift lift) const;
    [[nodiscard]] Verdict judge_uncut(const Act& act, const Act* admission, Lift of_act, Lift of_admission) const;
    [[nodiscard]] Verdict judge_own(const Act& act, const NodeRecord& node) const;
    [[nodiscard]] Verdict judge_adopt(const Act& act, const NodeRecord& node, Lift lift) const;
    [[nodiscard]] Verdict judge_admit_node(const AdmittedNode& admitted) const;
    [[nodiscard]] const AdmittedNode* find_admitted(const LogId& log) const;
    [[nodiscard]] bool relies_on_admission(const Payload& payload) const;
    [[nodiscard]] bool is_passed_over(const AdmittedNode& admitted) const;
    [[nodiscard]] std::uint64_t entitled_from(const NodeRecord& node) const;
    void reconsider_admitted();
    [[nodiscard]] Verdict judge_admit(const Act& act, const NodeRecord& node) const;
    [[nodiscard]] Verdict judge_close(const Act& act, const NodeRecord& node, const Act* admission) const;
    [[nodiscard]] Verdict judge_dossier_act(const Act& act, const NodeRecord& node, const Act* admission, Lift of_admission) const;
    [[nodiscard]] Verdict judge_signer(const Payload& payload, const NodeRecord& node, const Act* admission, Lift of_admission = Lift::nothing) const;
    [[nodiscard]] Verdict judge_admitted(const Payload& payload, const Act& admission, Lift of_admission) const;
    [[nodiscard]] bool is_listed_throughout(const PublicKey& key, std::uint64_t from_size, std::uint64_t to_size) const;
    [[nodiscard]] Verdict judge_carried(const std::optional<std::string>& registry_checkpoint) const;
    [[nodiscard]] bool is_false(const Announcement& announced) const;
    [[nodiscard]] bool is_disowned(const Payload& payload) const;
    [[nodiscard]] Result<RootSetContent> read_root_set(const Payload& payload) const;
    void reach_back(const Act& revocation);

    RootPin pin_;
    LogHead head_;
    std::vector<Hash> roots_;                       ///< the root at size index + 1
    std::vector<Verdict> verdicts_;                 ///< of each entry
    std::vector<std::shared_ptr<const Act>> acts_;  ///< shared by copies; needed when a revocation reaches back
    std::map<PublicKey, std::uint64_t> undone_;     ///< keys whose registry acts from that position have no effect
    std::optional<RootSetContent> root_set_;
    std::map<OfficeId, std::vector<OfficeChange>> offices_;
    std::map<OfficeId, Succession> successions_;
    std::map<LogId, NodeRecord> nodes_;
    std::map<NoiseKey, LogId> node_by_noise_key_;
    std::map<PublicKey, std::vector<OfficerChange>> officers_;
    std::map<PublicKey, std::vector<Delegation>> delegations_;  ///< by who stands in, in registry order
    DatedRules<ProcedureContent> procedures_;
    DatedRules<RuleSetContent> rule_sets_;
    std::vector<CalendarAct> calendars_;
    std::map<LogId, NumberBlockContent> number_blocks_;
    std::map<Bytes, KeyOwner> key_owners_;          ///< every key ever listed, and the one use it may have
    Cuts cuts_;
    std::map<LogId, Seal> seals_;
    std::map<LogId, LogId> continues_;              ///< the log that a seal names as next, and the sealed one
    std::map<LogId, Conviction> convictions_;
    std::map<Bytes, std::uint64_t> refused_;        ///< keys and logs that were retired before they were listed
    std::map<LogId, AdmittedNode> admitted_;        ///< as told, entitled or not
    std::map<LogId, std::map<std::uint64_t, std::uint64_t>> disowned_;  ///< by the seq of the announcement, its size
};

/// Any one of these lets an officer state an act of this kind in the log of the own office. Empty: no officer may.
[[nodiscard]] Roles roles_for(Kind kind);

}  // namespace motcua::sync

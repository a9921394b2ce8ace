#pragma once
/// Who exists and what they may do: the fold of the city's registry log. Pure; every question about entitlement ends here.

#include <map>
#include <memory>
#include <string>

#include "sync/act/content.hpp"
#include "sync/log/extension.hpp"
#include "sync/registry/verdict.hpp"

namespace motcua::sync {

struct Office {
    OfficeId id;
    std::string name;
    OfficeKind kind{};
    std::optional<OfficeId> parent;
    std::uint64_t since_size = 0;  ///< the registry size from which it stands
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
};

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

    [[nodiscard]] const NodeRecord* find_node(const LogId& log) const;
    [[nodiscard]] const NodeRecord* find_node(const NoiseKey& key) const;
    [[nodiscard]] std::vector<NodeRecord> nodes() const;
    /// The node whose cosigner verifier key has this name.
    [[nodiscard]] const NodeRecord* find_cosigner(std::string_view verifier_name) const;
    [[nodiscard]] bool is_retired(const NodeRecord& node) const { return node.retired_at.has_value(); }

    /// The officer as the registry of that size knew the key; nothing when unknown, retired or `size` is beyond ours.
    [[nodiscard]] std::optional<Officer> officer_at(const PublicKey& key, std::uint64_t size) const;
    [[nodiscard]] std::vector<Officer> officers() const;

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

  private:
    struct Rules;  // apply.cpp: what each registry act changes
    struct OfficerChange {
        std::uint64_t from_size;
        std::optional<Officer> officer;  ///< null: retired
    };
    using Cuts = std::map<PublicKey, std::map<LogId, std::uint64_t>>;  ///< 0 for logs not named

    [[nodiscard]] Verdict judge_own(const Act& act, const NodeRecord& node) const;
    [[nodiscard]] Verdict judge_dossier_act(const Act& act, const NodeRecord& node) const;
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
    std::map<OfficeId, Office> offices_;
    std::map<LogId, NodeRecord> nodes_;
    std::map<NoiseKey, LogId> node_by_noise_key_;
    std::map<PublicKey, std::vector<OfficerChange>> officers_;
    std::map<Bytes, std::string> key_owners_;       ///< every key ever listed, and the one use it may have
    Cuts cuts_;
    std::map<LogId, std::map<std::uint64_t, std::uint64_t>> disowned_;  ///< by the seq of the announcement, its size
};

/// Any one of these lets an officer state an act of this kind in the log of the own office. Empty: no officer may.
[[nodiscard]] Roles roles_for(Kind kind);

}  // namespace motcua::sync

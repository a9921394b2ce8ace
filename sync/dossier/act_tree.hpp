#pragma once
/// A dossier's acts as they hang together: moves follow moves by `prior`, facts hang on them. Says nothing about rights, but that an act
/// which an `adopt` carries is there only where that adopt is none that is void.

#include <deque>
#include <span>
#include <vector>

#include "sync/act/content.hpp"
#include "sync/act/envelope.hpp"
#include "sync/dossier/parties.hpp"
#include "sync/registry/verdict.hpp"

namespace motcua::sync {

/// A place in the tree's entries.
using EntryNo = std::uint32_t;
constexpr EntryNo no_entry = 0xffffffff;

struct Entry {
    const Act* act = nullptr;
    KindClass kind_class = KindClass::unknown;
    LineNo line = nobody;           ///< whose log it stands in; nobody: the registry does not know it
    Verdict own;                    ///< by the registry alone: signer, office, role, revocation, form (own_right.hpp)
    Verdict verdict;                ///< what the fold says in the end
    bool is_provisional = false;
    EntryNo prior = no_entry;       ///< that it hangs on; none: creating, or not here
    EntryNo first_child = no_entry, next_sibling = no_entry;  ///< nodes alone, by position
    EntryNo carries = no_entry;     ///< of an adopt: the act that it carries; none where the adopt is void
    const Act* carrier = nullptr;   ///< the adopt whose bytes it is known by; null where its own log's copy is here
    bool is_adopted = false;        ///< an adopt with effect carries it
    bool is_confirmed = false;      ///< a head confirmed it

    [[nodiscard]] Kind kind() const { return act->payload.kind; }
    [[nodiscard]] std::uint64_t registry_size() const { return act->payload.registry; }
    /// An arbitration, a confirmation or an adopt speaks about an act of its choice, and so hangs nowhere.
    [[nodiscard]] bool is_beside_the_tree() const { return kind() == Kind::arbitrate || kind() == Kind::confirm || kind() == Kind::adopt; }
    [[nodiscard]] bool is_creating() const { return !act->payload.prior && !is_beside_the_tree(); }
    /// Others may hang on it. Of an unknown kind we cannot say that they may not.
    [[nodiscard]] bool is_node() const { return is_creating() || kind_class == KindClass::move || kind_class == KindClass::unknown; }
    [[nodiscard]] bool is_fact() const { return kind_class == KindClass::fact && !is_creating() && !is_beside_the_tree(); }
};

/// An `admit` act; where an adopt carries it, the seal of its log does not cut it.
struct Admission {
    const Act* act = nullptr;
    Lift lift = Lift::nothing;
};

class ActTree {
  public:
    /// Takes the acts of this dossier with what adopts of them carry, and `admit` acts of any log, carried or not; all others are passed
    /// over. `acts` outlives the tree.
    ActTree(const DossierId& id, std::span<const Act* const> acts, Parties& parties);

    [[nodiscard]] std::vector<Entry>& entries() { return entries_; }
    [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
    [[nodiscard]] Entry& at(EntryNo number) { return entries_[number]; }
    [[nodiscard]] const Entry& at(EntryNo number) const { return entries_[number]; }
    [[nodiscard]] EntryNo size() const { return static_cast<EntryNo>(entries_.size()); }

    [[nodiscard]] EntryNo find(const ActId& id) const;
    /// The acts at a position: two, where a log was forked.
    [[nodiscard]] std::span<const Entry> at_position(const Position& position) const;

    /// Of an act beside the tree: it hangs nowhere, but its author had seen some act, and it waits until that is here.
    [[nodiscard]] Verdict judge_prior_beside(const Entry& entry) const;

    /// Creating acts, by position.
    [[nodiscard]] const std::vector<EntryNo>& creating() const { return creating_; }
    /// Every node, each after the one that it hangs on: from the creating acts, and from those whose prior is no node or not here.
    [[nodiscard]] const std::vector<EntryNo>& order() const { return order_; }
    /// `admit` acts of that log for that key, the latest first.
    [[nodiscard]] std::vector<Admission> admissions(const LogId& log, const PublicKey& key) const;

  private:
    void take_carried(const Act& adopt, const DossierId& id, const Registry& registry, std::vector<Entry>& own);
    void link();
    void put_in_order();

    std::vector<Entry> entries_;        // by (log, seq, id), each act once
    std::vector<EntryNo> by_id_;
    std::vector<EntryNo> creating_;
    std::vector<EntryNo> order_;
    std::vector<Admission> admissions_;   // by (log, seq, id)
    std::deque<Act> carried_;             // what adopts carry: entries point here
    std::map<ActId, ActId> carried_by_;   // the carried act, by the adopt's id
};

}  // namespace motcua::sync

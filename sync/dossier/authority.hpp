#pragma once
/// What a move's own chain entitles it to: custody and the table of life, followed from the creating act. Nothing but the chain
/// and the registry that the move cites decides here, so what arrives later never changes an answer.

#include "sync/dossier/act_tree.hpp"
#include "sync/dossier/status.hpp"

namespace motcua::sync {

/// Who holds a dossier at one point of a chain.
struct ChainCustody {
    OfficeNo office = nobody;      ///< of the holder; while an offer is open, of the sender
    LineNo line = nobody;
    bool is_offered = false;
    OfficeNo offered_to = nobody;
    LineNo offered_line = nobody;  ///< nobody: any line of the office
    bool is_back = false;          ///< offered by hand_back
    LineNo handed_over_by = nobody;  ///< the line to which the holder may hand back
};

/// What an entitled move, or creating act, leaves behind.
struct ChainPoint {
    ChainState life;
    ChainCustody custody;
    OfficeSetNo held = no_offices;     ///< offices that held custody on the chain
    OfficeSetNo touched = no_offices;  ///< offices that created or held it, or were addressed by a hand-over
    std::optional<Position> result;    ///< the `complete` on the chain
};

/// Where a chain goes on that is not here: its last act, and what it left behind.
struct ChainBase {
    ActId act;
    ChainPoint point;
};

/// One node of the tree, judged.
struct ChainNode {
    Verdict verdict;                 ///< authority: effective, or why the node has none
    ChainPoint point;                ///< where effective
    EntryNo root = no_entry;         ///< of its chain: the creating act, or where the chain breaks off
    EntryNo nearest = no_entry;      ///< the nearest entitled node at or before it
    Standing block = Standing::effective;  ///< of the first node of its chain that has no authority
};

class Authority {
  public:
    /// Judges every node. All outlive it. `base`: what hangs on that act is judged as if the chain to it were here.
    Authority(const DossierId& id, const ActTree& tree, const Registry& registry, Parties& parties, const std::optional<ChainBase>& base = std::nullopt);

    /// By the entry's number; of facts nothing is known here.
    [[nodiscard]] const ChainNode& at(EntryNo number) const { return nodes_[number]; }
    [[nodiscard]] bool is_entitled(EntryNo number) const { return tree_->at(number).is_node() && nodes_[number].verdict.effective(); }

    /// The nearest office that is a proper ancestor of all of these, by the registry of that size; the top is its own. Nothing
    /// where that registry does not know them.
    [[nodiscard]] std::optional<OfficeId> supervisor(OfficeSetNo held, std::uint64_t size) const;
    /// Whether the entry is a `seize` by the supervisor at that point.
    [[nodiscard]] bool is_supervisors_seize(const Entry& entry, const ChainPoint& at) const;

  private:
    void judge(EntryNo number);
    Verdict judge_creating(const Entry& entry, ChainPoint& after);
    Verdict judge_move(const Entry& entry, const ChainPoint& at, ChainPoint& after);
    Verdict judge_hand_over(const Entry& entry, ChainPoint& after);
    Verdict judge_take_over(const Entry& entry, const ChainCustody& seen, ChainPoint& after);
    Verdict judge_hand_back(ChainPoint& after);
    Verdict judge_seize(const Entry& entry, const ChainPoint& at, const ChainCustody& seen, ChainPoint& after);
    Verdict judge_mending(const Entry& entry, const ChainPoint& at) const;
    void give_custody(ChainPoint& point, const Entry& entry, LineNo handed_over_by);
    [[nodiscard]] ChainCustody as_seen_by(const Entry& entry, const ChainCustody& custody) const;
    [[nodiscard]] std::uint64_t size_cited(const Entry& entry) const;

    DossierId id_;
    const ActTree* tree_;
    const Registry* registry_;
    Parties* parties_;
    std::optional<ChainBase> base_;
    std::vector<ChainNode> nodes_;
};

/// What becomes of an act that rests on one of that standing, which gives it no authority: void, quarantined or opaque with it, else waiting.
[[nodiscard]] Verdict verdict_below(Standing prior);

/// The nearest office that is a proper ancestor of every one that held custody, by the registry of that size; the top is its
/// own. Nothing while one of them is unknown there.
[[nodiscard]] std::optional<OfficeId> supervisor_of(std::span<const OfficeId> held, const Registry& registry, std::uint64_t size);

}  // namespace motcua::sync

#pragma once
/// Which of several entitled moves on one stands. From the leaves up, each branch by its own standing path; never by time or hash.

#include "sync/dossier/arbitration.hpp"

namespace motcua::sync {

/// What a branch's own standing path has done, as far as the conflict at its root asks.
struct PathDeeds {
    /// Of its take_overs, two different ones are enough to say whether there is one by another than somebody.
    std::array<LineNo, 2> takers{nobody, nobody};
    std::array<OfficeNo, 2> taker_offices{nobody, nobody};
    bool has_completed = false;

    void take_over(LineNo line, OfficeNo office);
    void join(const PathDeeds& further);
    [[nodiscard]] bool has_taker_other_than(LineNo line) const { return has_other(takers, line); }
    [[nodiscard]] bool has_office_other_than(OfficeNo office) const { return has_other(taker_offices, office); }

  private:
    static bool has_other(const std::array<std::uint32_t, 2>& two, std::uint32_t one) {
        return (two[0] != nobody && two[0] != one) || (two[1] != nobody && two[1] != one);
    }
};

class Settlement {
  public:
    /// Gives every node its verdict in the end. All outlive it.
    Settlement(ActTree& tree, const Authority& authority, const Arbitrations& arbitrations, const Parties& parties);

    /// The node that stands after this one (no entry: the creating act that stands), if any does.
    [[nodiscard]] EntryNo standing_after(EntryNo after) const { return after == no_entry ? standing_root_ : standing_[after]; }
    /// The rivals after it, where none stands; empty elsewhere.
    [[nodiscard]] std::vector<EntryNo> disputed_after(EntryNo after) const;
    /// Whether one more seize after it would stand beside these rivals, none of which does: by this supervisor, or by a head among
    /// the holder's own lines.
    struct EndingSeize {
        bool by_supervisor = false, by_head = false;
    };
    [[nodiscard]] EndingSeize ending_seize(EntryNo after, const Branches& branches, const std::optional<OfficeId>& supervisor) const;

  private:
    EntryNo settle(EntryNo after, const Branches& branches) const;
    template <class Holds>
    EntryNo only_one(const std::vector<EntryNo>& rivals, Holds holds) const;
    [[nodiscard]] bool is_heads_seize(EntryNo rival, const ChainCustody& holder) const;
    [[nodiscard]] bool is_completed_beside(EntryNo rival, const std::vector<EntryNo>& rivals) const;
    void hand_down(EntryNo after, const Branches& branches, Verdict from_above);

    ActTree* tree_;
    const Authority* authority_;
    const Arbitrations* arbitrations_;
    const Parties* parties_;
    std::vector<EntryNo> standing_;
    std::vector<PathDeeds> deeds_;
    EntryNo standing_root_ = no_entry;
};

}  // namespace motcua::sync

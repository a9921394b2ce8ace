#pragma once
/// Which arbitrations hold. They stand beside the tree, may come at any time, and replace each other by citing.

#include <map>

#include "sync/dossier/authority.hpp"

namespace motcua::sync {

/// The entitled moves on one move, or the entitled creating acts: of those of one log only the lowest seq. Two logs of one line are two.
struct Branches {
    std::vector<EntryNo> rivals;          ///< by position; more than one is a conflict
    std::vector<EntryNo> behind;          ///< of a log that moved before: late, whatever stands
    std::optional<OfficeId> one_office;   ///< when lines of one office alone made them
};
/// After this entry; no entry: the creating acts.
[[nodiscard]] Branches branches_after(EntryNo after, const ActTree& tree, const Authority& authority, const Parties& parties);

class Arbitrations {
  public:
    /// Gives every `arbitrate` of the tree its verdict. `tree` outlives it.
    Arbitrations(ActTree& tree, const Authority& authority, const Registry& registry, const Parties& parties);

    /// The rival that the one standing arbitration of this question chose. `after`: no entry is the null one.
    [[nodiscard]] EntryNo chosen_after(EntryNo after) const;
    /// Whether one would stand there as soon as a line of a further office moves too: then only the supervisor's count.
    [[nodiscard]] bool would_choose_among_offices(EntryNo after) const;

  private:
    struct Arbitration {
        EntryNo entry = no_entry;
        ArbitrateContent content;
        EntryNo after = no_entry, stands = no_entry;
        bool is_valid = false;
        bool is_supervisors = false;  ///< also where lines of several offices compete
    };
    Verdict judge(Arbitration& arbitration, const Authority& authority, const Registry& registry, const Parties& parties);
    [[nodiscard]] std::vector<const Arbitration*> uncited(const std::vector<const Arbitration*>& of_one_question) const;
    void choose(const std::vector<const Arbitration*>& of_one_question);

    ActTree* tree_;
    std::vector<Arbitration> all_;      // by entry
    std::map<EntryNo, Branches> branches_;
    std::map<EntryNo, EntryNo> chosen_;
};

}  // namespace motcua::sync

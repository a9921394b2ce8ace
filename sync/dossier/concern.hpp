#pragma once
/// Whom a dossier concerns, and so which of its acts a hub puts into which inbox. Pure: the answer follows from the acts and
/// the registry alone, never from what was put there before or from how the acts came here.

#include <map>
#include <set>

#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// The offices that created or held the dossier, or to which one of these handed it over or put it for consultation, by what its acts
/// say; sorted. It goes by contents and not by verdicts, so that an office that was concerned once always is; an office that
/// merely states something about a dossier is not concerned by that.
[[nodiscard]] std::vector<OfficeId> offices_concerned(const DossierId& id, std::span<const Act> acts, const Registry& registry);

/// All that an office's inbox is to hold of one dossier.
struct InboxPlan {
    OfficeId office;
    std::vector<const Act*> acts;  ///< in the order in which they go in
};

/// Decides for one hub, by one registry: which of the offices directly below it get what.
///
/// Each gets every act of a dossier that concerns it or an office below it, but for acts that it sends up itself: where it has one line of logs, those of
/// that line and of all below it. Where it has several, they get each other's. The order is by `prior`, and in one log by position.
class InboxRouter {
  public:
    /// `registry` outlives the router.
    InboxRouter(const Registry& registry, OfficeId hub);

    [[nodiscard]] const OfficeId& hub() const { return hub_; }
    [[nodiscard]] bool has_offices_below() const { return !towards_.empty(); }
    /// `acts`: all that are here of the dossier, `admit` acts that entitle its signers, and entries 0 and 1 of admitted logs; repeated or not. `also_concerned`: what else
    /// is known to be concerned, such as Dossier::concerned. Plans point into `acts`; empty ones are left out.
    [[nodiscard]] std::vector<InboxPlan> plan(const DossierId& id, std::span<const Act> acts, std::span<const OfficeId> also_concerned = {}) const;
    /// The offices directly below for which every dossier is to be planned anew. One sends up less by itself than under `before`: it has a second
    /// node now, so what was left out must follow. Or an office that existed came below it, or came itself below this hub, from elsewhere.
    [[nodiscard]] std::set<OfficeId> offices_owed_more(const InboxRouter& before) const;

  private:
    [[nodiscard]] bool sends_it_up(const OfficeId& office, const LogId& log) const;

    const Registry* registry_;
    OfficeId hub_;
    std::map<OfficeId, OfficeId> towards_;     ///< each office below the hub, and the one directly below it on the way there
    std::map<OfficeId, std::size_t> lines_of_;  ///< of node logs ever listed or admitted
};

}  // namespace motcua::sync

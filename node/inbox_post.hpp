#pragma once
/// What this node puts into the inboxes that it keeps: collected while dossiers are folded, written at the end of the same change.

#include "node/node_state.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {

/// One change's worth. Lives for one call, inside its savepoint.
class InboxPost {
  public:
    /// `offices`: only for these; empty for all.
    explicit InboxPost(Node::State& state, std::set<sync::OfficeId> offices = {});
    InboxPost(const InboxPost&) = delete;
    InboxPost& operator=(const InboxPost&) = delete;

    /// For update_views; empty where this node keeps no inboxes, or has to write nothing by itself.
    [[nodiscard]] OnFolded collector();
    /// Appends what was collected. Errors: refused (this database is older than what was signed before), storage.
    [[nodiscard]] Result<void> write();

  private:
    [[nodiscard]] Result<void> collect(const sync::Dossier& dossier, std::span<const sync::Act> acts);
    [[nodiscard]] Result<void> write_inbox(const sync::InboxName& inbox, const std::vector<sync::Act>& acts);
    [[nodiscard]] Result<void> append(sync::InboxWriter writer, const sync::LogId& inbox);
    [[nodiscard]] Result<std::size_t> body_bytes(const sync::Act& act);

    Node::State& state_;
    std::set<sync::OfficeId> only_;
    std::map<sync::OfficeId, std::vector<sync::Act>> acts_;
};

}  // namespace motcua::node

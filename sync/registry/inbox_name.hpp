#pragma once
/// Which inboxes there are: a node keeps one for each office directly below its own, and nobody else does.

#include "sync/registry/registry.hpp"

namespace motcua::sync {

struct InboxName {
    std::string origin;
    LogId log;
    PublicKey log_key;  ///< that of the keeper's own log
    LogId keeper;
    OfficeId office;    ///< whose inbox it is

    [[nodiscard]] LogHead empty_head() const { return LogHead::empty(origin, log_key, LogClass::inbox); }
};

/// The inbox that `keeper` keeps for `office`; nothing unless the office is directly below the keeper's.
[[nodiscard]] std::optional<InboxName> inbox_name(const Registry& registry, const NodeRecord& keeper, const OfficeId& office);
/// The inboxes of that office, kept by the nodes of the office above it: one a node. Empty at the top.
[[nodiscard]] std::vector<InboxName> inboxes_of(const Registry& registry, const OfficeId& office);
/// What an inbox's origin says, where the registry knows its keeper and the office.
[[nodiscard]] std::optional<InboxName> find_inbox(const Registry& registry, std::string_view origin);

}  // namespace motcua::sync

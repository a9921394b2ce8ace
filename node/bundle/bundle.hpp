#pragma once
/// A link without a wire: what one node would send another, in a file that only the other can read (DESIGN 7). Carried by USB stick
/// both ways: acts and bodies up, cosignatures, the registry and the inbox down.
///
/// A sealed stream of purpose "bundle", to the recipient's Noise key, of messages as on a link (PROTOCOL.md), each with a u32 BE length; the
/// first is the head:
///
///     head = ["motcua bundle", 1, from, to, made-at-ms, registry-log, registry-size, registry-root, [*head-of-a-log]]
///
/// What the head states about its author's logs is believed for one thing: what the answer need not hold again. Everything else is
/// checked like what comes over a link.

#include "node/control/request.hpp"
#include "node/keep/sealed_file.hpp"
#include "sync/session/message.hpp"

namespace motcua::node {

struct BundleHead {
    static constexpr std::uint64_t version_now = 1;
    std::string magic = "motcua bundle";
    std::uint64_t version = version_now;
    sync::LogId from, to;            ///< own logs of author and recipient
    std::uint64_t made_at_ms = 0;
    sync::RegistryHead registry;
    std::vector<sync::HeadState> heads;  ///< of the logs that the two share, as they stand at the author
    template <class A> void serialize(A& a) { a(magic, version, from, to, made_at_ms, registry.log, registry.size, registry.root, heads); }
};

struct BundleSummary {
    std::string to;                  ///< origin of the recipient's log
    std::uint64_t entries = 0, cosignatures = 0;
    std::uint64_t registry_entries = 0;
};

/// Writes to `target` all that `recipient`, a node directly or farther above or below, is known to lack; `said`: the head of its last
/// bundle, where there is one. Reads only, beside the running node. Errors: refused (`target` exists, or the two share no logs),
/// not_found (the registry lists no such node, or it is retired), storage.
[[nodiscard]] Result<BundleSummary> write_bundle(Reader& reader, const sync::Registry& registry, const sync::LogId& own_log, const sync::LogId& recipient,
                                                 const std::optional<BundleHead>& said, const std::filesystem::path& target, const Clock& clock, Random& random);

/// The only node of the office above; the one of that office code or origin where `name` is given. Errors: not_found; usage (several).
[[nodiscard]] Result<sync::LogId> find_recipient(const sync::Registry& registry, const sync::LogId& own_log, const std::optional<std::string>& name);

/// Reads some more of a bundle into the node, in groups of its own: so that a counter need not wait for a large one. Errors: verification
/// and refused, as for a link; what was taken before stays, and reading it again changes nothing.
[[nodiscard]] Result<TakeBundleDone> take_bundle(Node& node, const TakeBundle& request);

}  // namespace motcua::node

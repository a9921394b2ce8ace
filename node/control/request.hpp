#pragma once
/// What a verb asks of a node that changes it, as a value: performed in this process, or by the running `serve` of the same
/// directory through DIR/socket (mode 0600, same user only), in CBOR with a u32 BE length.

#include "node/desk/desk.hpp"
#include "node/keep/adopt.hpp"

namespace motcua::node {

/// Approves an enrolment request (node or officer) at the city.
struct Approve {
    Bytes request;
    std::string parent_code;
    std::optional<sync::LogId> continues{};  ///< the lost log that the node goes on for, where the request names none
    template <class A> void serialize(A& a) { a(request, parent_code, continues); }
};
/// States acts in the registry, in one commit. What changes nothing is passed over; what would be without effect is left
/// out and told, while the rest goes in.
struct StateRegistry {
    std::vector<RegistryEntry> entries;
    bool dry_run = false;  ///< the same answer, and nothing recorded
    template <class A> void serialize(A& a) { a(entries, dry_run); }
};
struct Rebuild { template <class A> void serialize(A& a) { a(); } };
/// One reconciliation with the upstream; done when it is over.
struct SyncNow { template <class A> void serialize(A& a) { a(); } };
/// Takes some more of a bundle (node/bundle/bundle.hpp), which this process reads itself; asked again until it is whole.
struct TakeBundle {
    std::string file;                 ///< absolute
    std::uint64_t messages_done = 0;  ///< as the last answer says; 0 at first
    template <class A> void serialize(A& a) { a(file, messages_done); }
};

/// What a scrub in another process found.
struct NoteDamage {
    std::vector<Damage> found;
    std::optional<std::uint64_t> round_began_ms;  ///< it has gone over everything since
    template <class A> void serialize(A& a) { a(found, round_began_ms); }
};

using Work = std::variant<Receive, Step, ImportBatch, Approve, Rebuild, SyncNow, StateRegistry, Submit, CloseBook, Admit, PrintReceipt, TakeBundle, AdoptBatch, NoteDamage>;

struct Request {
    Work work;
    /// The officer's seed (32 bytes) for work that is signed; else empty. Wiped after use on both sides.
    crypto::Secret officer_seed{0};
};

struct ApproveDone { Bytes ticket; template <class A> void serialize(A& a) { a(ticket); } };
struct StateRegistryDone {
    /// Of each entry, in order. Only between processes; a message may be renumbered with codec_version.
    enum class Outcome : std::uint8_t { added = 1, changed = 2, unchanged = 3, refused = 4 };
    struct Stated {
        Outcome outcome{};
        std::string reason;  ///< of a refusal: a word of sync/registry/verdict
        template <class A> void serialize(A& a) { a(outcome, reason); }
    };
    std::vector<Stated> stated;
    std::uint64_t registry_size = 0;
    template <class A> void serialize(A& a) { a(stated, registry_size); }
};
struct RebuildDone { sync::Hash before, after; std::uint64_t acts = 0; template <class A> void serialize(A& a) { a(before, after, acts); } };
struct SyncDone {
    std::uint64_t entries_sent = 0, entries_received = 0, bytes_sent = 0, bytes_received = 0, cosignatures_received = 0;
    std::vector<std::string> refusals;
    template <class A> void serialize(A& a) { a(entries_sent, entries_received, bytes_sent, bytes_received, cosignatures_received, refusals); }
};
struct TakeBundleDone {
    std::uint64_t messages_done = 0;
    bool is_whole = false;            ///< nothing is left to take
    Bytes head;                       ///< the bundle's, as CBOR: for the answer
    std::uint64_t entries = 0, registry_entries = 0, cosignatures = 0;
    std::vector<std::string> refusals;  ///< one a log that was refused, with the cause
    template <class A> void serialize(A& a) { a(messages_done, is_whole, head, entries, registry_entries, cosignatures, refusals); }
};
struct NoteDamageDone { template <class A> void serialize(A& a) { a(); } };
using Done = std::variant<ReceiveDone, StepDone, ImportDone, ApproveDone, RebuildDone, SyncDone, StateRegistryDone, CloseDone, AdmitDone, PrintReceiptDone, TakeBundleDone, AdoptDone, NoteDamageDone>;

/// In a group of its own, durable on return. SyncNow is not performed here but by node/link.
[[nodiscard]] Result<Done> perform(Node& node, const Request& request, NodeEnvironment environment);

/// Whether `perform_in_group` takes this work: an officer's daily work, which may share a commit with that of others.
[[nodiscard]] bool is_groupable(const Work& work);
/// Inside a group of the node, which the caller commits; an error undoes this work alone.
[[nodiscard]] Result<Done> perform_in_group(Node& node, const Request& request, NodeEnvironment environment);

}  // namespace motcua::node

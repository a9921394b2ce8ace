#pragma once
/// What a session reads of its own node: always the true, stored state, never something remembered about a peer.

#include <memory>
#include <set>

#include "sync/log/extension.hpp"
#include "sync/registry/registry.hpp"
#include "sync/session/at_most.hpp"
#include "sync/session/manifest.hpp"

namespace motcua::sync {

/// A log's head as a session states it. `held`: the size up to which the upper side of this link has cosigned;
/// `witnessed`: the size up to which the city has. Both are 0 without a cosignature.
struct HeadState {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    std::uint64_t held = 0;
    std::uint64_t witnessed = 0;
    bool operator==(const HeadState&) const = default;
    template <class A>
    void serialize(A& a) {
        a(log, size, root, held, witnessed);
    }
};

constexpr std::size_t cosignature_lines_max = 16;  ///< one a level of the tree above a log

/// Cosignature lines over one checkpoint of a log.
struct Cosigned {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    std::vector<std::string> lines;  ///< NoteSignature::line() each, without LF
    template <class A>
    void serialize(A& a) {
        a(log, size, root, at_most(cosignature_lines_max, lines));
    }
};

/// What the peer is to us; who dialled has no part in it.
enum class Side { upper, lower };

/// The two ends of a link, one of them ours.
struct LinkEnds {
    OfficeId lower;  ///< the lower's office
    LogId upper;     ///< the upper node
    Side peer{};     ///< which of the two the peer is
};

/// That an entry is in a log of that size, by RFC 6962.
struct Inclusion {
    Hash leaf;
    std::vector<Hash> path;
};

/// A file that is named by an act here and that is not whole here.
struct FileWish {
    BlobId blob;
    std::uint64_t size_bytes = 0;   ///< as the act says; a manifest of another size is not taken
    std::optional<Bytes> manifest;  ///< where it is stored here already
    std::uint32_t first_chunk = 0;  ///< the first that is not stored: they are stored in order
};

class Replica {
  public:
    virtual ~Replica() = default;

    [[nodiscard]] virtual std::shared_ptr<const Registry> registry() const = 0;
    /// The heads of all node logs whose office is at or below `office`, and of the inbox that the node `upper` keeps for
    /// `office` if it keeps one (inbox_name), sorted by log id; `held` by the node `upper`, never of an inbox. A log of
    /// which nothing is stored has size 0. What follows takes the ids of both: entries of an inbox are its leaves, bodies those of
    /// the acts in them.
    [[nodiscard]] virtual Result<std::vector<HeadState>> heads(const OfficeId& office, const LogId& upper) const = 0;
    /// The root at a size of a log that is stored here; nothing when size is beyond it.
    [[nodiscard]] virtual Result<std::optional<Hash>> root_at(const LogId& log, std::uint64_t size) const = 0;
    /// Entries from `from` to a checkpoint, at most about `bytes_max` but at least to the next checkpoint. Nothing when
    /// `from` is the end.
    [[nodiscard]] virtual Result<std::optional<Extension>> read(const LogId& log, std::uint64_t from,
                                                                std::size_t bytes_max) const = 0;
    /// The signed checkpoint at exactly this size, or the nearest above it: evidence.
    [[nodiscard]] virtual Result<std::optional<std::string>> checkpoint_note(const LogId& log,
                                                                             std::uint64_t size) const = 0;
    /// The leaf at `index` of the log when it had `size` entries, and its path; nothing unless index < size <= ours.
    [[nodiscard]] virtual Result<std::optional<Inclusion>> inclusion(const LogId& log, std::uint64_t index,
                                                                     std::uint64_t size) const = 0;
    /// That the first `from` entries of a log are a beginning of its first `to` (RFC 9162 section 2.1.4.1); nothing where they are not
    /// here, or so many that the proof is not worth reading them.
    [[nodiscard]] virtual Result<std::optional<std::vector<Hash>>> consistency(const LogId&, std::uint64_t /*from*/,
                                                                               std::uint64_t /*to*/) const {
        return std::nullopt;
    }
    /// The newest cosignature that is stored here by each cosigner, grouped by checkpoint.
    [[nodiscard]] virtual Result<std::vector<Cosigned>> cosignatures(const LogId& log) const = 0;
    /// Positions whose act names a body that is not stored, though our office may have it; at most `count_max`.
    [[nodiscard]] virtual Result<std::vector<std::uint64_t>> missing_bodies(const LogId& log,
                                                                            std::size_t count_max) const = 0;
    [[nodiscard]] virtual Result<std::optional<Bytes>> body(const LogId& log, std::uint64_t seq) const = 0;
    /// Whether an office may have the body of the act in entry `seq` of a log or inbox: it is concerned with the dossier,
    /// or above one that is where the procedure lets ancestors have bodies. Asked of both sides of a link.
    [[nodiscard]] virtual Result<bool> may_have_body(const LogId&, std::uint64_t /*seq*/, const OfficeId&) const {
        return true;
    }

    /// Whether the log is an earlier one of our own line. Where the upper has more of it, that is fetched.
    [[nodiscard]] virtual bool is_earlier_of_line(const LogId&) const { return false; }

    // --- a node that a head admitted and the registry does not list yet ---
    /// Entries 0 and 1 of our own log, `open` and `admit_node`, while only these entitle us; nothing otherwise.
    [[nodiscard]] virtual Result<std::optional<Extension>> introduction() const { return std::nullopt; }
    /// The node that these entries 0 and 1 of its log entitle, by our registry. Judged, not stored: nothing is here yet that
    /// their author vouches for. Nothing when they entitle nobody. Errors: verification, with the reason.
    [[nodiscard]] virtual Result<std::optional<NodeRecord>> admitted(const Extension&) const { return std::nullopt; }

    // --- files ---
    /// Files that are named by acts which this link brings here (of a lower its logs, of an upper its inbox) and that are
    /// not whole here, oldest act first, none of `skip`, at most `count_max`. Only of acts that are not void.
    [[nodiscard]] virtual Result<std::vector<FileWish>> wanted_files(const LinkEnds&, const std::set<BlobId>& /*skip*/,
                                                                     std::size_t /*count_max*/) const {
        return std::vector<FileWish>{};
    }
    /// Whether an act that this link brings to the peer names the file, and the peer may have that act's body.
    [[nodiscard]] virtual Result<bool> may_have_file(const BlobId&, const LinkEnds&) const { return false; }
    /// A chunk, or at manifest_index the manifest; nothing where it is not here.
    [[nodiscard]] virtual Result<std::optional<Bytes>> chunk(const BlobId&, std::uint32_t /*index*/) const {
        return std::nullopt;
    }
};

}  // namespace motcua::sync

#pragma once
/// What a session reads of its own node: always the true, stored state, never something remembered about a peer.

#include <memory>

#include "sync/log/extension.hpp"
#include "sync/registry/registry.hpp"
#include "sync/session/at_most.hpp"

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
    /// The newest cosignature that is stored here by each cosigner, grouped by checkpoint.
    [[nodiscard]] virtual Result<std::vector<Cosigned>> cosignatures(const LogId& log) const = 0;
    /// Positions whose act names a body that is not stored, at most `count_max`.
    [[nodiscard]] virtual Result<std::vector<std::uint64_t>> missing_bodies(const LogId& log,
                                                                            std::size_t count_max) const = 0;
    [[nodiscard]] virtual Result<std::optional<Bytes>> body(const LogId& log, std::uint64_t seq) const = 0;
};

}  // namespace motcua::sync

#pragma once
/// The one verb of replication: a log grows by entries and the signed checkpoint that ends them.

#include <functional>
#include <memory>

#include "crypto/merkle.hpp"
#include "sync/act/envelope.hpp"
#include "sync/log/origin.hpp"

namespace motcua::sync {

/// Acts and bodies of one extension together; a checkpoint stands at least this often.
constexpr std::size_t extension_bytes_max = 512 * 1024;
constexpr std::size_t extension_entries_max = 4096;

/// All that extending a log needs to know of it.
struct LogHead {
    LogId id;
    std::string origin;
    PublicKey log_key;
    LogClass log_class{};
    crypto::CompactRange tree;
    Hash last_leaf;                              ///< zero while empty
    std::uint64_t registry_size = 0;             ///< the `registry` of the last entry
    std::optional<std::uint64_t> announced;      ///< the registry size that the last entry (open, receipt) carries

    static LogHead empty(std::string origin, const PublicKey& log_key, LogClass log_class);
    [[nodiscard]] std::uint64_t size() const { return tree.size(); }
    bool operator==(const LogHead&) const = default;
};

/// As it comes from a peer, a bundle or a disk: nothing is checked yet.
struct Extension {
    LogId log;
    std::uint64_t from = 0;
    std::vector<Bytes> entries;
    std::vector<std::optional<Bytes>> bodies;  ///< one an entry, null where there is none or it is not here
    std::string checkpoint;                    ///< a signed note over size from + entries.size()
    /// That its end is a beginning of what the recipient has once cosigned (RFC 9162 section 2.1.4.1); empty where it does not matter.
    std::vector<Hash> proof{};

    template <class A> void serialize(A& a) { a(log, from, entries, bodies, checkpoint, proof); }
};
constexpr std::size_t extension_proof_max = 64;  ///< hashes: a log has fewer than 2^64 entries

/// What is known of the registry's roots: the root at a size, or nothing when that size is not here yet.
using RegistryRootAt = std::function<std::optional<Hash>(std::uint64_t size)>;

/// Up to where the one who checks has cosigned the log before, by its own signature under a key that the registry lists: what lies below has
/// been checked then, signature by signature.
struct OnceCosigned {
    std::uint64_t size = 0;
    Hash root;
};

/// What a checked extension holds, whatever its log carries.
class CheckedActs {
  public:
    [[nodiscard]] const LogHead& base() const { return base_; }
    [[nodiscard]] const LogHead& head() const { return head_; }
    [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
    [[nodiscard]] const std::vector<std::optional<Bytes>>& bodies() const { return bodies_; }
    [[nodiscard]] const crypto::Note& checkpoint() const { return checkpoint_; }
    /// So many of the first acts are what was once cosigned, by their hashes; their signatures are to be checked some time later.
    [[nodiscard]] std::size_t deferred() const { return deferred_; }

  protected:
    CheckedActs() = default;
    /// Makes the entry the next of the log that ends at `head`, and says which act it carries. Errors: verification, naming the place.
    using TakeEntry = std::function<Result<Act>(LogHead& head, Bytes entry)>;
    /// All that is checked, what costs least first. Once; nothing was in it before.
    [[nodiscard]] Result<void> check(const LogHead& base, Extension extension, SignatureChecker& checker, const TakeEntry& take,
                                     const std::optional<OnceCosigned>& cosigned = {});

    LogHead base_, head_;
    std::vector<Act> acts_;
    std::vector<std::optional<Bytes>> bodies_;
    crypto::Note checkpoint_;
    std::size_t deferred_ = 0;
};

/// An extension that passed every structural check (FORMAT.md, "Refused, or void") against `base`. Only `check_extension` and
/// `LogWriter` make one, and the store takes nothing else.
class CheckedExtension : public CheckedActs {
    CheckedExtension() = default;
    friend Result<CheckedExtension> check_extension(const LogHead&, Extension, SignatureChecker&, const RegistryRootAt&, const std::optional<OnceCosigned>&);
    friend class LogWriter;
};

/// Checks envelopes, positions, chaining, the registry rule, bodies by hash, root, checkpoint signature and every act's
/// signature; those that `cosigned` covers, by the roots or by the extension's proof, are deferred. `base` must be the whole of what is stored: `extension.from` equals its size (see trim_overlap).
/// Errors: verification, naming log, position and cause; refused, on a gap, an overlap, an empty extension or a limit.
[[nodiscard]] Result<CheckedExtension> check_extension(const LogHead& base, Extension extension, SignatureChecker& checker,
                                                       const RegistryRootAt& registry_root_at, const std::optional<OnceCosigned>& cosigned = {});

/// As it travels: the very bytes that were checked or written.
[[nodiscard]] Extension to_extension(const CheckedExtension& checked);

/// Reads a stored entry of the extension's log; nothing where there is none.
using StoredEntryAt = std::function<Result<std::optional<Bytes>>(std::uint64_t seq)>;
/// Cuts off what lies below `head_size`, once it was found byte-equal to what is stored; everything may be cut off. An
/// extension that begins at or beyond `head_size` comes back as it is. Errors: verification (fork: another entry is
/// stored at that position), and what `stored` says.
[[nodiscard]] Result<Extension> trim_overlap(Extension extension, std::uint64_t head_size, const StoredEntryAt& stored);

/// Puts one act behind `head`: position, chaining, the rule of entry 0 and the registry rule; shared by checking, writing
/// and auditing. Leaves `head` as it was on an error. Signatures are the caller's. Errors: verification.
[[nodiscard]] Result<void> advance(LogHead& head, const Act& act, const RegistryRootAt& registry_root_at);

/// For a caller that knows no registry roots: every size is unknown.
[[nodiscard]] inline std::optional<Hash> no_registry_roots(std::uint64_t) { return std::nullopt; }

/// A draft of an act: all that its author chooses. The writer adds the place.
struct Draft {
    const crypto::SigningKey* signer = nullptr;  ///< outlives the call
    WallTime at;
    Kind kind{};
    Bytes subject;
    std::optional<ActId> prior;
    cbor::Item content;
    std::optional<Bytes> body;
    std::optional<BodyHash> absent_body{};  ///< where `body` is null: names one that is not here, as an adopt of a relayed act does
};

/// Signs acts onto the end of a log whose key we hold, then the checkpoint. One writer a commit.
class LogWriter {
  public:
    /// `log_key` outlives the writer and is the head's.
    LogWriter(LogHead head, const crypto::SigningKey& log_key);

    [[nodiscard]] Seq next_seq() const;
    [[nodiscard]] const LogHead& head() const { return extension_.head_; }
    [[nodiscard]] std::size_t entries() const { return extension_.acts_.size(); }
    /// The act appended last. At least one was.
    [[nodiscard]] const Act& last() const { return extension_.acts_.back(); }
    /// Bytes of acts and bodies so far.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// True when the largest act with the largest body might no longer fit: finish, and go on with another writer.
    [[nodiscard]] bool full() const;
    /// `registry_size` as in the payload; a registry's own acts cite their own seq. Errors: refused, when the act would
    /// break a rule of `advance`, the form of a body or a size limit (that of the whole extension only when full());
    /// nothing changed then.
    [[nodiscard]] Result<ActId> append(const Draft& draft, std::uint64_t registry_size);
    /// Signs the checkpoint. At least one act was appended.
    [[nodiscard]] CheckedExtension finish() &&;

  private:
    CheckedExtension extension_;
    const crypto::SigningKey* log_key_;
    std::size_t bytes_ = 0;
};

}  // namespace motcua::sync

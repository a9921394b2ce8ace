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

    template <class A> void serialize(A& a) { a(log, from, entries, bodies, checkpoint); }
};

/// What is known of the registry's roots: the root at a size, or nothing when that size is not here yet.
using RegistryRootAt = std::function<std::optional<Hash>(std::uint64_t size)>;

/// An extension that passed every structural check of DESIGN section 5 against `base`. Only `check_extension` and
/// `LogWriter` make one, and the store takes nothing else.
class CheckedExtension {
  public:
    [[nodiscard]] const LogHead& base() const { return base_; }
    [[nodiscard]] const LogHead& head() const { return head_; }
    [[nodiscard]] const std::vector<Act>& acts() const { return acts_; }
    [[nodiscard]] const std::vector<std::optional<Bytes>>& bodies() const { return bodies_; }
    [[nodiscard]] const crypto::Note& checkpoint() const { return checkpoint_; }

  private:
    CheckedExtension() = default;
    friend Result<CheckedExtension> check_extension(const LogHead&, Extension, SignatureChecker&, const RegistryRootAt&);
    friend class LogWriter;
    LogHead base_, head_;
    std::vector<Act> acts_;
    std::vector<std::optional<Bytes>> bodies_;
    crypto::Note checkpoint_;
};

/// Checks envelopes, positions, chaining, the registry rule, signatures, bodies by hash, root and checkpoint signature.
/// Errors: verification, naming log, position and cause; refused, on a gap (`from` is beyond the head) or a limit.
/// `extension.from` may lie below the head: the overlap must be byte-equal and is the caller's to cut off.
[[nodiscard]] Result<CheckedExtension> check_extension(const LogHead& base, Extension extension, SignatureChecker& checker,
                                                       const RegistryRootAt& registry_root_at);

/// The registry rule and chaining for one act, shared by checking, writing and auditing. Errors: verification.
[[nodiscard]] Result<void> advance(LogHead& head, const Act& act, const RegistryRootAt& registry_root_at);

/// A draft of an act: all that its author chooses. The writer adds the place.
struct Draft {
    const crypto::SigningKey* signer = nullptr;  ///< outlives the call
    WallTime at;
    Kind kind{};
    Bytes subject;
    std::optional<ActId> prior;
    cbor::Item content;
    std::optional<Bytes> body;
};

/// Signs acts onto the end of a log whose key we hold, then the checkpoint. One writer a commit.
class LogWriter {
  public:
    /// `log_key` outlives the writer and is the head's.
    LogWriter(LogHead head, const crypto::SigningKey& log_key);

    [[nodiscard]] Seq next_seq() const;
    [[nodiscard]] const LogHead& head() const { return extension_.head_; }
    [[nodiscard]] std::size_t entries() const { return extension_.acts_.size(); }
    /// Bytes of acts and bodies so far; the caller finishes before extension_bytes_max.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    /// `registry_size` as in the payload; a registry's own acts cite their own seq. Errors: refused, when the act would
    /// break the registry rule or a size limit; nothing changed then.
    [[nodiscard]] Result<ActId> append(const Draft& draft, std::uint64_t registry_size);
    /// Signs the checkpoint. At least one act was appended.
    [[nodiscard]] CheckedExtension finish() &&;

  private:
    CheckedExtension extension_;
    const crypto::SigningKey* log_key_;
    std::size_t bytes_ = 0;
};

}  // namespace motcua::sync

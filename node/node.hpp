#pragma once
/// A node at work: its keys, its store, its registry. Holds DIR/lock, so there is one a directory; belongs to one thread.
/// Everything that changes a node goes through `record`, `take` and their kin, in groups: begin, any number of them, commit.

#include "node/clock.hpp"
#include "node/config.hpp"
#include "node/keep/disk_guard.hpp"
#include "node/keys.hpp"
#include "node/store/damage.hpp"
#include "node/store/store.hpp"
#include "node/store/views.hpp"
#include "node/store/witness.hpp"
#include "sync/session/session.hpp"

namespace motcua::node {

/// DIR/lock, held while this lives. Errors: busy, when another process has it; not_found.
class DirectoryLock {
  public:
    [[nodiscard]] static Result<DirectoryLock> take(const std::filesystem::path& directory);
    DirectoryLock(DirectoryLock&& other) noexcept;
    DirectoryLock& operator=(DirectoryLock&&) noexcept;
    ~DirectoryLock();

  private:
    explicit DirectoryLock(int fd) : fd_(fd) {}
    int fd_;
};

/// What a caller wants recorded. The node adds place, time, registry size and, for a new dossier, its id.
struct Entry {
    sync::Kind kind{};
    /// A new dossier; the dossier and prior of an earlier entry of the same call; or as given.
    struct NewDossier {};
    struct SameAs { std::size_t entry; };
    std::variant<NewDossier, SameAs, Bytes> subject;
    std::optional<sync::ActId> prior;  ///< with SameAs: left empty, the creating act of that entry is meant
    cbor::Item content;
    std::optional<Bytes> body;
    std::optional<sync::BodyHash> absent_body{};  ///< where `body` is null: names one that is not here
};
/// What is to be stated in the registry.
struct RegistryEntry {
    sync::Kind kind{};
    Bytes subject;
    cbor::Item content;
    std::optional<Bytes> body;
    template <class A> void serialize(A& a) { a(kind, subject, content, body); }
};
struct Recorded {
    sync::ActId act;
    sync::Position position;
    Bytes subject;
};

struct NodeEnvironment {
    const Clock* clock;        ///< outlives the node
    Random* random;
    sync::SignatureChecker* checker;
    const DiskProbe* disk = nullptr;  ///< null: the disk itself
};

class Node {
  public:
    /// `passphrase` null only for an insecure node. Where a crash came between a commit and its cosignatures, they are made
    /// now, so that every peer finds them. Views of another version are made anew, which takes as long as a rebuild; the journal says so. Errors: busy, not_found, refused (passphrase), storage, verification.
    [[nodiscard]] static Result<Node> open(const std::filesystem::path& directory, const crypto::Secret* passphrase,
                                           NodeEnvironment environment);
    Node(Node&&) noexcept;
    Node& operator=(Node&&) noexcept;
    ~Node();

    [[nodiscard]] const std::filesystem::path& directory() const;
    [[nodiscard]] const Config& config() const;
    [[nodiscard]] const NodeEnvironment& environment() const;
    [[nodiscard]] Reader& reader();
    [[nodiscard]] std::shared_ptr<const sync::Registry> registry() const;  ///< null before enrolment
    [[nodiscard]] sync::SessionIdentity identity() const;
    [[nodiscard]] const sync::LogId& log_id() const;
    [[nodiscard]] bool is_city() const;  ///< holds the registry's key
    /// Errors: refused, in words, where the disk is too full to take acts, bodies or files of other offices.
    [[nodiscard]] Result<void> has_room_for_others() const;
    /// Records nothing, because it is a restored or cloned copy; its sessions fetch what it lacks of its own log.
    [[nodiscard]] bool is_recovering();

    // --- a group: begin, changes, commit. A change that fails undoes itself alone ---
    [[nodiscard]] Result<void> begin();
    /// Main commit; then, for logs of others that grew (at the city also for its own and the registry), the witness commit,
    /// and only then the cosignatures of the others', which are stored and handed out in `cosigned`. Errors: storage; the outcome is then unknown, and the node is to be restarted.
    /// `withheld`: logs of which witness.db knows more, or another history, than is stored now.
    struct Committed {
        Durable durable;
        std::vector<sync::Cosigned> cosigned;
        std::vector<Error> withheld;
    };
    [[nodiscard]] Result<Committed> commit();
    void rollback();
    /// Several changes of the group as one: where `changes` fails, all that it did is undone.
    [[nodiscard]] Result<void> together(const std::function<Result<void>()>& changes);

    /// Appends to this node's own log, signed by the officer. A receipt goes first where the registry grew. Each call ends
    /// with a signed checkpoint, so that undoing one call of a group leaves the others whole. Salts are the caller's.
    /// Nothing is signed to the outside before commit. Errors: refused (not enrolled, halted, accused, the officer has no
    /// right to it, a limit, or the city is a restored or cut copy), usage.
    [[nodiscard]] Result<std::vector<Recorded>> record(const crypto::SigningKey& officer, std::span<const Entry> entries);
    /// The same for adopts, which the log key signs (node/keep/adopt.hpp).
    [[nodiscard]] Result<std::vector<Recorded>> record_adopts(std::span<const Entry> entries);
    /// The text of a receipt's QR: what the `receive` act at that place of our own log promises, signed by the log key. The same
    /// text each time. In the group that recorded the act it may be made, and leaves the process only after commit.
    /// Errors: refused (another log), not_found (no such entry), verification (it is no reception).
    [[nodiscard]] Result<std::string> receipt_of(const sync::Position& place);
    /// Appends to the registry, all or none; only at the city. Each act is judged, in this order, before any is stored.
    /// Errors: refused (one would be without effect, or the city is a restored or cut copy).
    [[nodiscard]] Result<std::vector<Recorded>> record_in_registry(const crypto::SigningKey& signer, std::span<const RegistryEntry> entries);
    /// What each would come to if they were stated next in this order; changes nothing. Errors: refused, as above.
    [[nodiscard]] Result<std::vector<sync::Verdict>> try_in_registry(const crypto::SigningKey& signer, std::span<const RegistryEntry> entries);
    /// Checks and stores what a peer sent: of the registry, or of a node that the registry lists or a head admitted; of our own log only
    /// while this node is recovering.
    /// What is here already is compared and passed over, so repeats are fine. Errors: verification (the log is accused,
    /// for good where the log itself signed it, with evidence where there is any), refused (gap, unknown log, accused).
    /// `checker`: for this extension's signatures; null: the environment's.
    [[nodiscard]] Result<sync::StoredExtension> take(sync::Extension extension, sync::SignatureChecker* checker = nullptr);
    /// Checks each line against the registry and our own root at that size. Errors: refused, verification.
    [[nodiscard]] Result<void> take_cosignatures(const sync::Cosigned& cosigned);
    /// Errors: not_found (no such entry), verification (not the body that it names).
    [[nodiscard]] Result<void> take_body(const sync::LogId& log, std::uint64_t seq, ByteView body);
    /// Kept for people; accuses the log, for good where its own two signatures contradict each other.
    [[nodiscard]] Result<void> keep_evidence(const sync::StoreEvidence& evidence);
    /// Appending to our own log stops until an operator has recovered it.
    [[nodiscard]] Result<void> halt(const sync::Halt& halt);
    /// Our own cosignature, shown by a node below after this one lost it (a restored hub): nothing less is cosigned from now on. Durable at
    /// once. Errors: verification, when it is not by our key; storage.
    [[nodiscard]] Result<void> adopt_cosignature(const sync::Cosigned& cosigned);
    /// A node above has no more of our own log than is here: an operator may open the next log of the line (node/keep/next_log.hpp).
    [[nodiscard]] Result<void> tail_is_here();
    /// What a scrub found damaged: it is asked for again at the next session, and not handed on before.
    [[nodiscard]] Result<void> note_damage(std::span<const Damage> found);
    /// A scrub that began then has gone over everything: what it did not find any more is well again.
    [[nodiscard]] Result<void> note_scrubbed(std::uint64_t began_ms);
    /// Checks signatures of acts that were taken by this node's own earlier cosignature, at most about `acts_max` of them. One that is bad
    /// accuses its log, for good, since the log signed what held it; unless the disk has changed it since, which is noted as damage. Errors: storage.
    struct CheckedAgain {
        std::uint64_t acts = 0;
        bool is_all = true;               ///< none is left
        std::vector<std::string> found;   ///< what was bad, in words
    };
    [[nodiscard]] Result<CheckedAgain> check_deferred(std::size_t acts_max);
    [[nodiscard]] bool has_deferred() const;
    /// Outside a group: all views anew, in a transaction of its own.
    [[nodiscard]] Result<Durable> rebuild(const std::function<void(std::uint64_t)>& progress);

  private:
    friend class Arrival;
    friend class InboxPost;
    struct State;
    [[nodiscard]] Result<std::vector<Recorded>> record_signed(const crypto::SigningKey& signer, std::span<const Entry> entries);
    explicit Node(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

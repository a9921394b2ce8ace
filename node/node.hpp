#pragma once
/// A node at work: its keys, its store, its registry. Holds DIR/lock, so there is one a directory; belongs to one thread.
/// Everything that changes a node goes through `record`, `take` and their kin, in groups: begin, any number of them, commit.

#include "node/clock.hpp"
#include "node/config.hpp"
#include "node/keys.hpp"
#include "node/store/store.hpp"
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
};

class Node {
  public:
    /// `passphrase` null only for an insecure node. Errors: busy, not_found, refused (passphrase), storage, verification.
    [[nodiscard]] static Result<Node> open(const std::filesystem::path& directory, const crypto::Secret* passphrase,
                                           NodeEnvironment environment);
    Node(Node&&) noexcept;
    Node& operator=(Node&&) noexcept;
    ~Node();

    [[nodiscard]] const std::filesystem::path& directory() const;
    [[nodiscard]] const Config& config() const;
    [[nodiscard]] Reader& reader();
    [[nodiscard]] std::shared_ptr<const sync::Registry> registry() const;  ///< null before enrolment
    [[nodiscard]] sync::SessionIdentity identity() const;
    [[nodiscard]] const sync::LogId& log_id() const;
    [[nodiscard]] bool is_city() const;  ///< holds the registry's key

    // --- a group: begin, changes, commit. A change that fails undoes itself alone ---
    [[nodiscard]] Result<void> begin();
    /// Main commit; then, for logs of others that grew, the witness commit, and only then their cosignatures, which are
    /// stored and handed out in `cosigned`.
    struct Committed {
        Durable durable;
        std::vector<sync::Cosigned> cosigned;
    };
    [[nodiscard]] Result<Committed> commit();
    void rollback();

    /// Appends to this node's own log, signed by the officer. A receipt goes first where the registry grew. Errors:
    /// refused (not enrolled, halted, or a limit), usage.
    [[nodiscard]] Result<std::vector<Recorded>> record(const crypto::SigningKey& officer, std::span<const Entry> entries);
    /// Appends to the registry; only at the city. `body` may be null. The act is judged before it is signed. Errors: refused.
    [[nodiscard]] Result<Recorded> record_in_registry(const crypto::SigningKey& signer, sync::Kind kind, Bytes subject,
                                                      cbor::Item content, std::optional<Bytes> body);
    /// Checks and stores what a peer sent. Errors: verification (the log is accused, with evidence where there is any),
    /// refused (gap, unknown log).
    [[nodiscard]] Result<sync::StoredExtension> take(sync::Extension extension);
    [[nodiscard]] Result<void> take_cosignatures(const sync::Cosigned& cosigned);
    [[nodiscard]] Result<void> take_body(const sync::LogId& log, std::uint64_t seq, ByteView body);
    [[nodiscard]] Result<void> keep_evidence(const sync::StoreEvidence& evidence);
    /// Appending to our own log stops until an operator has recovered it.
    [[nodiscard]] Result<void> halt(const sync::Halt& halt);
    [[nodiscard]] Result<Durable> rebuild(const std::function<void(std::uint64_t)>& progress);

  private:
    struct State;
    explicit Node(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// --- how a directory becomes a node; each makes everything or nothing ---

struct CitySetup {
    std::string code, name, officer_name;
};
/// Keys, registry with entry 0, office, node and first officer, and the node's own log. Returns the root verifier key text.
/// `recovery_file` gets the recovery root key. Errors: refused (DIR is not empty), usage (code), storage.
[[nodiscard]] Result<std::string> init_city(const std::filesystem::path& directory, const CitySetup& setup,
                                            const std::filesystem::path& recovery_file, const crypto::Secret* passphrase,
                                            NodeEnvironment environment);
struct NodeSetup {
    std::string code, name, officer_name;
    sync::OfficeKind kind = sync::OfficeKind::commune;
};
/// Keys and DIR/enrol.request.
[[nodiscard]] Result<void> request_enrolment(const std::filesystem::path& directory, const NodeSetup& setup,
                                             const crypto::Secret* passphrase, NodeEnvironment environment);
/// At the city, inside a group: signs office, node and officer into the registry; then the ticket can be read.
[[nodiscard]] Result<void> approve_enrolment(Node& city, const crypto::SigningKey& registrar, ByteView request, std::string_view parent_code);
[[nodiscard]] Result<Bytes> make_ticket(Node& node);
/// Pins the root, stores the registry, opens the node's log. `root` non-null: must equal the ticket's.
[[nodiscard]] Result<void> accept_enrolment(const std::filesystem::path& directory, ByteView ticket, std::string_view upstream,
                                            const std::optional<std::string>& root, const crypto::Secret* passphrase,
                                            NodeEnvironment environment);

}  // namespace motcua::node

#pragma once
/// The inside of a Node, for the files that implement it.

#include <set>

#include "node/node.hpp"
#include "node/recovery.hpp"
#include "sync/dossier/concern.hpp"

namespace motcua::node {

struct Node::State {
    std::filesystem::path directory;
    Config config;
    DirectoryLock lock;
    Store store;
    Witness witness;
    NodeEnvironment environment;
    DiskGuard disk;
    crypto::SigningKey log_key;
    crypto::NoiseKeyPair noise_key;
    std::optional<crypto::SigningKey> cosigner_key;
    std::optional<crypto::SigningKey> registry_key;
    std::string origin;
    sync::LogId log_id;

    std::shared_ptr<const sync::Registry> registry;            ///< with what the open group has added
    std::shared_ptr<const sync::Registry> committed_registry;  ///< to which a rollback returns
    std::set<sync::LogId> grown;                               ///< logs that the open group has extended
    bool has_deferred = true;                                  ///< some signatures may wait to be checked; known once it was looked

    std::shared_ptr<const sync::Registry> routed_by_ = nullptr;  ///< what `router` was made of
    std::unique_ptr<const sync::InboxRouter> router_ = nullptr;

    [[nodiscard]] const sync::NodeRecord* own_record() const { return registry ? registry->find_node(log_id) : nullptr; }
    [[nodiscard]] sync::RegistryRootAt registry_root_at() const {
        return [registry = registry](std::uint64_t size) { return registry ? registry->root_at(size) : std::nullopt; };
    }

    /// Runs one change of the group between savepoints; undoes it alone when it fails.
    template <class Work>
    auto as_job(Work work) -> decltype(work()) {
        ensure(store.in_transaction(), "a node changes between begin and commit only");
        if (auto ok = store.savepoint(); !ok) return std::unexpected(std::move(ok).error());
        const auto registry_before = registry;
        const auto grown_before = grown;
        auto result = work();
        auto closed = result ? store.release_savepoint() : store.rollback_to_savepoint();
        if (result && closed) return result;
        registry = registry_before;
        grown = grown_before;
        if (!closed) return std::unexpected(std::move(closed).error());
        return result;
    }

    /// What goes before this node's next act: the registry where it has grown since the last one cited it, and at most once a minute
    /// how far the inboxes are that it was sent, and who has cosigned its log. Remembers what it hands out.
    [[nodiscard]] Result<std::optional<sync::ReceiptContent>> due_receipt(const sync::LogHead& own, const std::string& registry_checkpoint);
    /// Who gets what, by the registry as it is now. Only while the registry lists this node.
    [[nodiscard]] const sync::InboxRouter& router();
    /// Brings the views up to acts that were just stored, and puts what follows from them into the inboxes that this node keeps.
    [[nodiscard]] Result<void> show(std::span<const sync::Act> acts);
    /// After the registry has grown: what an office's inbox left out, because its one node sent it up itself, and now needs.
    [[nodiscard]] Result<void> catch_up_inboxes(const sync::Registry& before);
    /// When this node begins, in a transaction: what the inboxes of a new log are to begin with.
    [[nodiscard]] Result<void> fill_new_inboxes();
    /// Where the registry closed our own log: nothing more is recorded in it.
    [[nodiscard]] Result<void> stop_when_closed();
    /// Our own key signed two histories: nothing more is recorded in this log.
    [[nodiscard]] Result<void> stop_as_twin();
    /// At the city, which alone writes the registry: somebody below has more of it.
    [[nodiscard]] Result<void> stop_as_restored_city(std::uint64_t size_below);
    /// Stores an extension of the registry that `after` has applied, and what follows from it.
    [[nodiscard]] Result<void> store_registry(const sync::CheckedExtension& extension, std::shared_ptr<sync::Registry> after);
    /// Cosigns the stored heads of these logs, as far as they are of offices properly below ours and the witness agrees.
    /// Only after the commit that stored them. Durable on return.
    [[nodiscard]] Result<std::vector<sync::Cosigned>> cosign(const std::set<sync::LogId>& logs, std::vector<Error>& withheld);
    /// At the city its own log and the registry, which no node above cosigns: witness.db remembers how far they went.
    [[nodiscard]] std::vector<sync::LogId> own_history() const;
    /// Those of the logs that are inboxes which this node keeps. Nobody cosigns them: witness.db remembers them too.
    [[nodiscard]] Result<std::vector<sync::LogId>> kept_inboxes(const std::set<sync::LogId>& logs);
    /// What witness.db is to remember of one of them next; nothing where it knows the head. Errors: refused, when it
    /// remembers more than is here, or another root: this is a restored or cut copy.
    [[nodiscard]] Result<std::optional<WitnessRow>> row_to_witness(const sync::LogId& log);
    /// Before the city appends. Errors: refused, as above; storage.
    [[nodiscard]] Result<void> refuse_cut_copy();
    /// Only after the commit that extended the logs. Durable on return. `withheld` gets what was refused.
    [[nodiscard]] Result<void> witness_written(std::span<const sync::LogId> logs, std::vector<Error>& withheld);
    /// How far this node has cosigned a log, where that is more than is here: it lost its database, and a node below has shown it.
    [[nodiscard]] Result<std::optional<sync::OnceCosigned>> once_cosigned(const sync::LogHead& head);
    /// Logs below ours of which more is stored than we have cosigned.
    [[nodiscard]] Result<std::set<sync::LogId>> heads_to_cosign();
};

}  // namespace motcua::node

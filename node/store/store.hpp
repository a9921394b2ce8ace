#pragma once
/// The one writing connection of a node's database. Belongs to one thread. Layout: node/store/SCHEMA.md.
///
/// Every change happens between `begin` and `commit`; only `commit` hands out a Durable, after fsync. A storage error
/// inside or at commit means that the outcome is unknown: the store then refuses everything until the process restarts.

#include "node/store/reader.hpp"
#include "sync/log/inbox.hpp"

namespace motcua::node {

/// Proof that a commit reached the disk.
class Durable {
  public:
    [[nodiscard]] std::uint64_t commit() const { return commit_; }

  private:
    friend class Store;
    explicit Durable(std::uint64_t commit) : commit_(commit) {}
    std::uint64_t commit_;
};

/// What an inbox brought.
struct CarriedActs {
    std::vector<sync::Act> fresh;  ///< not here before
    struct Other {
        Bytes here;                ///< the envelope that is stored at that place
        sync::Act act;
    };
    std::vector<Other> others;     ///< of a place at which another act is stored: kept with the inbox, and without any effect
};

class Store {
  public:
    /// `directory`/motcua.db; creates the schema in a new file. Errors: storage, also when the file is of a newer schema.
    [[nodiscard]] static Result<Store> open(const std::filesystem::path& directory);

    [[nodiscard]] Reader& reader();

    /// Errors: storage, once anything failed on this connection; busy.
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<Durable> commit();
    void rollback();
    [[nodiscard]] bool in_transaction() const;
    /// Undo to the savepoint what the last job did, and nothing else of the group. Nested inside begin and commit.
    [[nodiscard]] Result<void> savepoint();
    [[nodiscard]] Result<void> release_savepoint();
    [[nodiscard]] Result<void> rollback_to_savepoint();

    /// Entries, bodies, the checkpoint and the head. Its base must be the stored head. A log that is not known yet is added.
    /// An unproven accusation is lifted.
    [[nodiscard]] Result<void> append(const sync::CheckedExtension& extension);
    /// References, the acts and bodies that are not here yet, the checkpoint and the head. The log of every act is stored here or
    /// was named by know_log. Two different acts of one place become evidence. Errors: verification, when the inbox has
    /// carried an act of the same place before.
    [[nodiscard]] Result<CarriedActs> append_inbox(const sync::CheckedInboxExtension& extension);
    /// Gives a log of which nothing is here a row, so that acts of it can be stored. `empty`: its head at size 0.
    [[nodiscard]] Result<void> know_log(const sync::LogHead& empty);
    [[nodiscard]] Result<void> add_cosignature(const sync::LogId& log, const CosignatureRow& row);
    /// The body that entry `seq` names (of an inbox: the act that it carries) and that is missing here. Keeps the one that is there already.
    /// Errors: not_found (no such entry); verification (not the body that the entry names).
    [[nodiscard]] Result<void> add_body(const sync::LogId& log, std::uint64_t seq, ByteView body);
    /// Acts from <= seq < to, behind those that are deferred already: their signatures are to be checked again some time.
    [[nodiscard]] Result<void> defer(const sync::LogId& log, std::uint64_t from, std::uint64_t to);
    /// Those below `to` have been.
    [[nodiscard]] Result<void> checked(const sync::LogId& log, std::uint64_t to);
    /// What is here already gets the proof, if it had none.
    [[nodiscard]] Result<void> add_evidence(const EvidenceRow& row);
    /// `proven`: the log itself signed it, so it is no longer extended. Else it is shown until a good extension arrives,
    /// since a relay could have spoiled what it passed on. A log of which nothing is stored is not marked.
    [[nodiscard]] Result<void> accuse(const sync::LogId& log, std::string_view why, bool proven);
    [[nodiscard]] Result<void> set_meta(std::string_view key, std::string_view value);
    [[nodiscard]] Result<void> remove_meta(std::string_view key);

    // --- views: node/store/views.hpp writes them ---
    [[nodiscard]] Database& database();
    /// Kept from one change of the views to the next, whatever becomes of the registry between them.
    [[nodiscard]] sync::CompiledCalendars& calendars();

  private:
    struct State;
    explicit Store(std::unique_ptr<State> state);
  public:
    Store(Store&&) noexcept;
    Store& operator=(Store&&) noexcept;
    ~Store();
  private:
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

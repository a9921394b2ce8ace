#pragma once
/// Everything that can be asked of a node's database. One Reader belongs to one thread; many may be open beside the
/// one writer. Rows are handed over as they are: whoever needs proof checks hashes (node/audit).

#include <functional>

#include "node/store/database.hpp"
#include "sync/dossier/dossier.hpp"
#include "sync/session/replica.hpp"

namespace motcua::node {

struct LogRow {
    sync::LogHead head;
    sync::Hash root;                     ///< as stored beside the head, which gives it too
    std::optional<std::string> accused;  ///< what is wrong: a bad extension or a fork
    bool proven = false;                 ///< the log itself signed what it is accused of: it is no longer extended
};
struct CheckpointRow {
    std::uint64_t size;
    sync::Hash root;
    std::string note;
};
struct CosignatureRow {
    std::uint64_t size;
    std::string cosigner;  ///< name of its verifier key
    std::uint64_t time_s;
    std::string line;      ///< the signature line, without LF
};
/// Acts from <= seq < past of a log.
struct DeferredRow {
    sync::LogId log;
    std::uint64_t from = 0, past = 0;
};
struct EvidenceRow {
    sync::LogId log;
    std::string ours, theirs, cause;
    std::optional<Bytes> proof{};  ///< an encoded sync::ForkProof that verified
    std::uint64_t number = 0;      ///< by which this node knows it; given when it is stored
};
struct VerdictRow {
    sync::Position position;
    sync::Verdict verdict;
};
struct DossierQuery {
    std::optional<sync::DossierStatus> status;
    std::uint64_t limit = 100;  ///< newest received first
};

/// From <= instant < to, in ms since 1970.
struct BookPeriod {
    std::uint64_t from_ms = 0, to_ms = 0;
};
struct BookTotals {
    std::uint64_t received = 0, finished = 0, returned = 0;  ///< within the period
    std::uint64_t open = 0;                                  ///< received by its end and not finished then
    std::optional<std::string> first_code, last_code;        ///< of those received in it
};

/// Return false to stop.
using EachEntry = std::function<bool(std::uint64_t seq, ByteView envelope)>;

class Reader {
  public:
    /// Read-only connection to `directory`/motcua.db. Errors: not_found, storage (also: another schema version).
    [[nodiscard]] static Result<Reader> open(const std::filesystem::path& directory);
    /// Shares the writer's connection, inside its transaction.
    explicit Reader(Database& database) : database_(&database) {}

    /// Those of which entries are here, by origin; not those that are only known because an inbox carries acts of them.
    [[nodiscard]] Result<std::vector<LogRow>> logs();
    [[nodiscard]] Result<std::optional<LogRow>> log(const sync::LogId& id);
    [[nodiscard]] Result<std::optional<LogRow>> log_of_origin(std::string_view origin);
    /// The number under which this node stores the log, below log_number_limit. Errors: storage, when the row was tampered with.
    [[nodiscard]] Result<std::optional<std::uint64_t>> number_of(const sync::LogId& log);

    /// The act at that place, be it of a log that is here or one that an inbox carried; of an inbox itself the leaf.
    [[nodiscard]] Result<std::optional<Bytes>> entry(const sync::LogId& log, std::uint64_t seq);
    /// The place of the act that entry `seq` of an inbox carries; nothing where the log is no inbox.
    [[nodiscard]] Result<std::optional<sync::Position>> carried_by(const sync::LogId& inbox, std::uint64_t seq);
    /// Whether an act of that place is in the inbox.
    [[nodiscard]] Result<bool> has_carried(const sync::LogId& inbox, const sync::Position& place);
    /// Acts that inboxes carried here and whose logs are not here that far; log by log, in order.
    [[nodiscard]] Result<void> each_foreign_act(const std::function<bool(const sync::Position&, ByteView envelope)>& each);
    /// Places of `admit` acts for this key, in any log.
    [[nodiscard]] Result<std::vector<sync::Position>> admissions(const sync::PublicKey& key);
    /// Entries from <= seq < to, in order, as far as they are there; of an inbox its leaves.
    [[nodiscard]] Result<void> each_entry(const sync::LogId& log, std::uint64_t from, std::uint64_t to, const EachEntry& each);
    /// Of an inbox: that of the act which the entry carries.
    [[nodiscard]] Result<std::optional<Bytes>> body(const sync::LogId& log, std::uint64_t seq);
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const sync::LogId& log, std::size_t count_max);

    [[nodiscard]] Result<void> each_checkpoint(const sync::LogId& log, const std::function<bool(const CheckpointRow&)>& each);
    [[nodiscard]] Result<std::optional<CheckpointRow>> checkpoint_at_or_after(const sync::LogId& log, std::uint64_t size);
    [[nodiscard]] Result<std::optional<CheckpointRow>> last_checkpoint(const sync::LogId& log);
    [[nodiscard]] Result<void> each_cosignature(const sync::LogId& log, const std::function<bool(const CosignatureRow&)>& each);
    /// The newest by each cosigner.
    [[nodiscard]] Result<std::vector<CosignatureRow>> newest_cosignatures(const sync::LogId& log);
    [[nodiscard]] Result<std::optional<CosignatureRow>> newest_cosignature(const sync::LogId& log, std::string_view cosigner);
    /// Recomputes from entries where no checkpoint has that size; nothing beyond the head.
    [[nodiscard]] Result<std::optional<crypto::CompactRange>> tree_at(const sync::LogId& log, std::uint64_t size);
    [[nodiscard]] Result<std::optional<sync::Hash>> root_at(const sync::LogId& log, std::uint64_t size);
    /// Entries from `from` with their bodies, up to the last checkpoint that keeps them within `bytes_max` (and the limits of
    /// an extension), but at least to the next one. Nothing when `from` is the end or the log is unknown.
    [[nodiscard]] Result<std::optional<sync::Extension>> read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max);

    [[nodiscard]] Result<std::optional<sync::Dossier>> dossier(const sync::DossierId& id);
    [[nodiscard]] Result<std::vector<sync::DossierId>> dossier_ids();
    /// Where several have this code, the one that our own log created.
    [[nodiscard]] Result<std::optional<sync::Dossier>> dossier_of_code(std::string_view code);
    /// By the SHA-256 of its secret lookup code.
    [[nodiscard]] Result<std::optional<sync::Dossier>> dossier_of_lookup(const sync::Hash& lookup);
    [[nodiscard]] Result<std::vector<sync::Dossier>> dossiers(const DossierQuery& query);
    /// Of the dossiers that this line created, imported histories left out. Reads each of them once.
    [[nodiscard]] Result<BookTotals> book(const sync::LogId& log, const BookPeriod& period);
    /// The same for all logs of a line (Registry::logs_of_line).
    [[nodiscard]] Result<BookTotals> book(std::span<const sync::LogId> logs, const BookPeriod& period);
    /// Of which logs which acts were taken by this node's own earlier cosignature, and wait for their signatures to be checked again.
    [[nodiscard]] Result<std::vector<DeferredRow>> deferred();
    /// Rows of entries, checkpoints and cosignatures that belong to no log, and of bodies that belong to no entry.
    [[nodiscard]] Result<std::uint64_t> rows_without_log();
    /// Acts that are not effective, newest last.
    [[nodiscard]] Result<std::vector<VerdictRow>> verdicts(const sync::LogId& log);
    /// Acts of any log of which the views say so. Those that wait for a registry are found by an index.
    [[nodiscard]] Result<std::vector<sync::Position>> acts_that_are(sync::Verdict verdict);
    [[nodiscard]] Result<bool> has_imported(const sync::Hash& event_key);
    [[nodiscard]] Result<std::optional<std::pair<sync::DossierId, sync::ActId>>> imported_case(const sync::Hash& case_key);
    /// The numbers behind `code_prefix` in the codes that acts of our own line gave, whether they had effect or not.
    [[nodiscard]] Result<std::vector<std::uint64_t>> numbers_given(std::string_view code_prefix);
    /// The act's envelope, and its body where that is here: of an act that only an adopt carries, from the adopt.
    [[nodiscard]] Result<std::optional<Bytes>> envelope_of(const sync::DossierAct& act);
    [[nodiscard]] Result<std::optional<Bytes>> body_of(const sync::DossierAct& act);
    /// Tells the registry of every stored log that begins with an `admit_node`.
    [[nodiscard]] Result<void> tell_admitted(sync::Registry& registry);
    [[nodiscard]] Result<std::vector<EvidenceRow>> evidence();
    [[nodiscard]] Result<std::optional<std::string>> meta(std::string_view key);
    /// SHA-256 over every view table in key order: equal before and after a rebuild.
    [[nodiscard]] Result<sync::Hash> state_digest();

    /// One consistent view over several calls. Not for the writer's reader, whose transaction is one already.
    [[nodiscard]] Result<void> begin_snapshot();
    void end_snapshot();

    /// For what is derived from the rows (node/store/views).
    [[nodiscard]] Database& database() { return *database_; }

  private:
    /// Where a log's rows lie, and whether they are references.
    struct Shelf {
        std::uint64_t number;
        bool is_inbox;
    };
    [[nodiscard]] Result<std::optional<Shelf>> shelf_of(const sync::LogId& log);

    std::shared_ptr<Database> owned_;
    Database* database_;
};

/// The registry folded from its stored log, trusting only `pin`: the pin names the registry's log key, so its checkpoint
/// vouches for every entry below it. Empty when nothing is stored. Errors: verification, storage.
[[nodiscard]] Result<sync::Registry> load_registry(Reader& reader, const sync::RootPin& pin);

/// `Replica` over a reader, for the thread that owns the reader.
class StoredReplica final : public sync::Replica {
  public:
    explicit StoredReplica(Reader& reader, std::shared_ptr<const sync::Registry> registry);
    void set_registry(std::shared_ptr<const sync::Registry> registry);

    [[nodiscard]] std::shared_ptr<const sync::Registry> registry() const override;
    [[nodiscard]] Result<std::vector<sync::HeadState>> heads(const sync::OfficeId& office, const sync::LogId& upper) const override;
    [[nodiscard]] Result<std::optional<sync::Hash>> root_at(const sync::LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<sync::Extension>> read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max) const override;
    [[nodiscard]] Result<std::optional<std::string>> checkpoint_note(const sync::LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<sync::Inclusion>> inclusion(const sync::LogId& log, std::uint64_t index, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<std::vector<sync::Hash>>> consistency(const sync::LogId& log, std::uint64_t from, std::uint64_t to) const override;
    [[nodiscard]] Result<std::vector<sync::Cosigned>> cosignatures(const sync::LogId& log) const override;
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const sync::LogId& log, std::size_t count_max) const override;
    [[nodiscard]] Result<std::optional<Bytes>> body(const sync::LogId& log, std::uint64_t seq) const override;
    [[nodiscard]] bool is_earlier_of_line(const sync::LogId& log) const override;
    [[nodiscard]] Result<std::optional<sync::Extension>> introduction() const override;
    [[nodiscard]] Result<std::optional<sync::NodeRecord>> admitted(const sync::Extension& extension) const override;

  private:
    [[nodiscard]] std::optional<sync::LogId> own_log() const;

    Reader* reader_;
    std::shared_ptr<const sync::Registry> registry_;
    /// Of the log that was asked about last: a long one goes up in many extensions, each with its proof.
    struct Leaves {
        sync::LogId log;
        std::vector<sync::Hash> hashes;
    };
    mutable std::optional<Leaves> leaves_;
};

}  // namespace motcua::node

#include "node/store/reader.hpp"

#include <fmt/format.h>

#include "node/store/inboxes.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

constexpr std::string_view log_columns =
    "SELECT id, origin, public_key, class, size, nodes, last_leaf, registry_size, announced, accused, proven, root FROM log ";

template <class T>
Result<T> fixed(const Statement& row, int column) {
    auto value = T::from(row.blob(column));
    if (!value) return fail(ErrorKind::storage, "a stored key or hash has the wrong length; restore the database from a backup or from above");
    return *value;
}

Result<crypto::CompactRange> tree_of(std::uint64_t size, ByteView nodes) {
    if (nodes.size() % sync::Hash::size != 0) return fail(ErrorKind::storage, "a stored tree is no row of hashes");
    std::vector<sync::Hash> hashes;
    for (std::size_t offset = 0; offset < nodes.size(); offset += sync::Hash::size) {
        hashes.push_back(*sync::Hash::from(nodes.subspan(offset, sync::Hash::size)));
    }
    return crypto::CompactRange::from_parts(size, std::move(hashes));
}

Result<LogRow> log_row(const Statement& row) {
    auto id = fixed<sync::LogId>(row, 0);
    auto key = fixed<sync::PublicKey>(row, 2);
    auto tree = tree_of(row.size(4), row.blob(5));
    auto last_leaf = fixed<sync::Hash>(row, 6);
    auto root = fixed<sync::Hash>(row, 11);
    const bool is_class = row.integer(3) >= 1 && row.integer(3) <= 3;
    if (!id || !key || !tree || !last_leaf || !root || !is_class) {
        return fail(ErrorKind::storage, fmt::format("the stored head of {} is damaged; restore the database", row.text(1)));
    }
    LogRow log;
    log.head.id = *id;
    log.head.origin = row.text(1);
    log.head.log_key = *key;
    log.head.log_class = static_cast<sync::LogClass>(row.integer(3));
    log.head.tree = std::move(*tree);
    log.root = *root;
    log.head.last_leaf = *last_leaf;
    log.head.registry_size = row.size(7);
    if (!row.is_null(8)) log.head.announced = row.size(8);
    if (!row.is_null(9)) log.accused = std::string(row.text(9));
    log.proven = row.integer(10) != 0;
    return log;
}

Result<CheckpointRow> checkpoint_row(const Statement& row) {
    auto root = fixed<sync::Hash>(row, 1);
    if (!root) return std::unexpected(std::move(root).error());
    return CheckpointRow{.size = row.size(0), .root = *root, .note = std::string(row.text(2))};
}

CosignatureRow cosignature_row(const Statement& row) {
    return {.size = row.size(0), .cosigner = std::string(row.text(1)), .time_s = row.size(2), .line = std::string(row.text(3))};
}

/// The only row of a statement, made by `make`, or nothing.
template <class Make>
auto one_row(Statement& statement, Make make) -> Result<std::optional<typename decltype(make(statement))::value_type>> {
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return std::nullopt;
    auto made = make(statement);
    if (!made) return std::unexpected(std::move(made).error());
    return std::move(*made);
}

/// Every row, made by `make`.
template <class Make>
auto all_rows(Statement& statement, Make make) -> Result<std::vector<typename decltype(make(statement))::value_type>> {
    std::vector<typename decltype(make(statement))::value_type> rows;
    while (true) {
        auto row = one_row(statement, make);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return rows;
        rows.push_back(std::move(**row));
    }
}

Result<Bytes> bytes_row(const Statement& row) { return to_bytes(row.blob(0)); }
Result<std::uint64_t> size_row(const Statement& row) { return row.size(0); }

Result<std::uint64_t> number_row(const Statement& row) {
    const auto number = row.integer(0);
    if (number < 0 || static_cast<std::uint64_t>(number) >= log_number_limit)
        return fail(ErrorKind::storage, fmt::format("a log is stored under the impossible number {}; restore the database", number));
    return static_cast<std::uint64_t>(number);
}

Result<sync::Dossier> dossier_row(const Statement& row) {
    auto dossier = cbor::decode<sync::Dossier>(row.blob(0));
    if (!dossier) return fail(ErrorKind::storage, "a dossier's view is damaged; run `motcua rebuild`");
    return dossier;
}

}  // namespace

Result<Reader> Reader::open(const std::filesystem::path& directory) {
    auto database = Database::open(directory / database_file_name, Database::Mode::read_only, main_schema);
    if (!database) return std::unexpected(std::move(database).error());
    auto owned = std::make_shared<Database>(std::move(*database));
    Reader reader(*owned);
    reader.owned_ = std::move(owned);
    return reader;
}

// --- logs ---

Result<std::vector<LogRow>> Reader::logs() {
    auto statement = database_->prepare(std::string(log_columns) + "WHERE size > 0 ORDER BY origin");
    if (!statement) return std::unexpected(std::move(statement).error());
    return all_rows(*statement, log_row);
}

Result<std::optional<LogRow>> Reader::log(const sync::LogId& id) {
    auto statement = database_->prepare(std::string(log_columns) + "WHERE id = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(id), log_row);
}

Result<std::optional<LogRow>> Reader::log_of_origin(std::string_view origin) {
    auto statement = database_->prepare(std::string(log_columns) + "WHERE origin = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(origin), log_row);
}

Result<std::optional<std::uint64_t>> Reader::number_of(const sync::LogId& log) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    return *shelf ? std::optional((*shelf)->number) : std::nullopt;
}

Result<std::optional<Reader::Shelf>> Reader::shelf_of(const sync::LogId& log) {
    auto statement = database_->prepare("SELECT number, class FROM log WHERE id = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(log), [](const Statement& row) -> Result<Shelf> {
        auto number = number_row(row);
        if (!number) return std::unexpected(std::move(number).error());
        return Shelf{.number = *number, .is_inbox = row.integer(1) == static_cast<int>(sync::LogClass::inbox)};
    });
}

Result<std::uint64_t> Reader::rows_without_log() {
    auto statement = database_->prepare("SELECT (SELECT count(*) FROM entry WHERE id >> 40 NOT IN (SELECT number FROM log)) + "
                                        "(SELECT count(*) FROM foreign_act WHERE id >> 40 NOT IN (SELECT number FROM log) OR id IN (SELECT id FROM entry) "
                                        "OR id NOT IN (SELECT act FROM inbox_entry)) + "
                                        "(SELECT count(*) FROM inbox_entry WHERE id >> 40 NOT IN (SELECT number FROM log WHERE class = 3)) + "
                                        "(SELECT count(*) FROM body WHERE id NOT IN (SELECT id FROM entry) AND id NOT IN (SELECT id FROM foreign_act)) + "
                                        "(SELECT count(*) FROM checkpoint WHERE log NOT IN (SELECT number FROM log)) + "
                                        "(SELECT count(*) FROM cosignature WHERE log NOT IN (SELECT number FROM log))");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto count = one_row(*statement, size_row);
    if (!count) return std::unexpected(std::move(count).error());
    return count->value_or(0);
}

// --- entries and bodies ---

Result<std::optional<Bytes>> Reader::entry(const sync::LogId& log, std::uint64_t seq) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf || seq >= seq_limit) return std::nullopt;
    if ((*shelf)->is_inbox) {
        auto row = InboxRows::open(*database_, (*shelf)->number, seq, seq + 1);
        if (!row) return std::unexpected(std::move(row).error());
        auto there = row->step();
        if (!there) return std::unexpected(std::move(there).error());
        return *there ? std::optional(row->leaf()) : std::nullopt;
    }
    for (const std::string_view sql : {"SELECT envelope FROM entry WHERE id = ?", "SELECT envelope FROM foreign_act WHERE id = ?"}) {
        auto statement = database_->prepare(sql);
        if (!statement) return std::unexpected(std::move(statement).error());
        auto envelope = one_row(statement->bind(entry_id((*shelf)->number, seq)), bytes_row);
        if (!envelope || *envelope) return envelope;
    }
    return std::nullopt;
}

Result<void> Reader::each_entry(const sync::LogId& log, std::uint64_t from, std::uint64_t to, const EachEntry& each) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf || from >= seq_limit) return {};
    if ((*shelf)->is_inbox) {
        auto rows = InboxRows::open(*database_, (*shelf)->number, from, to);
        if (!rows) return std::unexpected(std::move(rows).error());
        while (true) {
            auto row = rows->step();
            if (!row) return std::unexpected(std::move(row).error());
            if (!*row || !each(rows->seq(), rows->leaf())) return {};
        }
    }
    auto statement = database_->prepare("SELECT id, envelope FROM entry WHERE id >= ? AND id < ? ORDER BY id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(entry_id((*shelf)->number, from), entry_id((*shelf)->number, std::min(to, seq_limit)));
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || !each(seq_of(statement->integer(0)), statement->blob(1))) return {};
    }
}

Result<std::optional<Bytes>> Reader::body(const sync::LogId& log, std::uint64_t seq) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf || seq >= seq_limit) return std::nullopt;
    auto statement = database_->prepare((*shelf)->is_inbox ? "SELECT b.bytes FROM inbox_entry i JOIN body b ON b.id = i.act WHERE i.id = ? AND i.other IS NULL"
                                                           : "SELECT bytes FROM body WHERE id = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(entry_id((*shelf)->number, seq)), bytes_row);
}

Result<std::vector<std::uint64_t>> Reader::missing_bodies(const sync::LogId& log, std::size_t count_max) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf) return std::vector<std::uint64_t>{};
    auto statement = database_->prepare((*shelf)->is_inbox ? "SELECT i.id FROM inbox_entry i JOIN missing_body m ON m.id = i.act "
                                                             "WHERE i.id >= ? AND i.id < ? AND i.other IS NULL ORDER BY i.id LIMIT ?"
                                                           : "SELECT id FROM missing_body WHERE id >= ? AND id < ? ORDER BY id LIMIT ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(entry_id((*shelf)->number, 0), entry_id((*shelf)->number, seq_limit), static_cast<std::uint64_t>(count_max));
    return all_rows(*statement, [](const Statement& row) -> Result<std::uint64_t> { return seq_of(row.integer(0)); });
}

Result<std::vector<DeferredRow>> Reader::deferred() {
    auto statement = database_->prepare("SELECT l.id, d.first, d.past FROM deferred d JOIN log l ON l.number = d.log ORDER BY d.log");
    if (!statement) return std::unexpected(std::move(statement).error());
    return all_rows(*statement, [](const Statement& row) -> Result<DeferredRow> {
        auto log = sync::LogId::from(row.blob(0));
        if (!log) return fail(ErrorKind::storage, "a log's row is damaged; restore the database");
        return DeferredRow{.log = *log, .from = row.size(1), .past = row.size(2)};
    });
}

// --- checkpoints and cosignatures ---

Result<void> Reader::each_checkpoint(const sync::LogId& log, const std::function<bool(const CheckpointRow&)>& each) {
    auto statement = database_->prepare(
        "SELECT size, root, note FROM checkpoint WHERE log = (SELECT number FROM log WHERE id = ?) ORDER BY size");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(log);
    while (true) {
        auto row = one_row(*statement, checkpoint_row);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || !each(**row)) return {};
    }
}

Result<std::optional<CheckpointRow>> Reader::checkpoint_at_or_after(const sync::LogId& log, std::uint64_t size) {
    if (size >= seq_limit) return std::nullopt;
    auto statement = database_->prepare("SELECT size, root, note FROM checkpoint "
                                        "WHERE log = (SELECT number FROM log WHERE id = ?) AND size >= ? ORDER BY size LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(log, size), checkpoint_row);
}

Result<std::optional<CheckpointRow>> Reader::last_checkpoint(const sync::LogId& log) {
    auto statement = database_->prepare("SELECT size, root, note FROM checkpoint "
                                        "WHERE log = (SELECT number FROM log WHERE id = ?) ORDER BY size DESC LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(log), checkpoint_row);
}

Result<void> Reader::each_cosignature(const sync::LogId& log, const std::function<bool(const CosignatureRow&)>& each) {
    auto statement = database_->prepare("SELECT size, cosigner, time, line FROM cosignature "
                                        "WHERE log = (SELECT number FROM log WHERE id = ?) ORDER BY cosigner, size");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(log);
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || !each(cosignature_row(*statement))) return {};
    }
}

Result<std::optional<CosignatureRow>> Reader::newest_cosignature(const sync::LogId& log, std::string_view cosigner) {
    auto statement = database_->prepare("SELECT size, cosigner, time, line FROM cosignature WHERE "
                                        "log = (SELECT number FROM log WHERE id = ?) AND cosigner = ? ORDER BY size DESC LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(log, cosigner), [](const Statement& row) -> Result<CosignatureRow> { return cosignature_row(row); });
}

Result<std::vector<CosignatureRow>> Reader::newest_cosignatures(const sync::LogId& log) {
    // From cosigner to cosigner along the key, never over the thousands of rows that each of them has.
    std::vector<CosignatureRow> newest;
    std::string after;
    while (true) {
        auto statement = database_->prepare("SELECT cosigner FROM cosignature WHERE "
                                            "log = (SELECT number FROM log WHERE id = ?) AND cosigner > ? ORDER BY cosigner LIMIT 1");
        if (!statement) return std::unexpected(std::move(statement).error());
        statement->bind(log, after);
        auto cosigner = one_row(*statement, [](const Statement& row) -> Result<std::string> { return std::string(row.text(0)); });
        if (!cosigner) return std::unexpected(std::move(cosigner).error());
        if (!*cosigner) return newest;
        auto row = newest_cosignature(log, **cosigner);
        if (!row) return std::unexpected(std::move(row).error());
        if (*row) newest.push_back(std::move(**row));
        after = std::move(**cosigner);
    }
}

// --- dossiers and verdicts ---

Result<std::optional<sync::Dossier>> Reader::dossier(const sync::DossierId& id) {
    auto statement = database_->prepare("SELECT state FROM dossier WHERE id = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(id), dossier_row);
}

Result<std::vector<sync::DossierId>> Reader::dossier_ids() {
    auto statement = database_->prepare("SELECT id FROM dossier ORDER BY id");
    if (!statement) return std::unexpected(std::move(statement).error());
    return all_rows(*statement, [](const Statement& row) { return fixed<sync::DossierId>(row, 0); });
}

Result<std::optional<sync::Dossier>> Reader::dossier_of_code(std::string_view code) {
    // Another log may give its dossiers our codes; our own come first.
    auto statement = database_->prepare("SELECT state FROM dossier WHERE code = ? ORDER BY substr(id, 1, 8) IS NOT (SELECT substr(l.id, 1, 8) "
                                        "FROM log l JOIN meta m ON m.key = 'log' AND m.value = l.origin), id LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(code), dossier_row);
}

Result<std::optional<sync::Dossier>> Reader::dossier_of_lookup(const sync::Hash& lookup) {
    auto statement = database_->prepare("SELECT state FROM dossier WHERE lookup = ? ORDER BY id LIMIT 1");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(lookup), dossier_row);
}

Result<std::vector<sync::Dossier>> Reader::dossiers(const DossierQuery& query) {
    // The index holds time, status and id, so that rare statuses are found without touching the rows of the others.
    auto statement = database_->prepare("SELECT d.state FROM (SELECT received_ms, id FROM dossier WHERE ?1 IS NULL OR status = ?1 "
                                        "ORDER BY received_ms DESC, id DESC LIMIT ?2) n JOIN dossier d ON d.id = n.id "
                                        "ORDER BY n.received_ms DESC, n.id DESC");
    if (!statement) return std::unexpected(std::move(statement).error());
    std::optional<std::int64_t> status;
    if (query.status) status = static_cast<std::int64_t>(*query.status);
    const auto limit = static_cast<std::int64_t>(std::min<std::uint64_t>(query.limit, 1ULL << 32U));
    return all_rows(statement->bind(status, limit), dossier_row);
}

Result<std::vector<VerdictRow>> Reader::verdicts(const sync::LogId& log) {
    const auto number = number_of(log);
    if (!number) return std::unexpected(number.error());
    if (!*number) return std::vector<VerdictRow>{};
    auto statement = database_->prepare("SELECT id, standing, reason FROM verdict WHERE id >= ? AND id < ? ORDER BY id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(entry_id(**number, 0), entry_id(**number, seq_limit));
    return all_rows(*statement, [&](const Statement& row) -> Result<VerdictRow> {
        return VerdictRow{.position = {log, sync::Seq{seq_of(row.integer(0))}},
                          .verdict = {static_cast<sync::Standing>(row.integer(1)), static_cast<sync::Reason>(row.integer(2))}};
    });
}

Result<std::vector<sync::Position>> Reader::acts_that_are(sync::Verdict verdict) {
    // The partial index of waiting acts serves a constant alone.
    auto statement = database_->prepare(verdict.standing == sync::Standing::waiting
                                            ? "SELECT l.id, v.id FROM verdict v INDEXED BY verdict_waiting JOIN log l ON l.number = v.id >> 40 "
                                              "WHERE v.standing = 2 AND v.standing = ? AND v.reason = ?"
                                            : "SELECT l.id, v.id FROM verdict v JOIN log l ON l.number = v.id >> 40 WHERE v.standing = ? AND v.reason = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(static_cast<int>(verdict.standing), static_cast<int>(verdict.reason));
    return all_rows(*statement, [](const Statement& row) -> Result<sync::Position> {
        auto log = fixed<sync::LogId>(row, 0);
        if (!log) return std::unexpected(std::move(log).error());
        return sync::Position{*log, sync::Seq{seq_of(row.integer(1))}};
    });
}

Result<bool> Reader::has_imported(const sync::Hash& event_key) {
    auto statement = database_->prepare("SELECT 1 FROM imported WHERE key = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return statement->bind(event_key).step();
}

Result<std::optional<std::pair<sync::DossierId, sync::ActId>>> Reader::imported_case(const sync::Hash& case_key) {
    auto statement = database_->prepare("SELECT dossier, act FROM imported_case WHERE key = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(case_key), [](const Statement& row) -> Result<std::pair<sync::DossierId, sync::ActId>> {
        auto dossier = fixed<sync::DossierId>(row, 0);
        auto act = fixed<sync::ActId>(row, 1);
        if (!dossier) return std::unexpected(std::move(dossier).error());
        if (!act) return std::unexpected(std::move(act).error());
        return std::pair(*dossier, *act);
    });
}

Result<std::vector<EvidenceRow>> Reader::evidence() {
    auto statement = database_->prepare("SELECT log, ours, theirs, cause, proof, number FROM evidence ORDER BY number");
    if (!statement) return std::unexpected(std::move(statement).error());
    return all_rows(*statement, [](const Statement& row) -> Result<EvidenceRow> {
        auto log = fixed<sync::LogId>(row, 0);
        if (!log) return std::unexpected(std::move(log).error());
        return EvidenceRow{.log = *log, .ours = std::string(row.text(1)), .theirs = std::string(row.text(2)), .cause = std::string(row.text(3)),
                           .proof = row.is_null(4) ? std::nullopt : std::optional(to_bytes(row.blob(4))), .number = row.size(5)};
    });
}

Result<std::optional<std::string>> Reader::meta(std::string_view key) {
    auto statement = database_->prepare("SELECT value FROM meta WHERE key = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return one_row(statement->bind(key), [](const Statement& row) -> Result<std::string> { return std::string(row.text(0)); });
}

Result<void> Reader::begin_snapshot() { return database_->execute("BEGIN DEFERRED"); }

void Reader::end_snapshot() {
    // Only reading happened, so there is nothing that could be lost here.
    if (auto ended = database_->execute("ROLLBACK"); !ended) return;
}

}  // namespace motcua::node

#include "node/store/store.hpp"

#include <fmt/format.h>

#include "node/store/inboxes.hpp"
#include "node/store/schema.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {

namespace {

/// Both are signed; which of them its log holds is for people to find out.
EvidenceRow two_acts(const sync::LogId& log, std::uint64_t seq, ByteView here, ByteView other) {
    return {.log = log, .ours = to_hex(here), .theirs = to_hex(other), .cause = fmt::format("two acts at entry {}: an inbox carries another than is here", seq)};
}

}  // namespace

struct Store::State {
    Database database;
    Reader reader;
    sync::CompiledCalendars calendars;
    std::uint64_t commits = 0;
    bool in_transaction = false;

    explicit State(Database opened) : database(std::move(opened)), reader(database) {}

    [[nodiscard]] Result<void> refuse_after_failure() const {
        if (!database.failed()) return {};
        return fail(ErrorKind::storage, "an earlier storage error left the outcome unknown: nothing more is written; stop the "
                                        "node, check the disk, then start it again");
    }
    [[nodiscard]] Result<void> writable() const {
        ensure(in_transaction, "the store changes between begin and commit only");
        return refuse_after_failure();
    }
    template <class... Values>
    Result<void> run(std::string_view sql, const Values&... values) {
        auto statement = database.prepare(sql);
        if (!statement) return std::unexpected(std::move(statement).error());
        return statement->bind(values...).run();
    }
    Result<std::uint64_t> number_of(const sync::LogId& log);
    Result<void> check_last_entry(const sync::LogHead& base);
    Result<std::uint64_t> write_head(const sync::LogHead& base, const sync::LogHead& head);
    Result<void> write_entries(std::uint64_t number, const sync::CheckedExtension& extension);
    Result<void> write_checkpoint(std::uint64_t number, const sync::LogHead& head, const crypto::Note& note);
    Result<void> add_row(const sync::LogHead& head);
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::open(const std::filesystem::path& directory) {
    auto database = Database::open(directory / database_file_name, Database::Mode::create_or_write, main_schema);
    if (!database) return std::unexpected(std::move(database).error());
    return Store(std::make_unique<State>(std::move(*database)));
}

Reader& Store::reader() { return state_->reader; }
Database& Store::database() { return state_->database; }
sync::CompiledCalendars& Store::calendars() { return state_->calendars; }

// --- transactions ---

Result<void> Store::begin() {
    ensure(!state_->in_transaction, "one transaction at a time");
    if (auto ok = state_->refuse_after_failure(); !ok) return ok;
    if (auto ok = state_->database.execute("BEGIN IMMEDIATE"); !ok) return ok;
    state_->in_transaction = true;
    return {};
}

Result<Durable> Store::commit() {
    if (auto ok = state_->writable(); !ok) {
        rollback();
        return std::unexpected(std::move(ok).error());
    }
    // With synchronous=FULL the WAL is synced before COMMIT returns.
    auto committed = state_->database.execute("COMMIT");
    if (!committed) {
        rollback();
        return std::unexpected(std::move(committed).error());
    }
    state_->in_transaction = false;
    const Durable durable(++state_->commits);
    // The commit stands whatever happens here; a failure marks the connection and the next begin says so.
    if (auto copied = state_->database.checkpoint_when_large(); !copied) return durable;
    return durable;
}

void Store::rollback() {
    if (!state_->in_transaction) return;
    state_->in_transaction = false;
    // After an I/O error SQLite may have rolled back by itself, and says so here; both ways nothing of the group is left.
    if (auto undone = state_->database.execute("ROLLBACK"); !undone) return;
}

bool Store::in_transaction() const { return state_->in_transaction; }

Result<void> Store::savepoint() {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->database.execute("SAVEPOINT job");
}

Result<void> Store::release_savepoint() {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->database.execute("RELEASE job");
}

Result<void> Store::rollback_to_savepoint() {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->database.execute("ROLLBACK TO job; RELEASE job");
}

// --- logs ---

Result<std::uint64_t> Store::State::number_of(const sync::LogId& log) {
    auto number = reader.number_of(log);
    if (!number) return std::unexpected(std::move(number).error());
    if (!*number) return fail(ErrorKind::not_found, fmt::format("nothing is stored of log {}", to_hex(log.view())));
    return **number;
}

/// What is appended lies behind the entry that the head names: a row that was altered, or stands under the number of
/// another log, is found before anything is written beside it.
Result<void> Store::State::check_last_entry(const sync::LogHead& base) {
    if (base.size() == 0) return {};
    auto last = reader.entry(base.id, base.size() - 1);
    if (!last) return std::unexpected(std::move(last).error());
    if (*last && crypto::leaf_hash(**last) == base.last_leaf) {
        if (base.log_class == sync::LogClass::inbox) return {};
        const auto act = sync::parse_act(std::move(**last));
        if (act && act->payload.registry == base.registry_size) return {};
    }
    return fail(ErrorKind::storage, fmt::format("{} entry {}: it is not the last entry as the log's stored head says; the database was altered, restore it",
                                                base.origin, base.size() - 1));
}

Result<void> Store::State::add_row(const sync::LogHead& head) {
    Bytes nodes;
    for (const auto& node : head.tree.nodes()) motcua::append(nodes, node.view());
    const auto root = head.tree.root();
    return run("INSERT INTO log (id, origin, public_key, class, size, root, nodes, last_leaf, registry_size, announced) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               head.id, head.origin, head.log_key, static_cast<int>(head.log_class), head.size(), root, nodes, head.last_leaf,
               head.registry_size, head.announced);
}

Result<std::uint64_t> Store::State::write_head(const sync::LogHead& base, const sync::LogHead& head) {
    Bytes nodes;
    for (const auto& node : head.tree.nodes()) motcua::append(nodes, node.view());
    const auto root = head.tree.root();
    auto stored = reader.log(head.id);
    if (!stored) return std::unexpected(std::move(stored).error());
    if (!*stored) {
        ensure(base.size() == 0, "a log that is not stored yet begins at 0");
        if (auto added = add_row(head); !added) return std::unexpected(std::move(added).error());
    } else {
        ensure((*stored)->head == base, "an extension is stored onto the head that it was checked against");
        auto moved = run("UPDATE log SET size = ?2, root = ?3, nodes = ?4, last_leaf = ?5, registry_size = ?6, announced = ?7, "
                         "accused = CASE proven WHEN 0 THEN NULL ELSE accused END WHERE id = ?1",
                         head.id, head.size(), root, nodes, head.last_leaf, head.registry_size, head.announced);
        if (!moved) return std::unexpected(std::move(moved).error());
    }
    return number_of(head.id);
}

Result<void> Store::State::write_entries(std::uint64_t number, const sync::CheckedExtension& extension) {
    auto entry = database.prepare("INSERT INTO entry (id, envelope) VALUES (?, ?)");
    auto body = database.prepare("INSERT INTO body (id, bytes) VALUES (?, ?)");
    auto missing = database.prepare("INSERT INTO missing_body (id) VALUES (?)");
    if (!entry) return std::unexpected(std::move(entry).error());
    if (!body) return std::unexpected(std::move(body).error());
    if (!missing) return std::unexpected(std::move(missing).error());
    for (std::size_t index = 0; index < extension.acts().size(); ++index) {
        const auto& act = extension.acts()[index];
        const auto id = entry_id(number, act.payload.seq);
        if (auto ok = entry->bind(id, act.envelope).run(); !ok) return ok;
        if (!act.payload.body) continue;
        if (sync::planted(sync::PlantedFault::loses_second_body) && index > 0) continue;
        const auto& bytes = extension.bodies()[index];
        auto ok = bytes ? body->bind(id, *bytes).run() : missing->bind(id).run();
        if (!ok) return ok;
    }
    return {};
}

Result<void> Store::append(const sync::CheckedExtension& extension) {
    if (auto ok = state_->writable(); !ok) return ok;
    if (extension.head().size() >= seq_limit) return fail(ErrorKind::refused, extension.head().origin + " is full: a log holds 2^40 entries");
    if (auto ok = state_->check_last_entry(extension.base()); !ok) return ok;
    auto number = state_->write_head(extension.base(), extension.head());
    if (!number) return std::unexpected(std::move(number).error());
    auto room = make_room(state_->database, *number, extension);
    if (!room) return std::unexpected(std::move(room).error());
    if (auto ok = state_->write_entries(*number, extension); !ok) return ok;
    if (auto ok = state_->write_checkpoint(*number, extension.head(), extension.checkpoint()); !ok) return ok;
    for (const auto& [seq, body] : room->bodies) {
        if (auto ok = add_body(extension.head().id, seq, body); !ok) return ok;
    }
    for (const auto& [seq, envelope] : room->others) {
        const auto& ours = extension.acts()[seq - extension.base().size()].envelope;
        if (auto ok = add_evidence(two_acts(extension.head().id, seq, ours, envelope)); !ok) return ok;
    }
    return {};
}

Result<void> Store::State::write_checkpoint(std::uint64_t number, const sync::LogHead& head, const crypto::Note& note) {
    return run("INSERT INTO checkpoint (log, size, root, note) VALUES (?, ?, ?, ?)", number, head.size(), head.tree.root(), note.format());
}

Result<void> Store::know_log(const sync::LogHead& empty) {
    if (auto ok = state_->writable(); !ok) return ok;
    ensure(empty.size() == 0, "a log becomes known before anything of it is stored");
    auto number = state_->reader.number_of(empty.id);
    if (!number) return std::unexpected(std::move(number).error());
    return *number ? Result<void>{} : state_->add_row(empty);
}

Result<CarriedActs> Store::append_inbox(const sync::CheckedInboxExtension& extension) {
    if (auto ok = state_->writable(); !ok) return std::unexpected(std::move(ok).error());
    if (extension.head().size() >= seq_limit) return fail(ErrorKind::refused, extension.head().origin + " is full: a log holds 2^40 entries");
    if (auto ok = state_->check_last_entry(extension.base()); !ok) return std::unexpected(std::move(ok).error());
    auto number = state_->write_head(extension.base(), extension.head());
    if (!number) return std::unexpected(std::move(number).error());
    auto carried = write_inbox_entries(state_->database, state_->reader, *number, extension);
    if (!carried && carried.error().kind == ErrorKind::verification)
        return fail(ErrorKind::verification, extension.head().origin + " " + carried.error().message);
    if (!carried) return carried;
    for (const auto& other : carried->others) {
        const auto place = other.act.position();
        if (auto ok = add_evidence(two_acts(place.log, place.seq.value, other.here, other.act.envelope)); !ok) return std::unexpected(std::move(ok).error());
    }
    if (auto ok = state_->write_checkpoint(*number, extension.head(), extension.checkpoint()); !ok) return std::unexpected(std::move(ok).error());
    return carried;
}

Result<void> Store::add_cosignature(const sync::LogId& log, const CosignatureRow& row) {
    if (auto ok = state_->writable(); !ok) return ok;
    auto number = state_->number_of(log);
    if (!number) return std::unexpected(std::move(number).error());
    // The first that a cosigner gave for a size stays: the earlier date says more.
    return state_->run("INSERT OR IGNORE INTO cosignature (log, cosigner, size, time, line) VALUES (?, ?, ?, ?, ?)", *number, row.cosigner,
                       row.size, row.time_s, row.line);
}

Result<void> Store::add_body(const sync::LogId& log, std::uint64_t seq, ByteView body) {
    if (auto ok = state_->writable(); !ok) return ok;
    auto carried = state_->reader.carried_by(log, seq);
    if (!carried) return std::unexpected(std::move(carried).error());
    if (*carried) return add_body((*carried)->log, (*carried)->seq.value, body);
    auto envelope = state_->reader.entry(log, seq);
    if (!envelope) return std::unexpected(std::move(envelope).error());
    const auto place = [&] { return fmt::format("log {} entry {}", to_hex(log.view()), seq); };
    if (!*envelope) return fail(ErrorKind::not_found, place() + " is not stored here");
    auto act = sync::parse_act(std::move(**envelope));
    if (!act) return fail(ErrorKind::storage, place() + " is damaged in the database; restore it");
    if (auto form = sync::check_body(body); !form) return fail(ErrorKind::verification, place() + ": " + form.error().message);
    if (!act->payload.body || *act->payload.body != sync::body_hash(body)) {
        return fail(ErrorKind::verification, place() + ": the body is not the one that the act names");
    }
    auto number = state_->number_of(log);
    if (!number) return std::unexpected(std::move(number).error());
    const auto id = entry_id(*number, seq);
    if (auto ok = state_->run("INSERT OR IGNORE INTO body (id, bytes) VALUES (?, ?)", id, body); !ok) return ok;
    return state_->run("DELETE FROM missing_body WHERE id = ?", id);
}

Result<void> Store::defer(const sync::LogId& log, std::uint64_t from, std::uint64_t to) {
    if (auto ok = state_->writable(); !ok) return ok;
    auto number = state_->number_of(log);
    if (!number) return std::unexpected(std::move(number).error());
    return state_->run("INSERT INTO deferred (log, first, past) VALUES (?, ?, ?) ON CONFLICT (log) DO UPDATE SET past = excluded.past", *number, from, to);
}

Result<void> Store::checked(const sync::LogId& log, std::uint64_t to) {
    if (auto ok = state_->writable(); !ok) return ok;
    auto number = state_->number_of(log);
    if (!number) return std::unexpected(std::move(number).error());
    if (auto ok = state_->run("UPDATE deferred SET first = ?2 WHERE log = ?1", *number, to); !ok) return ok;
    return state_->run("DELETE FROM deferred WHERE log = ?1 AND past <= ?2", *number, to);
}

Result<void> Store::add_evidence(const EvidenceRow& row) {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->run("INSERT INTO evidence (log, ours, theirs, cause, proof) VALUES (?, ?, ?, ?, ?) ON CONFLICT (log, ours, theirs, cause) DO UPDATE SET "
                       "proof = coalesce(proof, excluded.proof)", row.log, row.ours, row.theirs, row.cause, row.proof);
}

Result<void> Store::accuse(const sync::LogId& log, std::string_view why, bool proven) {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->run("UPDATE log SET accused = ?2, proven = max(proven, ?3) WHERE id = ?1 AND (proven = 0 OR ?3)", log, why, proven);
}

Result<void> Store::set_meta(std::string_view key, std::string_view value) {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->run("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value);
}

Result<void> Store::remove_meta(std::string_view key) {
    if (auto ok = state_->writable(); !ok) return ok;
    return state_->run("DELETE FROM meta WHERE key = ?", key);
}

}  // namespace motcua::node

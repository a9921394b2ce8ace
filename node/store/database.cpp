#include "node/store/database.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <list>
#include <map>
#include <optional>

#include "node/store/upgrade.hpp"
#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

/// How long a connection waits for another one: readers during the short moments of recovery and checkpoint reset.
constexpr int busy_timeout_ms = 5'000;
/// 16 MiB of 4 KiB pages: about two seconds of first ingest. Larger WALs make every reader slower.
constexpr int wal_pages_max = 4096;

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

}  // namespace

struct Statement::Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    Database::State* owner = nullptr;
    bool in_use = false;
};

struct Database::State {
    std::string file;
    std::unique_ptr<sqlite3, CloseConnection> connection;
    // A text is used twice at once when a walk over rows asks the same question again; hence a list for each.
    std::map<std::string, std::list<Statement::Prepared>, std::less<>> statements;
    int wal_pages = 0;
    bool writes = false;
    bool failed = false;

    Error error(int code) {
        const int primary = code & 0xff;
        if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
            return {ErrorKind::busy, fmt::format("{}: the database is locked by another process; try again", file)};
        }
        failed = true;
        return {ErrorKind::storage,
                fmt::format("{}: {} (SQLite code {}); stop the node, check the disk and its free space, then start it again",
                            file, sqlite3_errmsg(connection.get()), code)};
    }
};

// --- statements ---

Statement::~Statement() {
    if (prepared_ == nullptr) return;
    sqlite3_reset(prepared_->statement.get());
    sqlite3_clear_bindings(prepared_->statement.get());
    prepared_->in_use = false;
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(prepared_->statement.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return std::unexpected(prepared_->owner->error(code));
}

Result<void> Statement::run() {
    while (true) {
        auto row = step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) break;
    }
    sqlite3_reset(prepared_->statement.get());
    return {};
}

int Statement::columns() const { return sqlite3_column_count(prepared_->statement.get()); }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(prepared_->statement.get(), column); }

ByteView Statement::blob(int column) const {
    const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(prepared_->statement.get(), column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement.get(), column))};
}

std::string_view Statement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(prepared_->statement.get(), column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(prepared_->statement.get(), column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(prepared_->statement.get(), column) == SQLITE_NULL;
}

void Statement::bind_one(int index, std::int64_t value) {
    ensure(sqlite3_bind_int64(prepared_->statement.get(), index, value) == SQLITE_OK, "a parameter of the statement");
}

void Statement::bind_one(int index, ByteView value) {
    // A null pointer would bind NULL, which is not the empty blob.
    static constexpr std::byte empty{};
    const void* bytes = value.empty() ? &empty : value.data();
    ensure(sqlite3_bind_blob64(prepared_->statement.get(), index, bytes, value.size(), SQLITE_STATIC) == SQLITE_OK,
           "a parameter of the statement");
}

void Statement::bind_one(int index, std::string_view value) {
    const char* bytes = value.empty() ? "" : value.data();
    ensure(sqlite3_bind_text64(prepared_->statement.get(), index, bytes, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK,
           "a parameter of the statement");
}

void Statement::bind_one(int index, std::nullptr_t) {
    ensure(sqlite3_bind_null(prepared_->statement.get(), index) == SQLITE_OK, "a parameter of the statement");
}

// --- connections ---

Database::Database(std::unique_ptr<State> state) : state_(std::move(state)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Database::~Database() {
    if (!state_ || !state_->connection) return;
    state_->statements.clear();
    // A writer that closes last leaves one plain file behind, for backups; one that failed touches nothing more.
    if (state_->failed) sqlite3_db_config(state_->connection.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

namespace {

Result<std::string> pragma(Database& database, std::string_view sql) {
    auto statement = database.prepare(sql);
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->step();
    if (!row) return std::unexpected(std::move(row).error());
    return *row ? std::string(statement->text(0)) : std::string();
}

/// The owner's alone, whatever the umask is: it holds personal data. SQLite gives the WAL the same mode.
void create_private(const std::filesystem::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) ::close(fd);  // otherwise it exists, or opening it says what is wrong
}

Result<void> ensure_schema(Database& database, const std::string& file, const Schema& schema, bool may_create) {
    auto application = pragma(database, "PRAGMA application_id");
    if (!application) return std::unexpected(std::move(application).error());
    auto version = pragma(database, "PRAGMA user_version");
    if (!version) return std::unexpected(std::move(version).error());
    if (*application == std::to_string(schema.application_id)) {
        if (*version == std::to_string(schema.version)) return {};
        return upgrade_schema(database, file, schema, std::stoll(*version), may_create);
    }
    auto tables = pragma(database, "SELECT count(*) FROM sqlite_schema");
    if (!tables) return std::unexpected(std::move(tables).error());
    const bool is_empty = *application == "0" && *tables == "0";
    if (is_empty && !may_create) {
        return fail(ErrorKind::not_found, fmt::format("{} is empty: the program was stopped while making it; the next verb that writes makes it", file));
    }
    if (!is_empty) {
        return fail(ErrorKind::storage, fmt::format("{} is not a database of motcua; name the node's own directory", file));
    }
    const auto all = fmt::format("BEGIN IMMEDIATE; {} {} PRAGMA application_id = {}; PRAGMA user_version = {}; COMMIT;", schema.tables,
                                 schema.views, schema.application_id, schema.version);
    return database.execute(all.c_str());
}

}  // namespace

Result<Database> Database::open(const std::filesystem::path& file, Mode mode, const Schema& schema) {
    std::error_code ignored;
    if (mode != Mode::create_or_write && !std::filesystem::exists(file, ignored)) {
        return fail(ErrorKind::not_found, fmt::format("{} does not exist; name a directory made by `motcua init` or `motcua enrol`", file.string()));
    }
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    switch (mode) {
        case Mode::create_or_write:
            flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
            create_private(file);
            break;
        case Mode::write: flags |= SQLITE_OPEN_READWRITE; break;
        case Mode::read_only: flags |= SQLITE_OPEN_READONLY; break;
    }
    auto state = std::make_unique<State>();
    state->file = file.string();
    state->writes = mode != Mode::read_only;
    sqlite3* connection = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &connection, flags, nullptr);
    state->connection.reset(connection);
    if (code != SQLITE_OK) return std::unexpected(state->error(code));
    sqlite3_busy_timeout(connection, busy_timeout_ms);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, state->writes ? 0 : 1, nullptr);
    sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    const auto writes = state->writes;
    Database database(std::move(state));

    if (!writes) {
        if (auto ok = database.execute("PRAGMA query_only = ON; PRAGMA wal_autocheckpoint = 0;"); !ok) return std::unexpected(std::move(ok).error());
    } else {
        auto journal = pragma(database, "PRAGMA journal_mode = WAL");
        if (!journal) return std::unexpected(std::move(journal).error());
        if (*journal != "wal") return fail(ErrorKind::storage, file.string() + ": no write-ahead log is possible here; use a local disk");
        const bool syncs = !sync::planted(sync::PlantedFault::normal_synchronous);
        if (auto ok = database.execute(syncs ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL"); !ok) return std::unexpected(std::move(ok).error());
        if (auto ok = database.execute(" PRAGMA secure_delete = ON;"
                                       "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -65536;"); !ok) {
            return std::unexpected(std::move(ok).error());
        }
        auto synchronous = pragma(database, "PRAGMA synchronous");
        if (!synchronous) return std::unexpected(std::move(synchronous).error());
        ensure(*synchronous == (syncs ? "2" : "1"), "every commit is synced: PRAGMA synchronous reads back FULL");
        sqlite3_wal_hook(connection, [](void* state_pointer, sqlite3*, const char*, int pages) {
            static_cast<State*>(state_pointer)->wal_pages = pages;
            return SQLITE_OK;
        }, database.state_.get());
    }
    if (auto ok = ensure_schema(database, file.string(), schema, writes); !ok) return std::unexpected(std::move(ok).error());
    return database;
}

Result<Statement> Database::prepare(std::string_view sql) {
    auto found = state_->statements.find(sql);
    if (found == state_->statements.end()) found = state_->statements.emplace(std::string(sql), std::list<Statement::Prepared>()).first;
    for (auto& prepared : found->second) {
        if (prepared.in_use) continue;
        prepared.in_use = true;
        return Statement(&prepared);
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(state_->connection.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return std::unexpected(state_->error(code));
    auto& prepared = found->second.emplace_back();
    prepared.statement.reset(statement);
    prepared.owner = state_.get();
    prepared.in_use = true;
    return Statement(&prepared);
}

Result<void> Database::execute(const char* sql) {
    const int code = sqlite3_exec(state_->connection.get(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return std::unexpected(state_->error(code));
    return {};
}

bool Database::failed() const { return state_->failed; }

Result<void> Database::checkpoint_when_large() {
    if (state_->wal_pages < wal_pages_max) return {};
    const int code = sqlite3_wal_checkpoint_v2(state_->connection.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    state_->wal_pages = 0;
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) return std::unexpected(state_->error(code));
    return {};
}

sqlite3* Database::raw() const { return state_->connection.get(); }

}  // namespace motcua::node

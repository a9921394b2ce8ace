#pragma once
/// SQLite behind values that close themselves. One Database is one connection and belongs to one thread.

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "crypto/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace motcua::node {

/// A prepared statement of a Database, which it must not outlive. Reset, its bindings cleared, when `Statement` goes.
class Statement {
  public:
    Statement(Statement&& other) noexcept : prepared_(std::exchange(other.prepared_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    /// Binds parameters 1, 2, … in order. Blobs and texts must outlive the last step.
    template <class... Values>
    Statement& bind(const Values&... values) {
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }
    /// True while there is a row. Errors: storage (the connection has then `failed`); busy, when locked out.
    [[nodiscard]] Result<bool> step();
    /// Steps to the end, then resets, so that the statement can be bound anew. Errors as step.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t size(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    /// Valid until the next step.
    [[nodiscard]] ByteView blob(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] bool is_null(int column) const;
    [[nodiscard]] int columns() const;  ///< of a row

  private:
    friend class Database;
    struct Prepared;
    explicit Statement(Prepared* prepared) : prepared_(prepared) {}

    void bind_one(int index, std::int64_t value);
    void bind_one(int index, std::uint64_t value) { bind_one(index, static_cast<std::int64_t>(value)); }
    void bind_one(int index, int value) { bind_one(index, static_cast<std::int64_t>(value)); }
    void bind_one(int index, bool value) { bind_one(index, static_cast<std::int64_t>(value)); }
    void bind_one(int index, ByteView value);
    void bind_one(int index, const Bytes& value) { bind_one(index, ByteView(value)); }
    template <class Tag, std::size_t N>
    void bind_one(int index, const Fixed<Tag, N>& value) { bind_one(index, value.view()); }
    void bind_one(int index, std::string_view value);
    void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
    void bind_one(int index, const char* value) { bind_one(index, std::string_view(value)); }
    void bind_one(int index, std::nullptr_t);
    template <class T>
    void bind_one(int index, const std::optional<T>& value) {
        if (value) bind_one(index, *value); else bind_one(index, nullptr);
    }

    Prepared* prepared_;
};

/// How the tables of one version become those of the next.
struct SchemaStep {
    std::int64_t from;
    const char* sql;
};
/// What makes a file ours: SQLite's application_id, the version of the tables in user_version, and the tables.
struct Schema {
    std::int64_t application_id;
    std::int64_t version;
    const char* tables;
    const char* views = "";  ///< tables too, but derived from the others
    std::span<const SchemaStep> steps = {};  ///< from the oldest version that is still brought up to date, one a version
};

class Database {
  public:
    enum class Mode { create_or_write, write, read_only };
    /// A writer: WAL, synchronous=FULL (both read back), secure_delete; the schema is made in a new file, mode 0600. It
    /// alone checkpoints. A reader: SQLITE_OPEN_READONLY, and it never checkpoints, not even as the last one to close. A
    /// read-only connection still makes the -shm file that a cleanly closed database lacks, so the directory must be
    /// writable, which it is for the user who owns the node.
    /// A writer brings an older file up to date, in one transaction, after a copy of it was made beside it (upgrade.cpp).
    /// Errors: storage (also: another program's file), refused (a newer schema, or an older one and this is a reader), busy, not_found.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Mode mode, const Schema& schema);
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// A statement, prepared once a connection and text.
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or more statements without parameters or rows.
    [[nodiscard]] Result<void> execute(const char* sql);
    /// A storage error happened on this connection: what it was writing may or may not be there.
    [[nodiscard]] bool failed() const;
    /// Copies the WAL into the file as far as readers allow, once the WAL is larger than it should be. Writers only.
    [[nodiscard]] Result<void> checkpoint_when_large();
    [[nodiscard]] sqlite3* raw() const;

  private:
    friend class Statement;
    struct State;
    explicit Database(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

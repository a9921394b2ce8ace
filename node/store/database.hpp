#pragma once
/// SQLite behind values that close themselves. One Database is one connection and belongs to one thread.

#include <filesystem>
#include <memory>
#include <string_view>

#include "crypto/bytes.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace motcua::node {

/// A prepared statement, reset and its bindings cleared when `Statement` goes.
class Statement {
  public:
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    /// Binds parameters 1, 2, … in order. Blobs and texts must outlive the last step.
    template <class... Values>
    Statement& bind(const Values&... values) {
        int index = 0;
        (bind_one(++index, values), ...);
        return *this;
    }
    /// True while there is a row. Errors: storage (busy when locked out).
    [[nodiscard]] Result<bool> step();
    /// Steps to the end. Errors as step.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] std::uint64_t size(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    /// Valid until the next step.
    [[nodiscard]] ByteView blob(int column) const;
    [[nodiscard]] std::string_view text(int column) const;
    [[nodiscard]] bool is_null(int column) const;

  private:
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
    sqlite3_stmt* statement_;
};

class Database {
  public:
    enum class Mode { create_or_write, write, read_only };
    /// WAL, synchronous=FULL read back, foreign keys on. The writer alone checkpoints. Errors: storage, busy, not_found.
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Mode mode);
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    /// A statement, prepared once a connection and text.
    [[nodiscard]] Result<Statement> prepare(std::string_view sql);
    /// One or more statements without parameters or rows.
    [[nodiscard]] Result<void> execute(const char* sql);
    [[nodiscard]] sqlite3* raw() const;

  private:
    struct State;
    explicit Database(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

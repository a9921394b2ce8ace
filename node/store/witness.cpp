#include "node/store/witness.hpp"

#include <fmt/format.h>

#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

constexpr std::string_view columns = "SELECT origin, size, root FROM witness ";

Result<WitnessRow> witness_row(const Statement& row) {
    auto root = sync::Hash::from(row.blob(2));
    if (!root) return fail(ErrorKind::storage, fmt::format("the witness row of {} is damaged; restore witness.db", row.text(0)));
    return WitnessRow{.origin = std::string(row.text(0)), .size = row.size(1), .root = *root};
}

Result<void> check_advance(const WitnessRow& from, const WitnessRow& to) {
    if (to.size > from.size) return {};
    if (to.size < from.size) {
        return fail(ErrorKind::refused, fmt::format("{}: size {} is not cosigned, since size {} was before; this node's database is "
                                                    "older than its witness.db", to.origin, to.size, from.size));
    }
    if (to.root == from.root) return {};
    return fail(ErrorKind::refused, fmt::format("{}: size {} was cosigned with another root before; keep both databases, they are "
                                                "evidence of a fork", to.origin, to.size));
}

}  // namespace

Result<Witness> Witness::open(const std::filesystem::path& directory) {
    auto database = Database::open(directory / witness_file_name, Database::Mode::create_or_write, witness_schema);
    if (!database) return std::unexpected(std::move(database).error());
    return Witness(std::move(*database));
}

Result<void> Witness::check(const WitnessRow& row) {
    auto before = find(row.origin);
    if (!before) return std::unexpected(std::move(before).error());
    return *before ? check_advance(**before, row) : Result<void>{};
}

Result<Witness> Witness::open_read_only(const std::filesystem::path& directory) {
    auto database = Database::open(directory / witness_file_name, Database::Mode::read_only, witness_schema);
    if (!database) return std::unexpected(std::move(database).error());
    return Witness(std::move(*database));
}

Result<void> Witness::advance_all(std::span<const WitnessRow> rows) {
    for (const auto& row : rows) {
        if (auto ok = check(row); !ok) return ok;
        auto statement = database_.prepare("INSERT INTO witness (origin, size, root) VALUES (?, ?, ?) "
                                           "ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root");
        if (!statement) return std::unexpected(std::move(statement).error());
        if (auto ok = statement->bind(row.origin, row.size, row.root).run(); !ok) return ok;
    }
    return {};
}

Result<void> Witness::advance(std::span<const WitnessRow> rows) {
    if (database_.failed()) {
        return fail(ErrorKind::storage, "witness.db failed before: nothing is cosigned; stop the node, check the disk, then start it again");
    }
    if (auto ok = database_.execute("BEGIN IMMEDIATE"); !ok) return ok;
    auto done = advance_all(rows);
    if (done) done = database_.execute("COMMIT");
    if (done) return database_.checkpoint_when_large();
    if (auto undone = database_.execute("ROLLBACK"); !undone) return done;  // SQLite may have done so itself
    return done;
}

Result<std::optional<WitnessRow>> Witness::find(std::string_view origin) {
    auto statement = database_.prepare(std::string(columns) + "WHERE origin = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->bind(origin).step();
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return std::nullopt;
    auto found = witness_row(*statement);
    if (!found) return std::unexpected(std::move(found).error());
    return std::move(*found);
}

Result<std::vector<WitnessRow>> Witness::all() {
    auto statement = database_.prepare(std::string(columns) + "ORDER BY origin");
    if (!statement) return std::unexpected(std::move(statement).error());
    std::vector<WitnessRow> rows;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return rows;
        auto found = witness_row(*statement);
        if (!found) return std::unexpected(std::move(found).error());
        rows.push_back(std::move(*found));
    }
}

}  // namespace motcua::node

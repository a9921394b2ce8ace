#pragma once
/// What this node has ever cosigned, and at the city the heads of its own log and the registry: one row a log, in a small
/// database of its own (witness.db), left out of backups, so that a restored node cannot sign less than it once did. Compare-and-set (C2SP tlog-witness).

#include "node/store/database.hpp"
#include "sync/act/ids.hpp"

namespace motcua::node {

struct WitnessRow {
    std::string origin;
    std::uint64_t size;
    sync::Hash root;
};

class Witness {
  public:
    [[nodiscard]] static Result<Witness> open(const std::filesystem::path& directory);
    /// For `find` and `all`, beside a running node. Errors: not_found, storage.
    [[nodiscard]] static Result<Witness> open_read_only(const std::filesystem::path& directory);
    /// Advances every row, all or none, durable on return: only then may a cosignature be made. The same size with the
    /// same root is allowed. Errors: refused (smaller, or same size with another root), storage.
    [[nodiscard]] Result<void> advance(std::span<const WitnessRow> rows);
    /// What advance would say of one row; changes nothing.
    [[nodiscard]] Result<void> check(const WitnessRow& row);
    [[nodiscard]] Result<std::optional<WitnessRow>> find(std::string_view origin);
    [[nodiscard]] Result<std::vector<WitnessRow>> all();

  private:
    Result<void> advance_all(std::span<const WitnessRow> rows);
    explicit Witness(Database database) : database_(std::move(database)) {}
    Database database_;
};

}  // namespace motcua::node

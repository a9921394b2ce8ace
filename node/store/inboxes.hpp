#pragma once
/// How inboxes lie in the database: an entry is a reference to the act that it carries, whatever log that act is of. Acts of logs
/// that are not here as a whole are kept beside them, as foreign acts. For node/store alone.

#include "node/store/store.hpp"

namespace motcua::node {

/// Walks the entries of one inbox. What it hands over is valid until the next step.
class InboxRows {
  public:
    /// Entries from <= seq < to of the inbox that is stored under `number`.
    [[nodiscard]] static Result<InboxRows> open(Database& database, std::uint64_t number, std::uint64_t from, std::uint64_t to);
    /// True while there is an entry. Errors: storage, also where the act is gone to which it refers.
    [[nodiscard]] Result<bool> step();

    [[nodiscard]] std::uint64_t seq() const;
    [[nodiscard]] const sync::Position& carried() const { return carried_; }
    [[nodiscard]] const Bytes& leaf() const { return leaf_; }
    [[nodiscard]] std::optional<Bytes> body() const;

  private:
    explicit InboxRows(Statement statement) : statement_(std::move(statement)) {}
    Statement statement_;
    sync::Position carried_;
    Bytes leaf_;
};

/// Whether the inbox under `number` carries an act of the place `act` (a storage key).
[[nodiscard]] Result<bool> inbox_carries(Database& database, std::uint64_t number, std::int64_t act);

/// Writes references behind the head of the inbox under `number`, and the acts that are not here yet; the logs of all of them have a
/// number. Errors: verification, when an act has come before.
[[nodiscard]] Result<CarriedActs> write_inbox_entries(Database& database, Reader& reader, std::uint64_t number,
                                                      const sync::CheckedInboxExtension& extension);

/// Foreign acts of a log whose entries from the extension's base on are about to be written: they make room, and what an inbox carries of another history
/// stays with the inbox. Returns bodies of theirs that the extension lacks, by entry, and the acts that are not the log's.
struct MadeRoom {
    std::vector<std::pair<std::uint64_t, Bytes>> bodies;
    std::vector<std::pair<std::uint64_t, Bytes>> others;  ///< seq and envelope
};
[[nodiscard]] Result<MadeRoom> make_room(Database& database, std::uint64_t number, const sync::CheckedExtension& extension);

}  // namespace motcua::node

#include "node/store/inboxes.hpp"

#include <fmt/format.h>

#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

/// Writes the acts of one extension. Lives for one call.
class InboxEntries {
  public:
    InboxEntries(Database& database, Reader& reader, std::uint64_t inbox) : database_(database), reader_(reader), inbox_(inbox) {}

    Result<void> add(std::uint64_t seq, const sync::Act& act, const std::optional<Bytes>& body) {
        auto number = reader_.number_of(act.payload.log);
        if (!number) return std::unexpected(std::move(number).error());
        ensure(number->has_value(), "the log of a carried act has a number");
        const auto id = entry_id(**number, act.payload.seq);
        auto carries = inbox_carries(database_, inbox_, id);
        if (!carries) return std::unexpected(std::move(carries).error());
        if (*carries) return fail(ErrorKind::verification, fmt::format("entry {}: an act of that place has come already", seq));
        auto here = reader_.entry(act.payload.log, act.payload.seq);
        if (!here) return std::unexpected(std::move(here).error());
        const bool is_other = *here && **here != act.envelope;
        if (!*here) {
            if (auto ok = run("INSERT INTO foreign_act (id, envelope) VALUES (?, ?)", id, act.envelope); !ok) return ok;
            if (act.payload.body) {
                if (auto ok = run("INSERT OR IGNORE INTO missing_body (id) VALUES (?)", id); !ok) return ok;
            }
            carried_.fresh.push_back(act);
        }
        if (is_other) carried_.others.push_back({.here = std::move(**here), .act = act});
        else if (auto ok = add_body(id, body); !ok) return ok;
        return run("INSERT INTO inbox_entry (id, act, other) VALUES (?, ?, ?)", entry_id(inbox_, seq), id,
                   is_other ? std::optional(act.envelope) : std::nullopt);
    }
    CarriedActs take() { return std::move(carried_); }

  private:
    /// One that is missing here, and was checked by hash.
    Result<void> add_body(std::int64_t id, const std::optional<Bytes>& body) {
        if (!body) return {};
        if (auto ok = run("INSERT OR IGNORE INTO body (id, bytes) SELECT id, ?2 FROM missing_body WHERE id = ?1", id, *body); !ok) return ok;
        return run("DELETE FROM missing_body WHERE id = ?", id);
    }
    template <class... Values>
    Result<void> run(std::string_view sql, const Values&... values) {
        auto statement = database_.prepare(sql);
        if (!statement) return std::unexpected(std::move(statement).error());
        return statement->bind(values...).run();
    }

    Database& database_;
    Reader& reader_;
    std::uint64_t inbox_;
    CarriedActs carried_;
};

struct ForeignRow {
    std::int64_t id;
    Bytes envelope;
    std::optional<Bytes> body;
};

Result<std::vector<ForeignRow>> foreign_rows(Database& database, std::int64_t from, std::int64_t to) {
    auto statement = database.prepare("SELECT f.id, f.envelope, b.bytes FROM foreign_act f LEFT JOIN body b ON b.id = f.id WHERE f.id >= ? AND f.id < ? ORDER BY f.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(from, to);
    std::vector<ForeignRow> rows;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return rows;
        rows.push_back({.id = statement->integer(0), .envelope = to_bytes(statement->blob(1)), .body = std::nullopt});
        if (!statement->is_null(2)) rows.back().body = to_bytes(statement->blob(2));
    }
}

}  // namespace

Result<InboxRows> InboxRows::open(Database& database, std::uint64_t number, std::uint64_t from, std::uint64_t to) {
    auto statement = database.prepare("SELECT i.id, l.id, i.act, coalesce(i.other, e.envelope, f.envelope), iif(i.other IS NULL, b.bytes, NULL) "
                                      "FROM inbox_entry i LEFT JOIN log l ON l.number = i.act >> 40 LEFT JOIN entry e ON e.id = i.act "
                                      "LEFT JOIN foreign_act f ON f.id = i.act LEFT JOIN body b ON b.id = i.act "
                                      "WHERE i.id >= ? AND i.id < ? ORDER BY i.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(entry_id(number, std::min(from, seq_limit)), entry_id(number, std::min(to, seq_limit)));
    return InboxRows(std::move(*statement));
}

Result<bool> InboxRows::step() {
    auto row = statement_.step();
    if (!row || !*row) return row;
    const auto log = sync::LogId::from(statement_.blob(1));
    if (!log || statement_.is_null(3))
        return fail(ErrorKind::storage, fmt::format("an inbox: the act to which entry {} refers is not here; restore the database", seq()));
    carried_ = {.log = *log, .seq = sync::Seq{seq_of(statement_.integer(2))}};
    leaf_ = sync::encode_inbox_leaf(carried_, statement_.blob(3));
    return true;
}

std::uint64_t InboxRows::seq() const { return seq_of(statement_.integer(0)); }

std::optional<Bytes> InboxRows::body() const {
    return statement_.is_null(4) ? std::nullopt : std::optional(to_bytes(statement_.blob(4)));
}

Result<std::optional<sync::Position>> Reader::carried_by(const sync::LogId& inbox, std::uint64_t seq) {
    const auto shelf = shelf_of(inbox);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf || !(*shelf)->is_inbox || seq >= seq_limit) return std::nullopt;
    auto row = InboxRows::open(*database_, (*shelf)->number, seq, seq + 1);
    if (!row) return std::unexpected(std::move(row).error());
    auto there = row->step();
    if (!there) return std::unexpected(std::move(there).error());
    return *there ? std::optional(row->carried()) : std::nullopt;
}

Result<bool> Reader::has_carried(const sync::LogId& inbox, const sync::Position& place) {
    const auto here = shelf_of(inbox), there = shelf_of(place.log);
    if (!here) return std::unexpected(here.error());
    if (!there) return std::unexpected(there.error());
    if (!*here || !*there) return false;
    return inbox_carries(*database_, (*here)->number, entry_id((*there)->number, place.seq.value));
}

Result<void> Reader::each_foreign_act(const std::function<bool(const sync::Position&, ByteView envelope)>& each) {
    auto statement = database_->prepare("SELECT l.id, f.id, f.envelope FROM foreign_act f JOIN log l ON l.number = f.id >> 40 ORDER BY f.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return {};
        const auto log = sync::LogId::from(statement->blob(0));
        if (!log) return fail(ErrorKind::storage, "a log id has the wrong length; restore the database");
        if (!each({.log = *log, .seq = sync::Seq{seq_of(statement->integer(1))}}, statement->blob(2))) return {};
    }
}

Result<std::vector<sync::Position>> Reader::admissions(const sync::PublicKey& key) {
    auto statement = database_->prepare("SELECT l.id, a.id FROM admission a JOIN log l ON l.number = a.id >> 40 WHERE a.key = ? ORDER BY a.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(key);
    std::vector<sync::Position> places;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return places;
        const auto log = sync::LogId::from(statement->blob(0));
        if (!log) return fail(ErrorKind::storage, "a log id has the wrong length; restore the database");
        places.push_back({.log = *log, .seq = sync::Seq{seq_of(statement->integer(1))}});
    }
}

Result<bool> inbox_carries(Database& database, std::uint64_t number, std::int64_t act) {
    auto statement = database.prepare("SELECT 1 FROM inbox_entry WHERE act = ? AND id >> 40 = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    return statement->bind(act, number).step();
}

Result<CarriedActs> write_inbox_entries(Database& database, Reader& reader, std::uint64_t number, const sync::CheckedInboxExtension& extension) {
    InboxEntries entries(database, reader, number);
    for (std::size_t index = 0; index < extension.acts().size(); ++index) {
        if (auto ok = entries.add(extension.base().size() + index, extension.acts()[index], extension.bodies()[index]); !ok)
            return std::unexpected(std::move(ok).error());
    }
    return entries.take();
}

Result<MadeRoom> make_room(Database& database, std::uint64_t number, const sync::CheckedExtension& extension) {
    MadeRoom room;
    auto rows = foreign_rows(database, entry_id(number, extension.base().size()), entry_id(number, extension.head().size()));
    if (!rows) return std::unexpected(std::move(rows).error());
    for (auto& row : *rows) {
        const auto seq = seq_of(row.id);
        const auto index = static_cast<std::size_t>(seq - extension.base().size());
        const bool is_same = extension.acts()[index].envelope == row.envelope;
        for (const std::string_view sql : {"DELETE FROM foreign_act WHERE id = ?", "DELETE FROM body WHERE id = ?", "DELETE FROM missing_body WHERE id = ?"}) {
            auto statement = database.prepare(sql);
            if (!statement) return std::unexpected(std::move(statement).error());
            if (auto ok = statement->bind(row.id).run(); !ok) return std::unexpected(std::move(ok).error());
        }
        if (is_same) {
            if (row.body && !extension.bodies()[index]) room.bodies.emplace_back(seq, std::move(*row.body));
            continue;
        }
        auto keep = database.prepare("UPDATE inbox_entry SET other = ?2 WHERE act = ?1");
        if (!keep) return std::unexpected(std::move(keep).error());
        if (auto ok = keep->bind(row.id, row.envelope).run(); !ok) return std::unexpected(std::move(ok).error());
        room.others.emplace_back(seq, std::move(row.envelope));
    }
    return room;
}

}  // namespace motcua::node

#include "node/store/damage.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "node/store/schema.hpp"
#include "sync/log/inbox.hpp"

namespace motcua::node {
namespace {

template <class... Values>
Result<void> run(Store& store, std::string_view sql, const Values&... values) {
    auto statement = store.database().prepare(sql);
    if (!statement) return std::unexpected(std::move(statement).error());
    return statement->bind(values...).run();
}

/// The storage key of an entry; of an inbox, of the act that it carries.
Result<std::optional<std::int64_t>> act_key(Store& store, const sync::LogId& log, std::uint64_t seq) {
    auto statement = store.database().prepare("SELECT iif(l.class = 3, (SELECT i.act FROM inbox_entry i WHERE i.id = (l.number << 40) + ?2), (l.number << 40) + ?2) "
                                              "FROM log l WHERE l.id = ?1");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->bind(log, seq).step();
    if (!row) return std::unexpected(std::move(row).error());
    return *row && !statement->is_null(0) ? std::optional(statement->integer(0)) : std::nullopt;
}

Result<void> forget(Store& store, const sync::LogId& log, std::uint64_t place, DamagedPart part) {
    return run(store, "DELETE FROM damage WHERE id = ((SELECT number FROM log WHERE id = ?1) << 40) + ?2 AND part = ?3", log, place, static_cast<int>(part));
}

/// The signed checkpoint that ends the extension, where it is the log's own.
std::optional<crypto::Checkpoint> opened(const sync::LogHead& head, const std::string& text) {
    const auto note = crypto::Note::parse(text);
    if (!note) return std::nullopt;
    auto checkpoint = crypto::open_checkpoint(*note, sync::log_verifier(head.origin, head.log_key));
    return checkpoint ? std::optional(*std::move(checkpoint)) : std::nullopt;
}

/// What is stored up to the checkpoint, with the entries that came in the place of the damaged ones.
Result<sync::Hash> root_with(Reader& reader, const sync::LogHead& head, std::uint64_t size, const std::map<std::uint64_t, ByteView>& fresh) {
    crypto::CompactRange tree;
    auto read = reader.each_entry(head.id, 0, size, [&](std::uint64_t seq, ByteView entry) {
        const auto replaced = fresh.find(seq);
        tree.append(crypto::leaf_hash(replaced == fresh.end() ? entry : replaced->second));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    return tree.size() == size ? tree.root() : sync::Hash{};
}

Result<void> put_entry(Store& store, const sync::LogHead& head, std::uint64_t seq, ByteView entry) {
    const bool is_inbox = head.log_class == sync::LogClass::inbox;
    if (!is_inbox) return run(store, "UPDATE entry SET envelope = ?2 WHERE id = ((SELECT number FROM log WHERE id = ?1) << 40) + ?3", head.id, entry, seq);
    const auto act = sync::parse_inbox_leaf(entry);
    if (!act) return {};
    const auto key = act_key(store, head.id, seq);
    if (!key) return std::unexpected(key.error());
    if (!*key) return {};
    // Where the act lies with its own log here, or stands beside another of its place, it is that row which was damaged.
    if (auto ok = run(store, "UPDATE inbox_entry SET other = ?3 WHERE id = ((SELECT number FROM log WHERE id = ?1) << 40) + ?2 AND other IS NOT NULL", head.id, seq, act->envelope); !ok)
        return ok;
    if (auto ok = run(store, "UPDATE foreign_act SET envelope = ?2 WHERE id = ?1", **key, act->envelope); !ok) return ok;
    return run(store, "UPDATE entry SET envelope = ?2 WHERE id = ?1", **key, act->envelope);
}

}  // namespace

std::string_view name_of(DamagedPart part) {
    switch (part) {
        case DamagedPart::entry: return "entry";
        case DamagedPart::body: return "body";
        case DamagedPart::checkpoint: return "checkpoint";
    }
    return "";
}

Result<std::vector<Damage>> read_damage(Reader& reader) {
    auto statement = reader.database().prepare("SELECT l.id, d.id & 1099511627775, d.part, d.cause, d.found_ms FROM damage d JOIN log l ON l.number = d.id >> 40 ORDER BY d.id, d.part");
    if (!statement) return std::unexpected(std::move(statement).error());
    std::vector<Damage> all;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return all;
        const auto log = sync::LogId::from(statement->blob(0));
        if (!log) return fail(ErrorKind::storage, "a log id has the wrong length; restore the database");
        all.push_back({.log = *log, .place = statement->size(1), .part = static_cast<std::uint8_t>(statement->integer(2)), .cause = std::string(statement->text(3)),
                       .found_ms = statement->size(4)});
    }
}

Result<std::map<sync::LogId, std::uint64_t>> damaged_from(Reader& reader) {
    const auto all = read_damage(reader);
    if (!all) return std::unexpected(all.error());
    std::map<sync::LogId, std::uint64_t> first;
    for (const auto& damage : *all) {
        const auto from = damage.what() == DamagedPart::checkpoint && damage.place > 0 ? damage.place - 1 : damage.place;
        const auto [known, is_new] = first.emplace(damage.log, from);
        if (!is_new) known->second = std::min(known->second, from);
    }
    return first;
}

Result<std::vector<std::uint64_t>> damaged_entries(Reader& reader, const sync::LogId& log, std::uint64_t from, std::uint64_t to) {
    auto statement = reader.database().prepare("SELECT d.id & 1099511627775 FROM damage d JOIN log l ON l.number = d.id >> 40 "
                                               "WHERE l.id = ?1 AND d.part = 1 AND (d.id & 1099511627775) >= ?2 AND (d.id & 1099511627775) < ?3 ORDER BY d.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(log, from, to);
    std::vector<std::uint64_t> seqs;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return seqs;
        seqs.push_back(statement->size(0));
    }
}

Result<void> note_damage(Store& store, const Damage& damage, std::uint64_t now_ms) {
    auto row = store.reader().log(damage.log);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return {};
    if (damage.what() == DamagedPart::checkpoint && damage.place < (*row)->head.size())
        return run(store, "DELETE FROM checkpoint WHERE log = (SELECT number FROM log WHERE id = ?1) AND size = ?2", damage.log, damage.place);
    if (damage.what() == DamagedPart::body) {
        const auto key = act_key(store, damage.log, damage.place);
        if (!key) return std::unexpected(key.error());
        if (!*key) return {};
        if (auto ok = run(store, "DELETE FROM body WHERE id = ?", **key); !ok) return ok;
        if (auto ok = run(store, "INSERT OR IGNORE INTO missing_body (id) VALUES (?)", **key); !ok) return ok;
    }
    return run(store, "INSERT OR REPLACE INTO damage (id, part, found_ms, cause) VALUES (((SELECT number FROM log WHERE id = ?1) << 40) + ?2, ?3, ?4, ?5)", damage.log, damage.place,
               static_cast<int>(damage.part), now_ms, damage.cause);
}

Result<void> mend(Store& store, const sync::LogHead& head, const sync::Extension& extension) {
    auto& reader = store.reader();
    const auto end = extension.from + extension.entries.size();
    const auto checkpoint = end <= head.size() ? opened(head, extension.checkpoint) : std::nullopt;
    if (!checkpoint || checkpoint->size != end) return {};
    const auto seqs = damaged_entries(reader, head.id, extension.from, end);
    if (!seqs) return std::unexpected(seqs.error());
    const auto all = read_damage(reader);
    if (!all) return std::unexpected(all.error());
    const bool is_note_damaged = std::ranges::any_of(*all, [&](const Damage& one) { return one.log == head.id && one.what() == DamagedPart::checkpoint && one.place == end; });
    if (seqs->empty() && !is_note_damaged) return {};
    std::map<std::uint64_t, ByteView> fresh;
    for (const auto seq : *seqs) fresh.emplace(seq, extension.entries[seq - extension.from]);
    const auto root = root_with(reader, head, end, fresh);
    if (!root) return std::unexpected(root.error());
    if (*root != checkpoint->root || (end == head.size() && *root != head.tree.root())) return {};
    for (const auto& [seq, entry] : fresh) {
        if (auto ok = put_entry(store, head, seq, entry); !ok) return ok;
        if (auto ok = forget(store, head.id, seq, DamagedPart::entry); !ok) return ok;
    }
    if (!is_note_damaged) return {};
    if (auto ok = run(store, "UPDATE checkpoint SET note = ?3, root = ?4 WHERE log = (SELECT number FROM log WHERE id = ?1) AND size = ?2", head.id, end, extension.checkpoint, *root); !ok)
        return ok;
    return forget(store, head.id, end, DamagedPart::checkpoint);
}

Result<void> forget_damage_before(Store& store, std::uint64_t began_ms) { return run(store, "DELETE FROM damage WHERE part <> 2 AND found_ms < ?", began_ms); }

Result<void> settle_bodies(Store& store, const sync::LogId& log) {
    return run(store, "DELETE FROM damage WHERE part = 2 AND id >> 40 = (SELECT number FROM log WHERE id = ?1) AND NOT EXISTS (SELECT 1 FROM missing_body m "
                      "WHERE m.id = coalesce((SELECT i.act FROM inbox_entry i WHERE i.id = damage.id), damage.id))", log);
}

Result<void> check_chain(std::span<const Bytes> entries, const std::string& origin, std::uint64_t from, const sync::Hash& next) {
    const auto damaged = [&](std::uint64_t seq) {
        return fail(ErrorKind::refused, fmt::format("{} entry {} is damaged on this disk, and is not handed on before it is mended: motcua scrub finds it, the next sync mends it", origin, seq));
    };
    std::optional<sync::Hash> before;
    for (std::size_t index = 0; index < entries.size(); ++index) {
        const auto act = sync::parse_act(Bytes(entries[index]));
        if (!act) return damaged(from + index);
        if (before && act->payload.prev != *before) return damaged(from + index - 1);
        before = sync::Hash{act->id.bytes};
    }
    return !before || *before == next ? Result<void>{} : damaged(from + entries.size() - 1);
}

}  // namespace motcua::node

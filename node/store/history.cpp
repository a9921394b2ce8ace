// What a log was at an earlier size, what it can send from there, and what its entries say of the registry.

#include <fmt/format.h>

#include "node/store/damage.hpp"
#include "node/store/inboxes.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

/// Copies entries and bodies up to the last of the checkpoints that fits.
class ExtensionCollector {
  public:
    ExtensionCollector(sync::LogId log, std::uint64_t from, std::size_t bytes_max)
        : bytes_max_(std::min(bytes_max, sync::extension_bytes_max)) {
        extension_.log = log;
        extension_.from = from;
    }

    /// False once a further entry would break a limit and some checkpoint has been reached.
    bool add(ByteView envelope, std::optional<Bytes> body) {
        bytes_ += envelope.size() + (body ? body->size() : 0);
        const bool over = bytes_ > bytes_max_ || extension_.entries.size() >= sync::extension_entries_max;
        if (over && sealed_ > 0) return false;
        extension_.entries.push_back(to_bytes(envelope));
        extension_.bodies.push_back(std::move(body));
        return true;
    }
    [[nodiscard]] std::uint64_t end() const { return extension_.from + extension_.entries.size(); }
    void seal(const CheckpointRow& checkpoint) {
        sealed_ = extension_.entries.size();
        extension_.checkpoint = checkpoint.note;
    }
    std::optional<sync::Extension> finish() && {
        if (sealed_ == 0) return std::nullopt;
        extension_.entries.resize(sealed_);
        extension_.bodies.resize(sealed_);
        return std::move(extension_);
    }

  private:
    std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    std::size_t sealed_ = 0;
    sync::Extension extension_;
};

/// What the disk has changed is not handed on: the receiver would find it, and blame the log.
Result<void> refuse_damaged(Reader& reader, const sync::Extension& extension) {
    const auto row = reader.log(extension.log);
    if (!row) return std::unexpected(row.error());
    const auto end = extension.from + extension.entries.size();
    sync::Hash last = (*row)->head.last_leaf;
    if (end < (*row)->head.size()) {
        auto after = reader.entry(extension.log, end);
        if (!after) return std::unexpected(std::move(after).error());
        const auto act = *after ? sync::parse_act(std::move(**after)) : fail(ErrorKind::storage, "");
        if (act) last = act->payload.prev;
        else last = crypto::leaf_hash(extension.entries.back());  // it is that one which is damaged
    }
    return check_chain(extension.entries, (*row)->head.origin, extension.from, last);
}

}  // namespace

Result<std::optional<crypto::CompactRange>> Reader::tree_at(const sync::LogId& log, std::uint64_t size) {
    auto row = this->log(log);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row || size > (*row)->head.size()) return std::nullopt;
    if (size == (*row)->head.size()) return std::move((*row)->head.tree);
    crypto::CompactRange tree;
    auto read = each_entry(log, 0, size, [&](std::uint64_t, ByteView envelope) {
        tree.append(crypto::leaf_hash(envelope));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (tree.size() != size) {
        return fail(ErrorKind::storage, fmt::format("{}: entries are missing below {}; restore the database", (*row)->head.origin, size));
    }
    return tree;
}

Result<std::optional<sync::Hash>> Reader::root_at(const sync::LogId& log, std::uint64_t size) {
    auto checkpoint = checkpoint_at_or_after(log, size);
    if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
    if (*checkpoint && (*checkpoint)->size == size) return (*checkpoint)->root;
    auto tree = tree_at(log, size);
    if (!tree) return std::unexpected(std::move(tree).error());
    if (!*tree) return std::nullopt;
    return (*tree)->root();
}

Result<std::optional<sync::Extension>> Reader::read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max) {
    const auto shelf = shelf_of(log);
    if (!shelf) return std::unexpected(shelf.error());
    if (!*shelf || from >= seq_limit) return std::nullopt;
    auto next = checkpoint_at_or_after(log, from + 1);
    if (!next) return std::unexpected(std::move(next).error());

    ExtensionCollector collector(log, from, bytes_max);
    /// False when the extension is as long as it may be.
    const auto add = [&](ByteView entry, std::optional<Bytes> body) -> Result<bool> {
        if (!*next || !collector.add(entry, std::move(body))) return false;
        if (collector.end() < (*next)->size) return true;
        collector.seal(**next);
        next = checkpoint_at_or_after(log, collector.end() + 1);
        if (!next) return std::unexpected(std::move(next).error());
        return next->has_value();
    };
    if ((*shelf)->is_inbox) {
        auto rows = InboxRows::open(*database_, (*shelf)->number, from, seq_limit);
        if (!rows) return std::unexpected(std::move(rows).error());
        for (bool wanted = true; wanted;) {
            auto row = rows->step();
            if (!row) return std::unexpected(std::move(row).error());
            if (!*row) break;
            auto added = add(rows->leaf(), rows->body());
            if (!added) return std::unexpected(std::move(added).error());
            wanted = *added;
        }
        return std::move(collector).finish();
    }
    auto statement = database_->prepare("SELECT e.envelope, b.bytes FROM entry e LEFT JOIN body b ON b.id = e.id "
                                        "WHERE e.id >= ? AND e.id < ? ORDER BY e.id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(entry_id((*shelf)->number, from), entry_id((*shelf)->number, seq_limit));
    for (bool wanted = next->has_value(); wanted;) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) break;
        auto added = add(statement->blob(0), statement->is_null(1) ? std::nullopt : std::optional(to_bytes(statement->blob(1))));
        if (!added) return std::unexpected(std::move(added).error());
        wanted = *added;
    }
    auto extension = std::move(collector).finish();
    if (!extension) return extension;
    if (auto ok = refuse_damaged(*this, *extension); !ok) return std::unexpected(std::move(ok).error());
    return extension;
}

Result<sync::Hash> Reader::state_digest() {
    // A chain, so that a city's views need no memory: each row's hash covers the one before it. Logs go by id, since their
    // numbers only tell the order in which this node came to know them.
    static constexpr std::string_view views[] = {
        "SELECT id, code, status, office, received_ms, lookup, state FROM dossier ORDER BY id",
        "SELECT l.id, v.id & 1099511627775, v.standing, v.reason FROM verdict v JOIN log l ON l.number = v.id >> 40 ORDER BY 1, 2",
        "SELECT a.key, l.id, a.id & 1099511627775, NULL FROM admission a JOIN log l ON l.number = a.id >> 40 ORDER BY 1, 2, 3",
        "SELECT d.id, p.office, p.since_day, p.unit, p.field, c.received_day || ' ' || ifnull(c.finished_day, '-') || ' ' || ifnull(c.due_ms, '-') "
        "|| ' ' || ifnull(c.watch_ms, '-') || ' ' || hex(c.changes) FROM report_case c JOIN dossier d ON d.number = c.dossier "
        "JOIN report_place p ON p.number = c.place ORDER BY d.id",
        "SELECT s.span || ' ' || s.first_day, p.office, p.since_day, p.unit, p.field, s.tally FROM report_sum s "
        "JOIN report_place p ON p.number = s.place ORDER BY s.span, s.first_day, p.office, p.since_day, p.unit, p.field",
        "SELECT key, NULL, NULL, NULL FROM imported ORDER BY key",
        "SELECT key, dossier, act, NULL FROM imported_case ORDER BY key",
        "SELECT code, NULL, NULL, NULL FROM given_code ORDER BY code",
    };
    sync::Hash digest;
    for (const auto sql : views) {
        auto statement = database_->prepare(sql);
        if (!statement) return std::unexpected(std::move(statement).error());
        const int columns = statement->columns();
        digest = crypto::sha256({digest.view(), as_bytes(sql)});
        while (true) {
            auto row = statement->step();
            if (!row) return std::unexpected(std::move(row).error());
            if (!*row) break;
            Bytes bytes = to_bytes(digest.view());
            for (int column = 0; column < columns; ++column) {
                const bool is_null = statement->is_null(column);
                const auto value = statement->blob(column);  // an integer comes as its decimal text
                append_be(bytes, is_null ? ~std::uint64_t{0} : value.size(), 8);
                append(bytes, value);
            }
            digest = crypto::sha256(bytes);
        }
    }
    return digest;
}

Result<sync::Registry> load_registry(Reader& reader, const sync::RootPin& pin) {
    sync::Registry registry(pin);
    // By its name: the pin gives the registry's log id only together with entry 0.
    auto row = reader.log_of_origin(registry.origin());
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return registry;
    const auto log = (*row)->head.id;

    std::optional<Error> trouble;
    auto read = reader.each_entry(log, 0, (*row)->head.size(), [&](std::uint64_t seq, ByteView envelope) {
        auto act = sync::parse_act(to_bytes(envelope));
        if (!act) {
            trouble = Error{ErrorKind::verification, fmt::format("{} entry {}: {}", registry.origin(), seq, act.error().message)};
            return false;
        }
        if (auto verdict = registry.apply(*act); !verdict) trouble = std::move(verdict).error();
        return !trouble.has_value();
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (trouble) return std::unexpected(*std::move(trouble));

    auto newest = reader.last_checkpoint(log);
    if (!newest) return std::unexpected(std::move(newest).error());
    const auto refuse = [&](std::string_view cause) {
        return fail(ErrorKind::verification, fmt::format("{}: {}; the stored registry was altered, restore the database", registry.origin(), cause));
    };
    if (!*newest) return refuse("it has no checkpoint");
    auto note = crypto::Note::parse((*newest)->note);
    if (!note) return refuse("checkpoint: " + note.error().message);
    auto checkpoint = crypto::open_checkpoint(*note, sync::log_verifier(registry.origin(), registry.registry_key()));
    if (!checkpoint) return refuse("checkpoint: " + checkpoint.error().message);
    if (checkpoint->size != registry.size() || checkpoint->root != registry.head().tree.root()) {
        return refuse(fmt::format("the checkpoint is of size {} and another root than the {} entries", checkpoint->size, registry.size()));
    }
    if (auto ok = reader.tell_admitted(registry); !ok) return std::unexpected(std::move(ok).error());
    return registry;
}

}  // namespace motcua::node

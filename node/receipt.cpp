// The two things called receipt: what a node says in its log of the world outside, right before its next act; and what it
// signs for an applicant, of an act that its log holds.

#include <algorithm>
#include <map>
#include <sstream>

#include <fmt/format.h>

#include "node/node_state.hpp"
#include "sync/dossier/receipt_statement.hpp"
#include "sync/registry/inbox_name.hpp"

namespace motcua::node {
namespace {

constexpr const char* told_key = "receipt told";  ///< in meta: ms since 1970, then a line for each inbox and cosigner: its name, the size
constexpr std::uint64_t pause_ms = 60'000;
constexpr std::size_t inboxes_max = 8;    ///< notes in a receipt, which is an act of limited length
constexpr std::size_t cosigned_max = 4;

/// How far the last receipts said that inboxes are, and that others have cosigned our log; and when the last one said it.
struct Told {
    std::uint64_t at_ms = 0;
    std::map<std::string, std::uint64_t> sizes;

    static Told parse(const std::string& text) {
        Told told;
        std::istringstream lines(text);
        lines >> told.at_ms;
        std::uint64_t size = 0;
        for (std::string name; lines >> name >> size;) told.sizes[name] = size;
        return told;
    }
    [[nodiscard]] std::string text() const {
        std::string all = std::to_string(at_ms);
        for (const auto& [name, size] : sizes) all += fmt::format("\n{} {}", name, size);
        return all;
    }
};

/// What those above have cosigned since the last receipt said so: a size and root of our log with their dated lines, the oldest first.
Result<std::vector<std::string>> newly_cosigned(Reader& reader, const sync::LogHead& own, Told& told) {
    const auto& log = own.id;
    auto rows = reader.newest_cosignatures(log);
    if (!rows) return std::unexpected(std::move(rows).error());
    std::map<std::uint64_t, std::string> notes;
    for (const auto& row : *rows) {
        if (told.sizes[row.cosigner] >= row.size || (notes.size() == cosigned_max && !notes.contains(row.size))) continue;
        auto& note = notes[row.size];
        if (note.empty()) {
            // Any size may be cosigned, also one at which we signed no checkpoint.
            const auto root = reader.root_at(log, row.size);
            if (!root) return std::unexpected(root.error());
            if (!*root) return fail(ErrorKind::storage, "a stored cosignature covers more than this node's log; restore the database");
            note = crypto::Checkpoint{own.origin, row.size, **root}.text() + "\n";
        }
        note += row.line + "\n";
        told.sizes[row.cosigner] = row.size;
    }
    std::vector<std::string> oldest_first;
    for (auto& [size, note] : notes) oldest_first.push_back(std::move(note));
    return oldest_first;
}

}  // namespace

Result<std::optional<sync::ReceiptContent>> Node::State::due_receipt(const sync::LogHead& own, const std::string& registry_checkpoint) {
    sync::ReceiptContent content;
    const bool cites_older = own.registry_size != registry->size();
    const bool must_announce = cites_older && own.announced != registry->size();
    auto text = store.reader().meta(told_key);
    if (!text) return std::unexpected(std::move(text).error());
    Told told = *text ? Told::parse(**text) : Told{};
    const auto now_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(0, environment.clock->wall().time_since_epoch().count()));
    const bool is_early = now_ms >= told.at_ms && now_ms - told.at_ms < pause_ms;
    if (is_early && !must_announce) return std::nullopt;
    const auto* record = own_record();
    for (const auto& inbox : record == nullptr ? std::vector<sync::InboxName>() : sync::inboxes_of(*registry, record->office)) {
        auto row = store.reader().log(inbox.log);
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row || told.sizes[inbox.origin] == (*row)->head.size() || content.inbox_checkpoints.size() == inboxes_max) continue;
        auto newest = store.reader().last_checkpoint(inbox.log);
        if (!newest) return std::unexpected(std::move(newest).error());
        if (!*newest) continue;
        told.sizes[inbox.origin] = (*row)->head.size();
        content.inbox_checkpoints.push_back(std::move((*newest)->note));
    }
    auto cosigned = newly_cosigned(store.reader(), own, told);
    if (!cosigned) return std::unexpected(std::move(cosigned).error());
    content.cosigned_checkpoints = std::move(*cosigned);
    const bool has_news = !content.inbox_checkpoints.empty() || !content.cosigned_checkpoints.empty();
    if (has_news) {
        told.at_ms = now_ms;
        if (auto ok = store.set_meta(told_key, told.text()); !ok) return std::unexpected(std::move(ok).error());
    }
    if (!has_news && !must_announce) return std::nullopt;
    // The act that follows may cite only what the entry right before it announces.
    if (cites_older) content.registry_checkpoint = registry_checkpoint;
    return content;
}

Result<std::string> Node::receipt_of(const sync::Position& place) {
    if (place.log != state_->log_id) {
        return fail(ErrorKind::refused, fmt::format("only the node of log {} signs a receipt of its entry {}", to_hex(place.log.view()), place.seq.value));
    }
    auto envelope = state_->store.reader().entry(place.log, place.seq.value);
    if (!envelope) return std::unexpected(std::move(envelope).error());
    if (!*envelope) return fail(ErrorKind::not_found, fmt::format("{} has no entry {}", state_->origin, place.seq.value));
    const auto act = sync::parse_act(std::move(**envelope));
    if (!act) return fail(ErrorKind::storage, fmt::format("{} entry {} cannot be read; restore the database", state_->origin, place.seq.value));
    const auto statement = sync::receipt_statement(*act);
    if (!statement) return std::unexpected(statement.error());
    return sync::sign_receipt(*statement, state_->log_key);
}

}  // namespace motcua::node

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

constexpr const char* told_key = "inboxes told";  ///< in meta: ms since 1970, then a line for each inbox: origin, size
constexpr std::uint64_t pause_ms = 60'000;
constexpr std::size_t inboxes_max = 8;  ///< notes in a receipt, which is an act of limited length

/// What the last receipt said of inboxes, and when.
struct Told {
    std::uint64_t at_ms = 0;
    std::map<std::string, std::uint64_t> sizes;

    static Told parse(const std::string& text) {
        Told told;
        std::istringstream lines(text);
        lines >> told.at_ms;
        std::uint64_t size = 0;
        for (std::string origin; lines >> origin >> size;) told.sizes[origin] = size;
        return told;
    }
    [[nodiscard]] std::string text() const {
        std::string all = std::to_string(at_ms);
        for (const auto& [origin, size] : sizes) all += fmt::format("\n{} {}", origin, size);
        return all;
    }
};

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
    if (!content.inbox_checkpoints.empty()) {
        told.at_ms = now_ms;
        if (auto ok = store.set_meta(told_key, told.text()); !ok) return std::unexpected(std::move(ok).error());
    }
    if (content.inbox_checkpoints.empty() && !must_announce) return std::nullopt;
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

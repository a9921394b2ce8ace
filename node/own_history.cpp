// What nobody above keeps a copy of, so that witness.db remembers the heads: at the city the registry and its own log, and the
// inboxes that any hub keeps.

#include <fmt/format.h>

#include "node/node_state.hpp"

namespace motcua::node {
namespace {

std::unexpected<Error> cut_copy(const WitnessRow& known, std::uint64_t size_here, std::string_view what) {
    return fail(ErrorKind::refused, fmt::format("{}: {} {}, but {} entries are here: this is a restored or cut copy. It can be read, "
                                                "and takes what the offices below send; nothing is recorded until an operator has put back "
                                                "the newest database", known.origin, what, known.size, size_here));
}

}  // namespace

std::vector<sync::LogId> Node::State::own_history() const {
    if (!registry_key || !registry) return {};
    return {log_id, registry->log_id()};
}

Result<std::optional<WitnessRow>> Node::State::row_to_witness(const sync::LogId& log) {
    auto row = store.reader().log(log);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return std::nullopt;
    const auto& head = (*row)->head;
    WitnessRow next{.origin = head.origin, .size = head.size(), .root = head.tree.root()};
    auto known = witness.find(head.origin);
    if (!known) return std::unexpected(std::move(known).error());
    if (!*known) return next;
    if (next.size < (*known)->size) return cut_copy(**known, next.size, "its size was already");
    auto root = store.reader().root_at(log, (*known)->size);
    if (!root) return std::unexpected(std::move(root).error());
    if (*root != (*known)->root) return cut_copy(**known, next.size, "it had another root at size");
    if (next.size == (*known)->size) return std::nullopt;
    return next;
}

Result<void> Node::State::refuse_cut_copy() {
    for (const auto& log : own_history()) {
        if (auto row = row_to_witness(log); !row) return std::unexpected(std::move(row).error());
    }
    return {};
}

Result<std::vector<sync::LogId>> Node::State::kept_inboxes(const std::set<sync::LogId>& logs) {
    std::vector<sync::LogId> kept;
    for (const auto& log : logs) {
        if (!registry || log == registry->log_id() || registry->find_node(log) != nullptr) continue;
        auto row = store.reader().log(log);
        if (!row) return std::unexpected(std::move(row).error());
        if (*row && (*row)->head.log_class == sync::LogClass::inbox && (*row)->head.log_key == log_key.public_key()) kept.push_back(log);
    }
    return kept;
}

Result<void> Node::State::witness_written(std::span<const sync::LogId> logs, std::vector<Error>& withheld) {
    std::vector<WitnessRow> rows;
    for (const auto& log : logs) {
        auto row = row_to_witness(log);
        if (!row && row.error().kind != ErrorKind::refused) return std::unexpected(std::move(row).error());
        if (!row) withheld.push_back(std::move(row).error());
        else if (*row) rows.push_back(std::move(**row));
    }
    return rows.empty() ? Result<void>{} : witness.advance(rows);
}

}  // namespace motcua::node

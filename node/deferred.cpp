// What a node above took back by its own earlier cosignature, when a node below showed it: the signatures are checked here, some at a time.

#include <fmt/format.h>

#include "node/node_state.hpp"
#include "node/store/damage.hpp"

namespace motcua::node {
namespace {

/// Entries from `row.from` on. One that does not parse has a message that no signature fits.
Result<std::vector<sync::SignedMessage>> read_messages(Reader& reader, const DeferredRow& row, std::size_t acts_max) {
    std::vector<sync::SignedMessage> messages;
    auto read = reader.each_entry(row.log, row.from, std::min<std::uint64_t>(row.past, row.from + acts_max), [&](std::uint64_t, ByteView envelope) {
        messages.push_back(sync::signed_message_of(envelope).value_or(sync::SignedMessage{}));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (messages.empty()) return fail(ErrorKind::storage, fmt::format("log {} has fewer entries than are to be checked; restore the database", to_hex(row.log.view())));
    return messages;
}

/// Whether what is stored of the log is what its signed head covers: else it is the disk that has changed it.
Result<bool> is_as_signed(Reader& reader, const sync::LogId& log) {
    auto row = reader.log(log);
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return false;
    crypto::CompactRange tree;
    auto read = reader.each_entry(log, 0, (*row)->head.size(), [&](std::uint64_t, ByteView entry) {
        tree.append(crypto::leaf_hash(entry));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    return tree == (*row)->head.tree;
}

/// Nobody is accused of what a disk did: that is noted as damage, and sent for again.
Result<std::string> judge_bad(Store& store, const sync::LogId& log, std::uint64_t seq, std::uint64_t now_ms) {
    const auto as_signed = is_as_signed(store.reader(), log);
    if (!as_signed) return std::unexpected(as_signed.error());
    const auto what = fmt::format("log {} entry {}: bad signature, in what this node once cosigned", to_hex(log.view()), seq);
    const auto noted = *as_signed ? store.accuse(log, what, true)
                                  : note_damage(store, {.log = log, .place = seq, .part = static_cast<std::uint8_t>(DamagedPart::entry), .cause = "its signature is bad now"}, now_ms);
    if (!noted) return std::unexpected(noted.error());
    return *as_signed ? what : what + "; the disk has changed what was stored, so it is asked for again";
}

}  // namespace

Result<Node::CheckedAgain> Node::check_deferred(std::size_t acts_max) {
    return state_->as_job([&]() -> Result<CheckedAgain> {
        auto& store = state_->store;
        auto rows = store.reader().deferred();
        if (!rows) return std::unexpected(std::move(rows).error());
        CheckedAgain done;
        for (const auto& row : *rows) {
            if (done.acts >= acts_max) {
                done.is_all = false;
                break;
            }
            const auto messages = read_messages(store.reader(), row, acts_max - done.acts);
            if (!messages) return std::unexpected(messages.error());
            const auto bad = state_->environment.checker->first_bad(*messages);
            if (bad) {
                const auto now_ms = static_cast<std::uint64_t>(state_->environment.clock->wall().time_since_epoch().count());
                auto found = judge_bad(store, row.log, row.from + *bad, now_ms);
                if (!found) return std::unexpected(std::move(found).error());
                done.found.push_back(*std::move(found));
            }
            const auto acts = bad ? *bad + 1 : messages->size();
            done.acts += acts;
            if (row.from + acts < row.past) done.is_all = false;
            if (auto ok = store.checked(row.log, row.from + acts); !ok) return std::unexpected(std::move(ok).error());
        }
        state_->has_deferred = !done.is_all;
        return done;
    });
}

bool Node::has_deferred() const { return state_->has_deferred; }

}  // namespace motcua::node

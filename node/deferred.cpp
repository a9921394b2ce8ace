// What a node above took back by its own earlier cosignature, when a node below showed it: the signatures are checked here, some at a time.

#include <fmt/format.h>

#include "node/node_state.hpp"

namespace motcua::node {
namespace {

struct Stretch {
    std::vector<sync::SignedMessage> messages;
    std::vector<std::uint64_t> seqs;
};

Result<Stretch> read_stretch(Reader& reader, const DeferredRow& row, std::size_t acts_max) {
    Stretch stretch;
    std::optional<Error> trouble;
    auto read = reader.each_entry(row.log, row.from, std::min(row.past, row.from + acts_max), [&](std::uint64_t seq, ByteView envelope) {
        auto message = sync::signed_message_of(envelope);
        if (!message) trouble = Error{ErrorKind::storage, fmt::format("log {} entry {} is damaged in the database; restore it", to_hex(row.log.view()), seq)};
        else stretch.messages.push_back(*std::move(message)), stretch.seqs.push_back(seq);
        return !trouble.has_value();
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (trouble) return std::unexpected(*std::move(trouble));
    return stretch;
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
            auto stretch = read_stretch(store.reader(), row, acts_max - done.acts);
            if (!stretch) return std::unexpected(std::move(stretch).error());
            if (stretch->seqs.empty()) return fail(ErrorKind::storage, fmt::format("log {} has fewer entries than are to be checked; restore the database", to_hex(row.log.view())));
            const auto bad = state_->environment.checker->first_bad(stretch->messages);
            if (bad) {
                done.found.push_back(fmt::format("log {} entry {}: bad signature, in what this node once cosigned", to_hex(row.log.view()), stretch->seqs[*bad]));
                if (auto ok = store.accuse(row.log, done.found.back(), true); !ok) return std::unexpected(std::move(ok).error());
            }
            const auto reached = bad ? stretch->seqs[*bad] + 1 : stretch->seqs.back() + 1;
            done.acts += reached - row.from;
            if (reached < row.past) done.is_all = false;
            if (auto ok = store.checked(row.log, reached); !ok) return std::unexpected(std::move(ok).error());
        }
        state_->has_deferred = !done.is_all;
        return done;
    });
}

bool Node::has_deferred() const { return state_->has_deferred; }

}  // namespace motcua::node

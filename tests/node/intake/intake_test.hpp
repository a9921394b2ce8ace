#pragma once
/// Reads a whole event log in memory, in pieces of any size.

#include "node/intake/event_reader.hpp"

namespace motcua::tests {

/// Keeps all that a reader gives out.
struct CollectingSink final : node::EventSink {
    std::vector<node::EventRow> rows;
    std::vector<node::RejectedRow> rejected;

    Result<void> take(node::EventRow row) override {
        rows.push_back(std::move(row));
        return {};
    }
    Result<void> reject(const node::RejectedRow& row) override {
        rejected.push_back(row);
        return {};
    }
};

struct ReadLog {
    CollectingSink sink;
    Result<void> outcome;
};

inline ReadLog read_log(std::string_view text, const node::Mapping& mapping = {}, std::size_t piece_bytes = 65536,
                        std::string source = "log") {
    ReadLog log;
    const auto reader = node::make_event_reader(node::format_of(as_bytes(text)), mapping, std::move(source), log.sink);
    while (!text.empty() && log.outcome) {
        log.outcome = reader->feed(as_bytes(text.substr(0, piece_bytes)));
        text.remove_prefix(std::min(piece_bytes, text.size()));
    }
    if (log.outcome) log.outcome = reader->finish();
    return log;
}

}  // namespace motcua::tests

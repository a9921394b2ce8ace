#include "node/keep/scrub.hpp"

#include <fmt/format.h>

#include "sync/log/inbox.hpp"

namespace motcua::node {

struct Scrub::State {
    std::vector<LogRow> logs;
    std::size_t log = 0;               ///< the one that is being read
    std::uint64_t bytes = 0;
    bool is_begun = false;

    // Of the log that is being read:
    std::uint64_t next = 0;
    crypto::CompactRange tree;         ///< of the entries before the last one
    std::optional<sync::Hash> last;    ///< leaf of the last entry: the one after it says what it is to be
    bool is_last_good = true;
    bool is_tree_known = true;         ///< false behind a damaged entry whose hash nobody names
    std::vector<Damage> found;

    void begin_log() {
        next = 0;
        tree = {};
        last.reset();
        is_last_good = is_tree_known = true;
    }
    void find(const LogRow& row, std::uint64_t place, DamagedPart part, std::string cause) {
        found.push_back({.log = row.head.id, .place = place, .part = static_cast<std::uint8_t>(part), .cause = std::move(cause), .found_ms = 0});
    }
    [[nodiscard]] Result<void> look_at(Reader& reader, const LogRow& row, ByteView entry);
    [[nodiscard]] Result<void> look_at_body(Reader& reader, const LogRow& row, const sync::Act& act);
    [[nodiscard]] Result<void> look_at_checkpoint(Reader& reader, const LogRow& row, std::uint64_t size);
    void place(const sync::Hash& leaf);
    void end_log(const LogRow& row, std::vector<std::string>& beyond_repair);
};

Scrub::Scrub() : state_(std::make_unique<State>()) {}
Scrub::Scrub(Scrub&&) noexcept = default;
Scrub& Scrub::operator=(Scrub&&) noexcept = default;
Scrub::~Scrub() = default;

std::uint64_t Scrub::bytes() const { return state_->bytes; }

void Scrub::State::place(const sync::Hash& leaf) {
    if (last) tree.append(*last);
    last = leaf;
}

Result<void> Scrub::State::look_at_body(Reader& reader, const LogRow& row, const sync::Act& act) {
    auto body = reader.body(row.head.id, next);
    if (!body) return std::unexpected(std::move(body).error());
    if (!*body) return {};
    bytes += (*body)->size();
    const bool is_named = act.payload.body && *act.payload.body == sync::body_hash(**body);
    if (!is_named) find(row, next, DamagedPart::body, "it is not the body that its act names");
    return {};
}

Result<void> Scrub::State::look_at_checkpoint(Reader& reader, const LogRow& row, std::uint64_t size) {
    const auto stored = reader.checkpoint_at_or_after(row.head.id, size);
    if (!stored) return std::unexpected(stored.error());
    if (!*stored || (*stored)->size != size) return {};
    const auto note = crypto::Note::parse((*stored)->note);
    const auto checkpoint = note ? crypto::open_checkpoint(*note, sync::log_verifier(row.head.origin, row.head.log_key)) : Result<crypto::Checkpoint>(std::unexpected(note.error()));
    if (!checkpoint) find(row, size, DamagedPart::checkpoint, checkpoint.error().message);
    else if (checkpoint->size != size || checkpoint->root != (*stored)->root) find(row, size, DamagedPart::checkpoint, "it is not of the size and root that it stands under");
    return {};
}

Result<void> Scrub::State::look_at(Reader& reader, const LogRow& row, ByteView entry) {
    const auto leaf = crypto::leaf_hash(entry);
    const bool is_inbox = row.head.log_class == sync::LogClass::inbox;
    const auto act = is_inbox ? sync::parse_inbox_leaf(entry) : sync::parse_act(to_bytes(entry));
    const bool is_here = act && (is_inbox || (act->payload.log == row.head.id && act->payload.seq == next));
    const bool is_good = is_here && crypto::verify(act->payload.signer, act->signed_bytes(), act->signature);
    if (!is_good) find(row, next, DamagedPart::entry, act ? "its signature or place is not what was stored" : act.error().message);
    if (is_good && !is_inbox && last && act->payload.prev != *last) {
        // A good signature vouches for what it names; so it is the entry before that was changed, or put there.
        if (is_last_good) find(row, next - 1, DamagedPart::entry, "the entry after it names another hash");
        last = act->payload.prev;
    }
    if (!is_good && (is_inbox || !is_last_good)) is_tree_known = false;  // nobody names the hash that it had, or that the one before had
    is_last_good = is_good;
    place(leaf);
    if (is_good) {
        if (auto ok = look_at_body(reader, row, *act); !ok) return ok;
    }
    bytes += entry.size();
    ++next;
    return look_at_checkpoint(reader, row, next);
}

void Scrub::State::end_log(const LogRow& row, std::vector<std::string>& beyond_repair) {
    if (!last) return;
    if (!is_last_good) last = row.head.last_leaf;  // nobody else says what it is to be
    else if (*last != row.head.last_leaf) find(row, row.head.size() - 1, DamagedPart::entry, "it is not the last entry as the log's head says");
    tree.append(*last);
    if (is_tree_known && tree.root() != row.root) beyond_repair.push_back(fmt::format("{}: its {} entries do not make the root that is stored with it", row.head.origin, row.head.size()));
}

Result<Scrub::Step> Scrub::step(Reader& reader, std::size_t bytes_max) {
    auto& state = *state_;
    Step step;
    if (!state.is_begun) {
        auto logs = reader.logs();
        if (!logs) return std::unexpected(std::move(logs).error());
        state.logs = *std::move(logs);
        state.log = 0;
        state.bytes = 0;
        state.is_begun = true;
        state.begin_log();
    }
    const auto until = state.bytes + bytes_max;
    while (state.bytes < until && state.log < state.logs.size()) {
        const auto& row = state.logs[state.log];
        if (state.next < row.head.size()) {
            auto entry = reader.entry(row.head.id, state.next);
            if (!entry) return std::unexpected(std::move(entry).error());
            if (*entry) {
                if (auto ok = state.look_at(reader, row, **entry); !ok) return std::unexpected(std::move(ok).error());
                continue;
            }
            step.beyond_repair.push_back(fmt::format("{}: entry {} is not here, and the log's head says that there are {}", row.head.origin, state.next, row.head.size()));
        } else {
            state.end_log(row, step.beyond_repair);
        }
        ++state.log;
        state.begin_log();
    }
    step.found = std::exchange(state.found, {});
    step.is_round_done = state.log == state.logs.size();
    if (step.is_round_done) state.is_begun = false;
    return step;
}

}  // namespace motcua::node

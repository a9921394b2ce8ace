#include "node/audit/times.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "sync/act/content.hpp"

namespace motcua::node {
namespace {

std::uint64_t ms_of(crypto::CosignTime time) {
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count()));
}

/// Whether a cosigner of that name may say when the log was what: it stands above it.
const sync::NodeRecord* find_observer(const sync::Registry& registry, const sync::LogId& log, std::string_view name) {
    const auto* author = registry.find_node(log);
    const auto* cosigner = registry.find_cosigner(name);
    const bool above = author && cosigner && cosigner->office != author->office && registry.is_at_or_below(author->office, cosigner->office);
    return above ? cosigner : nullptr;
}

/// The newest time that a note in a receipt proves: of a beginning of this log, by someone above it.
std::optional<std::uint64_t> newest_time(Reader& reader, const sync::Registry& registry, const sync::LogHead& log, std::uint64_t seq, const std::string& text) {
    const auto note = crypto::Note::parse(text);
    const auto checkpoint = note ? crypto::Checkpoint::parse(note->text) : std::unexpected(note.error());
    if (!checkpoint || checkpoint->origin != log.origin || checkpoint->size > seq) return std::nullopt;
    const auto root = reader.root_at(log.id, checkpoint->size);
    if (!root || !*root || **root != checkpoint->root) return std::nullopt;
    std::optional<std::uint64_t> newest;
    for (const auto& line : note->signatures) {
        const auto* cosigner = find_observer(registry, log.id, line.name);
        if (cosigner == nullptr) continue;
        const auto time = crypto::verify_cosignature(*checkpoint, line, sync::cosigner_verifier(cosigner->origin, *cosigner->cosigner_key));
        if (time) newest = std::max(newest.value_or(0), ms_of(*time));
    }
    return newest;
}

/// Each act of the log, parsed. Errors: storage, also when one cannot be.
Result<void> each_act(Reader& reader, const sync::LogHead& log, const std::function<void(const sync::Act&)>& each) {
    std::optional<Error> trouble;
    auto read = reader.each_entry(log.id, 0, log.size(), [&](std::uint64_t seq, ByteView envelope) {
        const auto act = sync::parse_act(to_bytes(envelope));
        if (act) each(*act);
        else trouble = Error{ErrorKind::storage, fmt::format("{} entry {} is damaged in the database; restore it", log.origin, seq)};
        return !trouble.has_value();
    });
    if (!read) return read;
    return trouble ? Result<void>(std::unexpected(*std::move(trouble))) : Result<void>{};
}

}  // namespace

Result<LogTimes> LogTimes::read(Reader& reader, const sync::Registry& registry, const sync::LogHead& log) {
    LogTimes times;
    times.size_ = log.size();
    std::vector<std::pair<std::uint64_t, sync::ReceiptContent>> receipts;
    auto read = each_act(reader, log, [&](const sync::Act& act) {
        if (act.payload.kind != sync::Kind::receipt || act.payload.signer != log.log_key) return;
        auto content = sync::from_item<sync::ReceiptContent>(act.payload.content);
        if (content && !content->cosigned_checkpoints.empty()) receipts.emplace_back(act.payload.seq, std::move(*content));
    });
    if (!read) return std::unexpected(std::move(read).error());
    for (const auto& [seq, content] : receipts) {
        for (const auto& note : content.cosigned_checkpoints) {
            const auto newest = newest_time(reader, registry, log, seq, note);
            if (newest && (times.seen_.empty() || *newest > times.seen_.back().ms)) times.seen_.push_back({seq, *newest});
        }
    }
    std::map<std::uint64_t, std::uint64_t> oldest;  // by size
    auto cosignatures = reader.each_cosignature(log.id, [&](const CosignatureRow& row) {
        if (find_observer(registry, log.id, row.cosigner) == nullptr) return true;
        const auto [place, is_new] = oldest.try_emplace(row.size, row.time_s * 1000);
        if (!is_new) place->second = std::min(place->second, row.time_s * 1000);
        return true;
    });
    if (!cosignatures) return std::unexpected(std::move(cosignatures).error());
    // A larger size that was cosigned earlier says more than a smaller one: only rising times are kept.
    for (auto row = oldest.rbegin(); row != oldest.rend(); ++row) {
        if (times.cosigned_.empty() || row->second < times.cosigned_.back().ms) times.cosigned_.push_back({row->first, row->second});
    }
    std::ranges::reverse(times.cosigned_);
    return times;
}

TimeBracket LogTimes::bracket(std::uint64_t seq) const {
    TimeBracket bracket;
    // The receipt itself was written after what it carries.
    const auto seen = std::ranges::upper_bound(seen_, seq, {}, &Bound::size);
    if (seen != seen_.begin()) bracket.not_before_ms = std::prev(seen)->ms;
    const auto cosigned = std::ranges::upper_bound(cosigned_, seq, {}, &Bound::size);
    if (cosigned != cosigned_.end()) bracket.not_after_ms = cosigned->ms;
    return bracket;
}

std::int64_t outside_ms(const TimedAct& act) {
    const auto& [from, to] = act.bracket;
    if (from && act.claimed_ms < *from) return -static_cast<std::int64_t>(*from - act.claimed_ms);
    // A claim beyond 2^63 ms is no time at all, and as far outside as can be said.
    if (to && act.claimed_ms > *to) return static_cast<std::int64_t>(std::min<std::uint64_t>(act.claimed_ms - *to, std::numeric_limits<std::int64_t>::max()));
    return 0;
}

Result<TimesAudit> audit_times(Reader& reader, const sync::Registry& registry, const sync::LogHead& log, std::uint64_t tolerance_ms, std::size_t odd_max) {
    const auto times = LogTimes::read(reader, registry, log);
    if (!times) return std::unexpected(times.error());
    TimesAudit audit;
    auto read = each_act(reader, log, [&](const sync::Act& act) {
        const TimedAct timed{.place = act.position(), .kind = act.payload.kind, .claimed_ms = act.payload.at_ms, .bracket = times->bracket(act.payload.seq)};
        ++audit.acts;
        audit.bounded += timed.bracket.not_before_ms && timed.bracket.not_after_ms ? 1 : 0;
        const auto outside = outside_ms(timed);
        if (static_cast<std::uint64_t>(outside < 0 ? -outside : outside) <= tolerance_ms) return;
        if (audit.odd.size() < odd_max) audit.odd.push_back(timed);
        else ++audit.left_out;
    });
    if (!read) return std::unexpected(std::move(read).error());
    return audit;
}

}  // namespace motcua::node

#include "sync/session/heads.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

constexpr std::size_t range_bytes_about = 110;
constexpr std::size_t head_bytes_about = 100;

LogId last_of_all() {
    LogId last;
    last.bytes.fill(std::byte{0xFF});
    return last;
}

LogId lower_of(const HeadRange& range) { return range.lower.value_or(LogId{}); }
LogId upper_of(const HeadRange& range) { return range.upper.value_or(last_of_all()); }

std::span<const HeadState> within(std::span<const HeadState> mine, const HeadRange& range) {
    const auto first = std::ranges::lower_bound(mine, lower_of(range), {}, &HeadState::log);
    const auto last = std::ranges::upper_bound(first, mine.end(), upper_of(range), {}, &HeadState::log);
    return {first, last};
}

/// The id after this one, which is not the last of all.
LogId successor(LogId id) {
    for (auto byte = id.bytes.rbegin(); byte != id.bytes.rend(); ++byte) {
        *byte = std::byte(std::to_integer<unsigned>(*byte) + 1U);
        if (*byte != std::byte{0}) break;
    }
    return id;
}

using Bound = std::optional<LogId>;

HeadRange list(const Bound& lower, const Bound& upper, std::span<const HeadState> heads, bool answer_wanted) {
    return {lower, upper, answer_wanted, std::nullopt, {heads.begin(), heads.end()}};
}

HeadRange digest(const Bound& lower, const Bound& upper, std::span<const HeadState> heads) {
    return {lower, upper, true, digest_of(heads), {}};
}

/// The range in parts of about as many logs each.
void split_range(const HeadRange& range, std::span<const HeadState> heads, std::vector<HeadRange>& into) {
    Bound lower = range.lower;
    for (std::size_t part = 0; part < heads_split; ++part) {
        const std::size_t begin = heads.size() * part / heads_split;
        const std::size_t end = heads.size() * (part + 1) / heads_split;
        const bool last = part + 1 == heads_split;
        const Bound upper = last ? range.upper : heads[end - 1].log;
        const auto part_heads = heads.subspan(begin, end - begin);
        into.push_back(part_heads.size() <= heads_part_list_max ? list(lower, upper, part_heads, true)
                                                                : digest(lower, upper, part_heads));
        if (!last) lower = successor(*upper);
    }
}

Result<void> check_order(const std::vector<HeadRange>& ranges) {
    std::optional<LogId> before;
    for (const HeadRange& range : ranges) {
        const LogId lower = lower_of(range), upper = upper_of(range);
        if (upper < lower || (before && lower <= *before)) {
            return fail(ErrorKind::verification, "HEADS: the ranges are not in order");
        }
        before = upper;
        if (range.digest && (!range.heads.empty() || !range.answer_wanted)) {
            return fail(ErrorKind::verification, "HEADS: a digest stands alone and wants an answer");
        }
        const LogId* previous = nullptr;
        for (const HeadState& head : range.heads) {
            const bool ordered = previous == nullptr || *previous < head.log;
            if (!ordered || head.log < lower || upper < head.log) {
                return fail(ErrorKind::verification, "HEADS: the logs of a range are not in order");
            }
            previous = &head.log;
        }
    }
    return {};
}

HeadState absent(const LogId& log) {
    return {.log = log, .size = 0, .root = {}, .held = 0, .witnessed = 0};
}

void pair_up(std::span<const HeadState> mine, std::span<const HeadState> theirs, std::vector<ComparedHead>& into) {
    while (!mine.empty() || !theirs.empty()) {
        const bool take_mine = theirs.empty() || (!mine.empty() && mine.front().log <= theirs.front().log);
        const bool take_theirs = mine.empty() || (!theirs.empty() && theirs.front().log <= mine.front().log);
        const LogId& log = take_mine ? mine.front().log : theirs.front().log;
        into.push_back({take_mine ? mine.front() : absent(log), take_theirs ? theirs.front() : absent(log)});
        if (take_mine) mine = mine.subspan(1);
        if (take_theirs) theirs = theirs.subspan(1);
    }
}

std::size_t bytes_about(std::span<const HeadRange> ranges) {
    std::size_t bytes = 0;
    for (const HeadRange& range : ranges) bytes += range_bytes_about + head_bytes_about * range.heads.size();
    return bytes;
}

}  // namespace

Hash digest_of(std::span<const HeadState> heads) {
    return crypto::sha256(cbor::encode(std::vector<HeadState>(heads.begin(), heads.end())));
}

HeadRange opening_range(std::span<const HeadState> mine) {
    return digest(std::nullopt, std::nullopt, mine);
}

Result<Comparison> compare_heads(std::span<const HeadState> mine, const std::vector<HeadRange>& theirs) {
    if (auto ordered = check_order(theirs); !ordered) return std::unexpected(std::move(ordered).error());
    Comparison comparison;
    std::size_t answer_bytes = 0;
    for (const HeadRange& range : theirs) {
        const auto here = within(mine, range);
        std::vector<HeadRange> answer;
        if (!range.digest) {
            pair_up(here, range.heads, comparison.compared);
            if (range.answer_wanted && here.size() <= heads_answer_max) {
                answer.push_back(list(range.lower, range.upper, here, false));
            } else if (range.answer_wanted) {
                split_range(range, here, answer);
            }
        } else if (*range.digest == digest_of(here)) {
            pair_up(here, here, comparison.compared);
        } else if (here.size() <= heads_list_max) {
            answer.push_back(list(range.lower, range.upper, here, true));
        } else {
            split_range(range, here, answer);
        }
        answer_bytes += bytes_about(answer);
        if (answer_bytes > heads_bytes_max) continue;
        comparison.answer.insert(comparison.answer.end(), std::make_move_iterator(answer.begin()),
                                 std::make_move_iterator(answer.end()));
    }
    return comparison;
}

std::vector<HeadState> passed_over(std::span<const HeadState> stated, const std::vector<HeadRange>& said,
                                   const std::vector<HeadRange>& answer) {
    std::vector<HeadState> equal;
    if (bytes_about(answer) > heads_bytes_max / 2) return equal;
    for (const HeadRange& range : said) {
        if (!range.digest) continue;
        for (const HeadState& head : within(stated, range)) {
            const auto speaks_of = [&](const HeadRange& part) { return lower_of(part) <= head.log && head.log <= upper_of(part); };
            if (std::ranges::none_of(answer, speaks_of)) equal.push_back(head);
        }
    }
    return equal;
}

}  // namespace motcua::sync

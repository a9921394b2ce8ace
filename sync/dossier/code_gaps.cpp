#include "sync/dossier/code_gaps.hpp"

#include <algorithm>
#include <set>

namespace motcua::sync {
namespace {

using Blocks = std::map<LogId, NumberBlockContent>;

struct Given {
    std::uint64_t number;
    IssuedCode issued;
    auto operator<=>(const Given&) const = default;
};

std::vector<NumberGap> gaps_in(const NumberBlockContent& block, const std::set<std::uint64_t>& given) {
    const std::uint64_t length = block.last - block.first + 1;
    const auto rank = [&](std::uint64_t number) { return number / 10'000 * length + number % 10'000 - block.first; };
    const auto at_rank = [&](std::uint64_t place) { return place / length * 10'000 + place % length + block.first; };
    std::vector<NumberGap> gaps;
    std::uint64_t expected = 0;
    for (const std::uint64_t number : given) {
        const std::uint64_t found = rank(number);
        if (found > expected) gaps.push_back({at_rank(expected), at_rank(found - 1), found - expected});
        expected = found + 1;
    }
    return gaps;
}

BlockNumbers numbers_of(const LogId& log, const NumberBlockContent& block, const std::vector<Given>& all) {
    BlockNumbers numbers{.log = log, .block = block, .count = 0, .highest = 0, .gaps = {}, .outside = {}};
    std::set<std::uint64_t> inside;
    for (const Given& given : all) {
        if (given.number >= recovery_series) continue;  // after a recovery: what the lost log gave that day nobody knows
        if (is_in_block(block, given.number)) {
            inside.insert(given.number);
        } else {
            numbers.outside.push_back(given.issued);
        }
    }
    numbers.count = inside.size();
    if (!inside.empty()) numbers.highest = *inside.rbegin();
    numbers.gaps = gaps_in(block, inside);
    return numbers;
}

DayNumbers day_numbers(std::string agency, std::int64_t day, const std::vector<Given>& all, const Blocks& blocks) {
    DayNumbers numbers{.agency = std::move(agency), .day = day, .nodes = {}, .duplicates = {}, .without_block = {}};
    std::map<LogId, std::vector<Given>> by_log;
    for (const Given& given : all) by_log[given.issued.place.log].push_back(given);
    for (const auto& [log, given] : by_log) {
        if (const auto block = blocks.find(log); block != blocks.end()) {
            numbers.nodes.push_back(numbers_of(log, block->second, given));
        } else {
            for (const Given& one : given) numbers.without_block.push_back(one.issued);
        }
    }
    for (auto begin = all.begin(); begin != all.end();) {  // sorted by number
        const auto end = std::find_if(begin, all.end(), [&](const Given& given) { return given.number != begin->number; });
        if (end - begin > 1) {
            auto& same = numbers.duplicates.emplace_back();
            std::transform(begin, end, std::back_inserter(same), [](const Given& given) { return given.issued; });
            std::ranges::sort(same, {}, &IssuedCode::place);
        }
        begin = end;
    }
    return numbers;
}

}  // namespace

bool DayNumbers::is_whole() const {
    return duplicates.empty() && without_block.empty() &&
           std::ranges::all_of(nodes, [](const BlockNumbers& node) { return node.gaps.empty() && node.outside.empty(); });
}

CodeAudit audit_codes(std::span<const IssuedCode> codes, const Blocks& blocks) {
    CodeAudit audit;
    std::map<std::pair<std::string, std::int64_t>, std::vector<Given>> days;
    const std::set<IssuedCode> distinct(codes.begin(), codes.end());
    for (const IssuedCode& issued : distinct) {
        const auto code = DossierCode::parse(issued.code);
        if (!code) {
            audit.unreadable.push_back(issued);
            continue;
        }
        days[{agency_in(AgencyOrder::level_1_left, code->agency), code->day}].push_back({code->number, issued});
    }
    for (auto& [key, given] : days) {
        std::ranges::sort(given);
        audit.days.push_back(day_numbers(key.first, key.second, given, blocks));
    }
    return audit;
}

}  // namespace motcua::sync

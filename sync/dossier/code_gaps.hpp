#pragma once
/// Which numbers of a day are missing, given twice, or given by a node that they do not belong to. Pure; for a day or a year.

#include <map>
#include <span>
#include <vector>

#include "sync/act/ids.hpp"
#include "sync/dossier/code.hpp"

namespace motcua::sync {

/// One reception, by its code and place.
struct IssuedCode {
    std::string code;
    Position place;
    auto operator<=>(const IssuedCode&) const = default;
};

/// Numbers of the block from one to another, both included, that no act has; `count` of them, as the block goes.
struct NumberGap {
    std::uint64_t first = 0, last = 0, count = 0;
    auto operator<=>(const NumberGap&) const = default;
};

/// What one node gave on one day out of its block; numbers given after a recovery (recovery_series) left out. A block's numbers begin with its first, so whatever is missing below the
/// highest is a gap; what may follow the highest is not known here.
struct BlockNumbers {
    LogId log;
    NumberBlockContent block;
    std::uint64_t count = 0;         ///< distinct numbers of the block
    std::uint64_t highest = 0;
    std::vector<NumberGap> gaps;
    std::vector<IssuedCode> outside; ///< numbers of this log that are not of its block, such as those of the paper book
};

struct DayNumbers {
    std::string agency;              ///< level 1 left, where the order is clear: both orders are one agency
    std::int64_t day = 0;
    std::vector<BlockNumbers> nodes; ///< by log
    std::vector<std::vector<IssuedCode>> duplicates;  ///< several acts with one code, each list by place
    std::vector<IssuedCode> without_block;            ///< of logs that no block is known of
    [[nodiscard]] bool is_whole() const;              ///< no gap, no duplicate, nothing outside
};

struct CodeAudit {
    std::vector<DayNumbers> days;       ///< by agency and day
    std::vector<IssuedCode> unreadable; ///< of another form: an imported history's, for instance
};

/// The same for any order of `codes`; a repeated (code, place) counts once.
[[nodiscard]] CodeAudit audit_codes(std::span<const IssuedCode> codes, const std::map<LogId, NumberBlockContent>& blocks);

}  // namespace motcua::sync

#pragma once
/// When acts were recorded, by what others have signed: a clock claims, dated cosignatures bound (DESIGN 5).

#include "node/store/reader.hpp"

namespace motcua::node {

/// In ms since 1970. What lies between is when the act was recorded, whatever the clock of its author said.
struct TimeBracket {
    std::optional<std::uint64_t> not_before_ms;  ///< the newest dated cosignature that its log carries in a receipt before it
    std::optional<std::uint64_t> not_after_ms;   ///< the oldest dated cosignature that is here over a size which holds it
};

/// The acts of one log with their brackets, first to last. Lines in receipts are verified; those stored here were when they came.
class LogTimes {
  public:
    /// Errors: storage.
    [[nodiscard]] static Result<LogTimes> read(Reader& reader, const sync::Registry& registry, const sync::LogHead& log);
    [[nodiscard]] TimeBracket bracket(std::uint64_t seq) const;
    [[nodiscard]] std::uint64_t size() const { return size_; }

  private:
    struct Bound {
        std::uint64_t size, ms;
    };
    std::uint64_t size_ = 0;
    std::vector<Bound> seen_;      ///< from this seq on not before ms; both rising
    std::vector<Bound> cosigned_;  ///< entries below this size not after ms; both rising
};

struct TimedAct {
    sync::Position place;
    sync::Kind kind{};
    std::uint64_t claimed_ms = 0;
    TimeBracket bracket;
};
/// How long an act's claim lies outside its bracket; 0 inside. Negative: backdated, it claims to be older than it can be.
[[nodiscard]] std::int64_t outside_ms(const TimedAct& act);

struct TimesAudit {
    std::uint64_t acts = 0, bounded = 0;  ///< bounded on both sides
    std::vector<TimedAct> odd;            ///< outside their bracket by more than the tolerance; at most so many as asked for
    std::uint64_t left_out = 0;
};
/// Every act of a log. Errors: storage.
[[nodiscard]] Result<TimesAudit> audit_times(Reader& reader, const sync::Registry& registry, const sync::LogHead& log, std::uint64_t tolerance_ms,
                                             std::size_t odd_max);

}  // namespace motcua::node

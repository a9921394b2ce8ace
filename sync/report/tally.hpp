#pragma once
/// What reports count, as sums over days: a report is arithmetic on tallies, and never looks at a dossier again.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "sync/act/day.hpp"
#include "sync/act/office.hpp"
#include "sync/calendar/civil_day.hpp"

namespace motcua::sync {

/// Where a dossier counts. Once, at the office that holds it, or held it last: form II.06a is of whoever handles it, not of the counter where it was
/// handed in. `unit` is set for imported histories alone: the group that worked on it last.
struct Place {
    OfficeId office;
    std::string unit;
    std::string field;  ///< of its procedure, by the rules that accepted it; empty where the registry names none
    auto operator<=>(const Place&) const = default;
    template <class A> void serialize(A& a) { a(office, unit, field); }
};

/// How an end lies to its due instant, both read to the minute. Ordered from early to late, so that every rule set is a cut in this order
/// (`no_due` aside, which can be neither early nor late).
enum class Timing : std::uint8_t { no_due = 0, earlier_working_day = 1, earlier_instant = 2, at_due_instant = 3, later_on_due_day = 4, after_due_day = 5 };
inline constexpr std::size_t timing_count = 6;

/// The nine indices of Circular 01/2018, each 0, 1 or 2. The first needs the rule set and is read from the timings.
enum class Index : std::uint8_t {
    total_time = 1, unit_time = 2, contacts = 3, agencies = 4, one_stop = 5, publicity = 6, attitude = 7, responses = 8, online = 9,
};
inline constexpr std::size_t index_count = 9;

/// Values are in views; a rebuild rewrites them.
enum class Counter : std::uint8_t {
    received_online = 0, received_direct = 1,
    completed = 2,                               ///< and the five after it: one a Timing
    ended_otherwise = 2 + timing_count,          ///< returned unresolved, withdrawn, stopped; one a Timing
    overdue = 2 + 2 * timing_count,              ///< a change of those in process and overdue at the end of the day
    overdue_at_work,                             ///< the same, of those that wait for neither a supplement nor a payment
    hand_overs,
    told_early,                                  ///< of those that ended early: the person was told before coming
    apologised,                                  ///< of those that ended late: an apology went out
    score,                                       ///< sum of scores, one an index from unit_time on
    scored = score + index_count - 1,            ///< how many there are behind the sum
};
inline constexpr std::size_t counter_count = static_cast<std::size_t>(Counter::scored) + index_count - 1;

[[nodiscard]] constexpr std::size_t place_of(Counter counter) { return static_cast<std::size_t>(counter); }
[[nodiscard]] constexpr std::size_t place_of(Counter first, Timing timing) { return place_of(first) + static_cast<std::size_t>(timing); }
/// Needs an index other than total_time.
[[nodiscard]] constexpr std::size_t place_of(Counter first, Index index) { return place_of(first) + static_cast<std::size_t>(index) - 2; }

struct Tally {
    std::array<std::int64_t, counter_count> counts{};

    [[nodiscard]] std::int64_t of(Counter counter) const { return counts[place_of(counter)]; }
    [[nodiscard]] std::int64_t of(Counter first, Timing timing) const { return counts[place_of(first, timing)]; }
    [[nodiscard]] std::int64_t of(Counter first, Index index) const { return counts[place_of(first, index)]; }
    [[nodiscard]] std::int64_t received() const { return of(Counter::received_online) + of(Counter::received_direct); }
    [[nodiscard]] std::int64_t finished() const {
        std::int64_t sum = 0;
        for (std::size_t timing = 0; timing < 2 * timing_count; ++timing) sum += counts[place_of(Counter::completed) + timing];
        return sum;
    }
    Tally& operator+=(const Tally& other) {
        for (std::size_t place = 0; place < counter_count; ++place) counts[place] += other.counts[place];
        return *this;
    }
    [[nodiscard]] bool is_zero() const { return *this == Tally{}; }
    bool operator==(const Tally&) const = default;
};

/// What happened before a period and in it. Stocks (in process, overdue) are the sum of both.
struct Totals {
    Tally before, during;
    Totals& operator+=(const Totals& other) {
        before += other.before;
        during += other.during;
        return *this;
    }
    bool operator==(const Totals&) const = default;
};
using TotalsByPlace = std::map<Place, Totals>;

/// The day of an instant; what lies beyond the calendar's years counts on its last day.
[[nodiscard]] constexpr std::int64_t report_day(std::uint64_t ms) { return std::min(day_in_vietnam(ms), day_end - 1); }

/// One dossier's change of one counter on one day.
struct Change {
    std::int64_t day = 0;       ///< days since 1970-01-01, Asia/Ho_Chi_Minh
    std::uint8_t counter = 0;   ///< place in Tally::counts
    std::int64_t amount = 0;
    auto operator<=>(const Change&) const = default;
    template <class A> void serialize(A& a) { a(day, counter, amount); }
};

}  // namespace motcua::sync

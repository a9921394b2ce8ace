#include "node/intake/event_time.hpp"

#include <chrono>

namespace motcua::node {
namespace {

constexpr std::int64_t offset_minutes_max = 18 * 60;

std::unexpected<Error> bad(const char* cause) { return fail(ErrorKind::usage, cause); }

/// Takes text from the front, piece by piece.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    [[nodiscard]] bool take(char wanted) {
        if (rest_.empty() || rest_.front() != wanted) return false;
        rest_.remove_prefix(1);
        return true;
    }
    [[nodiscard]] bool take_any(std::string_view wanted) {
        if (rest_.empty() || wanted.find(rest_.front()) == wanted.npos) return false;
        rest_.remove_prefix(1);
        return true;
    }
    /// Exactly `count` digits.
    [[nodiscard]] std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return std::nullopt;
        int value = 0;
        for (const char digit : rest_.substr(0, count)) {
            if (digit < '0' || digit > '9') return std::nullopt;
            value = value * 10 + (digit - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }
    /// The first three of 1 to 9 digits.
    [[nodiscard]] std::optional<int> milliseconds() {
        int value = 0;
        std::size_t count = 0;
        for (; count < 9; ++count) {
            const auto digit = digits(1);
            if (!digit) break;
            if (count < 3) value = value * 10 + *digit;
        }
        if (count == 0) return std::nullopt;
        for (; count < 3; ++count) value *= 10;
        return value;
    }

  private:
    std::string_view rest_;
};

Result<std::int64_t> take_offset(Scanner& scanner) {
    if (scanner.take_any("Zz")) return 0;
    const bool negative = scanner.take('-');
    if (!negative && !scanner.take('+')) return bad("an offset from UTC is written as Z, +07:00 or -03:30");
    const auto hours = scanner.digits(2);
    const bool has_colon = scanner.take(':');
    const auto minutes = scanner.digits(2);
    if (!hours || (has_colon && !minutes)) return bad("the offset from UTC is not two digits, or two and two");
    const std::int64_t offset = *hours * 60 + minutes.value_or(0);
    if (minutes.value_or(0) > 59 || offset > offset_minutes_max) return bad("the offset from UTC is over 18 hours, or its minutes over 59");
    return negative ? -offset : offset;
}

struct Clock {
    int hour, minute, second = 0, millisecond = 0;
};

Result<std::chrono::sys_days> take_date(Scanner& scanner) {
    const auto year = scanner.digits(4);
    const bool dash = scanner.take('-');
    const auto month = scanner.digits(2);
    const bool second_dash = scanner.take('-');
    const auto day = scanner.digits(2);
    if (!year || !dash || !month || !second_dash || !day) return bad("the date is not YYYY-MM-DD");
    const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return bad("there is no such day in the calendar");
    return std::chrono::sys_days(date);
}

Result<Clock> take_clock(Scanner& scanner) {
    const auto hour = scanner.digits(2);
    const bool colon = scanner.take(':');
    const auto minute = scanner.digits(2);
    if (!hour || !colon || !minute) return bad("the time is not HH:MM:SS");
    Clock clock{.hour = *hour, .minute = *minute};
    if (scanner.take(':')) {
        const auto second = scanner.digits(2);
        if (!second) return bad("the seconds are not two digits");
        clock.second = *second;
        if (scanner.take_any(".,")) {
            const auto fraction = scanner.milliseconds();
            if (!fraction) return bad("the fraction of a second is not 1 to 9 digits");
            clock.millisecond = *fraction;
        }
    }
    if (clock.hour > 23 || clock.minute > 59 || clock.second > 59) return bad("there is no such time of day");
    return clock;
}

}  // namespace

Result<std::int64_t> parse_utc_offset(std::string_view text) {
    Scanner scanner(text);
    auto offset = take_offset(scanner);
    if (offset && !scanner.at_end()) return bad("something follows the offset from UTC");
    return offset;
}

Result<sync::OriginalTime> parse_event_time(std::string_view text, std::optional<std::int64_t> assumed_offset_minutes) {
    Scanner scanner(text);
    const auto date = take_date(scanner);
    if (!date) return std::unexpected(date.error());
    if (!scanner.take_any("T t")) return bad("neither a space nor T stands between date and time");
    const auto clock = take_clock(scanner);
    if (!clock) return std::unexpected(clock.error());
    std::optional<std::int64_t> offset = assumed_offset_minutes;
    if (!scanner.at_end()) {
        const auto written = take_offset(scanner);
        if (!written) return std::unexpected(written.error());
        if (!scanner.at_end()) return bad("something follows the offset from UTC");
        offset = *written;
    }
    if (!offset) return bad("the time has no offset from UTC; give the mapping a utc_offset");
    using namespace std::chrono;
    const auto local = time_point_cast<milliseconds>(*date) + hours(clock->hour) + minutes(clock->minute) + seconds(clock->second) +
                       milliseconds(clock->millisecond);
    return sync::OriginalTime{.ms = (local - minutes(*offset)).time_since_epoch().count(), .offset_minutes = *offset};
}

}  // namespace motcua::node

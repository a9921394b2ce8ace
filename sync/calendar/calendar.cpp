#include "sync/calendar/calendar.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "crypto/result.hpp"

namespace motcua::sync {
namespace {

using Week = std::array<std::vector<WorkingSpan>, 7>;

bool are_in_order(const std::vector<WorkingSpan>& spans) {
    std::uint64_t from = 0;
    for (const WorkingSpan& span : spans) {
        if (span.from_minute < from || span.to_minute <= span.from_minute || span.to_minute > minutes_per_day) return false;
        from = span.to_minute;
    }
    return true;
}

std::vector<WorkingSpan> checked(const std::vector<WorkingSpan>& spans) { return are_in_order(spans) ? spans : std::vector<WorkingSpan>{}; }

/// The weeks by the day from which they hold; of one day, the last act's.
std::map<std::int64_t, Week> weeks_of(std::span<const std::shared_ptr<const CalendarContent>> acts) {
    std::map<std::int64_t, Week> weeks;
    for (const auto& act : acts) {
        if (act->week.size() != 7 || act->valid_from_day >= day_end) continue;  // such an act only adds days
        Week week;
        std::ranges::transform(act->week, week.begin(), checked);
        weeks[std::max<std::int64_t>(act->valid_from_day, 0)] = std::move(week);
    }
    return weeks;
}

std::map<std::int64_t, SpecialDay> special_days_of(std::span<const std::shared_ptr<const CalendarContent>> acts) {
    std::map<std::int64_t, SpecialDay> days;
    for (const auto& act : acts) {
        for (const SpecialDay& special : act->days) {
            if (special.day < 0 || special.day >= day_end) continue;
            const bool works = special.kind == DayKind::compensatory || special.kind == DayKind::half_day;
            days[special.day] = SpecialDay{special.day, special.kind, special.name, works ? checked(special.hours) : std::vector<WorkingSpan>{}};
        }
    }
    return days;
}

std::uint32_t minutes_of(const std::vector<WorkingSpan>& spans) {
    std::uint64_t minutes = 0;
    for (const WorkingSpan& span : spans) minutes += span.to_minute - span.from_minute;
    return static_cast<std::uint32_t>(minutes);
}

std::uint32_t halves_of(std::uint32_t minutes, bool is_called_half) {
    constexpr std::uint32_t whole_day_minutes_min = 6 * 60;  // midway between 4 hours and 8
    if (minutes == 0) return 0;
    return is_called_half || minutes < whole_day_minutes_min ? 1 : 2;
}

}  // namespace

Calendar::Calendar(std::span<const std::shared_ptr<const CalendarContent>> acts) {
    const auto weeks = weeks_of(acts);
    const auto special_days = special_days_of(acts);
    for (const auto& act : acts) known_to_day_ = std::max(known_to_day_, std::min(act->known_to_day, day_end - 1));
    if (!acts.empty()) name_ = acts.front()->name;
    if (weeks.empty()) return;

    first_day_ = weeks.begin()->first;
    std::int64_t last = std::max(weeks.rbegin()->first, known_to_day_);
    if (!special_days.empty()) last = std::max(last, special_days.rbegin()->first);
    const std::int64_t end = std::max(last, first_day_) + 1 + 7;  // may pass day_end by the week that repeats

    std::map<std::pair<std::vector<WorkingSpan>, bool>, std::uint32_t> known_hours;
    const auto index_of = [&](const std::vector<WorkingSpan>& spans, bool is_called_half) {
        const auto [found, is_new] = known_hours.try_emplace({spans, is_called_half}, static_cast<std::uint32_t>(hours_.size()));
        if (is_new) hours_.push_back({spans, minutes_of(spans), halves_of(minutes_of(spans), is_called_half)});
        return found->second;
    };
    days_.reserve(static_cast<std::size_t>(end - first_day_));
    auto week = weeks.begin();
    auto special = special_days.lower_bound(first_day_);
    std::array<std::uint32_t, 7> hours_of_week{};
    for (std::int64_t number = first_day_; number < end; ++number) {
        if (week != weeks.end() && week->first == number) {
            std::ranges::transform(week->second, hours_of_week.begin(), [&](const auto& spans) { return index_of(spans, false); });
            ++week;
        }
        Day entry{.minutes_before = minutes_total_, .halves_before = halves_total_, .hours = hours_of_week[weekday(number)]};
        if (special != special_days.end() && special->first == number) {
            entry.hours = index_of(special->second.hours, special->second.kind == DayKind::half_day);
            ++special;
        }
        days_.push_back(entry);
        const Hours& hours = hours_[entry.hours];
        minutes_total_ += hours.minutes;
        halves_total_ += hours.halves;
        day_of_half_.resize(halves_total_, static_cast<std::uint32_t>(days_.size() - 1));
    }
    week_minutes_ = minutes_total_ - days_[days_.size() - 7].minutes_before;
    week_halves_ = halves_total_ - days_[days_.size() - 7].halves_before;
    for (const auto& [number, day] : special_days) special_days_.push_back(day);
}

Calendar::Day Calendar::day(std::int64_t number) const {
    ensure(number >= first_day_ && number < day_end, "a calendar is asked only about days that it has");
    const auto index = static_cast<std::size_t>(number - first_day_);
    if (index < days_.size()) return days_[index];
    const std::size_t beyond = index - days_.size();
    Day repeated = days_[days_.size() - 7 + beyond % 7];
    const auto weeks = static_cast<std::uint32_t>(beyond / 7 + 1);
    repeated.minutes_before += weeks * week_minutes_;
    repeated.halves_before += weeks * week_halves_;
    return repeated;
}

WorkingDay Calendar::at(std::int64_t number) const {
    WorkingDay answer{.day = number, .day_class = DayClass::unknown, .halves = 0, .hours = {}, .name = {}};
    if (number < first_day_ || number >= day_end) return answer;
    const Hours& hours = hours_[day(number).hours];
    answer.hours = hours.spans;
    answer.halves = hours.halves;
    answer.day_class = hours.halves == 0 ? DayClass::weekend : hours.halves == 1 ? DayClass::half : DayClass::working;
    const auto special = std::ranges::lower_bound(special_days_, number, {}, &SpecialDay::day);
    if (special == special_days_.end() || special->day != number) return answer;
    answer.name = special->name;
    switch (special->kind) {
        case DayKind::holiday: answer.day_class = DayClass::holiday; break;
        case DayKind::substitute_off: answer.day_class = DayClass::substitute_off; break;
        case DayKind::compensatory: answer.day_class = DayClass::compensatory; break;
        case DayKind::half_day: answer.day_class = DayClass::half; break;
    }
    return answer;
}

std::uint64_t Calendar::halves_through(std::int64_t number) const {
    const Day entry = day(number);
    return std::uint64_t{entry.halves_before} + hours_[entry.hours].halves;
}

std::uint64_t Calendar::minutes_until(const LocalMinute& at) const {
    const Day entry = day(at.day);
    std::uint64_t minutes = entry.minutes_before;
    const auto minute = static_cast<std::uint64_t>(at.minute);
    for (const WorkingSpan& span : hours_[entry.hours].spans) {
        if (minute > span.from_minute) minutes += std::min(minute, span.to_minute) - span.from_minute;
    }
    return minutes;
}

std::optional<std::int64_t> Calendar::day_with_halves(std::uint64_t halves) const {
    if (days_.empty() || halves == 0) return std::nullopt;
    if (halves <= halves_total_) {
        const std::int64_t found = first_day_ + day_of_half_[halves - 1];
        return found < day_end ? std::optional(found) : std::nullopt;
    }
    if (week_halves_ == 0) return std::nullopt;
    const std::uint64_t beyond = halves - halves_total_ - 1;  // whole weeks, then the half in the repeated week, from 0
    if (beyond / week_halves_ > static_cast<std::uint64_t>(day_end)) return std::nullopt;
    const std::uint64_t in_week = halves_total_ - week_halves_ + beyond % week_halves_;
    const std::int64_t found =
        first_day_ + day_of_half_[in_week] + static_cast<std::int64_t>(7 * (beyond / week_halves_ + 1));
    return found < day_end ? std::optional(found) : std::nullopt;
}

std::optional<LocalMinute> Calendar::minute_with(std::uint64_t minutes) const {
    if (days_.empty() || minutes == 0) return std::nullopt;
    std::int64_t later = 0;
    if (minutes > minutes_total_) {
        if (week_minutes_ == 0) return std::nullopt;
        const std::uint64_t weeks = (minutes - minutes_total_ - 1) / week_minutes_ + 1;
        if (weeks > static_cast<std::uint64_t>(day_end)) return std::nullopt;
        minutes -= weeks * week_minutes_;
        later = static_cast<std::int64_t>(7 * weeks);
    }
    // The last day that begins before them: its own hours, or it would not be the last, reach them.
    const auto after = std::ranges::lower_bound(days_, minutes, {}, [](const Day& entry) { return std::uint64_t{entry.minutes_before}; });
    const auto found = after - 1;
    const std::int64_t number = first_day_ + (found - days_.begin()) + later;
    if (number >= day_end) return std::nullopt;
    std::uint64_t left = minutes - found->minutes_before;
    for (const WorkingSpan& span : hours_[found->hours].spans) {
        const std::uint64_t length = span.to_minute - span.from_minute;
        if (left <= length) return LocalMinute{number, static_cast<std::int64_t>(span.from_minute + left)};
        left -= length;
    }
    ensure(false, "the hours of a day add up to what the table says");
    return std::nullopt;
}

std::uint64_t Calendar::working_minutes_between(std::uint64_t from_ms, std::uint64_t to_ms) const {
    LocalMinute from = local_minute(from_ms), to = local_minute(to_ms);
    if (from.day < first_day_) from = {first_day_, 0};
    if (to.day >= day_end) to = {day_end - 1, minutes_per_day};
    if (to <= from) return 0;  // also in an empty calendar, whose first day is the end
    return minutes_until(to) - minutes_until(from);
}

bool Calendar::is_earlier_working_day(std::uint64_t a_ms, std::uint64_t b_ms) const {
    const std::int64_t a = day_in_vietnam(a_ms), b = day_in_vietnam(b_ms);
    if (a >= b || a < first_day_ || b >= day_end) return a < b;
    return day(a).halves_before < day(b).halves_before;
}

}  // namespace motcua::sync

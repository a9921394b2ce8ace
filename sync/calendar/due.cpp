/// Due dates over the table of days.

#include <fmt/format.h>

#include <algorithm>

#include "sync/calendar/counting.hpp"

namespace motcua::sync {
namespace {

/// More than the years that there are in any unit; keeps every sum below far from overflow.
constexpr std::uint64_t amount_max = 100'000'000;
constexpr std::uint64_t hours_per_day = 8;

std::unexpected<Error> no_answer(std::string_view cause) {
    return fail(ErrorKind::not_found, fmt::format("Chưa tính được hạn trả kết quả: {}.", cause));
}

std::uint64_t advance(std::uint64_t from, std::uint64_t to) { return to > from ? to - from : 0; }

std::optional<std::uint64_t> as_hours(const StatutoryTime& time) {
    if (time.unit == TimeUnit::working_hour) return time.amount;
    if (time.unit == TimeUnit::working_day) return time.amount * hours_per_day;
    return std::nullopt;
}

/// The instant, or why there is none. An end at 24:00 is told as 23:59, or it would lie on the day after.
Result<DueDate> due_at(const Calendar& calendar, std::optional<LocalMinute> at) {
    if (!at) return no_answer("lịch làm việc không còn ngày làm việc nào cho đến hết hạn; hãy báo quản trị cập nhật lịch");
    at->minute = std::min(at->minute, minutes_per_day - 1);
    return DueDate{.ms = ms_of(*at), .is_provisional = at->day > calendar.known_to_day()};
}

}  // namespace

std::optional<StatutoryTime> sum(const StatutoryTime& time, const StatutoryTime& extra) {
    if (time.amount > amount_max || extra.amount > amount_max) return std::nullopt;
    if (extra.unit == TimeUnit::same_day) return time;
    if (time.unit == TimeUnit::same_day) return extra;
    if (time.unit == extra.unit) return StatutoryTime{time.unit, time.amount + extra.amount};
    const auto hours = as_hours(time), more_hours = as_hours(extra);
    if (!hours || !more_hours) return std::nullopt;
    return StatutoryTime{TimeUnit::working_hour, *hours + *more_hours};
}

Result<DueDate> Calendar::due(const Term& term) const {
    auto counting = Counting::of(*this, term);
    if (!counting) return std::unexpected(std::move(counting).error());
    for (const Pause& pause : term.pauses) {
        if (auto applied = counting->apply(pause); !applied) return std::unexpected(std::move(applied).error());
    }
    return counting->due();
}

Result<DueDate> Calendar::after_working_minutes(std::uint64_t from_ms, std::uint64_t minutes) const {
    const LocalMinute from = local_minute(from_ms);
    if (from.day < first_day_ || from.day >= day_end || minutes > amount_max) return no_answer("thời điểm này nằm ngoài lịch làm việc");
    if (minutes == 0) return due_at(*this, from);
    return due_at(*this, minute_with(minutes_until(from) + minutes));
}

std::optional<std::int64_t> Calendar::next_working_day(std::int64_t after_day) const {
    if (after_day < first_day_) return day_with_halves(1);
    if (after_day >= day_end) return std::nullopt;
    return day_with_halves(halves_through(after_day) + 1);
}

Result<Calendar::Start> Calendar::start(std::uint64_t ms, std::optional<std::uint64_t> cutoff_minute) const {
    LocalMinute at = local_minute(ms);
    if (at.day < first_day_ || at.day >= day_end) {
        return no_answer(fmt::format("ngày {} nằm ngoài lịch làm việc “{}”; hãy báo quản trị cập nhật lịch", date_vi(at.day), name_));
    }
    const Hours& hours = hours_[day(at.day).hours];
    const auto minute = static_cast<std::uint64_t>(at.minute);
    const bool counts_today = hours.halves > 0 && minute <= hours.spans.back().to_minute && (!cutoff_minute || minute <= *cutoff_minute);
    if (!counts_today) {
        const auto next = next_working_day(at.day);
        if (!next) return no_answer(fmt::format("sau ngày {} lịch “{}” không còn ngày làm việc nào", date_vi(at.day), name_));
        at = {*next, 0};
    }
    const Day start_day = day(at.day);
    const auto& spans = hours_[start_day.hours].spans;
    at.minute = std::max(at.minute, static_cast<std::int64_t>(spans.front().from_minute));
    return Start{.at = at, .halves = halves_through(at.day), .minutes = minutes_until(at)};
}

Result<Counting> Counting::of(const Calendar& calendar, const Term& term) {
    const auto time = term.extra ? sum(term.time, *term.extra) : std::optional(term.time);
    if (!time) return no_answer("thời gian cộng thêm không cùng đơn vị với thời hạn của thủ tục");
    if (time->amount > amount_max) return no_answer("thời hạn của thủ tục quá dài");
    Counting counting(calendar, *time, term.cutoff_minute);
    if (auto begun = counting.begin(term.start_ms); !begun) return std::unexpected(std::move(begun).error());
    return counting;
}

Result<void> Counting::begin(std::uint64_t ms) {
    auto begun = calendar_->start(ms, cutoff_minute_);
    if (!begun) return std::unexpected(std::move(begun).error());
    start_ = *begun;
    not_before_ = start_.at;
    const auto day = static_cast<std::uint64_t>(start_.at.day);
    switch (time_.unit) {
        case TimeUnit::working_day: target_ = start_.halves + 2 * time_.amount; return {};
        case TimeUnit::working_hour: target_ = start_.minutes + 60 * time_.amount; return {};
        case TimeUnit::same_day: target_ = day; return {};
        case TimeUnit::calendar_day: target_ = day + time_.amount; return {};
        case TimeUnit::calendar_month:
            target_ = static_cast<std::uint64_t>(months_later(start_.at.day, time_.amount).value_or(day_end));
            return {};
    }
    return no_answer("đơn vị thời hạn này chưa có trong phần mềm; hãy cập nhật phần mềm");
}

Result<bool> Counting::apply(const Pause& pause) {
    auto until_now = due();
    if (!until_now) return std::unexpected(std::move(until_now).error());
    if (pause.from_ms > until_now->ms || pause.to_ms < pause.from_ms) return false;
    if (pause.then == ClockMode::restart) {
        if (auto begun = begin(pause.to_ms); !begun) return std::unexpected(std::move(begun).error());
        return true;
    }
    auto goes_on = calendar_->start(pause.to_ms, cutoff_minute_);
    if (!goes_on) return std::unexpected(std::move(goes_on).error());
    // What was counted up to the request stays counted; before the start, or the end of the last pause, nothing was.
    const LocalMinute asked = std::max(local_minute(pause.from_ms), not_before_);
    switch (time_.unit) {
        case TimeUnit::working_day: target_ += advance(calendar_->halves_through(asked.day), goes_on->halves); break;
        case TimeUnit::working_hour: target_ += advance(calendar_->minutes_until(asked), goes_on->minutes); break;
        case TimeUnit::same_day:
        case TimeUnit::calendar_day:
        case TimeUnit::calendar_month:
            target_ += advance(static_cast<std::uint64_t>(asked.day), static_cast<std::uint64_t>(goes_on->at.day));
            break;
    }
    not_before_ = std::max(not_before_, goes_on->at);
    return true;
}

Result<DueDate> Counting::due() const {
    switch (time_.unit) {
        case TimeUnit::working_day:
            if (target_ <= calendar_->halves_through(not_before_.day)) return at_end_of(not_before_.day);
            return at_end_of(calendar_->day_with_halves(target_));
        case TimeUnit::working_hour:
            if (target_ <= calendar_->minutes_until(not_before_)) return due_at(*calendar_, not_before_);
            return due_at(*calendar_, calendar_->minute_with(target_));
        case TimeUnit::same_day:
        case TimeUnit::calendar_day:
        case TimeUnit::calendar_month: return at_end_of(calendar_->next_working_day(std::max(plain_last_day(), not_before_.day) - 1));
    }
    return at_end_of(std::nullopt);
}

Result<DueDate> Counting::at_end_of(std::optional<std::int64_t> day) const {
    if (!day) return due_at(*calendar_, std::nullopt);
    return due_at(*calendar_, LocalMinute{*day, calendar_->at(*day).end_minute()});
}

}  // namespace motcua::sync

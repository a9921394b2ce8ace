#pragma once
/// The same law as sync/calendar, told day by day and minute by minute with no table: slow, and plain to check by eye.

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "sync/calendar/calendar.hpp"

namespace motcua::tests {

class NaiveCalendar {
  public:
    using Acts = std::vector<std::shared_ptr<const sync::CalendarContent>>;
    explicit NaiveCalendar(Acts acts) : acts_(std::move(acts)) {}

    struct Hours {
        std::vector<sync::WorkingSpan> spans;
        std::int64_t halves = 0;
    };
    [[nodiscard]] Hours hours(std::int64_t day) const {
        Hours found;
        std::optional<std::int64_t> latest;
        for (const auto& act : acts_) {
            if (act->valid_from_day > day || (latest && act->valid_from_day < *latest)) continue;
            latest = act->valid_from_day;
            found.spans = act->week[sync::weekday(day)];
        }
        bool is_called_half = false;
        for (const auto& act : acts_) {
            for (const sync::SpecialDay& special : act->days) {
                if (special.day != day || !latest) continue;
                found.spans = special.hours;
                is_called_half = special.kind == sync::DayKind::half_day;
            }
        }
        std::uint64_t minutes = 0;
        for (const auto& span : found.spans) minutes += span.to_minute - span.from_minute;
        found.halves = minutes == 0 ? 0 : is_called_half || minutes < 360 ? 1 : 2;
        return found;
    }
    [[nodiscard]] bool is_worked(const sync::LocalMinute& at) const {
        const auto minute = static_cast<std::uint64_t>(at.minute);
        return std::ranges::any_of(hours(at.day).spans, [&](const auto& span) { return span.from_minute <= minute && minute < span.to_minute; });
    }
    [[nodiscard]] sync::LocalMinute end_of(std::int64_t day) const { return {day, static_cast<std::int64_t>(hours(day).spans.back().to_minute)}; }

    [[nodiscard]] sync::LocalMinute start(std::uint64_t ms, std::optional<std::uint64_t> cutoff) const {
        sync::LocalMinute at = sync::local_minute(ms);
        const bool too_late = cutoff && static_cast<std::uint64_t>(at.minute) > *cutoff;
        if (hours(at.day).halves == 0 || too_late || at > end_of(at.day)) {
            do at = {at.day + 1, 0};
            while (hours(at.day).halves == 0);
        }
        return std::max(at, {at.day, static_cast<std::int64_t>(hours(at.day).spans.front().from_minute)});
    }

    [[nodiscard]] sync::LocalMinute due(const sync::Term& term) const {
        sync::StatutoryTime time = term.time;
        if (term.extra) time = *sync::sum(term.time, *term.extra);
        Run run = begin(time, start(term.start_ms, term.cutoff_minute));
        for (const sync::Pause& pause : term.pauses) {
            const sync::LocalMinute until_now = finish(time, run);
            if (pause.from_ms > sync::ms_of(until_now) || pause.to_ms < pause.from_ms) continue;
            const sync::LocalMinute back = start(pause.to_ms, term.cutoff_minute);
            if (pause.then == sync::ClockMode::restart) {
                run = begin(time, back);
                continue;
            }
            const sync::LocalMinute asked = sync::local_minute(pause.from_ms);
            while (run.at.day < asked.day || (time.unit == sync::TimeUnit::working_hour && run.at < asked)) step(time, run);
            run.at = std::max(run.at, back);
        }
        return finish(time, run);
    }

  private:
    struct Run {
        sync::LocalMinute at;    ///< a day, or a minute for hours
        std::int64_t left = 0;   ///< halves, minutes or plain days; below 0 when the last step passed the end
    };

    Run begin(const sync::StatutoryTime& time, const sync::LocalMinute& at) const {
        const auto amount = static_cast<std::int64_t>(time.amount);
        switch (time.unit) {
            case sync::TimeUnit::working_day: return {at, 2 * amount};
            case sync::TimeUnit::working_hour: return {at, 60 * amount};
            case sync::TimeUnit::same_day: return {at, 0};
            case sync::TimeUnit::calendar_day: return {at, amount};
            case sync::TimeUnit::calendar_month: break;
        }
        return {at, months_away(at.day, amount)};
    }

    /// Days until the same day of a month, found by walking to it.
    static std::int64_t months_away(std::int64_t from, std::int64_t months) {
        const sync::CivilDate first = sync::civil_date(from);
        const std::int64_t wanted = first.year * 12 + first.month - 1 + months;
        for (std::int64_t day = from;; ++day) {
            const sync::CivilDate date = sync::civil_date(day), next = sync::civil_date(day + 1);
            if (date.year * 12 + date.month - 1 == wanted && (date.day == first.day || next.day == 1)) return day - from;
        }
    }

    void step(const sync::StatutoryTime& time, Run& run) const {
        if (time.unit == sync::TimeUnit::working_hour) {
            run.left -= is_worked(run.at) ? 1 : 0;
            run.at = run.at.minute + 1 < sync::minutes_per_day ? sync::LocalMinute{run.at.day, run.at.minute + 1} : sync::LocalMinute{run.at.day + 1, 0};
            return;
        }
        run.at = {run.at.day + 1, 0};
        run.left -= time.unit == sync::TimeUnit::working_day ? hours(run.at.day).halves : 1;
    }

    sync::LocalMinute finish(const sync::StatutoryTime& time, Run run) const {
        while (run.left > 0) step(time, run);
        if (time.unit == sync::TimeUnit::working_hour) return run.at;
        while (hours(run.at.day).halves == 0) run.at = {run.at.day + 1, 0};
        return end_of(run.at.day);
    }

    Acts acts_;
};

}  // namespace motcua::tests

#include "sync/calendar/explain.hpp"

#include <algorithm>

#include "sync/calendar/counting.hpp"

namespace motcua::sync {
namespace {

/// Walks a term once more, beside the counting, and says what happens on each day.
class Story {
  public:
    Story(const Calendar& calendar, const Term& term, Counting counting) : calendar_(calendar), term_(term), counting_(std::move(counting)) {}

    Result<DueExplanation> tell() {
        begin(term_.start_ms);
        for (const Pause& pause : term_.pauses) {
            if (auto told = tell(pause); !told) return std::unexpected(std::move(told).error());
        }
        auto due = counting_.due();
        if (!due) return std::unexpected(std::move(due).error());
        end(*due);
        return DueExplanation{.time = counting_.time(), .due = *due, .lines = std::move(lines_)};
    }

  private:
    bool counts_hours() const { return counting_.time().unit == TimeUnit::working_hour; }
    bool counts_days() const { return counting_.time().unit == TimeUnit::working_day; }

    DueLine& add(DueStep step, const LocalMinute& at) {
        const WorkingDay day = calendar_.at(at.day);
        return lines_.emplace_back(DueLine{.step = step, .at = at, .day_class = day.day_class, .name = std::string(day.name)});
    }

    void begin(std::uint64_t ms) {
        const LocalMinute at = local_minute(ms);
        add(DueStep::received, at);
        enter(at, counting_.start().at);
        add(DueStep::begins, counting_.start().at);
        so_far_ = 0;
        moved_days_ = 0;
    }

    /// From the instant on which something came in to where it counts from.
    void enter(const LocalMinute& at, const LocalMinute& start) {
        cursor_ = start;
        if (start.day == at.day) return;
        const WorkingDay day = calendar_.at(at.day);
        if (day.halves == 0) {
            add(DueStep::on_day_off, at);
        } else if (at.minute > day.end_minute()) {
            add(DueStep::after_hours, at).amount = static_cast<std::uint64_t>(day.end_minute());
        } else {
            add(DueStep::after_cutoff, at).amount = term_.cutoff_minute.value_or(0);
        }
        for (std::int64_t between = at.day + 1; between < start.day; ++between) {
            if (is_too_long(between - at.day, start.day - between, {start.day - 1, 0})) return;
            add(DueStep::passed, {between, 0});
        }
    }

    Result<void> tell(const Pause& pause) {
        auto applied = counting_.apply(pause);
        if (!applied) return std::unexpected(std::move(applied).error());
        const LocalMinute asked = local_minute(pause.from_ms);
        if (!*applied) {
            add(DueStep::pause_is_late, asked);
            return {};
        }
        count_until(asked);
        add(DueStep::paused, asked);
        const LocalMinute back = local_minute(pause.to_ms);
        if (pause.then == ClockMode::restart) {
            add(DueStep::restarts, back);
            begin(pause.to_ms);
            return {};
        }
        add(DueStep::goes_on, back);
        const auto start = calendar_.start(pause.to_ms, term_.cutoff_minute);
        if (!start) return std::unexpected(start.error());
        const std::int64_t from_day = std::max(asked.day, cursor_.day);
        moved_days_ += static_cast<std::uint64_t>(std::max<std::int64_t>(start->at.day - from_day, 0));
        if (start->at > cursor_) enter(back, start->at);
        return {};
    }

    void end(const DueDate& due) {
        const LocalMinute at = local_minute(due.ms);
        if (counts_days() || counts_hours()) {
            count_until(at);
        } else if (counting_.time().unit != TimeUnit::same_day) {
            add(DueStep::plain_last_day, {counting_.plain_last_day(), 0}).amount = moved_days_;
            for (std::int64_t day = counting_.plain_last_day(); day < at.day; ++day) {
                if (is_too_long(day - counting_.plain_last_day(), at.day - day, {at.day - 1, 0})) break;
                add(DueStep::moved, {day, 0});
            }
        }
        add(DueStep::due, at);
        if (due.is_provisional) add(DueStep::provisional, {calendar_.known_to_day(), 0});
    }

    /// Working days after the cursor's day through that of `to`; hours from the cursor to `to`.
    void count_until(const LocalMinute& to) {
        if (to <= cursor_ || !(counts_days() || counts_hours())) return;
        const std::int64_t first = counts_days() ? cursor_.day + 1 : cursor_.day;
        for (std::int64_t number = first; number <= to.day; ++number) {
            if (is_too_long(number - first, to.day - number + 1, to)) {
                so_far_ += counts_days() ? calendar_.halves_through(to.day) - calendar_.halves_through(number - 1)
                                         : calendar_.minutes_until(to) - calendar_.minutes_until({number, 0});
                break;
            }
            const WorkingDay day = calendar_.at(number);
            if (day.halves == 0) {
                add(DueStep::skipped, {number, 0});
                continue;
            }
            const LocalMinute from = std::max(cursor_, {number, 0}), until = std::min(to, {number, minutes_per_day});
            const std::uint64_t amount = counts_days() ? day.halves : calendar_.minutes_until(until) - calendar_.minutes_until(from);
            if (amount == 0) continue;  // hours: it came in when the day was over, or before it began
            so_far_ += amount;
            DueLine& line = add(DueStep::counted, {number, 0});
            line.amount = amount;
            line.so_far = so_far_;
        }
        cursor_ = to;
    }

    bool is_too_long(std::int64_t listed, std::int64_t left, const LocalMinute& until) {
        if (listed < explained_days_max) return false;
        add(DueStep::more, until).amount = static_cast<std::uint64_t>(left);
        return true;
    }

    const Calendar& calendar_;
    const Term& term_;
    Counting counting_;
    std::vector<DueLine> lines_;
    LocalMinute cursor_;            ///< counted until here
    std::uint64_t so_far_ = 0;
    std::uint64_t moved_days_ = 0;  ///< by pauses, of a term of plain days
};

}  // namespace

Result<DueExplanation> explain(const Calendar& calendar, const Term& term) {
    auto counting = Counting::of(calendar, term);
    if (!counting) return std::unexpected(std::move(counting).error());
    return Story(calendar, term, *std::move(counting)).tell();
}

}  // namespace motcua::sync

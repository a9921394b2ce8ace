/// Due dates over calendars that nobody checked: CBOR [calendar acts, term, pauses].

#include "crypto/cbor.hpp"
#include "sync/calendar/explain.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

struct Question {
    struct Stop {
        std::uint64_t from_ms = 0, to_ms = 0;
        ClockMode then = ClockMode::resume;
        template <class A> void serialize(A& a) { a(from_ms, to_ms, then); }
    };
    std::vector<CalendarContent> acts;
    StatutoryTime time;
    std::optional<StatutoryTime> extra;
    std::uint64_t start_ms = 0;
    std::optional<std::uint64_t> cutoff_minute;
    std::vector<Stop> stops;
    template <class A> void serialize(A& a) { a(acts, time, extra, start_ms, cutoff_minute, stops); }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto question = cbor::decode<Question>(std::as_bytes(std::span(data, size)));
    if (!question) return 0;
    std::vector<std::shared_ptr<const CalendarContent>> acts;
    for (const CalendarContent& act : question->acts) acts.push_back(std::make_shared<CalendarContent>(act));
    const Calendar calendar(acts);
    std::vector<Pause> pauses;
    for (const auto& stop : question->stops) pauses.push_back({stop.from_ms, stop.to_ms, stop.then});
    const Term term{.time = question->time, .extra = question->extra, .start_ms = question->start_ms, .cutoff_minute = question->cutoff_minute, .pauses = pauses};
    const auto due = calendar.due(term);
    const auto explanation = explain(calendar, term);
    ensure(due.has_value() == explanation.has_value(), "what is due is explained, and nothing else is");
    if (due) {
        ensure(*due == explanation->due, "an explanation ends at the due date");
        ensure(!text_vi(*explanation).empty(), "an explanation has words");
    }
    const std::uint64_t minutes = calendar.working_minutes_between(question->start_ms, question->start_ms + (std::uint64_t{1} << 40));
    if (const auto there = calendar.after_working_minutes(question->start_ms, minutes)) {
        ensure(calendar.working_minutes_between(question->start_ms, there->ms) <= minutes, "working minutes lead no further than they count");
    }
    return 0;
}

#pragma once
/// Virtual time: what is to happen, in order of (time, number). Nothing in a simulation waits for anything else.

#include <algorithm>
#include <functional>
#include <vector>

#include "sync/act/ids.hpp"

namespace motcua::simulation {

using sync::MonoTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

class EventQueue {
  public:
    [[nodiscard]] MonoTime now() const { return now_; }
    [[nodiscard]] bool empty() const { return heap_.empty(); }
    [[nodiscard]] std::size_t size() const { return heap_.size(); }

    void at(MonoTime time, std::move_only_function<void()> work) {
        heap_.push_back({std::max(time, now_), number_++, std::move(work)});
        std::ranges::push_heap(heap_, later);
    }
    void after(milliseconds delay, std::move_only_function<void()> work) { at(now_ + delay, std::move(work)); }

    /// False when nothing is left that is due by `until`; the clock then stands there.
    bool run_next(MonoTime until) {
        if (heap_.empty() || heap_.front().time > until) return now_ = std::max(now_, until), false;
        std::ranges::pop_heap(heap_, later);
        auto event = std::move(heap_.back());
        heap_.pop_back();
        now_ = event.time;
        event.work();
        return true;
    }
    void clear() { heap_.clear(); }

  private:
    struct Event {
        MonoTime time;
        std::uint64_t number = 0;
        std::move_only_function<void()> work;
    };
    static bool later(const Event& a, const Event& b) { return std::pair(a.time, a.number) > std::pair(b.time, b.number); }

    std::vector<Event> heap_;
    std::uint64_t number_ = 0;
    MonoTime now_{};
};

}  // namespace motcua::simulation

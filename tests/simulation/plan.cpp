#include "tests/simulation/plan.hpp"

#include <fmt/format.h>

#include "tests/simulation/streams.hpp"

namespace motcua::simulation {
namespace {

constexpr std::array<std::string_view, whats> names{
    "work", "sync", "registry", "partition", "slow", "cut", "half-open", "hang up", "replay", "kill", "power cut", "stop in a write",
    "disk full", "disk error", "sync error", "clock", "thief", "revoke", "forge", "hub lies"};

constexpr std::array network_faults{What::partition, What::slow, What::cut, What::half_open, What::hang_up, What::replay};
constexpr std::array machine_faults{What::kill, What::disk_full, What::disk_error, What::sync_error, What::clock};
constexpr std::array power_faults{What::power_cut, What::stop_in_write, What::stop_in_write};

/// Some of the kinds: a run with all of them hides what only shows with few.
template <class Kinds>
void choose_some(const Kinds& kinds, std::vector<What>& chosen, Dice& dice) {
    for (const auto kind : kinds)
        if (dice.chance(50)) chosen.push_back(kind);
}

std::vector<std::size_t> machines_that(const Town& town, const std::function<bool(std::size_t)>& fit) {
    std::vector<std::size_t> found;
    for (std::size_t index = 0; index < town.nodes.size(); ++index)
        if (!town.nodes[index].is_spare && fit(index)) found.push_back(index);
    return found;
}

class Drawing {
  public:
    Drawing(std::uint64_t seed, const Town& town, const PlanOptions& options)
        : dice_(dice_for(seed, Stream::faults)), town_(town), options_(options) {
        plan_.seed = seed;
        plan_.shape = town.shape;
    }

    Plan draw() {
        plan_.keeps_books = dice_.chance(12) || options_.power_fails;
        plan_.extension_bytes = dice_.chance(30) ? 2000 + dice_.below(20'000) : sync::extension_bytes_max;
        plan_.renew_after = seconds(dice_.chance(20) ? 60 + dice_.below(200) : 3600);
        plan_.length = milliseconds(200'000 + 1000 * dice_.below(600));
        for (auto& weight : plan_.tasks_weights) weight = dice_.chance(75) ? 1 + dice_.below(6) : 0;
        plan_.tasks_weights[static_cast<std::size_t>(Task::receive)] += 2;
        plan_.tasks_weights[static_cast<std::size_t>(Task::go_on)] += 4;
        draw_work();
        draw_faults();
        draw_intruders();
        std::ranges::stable_sort(plan_.events, {}, &PlannedEvent::at);
        return std::move(plan_);
    }

  private:
    void add(What what, std::size_t machine, milliseconds at) { plan_.events.push_back({.at = at, .what = what, .machine = machine, .dice = dice_.next()}); }
    [[nodiscard]] milliseconds any_time() { return milliseconds(static_cast<std::int64_t>(dice_.below(static_cast<std::uint64_t>(plan_.length.count())))); }
    [[nodiscard]] std::size_t any_machine() { return dice_.below(town_.nodes.size()); }

    /// People come in bursts: queues at a counter, then nobody.
    void draw_work() {
        for (std::size_t left = options_.acts; left > 0;) {
            const std::size_t burst = std::min<std::size_t>(left, 1 + dice_.below(8));
            const auto begin = any_time();
            const auto machine = any_machine();
            for (std::size_t index = 0; index < burst; ++index)
                add(What::work, dice_.chance(70) ? machine : any_machine(), begin + milliseconds(static_cast<std::int64_t>(dice_.below(3000))));
            left -= burst;
        }
        for (auto changes = dice_.below(7); changes > 0; --changes) add(What::registry, 0, any_time());
        for (auto syncs = dice_.below(4); syncs > 0; --syncs) add(What::sync, any_machine(), any_time());
    }

    void draw_faults() {
        std::vector<What> kinds;
        choose_some(network_faults, kinds, dice_);
        choose_some(machine_faults, kinds, dice_);
        if (plan_.keeps_books) kinds.insert(kinds.end(), power_faults.begin(), power_faults.end());
        if (kinds.empty()) return;
        for (std::size_t count = 0; count < options_.faults; ++count) add(dice_.one_of(kinds), any_machine(), any_time());
    }

    void draw_intruders() {
        const auto half = milliseconds(plan_.length.count() / 2);
        if (dice_.chance(20) || options_.somebody_steals) {
            const auto victim = 1 + dice_.below(town_.nodes.size() - 1);
            const auto begin = milliseconds(any_time().count() / 2);
            for (int act = 0; act < 6; ++act) add(What::thief, victim, begin + milliseconds(static_cast<std::int64_t>(dice_.below(60'000))));
            add(What::revoke, victim, half + milliseconds(any_time().count() / 2));
        }
        if (!dice_.chance(25) && !options_.somebody_lies) return;
        const auto is_above = [&](std::size_t index) { return std::ranges::any_of(town_.nodes, [&](const auto& node) { return !node.is_spare && node.upstream == index; }); };
        const auto hubs = machines_that(town_, [&](std::size_t index) { return index > 0 && is_above(index); });
        const auto leaves = machines_that(town_, [&](std::size_t index) { return index > 0 && !is_above(index); });
        if (!hubs.empty() && dice_.chance(40)) add(What::hub_lie, dice_.one_of(hubs), any_time());
        else if (!leaves.empty()) add(What::forge, dice_.one_of(leaves), any_time());
    }

    Dice dice_;
    const Town& town_;
    PlanOptions options_;
    Plan plan_;
};

}  // namespace

std::string_view name_of(What what) { return names[static_cast<std::size_t>(what)]; }

Plan draw_plan(std::uint64_t seed, Towns& towns, const PlanOptions& options) {
    const auto shape = dice_for(seed, Stream::shape).below(shapes);
    return Drawing(seed, towns.of_shape(shape), options).draw();
}

std::string describe(const Plan& plan, const Town& town) {
    std::string text = fmt::format("seed {}, shape {} ({} levels), {} events{}\n", plan.seed, plan.shape, town.levels(), plan.events.size(),
                                   plan.keeps_books ? ", power may fail" : "");
    for (std::size_t index = 0; index < town.nodes.size(); ++index) {
        const auto& node = town.nodes[index];
        text += fmt::format("  {:<4} {:<14} {}{}\n", node.name, town.offices[node.office].code, node.upstream ? "dials " + town.nodes[*node.upstream].name : "the city",
                            node.is_spare ? ", comes later" : "");
    }
    for (const auto& event : plan.events)
        text += fmt::format("  {:>8.3f} s  {:<16} {}\n", static_cast<double>(event.at.count()) / 1000, name_of(event.what), town.nodes[event.machine].name);
    return text;
}

}  // namespace motcua::simulation

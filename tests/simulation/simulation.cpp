#include "tests/simulation/simulation.hpp"

#include <fmt/format.h>

#include <ostream>

#include "tests/simulation/crash_vfs.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/simulation/memoised_signature.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {

// --- the scene ---

Scene::Scene(std::uint64_t seed_given, const Town& town_given)
    : seed(seed_given), town(&town_given), network(queue, dice_for(seed_given, Stream::network)) {}

Scene::~Scene() {
    queue.clear();
    machines.clear();
    detach_disks();
}

void Scene::find(std::string invariant, std::string what) {
    tell("BROKEN: " + invariant + ": " + what);
    if (!breach) breach = Breach{std::move(invariant), std::move(what), queue.now()};
}

void Scene::tell(const std::string& line) {
    if (story != nullptr) *story << fmt::format("{:>9.3f} s  {}\n", static_cast<double>(queue.now().time_since_epoch().count()) / 1000, line);
}

Machine* Scene::machine_of(const sync::LogId& log) {
    for (const auto& machine : machines)
        if (machine->site().log == log) return machine.get();
    return nullptr;
}

// --- a run ---

namespace {

/// From the moment when everything is healed: an idle session may need 90 s to see that its line is dead, a dial its longest pause.
constexpr seconds converges_within{300}, looks_every{5};

class Run {
  public:
    Run(const Plan& plan, const Town& town, std::ostream* story) : plan_(plan), scene_(plan.seed, town) {
        scene_.story = story;
        scene_.manner = {.extension_bytes = plan.extension_bytes, .renew_after = plan.renew_after};
        reseed_sqlite(dice_for(plan.seed, Stream::sqlite).next());
        forget_signatures();
        for (std::size_t index = 0; index < town.nodes.size(); ++index) {
            scene_.machines.push_back(std::make_unique<Machine>(scene_, index));
            auto& disk = scene_.machines.back()->disk();
            disk.keeps_books = plan.keeps_books;
            disk.restore(town.nodes[index].disk);
        }
    }

    Outcome play() {
        for (const auto& machine : scene_.machines) machine->start();
        for (const auto& event : plan_.events) scene_.queue.at(MonoTime{event.at}, [this, &event] { make_happen(scene_, plan_, event); });
        run_until(MonoTime{plan_.length});
        heal();
        const auto healed = scene_.queue.now();
        std::string missing;
        while (!scene_.breach && scene_.queue.now() < healed + converges_within) {
            run_until(scene_.queue.now() + looks_every);
            missing = scene_.breach ? "" : find_missing(scene_);
            if (missing.empty()) break;
        }
        if (!missing.empty()) scene_.find("all is level soon after the last fault", missing);
        Outcome outcome{.breach = {}, .acts = scene_.ledger.acts(), .converged_after = scene_.queue.now() - healed};
        if (!scene_.breach) check_quiet(scene_, dice_for(plan_.seed, Stream::checks));
        outcome.breach = scene_.breach;
        outcome.fingerprint = fingerprint();
        return outcome;
    }

  private:
    void run_until(MonoTime end) {
        while (!scene_.breach && scene_.queue.run_next(end)) {}
    }
    void heal() {
        scene_.network.heal();
        for (const auto& machine : scene_.machines) {
            machine->disk().mend();
            machine->clock().offset = milliseconds(0);
            machine->start();
        }
    }
    std::uint64_t fingerprint() {
        std::uint64_t all = 0;
        for (const auto& machine : scene_.machines) {
            if (!machine->is_up()) continue;
            for (const auto& row : tests::value_of(machine->node().reader().logs()))
                all = Dice(all ^ load_be(row.head.tree.root().view().first<8>())).next();
        }
        return all;
    }

    const Plan& plan_;
    Scene scene_;
};

}  // namespace

Outcome run(const Plan& plan, Towns& towns, std::ostream* story) { return Run(plan, towns.of_shape(plan.shape), story).play(); }

Plan shrink(Plan plan, const std::string& invariant, const std::function<std::string(const Plan&)>& fails) {
    for (std::size_t size = std::max<std::size_t>(plan.events.size() / 2, 1); size > 0;) {
        bool has_dropped = false;
        for (std::size_t at = 0; at < plan.events.size();) {
            Plan shorter = plan;
            const auto first = shorter.events.begin() + static_cast<std::ptrdiff_t>(at);
            shorter.events.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, shorter.events.size() - at)));
            if (fails(shorter) != invariant) {
                at += size;
                continue;
            }
            plan = std::move(shorter);
            has_dropped = true;
        }
        if (!has_dropped || size > plan.events.size()) size /= 2;
    }
    return plan;
}

}  // namespace motcua::simulation

// What must hold between stores: one answer to the same acts, effect only with right, nobody concerned left out.

#include <fmt/format.h>

#include "tests/simulation/invariants.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {

using tests::value_of;

namespace {

using States = std::map<sync::DossierId, Bytes>;

States states_of(Machine& machine) {
    States states;
    auto rows = value_of(machine.node().reader().database().prepare("SELECT id, state FROM dossier"));
    while (value_of(rows.step())) states[*sync::DossierId::from(rows.blob(0))] = to_bytes(rows.blob(1));
    return states;
}

sync::Dossier decode(const Bytes& state) { return value_of(cbor::decode<sync::Dossier>(state)); }

std::set<sync::ActId> acts_of(const sync::Dossier& dossier) {
    std::set<sync::ActId> ids;
    for (const auto& act : dossier.acts) ids.insert(act.id);
    return ids;
}

void check_same(Scene& scene, const Machine& a, const Machine& b, const States& states_a, const States& states_b) {
    for (const auto& [id, state] : states_a) {
        const auto other = states_b.find(id);
        if (other == states_b.end() || other->second == state) continue;
        if (acts_of(decode(state)) == acts_of(decode(other->second)))
            scene.find("same acts, same state", fmt::format("dossier {} at {} and {}", to_hex(id.view()), a.name(), b.name()));
    }
}

void check_entitled(Scene& scene, Machine& machine, const sync::Dossier& dossier) {
    const auto& registry = *machine.node().registry();
    for (const auto& row : dossier.acts) {
        if (!row.verdict.effective() || row.is_provisional) continue;
        auto entry = value_of(machine.node().reader().entry(row.position.log, row.position.seq.value));
        const auto act = entry ? sync::parse_act(std::move(*entry)) : fail(ErrorKind::not_found, "");
        if (act && act->id == row.id && registry.judge_confirmed(*act, nullptr).effective()) continue;
        scene.find("every act with effect was entitled", fmt::format("{}: dossier {}, entry {} of its log", machine.name(), to_hex(dossier.id.view()), row.position.seq.value));
    }
}

void check_cuts(Scene& scene, Machine& machine, const sync::Dossier& dossier) {
    for (const auto& cut : scene.ledger.cuts) {
        for (const auto& act : dossier.acts) {
            if (act.signer != cut.key) continue;
            const auto named = cut.sizes.find(act.position.log);
            const bool is_cut = act.position.seq.value >= (named == cut.sizes.end() ? 0 : named->second);
            if (is_cut && act.verdict.effective())
                scene.find("a revoked key has no effect from the cut on", fmt::format("{}: entry {}", machine.name(), act.position.seq.value));
            if (!is_cut && act.verdict.reason == sync::Reason::revoked_key)
                scene.find("before the cut a revoked key's acts stay", fmt::format("{}: entry {}", machine.name(), act.position.seq.value));
        }
    }
}

/// Every office that has to do with a dossier has all of its acts that the city has.
void check_concerned(Scene& scene, const sync::Dossier& at_city, const std::map<std::size_t, States>& states) {
    const auto registry = scene.machines.front()->node().registry();
    for (const auto& machine : scene.machines) {
        const auto* own = registry->find_node(machine->site().log);
        if (own == nullptr || !states.contains(machine->index()) || !has_honest_way_up(scene, *machine)) continue;
        if (std::ranges::find(at_city.concerned, own->office) == at_city.concerned.end()) continue;
        const auto state = states.at(machine->index()).find(at_city.id);
        const auto here = state == states.at(machine->index()).end() ? std::set<sync::ActId>() : acts_of(decode(state->second));
        for (const auto& act : at_city.acts) {
            if (here.contains(act.id) || !is_honest(scene, act.position.log)) continue;
            scene.find("who is concerned has it all", fmt::format("{} lacks entry {} of {} in dossier {}", machine->name(), act.position.seq.value,
                                                                  scene.machine_of(act.position.log)->name(), to_hex(at_city.id.view())));
            return;
        }
    }
}

/// Two nodes never give one code.
void check_codes(Scene& scene, const std::vector<sync::Dossier>& dossiers) {
    std::map<std::string, sync::DossierId> given;
    for (const auto& dossier : dossiers) {
        if (!dossier.code) continue;
        const auto [found, is_new] = given.emplace(*dossier.code, dossier.id);
        const auto is_liars = [&](const sync::DossierId& id) {
            return std::ranges::any_of(scene.ledger.lying_logs, [&](const auto& log) { return std::ranges::equal(log.view().first(8), id.view().first(8)); });
        };
        if (!is_new && !is_liars(dossier.id) && !is_liars(found->second)) scene.find("no code is given twice", *dossier.code);
    }
}

}  // namespace

void check_merge(Scene& scene) {
    auto& city = *scene.machines.front();
    if (!city.is_up() || city.is_liar()) return;
    std::map<std::size_t, States> states;
    for (const auto& machine : scene.machines) {
        if (!machine->is_up() || machine->is_liar()) continue;
        if (machine->node().registry()->size() != city.node().registry()->size()) continue;
        states[machine->index()] = states_of(*machine);
    }
    for (auto a = states.begin(); a != states.end(); ++a)
        for (auto b = std::next(a); b != states.end(); ++b) check_same(scene, *scene.machines[a->first], *scene.machines[b->first], a->second, b->second);

    std::vector<sync::Dossier> dossiers;
    for (const auto& [id, state] : states.at(0)) dossiers.push_back(decode(state));
    check_codes(scene, dossiers);
    for (const auto& dossier : dossiers) {
        check_entitled(scene, city, dossier);
        check_concerned(scene, dossier, states);
    }
    if (scene.ledger.cuts.empty()) return;
    for (const auto& [index, of_machine] : states)
        for (const auto& [id, state] : of_machine) check_cuts(scene, *scene.machines[index], decode(state));
}

}  // namespace motcua::simulation

#include "tests/simulation/invariants.hpp"

#include <fmt/format.h>

#include "tests/simulation/machine.hpp"
#include "tests/simulation/pump.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {

using tests::value_of;

namespace {

std::string name_of(Scene& scene, const sync::LogId& log) {
    if (const auto* machine = scene.machine_of(log)) return machine->name() + "'s log";
    return "log " + to_hex(log.view()).substr(0, 12);
}

bool is_liar(Scene& scene, const std::optional<sync::LogId>& peer) {
    const auto* machine = peer ? scene.machine_of(*peer) : nullptr;
    return machine != nullptr && machine->is_liar();
}

}  // namespace

// An inbox is its keeper's word.
bool is_honest(Scene& scene, const sync::LogId& log) {
    const auto* machine = scene.machine_of(log);
    return !scene.ledger.lying_logs.contains(log) && (machine == nullptr || !machine->is_liar());
}

bool has_honest_way_up(Scene& scene, const Machine& machine) {
    const Machine* at = &machine;
    while (!at->is_liar() && at->upstream()) at = scene.machines[*at->upstream()].get();
    return !at->is_liar();
}

// --- bounds ---

void check_outbox(Machine& machine, const Connection& connection, int side) {
    constexpr std::size_t one_message = (1U << 20U) + 4096;
    if (connection.unsent_bytes(side) <= Pump::outbox_bytes_max + one_message) return;
    machine.scene().find("queues are bounded", fmt::format("{}: {} bytes wait to be sent", machine.name(), connection.unsent_bytes(side)));
}

void check_limits(Machine& machine) {
    constexpr std::size_t pumps_max = 32, events_max = 4096;
    if (machine.jobs() > Machine::queue_jobs_max) machine.scene().find("queues are bounded", machine.name() + ": the queue of jobs is over its limit");
    if (machine.pumps().size() > pumps_max) machine.scene().find("queues are bounded", machine.name() + ": sessions pile up");
    if (machine.scene().queue.size() > events_max) machine.scene().find("queues are bounded", "events pile up");
}

// --- held ---

void check_shown(Machine& machine, const sync::Cosigned& cosigned) {
    auto& scene = machine.scene();
    for (const auto& line : cosigned.lines) {
        const auto signature = crypto::NoteSignature::parse_line(line);
        const auto* record = signature ? machine.node().registry()->find_cosigner(signature->name) : nullptr;
        const auto* cosigner = record != nullptr ? scene.machine_of(record->log) : nullptr;
        if (cosigner == nullptr || cosigner->is_liar()) continue;
        const auto there = scene.ledger.committed_size(cosigner->index(), cosigned.log);
        if (there >= cosigned.size) continue;
        scene.find("what is shown as held is durable above", fmt::format("{} shows {} as held by {} to {}, and {} entries are there", machine.name(),
                                                                        name_of(scene, cosigned.log), cosigner->name(), cosigned.size, there));
    }
}

void check_screen(Machine& machine) {
    auto& scene = machine.scene();
    if (machine.is_liar() || !machine.upstream() || scene.machines[*machine.upstream()]->is_liar()) return;
    const auto& above = *scene.machines[*machine.upstream()];
    for (const auto& head : value_of(machine.replica().heads(machine.node().identity().office, above.site().log))) {
        if (head.held <= scene.ledger.committed_size(above.index(), head.log)) continue;
        scene.find("what is shown as held is durable above", fmt::format("{} shows {} of {} as held by {}", machine.name(), head.held, name_of(scene, head.log), above.name()));
    }
}

void check_right(Machine& machine, const sync::Position& place) {
    auto envelope = value_of(machine.node().reader().entry(place.log, place.seq.value));
    const auto act = value_of(sync::parse_act(std::move(*envelope)));
    // By itself: whether its office is concerned, and the dossier in a state for it, is the fold's question.
    const auto verdict = machine.node().registry()->judge(act);
    if (verdict.standing != sync::Standing::void_act) return;
    machine.scene().find("what is recorded has a right", fmt::format("{} entry {}: {}", machine.name(), place.seq.value, sync::name_of(verdict.reason)));
}

std::uint64_t own_size(Machine& machine) { return machine.scene().ledger.committed_size(machine.index(), machine.site().log); }

void check_level(Machine& machine, std::size_t upstream, std::uint64_t promised) {
    auto& scene = machine.scene();
    if (machine.is_liar() || scene.machines[upstream]->is_liar()) return;
    const auto there = scene.ledger.committed_size(upstream, machine.site().log);
    if (there >= promised) return;
    scene.find("a sync that ends without an error has brought everything up",
               fmt::format("{} had {} entries when it began, {} has {}", machine.name(), promised, scene.machines[upstream]->name(), there));
}

// --- the honest ---

void check_evidence(Machine& machine, const sync::StoreEvidence& evidence, const std::optional<sync::LogId>& peer) {
    auto& scene = machine.scene();
    if (machine.is_liar() || is_liar(scene, peer) || !is_honest(scene, evidence.log)) return;
    scene.find("nobody honest is accused", fmt::format("{} keeps evidence against {}: {}", machine.name(), name_of(scene, evidence.log), evidence.cause));
}

void check_refusal(Machine& machine, const sync::LogId& log, const Error& error, const std::optional<sync::LogId>& peer) {
    auto& scene = machine.scene();
    scene.tell(machine.name() + " refuses " + name_of(scene, log) + ": " + error.message);
    if (machine.is_liar() || is_liar(scene, peer) || !is_honest(scene, log)) return;
    scene.find("nobody honest is refused", fmt::format("{} refuses {}: {}", machine.name(), name_of(scene, log), error.message));
}

void check_halt(Machine& machine, const sync::Halt& halt, const std::optional<sync::LogId>& peer) {
    auto& scene = machine.scene();
    if (machine.is_liar() || is_liar(scene, peer)) return;
    scene.find("only a copy is halted", fmt::format("{} halts: {} has {} entries here, {} above", machine.name(), name_of(scene, halt.log),
                                                    halt.size_here, halt.size_there));
}

// --- after a crash ---

void check_recovered(Machine& machine) {
    auto& scene = machine.scene();
    if (machine.is_liar()) return;
    auto& reader = machine.node().reader();
    check_witness(machine);
    for (const auto& [log, head] : scene.ledger.committed(machine.index())) {
        const auto root = value_of(reader.root_at(log, head.size));
        if (root == head.root) continue;
        scene.find("what was acknowledged survives", fmt::format("{} had committed {} to {}, and after a crash {}", machine.name(), name_of(scene, log), head.size,
                                                                 root ? "another history is there" : "less is there"));
    }
    for (const auto& act : scene.ledger.recorded(machine.index())) {
        const auto entry = value_of(reader.entry(act.place.log, act.place.seq.value));
        if (entry && sync::act_id(*entry) == act.id) continue;
        scene.find("what was acknowledged survives", fmt::format("an officer at {} was told that entry {} is recorded, and it is not there", machine.name(), act.place.seq.value));
    }
}

}  // namespace motcua::simulation

// What must hold once nothing more happens: everything has come where it belongs, and what lies there is sound.

#include <fmt/format.h>

#include "node/store/witness.hpp"
#include "sync/registry/inbox_name.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/machine.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {

using tests::value_of;

namespace {

std::uint64_t size_at(Machine& machine, const sync::LogId& log) {
    const auto row = value_of(machine.node().reader().log(log));
    return row ? row->head.size() : 0;
}

std::uint64_t cosigned_at(Machine& lower, const sync::LogId& log, const Machine& cosigner) {
    const auto* record = lower.node().registry()->find_node(cosigner.site().log);
    if (record == nullptr || !record->cosigner_key) return 0;
    const auto newest = value_of(lower.node().reader().newest_cosignature(log, sync::cosigner_verifier(record->origin, *record->cosigner_key).name));
    return newest ? newest->size : 0;
}

/// Of one node's log on its way to the city.
std::string missing_of(Scene& scene, Machine& author) {
    const auto& log = author.site().log;
    const auto size = size_at(author, log);
    for (Machine* at = &author; at->upstream(); at = scene.machines[*at->upstream()].get()) {
        auto& above = *scene.machines[*at->upstream()];
        if (const auto there = size_at(above, log); there != size)
            return fmt::format("{} has {} of {}'s {} entries", above.name(), there, author.name(), size);
        if (const auto held = cosigned_at(*at, log, above); held != size)
            return fmt::format("{} shows {} of {}'s {} entries as held by {}", at->name(), held, author.name(), size, above.name());
        if (!value_of(above.node().reader().missing_bodies(log, 1)).empty())
            return fmt::format("{} lacks bodies of {}'s log", above.name(), author.name());
    }
    auto& city = *scene.machines.front();
    if (author.index() == city.index()) return {};
    if (const auto witnessed = cosigned_at(author, log, city); witnessed != size)
        return fmt::format("{} shows {} of its {} entries as witnessed", author.name(), witnessed, size);
    return {};
}

std::string missing_inbox(Scene& scene, Machine& machine) {
    const auto registry = scene.machines.front()->node().registry();
    const auto* keeper = registry->find_node(scene.machines[*machine.upstream()]->site().log);
    const auto* own = registry->find_node(machine.site().log);
    const auto inbox = keeper == nullptr || own == nullptr ? std::nullopt : sync::inbox_name(*registry, *keeper, own->office);
    if (!inbox) return {};
    const auto here = size_at(machine, inbox->log), there = size_at(*scene.machines[*machine.upstream()], inbox->log);
    if (here == there) {
        const auto bodies = value_of(machine.node().reader().missing_bodies(inbox->log, 1));
        return bodies.empty() ? std::string() : machine.name() + " lacks bodies of its inbox";
    }
    return fmt::format("{} has {} of the {} entries of its inbox", machine.name(), here, there);
}

}  // namespace

std::string find_missing(Scene& scene) {
    auto& city = *scene.machines.front();
    if (!city.is_up()) return "the city is down";
    const auto registry_size = city.node().registry()->size();
    for (const auto& machine : scene.machines) {
        if (!machine->is_enrolled()) continue;
        if (!machine->is_up()) return machine->name() + " is down";
        if (!has_honest_way_up(scene, *machine)) continue;
        if (const auto size = machine->node().registry()->size(); size != registry_size)
            return fmt::format("{} has {} of the registry's {} entries", machine->name(), size, registry_size);
        if (auto missing = missing_of(scene, *machine); !missing.empty()) return missing;
        if (!machine->upstream()) continue;
        if (auto missing = missing_inbox(scene, *machine); !missing.empty()) return missing;
    }
    return {};
}

// --- what lies in a store ---

namespace {

void check_signatures(Scene& scene, Machine& machine) {
    for (const auto& row : value_of(machine.node().reader().logs())) {
        if (row.head.log_class == sync::LogClass::inbox) continue;
        crypto::CompactRange tree;
        value_of(machine.node().reader().each_entry(row.head.id, 0, row.head.size(), [&](std::uint64_t seq, ByteView envelope) {
            tree.append(crypto::leaf_hash(envelope));
            const auto act = sync::parse_act(to_bytes(envelope));
            const auto where = fmt::format("{}: {} entry {}", machine.name(), row.head.origin, seq);
            if (!act || !crypto::verify(act->payload.signer, act->signed_bytes(), act->signature)) return scene.find("every stored act verifies", where), false;
            const bool is_whole = !act->payload.body || value_of(machine.node().reader().body(row.head.id, seq)) || !scene.ledger.liars.empty();
            if (!is_whole) scene.find("no body is lost", where);
            return is_whole;
        }));
        if (tree.root() != row.head.tree.root() || tree.size() != row.head.size())
            scene.find("every stored act verifies", fmt::format("{}: the entries of {} do not make its root", machine.name(), row.head.origin));
        const auto malformed = scene.ledger.malformed_from.find(row.head.id);
        if (malformed != scene.ledger.malformed_from.end() && row.head.size() > malformed->second)
            scene.find("what is malformed is stored nowhere", fmt::format("{}: {} entry {}", machine.name(), row.head.origin, malformed->second));
    }
}

void check_accusations(Scene& scene, Machine& machine) {
    auto& reader = machine.node().reader();
    const bool meets_liars = !has_honest_way_up(scene, machine);
    for (const auto& row : value_of(reader.logs())) {
        const bool is_inbox = row.head.log_class == sync::LogClass::inbox;
        if (!row.accused || !is_honest(scene, row.head.id) || (is_inbox && meets_liars)) continue;
        // A liar between may have spoiled what it passed on; that is no proof.
        if (!row.proven && !scene.ledger.liars.empty()) continue;
        scene.find("nobody honest is accused", fmt::format("{} accuses {}: {}", machine.name(), row.head.origin, *row.accused));
    }
    if (const auto halted = value_of(reader.meta("halted")); halted && !meets_liars)
        scene.find("only a copy is halted", machine.name() + ": " + *halted);
}

void check_forks(Scene& scene) {
    for (const auto& [log, met] : scene.ledger.forks_met) {
        for (const auto index : met) {
            auto& machine = *scene.machines[index];
            if (machine.is_liar()) continue;
            bool is_kept = false;
            for (const auto& row : value_of(machine.node().reader().evidence())) is_kept = is_kept || row.log == log;
            if (!is_kept) scene.find("a fork that meets one honest node is evidenced", machine.name() + " has seen both histories and keeps nothing");
        }
    }
}

void check_rebuild(Scene& scene, Machine& machine) {
    const auto before = value_of(machine.node().reader().state_digest());
    value_of(machine.node().rebuild({}));
    if (value_of(machine.node().reader().state_digest()) != before)
        scene.find("views equal a rebuild", machine.name() + "'s views are not those that its logs give");
}

}  // namespace

/// What it ever cosigned, it remembers.
void check_witness(Machine& machine) {
    auto& scene = machine.scene();
    const auto* own = machine.node().registry()->find_node(machine.site().log);
    if (own == nullptr || !own->cosigner_key) return;
    const auto name = sync::cosigner_verifier(own->origin, *own->cosigner_key).name;
    auto witness = value_of(node::Witness::open_read_only(machine.site().directory));
    for (const auto& row : value_of(machine.node().reader().logs())) {
        const auto newest = value_of(machine.node().reader().newest_cosignature(row.head.id, name));
        const auto known = newest ? value_of(witness.find(row.head.origin)) : std::nullopt;
        if (newest && (!known || known->size < newest->size))
            scene.find("what is cosigned is witnessed before", fmt::format("{} cosigned {} to {}, and remembers {}", machine.name(), row.head.origin, newest->size, known ? known->size : 0));
    }
}

void check_quiet(Scene& scene, Dice dice) {
    std::vector<Machine*> honest;
    for (const auto& machine : scene.machines)
        if (machine->is_up() && !machine->is_liar()) honest.push_back(machine.get());
    for (auto* machine : honest) {
        check_recovered(*machine);
        check_accusations(scene, *machine);
        if (!scene.ledger.liars.empty() || machine == honest.front()) check_signatures(scene, *machine);
    }
    check_forks(scene);
    check_merge(scene);
    if (!scene.breach) check_rebuild(scene, *honest[dice.below(honest.size())]);
}

}  // namespace motcua::simulation

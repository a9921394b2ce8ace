// How the registry changes while people work: offices come, move and merge, officers come, go and stand in for each other.

#include <fmt/format.h>

#include "node/enrolment.hpp"
#include "tests/simulation/work.hpp"
#include "tests/support/rules.hpp"

namespace motcua::simulation {
namespace {

using sync::Kind;
using tests::value_of;

template <class Content>
node::RegistryEntry entry_of(Kind kind, Bytes subject, const Content& content) {
    return {.kind = kind, .subject = std::move(subject), .content = sync::to_item(content), .body = {}};
}

using Then = std::move_only_function<void()>;

/// States it at the city; `then` once it is durable.
void state(Scene& scene, node::RegistryEntry entry, Then then = {}) {
    auto& city = *scene.machines.front();
    Machine::Job job;
    job.run = [&city, entry = std::move(entry)](node::Node& node) -> Result<void> {
        city.touch(node.registry()->log_id());
        auto done = node.record_in_registry(*city.site().head, std::span(&entry, 1));
        if (!done) return std::unexpected(std::move(done).error());
        return {};
    };
    job.answer = [&scene, then = std::move(then)](const Result<void>& result, const node::Group&) mutable {
        if (!result) scene.tell("the registry refuses: " + result.error().message);
        else if (then) then();
    };
    city.submit_urgent(std::move(job));
}

/// The nodes of an office, which all follow it.
void dial_new_parent(Scene& scene, const sync::OfficeId& moved, const sync::OfficeId& parent) {
    const auto registry = scene.machines.front()->node().registry();
    const auto above = std::ranges::find_if(scene.machines, [&](const auto& machine) {
        const auto* record = registry->find_node(machine->site().log);
        return record != nullptr && record->office == parent && machine->is_enrolled();
    });
    if (above == scene.machines.end()) return;
    for (const auto& machine : scene.machines) {
        const auto* record = registry->find_node(machine->site().log);
        if (record != nullptr && record->office == moved) machine->dial_elsewhere((*above)->index());
    }
}

void enrol_spare(Scene& scene, Dice& dice) {
    std::vector<Machine*> spare;
    for (const auto& machine : scene.machines)
        if (!machine->is_enrolled()) spare.push_back(machine.get());
    if (spare.empty()) return;
    auto& machine = *spare[dice.below(spare.size())];
    auto& city = *scene.machines.front();
    const auto ticket = std::make_shared<Bytes>();
    Machine::Job job;
    job.run = [&scene, &city, &machine, ticket](node::Node& node) -> Result<void> {
        city.touch(node.registry()->log_id());
        const auto& offices = scene.town->offices;
        const auto parent = *offices[machine.site().office].parent;
        if (auto done = node::approve_enrolment(node, *city.site().head, as_bytes(machine.site().request), offices[parent].code); !done) return done;
        auto made = node::make_ticket(node);
        if (!made) return std::unexpected(std::move(made).error());
        *ticket = std::move(*made);
        return {};
    };
    job.answer = [&scene, &machine, ticket](const Result<void>& result, const node::Group&) {
        if (!result) return scene.tell("the city does not approve: " + result.error().message);
        if (machine.is_enrolled()) return;
        // Somebody carries the ticket there.
        scene.queue.after(seconds(5), [&machine, ticket] {
            if (!machine.is_enrolled()) machine.accept(*ticket);
        });
    };
    city.submit_urgent(std::move(job));
}

void move_office(Scene& scene, Dice& dice) {
    const auto registry = scene.machines.front()->node().registry();
    const auto offices = registry->offices();
    const auto& moved = offices[dice.below(offices.size())];
    const auto& parent = offices[dice.below(offices.size())];
    const bool fits = moved.parent && moved.id != parent.id && moved.parent != parent.id && !registry->is_at_or_below(parent.id, moved.id) &&
                      !registry->successor_at(parent.id, registry->size());
    // Somebody must be there to dial.
    const bool is_manned = std::ranges::any_of(scene.machines, [&](const auto& machine) {
        const auto* record = registry->find_node(machine->site().log);
        return record != nullptr && record->office == parent.id && machine->is_enrolled() && !machine->is_liar();
    });
    if (!fits || !is_manned) return;
    const sync::OfficeContent content{moved.id, moved.name, moved.kind, parent.id};
    state(scene, entry_of(Kind::office, cbor::encode(moved.id), content), [&scene, id = moved.id, above = parent.id] { dial_new_parent(scene, id, above); });
}

void merge_office(Scene& scene, Dice& dice) {
    const auto registry = scene.machines.front()->node().registry();
    const auto offices = registry->offices();
    const auto& from = offices[dice.below(offices.size())];
    const auto& to = offices[dice.below(offices.size())];
    const bool is_leaf = std::ranges::none_of(offices, [&](const auto& office) { return office.parent == from.id; });
    if (!from.parent || from.id == to.id || !is_leaf || !to.parent) return;
    state(scene, entry_of(Kind::succeed, cbor::encode(from.id), sync::SucceedContent{from.id, to.id}));
}

}  // namespace

void change_registry(Scene& scene, Dice dice) {
    auto& city = *scene.machines.front();
    if (!city.is_up() || city.is_liar()) return;
    const auto& machine = *scene.machines[1 + dice.below(scene.machines.size() - 1)];
    const auto registry = city.node().registry();
    const auto* record = registry->find_node(machine.site().log);
    const auto deputy = to_bytes(machine.site().deputy->public_key().view());
    switch (dice.below(8)) {
        case 0:
        case 1: return enrol_spare(scene, dice);
        case 2: return move_office(scene, dice);
        case 3: return merge_office(scene, dice);
        case 4: return state(scene, entry_of(Kind::retire, deputy, sync::RetireContent{"left"}));
        case 5: {
            const auto today = sync::day_in_vietnam(start_ms);
            return state(scene, entry_of(Kind::delegate, deputy, sync::DelegateContent{machine.site().head->public_key(), 4, today, today + 3}));
        }
        case 6: {
            auto procedure = tests::birth_registration();
            procedure.valid_from_day = sync::day_number(2025, 1, 2);
            procedure.is_open = dice.chance(80);
            return state(scene, entry_of(Kind::procedure, to_bytes(as_bytes(procedure.code)), procedure));
        }
        default:
            if (record == nullptr) return;
            return state(scene, entry_of(Kind::officer, deputy, sync::OfficerContent{record->office, 7, std::nullopt}));
    }
}

void revoke_deputy(Scene& scene, Machine& victim, std::uint64_t since) {
    const auto key = victim.site().deputy->public_key();
    const sync::RevokeContent content{{{victim.site().log, since}}};
    state(scene, entry_of(Kind::revoke, to_bytes(key.view()), content), [&scene, key, log = victim.site().log, since] {
        scene.ledger.cuts.push_back({key, {{log, since}}});
    });
}

}  // namespace motcua::simulation

// What each planned event does.

#include "sync/registry/inbox_name.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/mask.hpp"
#include "tests/simulation/simulation.hpp"
#include "tests/simulation/work.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {
namespace {

using tests::value_of;

milliseconds up_to(Dice& dice, std::uint64_t longest_ms) { return milliseconds(static_cast<std::int64_t>(1 + dice.below(longest_ms))); }

// --- the network ---

void part(Scene& scene, Network::Line line, Dice& dice) {
    scene.network.set_up(line, false);
    scene.queue.after(up_to(dice, dice.chance(50) ? 5'000 : 120'000), [&scene, line] { scene.network.set_up(line, true); });
}

/// What somebody recorded of a session is sent to the node above once more.
void replay(Scene& scene, Network::Line line) {
    const auto open = scene.network.connections(line);
    if (open.empty() || !scene.machines[line.second]->is_up()) return;
    const Bytes recorded = open.back()->sent_by_initiator();
    const auto connection = scene.network.connect(line);
    connection->attach(0, {.on_bytes = [](ByteView) {}, .on_closed = [] {}});
    scene.machines[line.second]->accept_connection(connection);
    connection->send(0, recorded);
}

void disturb(Scene& scene, Machine& machine, What what, Dice& dice) {
    const auto line = machine.line();
    if (!line) return;
    const auto open = scene.network.connections(*line);
    switch (what) {
        case What::partition: return part(scene, *line, dice);
        case What::slow: return scene.network.set_latency(*line, up_to(dice, 1500));
        case What::cut:
            // Most of a session's bytes are in its first messages.
            if (open.empty() || dice.chance(70)) return scene.network.cut_next(*line, 1 + dice.below(dice.chance(50) ? 1500 : 30'000));
            return open.back()->cut_after(1 + dice.below(8'000));
        case What::half_open:
            if (!open.empty()) open.back()->mute(dice.chance(50) ? 0 : 1);
            return;
        case What::hang_up: return machine.hang_up();
        case What::replay: return replay(scene, *line);
        default: return;
    }
}

// --- machines ---

void break_down(Machine& machine, const PlannedEvent& event, Dice& dice) {
    if (!machine.is_up()) return;
    auto& disk = machine.disk();
    switch (event.what) {
        case What::kill:
        case What::power_cut:
            machine.stop(event.what == What::kill ? Machine::Stop::kill : Machine::Stop::power_cut);
            // Sometimes again, while it recovers.
            if (disk.keeps_books && dice.chance(40)) disk.stop_at(dice.below(12));
            return machine.restart_after(up_to(dice, dice.chance(70) ? 3'000 : 60'000));
        case What::stop_in_write: return disk.stop_at(dice.below(40));
        case What::disk_full: return disk.fail_writes(dice.below(40), DiskAnswer::full);
        case What::disk_error: return disk.fail_writes(dice.below(40), DiskAnswer::broken);
        case What::sync_error: return disk.fail_syncs(dice.below(10));
        case What::clock: {
            static constexpr std::array<std::int64_t, 4> jumps{-static_cast<std::int64_t>(start_ms), 315'360'000'000, -3'600'000, 60'000};
            machine.clock().offset = milliseconds(dice.one_of(jumps));
            return machine.scene().queue.after(up_to(dice, 200'000), [&machine] { machine.clock().offset = milliseconds(0); });
        }
        default: return;
    }
}

// --- liars ---

sync::Payload some_payload(Machine& machine, sync::Kind kind) {
    sync::Payload payload;
    payload.registry = machine.node().registry()->size();
    payload.at_ms = start_ms;
    payload.kind = kind;
    payload.content = sync::empty_content(kind);
    return payload;
}

void forge(Scene& scene, Machine& machine, Dice& dice) {
    auto& reader = machine.node().reader();
    const auto& site = machine.site();
    const auto head = value_of(reader.log(site.log))->head;
    const auto& log_key = *site.log_key;
    auto mask = std::make_unique<Mask>(machine.replica());
    const auto upper = *machine.upstream();
    const auto known_above = scene.ledger.committed_size(upper, site.log);
    const auto note = [&](sync::Kind kind) {
        auto payload = some_payload(machine, kind);
        payload.registry = head.registry_size;
        return payload;
    };
    scene.ledger.lying_logs.insert(site.log);
    const auto kind = dice.below(6);
    if (kind == 0 || kind == 1 || kind == 3) scene.ledger.malformed_from[site.log] = head.size();
    switch (kind) {
        case 0:  // nobody signed this
            mask->forged.emplace(reader, head, head.size());
            mask->forged->append(note(sync::Kind::note), *site.head, log_key);
            mask->forged->spoil_last_signature(log_key);
            break;
        case 1: {  // a registry that never was
            mask->forged.emplace(reader, head, head.size());
            const auto registry = machine.node().registry();
            const crypto::Checkpoint invented{registry->origin(), head.registry_size, crypto::sha256(as_bytes("invented"))};
            auto payload = note(sync::Kind::receipt);
            payload.content = sync::to_item(sync::ReceiptContent{crypto::sign_checkpoint(invented, log_key).format(), {}, {}});
            mask->forged->append(payload, log_key, log_key);
            break;
        }
        case 2: {  // acts that say nothing sensible: void, opaque or waiting, and harmless
            mask->forged.emplace(reader, head, head.size());
            for (int count = 0; count < 4; ++count) {
                auto payload = note(dice.chance(50) ? sync::Kind{static_cast<std::uint16_t>(64 + dice.below(120))} : sync::Kind::complete);
                const auto ids = value_of(reader.dossier_ids());
                payload.subject = ids.empty() ? Bytes(16) : to_bytes(ids[dice.below(ids.size())].view());
                payload.content = sync::empty_content(sync::Kind::note);
                if (dice.chance(50)) payload.prior = sync::ActId{};
                mask->forged->append(payload, dice.chance(50) ? *site.head : log_key, log_key);
            }
            break;
        }
        case 3:  // not even an act
            mask->forged.emplace(reader, head, head.size());
            mask->forged->append_raw(Bytes(40 + dice.below(200), std::byte{0x5a}), log_key);
            break;
        case 4: {  // another history from some entry on
            if (head.size() < 2) return;
            const auto keep = 1 + dice.below(head.size() - 1);
            mask->forged.emplace(reader, head, keep);
            const auto entry = value_of(reader.entry(site.log, keep - 1));
            const auto last = value_of(sync::parse_act(to_bytes(*entry)));
            for (std::uint64_t seq = keep; seq < std::max(known_above, keep + 1); ++seq) {
                auto payload = note(sync::Kind::note);
                payload.registry = last.payload.registry;
                payload.subject = Bytes(16, std::byte{7});
                mask->forged->append(payload, *site.head, log_key);
            }
            if (known_above > keep && !scene.machines[upper]->is_liar()) scene.ledger.forks_met[site.log].insert(upper);
            break;
        }
        default:  // less than it signed before
            mask->forged.emplace(reader, head, 1);
            break;
    }
    scene.tell(machine.name() + " begins to lie about its log");
    machine.wear(std::move(mask));
}

/// A hub that hides, strips or tells its inboxes anew.
void lie_as_hub(Scene& scene, Machine& hub, Dice& dice) {
    auto mask = std::make_unique<Mask>(hub.replica());
    const auto registry = hub.node().registry();
    scene.tell(hub.name() + " begins to lie");
    switch (dice.below(3)) {
        case 0:
            for (const auto& node : registry->nodes())
                if (node.log != hub.site().log && dice.chance(50)) mask->withheld.insert(node.log);
            break;
        case 1: mask->strips_bodies = true; break;
        default:
            for (const auto& lower : scene.machines) {
                if (lower->upstream() != hub.index() || !lower->is_up()) continue;
                const auto* keeper = registry->find_node(hub.site().log);
                const auto* below = registry->find_node(lower->site().log);
                const auto inbox = keeper != nullptr && below != nullptr ? sync::inbox_name(*registry, *keeper, below->office) : std::nullopt;
                const auto row = inbox ? value_of(hub.node().reader().log(inbox->log)) : std::nullopt;
                if (!row || row->head.size() < 2) continue;
                const auto keep = 1 + dice.below(row->head.size() - 1);
                scene.ledger.lying_logs.insert(inbox->log);
                mask->forged.emplace(hub.node().reader(), row->head, keep);
                for (auto seq = keep; seq < row->head.size(); ++seq) mask->forged->append_raw(Bytes(50, std::byte{3}), *hub.site().log_key);
                if (scene.ledger.committed_size(lower->index(), inbox->log) > keep && !lower->is_liar()) scene.ledger.forks_met[inbox->log].insert(lower->index());
                break;
            }
    }
    hub.wear(std::move(mask));
}

void do_theft(Scene& scene, const Plan& plan, Machine& victim, Dice& dice) {
    if (!victim.is_up() || victim.is_liar()) return;
    scene.ledger.thefts.try_emplace(victim.index(), own_size(victim));
    do_stolen_work(victim, plan, dice);
}

}  // namespace

void make_happen(Scene& scene, const Plan& plan, const PlannedEvent& event) {
    auto& machine = *scene.machines[event.machine];
    Dice dice(event.dice);
    if (event.what != What::work) scene.tell(std::string(name_of(event.what)) + ": " + machine.name());
    switch (event.what) {
        case What::work:
            if (machine.is_up() && !machine.is_liar()) do_work(machine, plan, dice);
            return;
        case What::sync: return machine.reconcile();
        case What::registry: return change_registry(scene, dice);
        case What::partition:
        case What::slow:
        case What::cut:
        case What::half_open:
        case What::hang_up:
        case What::replay: return disturb(scene, machine, event.what, dice);
        case What::kill:
        case What::power_cut:
        case What::stop_in_write:
        case What::disk_full:
        case What::disk_error:
        case What::sync_error:
        case What::clock: return break_down(machine, event, dice);
        case What::thief: return do_theft(scene, plan, machine, dice);
        case What::revoke:
            if (const auto theft = scene.ledger.thefts.find(event.machine); theft != scene.ledger.thefts.end() && scene.machines.front()->is_up())
                revoke_deputy(scene, machine, theft->second);
            return;
        case What::forge:
            if (machine.is_up()) forge(scene, machine, dice);
            return;
        case What::hub_lie:
            if (machine.is_up()) lie_as_hub(scene, machine, dice);
            return;
    }
}

}  // namespace motcua::simulation

#include "tests/simulation/pump.hpp"

#include "tests/simulation/invariants.hpp"
#include "sync/log/planted.hpp"

namespace motcua::simulation {

Pump::Pump(Machine& machine, std::shared_ptr<Connection> connection, int side, sync::SessionOptions options)
    : machine_(&machine), connection_(std::move(connection)), side_(side),
      session_(std::move(options), machine.node().identity(), machine.replica(), machine.random(), machine.clock().mono()) {}

void Pump::start() {
    const auto weak = weak_from_this();
    connection_->attach(side_, {.on_bytes = [weak](ByteView bytes) {
                                    if (const auto pump = weak.lock())
                                        pump->drive([&](sync::Session& session, MonoTime now) { session.receive(bytes, now); });
                                },
                                .on_closed = [weak] {
                                    if (const auto pump = weak.lock()) {
                                        pump->drive([](sync::Session& session, MonoTime now) { session.closed(now); });
                                        pump->finish();
                                    }
                                }});
    drive([](sync::Session&, MonoTime) {});
}

void Pump::changed() {
    drive([](sync::Session& session, MonoTime now) { session.changed(now); });
}
void Pump::resume() {
    if (held_) drive([](sync::Session&, MonoTime) {});
}
void Pump::leave() {
    drive([](sync::Session& session, MonoTime now) { session.leave(now); });
}

void Pump::abandon(Machine::Stop how) {
    ended_ = true;
    if (how == Machine::Stop::kill) connection_->close(side_);
    else connection_->vanish(side_);
}

// --- the session's wishes ---

template <class Event>
void Pump::drive(Event event) {
    if (ended_) return;
    const auto self = shared_from_this();
    event(session_, machine_->clock().mono());
    drain();
}

void Pump::drain() {
    // A wish that is fulfilled at once may lead back here; the outer call goes on.
    if (draining_) return;
    draining_ = true;
    while (!finished_ && !ended_) {
        if (held_ && !machine_->submit(*held_)) break;
        held_.reset();
        if (connection_->unsent_bytes(side_) >= outbox_bytes_max) break;
        auto action = session_.next_action();
        if (!action) break;
        if (!act(std::move(*action))) break;
    }
    draining_ = false;
    if (finished_) finish();
}

bool Pump::act(sync::Action action) {
    if (auto* wish = std::get_if<sync::SendBytes>(&action)) {
        connection_->send(side_, std::move(wish->bytes));
        check_outbox(*machine_, *connection_, side_);
        return true;
    }
    if (auto* wish = std::get_if<sync::StoreExtension>(&action)) return store(std::move(*wish));
    if (auto* wish = std::get_if<sync::StoreCosignatures>(&action)) {
        const auto cosigned = wish->cosigned;
        return submit_change([cosigned](node::Node& node) { return node.take_cosignatures(cosigned); },
                             [machine = machine_, cosigned] { check_shown(*machine, cosigned); });
    }
    if (auto* wish = std::get_if<sync::StoreBody>(&action))
        return submit_change([body = std::move(*wish)](node::Node& node) { return node.take_body(body.log, body.seq, body.body); });
    if (auto* wish = std::get_if<sync::StoreEvidence>(&action)) {
        check_evidence(*machine_, *wish, peer());
        return submit_change([evidence = std::move(*wish)](node::Node& node) { return node.keep_evidence(evidence); });
    }
    if (auto* wish = std::get_if<sync::Halt>(&action)) {
        check_halt(*machine_, *wish, peer());
        return submit_change([halt = *wish](node::Node& node) { return node.halt(halt); });
    }
    if (auto* wish = std::get_if<sync::AdoptCosignature>(&action)) {
        return submit_change([cosigned = std::move(wish->cosigned)](node::Node& node) { return node.adopt_cosignature(cosigned); });
    }
    if (const auto* wish = std::get_if<sync::StoreChunk>(&action)) {  // no file is attached in this city
        session_.chunk_refused(wish->blob, wish->index, {ErrorKind::refused, "no files here"}, machine_->clock().mono());
        return true;
    }
    if (std::holds_alternative<sync::FileHeld>(action)) return true;
    if (auto* wish = std::get_if<sync::WakeAt>(&action)) return wake_at(wish->at), true;
    finished_ = std::move(std::get<sync::Finished>(action));
    return true;
}

bool Pump::store(sync::StoreExtension wish) {
    const sync::LogId log = wish.extension.log;
    const auto stored = std::make_shared<std::optional<sync::StoredExtension>>();
    Machine::Job job;
    job.run = [stored, machine = machine_, extension = std::move(wish.extension)](node::Node& node) mutable -> Result<void> {
        machine->touch(extension.log);
        auto taken = node.take(std::move(extension));
        if (!taken) return std::unexpected(std::move(taken).error());
        *stored = std::move(*taken);
        return {};
    };
    job.answer = [self = shared_from_this(), stored, log](const Result<void>& result, const node::Group& group) {
        if (!result) {
            check_refusal(*self->machine_, log, result.error(), self->peer());
            return self->drive([&](sync::Session& session, MonoTime now) { session.refused(log, result.error(), now); });
        }
        // Of several extensions of a log in one group, the last one carries the cosignature.
        for (const auto& cosigned : group.cosigned)
            if (cosigned.log == log && cosigned.size == (*stored)->size) (*stored)->cosigned = cosigned;
        self->drive([&](sync::Session& session, MonoTime now) { session.stored(**stored, now); });
    };
    return submit(std::move(job));
}

template <class Change>
bool Pump::submit_change(Change change, std::move_only_function<void()> stored) {
    Machine::Job job;
    job.run = std::move(change);
    job.answer = [self = shared_from_this(), stored = std::move(stored)](const Result<void>& result, const node::Group&) mutable {
        if (!result) self->machine_->scene().tell(self->machine_->name() + ": not stored: " + result.error().message);
        else if (stored) stored();
    };
    return submit(std::move(job));
}

bool Pump::submit(Machine::Job job) {
    if (machine_->submit(job)) return true;
    held_ = std::move(job);
    return false;
}

void Pump::wake_at(MonoTime at) {
    machine_->scene().queue.at(at, [weak = weak_from_this()] {
        if (const auto pump = weak.lock()) pump->drive([](sync::Session& session, MonoTime now) { session.tick(now); });
    });
}

// --- the end ---

std::string Pump::peer_name() {
    const auto log = session_.peer_node();
    const auto* other = log ? machine_->scene().machine_of(*log) : nullptr;
    return other != nullptr ? other->name() : "a stranger";
}

void Pump::finish() {
    if (ended_ || !finished_) return;
    ended_ = true;
    const auto self = shared_from_this();
    connection_->close(side_);
    if (finished_->error)
        machine_->scene().tell(machine_->name() + ": session with " + peer_name() + " ended: " + finished_->error->message);
    const auto told = std::exchange(on_end_, {});
    if (told) told(*finished_, session_.peer_node());
    machine_->ended(this);
}

}  // namespace motcua::simulation

#include "node/control/request.hpp"

#include "node/bundle/bundle.hpp"
#include "node/enrolment.hpp"
#include "node/registry_entries.hpp"

#include "node/control/codec.hpp"

namespace motcua::node {

namespace {

template <class Answer>
Result<Done> as_done(Result<Answer> answer) {
    if (!answer) return std::unexpected(std::move(answer).error());
    return Done(std::move(*answer));
}

Result<Done> approve(Node& node, const crypto::SigningKey& registrar, const Approve& request) {
    if (auto begun = node.begin(); !begun) return std::unexpected(begun.error());
    // Several acts or none: half an enrolment would be an office without its node.
    if (auto approved = approve_enrolment(node, registrar, request.request, request.parent_code, request.continues); !approved) {
        node.rollback();
        return std::unexpected(approved.error());
    }
    if (auto committed = node.commit(); !committed) return std::unexpected(committed.error());
    auto ticket = make_ticket(node);
    if (!ticket) return std::unexpected(ticket.error());
    return ApproveDone{std::move(*ticket)};
}

Result<Done> state_registry(Node& node, const crypto::SigningKey& registrar, const StateRegistry& request) {
    if (auto begun = node.begin(); !begun) return std::unexpected(begun.error());
    auto done = state_in_registry(node, registrar, request);
    if (!done || request.dry_run) {
        node.rollback();
        return as_done(std::move(done));
    }
    if (auto committed = node.commit(); !committed) return std::unexpected(committed.error());
    return Done(std::move(*done));
}

Result<Done> note_damage(Node& node, const NoteDamage& request) {
    if (auto begun = node.begin(); !begun) return std::unexpected(begun.error());
    auto noted = node.note_damage(request.found);
    if (noted && request.round_began_ms) noted = node.note_scrubbed(*request.round_began_ms);
    if (!noted) {
        node.rollback();
        return std::unexpected(std::move(noted).error());
    }
    if (auto committed = node.commit(); !committed) return std::unexpected(committed.error());
    return NoteDamageDone{};
}

Result<Done> rebuild(Node& node) {
    RebuildDone done;
    const auto before = node.reader().state_digest();
    if (!before) return std::unexpected(before.error());
    done.before = *before;
    if (auto rebuilt = node.rebuild([&](std::uint64_t acts) { done.acts = acts; }); !rebuilt) return std::unexpected(rebuilt.error());
    const auto after = node.reader().state_digest();
    if (!after) return std::unexpected(after.error());
    done.after = *after;
    return done;
}

Result<crypto::SigningKey> officer_of(const Request& request) {
    if (request.officer_seed.size() == 0) return fail(ErrorKind::usage, "this work is signed by an officer, and no officer's key came with it");
    return crypto::SigningKey::from_seed(request.officer_seed);
}

}  // namespace

bool is_groupable(const Work& work) {
    return std::holds_alternative<Receive>(work) || std::holds_alternative<Submit>(work) || std::holds_alternative<CloseBook>(work) ||
           std::holds_alternative<Step>(work) || std::holds_alternative<ImportBatch>(work) || std::holds_alternative<Admit>(work) ||
           std::holds_alternative<AdoptBatch>(work);
}

Result<Done> perform_in_group(Node& node, const Request& request, NodeEnvironment environment) {
    if (auto checked = check_texts(request.work); !checked) return std::unexpected(checked.error());
    const auto officer = officer_of(request);
    if (!officer) return std::unexpected(officer.error());
    if (const auto* work = std::get_if<Receive>(&request.work)) return as_done(receive(node, *officer, *work, environment));
    if (const auto* work = std::get_if<Step>(&request.work)) return as_done(step(node, *officer, *work, environment));
    if (const auto* work = std::get_if<Submit>(&request.work)) return as_done(submit(node, *officer, *work, environment));
    if (const auto* work = std::get_if<CloseBook>(&request.work)) return as_done(close_book(node, *officer, *work, environment));
    if (const auto* work = std::get_if<ImportBatch>(&request.work)) return as_done(import_events(node, *officer, *work, environment));
    if (const auto* work = std::get_if<Admit>(&request.work)) return as_done(admit(node, *officer, *work, environment));
    if (const auto* work = std::get_if<AdoptBatch>(&request.work)) return as_done(adopt(node, *officer, *work));
    return fail(ErrorKind::internal, "this work has a group of its own");
}

Result<Done> perform(Node& node, const Request& request, NodeEnvironment environment) {
    if (is_groupable(request.work)) {
        if (auto begun = node.begin(); !begun) return std::unexpected(begun.error());
        auto done = perform_in_group(node, request, environment);
        if (!done) {
            node.rollback();
            return done;
        }
        if (auto committed = node.commit(); !committed) return std::unexpected(committed.error());
        return done;
    }
    if (auto checked = check_texts(request.work); !checked) return std::unexpected(checked.error());
    if (const auto* work = std::get_if<Approve>(&request.work)) {
        const auto officer = officer_of(request);
        if (!officer) return std::unexpected(officer.error());
        return approve(node, *officer, *work);
    }
    if (const auto* work = std::get_if<StateRegistry>(&request.work)) {
        const auto officer = officer_of(request);
        if (!officer) return std::unexpected(officer.error());
        return state_registry(node, *officer, *work);
    }
    if (const auto* work = std::get_if<PrintReceipt>(&request.work)) return as_done(print_receipt(node, *work));
    if (std::holds_alternative<Rebuild>(request.work)) return rebuild(node);
    if (const auto* work = std::get_if<NoteDamage>(&request.work)) return note_damage(node, *work);
    if (const auto* work = std::get_if<TakeBundle>(&request.work)) return as_done(take_bundle(node, *work));
    return fail(ErrorKind::internal, "a reconciliation is the link's work");
}

}  // namespace motcua::node

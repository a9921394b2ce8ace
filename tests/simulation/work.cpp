#include "tests/simulation/work.hpp"

#include <fmt/format.h>

#include "node/desk/desk.hpp"
#include "sync/dossier/lifecycle.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {
namespace {

using sync::Kind;
using tests::value_of;

Task draw_task(const Plan& plan, Dice& dice) {
    std::uint64_t all = 0;
    for (const auto weight : plan.tasks_weights) all += weight;
    auto at = dice.below(all);
    std::size_t task = 0;
    while (at >= plan.tasks_weights[task]) at -= plan.tasks_weights[task++];
    return static_cast<Task>(task);
}

/// One turn of an officer at one desk.
class Turn {
  public:
    Turn(Machine& machine, const crypto::SigningKey& officer, Dice dice) : machine_(machine), officer_(officer), dice_(dice), random_(Dice(dice.next())) {}

    /// The place of what was recorded, or why the desk refused.
    Result<std::optional<sync::ActId>> take(Task task) {
        switch (task) {
            case Task::receive: return receive({});
            case Task::submit: return submit();
            case Task::close: return close();
            default: break;
        }
        const auto dossier = pick(task);
        if (!dossier) return fail(ErrorKind::not_found, "nothing is here to work on");
        return on(*dossier, task);
    }

  private:
    [[nodiscard]] node::Node& node() { return machine_.node(); }
    [[nodiscard]] node::NodeEnvironment environment() {
        auto environment = node().environment();
        environment.random = &random_;
        return environment;
    }
    [[nodiscard]] sync::OfficeId own_office() { return node().identity().office; }
    [[nodiscard]] std::string draw_procedure() { return dice_.chance(70) ? "1.001193" : "1.004194"; }
    static node::Applicant applicant() { return {.name = "Nguyễn Văn An", .identity = "001099000001"}; }

    Result<std::optional<sync::ActId>> receive(std::optional<std::string> submitted) {
        const node::Receive request{.dossier = submitted, .procedure = draw_procedure(), .applicant = applicant(), .note = {}, .documents = {}, .due_ms = {}, .paper = {}};
        const auto done = node::receive(node(), officer_, request, environment());
        if (!done) return std::unexpected(done.error());
        return std::optional(done->act);
    }
    Result<std::optional<sync::ActId>> submit() {
        const auto done = node::submit(node(), officer_, {.procedure = draw_procedure(), .applicant = applicant(), .note = {}}, environment());
        if (!done) return std::unexpected(done.error());
        return std::optional(done->act);
    }
    Result<std::optional<sync::ActId>> close() {
        const auto now = static_cast<std::uint64_t>(std::max<std::int64_t>(0, machine_.clock().wall().time_since_epoch().count()));
        const auto done = node::close_book(node(), officer_, {.kind = Kind::day_close, .day = sync::day_in_vietnam(now) - 1}, environment());
        if (!done) return std::unexpected(done.error());
        return std::optional(done->act);
    }

    std::optional<sync::Dossier> pick(Task task) {
        const auto ids = value_of(node().reader().dossier_ids());
        // A few tries for one that fits the task.
        for (int tries = 0; tries < 4 && !ids.empty(); ++tries) {
            auto dossier = value_of(node().reader().dossier(ids[dice_.below(ids.size())]));
            if (dossier && (tries == 3 || fits(*dossier, task))) return dossier;
        }
        return std::nullopt;
    }
    bool fits(const sync::Dossier& dossier, Task task) {
        const auto& custody = dossier.custody;
        const bool is_ours = custody && custody->line == node().log_id();
        switch (task) {
            case Task::take_over: return custody && custody->offer && custody->offer->to == own_office();
            case Task::seize: return custody && !is_ours;
            case Task::arbitrate: return dossier.dispute.has_value();
            case Task::hand_over:
            case Task::go_on: return is_ours && !custody->offer;
            default: return true;
        }
    }

    Result<std::optional<sync::ActId>> on(const sync::Dossier& dossier, Task task) {
        const bool is_offered = dossier.custody && dossier.custody->offer && dossier.custody->offer->to == own_office();
        switch (task) {
            case Task::take_over: return step(dossier, Kind::take_over);
            case Task::seize: return step(dossier, Kind::seize);
            case Task::arbitrate: return arbitrate(dossier);
            case Task::hand_over:
                if (dice_.chance(15)) return step(dossier, Kind::hand_back);
                return step(dossier, Kind::hand_over, sync::to_item(sync::HandOverContent{draw_office(), {}, {}, {}}));
            case Task::note: return step(dossier, draw_fact());
            case Task::consult:
                if (!dossier.open_consultations.empty()) return step(dossier, Kind::opinion);
                return step(dossier, Kind::consult, sync::to_item(sync::ConsultContent{draw_office(), {}}));
            case Task::any_step: return step(dossier, any_move());
            default: break;
        }
        if (is_offered && dice_.chance(70)) return step(dossier, Kind::take_over);
        return go_on(dossier);
    }

    Result<std::optional<sync::ActId>> go_on(const sync::Dossier& dossier) {
        using Status = sync::DossierStatus;
        switch (dossier.status) {
            case Status::newly_registered: return receive(to_hex(dossier.id.view()));
            case Status::received: return step(dossier, Kind::assign, sync::to_item(sync::AssignContent{"Tư pháp", {}, {}}));
            case Status::in_process: return handle(dossier);
            case Status::supplement_asked: return step(dossier, dice_.chance(50) ? Kind::supplement_handed_in : Kind::resume);
            case Status::payment_asked:
                if (dice_.chance(50)) return step(dossier, Kind::paid, sync::to_item(sync::PaidContent{8000, "0001"}));
                return step(dossier, Kind::resume);
            case Status::withdrawal_asked: return step(dossier, Kind::stop);
            case Status::resolved: return step(dossier, dice_.chance(70) ? Kind::result_handed_over : dice_.chance(50) ? Kind::correct_result : Kind::revoke_result);
            default: return step(dossier, draw_fact());
        }
    }
    Result<std::optional<sync::ActId>> handle(const sync::Dossier& dossier) {
        switch (dice_.below(8)) {
            case 0: return step(dossier, Kind::ask_supplement, sync::to_item(sync::AskSupplementContent{{"giấy chứng sinh"}, {}}));
            case 1: return step(dossier, Kind::ask_payment, sync::to_item(sync::AskPaymentContent{8000, "Thông tư"}));
            case 2: return step(dossier, Kind::submit_for_signature);
            case 3: return step(dossier, Kind::sign);
            case 4: return step(dossier, Kind::withdrawal_asked);
            case 5: return step(dossier, Kind::hand_over, sync::to_item(sync::HandOverContent{draw_office(), {}, {}, {}}));
            case 6: return step(dossier, Kind::extend, sync::to_item(sync::ExtendContent{start_ms + 864'000'000}));
            default: return step(dossier, Kind::complete);
        }
    }
    Result<std::optional<sync::ActId>> arbitrate(const sync::Dossier& dossier) {
        if (!dossier.dispute) return fail(ErrorKind::refused, "nothing is disputed");
        return step(dossier, Kind::arbitrate, sync::to_item(sync::ArbitrateContent{dossier.dispute->after, dice_.one_of(dossier.dispute->branches), {}}));
    }

    Kind any_move() {
        const auto moves = sync::life_moves();
        const auto kind = moves[dice_.below(moves.size())];
        const bool needs_more = kind == Kind::hand_over || kind == Kind::receive;
        return needs_more ? Kind::assign : kind;
    }
    Kind draw_fact() {
        static constexpr std::array facts{Kind::note, Kind::note, Kind::file_attached, Kind::notice_sent, Kind::rated, Kind::contact_corrected, Kind::confirm};
        return dice_.one_of(facts);
    }
    sync::OfficeId draw_office() {
        const auto offices = node().registry()->offices();
        return offices[dice_.below(offices.size())].id;
    }

    Result<std::optional<sync::ActId>> step(const sync::Dossier& dossier, Kind kind, cbor::Item content = {}) {
        if (kind == Kind::confirm) {
            const auto cut = std::ranges::find(dossier.acts, sync::Standing::quarantined, [](const auto& act) { return act.verdict.standing; });
            if (cut == dossier.acts.end() || !dice_.chance(20)) kind = Kind::note;
            else content = sync::to_item(sync::ConfirmContent{cut->id});
        }
        node::Step request{.dossier = to_hex(dossier.id.view()), .kind = kind, .content = std::move(content), .note = "ghi chú"};
        if (kind == Kind::contact_corrected) request.contact = applicant();
        const auto done = node::step(node(), officer_, request, environment());
        if (!done) return std::unexpected(done.error());
        return std::optional(done->act);
    }

    Machine& machine_;
    const crypto::SigningKey& officer_;
    Dice dice_;
    StreamRandom random_;
};

void submit_turn(Machine& machine, const Plan& plan, Dice dice, std::shared_ptr<crypto::SigningKey> officer) {
    const auto task = draw_task(plan, dice);
    const auto place = std::make_shared<std::optional<Ledger::Act>>();
    Machine::Job job;
    job.run = [&machine, task, dice, officer, place](node::Node& node) -> Result<void> {
        machine.touch(node.log_id());
        auto done = Turn(machine, *officer, dice).take(task);
        if (!done) return std::unexpected(std::move(done).error());
        const auto size = value_of(node.reader().log(node.log_id()))->head.size();
        *place = Ledger::Act{{node.log_id(), sync::Seq{size - 1}}, **done};
        check_right(machine, (*place)->place);
        return {};
    };
    job.answer = [&machine, place](const Result<void>& result, const node::Group&) {
        if (result && *place) machine.scene().ledger.note_recorded(machine.index(), **place);
    };
    machine.submit_urgent(std::move(job));
}

}  // namespace

void do_work(Machine& machine, const Plan& plan, Dice dice) {
    const bool is_head = dice.chance(70);
    submit_turn(machine, plan, dice, is_head ? machine.site().head : machine.site().deputy);
}

void do_stolen_work(Machine& machine, const Plan& plan, Dice dice) {
    machine.clock().offset -= milliseconds(static_cast<std::int64_t>(dice.below(864'000'000)));
    submit_turn(machine, plan, dice, machine.site().deputy);
    machine.scene().queue.after(milliseconds(100), [&machine] { machine.clock().offset = milliseconds(0); });
}

}  // namespace motcua::simulation

#include "sync/dossier/story.hpp"

#include <algorithm>

#include "sync/dossier/clock.hpp"
#include "sync/dossier/lifecycle.hpp"
#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

template <class Content>
Content content_of(const Act& act) {
    auto content = from_item<Content>(act.payload.content);
    ensure(content.has_value(), "an effective act has the content of its kind");
    return *std::move(content);
}

template <class T>
void insert_sorted(std::vector<T>& values, const T& value) {
    const auto place = std::lower_bound(values.begin(), values.end(), value);
    if (place == values.end() || *place != value) values.insert(place, value);
}

template <class T>
void keep_least(std::optional<T>& kept, const T& value) {
    kept = kept ? std::min(*kept, value) : value;
}

}  // namespace

void Story::create(const Act& act, const OfficeId& office, const ChainState& life) {
    dossier_.created_by = office;
    dossier_.end.custody = Custody{office, act.payload.log, std::nullopt};
    dossier_.end.life = life;
    dossier_.end.life_since_ms = act.payload.at_ms;
    insert_sorted(dossier_.end.held, office);
    insert_sorted(dossier_.end.touched, office);
    dossier_.tip = act.id;
    dossier_.is_imported = life.is_imported;
    if (act.payload.kind == Kind::receive) receive(act);
    if (act.payload.kind != Kind::submitted) return;
    const auto content = content_of<SubmittedContent>(act);
    dossier_.procedure = content.procedure;
    dossier_.channel = content.channel;
    dossier_.received_ms = content.submitted_ms;
}

void Story::move(const Act& act, const OfficeId& office, const ChainState& life) {
    const std::uint64_t at_ms = act.payload.at_ms;
    const Kind kind = act.payload.kind;
    if (life.status != dossier_.end.life.status) dossier_.end.life_since_ms = at_ms;
    if (life.status != DossierStatus::supplement_asked) {
        dossier_.missing.clear();
        dossier_.respond_by_day.reset();
    }
    dossier_.end.life = life;
    dossier_.tip = act.id;
    ++moves_;
    if (kind == Kind::receive) receive(act);
    if (kind == Kind::decline) end_handling(Outcome::declined, at_ms);
    if (kind == Kind::ask_supplement) {
        const auto content = content_of<AskSupplementContent>(act);
        dossier_.missing = content.documents;
        dossier_.respond_by_day = content.respond_by_day;
        std::erase(dossier_.notices, NoticeAbout::supplement);
        last_request_ = moves_;
        pause_clock(dossier_, StatutoryClock::Run::waits_for_supplement, at_ms);
    }
    if (kind == Kind::ask_payment) {
        dossier_.finance = Finance::asked;
        dossier_.end.is_paid = false;
        std::erase(dossier_.notices, NoticeAbout::payment);
        last_asking_ = moves_;
        pause_clock(dossier_, StatutoryClock::Run::waits_for_payment, at_ms);
    }
    if (kind == Kind::resume) resume(act);
    if (kind == Kind::assign) assign(act);
    if (kind == Kind::number) dossier_.result_number = content_of<NumberContent>(act).number;
    if (kind == Kind::complete) {
        dossier_.end.result = act.position();
        end_handling(Outcome::completed, at_ms);
    }
    if (kind == Kind::return_unresolved) end_handling(Outcome::returned_unresolved, at_ms);
    if (kind == Kind::stop) stop(act);
    if (kind == Kind::extend) put_off(dossier_, content_of<ExtendContent>(act).new_due_ms, at_ms);
    if (kind == Kind::correct_result || kind == Kind::revoke_result) mend(act);
    if (kind == Kind::hand_over) hand_over(act);
    if (kind == Kind::hand_back) hand_back(act);
    if (kind == Kind::take_over || kind == Kind::seize) take(act, office);
}

void Story::receive(const Act& act) {
    auto content = content_of<ReceiveContent>(act);
    dossier_.rules_size = act.payload.registry;
    dossier_.code = std::move(content.code);
    dossier_.procedure = std::move(content.procedure);
    dossier_.channel = content.channel;
    dossier_.received_ms = content.received_ms;
    dossier_.book_number = std::move(content.book_number);
    dossier_.lookup = content.lookup;
    dossier_.documents = std::move(content.documents);
    start_clock(dossier_, content, rules_);
}

// The clock goes on from when the papers or the money came, as the cited fact claims; without one from the move.
void Story::resume(const Act& act) {
    const bool was_for_payment = dossier_.clock.run == StatutoryClock::Run::waits_for_payment;
    std::uint64_t from_ms = act.payload.at_ms;
    if (const auto cited = content_of<ResumeContent>(act).fact) {
        const auto fact = find_fact_(*cited);
        if (!fact) insert_sorted(dossier_.end.awaited, *cited);
        const bool fits = fact && fact->kind == (was_for_payment ? Kind::paid : Kind::supplement_handed_in);
        if (fits && was_for_payment) dossier_.end.is_paid = true;
        if (fits && !planted(PlantedBug::clock_runs_from_the_move)) from_ms = fact->at_ms;
    }
    resume_clock(dossier_, from_ms, rules_);
}

void Story::stop(const Act& act) {
    switch (content_of<StopContent>(act).ground) {
        case StopGround::withdrawn: return end_handling(Outcome::stopped_withdrawn, act.payload.at_ms);
        case StopGround::supplement_expired: return end_handling(Outcome::stopped_supplement, act.payload.at_ms);
        case StopGround::other: break;
    }
    end_handling(Outcome::stopped_other, act.payload.at_ms);
}

// A corrected result is to be collected anew; a revoked one is not to be collected, until a corrected one takes its place. How
// handling ended, and whether in time, stays as it was.
void Story::mend(const Act& act) {
    last_mending_ = moves_;
    dossier_.end.handed_over_ms.reset();
    dossier_.end.life_since_ms = act.payload.at_ms;
    if (!content_of<MendResultContent>(act).is_agency_fault) return;
    last_fault_ = moves_;
    dossier_.owes_apology = true;
}

void Story::hand_over(const Act& act) {
    const auto content = content_of<HandOverContent>(act);
    Custody& custody = *dossier_.end.custody;
    custody.offer = Custody::Offer{content.to, content.line, false};
    insert_sorted(dossier_.end.touched, content.to);
    close_last_row(act.payload.at_ms);
    ControlRow row;
    row.act = act.id;
    row.from = custody.office;
    row.to = content.to;
    row.given_ms = act.payload.at_ms;
    row.due_ms = content.due_ms;
    row.stage = content.stage;
    dossier_.control.push_back(std::move(row));
}

void Story::hand_back(const Act& act) {
    Custody& custody = *dossier_.end.custody;
    ensure(dossier_.end.handed_over_by.has_value(), "only what was handed over is handed back");
    const NodeRecord* node = rules_.registry().find_node(*dossier_.end.handed_over_by);
    ensure(node != nullptr, "a line that held a dossier is listed");
    custody.offer = Custody::Offer{node->office, *dossier_.end.handed_over_by, true};
    close_last_row(act.payload.at_ms);
    ControlRow row;
    row.act = act.id;
    row.from = custody.office;
    row.to = node->office;
    row.given_ms = act.payload.at_ms;
    dossier_.control.push_back(std::move(row));
}

// A take_over answers the last row; a seizure, or what a merger brings, is a row of its own.
void Story::take(const Act& act, const OfficeId& office) {
    Custody& custody = *dossier_.end.custody;
    const bool is_answer = act.payload.kind == Kind::take_over && custody.offer.has_value();
    if (is_answer) {
        dossier_.control.back().received_ms = act.payload.at_ms;
        dossier_.control.back().to = office;
        dossier_.end.handed_over_by = custody.offer->is_back ? std::nullopt : std::optional(custody.line);
        if (custody.offer->is_back && planted(PlantedBug::handed_back_for_ever)) dossier_.end.handed_over_by = custody.line;
    } else {
        close_last_row(act.payload.at_ms);
        ControlRow row;
        row.act = act.id;
        row.from = custody.office;
        row.to = office;
        row.given_ms = act.payload.at_ms;
        row.received_ms = act.payload.at_ms;
        dossier_.control.push_back(std::move(row));
        dossier_.end.handed_over_by.reset();
    }
    if (custody.office != office) dossier_.unit.clear();
    custody = Custody{office, act.payload.log, std::nullopt};
    insert_sorted(dossier_.end.held, office);
    insert_sorted(dossier_.end.touched, office);
    if (planted(PlantedBug::rerouting_restarts_clock)) restart_clock_as_planted(dossier_, act.payload.at_ms, rules_);
}

void Story::assign(const Act& act) {
    auto content = content_of<AssignContent>(act);
    close_last_row(act.payload.at_ms);
    ControlRow row;
    row.act = act.id;
    row.from = row.to = dossier_.end.custody->office;
    row.from_unit = dossier_.unit;
    row.to_unit = content.unit;
    row.given_ms = act.payload.at_ms;
    row.received_ms = act.payload.at_ms;
    row.due_ms = content.due_ms;
    dossier_.control.push_back(std::move(row));
    dossier_.unit = std::move(content.unit);
}

void Story::close_last_row(std::uint64_t at_ms) {
    if (!dossier_.control.empty() && !dossier_.control.back().finished_ms) dossier_.control.back().finished_ms = at_ms;
}

void Story::end_handling(Outcome outcome, std::uint64_t at_ms) {
    dossier_.outcome = outcome;
    close_last_row(at_ms);
    end_clock(dossier_, at_ms);
}

void Story::fact(const Act& act, std::size_t index) {
    const std::uint64_t at_ms = act.payload.at_ms;
    const Kind kind = act.payload.kind;
    if (kind == Kind::withdrawal_asked) keep_least(dossier_.end.withdrawal_ms, at_ms);
    if (kind == Kind::paid && index >= last_asking_) dossier_.end.is_paid = true;
    if (kind == Kind::result_handed_over && index >= last_mending_) keep_least(dossier_.end.handed_over_ms, at_ms);
    if (kind != Kind::notice_sent) return;
    const auto about = content_of<NoticeSentContent>(act).about;
    // Who was told of one request has not heard of the next.
    if (about == NoticeAbout::supplement && index < last_request_) return;
    if (about == NoticeAbout::payment && index < last_asking_) return;
    insert_sorted(dossier_.notices, about);
    if (about == NoticeAbout::result && index >= last_fault_) dossier_.owes_apology = false;
}

void Story::finish() {
    const PathEnd& end = dossier_.end;
    dossier_.status = end.life.status;
    dossier_.since_ms = end.life_since_ms;
    dossier_.delivery = Delivery::none;
    dossier_.returned_ms.reset();
    if (end.is_paid) dossier_.finance = Finance::paid;
    const bool had_ended_elsewhere = dossier_.is_imported && dossier_.outcome == Outcome::completed && end.life.status == DossierStatus::in_process;
    if (had_ended_elsewhere) {
        dossier_.status = DossierStatus::resolved;
    } else if (can_be_withdrawn(end.life) && end.withdrawal_ms) {
        dossier_.status = DossierStatus::withdrawal_asked;
        dossier_.since_ms = *end.withdrawal_ms;
    }
    if (end.life.status == DossierStatus::resolved && !end.life.is_result_revoked) {
        dossier_.delivery = end.handed_over_ms ? Delivery::handed_over : Delivery::ready;
        dossier_.returned_ms = end.handed_over_ms;
        if (end.handed_over_ms) {
            dossier_.status = DossierStatus::returned;
            dossier_.since_ms = *end.handed_over_ms;
        }
    }
    show_custody();
}

// What the lines of a merged office hold, or were offered, counts as offered to the office that it merged into.
void Story::show_custody() {
    dossier_.custody = dossier_.end.custody;
    if (!dossier_.custody) return;
    const Registry& registry = rules_.registry();
    Custody& custody = *dossier_.custody;
    const OfficeId from = custody.offer ? custody.offer->to : custody.office;
    OfficeId heir = from;
    for (int merger = 0; merger < 64; ++merger) {
        const auto next = registry.successor_at(heir, registry.size());
        if (!next) break;
        heir = *next;
    }
    if (heir == from) return;
    custody.offer = Custody::Offer{heir, std::nullopt, custody.offer && custody.offer->is_back};
    insert_sorted(dossier_.concerned, heir);
}

}  // namespace motcua::sync

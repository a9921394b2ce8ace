// The fold that goes on from an earlier one, for what a desk does all day: the next moves at the tip, and plain facts beside them.
// Anything that could change an earlier answer is left to the whole fold.

#include <algorithm>
#include <array>

#include "sync/dossier/facts.hpp"
#include "sync/dossier/own_right.hpp"
#include "sync/dossier/planted.hpp"
#include "sync/dossier/story.hpp"

namespace motcua::sync {
namespace {

// Others are cited by acts, or cite them.
constexpr std::array plain_facts{Kind::note,  Kind::supplement_handed_in, Kind::withdrawal_asked, Kind::result_handed_over,
                                 Kind::paid,  Kind::file_attached,        Kind::notice_sent,      Kind::rated};

bool is_plain_fact(Kind kind) { return std::ranges::find(plain_facts, kind) != plain_facts.end(); }

// Nothing in it waits for what may come, or competes with it.
bool is_settled(const Dossier& dossier) {
    if (!dossier.tip || !dossier.end.custody || dossier.dispute || dossier.is_frozen || dossier.is_imported) return false;
    if (cbor::encode(dossier.custody) != cbor::encode(dossier.end.custody)) return false;  // a merged office's heir is concerned only for now
    return std::ranges::all_of(dossier.acts, [](const DossierAct& act) {
        if (act.kind == Kind::erase && act.verdict.effective()) return false;  // it may name acts that are still to come
        if (act.verdict.standing == Standing::waiting && planted(PlantedBug::extends_below_the_waiting)) return true;
        return act.verdict.effective() || act.verdict.standing == Standing::void_act;
    });
}

auto find_position(const Dossier& dossier, const Position& position) {
    const auto before = [](const DossierAct& act, const Position& wanted) { return act.position < wanted; };
    const auto found = std::lower_bound(dossier.acts.begin(), dossier.acts.end(), position, before);
    return found != dossier.acts.end() && found->position == position ? found : dossier.acts.end();
}

class GoingOn {
  public:
    GoingOn(const Dossier& before, std::vector<const Act*> added, const Rulebook& rules)
        : dossier_(before), rules_(rules), parties_(rules.registry()), tree_(before.id, added, parties_) {}

    std::optional<Dossier> run() {
        judge_own_rights(tree_, rules_.registry(), parties_);
        if (!are_new_and_entitled()) return std::nullopt;
        base_ = ChainBase{*dossier_.tip, point_of_tip()};
        const Authority authority(dossier_.id, tree_, rules_.registry(), parties_, base_);
        if (!is_one_chain(authority) || !judge_facts_here(authority)) return std::nullopt;
        tell(authority);
        return std::move(dossier_);
    }

  private:
    bool are_new_and_entitled() const {
        return std::ranges::all_of(tree_.entries(), [&](const Entry& entry) {
            if (!entry.own.effective() || find_position(dossier_, entry.act->position()) != dossier_.acts.end()) return false;  // the latter: a fork
            if (std::ranges::find(dossier_.end.awaited, entry.act->position()) != dossier_.end.awaited.end()) return false;
            return entry.kind_class == KindClass::move ? !entry.is_creating() : is_plain_fact(entry.kind());
        });
    }

    ChainPoint point_of_tip() {
        const PathEnd& end = dossier_.end;
        ChainPoint point;
        point.life = end.life;
        point.custody.office = parties_.number_of(end.custody->office);
        point.custody.line = parties_.number_of(end.custody->line);
        if (const auto& offer = end.custody->offer) {
            point.custody.is_offered = true;
            point.custody.offered_to = parties_.number_of(offer->to);
            if (offer->line) point.custody.offered_line = parties_.number_of(*offer->line);
            point.custody.is_back = offer->is_back;
        }
        if (end.handed_over_by) point.custody.handed_over_by = parties_.number_of(*end.handed_over_by);
        for (const OfficeId& office : end.held) point.held = parties_.with(point.held, parties_.number_of(office));
        for (const OfficeId& office : end.touched) point.touched = parties_.with(point.touched, parties_.number_of(office));
        point.result = end.result;
        return point;
    }

    // From the tip, one after the other, each with authority.
    bool is_one_chain(const Authority& authority) const {
        ActId tip = *dossier_.tip;
        for (const EntryNo number : tree_.order()) {
            const Entry& entry = tree_.at(number);
            if (entry.act->payload.prior != tip || !authority.is_entitled(number)) return false;
            tip = entry.act->id;
        }
        return true;
    }

    bool judge_facts_here(const Authority& authority) {
        return std::ranges::all_of(tree_.entries(), [&](Entry& fact) {
            if (!fact.is_fact()) return true;
            const bool is_at_tip = fact.act->payload.prior == dossier_.tip;
            if (!is_at_tip && (fact.prior == no_entry || !tree_.at(fact.prior).is_node())) return false;
            const OfficeSetNo touched = is_at_tip ? base_->point.touched : authority.at(fact.prior).point.touched;
            if (!judge_sense(fact, rules_.registry()).effective()) return false;
            return is_of_chain(parties_.office_of(fact.line), touched, fact.registry_size(), rules_.registry(), parties_);
        });
    }

    void tell(const Authority& authority) {
        Story story(dossier_, rules_, [this](const Position& position) { return find_fact(position); });
        std::vector<std::size_t> index(tree_.size(), 0);
        std::size_t moves = 0;
        for (const EntryNo number : tree_.order()) {
            const Entry& entry = tree_.at(number);
            index[number] = ++moves;
            story.move(*entry.act, parties_.office(parties_.office_of(entry.line)), authority.at(number).point.life);
        }
        for (const Entry& fact : tree_.entries()) {
            if (fact.is_fact()) story.fact(*fact.act, fact.prior == no_entry ? 0 : index[fact.prior]);
        }
        for (const OfficeId& office : dossier_.end.touched) {
            const auto place = std::lower_bound(dossier_.concerned.begin(), dossier_.concerned.end(), office);
            if (place == dossier_.concerned.end() || *place != office) dossier_.concerned.insert(place, office);
        }
        story.finish();
        add_acts();
    }

    void add_acts() {
        const auto known = static_cast<std::ptrdiff_t>(dossier_.acts.size());
        for (const Entry& entry : tree_.entries()) {
            const Payload& payload = entry.act->payload;
            dossier_.acts.push_back({entry.act->id, entry.act->position(), payload.kind, payload.at_ms, payload.signer, payload.prior, {}, entry.is_provisional, std::nullopt});
        }
        const auto order = [](const DossierAct& a, const DossierAct& b) { return std::pair(a.position, a.id) < std::pair(b.position, b.id); };
        std::inplace_merge(dossier_.acts.begin(), dossier_.acts.begin() + known, dossier_.acts.end(), order);
    }

    [[nodiscard]] std::optional<CitedFact> find_fact(const Position& position) const {
        for (const Entry& entry : tree_.at_position(position)) {
            if (entry.is_fact()) return CitedFact{entry.kind(), entry.act->payload.at_ms};
        }
        const auto known = find_position(dossier_, position);
        if (known == dossier_.acts.end() || !known->verdict.effective()) return std::nullopt;
        const bool is_fact = class_of(known->kind) == KindClass::fact && known->prior && known->kind != Kind::arbitrate && known->kind != Kind::confirm;
        return is_fact ? std::optional(CitedFact{known->kind, known->at_ms}) : std::nullopt;
    }

    Dossier dossier_;
    const Rulebook& rules_;
    Parties parties_;
    ActTree tree_;
    std::optional<ChainBase> base_;
};

}  // namespace

std::optional<Dossier> extend_fold(const Dossier& before, std::span<const Act> added, const Rulebook& rules) {
    if (!is_settled(before)) return std::nullopt;
    const bool could_be_admitted = std::ranges::any_of(before.acts, [](const DossierAct& act) { return act.verdict.standing == Standing::void_act; });
    std::vector<const Act*> acts;
    for (const Act& act : added) {
        if ((act.payload.kind == Kind::admit && could_be_admitted) || act.payload.kind == Kind::adopt) return std::nullopt;
        const auto known = find_position(before, act.position());
        if (known != before.acts.end() && known->carried_by) return std::nullopt;  // the copy in its own log
        if (known == before.acts.end() || known->id != act.id) acts.push_back(&act);
    }
    return GoingOn(before, std::move(acts), rules).run();
}

}  // namespace motcua::sync

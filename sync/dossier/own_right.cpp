#include "sync/dossier/own_right.hpp"

#include <utility>

#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

Lift lift_of(const Entry& entry) {
    if (entry.is_confirmed) return Lift::everything;
    return entry.is_adopted ? Lift::seal : Lift::nothing;
}

// The registry's answer, through the latest admission that gives an effective one.
void judge_alone(Entry& entry, const ActTree& tree, const Registry& registry) {
    const Lift lift = lift_of(entry);
    entry.is_provisional = false;
    if (entry.carrier != nullptr && !entry.is_adopted) {  // its adopt has no effect, or not yet: nothing is known of it here
        entry.own = {Standing::waiting, Reason::prior_unknown};
        return;
    }
    entry.own = registry.judge(*entry.act, lift, nullptr, Lift::nothing);
    entry.is_provisional = entry.own.effective() && registry.is_provisional(*entry.act);
    if (planted(PlantedBug::delegation_outlasts_its_days) && entry.own.reason == Reason::outside_delegation) entry.own = {};
    if (planted(PlantedBug::stand_in_counts_for_nothing) && entry.own.effective()) {
        const auto officer = registry.officer_at(entry.act->payload.signer, entry.registry_size());
        if (officer && (officer->roles.bits & roles_for(entry.kind()).bits) == 0) entry.own = {Standing::void_act, Reason::lacks_role};
    }
    if (entry.own != Verdict{Standing::void_act, Reason::unknown_signer}) return;
    for (const Admission& admission : tree.admissions(entry.act->payload.log, entry.act->payload.signer)) {
        if (admission.act->payload.seq >= entry.act->payload.seq) continue;
        const Verdict through_it = registry.judge(*entry.act, lift, admission.act, entry.is_confirmed ? Lift::everything : admission.lift);
        if (through_it.effective() || entry.own.standing == Standing::void_act) entry.own = through_it;  // one without effect hides none that waits
        entry.is_provisional = through_it.effective();
        if (through_it.effective()) return;
    }
}

/// A head of the confirmed act's office, or of one above it, by the registry that the confirmation cites.
bool may_confirm(const Entry& confirmation, const Entry& confirmed, const Registry& registry, const Parties& parties) {
    if (planted(PlantedBug::confirm_by_any_head)) return true;
    if (confirmed.line == nobody) return false;
    const OfficeId& office = parties.office(parties.office_of(confirmation.line));
    return registry.is_at_or_below(parties.office(parties.office_of(confirmed.line)), office, confirmation.registry_size());
}

/// Confirmations and adopts: each may free another one, until nothing more is freed.
class Confirming {
  public:
    Confirming(ActTree& tree, const Registry& registry, const Parties& parties) : tree_(tree), registry_(registry), parties_(parties) {}

    // A confirmation may free another one, so each is looked at again once it is free. Ids are hashes: no two free each other.
    void run() {
        for (EntryNo number = 0; number < tree_.size(); ++number) {
            if (tree_.at(number).kind() == Kind::adopt) adopt(tree_.at(number));
        }
        for (EntryNo number = 0; number < tree_.size(); ++number) {
            if (tree_.at(number).kind() == Kind::confirm) open_.push_back(number);
        }
        while (!open_.empty()) {
            const EntryNo number = open_.back();
            open_.pop_back();
            Entry& entry = tree_.at(number);
            entry.verdict = entry.own.effective() ? confirm(entry) : entry.own;
        }
    }

  private:
    Verdict confirm(const Entry& confirmation) {
        const auto content = from_item<ConfirmContent>(confirmation.act->payload.content);
        ensure(content.has_value(), "an effective act has the content of its kind");
        if (const Verdict prior = tree_.judge_prior_beside(confirmation); !prior.effective()) return prior;
        const EntryNo number = tree_.find(content->act);
        if (number == no_entry) return {Standing::waiting, Reason::prior_unknown};
        const Entry& confirmed = tree_.at(number);
        if (!may_confirm(confirmation, confirmed, registry_, parties_)) return {Standing::void_act, Reason::not_of_this_office};
        lift(number);
        if (planted(PlantedBug::confirm_lifts_all_of_the_key)) {
            for (EntryNo other = 0; other < tree_.size(); ++other) {
                if (tree_.at(other).act->payload.signer == confirmed.act->payload.signer) lift(other);
            }
        }
        return {};
    }

    void lift(EntryNo number) {
        Entry& entry = tree_.at(number);
        if (entry.own.standing != Standing::quarantined) return;
        entry.is_confirmed = true;
        judge_alone(entry, tree_, registry_);
        if (entry.kind() == Kind::confirm) open_.push_back(number);
        if (entry.kind() == Kind::adopt) adopt(entry);
    }

    void adopt(Entry& adopting) {
        adopting.verdict = adopting.own;
        if (!adopting.own.effective() || adopting.carries == no_entry) return;
        Entry& carried = tree_.at(adopting.carries);
        if (std::exchange(carried.is_adopted, true)) return;
        judge_alone(carried, tree_, registry_);
        if (carried.kind() == Kind::confirm) open_.push_back(adopting.carries);
    }

    ActTree& tree_;
    const Registry& registry_;
    const Parties& parties_;
    std::vector<EntryNo> open_;
};

}  // namespace

void judge_own_rights(ActTree& tree, const Registry& registry, Parties& parties) {
    for (Entry& entry : tree.entries()) judge_alone(entry, tree, registry);
    Confirming(tree, registry, parties).run();
}

}  // namespace motcua::sync

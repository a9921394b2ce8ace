#include "sync/dossier/act_tree.hpp"

#include <algorithm>

#include "sync/act/adoption.hpp"
#include "sync/dossier/planted.hpp"
#include "sync/registry/planted.hpp"

namespace motcua::sync {
namespace {

bool stands_before(const Act* a, const Act* b) {
    if (a->payload.log != b->payload.log) return a->payload.log < b->payload.log;
    if (a->payload.seq != b->payload.seq) return a->payload.seq < b->payload.seq;
    return a->id < b->id;
}

// The copy in its own log before one that an adopt carries; of several adopts the first.
void sort_once_each(std::vector<Entry>& entries) {
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        if (a.act->id != b.act->id) return stands_before(a.act, b.act);
        if (a.carrier == nullptr || b.carrier == nullptr) return a.carrier == nullptr && b.carrier != nullptr;
        return stands_before(a.carrier, b.carrier);
    });
    if (planted(PlantedBug::repeated_acts_count_twice)) return;
    entries.erase(std::unique(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        const bool are_two = planted(PlantedLineBug::carried_act_is_another) && a.carrier != b.carrier;
        return a.act->id == b.act->id && !are_two;
    }), entries.end());
}

void sort_once_each(std::vector<Admission>& admissions) {
    std::sort(admissions.begin(), admissions.end(), [](const Admission& a, const Admission& b) {
        return a.act->id == b.act->id ? a.lift > b.lift : stands_before(a.act, b.act);
    });
    admissions.erase(std::unique(admissions.begin(), admissions.end(), [](const Admission& a, const Admission& b) { return a.act->id == b.act->id; }),
                     admissions.end());
}

bool is_about(const Act& act, const DossierId& id) {
    const KindClass kind_class = class_of(act.payload.kind);
    if ((kind_class == KindClass::log && act.payload.kind != Kind::adopt) || kind_class == KindClass::registry) return false;
    if (planted(PlantedBug::foreign_prior_counts)) return true;
    return std::ranges::equal(act.payload.subject, id.view());
}

}  // namespace

ActTree::ActTree(const DossierId& id, std::span<const Act* const> acts, Parties& parties) {
    entries_.reserve(acts.size());
    for (const Act* act : acts) {
        if (act->payload.kind == Kind::adopt) take_carried(*act, id, parties.registry(), entries_);
        if (is_about(*act, id)) entries_.emplace_back().act = act;
        else if (act->payload.kind == Kind::admit) admissions_.push_back({act, Lift::nothing});
    }
    sort_once_each(entries_);
    sort_once_each(admissions_);
    for (Entry& entry : entries_) {
        entry.kind_class = class_of(entry.act->payload.kind);
        entry.line = parties.number_of(entry.act->payload.log);
    }
    link();
    put_in_order();
}

// A void adopt carries nothing: whoever follows the act waits for it, as if it had never been heard of.
void ActTree::take_carried(const Act& adopt, const DossierId& id, const Registry& registry, std::vector<Entry>& own) {
    if (carried_by_.contains(adopt.id) || registry.judge(adopt, Lift::everything, nullptr, Lift::nothing).standing == Standing::void_act) return;
    auto carried = find_carried(adopt);
    if (!carried) return;
    if (carried->payload.kind == Kind::admit) {
        if (!registry.judge(adopt).effective()) return;
        carried_.push_back(*std::move(carried));
        admissions_.push_back({&carried_.back(), Lift::seal});
        return;
    }
    if (!is_about(*carried, id)) return;
    carried_by_.emplace(adopt.id, carried->id);
    carried_.push_back(*std::move(carried));
    Entry& entry = own.emplace_back();
    entry.act = &carried_.back();
    entry.carrier = &adopt;
}

void ActTree::link() {
    by_id_.resize(entries_.size());
    for (EntryNo number = 0; number < size(); ++number) by_id_[number] = number;
    std::sort(by_id_.begin(), by_id_.end(), [&](EntryNo a, EntryNo b) { return entries_[a].act->id < entries_[b].act->id; });
    for (Entry& entry : entries_) {
        if (entry.kind() != Kind::adopt) continue;
        const auto carried = carried_by_.find(entry.act->id);
        if (carried != carried_by_.end()) entry.carries = find(carried->second);
    }
    for (EntryNo number = size(); number-- > 0;) {  // from the end, so that siblings come out by position
        Entry& entry = entries_[number];
        if (entry.is_creating()) creating_.push_back(number);
        if (!entry.act->payload.prior) continue;
        entry.prior = find(*entry.act->payload.prior);
        if (entry.prior == no_entry || !entry.is_node() || !entries_[entry.prior].is_node()) continue;
        entry.next_sibling = entries_[entry.prior].first_child;
        entries_[entry.prior].first_child = number;
    }
    std::reverse(creating_.begin(), creating_.end());
}

// Level by level, so that a chain of any length needs no stack.
void ActTree::put_in_order() {
    order_.reserve(entries_.size());
    for (EntryNo number = 0; number < size(); ++number) {
        const Entry& entry = entries_[number];
        const bool hangs_on_node = entry.prior != no_entry && entries_[entry.prior].is_node();
        if (entry.is_node() && !hangs_on_node) order_.push_back(number);
    }
    for (std::size_t next = 0; next < order_.size(); ++next) {
        for (EntryNo child = entries_[order_[next]].first_child; child != no_entry; child = entries_[child].next_sibling) order_.push_back(child);
    }
}

EntryNo ActTree::find(const ActId& id) const {
    const auto found = std::lower_bound(by_id_.begin(), by_id_.end(), id, [&](EntryNo number, const ActId& wanted) { return entries_[number].act->id < wanted; });
    return found != by_id_.end() && entries_[*found].act->id == id ? *found : no_entry;
}

std::span<const Entry> ActTree::at_position(const Position& position) const {
    const auto before = [](const Entry& entry, const Position& wanted) { return entry.act->position() < wanted; };
    const auto first = std::lower_bound(entries_.begin(), entries_.end(), position, before);
    auto end = first;
    while (end != entries_.end() && end->act->position() == position) ++end;
    return {first, end};
}

Verdict ActTree::judge_prior_beside(const Entry& entry) const {
    if (!entry.act->payload.prior) return {Standing::void_act, Reason::wrong_state};
    return entry.prior == no_entry ? Verdict{Standing::waiting, Reason::prior_unknown} : Verdict{};
}

std::vector<Admission> ActTree::admissions(const LogId& log, const PublicKey& key) const {
    std::vector<Admission> found;
    for (auto admission = admissions_.rbegin(); admission != admissions_.rend(); ++admission) {
        const Payload& payload = admission->act->payload;
        if (payload.log == log && std::ranges::equal(payload.subject, key.view())) found.push_back(*admission);
    }
    return found;
}

}  // namespace motcua::sync

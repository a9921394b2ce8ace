#include "sync/dossier/act_tree.hpp"

#include <algorithm>

#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

bool stands_before(const Act* a, const Act* b) {
    if (a->payload.log != b->payload.log) return a->payload.log < b->payload.log;
    if (a->payload.seq != b->payload.seq) return a->payload.seq < b->payload.seq;
    return a->id < b->id;
}

void sort_once_each(std::vector<const Act*>& acts) {
    std::sort(acts.begin(), acts.end(), stands_before);
    if (planted(PlantedBug::repeated_acts_count_twice)) return;
    acts.erase(std::unique(acts.begin(), acts.end(), [](const Act* a, const Act* b) { return a->id == b->id; }), acts.end());
}

bool is_about(const Act& act, const DossierId& id) {
    const KindClass kind_class = class_of(act.payload.kind);
    if (kind_class == KindClass::log || kind_class == KindClass::registry) return false;
    if (planted(PlantedBug::foreign_prior_counts)) return true;
    return std::ranges::equal(act.payload.subject, id.view());
}

}  // namespace

ActTree::ActTree(const DossierId& id, std::span<const Act* const> acts, Parties& parties) {
    std::vector<const Act*> own;
    own.reserve(acts.size());
    for (const Act* act : acts) {
        if (is_about(*act, id)) own.push_back(act);
        else if (act->payload.kind == Kind::admit) admissions_.push_back(act);
    }
    sort_once_each(own);
    sort_once_each(admissions_);
    entries_.reserve(own.size());
    for (const Act* act : own) {
        Entry& entry = entries_.emplace_back();
        entry.act = act;
        entry.kind_class = class_of(act->payload.kind);
        entry.line = parties.number_of(act->payload.log);
    }
    link();
    put_in_order();
}

void ActTree::link() {
    by_id_.resize(entries_.size());
    for (EntryNo number = 0; number < size(); ++number) by_id_[number] = number;
    std::sort(by_id_.begin(), by_id_.end(), [&](EntryNo a, EntryNo b) { return entries_[a].act->id < entries_[b].act->id; });
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

std::vector<const Act*> ActTree::admissions(const LogId& log, const PublicKey& key) const {
    std::vector<const Act*> found;
    for (auto act = admissions_.rbegin(); act != admissions_.rend(); ++act) {
        if ((*act)->payload.log == log && std::ranges::equal((*act)->payload.subject, key.view())) found.push_back(*act);
    }
    return found;
}

}  // namespace motcua::sync

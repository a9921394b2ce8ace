#include "sync/dossier/arbitration.hpp"

#include <algorithm>

#include "sync/dossier/planted.hpp"
#include "sync/registry/planted.hpp"

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

Verdict about(Standing child) {
    switch (child) {
        case Standing::void_act: return void_for(Reason::prior_void);
        case Standing::quarantined: return {Standing::quarantined, Reason::prior_quarantined};
        case Standing::opaque: return {Standing::opaque, Reason::unknown_kind};
        case Standing::waiting:
        case Standing::effective:
        case Standing::late:
        case Standing::disputed: break;
    }
    return {Standing::waiting, Reason::prior_waits};
}

}  // namespace

// Siblings come by position, so those of one log are neighbours and the lowest seq is the first of them.
Branches branches_after(EntryNo after, const ActTree& tree, const Authority& authority, const Parties& parties) {
    Branches branches;
    bool is_one_office = true;
    const auto add = [&](EntryNo number) {
        if (!authority.is_entitled(number)) return;
        const Entry& entry = tree.at(number);
        const OfficeId& office = parties.office(parties.office_of(entry.line));
        if (!branches.one_office) branches.one_office = office;
        is_one_office &= office == *branches.one_office;
        const auto is_of_one_log = [&](const Entry& other) {
            return planted(PlantedLineBug::line_is_one_log) ? other.line == entry.line : other.act->payload.log == entry.act->payload.log;
        };
        if (branches.rivals.empty() || !is_of_one_log(tree.at(branches.rivals.back()))) {
            branches.rivals.push_back(number);
            return;
        }
        const auto lowest_seq = tree.at(branches.rivals.back()).act->payload.seq;
        const bool is_fork = entry.act->payload.seq == lowest_seq;  // two histories under one position: both stay
        if (planted(PlantedBug::highest_seq_wins) && !is_fork) {
            branches.behind.push_back(std::exchange(branches.rivals.back(), number));
        } else if (is_fork && !planted(PlantedBug::fork_keeps_one)) {
            branches.rivals.push_back(number);
        } else {
            branches.behind.push_back(number);
        }
    };
    if (after == no_entry) {
        for (const EntryNo creating : tree.creating()) add(creating);
    } else {
        for (EntryNo child = tree.at(after).first_child; child != no_entry; child = tree.at(child).next_sibling) add(child);
    }
    if (!is_one_office) branches.one_office.reset();
    return branches;
}

Arbitrations::Arbitrations(ActTree& tree, const Authority& authority, const Registry& registry, const Parties& parties) : tree_(&tree) {
    for (EntryNo number = 0; number < tree.size(); ++number) {
        Entry& entry = tree.at(number);
        if (entry.kind() != Kind::arbitrate) continue;
        auto content = from_item<ArbitrateContent>(entry.act->payload.content);
        if (!content) {  // then it is void by its own right
            entry.verdict = entry.own;
            continue;
        }
        Arbitration arbitration{.entry = number, .content = *std::move(content), .after = no_entry, .stands = no_entry};
        if (arbitration.content.after) arbitration.after = tree.find(*arbitration.content.after);
        arbitration.stands = tree.find(arbitration.content.stands);
        entry.verdict = entry.own.effective() ? judge(arbitration, authority, registry, parties) : entry.own;
        arbitration.is_valid = entry.verdict.effective();
        all_.push_back(std::move(arbitration));
    }
    if (all_.empty()) return;
    mark_cited();
    std::map<EntryNo, std::vector<Arbitration*>> questions;
    for (Arbitration& arbitration : all_) {
        if (arbitration.is_valid) questions[arbitration.after].push_back(&arbitration);
    }
    for (auto& [after, of_one_question] : questions) choose(of_one_question);
}

// Valid: its child is known and one of the entitled rivals, and a head who may decide there signed it.
Verdict Arbitrations::judge(const Arbitration& arbitration, const Authority& authority, const Registry& registry, const Parties& parties) {
    const Entry& entry = tree_->at(arbitration.entry);
    if (arbitration.stands == no_entry) return {Standing::waiting, Reason::prior_unknown};
    const Entry& child = tree_->at(arbitration.stands);
    const bool is_child = child.is_node() && child.act->payload.prior == arbitration.content.after;
    if (!is_child) return void_for(Reason::no_such_branch);
    const Verdict& entitlement = authority.at(arbitration.stands).verdict;
    if (!entitlement.effective()) return about(entitlement.standing);
    auto known = branches_.find(arbitration.after);
    if (known == branches_.end()) known = branches_.emplace(arbitration.after, branches_after(arbitration.after, *tree_, authority, parties)).first;
    const Branches& branches = known->second;
    const OfficeId& office = parties.office(parties.office_of(entry.line));
    const auto may_decide = [&] {
        if (planted(PlantedBug::arbitrate_by_any_head)) return true;
        if (arbitration.after == no_entry) return registry.top() != nullptr && registry.top()->id == office;
        return branches.one_office == office || authority.supervisor(authority.at(arbitration.after).point.held, entry.registry_size()) == office;
    };
    if (!may_decide()) return void_for(Reason::not_the_supervisor);
    const bool is_rival = std::ranges::find(branches.rivals, arbitration.stands) != branches.rivals.end();
    return is_rival ? Verdict{} : Verdict{Standing::late, Reason::conflicting_move};
}

// Citing is transitive, also through an arbitration that has no effect: from all valid ones along all cites of one question.
void Arbitrations::mark_cited() {
    const auto find = [&](const ActId& id) -> Arbitration* {
        const EntryNo number = tree_->find(id);
        const auto found = std::lower_bound(all_.begin(), all_.end(), number, [](const Arbitration& a, EntryNo wanted) { return a.entry < wanted; });
        return number != no_entry && found != all_.end() && found->entry == number ? &*found : nullptr;
    };
    std::vector<Arbitration*> open;
    for (Arbitration& arbitration : all_) {
        if (arbitration.is_valid || planted(PlantedBug::void_arbitration_cites)) open.push_back(&arbitration);
    }
    while (!open.empty()) {
        const Arbitration* citing = open.back();
        open.pop_back();
        for (const ActId& id : citing->content.cites) {
            Arbitration* cited = find(id);
            if (cited == nullptr || cited->is_cited || cited == citing || cited->content.after != citing->content.after) continue;
            cited->is_cited = true;
            if (!planted(PlantedBug::citing_is_not_transitive)) open.push_back(cited);
        }
    }
}

// The one that no valid other cites stands if it is alone.
void Arbitrations::choose(std::vector<Arbitration*>& of_one_question) {
    std::vector<Arbitration*> uncited;
    for (Arbitration* arbitration : of_one_question) {
        if (arbitration->is_cited) tree_->at(arbitration->entry).verdict = {Standing::late, Reason::superseded};
        else uncited.push_back(arbitration);
    }
    if (uncited.size() > 1 && planted(PlantedBug::latest_arbitration_wins)) {
        const auto at = [&](const Arbitration* arbitration) { return tree_->at(arbitration->entry).act->payload.at_ms; };
        uncited = {*std::ranges::max_element(uncited, {}, at)};
    }
    if (uncited.size() == 1) chosen_[uncited.front()->after] = uncited.front()->stands;
    if (uncited.size() < 2) return;
    for (const Arbitration* arbitration : uncited) tree_->at(arbitration->entry).verdict = {Standing::disputed, Reason::conflicting_move};
}

EntryNo Arbitrations::chosen_after(EntryNo after) const {
    const auto found = chosen_.find(after);
    return found == chosen_.end() ? no_entry : found->second;
}

}  // namespace motcua::sync

#include "sync/dossier/arbitration.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "sync/dossier/planted.hpp"
#include "sync/registry/planted.hpp"

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

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
    std::map<EntryNo, std::vector<const Arbitration*>> questions;
    for (const Arbitration& arbitration : all_) {
        if (arbitration.is_valid || planted(PlantedBug::void_arbitration_cites)) questions[arbitration.after].push_back(&arbitration);
    }
    for (const auto& [after, of_one_question] : questions) choose(of_one_question);
}

// Valid: its child is known and one of the entitled rivals, and a head who may decide there signed it.
Verdict Arbitrations::judge(Arbitration& arbitration, const Authority& authority, const Registry& registry, const Parties& parties) {
    const Entry& entry = tree_->at(arbitration.entry);
    if (const Verdict prior = tree_->judge_prior_beside(entry); !prior.effective()) return prior;
    if (arbitration.stands == no_entry) return {Standing::waiting, Reason::prior_unknown};
    const Entry& child = tree_->at(arbitration.stands);
    const bool is_child = child.is_node() && child.act->payload.prior == arbitration.content.after;
    if (!is_child) return void_for(Reason::no_such_branch);
    const Verdict& entitlement = authority.at(arbitration.stands).verdict;
    if (!entitlement.effective()) return verdict_below(entitlement.standing);
    auto known = branches_.find(arbitration.after);
    if (known == branches_.end()) known = branches_.emplace(arbitration.after, branches_after(arbitration.after, *tree_, authority, parties)).first;
    const Branches& branches = known->second;
    const OfficeId& office = parties.office(parties.office_of(entry.line));
    if (arbitration.after == no_entry) arbitration.is_supervisors = registry.top() != nullptr && registry.top()->id == office;
    else arbitration.is_supervisors = authority.supervisor(authority.at(arbitration.after).point.held, entry.registry_size()) == office;
    const bool is_among_own = arbitration.after != no_entry && branches.one_office == office;
    if (!arbitration.is_supervisors && !is_among_own && !planted(PlantedBug::arbitrate_by_any_head)) return void_for(Reason::not_the_supervisor);
    const bool is_rival = std::ranges::find(branches.rivals, arbitration.stands) != branches.rivals.end();
    return is_rival ? Verdict{} : Verdict{Standing::late, Reason::conflicting_move};
}

// Those that no valid other cites. Citing is transitive, also through an arbitration that has no effect: from all valid ones along
// all cites of one question.
std::vector<const Arbitrations::Arbitration*> Arbitrations::uncited(const std::vector<const Arbitration*>& of_one_question) const {
    const auto find = [&](const ActId& id) -> const Arbitration* {
        const EntryNo number = tree_->find(id);
        const auto found = std::lower_bound(all_.begin(), all_.end(), number, [](const Arbitration& a, EntryNo wanted) { return a.entry < wanted; });
        return number != no_entry && found != all_.end() && found->entry == number ? &*found : nullptr;
    };
    std::set<const Arbitration*> cited;
    std::vector<const Arbitration*> open = of_one_question;
    while (!open.empty()) {
        const Arbitration* citing = open.back();
        open.pop_back();
        for (const ActId& id : citing->content.cites) {
            const Arbitration* other = find(id);
            if (other == nullptr || other == citing || other->content.after != citing->content.after || !cited.insert(other).second) continue;
            if (!planted(PlantedBug::citing_is_not_transitive)) open.push_back(other);
        }
    }
    std::vector<const Arbitration*> left;
    std::ranges::copy_if(of_one_question, std::back_inserter(left), [&](const Arbitration* one) { return one->is_valid && !cited.contains(one); });
    return left;
}

// The one that no valid other cites stands if it is alone.
void Arbitrations::choose(const std::vector<const Arbitration*>& of_one_question) {
    auto left = uncited(of_one_question);
    for (const Arbitration* arbitration : of_one_question) {
        const bool is_cited = arbitration->is_valid && std::ranges::find(left, arbitration) == left.end();
        if (is_cited) tree_->at(arbitration->entry).verdict = {Standing::late, Reason::superseded};
    }
    if (left.size() > 1 && planted(PlantedBug::latest_arbitration_wins)) {
        const auto at = [&](const Arbitration* arbitration) { return tree_->at(arbitration->entry).act->payload.at_ms; };
        left = {*std::ranges::max_element(left, {}, at)};
    }
    if (left.size() == 1) chosen_[left.front()->after] = left.front()->stands;
    if (left.size() < 2) return;
    for (const Arbitration* arbitration : left) tree_->at(arbitration->entry).verdict = {Standing::disputed, Reason::conflicting_move};
}

bool Arbitrations::would_choose_among_offices(EntryNo after) const {
    std::vector<const Arbitration*> supervisors;
    for (const Arbitration& arbitration : all_) {
        if (arbitration.is_valid && arbitration.is_supervisors && arbitration.after == after) supervisors.push_back(&arbitration);
    }
    return uncited(supervisors).size() == 1;
}
EntryNo Arbitrations::chosen_after(EntryNo after) const {
    const auto found = chosen_.find(after);
    return found == chosen_.end() ? no_entry : found->second;
}

}  // namespace motcua::sync

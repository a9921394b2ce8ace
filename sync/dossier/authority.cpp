#include "sync/dossier/authority.hpp"

#include <algorithm>

#include "sync/dossier/dossier.hpp"
#include "sync/dossier/lifecycle.hpp"
#include "sync/dossier/planted.hpp"
#include "sync/registry/planted.hpp"

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }

template <class Content>
Content content_of(const Entry& entry) {
    auto content = from_item<Content>(entry.act->payload.content);
    ensure(content.has_value(), "an effective act has the content of its kind");
    return *std::move(content);
}

std::optional<StopGround> ground_of(const Entry& entry) {
    if (entry.kind() != Kind::stop) return std::nullopt;
    return content_of<StopContent>(entry).ground;
}

bool is_custody_move(Kind kind) { return kind == Kind::hand_over || kind == Kind::take_over || kind == Kind::hand_back || kind == Kind::seize; }

}  // namespace

Authority::Authority(const DossierId& id, const ActTree& tree, const Registry& registry, Parties& parties, const std::optional<ChainBase>& base)
    : id_(id), tree_(&tree), registry_(&registry), parties_(&parties), base_(base),
      nodes_(tree.size(), ChainNode{.verdict = {Standing::waiting, Reason::prior_unknown}, .point = {}, .block = Standing::waiting}) {
    for (const EntryNo number : tree.order()) judge(number);
}

std::uint64_t Authority::size_cited(const Entry& entry) const {
    return planted(PlantedBug::newest_registry_counts) ? registry_->size() : entry.registry_size();
}

void Authority::judge(EntryNo number) {
    const Entry& entry = tree_->at(number);
    ChainNode& node = nodes_[number];
    node.root = number;
    if (entry.is_creating()) {
        node.verdict = entry.own.effective() ? judge_creating(entry, node.point) : entry.own;
        node.block = node.verdict.standing;
    } else if (base_ && entry.act->payload.prior == base_->act) {
        node.verdict = entry.own.effective() ? judge_move(entry, base_->point, node.point) : entry.own;
        node.block = node.verdict.standing;
    } else if (entry.prior == no_entry) {
        const Verdict unknown = planted(PlantedBug::unknown_prior_is_void) ? void_for(Reason::prior_void) : Verdict{Standing::waiting, Reason::prior_unknown};
        node.verdict = entry.own.effective() ? unknown : entry.own;
        node.block = Standing::waiting;
    } else if (!tree_->at(entry.prior).is_node()) {
        node.verdict = entry.own.effective() ? void_for(Reason::wrong_state) : entry.own;
        node.block = Standing::void_act;
    } else {
        const ChainNode& prior = nodes_[entry.prior];
        node.root = prior.root;
        node.nearest = prior.nearest;
        bool is_blocked = prior.block != Standing::effective;
        if (prior.block == Standing::void_act && planted(PlantedBug::void_prior_counts) && prior.nearest != no_entry) is_blocked = false;
        if (prior.block == Standing::quarantined && planted(PlantedBug::quarantine_ends_at_the_act) && prior.nearest != no_entry) is_blocked = false;
        if (!entry.own.effective()) node.verdict = entry.own;
        else if (is_blocked) node.verdict = verdict_below(prior.verdict.standing);
        else node.verdict = judge_move(entry, nodes_[prior.nearest].point, node.point);
        node.block = is_blocked ? prior.block : node.verdict.standing;
    }
    if (node.verdict.effective()) node.nearest = number;
}

Verdict Authority::judge_creating(const Entry& entry, ChainPoint& after) {
    const auto life = state_after_creating(entry.kind());
    if (!life) return void_for(Reason::wrong_state);
    if (!created_at(id_, entry.act->position()) && !planted(PlantedBug::foreign_id_creates)) return void_for(Reason::wrong_dossier_id);
    const OfficeNo office = parties_->office_of(entry.line);
    if (entry.kind_class == KindClass::move && parties_->heir(office, size_cited(entry)) != office) return void_for(Reason::office_merged);
    after.life = *life;
    give_custody(after, entry, nobody);
    return {};
}

// Who holds it for someone who cites that registry: what the lines of a merged office hold, or were offered, is offered to its heir.
ChainCustody Authority::as_seen_by(const Entry& entry, const ChainCustody& custody) const {
    ChainCustody seen = custody;
    if (planted(PlantedBug::predecessor_keeps_custody)) return seen;
    const OfficeNo from = custody.is_offered ? custody.offered_to : custody.office;
    const OfficeNo heir = parties_->heir(from, size_cited(entry));
    if (heir == from) return seen;
    seen.is_offered = true;
    seen.offered_to = heir;
    seen.offered_line = nobody;
    return seen;
}

Verdict Authority::judge_move(const Entry& entry, const ChainPoint& at, ChainPoint& after) {
    after = at;
    const OfficeNo office = parties_->office_of(entry.line);
    const bool is_merged = parties_->heir(office, size_cited(entry)) != office;
    if (is_merged && !planted(PlantedBug::predecessor_keeps_custody)) return void_for(Reason::office_merged);
    const ChainCustody seen = as_seen_by(entry, at.custody);
    if (entry.kind() != Kind::take_over && entry.kind() != Kind::seize) {
        if (entry.line != at.custody.line) return void_for(Reason::no_custody);
        if (seen.is_offered && !planted(PlantedBug::sender_keeps_custody)) return void_for(Reason::no_custody);
    }
    auto life = state_after(at.life, entry.kind(), ground_of(entry));
    if (!life && entry.kind() == Kind::extend && planted(PlantedBug::second_apology) && at.life.was_extended) life = at.life;
    if (!life) return void_for(Reason::wrong_state);
    after.life = *life;
    if (entry.kind() == Kind::complete) after.result = entry.act->position();
    if (!is_custody_move(entry.kind())) return judge_mending(entry, at);
    if (entry.kind() == Kind::hand_over) return judge_hand_over(entry, after);
    if (entry.kind() == Kind::take_over) return judge_take_over(entry, seen, after);
    if (entry.kind() == Kind::hand_back) return judge_hand_back(after);
    return judge_seize(entry, at, seen, after);
}

Verdict Authority::judge_mending(const Entry& entry, const ChainPoint& at) const {
    if (entry.kind() != Kind::correct_result && entry.kind() != Kind::revoke_result) return {};
    const auto content = content_of<MendResultContent>(entry);
    return at.result == content.result ? Verdict{} : void_for(Reason::no_such_result);
}

// Ends the sender's right at once. The addressee is judged by the registry that the sender cites.
Verdict Authority::judge_hand_over(const Entry& entry, ChainPoint& after) {
    const auto content = content_of<HandOverContent>(entry);
    if (registry_->office_at(content.to, size_cited(entry)) == nullptr) return void_for(Reason::unknown_office);
    LineNo line = nobody;
    if (content.line) {
        const NodeRecord* node = registry_->find_node(*content.line);
        if (node == nullptr || node->office != content.to || !registry_->is_entitled_at(*node, size_cited(entry))) return void_for(Reason::unknown_node);
        line = parties_->number_of(*content.line);
        if (line == entry.line) return void_for(Reason::to_itself);
    }
    ChainCustody& custody = after.custody;
    custody.is_offered = true;
    custody.offered_to = parties_->number_of(content.to);
    custody.offered_line = line;
    custody.is_back = false;
    after.touched = parties_->with(after.touched, custody.offered_to);
    return {};
}

Verdict Authority::judge_take_over(const Entry& entry, const ChainCustody& seen, ChainPoint& after) {
    const OfficeNo office = parties_->office_of(entry.line);
    if (!seen.is_offered) return void_for(Reason::not_handed_over);
    if (entry.line == seen.line && !planted(PlantedBug::sender_takes_over)) return void_for(Reason::not_handed_over);
    const bool is_for_sender = entry.line == seen.line;  // planted
    if (office != seen.offered_to && !is_for_sender && !planted(PlantedBug::anyone_takes_over)) return void_for(Reason::not_handed_over);
    if (seen.offered_line != nobody && entry.line != seen.offered_line && !(seen.is_back && planted(PlantedBug::any_line_takes_back))) {
        return void_for(Reason::not_handed_over);
    }
    if (planted(PlantedLineBug::offer_stays_with_the_log) && seen.offered_line != nobody && entry.act->payload.log != parties_->line(seen.offered_line)) {
        return void_for(Reason::not_handed_over);
    }
    // What merging offices bring was handed over by no line, and what was handed back is not handed back again.
    const bool may_hand_back = after.custody.is_offered && (!seen.is_back || planted(PlantedBug::handed_back_for_ever));
    give_custody(after, entry, may_hand_back ? seen.line : nobody);
    return {};
}

Verdict Authority::judge_hand_back(ChainPoint& after) {
    ChainCustody& custody = after.custody;
    if (custody.handed_over_by == nobody) return void_for(Reason::not_handed_over);
    custody.is_offered = true;
    custody.offered_line = custody.handed_over_by;
    custody.offered_to = parties_->office_of(custody.handed_over_by);
    custody.is_back = true;
    return {};
}

// By the supervisor at any time; by a head of the holder's own office through another line of it, while it is not handed over.
Verdict Authority::judge_seize(const Entry& entry, const ChainPoint& at, const ChainCustody& seen, ChainPoint& after) {
    const bool is_within_office = !seen.is_offered && parties_->office_of(entry.line) == at.custody.office && entry.line != at.custody.line;
    if (!is_within_office && !is_supervisors_seize(entry, at) && !planted(PlantedBug::seize_by_any_head)) return void_for(Reason::not_the_supervisor);
    give_custody(after, entry, nobody);
    return {};
}

void Authority::give_custody(ChainPoint& point, const Entry& entry, LineNo handed_over_by) {
    const OfficeNo office = parties_->office_of(entry.line);
    point.custody = ChainCustody{.office = office, .line = entry.line, .handed_over_by = handed_over_by};
    point.held = parties_->with(point.held, office);
    point.touched = parties_->with(point.touched, office);
}

bool Authority::is_supervisors_seize(const Entry& entry, const ChainPoint& at) const {
    if (entry.kind() != Kind::seize) return false;
    if (planted(PlantedBug::supervisor_is_next_above)) {
        const auto above = registry_->parent_at(parties_->office(at.custody.office), size_cited(entry));
        return above.value_or(parties_->office(at.custody.office)) == parties_->office(parties_->office_of(entry.line));
    }
    return supervisor(at.held, size_cited(entry)) == parties_->office(parties_->office_of(entry.line));
}

std::optional<OfficeId> Authority::supervisor(OfficeSetNo held, std::uint64_t size) const {
    std::vector<OfficeId> offices;
    for (const OfficeNo member : parties_->members(held)) offices.push_back(parties_->office(member));
    return supervisor_of(offices, *registry_, size);
}

// A move with a void prior is void, with a quarantined one quarantined with it, and so on: what has no authority gives none.
Verdict verdict_below(Standing prior) {
    switch (prior) {
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

std::optional<OfficeId> supervisor_of(std::span<const OfficeId> held, const Registry& registry, std::uint64_t size) {
    const Office* top = registry.top();
    const bool are_known = std::ranges::all_of(held, [&](const OfficeId& office) { return registry.office_at(office, size) != nullptr; });
    if (top == nullptr || held.empty() || !are_known) return std::nullopt;
    // From the first office upwards: the first that is above all the others too.
    for (auto above = registry.parent_at(held.front(), size); above; above = registry.parent_at(*above, size)) {
        const bool is_above_all = std::ranges::all_of(held, [&](const OfficeId& office) { return office != *above && registry.is_at_or_below(office, *above, size); });
        if (is_above_all) return above;
    }
    return top->id;
}

}  // namespace motcua::sync

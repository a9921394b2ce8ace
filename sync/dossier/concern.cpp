#include "sync/dossier/concern.hpp"

#include <algorithm>
#include <deque>

#include "sync/act/adoption.hpp"
#include "sync/dossier/dossier.hpp"

namespace motcua::sync {
namespace {

/// The office that a hand-over or a consultation names.
std::optional<OfficeId> addressee_of(const Act& act) {
    if (act.payload.kind == Kind::hand_over) {
        auto content = from_item<HandOverContent>(act.payload.content);
        return content ? std::optional(std::move(content->to)) : std::nullopt;
    }
    if (act.payload.kind == Kind::consult) {
        auto content = from_item<ConsultContent>(act.payload.content);
        return content ? std::optional(std::move(content->office)) : std::nullopt;
    }
    return std::nullopt;
}

bool is_above_one_of(const Registry& registry, const OfficeId& office, const std::set<OfficeId>& offices) {
    return std::ranges::any_of(offices, [&](const OfficeId& below) { return registry.is_at_or_below(below, office); });
}

/// The acts, each once, so that none stands before its prior or before an earlier one of its own log; among several such orders,
/// that of the positions.
std::vector<const Act*> in_order(std::vector<const Act*> acts) {
    const auto by_position = [](const Act* a, const Act* b) { return std::pair(a->position(), a->id) < std::pair(b->position(), b->id); };
    std::ranges::sort(acts, by_position);
    acts.erase(std::ranges::unique(acts, {}, [](const Act* act) { return act->id; }).begin(), acts.end());
    std::map<ActId, std::size_t> places;
    std::vector<std::optional<ActId>> priors;  // an adopt stands where the act that it carries would
    for (std::size_t place = 0; place < acts.size(); ++place) {
        const auto carried = find_carried(*acts[place]);
        places.emplace(acts[place]->id, place);
        if (carried) places.emplace(carried->id, place);
        priors.push_back(carried ? carried->payload.prior : acts[place]->payload.prior);
    }

    std::vector<std::size_t> waits_for(acts.size(), 0);
    std::vector<std::vector<std::size_t>> followers(acts.size());
    for (std::size_t place = 0; place < acts.size(); ++place) {
        const auto after = [&](std::size_t earlier) {
            followers[earlier].push_back(place);
            ++waits_for[place];
        };
        if (place > 0 && acts[place - 1]->payload.log == acts[place]->payload.log) after(place - 1);
        if (const auto& prior = priors[place]; prior && places.contains(*prior) && places.at(*prior) != place) after(places.at(*prior));
    }
    std::set<std::size_t> ready, open;
    for (std::size_t place = 0; place < acts.size(); ++place) (waits_for[place] == 0 ? ready : open).insert(place);
    std::vector<const Act*> ordered;
    while (!ready.empty() || !open.empty()) {
        // A circle takes a `prev` that was made up, which nobody notices in acts that come without the rest of their log.
        if (ready.empty()) ready.insert(open.extract(open.begin()));
        const std::size_t place = *ready.begin();
        ready.erase(ready.begin());
        ordered.push_back(acts[place]);
        for (const std::size_t follower : followers[place])
            if (--waits_for[follower] == 0 && open.contains(follower)) ready.insert(open.extract(follower));
    }
    return ordered;
}

}  // namespace

std::vector<OfficeId> offices_concerned(const DossierId& id, std::span<const Act> acts_here, const Registry& registry) {
    std::deque<Act> carried;
    std::vector<const Act*> acts;
    for (const Act& act : acts_here) {
        acts.push_back(&act);
        if (auto inner = find_carried(act)) acts.push_back(&carried.emplace_back(*std::move(inner)));
    }
    std::set<OfficeId> concerned;
    const auto author_of = [&](const Act& act) -> const OfficeId* {
        const NodeRecord* node = registry.find_node(act.payload.log);
        return node == nullptr ? nullptr : &node->office;
    };
    for (const Act* act : acts) {
        const OfficeId* author = author_of(*act);
        const bool creates = !act->payload.prior && act->payload.kind != Kind::adopt && created_at(id, act->position());
        if (author != nullptr && creates) concerned.insert(*author);
    }
    // Whom these addressed, whom those addressed, and so on; a supervisor that seized it held it.
    for (std::size_t before = 0; before != concerned.size();) {
        before = concerned.size();
        for (const Act* act : acts) {
            const OfficeId* author = author_of(*act);
            if (author == nullptr) continue;
            if (act->payload.kind == Kind::seize && is_above_one_of(registry, *author, concerned)) concerned.insert(*author);
            if (!concerned.contains(*author)) continue;
            auto addressee = addressee_of(*act);
            if (addressee && registry.find_office(*addressee) != nullptr) concerned.insert(*std::move(addressee));
        }
    }
    return {concerned.begin(), concerned.end()};
}

InboxRouter::InboxRouter(const Registry& registry, OfficeId hub) : registry_(&registry), hub_(std::move(hub)) {
    const auto offices = registry.offices();
    for (const Office& office : offices) {
        if (office.id == hub_ || !registry.is_at_or_below(office.id, hub_)) continue;
        const Office* direct = &office;
        while (direct != nullptr && direct->parent != hub_) direct = direct->parent ? registry.find_office(*direct->parent) : nullptr;
        if (direct != nullptr) towards_.emplace(office.id, direct->id);
    }
    std::map<OfficeId, std::set<LogId>> lines;
    for (const NodeRecord& node : registry.nodes()) lines[node.office].insert(registry.line_of(node.log));
    for (const auto& [office, of_office] : lines) lines_of_.emplace(office, of_office.size());
}

bool InboxRouter::sends_it_up(const OfficeId& office, const LogId& log) const {
    const auto lines = lines_of_.find(office);
    if (lines == lines_of_.end() || lines->second != 1) return false;
    const NodeRecord* author = registry_->find_node(log);
    if (author == nullptr) return false;
    const auto way = towards_.find(author->office);
    return way != towards_.end() && way->second == office;
}

std::vector<InboxPlan> InboxRouter::plan(const DossierId& id, std::span<const Act> acts, std::span<const OfficeId> also_concerned) const {
    std::vector<InboxPlan> plans;
    if (towards_.empty()) return plans;
    std::set<OfficeId> offices;
    const auto add = [&](const OfficeId& concerned) {
        if (const auto way = towards_.find(concerned); way != towards_.end()) offices.insert(way->second);
    };
    for (const OfficeId& office : offices_concerned(id, acts, *registry_)) add(office);
    for (const OfficeId& office : also_concerned) add(office);
    for (const OfficeId& office : offices) {
        InboxPlan plan{.office = office, .acts = {}};
        for (const Act& act : acts)
            if (!sends_it_up(office, act.payload.log)) plan.acts.push_back(&act);
        if (plan.acts.empty()) continue;
        plan.acts = in_order(std::move(plan.acts));
        plans.push_back(std::move(plan));
    }
    return plans;
}

std::set<OfficeId> InboxRouter::offices_owed_more(const InboxRouter& before) const {
    std::set<OfficeId> owed;
    for (const auto& [office, direct] : before.towards_) {
        const auto was = before.lines_of_.find(direct), is = lines_of_.find(direct);
        const auto count = [](auto found, const auto& counts) { return found == counts.end() ? std::size_t{0} : found->second; };
        if (count(was, before.lines_of_) == 1 && count(is, lines_of_) > 1) owed.insert(direct);
    }
    for (const auto& [office, direct] : towards_) {
        const auto was = before.towards_.find(office);
        const bool came_from_elsewhere = before.registry_->find_office(office) != nullptr && (was == before.towards_.end() || was->second != direct);
        if (came_from_elsewhere) owed.insert(direct);
    }
    return owed;
}

}  // namespace motcua::sync

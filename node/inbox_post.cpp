#include "node/inbox_post.hpp"

#include <algorithm>
#include <utility>

#include "sync/log/planted.hpp"

namespace motcua::node {
namespace {

constexpr const char* filled_key = "inboxes filled";  ///< in meta: the origin of the own log whose inboxes hold all that they should

}  // namespace

InboxPost::InboxPost(Node::State& state, std::set<sync::OfficeId> offices) : state_(state), only_(std::move(offices)) {}

OnFolded InboxPost::collector() {
    const auto* own = state_.own_record();
    if (own == nullptr || own->retired_at || !state_.router().has_offices_below()) return {};
    return [this](const sync::Dossier& dossier, std::span<const sync::Act> acts) { return collect(dossier, acts); };
}

Result<void> InboxPost::collect(const sync::Dossier& dossier, std::span<const sync::Act> acts) {
    for (const auto& plan : state_.router().plan(dossier.id, acts, dossier.concerned)) {
        if (!only_.empty() && !only_.contains(plan.office)) continue;
        const auto inbox = sync::inbox_name(*state_.registry, *state_.own_record(), plan.office);
        if (!inbox) continue;
        const bool is_direct = std::ranges::find(dossier.concerned, plan.office) != dossier.concerned.end();
        if (sync::planted(sync::PlantedFault::inbox_skips_lower_offices) && !is_direct) continue;
        for (const auto* act : plan.acts) {
            auto carried = state_.store.reader().has_carried(inbox->log, act->position());
            if (!carried) return std::unexpected(std::move(carried).error());
            const bool is_old = act != plan.acts.back() && sync::planted(sync::PlantedFault::inbox_begins_at_news);
            if ((!*carried || sync::planted(sync::PlantedFault::inbox_repeats)) && !is_old) acts_[plan.office].push_back(*act);
        }
    }
    return {};
}

Result<void> InboxPost::write() {
    if (acts_.empty()) return {};
    // A restored or cloned copy may have signed more than it knows of: it writes nothing until an operator has recovered it.
    auto halted = state_.store.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    if (*halted) return {};
    for (const auto& [office, acts] : acts_) {
        const auto inbox = sync::inbox_name(*state_.registry, *state_.own_record(), office);
        ensure(inbox.has_value(), "what was collected is for an inbox that this node keeps");
        if (auto ok = write_inbox(*inbox, acts); !ok) return ok;
    }
    return {};
}

Result<void> InboxPost::write_inbox(const sync::InboxName& inbox, const std::vector<sync::Act>& acts) {
    auto row = state_.store.reader().log(inbox.log);
    if (!row) return std::unexpected(std::move(row).error());
    auto known = state_.witness.find(inbox.origin);
    if (!known) return std::unexpected(std::move(known).error());
    const auto size_here = *row ? (*row)->head.size() : 0;
    // What comes from below is taken all the same.
    if ((*row && (*row)->proven) || (*known && (*known)->size > size_here)) return {};

    std::set<sync::Position> written;  // a dossier that is folded twice in one change is collected twice
    sync::InboxWriter writer(*row ? (*row)->head : inbox.empty_head(), state_.log_key);
    for (const auto& act : acts) {
        if (!written.insert(act.position()).second) continue;
        const auto bytes = body_bytes(act);
        if (!bytes) return std::unexpected(bytes.error());
        if (writer.full_for(act, *bytes)) {
            auto next = writer.head();
            if (auto ok = append(std::exchange(writer, sync::InboxWriter(std::move(next), state_.log_key)), inbox.log); !ok) return ok;
        }
        writer.append(act, *bytes);
    }
    return append(std::move(writer), inbox.log);
}

Result<void> InboxPost::append(sync::InboxWriter writer, const sync::LogId& inbox) {
    auto carried = state_.store.append_inbox(std::move(writer).finish());
    if (!carried) return std::unexpected(std::move(carried).error());
    ensure(carried->fresh.empty() && carried->others.empty(), "an inbox refers to acts that are stored");
    state_.grown.insert(inbox);
    return {};
}

/// One that is missing here may come at any time.
Result<std::size_t> InboxPost::body_bytes(const sync::Act& act) {
    if (!act.payload.body) return std::size_t{0};
    auto body = state_.store.reader().body(act.payload.log, act.payload.seq);
    if (!body) return std::unexpected(std::move(body).error());
    return *body ? (*body)->size() : sync::body_bytes_max;
}

// --- the node's side of it ---

const sync::InboxRouter& Node::State::router() {
    if (!router_ || routed_by_ != registry) {
        router_ = std::make_unique<const sync::InboxRouter>(*registry, own_record()->office);
        routed_by_ = registry;
    }
    return *router_;
}

Result<void> Node::State::show(std::span<const sync::Act> acts) {
    const auto admits = [](const sync::Act& act) { return act.payload.kind == sync::Kind::admit_node; };
    if (std::ranges::any_of(acts, admits)) {
        auto told = std::make_shared<sync::Registry>(*registry);
        auto was_told = tell_admitted(store.reader(), acts, *told);
        if (!was_told) return std::unexpected(std::move(was_told).error());
        if (*was_told) registry = std::move(told);
    }
    InboxPost post(*this);
    if (auto ok = update_views(store, acts, *registry, post.collector()); !ok) return ok;
    return post.write();
}

/// A hub that goes on in the next log of its line keeps inboxes by new names, and these begin with all that concerns each office.
Result<void> Node::State::fill_new_inboxes() {
    auto filled = store.reader().meta(filled_key);
    if (!filled) return std::unexpected(std::move(filled).error());
    if (own_record() == nullptr || *filled == origin) return {};
    InboxPost post(*this);
    if (const auto collector = post.collector(); collector && filled->has_value()) {
        if (auto ok = fold_all(store, *registry, collector); !ok) return ok;
        if (auto ok = post.write(); !ok) return ok;
    }
    return store.set_meta(filled_key, origin);
}

Result<void> Node::State::catch_up_inboxes(const sync::Registry& before) {
    const auto* own = own_record();
    if (own == nullptr) return {};
    auto owed = router().offices_owed_more(sync::InboxRouter(before, own->office));
    if (owed.empty()) return {};
    InboxPost post(*this, std::move(owed));
    const auto collector = post.collector();
    if (!collector) return {};
    if (auto ok = fold_all(store, *registry, collector); !ok) return ok;
    return post.write();
}

}  // namespace motcua::node

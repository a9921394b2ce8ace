// What takes effect: section 6, the second half of rule 4, facts of rule 1, and rule 7's one tip.

#include <algorithm>
#include <functional>

#include "tests/properties/model.hpp"

namespace motcua::tests::properties {

using sync::ActId;
using sync::Kind;
using sync::KindClass;
using sync::Standing;

namespace {

Standing standing_of(Authority authority) {
    switch (authority) {
        case Authority::entitled: return Standing::effective;
        case Authority::not_entitled: return Standing::void_act;
        case Authority::waiting: return Standing::waiting;
        case Authority::quarantined: return Standing::quarantined;
        case Authority::opaque: return Standing::opaque;
    }
    return Standing::void_act;
}

}  // namespace

// --- several entitled moves after one ---

Law::Acts Law::children(const std::optional<ActId>& after) {
    Acts found;
    for (const auto& [id, act] : acts_) {
        const bool is_move = !act->payload.prior || sync::class_of(act->payload.kind) == KindClass::move;
        if (is_move && act->payload.prior == after && entitlement(*act).authority == Authority::entitled) found.push_back(act);
    }
    return found;
}

// Of several moves on one P in one log, all but the lowest seq are late. Two at that seq are a fork: both stay.
Law::Acts Law::rivals(const std::optional<ActId>& after) {
    const Acts all = children(after);
    Acts found;
    for (const sync::Act* act : all) {
        const bool is_late = std::any_of(all.begin(), all.end(), [&](const sync::Act* other) {
            return other->payload.log == act->payload.log && other->payload.seq < act->payload.seq;
        });
        if (!is_late) found.push_back(act);
    }
    return found;
}

bool Law::is_late_in_its_log(const sync::Act& act) {
    const Acts among = rivals(act.payload.prior);
    return std::find(among.begin(), among.end(), &act) == among.end();
}

const sync::Act* Law::standing_child(const std::optional<ActId>& after) {
    const auto known = standing_.find(after);
    if (known != standing_.end()) return known->second;
    const Acts among = rivals(after);
    const sync::Act* stands = among.empty() ? nullptr : among.size() == 1 ? among.front() : decide(after, among);
    standing_[after] = stands;
    return stands;
}

// The first of these that holds for exactly one.
const sync::Act* Law::decide(const std::optional<ActId>& after, const Acts& among) {
    const auto the_one = [&](const std::function<bool(const sync::Act&)>& holds) -> const sync::Act* {
        Acts found;
        for (const sync::Act* act : among) {
            if (holds(*act)) found.push_back(act);
        }
        return found.size() == 1 ? found.front() : nullptr;
    };
    const Acts arbitrations = uncited(valid_arbitrations(after));
    const auto is_arbitrated = [&](const sync::Act& act) {
        return arbitrations.size() == 1 && sync::from_item<sync::ArbitrateContent>(arbitrations.front()->payload.content)->stands == act.id;
    };
    if (const auto* act = the_one(is_arbitrated)) return act;
    if (!after) return nullptr;

    const Chain chain = entitlement(*acts_.at(*after)).chain;
    const sync::LogId holder = chain.offer ? chain.offer->sender : chain.holder;
    const auto is_seized_from_above = [&](const sync::Act& act) {
        return act.payload.kind == Kind::seize && supervisor(chain.held, act.payload.registry) == office_of(act.payload.log);
    };
    if (const auto* act = the_one(is_seized_from_above)) return act;
    const auto reaches_another_office = [&](const sync::Act& act) {
        return takes_over(act, [&](const sync::LogId& line) { return office_of(line) != office_of(holder); });
    };
    if (const auto* act = the_one(reaches_another_office)) return act;
    const auto is_seized_within = [&](const sync::Act& act) {
        if (act.payload.kind != Kind::seize || office_of(act.payload.log) != office_of(holder)) return false;
        return std::none_of(among.begin(), among.end(), [&](const sync::Act* other) { return other->id != act.id && has_completed(*other); });
    };
    if (const auto* act = the_one(is_seized_within)) return act;
    const auto reaches_another_line = [&](const sync::Act& act) {
        return takes_over(act, [&](const sync::LogId& line) { return line != holder; });
    };
    return the_one(reaches_another_line);
}

Law::Acts Law::path(const sync::Act& branch) {
    Acts found{&branch};
    while (const sync::Act* next = standing_child(found.back()->id)) found.push_back(next);
    return found;
}

bool Law::takes_over(const sync::Act& branch, const std::function<bool(const sync::LogId&)>& counts) {
    const Acts found = path(branch);
    return std::any_of(found.begin(), found.end(), [&](const sync::Act* act) { return act->payload.kind == Kind::take_over && counts(act->payload.log); });
}

bool Law::has_completed(const sync::Act& branch) {
    const Acts found = path(branch);
    return std::any_of(found.begin(), found.end(), [](const sync::Act* act) { return act->payload.kind == Kind::complete; });
}

// --- arbitration: not in the chain, and it may come any time ---

// The supervisor at P; of two creating acts under one id, the top.
sync::OfficeId Law::arbiter(const std::optional<ActId>& after, std::uint64_t size) {
    return after ? supervisor(entitlement(*acts_.at(*after)).chain.held, size) : city_.top;
}

bool Law::may_arbitrate(const std::optional<ActId>& after, const sync::Act& act) {
    const sync::OfficeId office = office_of(act.payload.log);
    if (arbiter(after, act.payload.registry) == office) return true;
    const Acts all = children(after);
    return after && std::all_of(all.begin(), all.end(), [&](const sync::Act* child) { return office_of(child->payload.log) == office; });
}

// It waits while its child is unknown and has no effect if its child is void or quarantined.
Authority Law::arbitration(const sync::Act& act) {
    const Authority own = own_authority(act);
    if (own != Authority::entitled) return own;
    if (!act.payload.prior) return Authority::not_entitled;
    const auto content = sync::from_item<sync::ArbitrateContent>(act.payload.content);
    const auto child = acts_.find(content->stands);
    if (!acts_.contains(*act.payload.prior) || child == acts_.end()) return Authority::waiting;
    if (is_mere_fact(*child->second) || child->second->payload.prior != content->after) return Authority::not_entitled;
    const Authority of_child = entitlement(*child->second).authority;
    if (of_child != Authority::entitled) return of_child;
    return may_arbitrate(content->after, act) ? Authority::entitled : Authority::not_entitled;
}

Law::Acts Law::valid_arbitrations(const std::optional<ActId>& after) {
    Acts found;
    for (const auto& [id, act] : acts_) {
        if (act->payload.kind != Kind::arbitrate || arbitration(*act) != Authority::entitled) continue;
        const auto content = sync::from_item<sync::ArbitrateContent>(act->payload.content);
        if (content->after == after && !is_late_in_its_log(*acts_.at(content->stands))) found.push_back(act);
    }
    return found;
}

// Those that no valid other cites; citing is transitive.
Law::Acts Law::uncited(const Acts& valid) {
    const auto cites = [&](const sync::Act& from, const sync::Act& target) {
        std::set<ActId> reached;
        std::vector<ActId> open{from.id};
        while (!open.empty()) {
            const ActId id = open.back();
            open.pop_back();
            const auto act = acts_.find(id);
            if (act == acts_.end() || act->second->payload.kind != Kind::arbitrate) continue;
            const auto content = sync::from_item<sync::ArbitrateContent>(act->second->payload.content);
            if (!content) continue;
            for (const ActId& cited : content->cites) {
                if (reached.insert(cited).second) open.push_back(cited);
            }
        }
        return reached.contains(target.id);
    };
    Acts found;
    for (const sync::Act* act : valid) {
        const bool is_cited = std::any_of(valid.begin(), valid.end(), [&](const sync::Act* other) { return other != act && cites(*other, *act); });
        if (!is_cited) found.push_back(act);
    }
    return found;
}

Standing Law::arbitration_standing(const sync::Act& act) {
    const Authority authority = arbitration(act);
    if (authority != Authority::entitled) return standing_of(authority);
    if (is_late_in_its_log(*acts_.at(sync::from_item<sync::ArbitrateContent>(act.payload.content)->stands))) return Standing::late;
    const Acts standing = uncited(valid_arbitrations(sync::from_item<sync::ArbitrateContent>(act.payload.content)->after));
    if (std::find(standing.begin(), standing.end(), &act) == standing.end()) return Standing::late;
    return standing.size() == 1 ? Standing::effective : Standing::disputed;
}

// --- facts ---

Standing Law::fact(const sync::Act& act) {
    const Authority own = own_authority(act);
    if (own != Authority::entitled) return standing_of(own);
    const Kind kind = act.payload.kind;
    if (kind == Kind::submitted) return Standing::void_act;
    if (kind == Kind::confirm) return confirmation(act);
    if (kind == Kind::consult && !is_listed(sync::from_item<sync::ConsultContent>(act.payload.content)->office, act.payload.registry)) return Standing::void_act;
    if (!act.payload.prior) return Standing::void_act;
    const auto prior = acts_.find(*act.payload.prior);
    if (prior == acts_.end()) return Standing::waiting;
    if (is_mere_fact(*prior->second)) return Standing::void_act;
    const sync::Act* root = find_root(act);
    if (kind == Kind::imported && root != nullptr && root->payload.kind != Kind::imported) return Standing::void_act;

    const Authority found = by_chain(act);
    if (found == Authority::entitled || kind != Kind::opinion) return standing_of(found);
    const Authority by_question = consulted(act);
    return standing_of(by_question == Authority::not_entitled ? found : by_question);
}

// Up the chain to what is entitled, whose offices count. An act in between that may yet be entitled leaves the answer open, unless it
// follows one that never will be.
Authority Law::by_chain(const sync::Act& act) {
    Authority otherwise = Authority::not_entitled;
    for (const sync::Act* at = &act; at->payload.prior;) {
        const auto prior = acts_.find(*at->payload.prior);
        if (prior == acts_.end()) return Authority::waiting;
        at = prior->second;
        if (is_mere_fact(*at)) return Authority::not_entitled;
        const Entitlement& found = entitlement(*at);
        if (found.authority == Authority::entitled) return is_concerned(found.chain.touched, act) ? Authority::entitled : otherwise;
        otherwise = found.authority;
    }
    return otherwise;
}

// The author's office created or held it, was addressed, or is above one that did; or it is the one that such an office merged into.
bool Law::is_concerned(const std::set<sync::OfficeId>& touched, const sync::Act& act) const {
    const sync::OfficeId office = office_of(act.payload.log);
    return std::any_of(touched.begin(), touched.end(), [&](sync::OfficeId one) {
        if (is_at_or_above(office, one, act.payload.registry)) return true;
        while (const auto next = successor(one, act.payload.registry)) {
            one = *next;
            if (is_at_or_above(office, one, act.payload.registry)) return true;
        }
        return false;
    });
}

// It needs no place in the chain, which it may be about to lift out of quarantine.
Standing Law::confirmation(const sync::Act& act) {
    const auto target = acts_.find(sync::from_item<sync::ConfirmContent>(act.payload.content)->act);
    if (!act.payload.prior) return Standing::void_act;
    if (target == acts_.end() || !acts_.contains(*act.payload.prior)) return Standing::waiting;
    return confirms(act, *target->second) ? Standing::effective : Standing::void_act;
}

const sync::Act* Law::find_root(const sync::Act& act) const {
    const sync::Act* at = &act;
    while (at->payload.prior) {
        const auto prior = acts_.find(*at->payload.prior);
        if (prior == acts_.end()) return nullptr;
        at = prior->second;
    }
    return at;
}

// Whether the consultation that it cites was put to its author's office, or to one that has merged into it.
Authority Law::consulted(const sync::Act& opinion) {
    const auto cited = sync::from_item<sync::OpinionContent>(opinion.payload.content)->consultation;
    Authority found = Authority::waiting;
    for (const auto& [id, act] : acts_) {
        if (act->position() != cited) continue;
        if (found == Authority::waiting) found = Authority::not_entitled;
        if (act->payload.kind != Kind::consult) continue;
        const auto content = sync::from_item<sync::ConsultContent>(act->payload.content);
        if (!content) continue;
        sync::OfficeId asked = content->office;
        while (asked != office_of(opinion.payload.log)) {
            const auto next = successor(asked, opinion.payload.registry);
            if (!next) break;
            asked = *next;
        }
        if (asked != office_of(opinion.payload.log)) continue;
        const Standing standing = fact(*act);
        if (standing == Standing::effective) return Authority::entitled;
        if (standing == Standing::waiting) return Authority::waiting;
        if (standing == Standing::quarantined) found = Authority::quarantined;
    }
    return found;
}

// --- the whole ---

// The others are late. Below late all is late, below disputed all is disputed.
void Law::settle(const std::optional<ActId>& after, Standing inherited, Reading& reading) {
    const Acts among = rivals(after);
    const sync::Act* stands = standing_child(after);
    for (const sync::Act* act : children(after)) {
        Standing standing = inherited;
        const bool is_rival = std::find(among.begin(), among.end(), act) != among.end();
        if (inherited == Standing::effective) {
            if (!is_rival || (stands != nullptr && stands != act)) standing = Standing::late;
            else if (stands == nullptr) standing = Standing::disputed;
        }
        reading.standing[act->id] = standing;
        settle(act->id, standing, reading);
    }
}

Reading Law::read() {
    Reading reading;
    for (const auto& [id, act] : acts_) {
        const KindClass kind_class = sync::class_of(act->payload.kind);
        if (act->payload.kind == Kind::arbitrate) {
            reading.standing[id] = arbitration_standing(*act);
        } else if (kind_class == KindClass::fact && act->payload.prior) {
            reading.standing[id] = fact(*act);
        } else {
            reading.standing[id] = standing_of(entitlement(*act).authority);
        }
    }
    settle(std::nullopt, Standing::effective, reading);

    const sync::Act* tip = standing_child(std::nullopt);
    if (tip != nullptr) tip = path(*tip).back();
    const std::optional<ActId> at = tip == nullptr ? std::nullopt : std::optional(tip->id);
    if (const Acts among = rivals(at); among.size() > 1) {
        sync::Dispute dispute{at, {}, arbiter(at, city_.size())};
        std::set<sync::OfficeId> offices;
        for (const sync::Act* act : among) dispute.branches.push_back(act->id), offices.insert(office_of(act->payload.log));
        if (at && offices.size() == 1) dispute.decided_by = *offices.begin();
        reading.dispute = dispute;
    }
    if (tip == nullptr) return reading;
    const Chain& chain = entitlement(*tip).chain;
    reading.tip = at;
    reading.status = chain.life.status;
    reading.custody = sync::Custody{office_of(chain.holder), chain.holder, std::nullopt};
    if (const auto offer = offered(chain, city_.size())) reading.custody->offer = sync::Custody::Offer{offer->to, offer->line, offer->is_back};
    return reading;
}

}  // namespace motcua::tests::properties

// Who was entitled to what: section 6, rules 1 to 3 and 6, and the first half of 4.

#include "tests/properties/model.hpp"

#include <algorithm>

namespace motcua::tests::properties {

using sync::Kind;
using sync::KindClass;

Law::Law(const sync::DossierId& id, const std::vector<sync::Act>& acts, const SmallCity& city) : city_(city), id_(id) {
    const Bytes subject = to_bytes(id.view());
    for (const sync::Act& act : acts) {
        if (act.payload.subject == subject) acts_.emplace(act.id, &act);
        if (act.payload.kind == Kind::admit) admissions_.push_back(&act);
    }
}

bool Law::is_listed(const sync::OfficeId& office, std::uint64_t size) const {
    return std::any_of(city_.placed.begin(), city_.placed.end(), [&](const Placed& placed) {
        return placed.from_size <= size && placed.office && placed.office->office == office;
    });
}

// --- rules 2 and 3: a move needs custody, by its own chain ---

const Law::Entitlement& Law::entitlement(const sync::Act& act) {
    const auto known = entitled_.find(act.id);
    if (known != entitled_.end()) return known->second;
    Entitlement found;
    found.authority = own_authority(act);
    if (found.authority == Authority::entitled) {
        if (!act.payload.prior) {
            found = creating(act);
        } else if (sync::class_of(act.payload.kind) == KindClass::move) {
            found = move(act);
        }
    }
    return entitled_.emplace(act.id, std::move(found)).first->second;
}

Law::Entitlement Law::creating(const sync::Act& act) {
    Entitlement found;
    if (!sync::created_at(id_, act.position())) return found;
    Life life;
    if (act.payload.kind == Kind::submitted) life.status = 1;
    if (act.payload.kind == Kind::receive) life.status = 2, life.was_received = true;
    if (act.payload.kind == Kind::imported) life.status = 4, life.was_received = true;
    if (life.status == 0) return found;
    const sync::OfficeId office = office_of(act.payload.log);
    const bool is_move = sync::class_of(act.payload.kind) == KindClass::move;
    if (is_move && successor(office, act.payload.registry)) return found;
    found.authority = Authority::entitled;
    found.chain.life = life;
    found.chain.holder = act.payload.log;
    found.chain.held = found.chain.touched = {office};
    return found;
}

Law::Entitlement Law::move(const sync::Act& act) {
    Entitlement found;
    const auto prior = acts_.find(*act.payload.prior);
    if (prior == acts_.end()) return {Authority::waiting, {}};
    if (is_mere_fact(*prior->second)) return found;
    const Entitlement& before = entitlement(*prior->second);
    if (before.authority != Authority::entitled) return {before.authority, {}};
    auto chain = moved(before.chain, act);
    if (!chain) return found;
    return {Authority::entitled, *std::move(chain)};
}

std::optional<Law::Chain> Law::moved(const Chain& before, const sync::Act& act) {
    const sync::LogId& author = act.payload.log;
    const auto life = lived(before.life, act);
    if (!life || successor(office_of(author), act.payload.registry)) return std::nullopt;
    Chain after = before;
    after.life = *life;
    const bool holds = !before.offer && before.holder == author;
    switch (act.payload.kind) {
        case Kind::take_over:
            if (!may_take(before, act)) return std::nullopt;
            after.given_by = before.offer && !before.offer->is_back ? std::optional(before.offer->sender) : std::nullopt;
            after.offer.reset();
            after.holder = author;
            break;
        case Kind::seize:
            if (!may_seize(before, act)) return std::nullopt;
            after.given_by.reset();
            after.offer.reset();
            after.holder = author;
            break;
        case Kind::hand_over: {
            if (!holds) return std::nullopt;
            const auto content = sync::from_item<sync::HandOverContent>(act.payload.content);
            if (content->line == author || !is_listed(content->to, act.payload.registry)) return std::nullopt;
            after.offer = Offer{author, content->to, content->line, false};
            after.touched.insert(content->to);
            break;
        }
        case Kind::hand_back: {
            if (!holds || !before.given_by) return std::nullopt;
            after.offer = Offer{author, office_of(*before.given_by), *before.given_by, true};
            after.touched.insert(office_of(*before.given_by));
            break;
        }
        case Kind::correct_result:
        case Kind::revoke_result: {
            const auto content = sync::from_item<sync::MendResultContent>(act.payload.content);
            if (!holds || content->result != before.result) return std::nullopt;
            break;
        }
        default:
            if (!holds) return std::nullopt;
            if (act.payload.kind == Kind::complete) after.result = act.position();
            break;
    }
    if (!after.offer) after.held.insert(office_of(author)), after.touched.insert(office_of(author));
    return after;
}

// One line of the addressee, never the sender's own; or one of the office that the holder's, or the addressee, has merged into.
bool Law::may_take(const Chain& before, const sync::Act& act) const {
    const auto offer = offered(before, act.payload.registry);
    if (!offer || offer->to != office_of(act.payload.log) || (offer->line && *offer->line != act.payload.log)) return false;
    return !before.offer || before.offer->sender != act.payload.log;
}

// To whom it is offered at that size of the registry, an office that has merged away followed to the one that stands.
std::optional<Law::Offer> Law::offered(const Chain& chain, std::uint64_t size) const {
    const sync::OfficeId named = chain.offer ? chain.offer->to : office_of(chain.holder);
    sync::OfficeId to = named;
    while (const auto next = successor(to, size)) to = *next;
    if (to == named) return chain.offer;
    return Offer{chain.offer ? chain.offer->sender : chain.holder, to, std::nullopt, chain.offer && chain.offer->is_back};
}

// The supervisor; or a head among the office's own lines, which have no right any more to what was handed over.
bool Law::may_seize(const Chain& before, const sync::Act& act) const {
    const sync::OfficeId office = office_of(act.payload.log);
    if (supervisor(before.held, act.payload.registry) == office) return true;
    return !before.offer && office_of(before.holder) == office && before.holder != act.payload.log;
}

// The lifecycle by the moves alone: who withdrew, or handed something in, are facts. Custody may pass in every state that is not final.
std::optional<Law::Life> Law::lived(Life life, const sync::Act& act) {
    const int from = life.status;
    const bool is_at_the_counter = from == 1 || (from == 5 && !life.was_received);
    const auto to = [&](bool is_allowed, int status) -> std::optional<Life> {
        life.status = status;
        return is_allowed ? std::optional(life) : std::nullopt;
    };
    switch (act.payload.kind) {
        case Kind::receive: life.was_received = true; return to(is_at_the_counter, 2);
        case Kind::decline: return to(is_at_the_counter, 3);
        case Kind::ask_supplement: return to(from == 1 || from == 4, 5);
        case Kind::resume: return to((from == 5 && life.was_received) || from == 6, 4);
        case Kind::assign: return to(from == 2 || from == 4, 4);
        case Kind::submit_for_signature:
        case Kind::sign:
        case Kind::number: return to(from == 4, 4);
        case Kind::complete:
        case Kind::return_unresolved: return to(from == 4, 9);
        case Kind::stop: {
            const sync::StopGround ground = sync::from_item<sync::StopContent>(act.payload.content)->ground;
            const bool is_withdrawn = ground == sync::StopGround::withdrawn, has_expired = ground == sync::StopGround::supplement_expired;
            return to(from == 5 || ((from == 1 || from == 2) && is_withdrawn) || ((from == 4 || from == 6) && !has_expired), 8);
        }
        case Kind::extend: {
            const bool is_first = !life.was_extended;
            life.was_extended = true;
            return to(from == 4 && is_first, 4);
        }
        case Kind::ask_payment: return to(from == 4, 6);
        case Kind::correct_result: life.was_revoked = false; return to(from == 9, 9);
        case Kind::revoke_result: {
            const bool is_first = !life.was_revoked;
            life.was_revoked = true;
            return to(from == 9 && is_first, 9);
        }
        case Kind::hand_over:
        case Kind::take_over:
        case Kind::hand_back:
        case Kind::seize: return to(from != 3 && from != 8, from);
        default: return std::nullopt;
    }
}

// --- the tree of offices ---

sync::OfficeId Law::office_of(const sync::LogId& log) const {
    const Line* line = city_.find_line(log);
    ensure(line != nullptr, "generated acts are of lines of their city");
    return line->office;
}

std::vector<sync::OfficeId> Law::above(const sync::OfficeId& office, std::uint64_t size) const {
    std::vector<sync::OfficeId> found;
    for (auto at = std::optional(office); at;) {
        std::optional<sync::OfficeId> parent;
        for (const Placed& placed : city_.placed) {
            if (placed.from_size <= size && placed.office && placed.office->office == *at) parent = placed.office->parent;
        }
        if (parent) found.push_back(*parent);
        at = parent;
    }
    return found;
}

bool Law::is_at_or_above(const sync::OfficeId& high, const sync::OfficeId& low, std::uint64_t size) const {
    const auto ancestors = above(low, size);
    return high == low || std::find(ancestors.begin(), ancestors.end(), high) != ancestors.end();
}

std::optional<sync::OfficeId> Law::successor(const sync::OfficeId& office, std::uint64_t size) const {
    std::optional<sync::OfficeId> found;
    for (const Placed& placed : city_.placed) {
        if (placed.from_size <= size && placed.succession && placed.succession->from == office) found = placed.succession->to;
    }
    return found;
}

// The nearest office that is a proper ancestor of every office that held custody; the top is its own.
sync::OfficeId Law::supervisor(const std::set<sync::OfficeId>& held, std::uint64_t size) const {
    for (const sync::OfficeId& candidate : above(*held.begin(), size)) {
        const bool is_above_all = std::all_of(held.begin(), held.end(), [&](const sync::OfficeId& office) {
            return candidate != office && is_at_or_above(candidate, office, size);
        });
        if (is_above_all) return candidate;
    }
    return city_.top;
}

}  // namespace motcua::tests::properties

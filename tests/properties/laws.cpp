#include "tests/properties/laws.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tests/properties/contents.hpp"
#include "tests/properties/folding.hpp"
#include "tests/properties/model.hpp"

namespace motcua::tests::properties {
namespace {

using sync::Dossier;
using sync::DossierAct;
using sync::Kind;
using sync::KindClass;
using sync::Standing;

bool is_move(const DossierAct& act) { return !act.prior || sync::class_of(act.kind) == KindClass::move; }

enum class Right { entitled, not_entitled, waiting, quarantined, opaque };
Right right_of(const DossierAct& act) {
    switch (act.verdict.standing) {
        case Standing::effective:
        case Standing::late:
        case Standing::disputed: return Right::entitled;
        case Standing::void_act: return Right::not_entitled;
        case Standing::waiting: return Right::waiting;
        case Standing::quarantined: return Right::quarantined;
        case Standing::opaque: return Right::opaque;
    }
    return Right::opaque;
}

const DossierAct* find_act(const Dossier& dossier, const sync::ActId& id) {
    const auto found = std::find_if(dossier.acts.begin(), dossier.acts.end(), [&](const DossierAct& act) { return act.id == id; });
    return found == dossier.acts.end() ? nullptr : &*found;
}

bool is_same(const std::optional<sync::Custody>& a, const std::optional<sync::Custody>& b) { return cbor::encode(a) == cbor::encode(b); }

std::string name_of(const std::optional<sync::Custody>& custody, const SmallCity& city) {
    if (!custody) return "nobody";
    const auto line_name = [&](const sync::LogId& log) { return city.find_line(log) == nullptr ? std::string("no line") : city.find_line(log)->name; };
    std::string text = fmt::format("{} of {}", line_name(custody->line), custody->office.code);
    if (custody->offer) {
        text += fmt::format(", offered to {}{}{}", custody->offer->to.code, custody->offer->line ? " line " + line_name(*custody->offer->line) : "",
                            custody->offer->is_back ? ", back" : "");
    }
    return text;
}

// One more act by a line's chief, after the tip; the dossier with it, or nothing where the act has no effect.
struct Tried {
    History history;
    std::optional<Dossier> dossier;
};
Tried try_act(const History& history, const sync::ActId& tip, const Line& line, Kind kind, cbor::Item content) {
    std::uint64_t seq = 0;
    for (const sync::Act& act : history.acts) {
        if (act.payload.log == line.log) seq = std::max(seq, act.payload.seq + 1);
    }
    Tried tried{history, std::nullopt};
    const Writing writing{&line, seq, history.city->size(), line.chief, kind, to_bytes(history.id.view()), tip, std::move(content), 1'770'000'000'000};
    tried.history.acts.push_back(write_act(writing, history.seed ^ seq ^ (history.acts.size() << 40)));
    Dossier dossier = fold(tried.history);
    if (find_act(dossier, tried.history.acts.back().id)->verdict.effective()) tried.dossier = std::move(dossier);
    return tried;
}

cbor::Item hand_over_to(const sync::OfficeId& office) {
    return sync::to_item(sync::HandOverContent{office, std::nullopt, std::nullopt, std::nullopt});
}

}  // namespace

std::string breach_of_model(const History& history, const Dossier& dossier) {
    const Reading reading = read_by_law(history.id, history.acts, *history.city);
    for (const DossierAct& act : dossier.acts) {
        const auto expected = reading.standing.find(act.id);
        if (expected == reading.standing.end()) return "the fold shows an act of another dossier";
        if (expected->second != act.verdict.standing) {
            return fmt::format("standing of {} at seq {}: the law says {}, the fold {} ({})", sync::name_of(act.kind), act.position.seq.value,
                               sync::name_of(expected->second), sync::name_of(act.verdict.standing), sync::name_of(act.verdict.reason));
        }
    }
    if (reading.standing.size() != dossier.acts.size()) return "the fold shows another number of acts than there are";
    if (reading.tip != dossier.tip) return "another tip";
    if (!is_same(reading.custody, dossier.custody)) {
        return fmt::format("custody: the law says {}, the fold {}", name_of(reading.custody, *history.city), name_of(dossier.custody, *history.city));
    }
    if (dossier.tip && reading.status != static_cast<int>(dossier.end.life.status)) return "another state at the tip";
    const bool is_frozen = std::any_of(reading.standing.begin(), reading.standing.end(), [](const auto& one) { return one.second == Standing::opaque; });
    if (is_frozen != dossier.is_frozen) return is_frozen ? "an act that is not understood does not freeze the dossier" : "frozen without a reason";
    if (reading.dispute.has_value() != dossier.dispute.has_value()) return reading.dispute ? "a dispute that the fold does not show" : "a dispute that is none";
    if (!dossier.dispute) return {};
    if (reading.dispute->after != dossier.dispute->after || reading.dispute->branches != dossier.dispute->branches) return "another dispute";
    if (reading.dispute->decided_by != dossier.dispute->decided_by) {
        return fmt::format("the dispute is decided by {}, says the law, and by {}, says the fold", reading.dispute->decided_by.code,
                           dossier.dispute->decided_by.code);
    }
    return {};
}

std::string breach_of_order(const History& history, const Dossier& dossier, Dice& dice) {
    const Bytes expected = cbor::encode(dossier);
    if (history.acts.empty()) return {};
    History shuffled = history;
    for (std::uint64_t copies = dice.below(4); copies > 0; --copies) shuffled.acts.push_back(dice.one_of(history.acts));
    for (std::size_t left = shuffled.acts.size(); left > 1; --left) std::swap(shuffled.acts[left - 1], shuffled.acts[dice.below(left)]);
    if (cbor::encode(fold(shuffled)) != expected) return "another order, or an act that comes twice, gives another dossier";

    // In groups as they may come: each extends what was there, by whole folds where only they will do.
    const sync::Rulebook& rules = rulebook_of(history.city->registry());
    const auto& coming = dice.chance(75) ? history.acts : shuffled.acts;
    History arrived = history;
    arrived.acts.clear();
    Dossier grown = fold(arrived);
    for (std::size_t from = 0, to = 0; from < coming.size(); from = to) {
        to = std::min(coming.size(), from + 1 + (dice.chance(60) ? 0 : dice.below(4)));
        const std::span added(coming.begin() + static_cast<std::ptrdiff_t>(from), coming.begin() + static_cast<std::ptrdiff_t>(to));
        arrived.acts.insert(arrived.acts.end(), added.begin(), added.end());
        auto extended = sync::extend_fold(grown, added, rules);
        const bool is_compared = extended && (to == coming.size() || dice.chance(30));
        if (is_compared && cbor::encode(*extended) != cbor::encode(fold(arrived))) {
            return fmt::format("the fold extended by acts {} to {} is another than the fold from scratch", from, to);
        }
        grown = extended ? *std::move(extended) : fold(arrived);
    }
    return cbor::encode(grown) == expected ? "" : "acts that came in groups give another dossier";
}

std::string breach_of_keeping(const History& history, const Dossier& dossier) {
    std::set<sync::ActId> ids;
    for (const sync::Act& act : history.acts) {
        if (act.payload.subject == to_bytes(history.id.view())) ids.insert(act.id);
    }
    std::set<sync::ActId> shown;
    for (const DossierAct& act : dossier.acts) {
        if (!shown.insert(act.id).second) return "an act is shown twice";
        if (act.verdict.effective() != (act.verdict.reason == sync::Reason::none)) {
            return fmt::format("{} is {} with the reason “{}”", sync::name_of(act.kind), sync::name_of(act.verdict.standing), sync::name_of(act.verdict.reason));
        }
    }
    return ids == shown ? "" : "an act has vanished, or came from nowhere";
}

std::string breach_of_path(const History& history, const Dossier& dossier) {
    std::map<std::optional<sync::ActId>, const DossierAct*> next;
    std::size_t effective = 0;
    for (const DossierAct& act : dossier.acts) {
        if (!is_move(act) || !act.verdict.effective()) continue;
        ++effective;
        if (!next.emplace(act.prior, &act).second) return "two effective moves follow one";
    }
    std::optional<sync::ActId> at;
    std::optional<sync::LogId> holder;
    bool is_between = false;
    std::size_t length = 0;
    for (auto step = next.find(at); step != next.end(); step = next.find(at), ++length) {
        const DossierAct& act = *step->second;
        const sync::LogId& line = act.position.log;
        const bool takes = act.kind == Kind::take_over || act.kind == Kind::seize || !holder;
        if (!takes && is_between && act.kind != Kind::hand_back) return "a move by one who handed over, or before anybody took over";
        if (!takes && !is_between && line != *holder) return "a move by a line without custody";
        if (act.kind == Kind::take_over && is_between && line == *holder) return "the sender took over what it sent";
        if (takes) is_between = false;
        if (act.kind == Kind::hand_over || act.kind == Kind::hand_back) is_between = true;
        holder = line;
        at = act.id;
    }
    if (length != effective) return "an effective move is not on the one path";
    if (dossier.tip != at) return "the tip is not the end of the path";
    if (dossier.custody.has_value() != at.has_value()) return "custody without a dossier, or a dossier without custody";
    if (!dossier.custody) return {};
    const bool is_merged = !is_between && history.city->registry().successor_at(dossier.custody->office, history.city->size()).has_value();
    if (dossier.custody->offer.has_value() != (is_between || is_merged)) return "an offer that the path does not hold, or the other way round";
    const Line* line = history.city->find_line(dossier.custody->line);
    if (line == nullptr || line->office != dossier.custody->office) return "custody of a line that is not of that office";
    return is_between || dossier.custody->line == *holder ? "" : "custody of another line than moved last";
}

std::string breach_of_custody(const History& history, const Dossier& dossier) {
    if (!dossier.tip || dossier.dispute) return {};
    std::vector<const Line*> can;
    for (const Line& line : history.city->lines) {
        const Line& other = history.city->lines[line.office == history.city->top ? 1 : 0];
        if (try_act(history, *dossier.tip, line, Kind::hand_over, hand_over_to(other.office)).dossier) can.push_back(&line);
    }
    if (can.size() > 1) return "two lines can move one dossier";
    if (can.empty()) return {};
    if (dossier.custody->offer) return "somebody moves what is handed over and not taken";
    return can.front()->log == dossier.custody->line ? "" : "another line than the custodian can move";
}

std::string breach_of_authority(const Dossier& before, const Dossier& after) {
    const auto is_confirmation = [](const DossierAct& act) { return act.kind == Kind::confirm; };
    const bool is_confirmed = std::any_of(after.acts.begin(), after.acts.end(), is_confirmation);
    for (const DossierAct& act : before.acts) {
        const DossierAct* later = find_act(after, act.id);
        if (later == nullptr) return "an act vanished when another came";
        if (!is_move(act) || right_of(act) == right_of(*later) || right_of(act) == Right::waiting) continue;
        if (right_of(act) == Right::quarantined && is_confirmed) continue;
        return fmt::format("{} at seq {} was {} and became {} when other acts came", sync::name_of(act.kind), act.position.seq.value,
                           sync::name_of(act.verdict.standing), sync::name_of(later->verdict.standing));
    }
    return {};
}

std::string breach_of_registry(const History& history, const Dossier& dossier, std::uint64_t size) {
    bool is_revoked = false;
    for (std::uint64_t later = size + 1; later <= history.city->size(); ++later) is_revoked |= history.city->revokes_at(later);
    const Dossier before = fold_at(history, size);
    const bool holds_confirmation = std::any_of(before.acts.begin(), before.acts.end(), [](const DossierAct& act) { return act.kind == Kind::confirm; });
    for (const DossierAct& act : before.acts) {
        const DossierAct* later = find_act(dossier, act.id);
        if (later == nullptr) return "an act vanished when the registry grew";
        if (right_of(act) == right_of(*later) || right_of(act) == Right::waiting || act.kind == Kind::arbitrate) continue;
        if (right_of(act) == Right::quarantined && (is_revoked || holds_confirmation)) continue;
        if (is_revoked && (right_of(*later) == Right::quarantined || !is_move(act))) continue;
        return fmt::format("{} at seq {} was {} at registry size {} and became {} without a revocation", sync::name_of(act.kind), act.position.seq.value,
                           sync::name_of(act.verdict.standing), size, sync::name_of(later->verdict.standing));
    }
    return {};
}

// A fold may be extended when the registry has grown by acts that judge nothing anew.
std::string breach_of_growing_registry(const History& history, const Dossier& dossier, std::uint64_t size, Dice& dice) {
    for (const Placed& placed : history.city->placed) {
        if (placed.from_size > size) return {};
    }
    History earlier = history;
    earlier.acts.resize(dice.below(history.acts.size() + 1));
    const Dossier before = fold_at(earlier, size);
    const auto cites_later = [](const DossierAct& act) { return act.verdict.reason == sync::Reason::registry_size_unknown; };
    if (std::any_of(before.acts.begin(), before.acts.end(), cites_later)) return {};
    const auto extended = sync::extend_fold(before, std::span(history.acts).subspan(earlier.acts.size()), rulebook_of(history.city->registry()));
    if (!extended || cbor::encode(*extended) == cbor::encode(dossier)) return {};
    return fmt::format("a fold of {} acts by registry size {} and extended is another than the fold from scratch", earlier.acts.size(), size);
}

std::string breach_of_report_rules(const History& history) {
    for (const std::uint64_t size : history.city->report_rules) {
        const auto waits_for_it = [&](const sync::Act& act) { return act.payload.registry == size; };
        if (std::any_of(history.acts.begin(), history.acts.end(), waits_for_it)) continue;
        if (cbor::encode(fold_at(history, size - 1)) != cbor::encode(fold_at(history, size))) return "a rule for reports changes a dossier";
    }
    return {};
}

std::string breach_of_clock(const History& history, const Dossier& dossier) {
    if (!dossier.tip || dossier.dispute || dossier.custody->offer) return {};
    const Bytes expected = cbor::encode(dossier.clock);
    const auto differs = [&](const Tried& tried) { return tried.dossier && cbor::encode(tried.dossier->clock) != expected; };
    for (const Line& line : history.city->lines) {
        if (differs(try_act(history, *dossier.tip, line, Kind::seize, sync::empty_content(Kind::seize)))) return "seizing changes the statutory clock";
    }
    const Line& holder = *history.city->find_line(dossier.custody->line);
    for (const Line& to : history.city->lines) {
        if (to.office == holder.office) continue;
        const Tried given = try_act(history, *dossier.tip, holder, Kind::hand_over, hand_over_to(to.office));
        if (!given.dossier) return {};
        if (differs(given)) return "handing over changes the statutory clock";
        const Tried taken = try_act(given.history, *given.dossier->tip, to, Kind::take_over, sync::empty_content(Kind::take_over));
        if (differs(taken)) return "taking over changes the statutory clock";
        if (!taken.dossier) continue;
        const Tried back = try_act(taken.history, *taken.dossier->tip, to, Kind::hand_back, sync::empty_content(Kind::hand_back));
        if (differs(back)) return "handing back changes the statutory clock";
        if (!back.dossier) continue;
        const Tried home = try_act(back.history, *back.dossier->tip, holder, Kind::take_over, sync::empty_content(Kind::take_over));
        if (differs(home)) return "taking back changes the statutory clock";
    }
    return {};
}

std::string breach_of_allowing(const History& history, const Dossier& dossier) {
    if (!dossier.tip) return {};
    // These the fold lets go on and a node does not: it knows an act that we do not, or it ended in the system that it came from.
    const bool is_held_up = dossier.is_frozen || (dossier.is_imported && dossier.status == sync::DossierStatus::resolved && !dossier.end.result);
    for (const Line& line : history.city->lines) {
        for (const Kind kind : every_move) {
            const bool is_allowed = sync::allows(dossier, kind, line.log, history.city->registry()).has_value();
            if (kind == Kind::seize && !is_allowed && !is_held_up &&
                try_act(history, *dossier.tip, line, kind, sync::empty_content(kind)).dossier) {
                return fmt::format("{} may not seize, it is said, and then it has effect", line.name);
            }
            if (!is_allowed) continue;
            cbor::Item content = sync::empty_content(kind);
            if (kind == Kind::hand_over) content = hand_over_to(history.city->lines[line.office == history.city->top ? 1 : 0].office);
            if (kind == Kind::stop) content = sync::to_item(sync::StopContent{sync::StopGround::withdrawn, std::nullopt});
            if (kind == Kind::correct_result || kind == Kind::revoke_result) {
                content = sync::to_item(sync::MendResultContent{dossier.end.result.value_or(sync::Position{}), false});
            }
            const Tried tried = try_act(history, *dossier.tip, line, kind, std::move(content));
            const bool has_right = history.city->registry().judge(tried.history.acts.back()).effective();
            if (!tried.dossier && has_right) {
                return fmt::format("{} may {}, it is said, and then has no effect", line.name, sync::name_of(kind));
            }
        }
    }
    return {};
}

std::string first_breach(const History& history) {
    Dice dice(history.seed ^ 0x6c617773);
    const Dossier dossier = fold(history);
    if (auto breach = breach_of_keeping(history, dossier); !breach.empty()) return breach;
    if (auto breach = breach_of_model(history, dossier); !breach.empty()) return breach;
    if (auto breach = breach_of_path(history, dossier); !breach.empty()) return breach;
    if (auto breach = breach_of_spans(history, dossier); !breach.empty()) return breach;
    if (auto breach = breach_of_order(history, dossier, dice); !breach.empty()) return breach;
    if (!history.acts.empty()) {
        History earlier = history;
        earlier.acts.resize(dice.below(history.acts.size()) + 1);
        if (auto breach = breach_of_authority(fold(earlier), dossier); !breach.empty()) return breach;
    }
    if (history.city->registries.size() > 1) {
        const std::uint64_t size = history.city->base_size + dice.below(history.city->registries.size() - 1);
        if (auto breach = breach_of_registry(history, dossier, size); !breach.empty()) return breach;
        if (auto breach = breach_of_report_rules(history); !breach.empty()) return breach;
        if (auto breach = breach_of_growing_registry(history, dossier, size, dice); !breach.empty()) return breach;
    }
    if (dice.chance(10)) {
        if (auto breach = breach_of_custody(history, dossier); !breach.empty()) return breach;
        if (auto breach = breach_of_clock(history, dossier); !breach.empty()) return breach;
        if (auto breach = breach_of_allowing(history, dossier); !breach.empty()) return breach;
    }
    return {};
}

std::string report_breach(const History& history, const std::function<std::string(const History&)>& check) {
    const History least = shrink(history, [&](const History& smaller) { return !check(smaller).empty(); });
    const Dossier dossier = fold(least);
    const Reading reading = read_by_law(least.id, least.acts, *least.city);
    return check(least) + "\n" + describe(least, [&](const sync::Act& act) -> std::string {
        const DossierAct* shown = find_act(dossier, act.id);
        if (shown == nullptr) return "not of this dossier";
        const auto law = reading.standing.find(act.id);
        return fmt::format("law {}, fold {} ({})", law == reading.standing.end() ? "nothing" : sync::name_of(law->second), sync::name_of(shown->verdict.standing),
                           sync::name_of(shown->verdict.reason));
    });
}

}  // namespace motcua::tests::properties

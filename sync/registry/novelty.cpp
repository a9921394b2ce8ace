#include "sync/registry/novelty.hpp"

#include <algorithm>

namespace motcua::sync {
namespace {

Novelty office(const Registry& registry, const OfficeContent& content) {
    const Office* known = registry.find_office(content.office);
    if (known == nullptr) return Novelty::addition;
    return known->name == content.name && known->kind == content.kind && known->parent == content.parent ? Novelty::none : Novelty::change;
}

template <class Content>
Novelty rule(const DatedRules<Content>& rules, const Content& content) {
    constexpr std::int64_t last_day = std::numeric_limits<std::int64_t>::max();
    constexpr std::uint64_t newest = std::numeric_limits<std::uint64_t>::max();
    const Content* known = rules.find(name_of_rule(content), content.valid_from_day, newest);
    if (known == nullptr) return rules.find(name_of_rule(content), last_day, newest) == nullptr ? Novelty::addition : Novelty::change;
    Content since_then = *known;
    since_then.valid_from_day = content.valid_from_day;
    return cbor::encode(since_then) == cbor::encode(content) ? Novelty::none : Novelty::change;
}

Novelty calendar(const Registry& registry, const CalendarContent& content) {
    const auto acts = registry.calendar_acts(content.name, registry.size());
    if (acts.empty()) return Novelty::addition;
    const auto holds_week = [&] {
        const CalendarContent* holding = nullptr;
        for (const auto& act : acts) {
            if (act->valid_from_day > content.valid_from_day) continue;
            if (holding == nullptr || act->valid_from_day >= holding->valid_from_day) holding = act.get();
        }
        return holding != nullptr && holding->week == content.week;
    };
    const auto holds_day = [&](const SpecialDay& day) {
        for (auto act = acts.rbegin(); act != acts.rend(); ++act) {
            const auto named = std::ranges::find((*act)->days, day.day, &SpecialDay::day);
            if (named != (*act)->days.end()) return cbor::encode(*named) == cbor::encode(day);
        }
        return false;
    };
    const bool is_known_as_far = std::ranges::any_of(acts, [&](const auto& act) { return act->known_to_day >= content.known_to_day; });
    return is_known_as_far && holds_week() && std::ranges::all_of(content.days, holds_day) ? Novelty::none : Novelty::change;
}

Novelty number_block(const Registry& registry, ByteView subject, const NumberBlockContent& content) {
    const auto log = LogId::from(subject);
    const auto known = log ? registry.number_block(*log) : std::nullopt;
    if (!known) return Novelty::addition;
    return known->first == content.first && known->last == content.last ? Novelty::none : Novelty::change;
}

}  // namespace

Novelty novelty_of(const Registry& registry, Kind kind, ByteView subject, const cbor::Item& item) {
    const auto judged = [&]<class Content>(auto&& judge) {
        const auto content = from_item<Content>(item);
        return content ? judge(*content) : Novelty::addition;
    };
    if (kind == Kind::office) return judged.template operator()<OfficeContent>([&](const auto& content) { return office(registry, content); });
    if (kind == Kind::procedure) return judged.template operator()<ProcedureContent>([&](const auto& content) { return rule(registry.procedures(), content); });
    if (kind == Kind::rule_set) return judged.template operator()<RuleSetContent>([&](const auto& content) { return rule(registry.rule_sets(), content); });
    if (kind == Kind::calendar) return judged.template operator()<CalendarContent>([&](const auto& content) { return calendar(registry, content); });
    if (kind == Kind::number_block) {
        return judged.template operator()<NumberBlockContent>([&](const auto& content) { return number_block(registry, subject, content); });
    }
    return Novelty::addition;
}

}  // namespace motcua::sync

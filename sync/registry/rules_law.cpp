// Which rules hold: procedures, calendars and the rule sets of reports. They are the whole city's.

#include "sync/registry/limits.hpp"
#include "sync/registry/rules.hpp"

namespace motcua::sync {
namespace {

// What holds for contents that are known by a name, which is their subject.
template <class Content>
std::optional<Content> read_named(const Payload& payload, std::string Content::*name) {
    auto content = from_item<Content>(payload.content);
    if (!content || !flaw_in(*content).empty() || payload.subject != to_bytes(as_bytes((*content).*name))) return std::nullopt;
    return *std::move(content);
}

}  // namespace

Verdict Registry::Rules::procedure() {
    auto content = read_named(payload, &ProcedureContent::code);
    if (!content) return void_for(Reason::bad_content);
    if (!covers_city()) return void_for(Reason::not_a_registrar);
    registry.procedures_.add(size_after, *std::move(content));
    return {};
}

Verdict Registry::Rules::calendar() {
    auto content = read_named(payload, &CalendarContent::name);
    if (!content) return void_for(Reason::bad_content);
    if (!covers_city()) return void_for(Reason::not_a_registrar);
    registry.calendars_.push_back({size_after, std::make_shared<const CalendarContent>(*std::move(content))});
    return {};
}

Verdict Registry::Rules::rule_set() {
    auto content = read_named(payload, &RuleSetContent::name);
    if (!content) return void_for(Reason::bad_content);
    if (!covers_city()) return void_for(Reason::not_a_registrar);
    registry.rule_sets_.add(size_after, *std::move(content));
    return {};
}

}  // namespace motcua::sync

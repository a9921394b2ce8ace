/// Files of offices, procedures, calendars and rule sets: every row becomes an entry of its limits, or is told; and clean text
/// stays as it is when it is cleaned again. The first byte picks the reader.

#include "node/intake/clean_text.hpp"
#include "node/rules/read.hpp"
#include "sync/act/day.hpp"
#include "sync/registry/limits.hpp"

using namespace motcua;

namespace {

template <class Content>
void check_entries(const Result<node::Reading>& reading) {
    if (!reading) return;
    ensure(reading->entries.size() == reading->lines.size(), "each entry has its line");
    for (const auto& entry : reading->entries) {
        const auto content = sync::from_item<Content>(entry.content);
        ensure(content.has_value(), "an entry has the content of its kind");
        if constexpr (requires { sync::flaw_in(*content); }) ensure(sync::flaw_in(*content).empty(), "an entry keeps its limits");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView file = std::as_bytes(std::span(data, size)).subspan(1);
    static const sync::Registry nothing(sync::RootPin{{.name = "motcua/X/registry/0/root", .type = {}, .key = {}}});
    const node::ReadingOptions options{.prefix = "H26.", .parent = {}, .since_day = sync::day_number(2026, 1, 1), .today = 0};
    switch (data[0]) {
        case 'u': check_entries<sync::OfficeContent>(node::read_units(file, options, nothing)); break;
        case 'p': check_entries<sync::ProcedureContent>(node::read_procedures(file, options, nothing)); break;
        case 'c': check_entries<sync::CalendarContent>(node::read_calendar(file, options, nothing)); break;
        case 'r': check_entries<sync::RuleSetContent>(node::read_rule_sets(file, options, nothing)); break;
        default: {
            const auto once = node::clean_text(as_text(file));
            if (!once) break;
            const auto twice = node::clean_text(once->text);
            ensure(twice && twice->text == once->text && twice->mends.none(), "clean text is clean");
            break;
        }
    }
    return 0;
}

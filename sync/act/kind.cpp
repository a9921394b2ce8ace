#include "sync/act/kind.hpp"

#include <array>

namespace motcua::sync {
namespace {

struct Entry {
    Kind kind;
    KindClass kind_class;
    std::string_view name;
};

// One row a kind.
constexpr std::array entries{
    Entry{Kind::open, KindClass::log, "open"},
    Entry{Kind::receipt, KindClass::log, "receipt"},
    Entry{Kind::adopt, KindClass::log, "adopt"},
    Entry{Kind::admit, KindClass::log, "admit"},
    Entry{Kind::root_set, KindClass::registry, "root_set"},
    Entry{Kind::office, KindClass::registry, "office"},
    Entry{Kind::node, KindClass::registry, "node"},
    Entry{Kind::officer, KindClass::registry, "officer"},
    Entry{Kind::retire, KindClass::registry, "retire"},
    Entry{Kind::revoke, KindClass::registry, "revoke"},
    Entry{Kind::imported, KindClass::fact, "imported"},
    Entry{Kind::submitted, KindClass::fact, "submitted"},
    Entry{Kind::note, KindClass::fact, "note"},
    Entry{Kind::supplement_handed_in, KindClass::fact, "supplement_handed_in"},
    Entry{Kind::withdrawal_asked, KindClass::fact, "withdrawal_asked"},
    Entry{Kind::result_handed_over, KindClass::fact, "result_handed_over"},
    Entry{Kind::receive, KindClass::move, "receive"},
    Entry{Kind::decline, KindClass::move, "decline"},
    Entry{Kind::ask_supplement, KindClass::move, "ask_supplement"},
    Entry{Kind::resume, KindClass::move, "resume"},
    Entry{Kind::assign, KindClass::move, "assign"},
    Entry{Kind::submit_for_signature, KindClass::move, "submit_for_signature"},
    Entry{Kind::sign, KindClass::move, "sign"},
    Entry{Kind::number, KindClass::move, "number"},
    Entry{Kind::complete, KindClass::move, "complete"},
    Entry{Kind::return_unresolved, KindClass::move, "return_unresolved"},
    Entry{Kind::stop, KindClass::move, "stop"},
};

const Entry* find_entry(Kind kind) {
    for (const Entry& entry : entries) {
        if (entry.kind == kind) return &entry;
    }
    return nullptr;
}

}  // namespace

KindClass class_of(Kind kind) {
    const Entry* entry = find_entry(kind);
    return entry == nullptr ? KindClass::unknown : entry->kind_class;
}

std::string_view name_of(Kind kind) {
    const Entry* entry = find_entry(kind);
    return entry == nullptr ? std::string_view("unknown") : entry->name;
}

std::optional<Kind> find_kind(std::string_view name) {
    for (const Entry& entry : entries) {
        if (entry.name == name) return entry.kind;
    }
    return std::nullopt;
}

}  // namespace motcua::sync

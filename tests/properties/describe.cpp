#include <fmt/format.h>

#include <algorithm>

#include "tests/properties/history.hpp"

namespace motcua::tests::properties {
namespace {

using sync::Kind;

struct Names {
    const History& history;

    [[nodiscard]] std::string of(const sync::ActId& id) const {
        for (std::size_t act = 0; act < history.acts.size(); ++act) {
            if (history.acts[act].id == id) return fmt::format("a{}", act);
        }
        return "unknown";
    }
    [[nodiscard]] std::string of(const std::optional<sync::ActId>& id) const { return id ? of(*id) : "nothing"; }
    [[nodiscard]] std::string of(const sync::LogId& log) const {
        const Line* line = history.city->find_line(log);
        return line == nullptr ? "no line" : line->name;
    }
    [[nodiscard]] std::string of(const sync::Position& position) const { return fmt::format("{}#{}", of(position.log), position.seq.value); }
    [[nodiscard]] std::string of(const sync::PublicKey& key) const {
        for (const Line& line : history.city->lines) {
            if (key == line.chief) return line.name + " chief";
            if (key == line.clerk) return line.name + " clerk";
            if (key == line.stranger) return line.name + " stranger";
            if (key == line.anew) return line.name + " clerk anew";
        }
        return "nobody";
    }
};

std::string details(const Names& names, const sync::Payload& payload) {
    const cbor::Item& item = payload.content;
    if (payload.kind == Kind::hand_over) {
        const auto content = sync::from_item<sync::HandOverContent>(item);
        if (content) return " to " + content->to.code + (content->line ? ", line " + names.of(*content->line) : "");
    }
    if (payload.kind == Kind::arbitrate) {
        const auto content = sync::from_item<sync::ArbitrateContent>(item);
        if (!content) return {};
        std::string text = fmt::format(": after {} stands {}", names.of(content->after), names.of(content->stands));
        for (const sync::ActId& cited : content->cites) text += ", cites " + names.of(cited);
        return text;
    }
    if (payload.kind == Kind::confirm) {
        const auto content = sync::from_item<sync::ConfirmContent>(item);
        if (content) return " " + names.of(content->act);
    }
    if (payload.kind == Kind::consult) {
        const auto content = sync::from_item<sync::ConsultContent>(item);
        if (content) return " " + content->office.code;
    }
    if (payload.kind == Kind::opinion) {
        const auto content = sync::from_item<sync::OpinionContent>(item);
        if (content) return " on " + names.of(content->consultation);
    }
    if (payload.kind == Kind::admit) return " " + names.of(*sync::PublicKey::from(payload.subject));
    return {};
}

}  // namespace

std::string describe(const History& history, const std::function<std::string(const sync::Act&)>& verdict) {
    const Names names{history};
    std::string text = fmt::format("seed {} in the city of “{}”, registry {} to {}; top {}\n", history.seed, history.city->name, history.city->base_size,
                                   history.city->size(), history.city->top.code);
    for (const Line& line : history.city->lines) text += fmt::format("  line {} of {}\n", line.name, line.office.code);
    for (const sync::Act& act : history.acts) {
        const sync::Payload& payload = act.payload;
        const std::string kind = sync::class_of(payload.kind) == sync::KindClass::unknown ? fmt::format("kind-{}", static_cast<unsigned>(payload.kind))
                                                                                          : std::string(sync::name_of(payload.kind));
        const bool is_ours = payload.subject == to_bytes(history.id.view()) || payload.kind == Kind::admit;
        text += fmt::format("  {:>3} {:<9} {}{}{}, prior {}, by {}, registry {}{}\n", names.of(act.id), names.of(act.position()), kind, details(names, payload),
                            is_ours ? "" : " of another dossier", names.of(payload.prior), names.of(payload.signer), payload.registry,
                            verdict ? "   " + verdict(act) : "");
    }
    return text;
}

}  // namespace motcua::tests::properties

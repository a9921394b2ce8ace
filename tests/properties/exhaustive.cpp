#include "tests/properties/exhaustive.hpp"

#include <algorithm>

namespace motcua::tests::properties {
namespace {

using sync::Kind;

constexpr std::uint64_t start_ms = 1'760'000'000'000, hour_ms = 3'600'000;

std::size_t line_of(const History& history, const sync::Act& act) {
    const Line* line = history.city->find_line(act.payload.log);
    return static_cast<std::size_t>(line - history.city->lines.data());
}

std::vector<sync::ActId> cited(const sync::Act& act) {
    std::vector<sync::ActId> found;
    if (act.payload.prior) found.push_back(*act.payload.prior);
    if (act.payload.kind == Kind::arbitrate) {
        const auto content = sync::from_item<sync::ArbitrateContent>(act.payload.content);
        found.insert(found.end(), content->cites.begin(), content->cites.end());
    }
    return found;
}

// Whether writing `next` last gives the least order of its history: nobody with a later line wrote just before without being seen.
bool is_least(const History& history, const sync::Act& next) {
    const auto needed = cited(next);
    const std::size_t line = line_of(history, next);
    for (std::size_t before = history.acts.size(); before-- > 1;) {
        const sync::Act& act = history.acts[before];
        const bool depends = act.payload.log == next.payload.log || std::find(needed.begin(), needed.end(), act.id) != needed.end();
        if (depends) return true;
        if (line_of(history, act) > line) return false;
    }
    return true;
}

bool breaks_symmetry(const History& history, std::size_t line) {
    return line == 2 && std::all_of(history.acts.begin(), history.acts.end(), [&](const sync::Act& act) { return line_of(history, act) == 0; });
}

Writing writing_of(const History& history, std::size_t line, Kind kind, std::optional<sync::ActId> prior, cbor::Item content) {
    const Line& author = history.city->lines[line];
    std::uint64_t seq = 1;
    for (const sync::Act& act : history.acts) seq += act.payload.log == author.log ? 1 : 0;
    return {&author, seq, history.city->base_size, author.chief, kind, to_bytes(history.id.view()), prior, std::move(content),
            start_ms + history.acts.size() * hour_ms};
}

}  // namespace

template <class Add>
void SmallModel::each_next(const History& history, Add add) const {
    static const std::array moves{Kind::take_over, Kind::hand_back, Kind::assign, Kind::seize};
    static const cbor::Item empty_assign = sync::empty_content(Kind::assign), nothing = sync::empty_content(Kind::note);
    const auto& lines = history.city->lines;
    for (std::size_t line = 0; line < lines.size(); ++line) {
        if (breaks_symmetry(history, line)) continue;
        for (const sync::Act& before : history.acts) {
            for (const Kind kind : moves) add(writing_of(history, line, kind, before.id, kind == Kind::assign ? empty_assign : nothing));
            for (const Line& to : lines) {
                if (to.office == lines[line].office) continue;
                add(writing_of(history, line, Kind::hand_over, before.id, sync::to_item(sync::HandOverContent{to.office, {}, {}, {}})));
            }
            add(writing_of(history, line, Kind::note, before.id, nothing));
            if (sync::class_of(before.payload.kind) != sync::KindClass::move) continue;
            sync::ArbitrateContent content{before.payload.prior, before.id, {}};
            add(writing_of(history, line, Kind::arbitrate, before.id, sync::to_item(content)));
            for (const sync::Act& other : history.acts) {
                if (other.payload.kind == Kind::arbitrate && sync::from_item<sync::ArbitrateContent>(other.payload.content)->after == content.after) {
                    content.cites.push_back(other.id);
                }
            }
            if (!content.cites.empty()) add(writing_of(history, line, Kind::arbitrate, before.id, sync::to_item(content)));
        }
    }
}

std::vector<History> SmallModel::beginnings() const {
    std::vector<History> found;
    for (const std::size_t creator : {0U, 1U}) {
        History history{&three_offices(), 0, dossier_id_at(three_offices().lines[creator].log, 1), {}};
        sync::ReceiveContent content;
        content.code = "H26-251009-0001";
        content.procedure = "1.001193";
        content.received_ms = start_ms;
        history.acts.push_back(write_act(writing_of(history, creator, Kind::receive, std::nullopt, sync::to_item(content)), 1));
        each_next(history, [&](const Writing& writing) {
            found.push_back(history);
            found.back().acts.push_back(write_act(writing, 2));
        });
    }
    return found;
}

void SmallModel::visit_beyond(const History& beginning, const Visit& visit) const {
    History history = beginning;
    go_on(history, visit);
}

void SmallModel::go_on(History& history, const Visit& visit) const {
    if (history.acts.size() >= acts_max_) return;
    const History before = history;
    each_next(before, [&](const Writing& writing) {
        sync::Act act = write_act(writing, before.acts.size() + 1);
        if (!is_least(before, act)) return;
        history.acts.push_back(std::move(act));
        if (visit(history)) go_on(history, visit);
        history.acts.pop_back();
    });
}

}  // namespace motcua::tests::properties

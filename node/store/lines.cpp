// What the logs of one line hold together, acts that adopts carry, and logs that heads admitted.

#include <algorithm>

#include "node/store/reader.hpp"
#include "node/store/schema.hpp"
#include "sync/act/adoption.hpp"

namespace motcua::node {
namespace {

std::unexpected<Error> unreadable(const sync::Position& place) {
    return fail(ErrorKind::storage, "log " + to_hex(place.log.view()) + " entry " + std::to_string(place.seq.value) + " cannot be read; restore the database");
}

}  // namespace

Result<std::optional<Bytes>> Reader::envelope_of(const sync::DossierAct& act) {
    if (!act.carried_by) return entry(act.position.log, act.position.seq.value);
    auto adopt = entry(act.carried_by->log, act.carried_by->seq.value);
    if (!adopt || !*adopt) return adopt;
    const auto parsed = sync::parse_act(std::move(**adopt));
    auto carried = parsed ? sync::find_carried(*parsed) : std::nullopt;
    if (!carried) return unreadable(*act.carried_by);
    return std::move(carried->envelope);
}

Result<std::optional<Bytes>> Reader::body_of(const sync::DossierAct& act) {
    const auto place = act.carried_by.value_or(act.position);
    return body(place.log, place.seq.value);
}

Result<void> Reader::tell_admitted(sync::Registry& registry) {
    auto statement = database_->prepare("SELECT l.id, coalesce(e.envelope, f.envelope) FROM log l LEFT JOIN entry e ON e.id = (l.number << 40) + 1 "
                                        "LEFT JOIN foreign_act f ON f.id = (l.number << 40) + 1 WHERE l.class = 1 AND coalesce(e.id, f.id) IS NOT NULL");
    if (!statement) return std::unexpected(std::move(statement).error());
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return {};
        const auto log = sync::LogId::from(statement->blob(0));
        if (!log) return fail(ErrorKind::storage, "a log id has the wrong length; restore the database");
        const auto second = sync::parse_act(to_bytes(statement->blob(1)));
        if (!second) return unreadable({*log, sync::Seq{1}});
        if (second->payload.kind != sync::Kind::admit_node) continue;
        auto first = entry(*log, 0);
        if (!first) return std::unexpected(std::move(first).error());
        if (!*first) continue;  // an inbox brings it before anything else of that log
        const auto open = sync::parse_act(std::move(**first));
        if (!open) return unreadable({*log, sync::Seq{0}});
        registry.admit_node(*open, *second);
    }
}

}  // namespace motcua::node

#include "node/store/report_view.hpp"

namespace motcua::node {

std::int64_t first_day_of(SumSpan span, std::int64_t day) {
    auto date = sync::civil_date(day);
    switch (span) {
        case SumSpan::day: return day;
        case SumSpan::year: date.month = 1; [[fallthrough]];
        case SumSpan::month: date.day = 1; break;
    }
    return sync::day_of(date).value_or(day);
}

Bytes encode_tally(const sync::Tally& tally) {
    std::vector<std::int64_t> pairs;
    for (std::size_t place = 0; place < sync::counter_count; ++place) {
        if (tally.counts[place] == 0) continue;
        pairs.push_back(static_cast<std::int64_t>(place));
        pairs.push_back(tally.counts[place]);
    }
    return cbor::encode(pairs);
}

Result<sync::Tally> decode_tally(ByteView bytes) {
    const auto damaged = [] { return fail(ErrorKind::storage, "a report's sums are damaged; run `motcua rebuild`"); };
    const auto pairs = cbor::decode<std::vector<std::int64_t>>(bytes);
    if (!pairs || pairs->size() % 2 != 0) return damaged();
    sync::Tally tally;
    for (std::size_t index = 0; index < pairs->size(); index += 2) {
        const auto place = static_cast<std::size_t>((*pairs)[index]);
        if (place >= sync::counter_count) return damaged();
        tally.counts[place] = (*pairs)[index + 1];
    }
    return tally;
}

Result<void> ReportWriter::put(const sync::Dossier& dossier, const sync::Rulebook& rules) {
    auto find = database_.prepare("SELECT number FROM dossier WHERE id = ?");
    if (!find) return std::unexpected(std::move(find).error());
    auto row = find->bind(dossier.id).step();
    if (!row) return std::unexpected(std::move(row).error());
    ensure(*row, "a dossier's row is written before what it contributes");
    const auto number = find->integer(0);
    if (auto ok = take_out(number); !ok) return ok;
    const auto slips = load_slips(dossier);
    if (!slips) return std::unexpected(slips.error());
    const auto contribution = sync::contribution_of(dossier, *slips, rules);
    if (contribution) return write_case(number, *contribution);
    auto erase = database_.prepare("DELETE FROM report_case WHERE dossier = ?");
    if (!erase) return std::unexpected(std::move(erase).error());
    return erase->bind(number).run();
}

Result<std::vector<sync::Act>> ReportWriter::load_slips(const sync::Dossier& dossier) {
    std::vector<sync::Act> slips;
    for (const auto& known : dossier.acts) {
        if (known.kind != sync::Kind::rated || !known.verdict.effective()) continue;
        auto envelope = reader_.envelope_of(known);
        if (!envelope) return std::unexpected(std::move(envelope).error());
        auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::storage, "");
        if (!act) return fail(ErrorKind::storage, "an act of dossier " + to_hex(dossier.id.view()) + " cannot be read; restore the database");
        slips.push_back(*std::move(act));
    }
    return slips;
}

Result<void> ReportWriter::take_out(std::int64_t dossier) {
    auto statement = database_.prepare("SELECT place, changes FROM report_case WHERE dossier = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->bind(dossier).step();
    if (!row) return std::unexpected(std::move(row).error());
    if (!*row) return {};
    const auto changes = cbor::decode<std::vector<sync::Change>>(statement->blob(1));
    if (!changes) return fail(ErrorKind::storage, "what a dossier contributes to reports is damaged; run `motcua rebuild`");
    count(statement->integer(0), *changes, -1);
    return {};
}

Result<void> ReportWriter::write_case(std::int64_t dossier, const sync::Contribution& contribution) {
    const auto place = number_of(contribution.place);
    if (!place) return std::unexpected(place.error());
    count(*place, contribution.changes, 1);
    auto statement = database_.prepare("INSERT OR REPLACE INTO report_case (dossier, place, received_day, finished_day, due_ms, watch_ms, changes) "
                                       "VALUES (?, ?, ?, ?, ?, ?, ?)");
    if (!statement) return std::unexpected(std::move(statement).error());
    const auto changes = cbor::encode(contribution.changes);
    return statement->bind(dossier, *place, contribution.received_day, contribution.finished_day, contribution.due_ms, contribution.watch_ms, changes).run();
}

Result<std::int64_t> ReportWriter::number_of(const sync::Place& place) {
    if (const auto known = places_.find(place); known != places_.end()) return known->second;
    auto add = database_.prepare("INSERT OR IGNORE INTO report_place (office, since_day, unit, field) VALUES (?, ?, ?, ?)");
    if (!add) return std::unexpected(std::move(add).error());
    if (auto ok = add->bind(place.office.code, place.office.since_day, place.unit, place.field).run(); !ok) return std::unexpected(std::move(ok).error());
    auto find = database_.prepare("SELECT number FROM report_place WHERE office = ? AND since_day = ? AND unit = ? AND field = ?");
    if (!find) return std::unexpected(std::move(find).error());
    auto row = find->bind(place.office.code, place.office.since_day, place.unit, place.field).step();
    if (!row) return std::unexpected(std::move(row).error());
    ensure(*row, "a place is there once it was added");
    return places_[place] = find->integer(0);
}

void ReportWriter::count(std::int64_t place, const std::vector<sync::Change>& changes, std::int64_t sign) {
    for (const auto& change : changes) {
        for (const auto span : every_sum_span) {
            sums_[{span, first_day_of(span, change.day), place}].counts[change.counter] += sign * change.amount;
        }
    }
}

Result<void> ReportWriter::flush() {
    for (const auto& [key, added] : sums_) {
        if (added.is_zero()) continue;
        if (auto ok = write_sum(key, added); !ok) return ok;
    }
    sums_.clear();
    return {};
}

Result<void> ReportWriter::write_sum(const SumKey& key, const sync::Tally& added) {
    const auto span = static_cast<int>(key.span);
    auto tally = added;
    {
        auto find = database_.prepare("SELECT tally FROM report_sum WHERE span = ? AND first_day = ? AND place = ?");
        if (!find) return std::unexpected(std::move(find).error());
        auto row = find->bind(span, key.first_day, key.place).step();
        if (!row) return std::unexpected(std::move(row).error());
        if (*row) {
            const auto before = decode_tally(find->blob(0));
            if (!before) return std::unexpected(before.error());
            tally += *before;
        }
    }
    if (tally.is_zero()) {
        auto erase = database_.prepare("DELETE FROM report_sum WHERE span = ? AND first_day = ? AND place = ?");
        if (!erase) return std::unexpected(std::move(erase).error());
        return erase->bind(span, key.first_day, key.place).run();
    }
    auto write = database_.prepare("INSERT OR REPLACE INTO report_sum (span, first_day, place, tally) VALUES (?, ?, ?, ?)");
    if (!write) return std::unexpected(std::move(write).error());
    const auto bytes = encode_tally(tally);
    return write->bind(span, key.first_day, key.place, bytes).run();
}

}  // namespace motcua::node

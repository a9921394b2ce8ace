#include "node/store/report_reader.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "node/store/report_view.hpp"

namespace motcua::node {
namespace {

/// Rows of one span, first days from <= day <= to.
struct Piece {
    SumSpan span{};
    std::int64_t from = 0, to = 0;
};

/// The fewest years, months and days that make up from <= day <= to.
std::vector<Piece> pieces_of(std::int64_t from, std::int64_t to) {
    std::vector<Piece> pieces;
    const auto next_after = [](SumSpan span, std::int64_t first) {
        auto date = sync::civil_date(first);
        if (span == SumSpan::year) date.year += 1;
        else if (++date.month == 13) date = {date.year + 1, 1, 1};
        return sync::day_of(date).value_or(sync::day_end);
    };
    for (auto day = from; day <= to;) {
        auto span = SumSpan::day;
        auto next = day + 1;
        for (const auto wider : {SumSpan::month, SumSpan::year}) {
            if (first_day_of(wider, day) != day || next_after(wider, day) > to + 1) break;
            span = wider;
            next = next_after(wider, day);
        }
        if (!pieces.empty() && pieces.back().span == span) pieces.back().to = day;
        else pieces.push_back({span, day, day});
        day = next;
    }
    return pieces;
}

std::uint64_t start_of(std::int64_t day) { return sync::ms_of({day, 0}); }

/// The last minute of a day stands for its end.
bool is_end_of_day(std::uint64_t ms) { return sync::local_minute(ms).minute == sync::minutes_per_day - 1; }

sync::Place place_row(const Statement& row, int first) {
    return {.office = {std::string(row.text(first)), row.integer(first + 1)}, .unit = std::string(row.text(first + 2)), .field = std::string(row.text(first + 3))};
}

/// One row of report_case, from column `first` on: place, received_day, finished_day, due_ms, changes.
Result<sync::Contribution> contribution_row(const Statement& row, int first) {
    sync::Contribution contribution;
    contribution.received_day = row.integer(first + 1);
    if (!row.is_null(first + 2)) contribution.finished_day = row.integer(first + 2);
    if (!row.is_null(first + 3)) contribution.due_ms = row.size(first + 3);
    auto changes = cbor::decode<std::vector<sync::Change>>(row.blob(first + 4));
    if (!changes) return fail(ErrorKind::storage, "what a dossier contributes to reports is damaged; run `motcua rebuild`");
    contribution.changes = std::move(*changes);
    return contribution;
}

/// Which rows can be behind a column, so that the indexes find them. ?1 and ?2 are the period's days, ?3 and ?4 its instants.
std::string_view rows_behind(sync::Column column) {
    constexpr std::string_view received = "JOIN dossier d ON d.number = c.dossier WHERE d.received_ms >= ?3 AND d.received_ms < ?4 AND ?1 <= ?2";
    constexpr std::string_view resolved = "WHERE c.finished_day >= ?1 AND c.finished_day <= ?2 AND ?3 <= ?4";
    constexpr std::string_view open_at_end = "WHERE (c.finished_day IS NULL OR c.finished_day > ?2) AND c.received_day <= ?2 AND ?1 <= ?2 AND ?3 <= ?4";
    constexpr std::string_view open_in_period = "WHERE (c.finished_day IS NULL OR c.finished_day >= ?1) AND c.received_day <= ?2 AND ?3 <= ?4";
    switch (column) {
        case sync::Column::online:
        case sync::Column::direct: return received;
        case sync::Column::resolved:
        case sync::Column::early:
        case sync::Column::on_time:
        case sync::Column::overdue: return resolved;
        case sync::Column::in_process:
        case sync::Column::within_time:
        case sync::Column::past_due: return open_at_end;
        case sync::Column::received:
        case sync::Column::carried: return open_in_period;
    }
    return open_in_period;
}

}  // namespace

Result<sync::TotalsByPlace> ReportReader::totals(const ReportQuery& query) {
    sync::TotalsByPlace totals;
    if (auto ok = add_sums(totals, query); !ok) return std::unexpected(std::move(ok).error());
    if (is_end_of_day(query.as_of_ms)) return totals;
    if (auto ok = take_back_not_due(totals, query); !ok) return std::unexpected(std::move(ok).error());
    return totals;
}

Result<std::map<std::int64_t, sync::Place>> ReportReader::places() {
    auto statement = database_.prepare("SELECT number, office, since_day, unit, field FROM report_place");
    if (!statement) return std::unexpected(std::move(statement).error());
    std::map<std::int64_t, sync::Place> places;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return places;
        places[statement->integer(0)] = place_row(*statement, 1);
    }
}

Result<void> ReportReader::add_sums(sync::TotalsByPlace& totals, const ReportQuery& query) {
    std::unordered_map<std::int64_t, sync::Totals> by_number;
    const auto add = [&](const Piece& piece, sync::Tally sync::Totals::*part) -> Result<void> {
        auto statement = database_.prepare("SELECT place, tally FROM report_sum WHERE span = ? AND first_day >= ? AND first_day <= ?");
        if (!statement) return std::unexpected(std::move(statement).error());
        statement->bind(static_cast<int>(piece.span), piece.from, piece.to);
        while (true) {
            auto row = statement->step();
            if (!row) return std::unexpected(std::move(row).error());
            if (!*row) return {};
            const auto tally = decode_tally(statement->blob(1));
            if (!tally) return std::unexpected(tally.error());
            by_number[statement->integer(0)].*part += *tally;
        }
    };
    for (const auto& piece : pieces_of(0, query.period.from_day - 1)) {
        if (auto ok = add(piece, &sync::Totals::before); !ok) return ok;
    }
    for (const auto& piece : pieces_of(query.period.from_day, query.period.to_day)) {
        if (auto ok = add(piece, &sync::Totals::during); !ok) return ok;
    }
    const auto named = places();
    if (!named) return std::unexpected(named.error());
    for (const auto& [number, sums] : by_number) {
        const auto place = named->find(number);
        if (place == named->end()) return fail(ErrorKind::storage, "a report's sums are of no place; run `motcua rebuild`");
        totals[place->second] += sums;
    }
    return {};
}

Result<void> ReportReader::take_back_not_due(sync::TotalsByPlace& totals, const ReportQuery& query) {
    const auto named = places();
    if (!named) return std::unexpected(named.error());
    auto statement = database_.prepare("SELECT place, received_day, finished_day, due_ms, changes FROM report_case WHERE finished_day IS NULL "
                                       "AND watch_ms < ?2 AND due_ms >= ?1 AND due_ms < ?2 UNION ALL "
                                       "SELECT place, received_day, finished_day, due_ms, changes FROM report_case WHERE finished_day > ?3 "
                                       "AND due_ms >= ?1 AND due_ms < ?2");
    if (!statement) return std::unexpected(std::move(statement).error());
    const auto day = query.period.to_day;
    statement->bind(start_of(day), start_of(day + 1), day);
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return {};
        const auto contribution = contribution_row(*statement, 0);
        if (!contribution) return std::unexpected(contribution.error());
        const auto place = named->find(statement->integer(0));
        if (place != named->end()) sync::take_back_not_due(totals[place->second], *contribution, query.period, query.as_of_ms, query.rules);
    }
}

Result<ReportReader::Found> ReportReader::find_behind(const ReportQuery& query, const Cell& cell) {
    ensure(!cell.columns.empty(), "a cell is of some column");
    const auto named = places();
    if (!named) return std::unexpected(named.error());
    std::set<std::int64_t> numbers;
    for (const auto& [number, place] : *named) {
        if (!cell.group_key || sync::group_of(place, cell.by, registry()).key == *cell.group_key) numbers.insert(number);
    }
    auto statement = database_.prepare("SELECT c.dossier, c.place, c.received_day, c.finished_day, c.due_ms, c.changes FROM report_case c " +
                                       std::string(rows_behind(cell.columns.front())));
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(query.period.from_day, query.period.to_day, start_of(query.period.from_day), start_of(query.period.to_day + 1));
    Found found;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) break;
        if (!numbers.contains(statement->integer(1))) continue;
        const auto contribution = contribution_row(*statement, 1);
        if (!contribution) return std::unexpected(contribution.error());
        auto totals = sync::totals_of(*contribution, query.period);
        if (!is_end_of_day(query.as_of_ms)) sync::take_back_not_due(totals, *contribution, query.period, query.as_of_ms, query.rules);
        const auto form = sync::form_row(totals, query.rules);
        if (std::ranges::any_of(cell.columns, [&](sync::Column column) { return form.of(column) != 0; })) found.emplace_back(contribution->received_day, statement->integer(0));
    }
    std::ranges::sort(found);
    return found;
}

Result<sync::Dossier> ReportReader::dossier(std::int64_t number) {
    auto statement = database_.prepare("SELECT state FROM dossier WHERE number = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->bind(number).step();
    if (!row) return std::unexpected(std::move(row).error());
    auto dossier = *row ? cbor::decode<sync::Dossier>(statement->blob(0)) : fail(ErrorKind::storage, "");
    if (!dossier) return fail(ErrorKind::storage, "a dossier's view is damaged; run `motcua rebuild`");
    return dossier;
}

Result<sync::Contribution> ReportReader::contribution(std::int64_t number) {
    auto statement = database_.prepare("SELECT p.office, p.since_day, p.unit, p.field, c.place, c.received_day, c.finished_day, c.due_ms, c.changes "
                                       "FROM report_case c JOIN report_place p ON p.number = c.place WHERE c.dossier = ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    auto row = statement->bind(number).step();
    if (!row) return std::unexpected(std::move(row).error());
    ensure(*row, "it was found in the same snapshot");
    auto contribution = contribution_row(*statement, 4);
    if (contribution) contribution->place = place_row(*statement, 0);
    return contribution;
}

Result<void> ReportReader::each_behind(const ReportQuery& query, const Cell& cell, const EachDossier& each) {
    const auto found = find_behind(query, cell);
    if (!found) return std::unexpected(found.error());
    for (const auto& [day, number] : *found) {
        const auto one = dossier(number);
        if (!one) return std::unexpected(one.error());
        const auto added = contribution(number);
        if (!added) return std::unexpected(added.error());
        if (!each(*one, *added)) return {};
    }
    return {};
}

Result<void> ReportReader::each_in_trouble(std::uint64_t as_of_ms, const sync::RuleSetContent& rules, const EachTrouble& each) {
    auto statement = database_.prepare("SELECT c.dossier FROM report_case c WHERE c.finished_day IS NULL AND c.watch_ms <= ? ORDER BY c.watch_ms");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(as_of_ms + sync::at_risk_horizon_ms);
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return {};
        const auto one = dossier(statement->integer(0));
        if (!one) return std::unexpected(one.error());
        const auto attention = sync::attention_of(*one, as_of_ms, rules, sync::calendar_of(*one, rulebook_));
        if (attention && !each(*one, *attention)) return {};
    }
}

}  // namespace motcua::node

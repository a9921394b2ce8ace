// What the book of a period holds: the dossiers that one line created.

#include <algorithm>

#include "node/store/reader.hpp"

namespace motcua::node {
namespace {

bool is_within(const std::optional<std::uint64_t>& at_ms, const BookPeriod& period) {
    return at_ms && *at_ms >= period.from_ms && *at_ms < period.to_ms;
}

void add(BookTotals& totals, const sync::Dossier& dossier, const BookPeriod& period) {
    if (is_within(dossier.clock.ended_ms, period)) ++totals.finished;
    if (is_within(dossier.returned_ms, period)) ++totals.returned;
    if (!dossier.clock.ended_ms || *dossier.clock.ended_ms >= period.to_ms) ++totals.open;
    if (dossier.received_ms < period.from_ms || !dossier.clock.started_ms) return;
    ++totals.received;
    if (!totals.first_code) totals.first_code = dossier.code;
    totals.last_code = dossier.code;
}

}  // namespace

Result<BookTotals> Reader::book(const sync::LogId& log, const BookPeriod& period) { return book(std::span(&log, 1), period); }

Result<BookTotals> Reader::book(std::span<const sync::LogId> logs, const BookPeriod& period) {
    auto statement = database_->prepare("SELECT state, id FROM dossier WHERE received_ms < ?1 ORDER BY received_ms, id");
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(period.to_ms);
    const auto is_own = [&](ByteView id) { return std::ranges::any_of(logs, [&](const auto& log) { return std::ranges::equal(log.view().first(8), id.first(8)); }); };
    BookTotals totals;
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return totals;
        if (statement->blob(1).size() < 8 || !is_own(statement->blob(1))) continue;
        const auto dossier = cbor::decode<sync::Dossier>(statement->blob(0));
        if (!dossier) return fail(ErrorKind::storage, "the stored state of a dossier is damaged; run motcua rebuild");
        if (!dossier->is_imported) add(totals, *dossier, period);
    }
}

}  // namespace motcua::node

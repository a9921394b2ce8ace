#pragma once
/// What reports ask of a node's database. Sums come from few rows; dossiers are looked up only where someone asks what is behind a cell.

#include <functional>

#include "node/store/reader.hpp"
#include "sync/report/attention.hpp"
#include "sync/report/day_book.hpp"
#include "sync/report/grouping.hpp"

namespace motcua::node {

/// What is asked: the period as it stood at `as_of_ms`. Everything that was stated up to the end of its day counts; which dossiers are overdue is
/// measured at the instant itself (unless that is the last minute of its day). So an early hour of today does not make late what is due this afternoon.
struct ReportQuery {
    sync::Period period;          ///< `to_day` is the day of as_of_ms
    std::uint64_t as_of_ms = 0;
    sync::RuleSetContent rules;
};

/// A reader for reports, over a reader and a registry that outlive it. One thread.
class ReportReader {
  public:
    ReportReader(Reader& reader, const sync::Registry& registry) : database_(reader.database()), rulebook_(registry) {}

    [[nodiscard]] const sync::Registry& registry() const { return rulebook_.registry(); }
    /// Milliseconds for a city's year. Errors: storage.
    [[nodiscard]] Result<sync::TotalsByPlace> totals(const ReportQuery& query);

    /// What a cell counts: columns of one kind (see sync::find_cell), in one group or in all.
    struct Cell {
        std::vector<sync::Column> columns;
        sync::GroupBy by = sync::GroupBy::city;
        std::optional<std::string> group_key;
    };
    /// The dossiers behind it, in order of reception; return false to stop. Reads the rows of those that may be.
    using EachDossier = std::function<bool(const sync::Dossier& dossier, const sync::Contribution& contribution)>;
    [[nodiscard]] Result<void> each_behind(const ReportQuery& query, const Cell& cell, const EachDossier& each);

    /// Those in process that are overdue or at risk at `as_of_ms`, the earliest due instant first. As things stand now: the past is not asked.
    using EachTrouble = std::function<bool(const sync::Dossier& dossier, const sync::Attention& attention)>;
    [[nodiscard]] Result<void> each_in_trouble(std::uint64_t as_of_ms, const sync::RuleSetContent& rules, const EachTrouble& each);

  private:
    [[nodiscard]] Result<void> add_sums(sync::TotalsByPlace& totals, const ReportQuery& query);
    [[nodiscard]] Result<void> take_back_not_due(sync::TotalsByPlace& totals, const ReportQuery& query);
    [[nodiscard]] Result<std::map<std::int64_t, sync::Place>> places();
    /// Received days and numbers of the dossiers whose own cell is 1.
    using Found = std::vector<std::pair<std::int64_t, std::int64_t>>;
    [[nodiscard]] Result<Found> find_behind(const ReportQuery& query, const Cell& cell);
    [[nodiscard]] Result<sync::Contribution> contribution(std::int64_t number);
    [[nodiscard]] Result<sync::Dossier> dossier(std::int64_t number);

    Database& database_;
    sync::Rulebook rulebook_;
};

}  // namespace motcua::node

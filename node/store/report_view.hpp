#pragma once
/// The views behind reports: what each dossier contributes, and sums over it by place and by day, month and year. Written in the
/// transaction that writes the dossiers' rows.

#include <array>
#include <map>

#include "node/store/store.hpp"
#include "sync/report/contribution.hpp"

namespace motcua::node {

/// A report of any period is a sum of few rows a place: whole years, then months, then days at its edges.
/// Values are in views; a rebuild rewrites them.
enum class SumSpan : std::uint8_t { day = 0, month = 1, year = 2 };
inline constexpr std::array every_sum_span{SumSpan::day, SumSpan::month, SumSpan::year};
/// The first day of the span that holds this day.
[[nodiscard]] std::int64_t first_day_of(SumSpan span, std::int64_t day);

/// A place's counters, those that are 0 left out: [counter, amount, counter, amount, …].
[[nodiscard]] Bytes encode_tally(const sync::Tally& tally);
[[nodiscard]] Result<sync::Tally> decode_tally(ByteView bytes);

/// Gathers the changes of many dossiers and writes each sum once. Lives inside one transaction; `flush` before it ends.
class ReportWriter {
  public:
    explicit ReportWriter(Reader& reader) : reader_(reader), database_(reader.database()) {}

    /// Replaces what the dossier contributed before. Its row is written already, and so are its acts.
    [[nodiscard]] Result<void> put(const sync::Dossier& dossier, const sync::Rulebook& rules);
    [[nodiscard]] Result<void> flush();

  private:
    struct SumKey {
        SumSpan span{};
        std::int64_t first_day = 0;
        std::int64_t place = 0;
        auto operator<=>(const SumKey&) const = default;
    };
    [[nodiscard]] Result<std::int64_t> number_of(const sync::Place& place);
    [[nodiscard]] Result<std::vector<sync::Act>> load_slips(const sync::Dossier& dossier);
    [[nodiscard]] Result<void> take_out(std::int64_t dossier);
    [[nodiscard]] Result<void> write_case(std::int64_t dossier, const sync::Contribution& contribution);
    [[nodiscard]] Result<void> write_sum(const SumKey& key, const sync::Tally& added);
    void count(std::int64_t place, const std::vector<sync::Change>& changes, std::int64_t sign);

    Reader& reader_;
    Database& database_;
    std::map<sync::Place, std::int64_t> places_;
    std::map<SumKey, sync::Tally> sums_;
};

}  // namespace motcua::node

#pragma once
/// Evaluation by Circular 01/2018/TT-VPCP: nine indices of 0 to 2 points each, and the class that their sum gives.
///
/// From the acts: total time (early 2, on time 1, overdue 0), unit time (of steps with a due instant), contacts (supplement requests). From citizens' slips:
/// the others. An index without data is stated as such and nothing is made up for it; without all of them there is no class.

#include <array>

#include "sync/report/rules.hpp"

namespace motcua::sync {

struct IndexScore {
    Index index{};
    std::int64_t points = 0;   ///< sum over `count` dossiers or slips
    std::int64_t count = 0;    ///< 0: no data
    /// The mean in hundredths of a point, half up.
    [[nodiscard]] std::optional<std::int64_t> hundredths() const;
};
[[nodiscard]] std::string_view name_of(Index index);
[[nodiscard]] std::string_view title_vi(Index index);

/// The nine, of the dossiers completed in the period and the slips of its days.
struct Evaluation {
    std::array<IndexScore, index_count> indices;
    std::int64_t early = 0, told_early = 0;   ///< whom it concerns has to be told of an early result
    std::int64_t late = 0, apologised = 0;    ///< and apologised to for a late one

    [[nodiscard]] const IndexScore& of(Index index) const { return indices[static_cast<std::size_t>(index) - 1]; }
    /// Sum of the means in hundredths; nothing while an index has no data.
    [[nodiscard]] std::optional<std::int64_t> agency_hundredths() const;
    /// Of the three that one officer answers for: unit time, contacts, attitude; at most 6 points.
    [[nodiscard]] std::optional<std::int64_t> officer_hundredths() const;
};
[[nodiscard]] Evaluation evaluate(const Totals& totals, const RuleSetContent& rules);

/// Cuts at 15, 12, 9 and 6 points of 18.
enum class AgencyClass : std::uint8_t { excellent, good, fair, average, weak };
[[nodiscard]] AgencyClass agency_class(std::int64_t hundredths);
[[nodiscard]] std::string_view name_of(AgencyClass agency);
[[nodiscard]] std::string_view name_vi(AgencyClass agency);
/// Cuts at 5 and 3.5 points of 6.
enum class OfficerClass : std::uint8_t { good, done, not_done };
[[nodiscard]] OfficerClass officer_class(std::int64_t hundredths);
[[nodiscard]] std::string_view name_of(OfficerClass officer);
[[nodiscard]] std::string_view name_vi(OfficerClass officer);

}  // namespace motcua::sync

#pragma once
/// Who did the work behind a report. Read from the dossiers of the period one by one, since names lie in bodies and in no view.

#include "node/store/report_reader.hpp"

namespace motcua::node {

/// How many different officers stated acts of the dossiers that were in process in the period, by the group of each act. Of imported events: the
/// resource that the body names; where a body is erased or not here, `unnamed` counts the event.
struct StaffCount {
    std::map<std::string, std::uint64_t> officers;  ///< by group key
    std::uint64_t officers_total = 0;
    std::uint64_t unnamed = 0;
};
[[nodiscard]] Result<StaffCount> count_staff(Reader& reader, ReportReader& reports, const ReportQuery& query, sync::GroupBy by);

/// What the dossiers that each officer completed in the period add up to.
[[nodiscard]] Result<std::map<sync::PublicKey, sync::Totals>> totals_by_officer(ReportReader& reports, const ReportQuery& query);

}  // namespace motcua::node

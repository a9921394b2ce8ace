#pragma once
/// Reports as tables: which columns they have and what they are called.

#include "cli/sheet.hpp"
#include "node/store/report_staff.hpp"
#include "sync/report/evaluation.hpp"

namespace motcua::cli {

/// A report that is asked for, over one snapshot of a node.
struct ReportScope {
    node::ReportQuery query;
    sync::GroupBy by = sync::GroupBy::city;
    const sync::Registry* registry = nullptr;
};

/// With the lines and facts that every report begins with.
[[nodiscard]] Sheet new_sheet(const ReportScope& scope, std::string name, std::string title);
/// Groups first, the sum of all last; of the whole city alone, just that. `staff` may be null.
[[nodiscard]] Sheet headline_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals, const node::StaffCount* staff);
[[nodiscard]] Sheet form_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals);
[[nodiscard]] Sheet evaluation_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals);
[[nodiscard]] Sheet officer_sheet(const ReportScope& scope, const std::map<sync::PublicKey, sync::Totals>& officers);

[[nodiscard]] std::vector<Sheet::Column> dossier_columns();
[[nodiscard]] std::vector<Sheet::Cell> dossier_row(const sync::Dossier& dossier);

}  // namespace motcua::cli

#include "cli/report_sheets.hpp"

#include <fmt/format.h>

namespace motcua::cli {
namespace {

using Form = Sheet::Form;

std::string moment_vi(std::uint64_t ms) {
    const auto at = sync::local_minute(ms);
    return sync::minute_vi(at.minute) + " " + sync::date_vi(at.day);
}

/// The groups of the table and, last, all of it.
std::vector<sync::GroupTotals> rows_of(const ReportScope& scope, const sync::TotalsByPlace& totals) {
    auto rows = scope.by == sync::GroupBy::city ? std::vector<sync::GroupTotals>{} : sync::grouped(totals, scope.by, *scope.registry);
    rows.push_back({{0, "total", scope.registry->city_name().empty() ? std::string("Toàn bộ") : "Tổng: " + scope.registry->city_name()}, sync::sum_of(totals)});
    return rows;
}

std::string_view title_of(sync::GroupBy by) {
    switch (by) {
        case sync::GroupBy::city: return "Phạm vi";
        case sync::GroupBy::level: return "Cấp";
        case sync::GroupBy::office: return "Cơ quan";
        case sync::GroupBy::field: return "Lĩnh vực";
    }
    return {};
}

/// The two columns that tell a row: its key and its name. People see the name alone.
std::vector<Sheet::Column> group_columns(sync::GroupBy by) { return {{"group", "", Form::text}, {"name", std::string(title_of(by)), Form::text}}; }
std::vector<Sheet::Cell> group_cells(const sync::Group& group) { return {group.key, group.name}; }

std::string points_vi(std::optional<std::int64_t> hundredths) {
    return hundredths ? fmt::format("{},{:02}", *hundredths / 100, *hundredths % 100) : std::string("chưa có số liệu");
}

Sheet::Cell words_or_dash(std::optional<std::string_view> words) { return words ? Sheet::Cell(std::string(*words)) : Sheet::Cell(); }

}  // namespace

Sheet new_sheet(const ReportScope& scope, std::string name, std::string title) {
    const auto& query = scope.query;
    Sheet sheet;
    sheet.heading = {std::move(title), fmt::format("Từ {} đến {}, tình trạng đến {}; quy tắc {}", sync::date_vi(query.period.from_day),
                                                   sync::date_vi(query.period.to_day), moment_vi(query.as_of_ms), query.rules.name)};
    const auto iso = [](std::int64_t day) {
        const auto date = sync::civil_date(day);
        return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
    };
    sheet.facts = {{"report", std::move(name)},
                   {"from", iso(query.period.from_day)},
                   {"to", iso(query.period.to_day)},
                   {"as_of_ms", static_cast<std::int64_t>(query.as_of_ms)},
                   {"rules", query.rules.name},
                   {"by", std::string(sync::name_of(scope.by))}};
    return sheet;
}

Sheet headline_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals, const node::StaffCount* staff) {
    auto sheet = new_sheet(scope, "headline", "TIẾP NHẬN VÀ GIẢI QUYẾT HỒ SƠ");
    sheet.columns = group_columns(scope.by);
    for (auto& column : std::vector<Sheet::Column>{{"taken_in", "Tiếp nhận", Form::count}, {"resolved", "Đã giải quyết", Form::count},
                                                   {"in_time", "Đúng hạn", Form::count}, {"in_time_bp", "Tỷ lệ đúng hạn", Form::rate},
                                                   {"hand_overs", "Lần bàn giao", Form::count}}) {
        sheet.columns.push_back(std::move(column));
    }
    if (staff != nullptr) sheet.columns.push_back({"officers", "Số cán bộ", Form::count});
    for (const auto& [group, sums] : rows_of(scope, totals)) {
        const auto form = sync::form_row(sums, scope.query.rules);
        auto row = group_cells(group);
        row.insert(row.end(), {form.online + form.direct, form.resolved(), form.early + form.on_time, cell_of(sync::on_time_rate(form)),
                               sums.during.of(sync::Counter::hand_overs)});
        if (staff != nullptr) {
            const auto known = staff->officers.find(group.key);
            const auto count = group.key == "total" ? staff->officers_total : known == staff->officers.end() ? 0 : known->second;
            row.push_back(static_cast<std::int64_t>(count));
        }
        sheet.rows.push_back(std::move(row));
    }
    sheet.notes = {"Đúng hạn gồm cả trước hạn; tỷ lệ tính trên hồ sơ đã giải quyết trong kỳ, làm tròn đến 0,01 %."};
    if (staff != nullptr && staff->unnamed > 0)
        sheet.notes.push_back(fmt::format("{} sự kiện không rõ cán bộ: thông tin đã được xóa hoặc không lưu tại nút này.", grouped_digits(static_cast<std::int64_t>(staff->unnamed))));
    return sheet;
}

Sheet form_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals) {
    auto sheet = new_sheet(scope, "ii06a", "BIỂU II.06a/VPCP/KSTT: TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH");
    sheet.columns = group_columns(scope.by);
    for (const auto column : sync::all_columns) {
        sheet.columns.push_back({std::string(sync::name_of(column)), fmt::format("({}) {}", static_cast<unsigned>(column), sync::title_vi(column)), Form::count});
    }
    for (const auto& [group, sums] : rows_of(scope, totals)) {
        const auto form = sync::form_row(sums, scope.query.rules);
        auto row = group_cells(group);
        for (const auto column : sync::all_columns) row.emplace_back(std::in_place_type<std::int64_t>, form.of(column));  // g++ 12 warns falsely of a moved temporary
        sheet.rows.push_back(std::move(row));
    }
    sheet.notes = {"(3) = (4) + (5) + (6); (7) = (8) + (9) + (10); (11) = (12) + (13); (3) = (7) + (11)."};
    return sheet;
}

Sheet evaluation_sheet(const ReportScope& scope, const sync::TotalsByPlace& totals) {
    auto sheet = new_sheet(scope, "evaluation", "ĐÁNH GIÁ VIỆC GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH (Thông tư 01/2018/TT-VPCP)");
    sheet.columns = group_columns(scope.by);
    for (std::size_t place = 1; place <= sync::index_count; ++place) {
        const auto index = static_cast<sync::Index>(place);
        sheet.columns.push_back({std::string(sync::name_of(index)), fmt::format("({})", place), Form::points});
    }
    for (auto& column : std::vector<Sheet::Column>{{"points", "Tổng điểm", Form::points}, {"class", "", Form::text}, {"class_vi", "Xếp loại", Form::text},
                                                   {"early", "Xong sớm", Form::count}, {"told_early", "đã báo", Form::count},
                                                   {"late", "Xong trễ", Form::count}, {"apologised", "đã xin lỗi", Form::count}}) {
        sheet.columns.push_back(std::move(column));
    }
    for (const auto& [group, sums] : rows_of(scope, totals)) {
        const auto evaluation = sync::evaluate(sums, scope.query.rules);
        auto row = group_cells(group);
        for (const auto& index : evaluation.indices) row.push_back(cell_of(index.hundredths()));
        const auto points = evaluation.agency_hundredths();
        row.push_back(cell_of(points));
        row.push_back(words_or_dash(points ? std::optional(sync::name_of(sync::agency_class(*points))) : std::nullopt));
        row.push_back(words_or_dash(points ? std::optional(sync::name_vi(sync::agency_class(*points))) : std::nullopt));
        row.insert(row.end(), {evaluation.early, evaluation.told_early, evaluation.late, evaluation.apologised});
        sheet.rows.push_back(std::move(row));
    }
    const auto all = sync::evaluate(sync::sum_of(totals), scope.query.rules);
    for (const auto& index : all.indices) {
        sheet.notes.push_back(fmt::format("({}) {}: {}{}", static_cast<unsigned>(index.index), sync::title_vi(index.index), points_vi(index.hundredths()),
                                          index.count > 0 ? fmt::format(" ({} lượt)", grouped_digits(index.count)) : std::string()));
    }
    sheet.notes.emplace_back("Chỉ số 1 đến 3 tính từ các bước đã ghi, 4 đến 9 từ phiếu đánh giá. Chưa đủ chín chỉ số thì chưa xếp loại.");
    return sheet;
}

Sheet officer_sheet(const ReportScope& scope, const std::map<sync::PublicKey, sync::Totals>& officers) {
    auto sheet = new_sheet(scope, "evaluation", "ĐÁNH GIÁ CÔNG CHỨC GIẢI QUYẾT HỒ SƠ (Thông tư 01/2018/TT-VPCP)");
    for (auto& [name, cell] : sheet.facts) {
        if (name == "by") cell = "officer";
    }
    sheet.columns = {{"officer", "Khóa công chức", Form::text}, {"resolved", "Hồ sơ", Form::count}, {"unit_time", "(2) Thời gian", Form::points},
                     {"contacts", "(3) Liên hệ", Form::points}, {"attitude", "(7) Thái độ", Form::points}, {"points", "Tổng điểm", Form::points},
                     {"class", "", Form::text}, {"class_vi", "Xếp loại", Form::text}};
    for (const auto& [key, sums] : officers) {
        const auto evaluation = sync::evaluate(sums, scope.query.rules);
        const auto points = evaluation.officer_hundredths();
        const auto mean = [&](sync::Index index) { return cell_of(evaluation.of(index).hundredths()); };
        sheet.rows.push_back({to_hex(key.view()), sync::form_row(sums, scope.query.rules).resolved(), mean(sync::Index::unit_time), mean(sync::Index::contacts),
                              mean(sync::Index::attitude), cell_of(points),
                              words_or_dash(points ? std::optional(sync::name_of(sync::officer_class(*points))) : std::nullopt),
                              words_or_dash(points ? std::optional(sync::name_vi(sync::officer_class(*points))) : std::nullopt)});
    }
    sheet.notes = {"Hồ sơ tính cho người ký kết quả. Tối đa 6 điểm; từ 5: hoàn thành tốt, từ 3,5: hoàn thành. Thiếu một chỉ số thì chưa xếp loại."};
    return sheet;
}

std::vector<Sheet::Column> dossier_columns() {
    return {{"code", "Mã hồ sơ", Form::text},         {"dossier", "", Form::text},         {"procedure", "Thủ tục", Form::text},
            {"office", "Cơ quan", Form::text},        {"unit", "Bộ phận", Form::text},     {"received_ms", "Tiếp nhận", Form::moment},
            {"due_ms", "Hạn trả", Form::moment},      {"ended_ms", "Xong", Form::moment},  {"status", "", Form::count},
            {"status_vi", "Trạng thái", Form::text}};
}

std::vector<Sheet::Cell> dossier_row(const sync::Dossier& dossier) {
    const auto unit = dossier.is_imported && !dossier.control.empty() ? dossier.control.back().to_unit : dossier.unit;
    return {dossier.code ? Sheet::Cell(*dossier.code) : Sheet::Cell(), to_hex(dossier.id.view()), dossier.procedure,
            dossier.custody ? Sheet::Cell(dossier.custody->office.code) : Sheet::Cell(), unit.empty() ? Sheet::Cell() : Sheet::Cell(unit),
            static_cast<std::int64_t>(dossier.received_ms), cell_of(sync::standing_due(dossier.clock)), cell_of(dossier.clock.ended_ms),
            static_cast<std::int64_t>(dossier.status), std::string(sync::name_vi(dossier.status))};
}

}  // namespace motcua::cli

/// `motcua report`: figures that can be recomputed from signed acts, and the dossiers behind each.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <charconv>

#include "cli/report_sheets.hpp"
#include "cli/verb.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Báo cáo từ các hồ sơ có tại nút này; mọi con số tính lại được từ các bước đã ký.

  headline    tiếp nhận, đã giải quyết, tỷ lệ đúng hạn
  ii06a       biểu II.06a/VPCP/KSTT, cột 3 đến 13
  evaluation  chín chỉ số của Thông tư 01/2018/TT-VPCP; --by officer: từng công chức
  overdue     hồ sơ đang quá hạn, và vì sao
  at-risk     hồ sơ còn không quá 1 ngày làm việc, hoặc có bước đã quá hạn

--behind CELL liệt kê hồ sơ đứng sau một ô: tên cột (received online direct carried
resolved early on_time overdue in_process within_time past_due taken_in in_time) hay số
cột của biểu, thêm @NHÓM để chỉ một dòng của --by (tên nhóm như trong --json). Hồ sơ tính
cho cơ quan đang giữ hoặc giữ sau cùng; hồ sơ nhập từ hệ thống cũ tính theo nhóm sau cùng.
Kỳ đã qua được tính theo những gì biết đến bây giờ; overdue và at-risk chỉ xét hồ sơ hiện
chưa xong. Quy tắc tính: sync/report/REPORTS.md.

Tỷ lệ trong --json và --csv là số nguyên phần vạn (9893 là 98,93 %), điểm là phần trăm.

Example:
  motcua report ii06a /srv/hanoi --from 2026-01-01 --to 2026-12-31 --by field --csv
  motcua report ii06a /srv/hanoi --from 2026-01-01 --by office --behind 10@H26.00004)";

struct Options {
    std::string directory, from, to, as_of, by = "city", rules{sync::form_rules}, behind;
    bool json = false, csv = false, staff = false;
    std::uint64_t limit = 100;

    [[nodiscard]] Sheet::Style style() const { return json ? Sheet::Style::json : csv ? Sheet::Style::csv : Sheet::Style::aligned; }
};

std::optional<std::int64_t> number_at(std::string_view text, std::size_t from, std::size_t length) {
    std::int64_t value = 0;
    if (text.size() < from + length) return std::nullopt;
    const char* begin = text.data() + from;
    const auto [end, trouble] = std::from_chars(begin, begin + length, value);
    return trouble == std::errc{} && end == begin + length ? std::optional(value) : std::nullopt;
}

/// "2026-12-01" or "01/12/2026".
Result<std::int64_t> parse_day(const std::string& text) {
    const bool is_iso = text.size() == 10 && text[4] == '-' && text[7] == '-';
    const bool is_vi = text.size() == 10 && text[2] == '/' && text[5] == '/';
    const auto year = number_at(text, is_vi ? 6 : 0, 4), month = number_at(text, is_vi ? 3 : 5, 2), day = number_at(text, is_vi ? 0 : 8, 2);
    const auto found = (is_iso || is_vi) && year && month && day ? sync::day_of({*year, *month, *day}) : std::nullopt;
    if (!found) return fail(ErrorKind::usage, "ngày \"" + text + "\" không đúng; viết 2026-12-01 hoặc 01/12/2026");
    return *found;
}

/// A day means its end; with THH:MM the minute itself.
Result<std::uint64_t> parse_moment(const std::string& text) {
    const auto day = parse_day(text.substr(0, 10));
    if (!day) return std::unexpected(day.error());
    if (text.size() == 10) return sync::ms_of({*day, sync::minutes_per_day - 1});
    const auto hour = number_at(text, 11, 2), minute = number_at(text, 14, 2);
    const bool is_time = text.size() == 16 && text[10] == 'T' && text[13] == ':' && hour && minute && *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60;
    if (!is_time) return fail(ErrorKind::usage, "thời điểm \"" + text + "\" không đúng; viết 2026-12-01 hoặc 2026-12-01T15:30");
    return sync::ms_of({*day, *hour * 60 + *minute});
}

/// A node's database and registry, read in one snapshot.
struct Opened {
    node::Reader reader;
    sync::Registry registry;
};
Result<std::unique_ptr<Opened>> open(const std::string& directory) {
    const auto config = node::Config::load(directory);
    if (!config) return std::unexpected(config.error());
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return fail(ErrorKind::refused, "nút này chưa được cấp phép vào thành phố, nên chưa có báo cáo; xem motcua enrol --help");
    auto reader = node::Reader::open(directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    if (auto begun = reader->begin_snapshot(); !begun) return std::unexpected(std::move(begun).error());
    auto registry = node::load_registry(*reader, std::move(*pin));
    if (!registry) return std::unexpected(std::move(registry).error());
    return std::make_unique<Opened>(Opened{std::move(*reader), std::move(*registry)});
}

/// From the first of the year of `to` unless said; up to today. What lies ahead of the clock cannot be reported.
Result<node::ReportQuery> query_of(const Options& options, const sync::Registry& registry, std::uint64_t now_ms) {
    const auto as_of = options.as_of.empty() ? Result<std::uint64_t>(now_ms) : parse_moment(options.as_of);
    if (!as_of) return std::unexpected(as_of.error());
    const auto to = options.to.empty() ? Result<std::int64_t>(sync::report_day(*as_of)) : parse_day(options.to);
    if (!to) return std::unexpected(to.error());
    const auto first_of_year = [](std::int64_t day) { return *sync::day_of({sync::civil_date(day).year, 1, 1}); };
    node::ReportQuery query;
    query.period.to_day = std::min(*to, sync::report_day(*as_of));
    query.as_of_ms = sync::report_day(*as_of) > query.period.to_day ? sync::ms_of({query.period.to_day, sync::minutes_per_day - 1}) : *as_of;
    const auto from = options.from.empty() ? Result<std::int64_t>(first_of_year(query.period.to_day)) : parse_day(options.from);
    if (!from) return std::unexpected(from.error());
    query.period.from_day = *from;
    if (*from > query.period.to_day) return fail(ErrorKind::usage, "kỳ báo cáo bắt đầu sau khi kết thúc; xem lại --from, --to và --as-of");
    auto rules = sync::rule_set_of(registry, options.rules, query.period.to_day);
    if (!rules) return std::unexpected(std::move(rules).error());
    query.rules = std::move(*rules);
    return query;
}

Result<Sheet> behind(const ReportScope& scope, node::ReportReader& reports, const Options& options) {
    const auto at = options.behind.find('@');
    const auto column = options.behind.substr(0, at);
    node::ReportReader::Cell cell{.columns = sync::find_cell(column), .by = scope.by, .group_key = std::nullopt};
    if (cell.columns.empty()) return fail(ErrorKind::usage, "không có cột \"" + column + "\"; xem motcua report --help");
    if (at != std::string::npos) cell.group_key = options.behind.substr(at + 1);
    auto sheet = new_sheet(scope, "behind", "HỒ SƠ ĐỨNG SAU Ô " + options.behind);
    sheet.columns = dossier_columns();
    bool is_cut = false;
    auto read = reports.each_behind(scope.query, cell, [&](const sync::Dossier& dossier, const sync::Contribution&) {
        is_cut = sheet.rows.size() == options.limit;
        if (!is_cut) sheet.rows.push_back(dossier_row(dossier));
        return !is_cut;
    });
    if (!read) return std::unexpected(std::move(read).error());
    if (is_cut) sheet.notes = {"Còn nữa; thêm --limit để xem hết."};
    return sheet;
}

Result<Sheet> trouble(const ReportScope& scope, node::ReportReader& reports, const Options& options, bool is_overdue) {
    auto sheet = new_sheet(scope, is_overdue ? "overdue" : "at-risk", is_overdue ? "HỒ SƠ ĐANG QUÁ HẠN" : "HỒ SƠ CÓ NGUY CƠ TRỄ HẠN");
    sheet.heading[1] = fmt::format("Tình trạng đến {}; quy tắc {}", sync::minute_vi(sync::local_minute(scope.query.as_of_ms).minute) + " " +
                                   sync::date_vi(sync::report_day(scope.query.as_of_ms)), scope.query.rules.name);
    sheet.columns = dossier_columns();
    sheet.columns.push_back({"working_minutes", "", Sheet::Form::count});
    sheet.columns.push_back({"why", "Vì sao", Sheet::Form::text});
    bool is_cut = false;
    auto read = reports.each_in_trouble(scope.query.as_of_ms, scope.query.rules, [&](const sync::Dossier& dossier, const sync::Attention& attention) {
        if ((attention.trouble == sync::Trouble::overdue) != is_overdue) return true;
        is_cut = sheet.rows.size() == options.limit;
        if (is_cut) return false;
        auto row = dossier_row(dossier);
        row.push_back(static_cast<std::int64_t>(attention.working_minutes));
        row.push_back(attention.why);
        sheet.rows.push_back(std::move(row));
        return true;
    });
    if (!read) return std::unexpected(std::move(read).error());
    sheet.notes = {is_cut ? "Còn nữa; thêm --limit để xem hết." : sheet.rows.empty() ? "Không có hồ sơ nào." : fmt::format("{} hồ sơ.", sheet.rows.size())};
    return sheet;
}

using Make = Result<Sheet> (*)(const ReportScope&, node::Reader&, node::ReportReader&, const Options&);

Result<Sheet> headline(const ReportScope& scope, node::Reader& reader, node::ReportReader& reports, const Options& options) {
    const auto totals = reports.totals(scope.query);
    if (!totals) return std::unexpected(totals.error());
    if (!options.staff) return headline_sheet(scope, *totals, nullptr);
    const auto staff = node::count_staff(reader, reports, scope.query, scope.by);
    if (!staff) return std::unexpected(staff.error());
    return headline_sheet(scope, *totals, &*staff);
}
Result<Sheet> form(const ReportScope& scope, node::Reader&, node::ReportReader& reports, const Options&) {
    const auto totals = reports.totals(scope.query);
    if (!totals) return std::unexpected(totals.error());
    return form_sheet(scope, *totals);
}
Result<Sheet> evaluation(const ReportScope& scope, node::Reader&, node::ReportReader& reports, const Options& options) {
    if (options.by == "officer") {
        const auto officers = node::totals_by_officer(reports, scope.query);
        if (!officers) return std::unexpected(officers.error());
        return officer_sheet(scope, *officers);
    }
    const auto totals = reports.totals(scope.query);
    if (!totals) return std::unexpected(totals.error());
    return evaluation_sheet(scope, *totals);
}
Result<Sheet> overdue(const ReportScope& scope, node::Reader&, node::ReportReader& reports, const Options& options) { return trouble(scope, reports, options, true); }
Result<Sheet> at_risk(const ReportScope& scope, node::Reader&, node::ReportReader& reports, const Options& options) { return trouble(scope, reports, options, false); }

Result<void> report(const Options& options, const Program& program, Make make) {
    auto opened = open(options.directory);
    if (!opened) return std::unexpected(opened.error());
    const auto now = program.environment.clock->wall().time_since_epoch().count();
    auto query = query_of(options, (*opened)->registry, static_cast<std::uint64_t>(std::max<std::int64_t>(0, now)));
    if (!query) return std::unexpected(std::move(query).error());
    const auto by = sync::find_grouping(options.by).value_or(sync::GroupBy::city);
    const ReportScope scope{.query = std::move(*query), .by = by, .registry = &(*opened)->registry};
    node::ReportReader reports((*opened)->reader, (*opened)->registry);
    const auto sheet = options.behind.empty() ? make(scope, (*opened)->reader, reports, options) : behind(scope, reports, options);
    if (!sheet) return std::unexpected(sheet.error());
    fmt::print("{}", sheet->text(options.style()));
    return {};
}

}  // namespace

void add_report(CLI::App& app, Program& program) {
    auto* verbs = app.add_subcommand("report", "Báo cáo: what was received, resolved, overdue, and which dossiers are behind");
    verbs->footer(help_text);
    verbs->require_subcommand(1);
    auto options = std::make_shared<Options>();
    const auto add = [&](const char* name, const char* what, Make make, std::vector<std::string> groupings) {
        auto* verb = verbs->add_subcommand(name, what);
        verb->add_option("DIR", options->directory, "Thư mục của nút")->required();
        verb->add_option("--as-of", options->as_of, "Tình trạng đến lúc nào; mặc định: bây giờ")->type_name("YYYY-MM-DD[THH:MM]");
        verb->add_option("--rules", options->rules, "Bộ quy tắc: của danh mục, hoặc II.06a, strict")->type_name("NAME")->capture_default_str();
        verb->add_option("--limit", options->limit, "Liệt kê nhiều nhất bao nhiêu hồ sơ")->capture_default_str();
        auto* json = verb->add_flag("--json", options->json, "In dạng JSON");
        verb->add_flag("--csv", options->csv, "In dạng CSV (RFC 4180)")->excludes(json);
        if (!groupings.empty()) {
            verb->add_option("--from", options->from, "Ngày đầu kỳ; mặc định: đầu năm")->type_name("YYYY-MM-DD");
            verb->add_option("--to", options->to, "Ngày cuối kỳ; mặc định: hôm nay")->type_name("YYYY-MM-DD");
            verb->add_option("--by", options->by, "Chia dòng theo")->check(CLI::IsMember(std::move(groupings)))->capture_default_str();
            verb->add_option("--behind", options->behind, "Liệt kê hồ sơ đứng sau một ô")->type_name("COLUMN[@GROUP]");
        }
        verb->callback([options, &program, make] { program.run = [options, &program, make] { return report(*options, program, make); }; });
        return verb;
    };
    add("headline", "Tiếp nhận và tỷ lệ đúng hạn", headline, {"city", "level", "office", "field"})
        ->add_flag("--staff", options->staff, "Đếm cả cán bộ: đọc từng hồ sơ của kỳ, chậm hơn");
    add("ii06a", "Biểu II.06a/VPCP/KSTT", form, {"city", "level", "office", "field"});
    add("evaluation", "Đánh giá theo Thông tư 01/2018/TT-VPCP", evaluation, {"city", "level", "office", "field", "officer"});
    add("overdue", "Hồ sơ đang quá hạn", overdue, {});
    add("at-risk", "Hồ sơ có nguy cơ trễ hạn", at_risk, {});
}

}  // namespace motcua::cli

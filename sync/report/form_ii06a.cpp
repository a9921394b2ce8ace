#include "sync/report/form_ii06a.hpp"

#include <algorithm>
#include <string>

namespace motcua::sync {
namespace {

struct ColumnWords {
    Column column;
    std::string_view name, title_vi;
};
constexpr ColumnWords words[] = {
    {Column::received, "received", "Tổng số tiếp nhận"},     {Column::online, "online", "Trực tuyến"},
    {Column::direct, "direct", "Trực tiếp, bưu chính"},      {Column::carried, "carried", "Từ kỳ trước"},
    {Column::resolved, "resolved", "Đã giải quyết"},         {Column::early, "early", "Trước hạn"},
    {Column::on_time, "on_time", "Đúng hạn"},                {Column::overdue, "overdue", "Quá hạn"},
    {Column::in_process, "in_process", "Đang giải quyết"},   {Column::within_time, "within_time", "Trong hạn"},
    {Column::past_due, "past_due", "Đã quá hạn"},
};

const ColumnWords& words_of(Column column) { return *std::ranges::find(words, column, &ColumnWords::column); }

}  // namespace

std::string_view name_of(Column column) { return words_of(column).name; }
std::string_view title_vi(Column column) { return words_of(column).title_vi; }

std::vector<Column> find_cell(std::string_view text) {
    if (text == "taken_in") return {Column::online, Column::direct};
    if (text == "in_time") return {Column::early, Column::on_time};
    for (const auto& known : words) {
        if (text == known.name || text == std::to_string(static_cast<unsigned>(known.column))) return {known.column};
    }
    return {};
}

std::int64_t FormRow::of(Column column) const {
    switch (column) {
        case Column::received: return received();
        case Column::online: return online;
        case Column::direct: return direct;
        case Column::carried: return carried;
        case Column::resolved: return resolved();
        case Column::early: return early;
        case Column::on_time: return on_time;
        case Column::overdue: return overdue;
        case Column::in_process: return in_process();
        case Column::within_time: return within_time();
        case Column::past_due: return past_due;
    }
    return 0;
}

FormRow& FormRow::operator+=(const FormRow& other) {
    online += other.online;
    direct += other.direct;
    carried += other.carried;
    early += other.early;
    on_time += other.on_time;
    overdue += other.overdue;
    past_due += other.past_due;
    return *this;
}

FormRow form_row(const Totals& totals, const RuleSetContent& rules) {
    FormRow row;
    row.online = totals.during.of(Counter::received_online);
    row.direct = totals.during.of(Counter::received_direct);
    row.carried = totals.before.received() - totals.before.finished();
    const auto count = [&](EndClass end, std::int64_t dossiers) {
        switch (end) {
            case EndClass::early: row.early += dossiers; break;
            case EndClass::on_time: row.on_time += dossiers; break;
            case EndClass::overdue: row.overdue += dossiers; break;
        }
    };
    for (std::size_t number = 0; number < timing_count; ++number) {
        const auto timing = static_cast<Timing>(number);
        const auto end = class_of(timing, rules);
        count(end, totals.during.of(Counter::completed, timing));
        // Returned early is no sooner than on time: nobody has got what was asked for.
        const auto otherwise = rules.returned_is_on_time || end == EndClass::early ? EndClass::on_time : end;
        count(otherwise, totals.during.of(Counter::ended_otherwise, timing));
    }
    const auto past = rules.waiting_is_on_time ? Counter::overdue_at_work : Counter::overdue;
    row.past_due = totals.before.of(past) + totals.during.of(past);
    return row;
}

std::optional<std::int64_t> basis_points(std::int64_t part, std::int64_t whole) {
    if (whole <= 0) return std::nullopt;
    const auto rounded = (part * 20'000 + whole) / (2 * whole);
    if (rounded == 10'000 && part < whole) return 9'999;
    if (rounded == 0 && part > 0) return 1;
    return rounded;
}

}  // namespace motcua::sync

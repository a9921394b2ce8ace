#include <catch2/catch.hpp>

#include "sync/calendar/explain.hpp"
#include "tests/support/world.hpp"
#include "tests/sync/calendar/deadline_table.hpp"
#include "tests/sync/calendar/naive_calendar.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

std::string shown(const LocalMinute& at) { return weekday_vi(at.day) + " " + date_vi(at.day) + " " + minute_vi(at.minute); }

}  // namespace

TEST_CASE("every case of the deadline table is due as a lawyer derived it, by the engine and by the naive count") {
    const DeadlineTable table = read_deadline_table();
    CHECK(table.cases.size() >= 120);
    for (const DeadlineCase& one : table.cases) {
        INFO(one.text);
        const auto& acts = table.calendars.at(one.calendar);
        const auto due = Calendar(acts).due(one.whole_term());
        REQUIRE(due.has_value());
        CHECK(shown(local_minute(due->ms)) == shown(local_minute(one.due.ms)));
        CHECK(due->is_provisional == one.due.is_provisional);
        CHECK(shown(NaiveCalendar(acts).due(one.whole_term())) == shown(local_minute(one.due.ms)));
    }
}

TEST_CASE("every case of the deadline table explains itself: the count is complete, and it ends at the due date") {
    const DeadlineTable table = read_deadline_table();
    for (const DeadlineCase& one : table.cases) {
        INFO(one.text);
        const Calendar calendar(table.calendars.at(one.calendar));
        const auto explanation = explain(calendar, one.whole_term());
        REQUIRE(explanation.has_value());
        CHECK(explanation->due == one.due);
        std::uint64_t counted = 0;
        std::optional<std::int64_t> last;
        bool is_due_last = false;
        for (const DueLine& line : explanation->lines) {
            if (line.step == DueStep::begins) {
                counted = 0;
                last = line.at.day;
            }
            if (line.step == DueStep::counted || line.step == DueStep::skipped) {
                if (line.step == DueStep::counted) counted += line.amount;
                CHECK((line.step == DueStep::counted) == (calendar.at(line.at.day).halves > 0));
                REQUIRE(last.has_value());
                CHECK(line.at.day >= *last);  // no day twice, but for hours on both sides of a pause
                last = line.at.day;
            }
            is_due_last = line.step == DueStep::due || (is_due_last && line.step == DueStep::provisional);
        }
        CHECK(is_due_last);
        const std::uint64_t amount = explanation->time.amount;
        if (explanation->time.unit == TimeUnit::working_hour) CHECK(counted == 60 * amount);
        if (explanation->time.unit == TimeUnit::working_day) CHECK((counted == 2 * amount || counted == 2 * amount + 1));
        for (const std::string& text : text_vi(*explanation)) CHECK(text.size() > 10);
    }
}

TEST_CASE("an explanation names each skipped day and its reason in Vietnamese") {
    const DeadlineTable table = read_deadline_table();
    const Calendar calendar(table.calendars.at("VN+Sat"));
    const Pause pause{read_instant("Wed 25/11/2026 10:00"), read_instant("Thu 26/11/2026 15:30"), ClockMode::resume};
    const Term term{.time = {TimeUnit::working_day, 4},
                    .extra = std::nullopt,
                    .start_ms = read_instant("Thu 19/11/2026 15:40"),
                    .cutoff_minute = 900,
                    .pauses = std::span(&pause, 1)};
    const auto explanation = explain(calendar, term);
    REQUIRE(explanation.has_value());
    const std::vector<std::string> expected{
        "Nhận lúc 15:40 thứ Năm 19/11/2026.",
        "Nhận sau 15:00: tính từ ngày làm việc tiếp theo.",
        "thứ Sáu 20/11/2026: ngày bắt đầu, không tính vào thời hạn (Điều 147 Bộ luật Dân sự).",
        "thứ Bảy 21/11/2026: làm việc nửa ngày, tính 0,5 ngày, được 0,5 trên 4 ngày.",
        "Chủ nhật 22/11/2026: nghỉ cuối tuần, không tính.",
        "thứ Hai 23/11/2026: làm việc cả ngày, tính 1 ngày, được 1,5 trên 4 ngày.",
        "thứ Ba 24/11/2026: nghỉ lễ (Ngày Văn hóa Việt Nam), không tính.",
        "thứ Tư 25/11/2026: làm việc cả ngày, tính 1 ngày, được 2,5 trên 4 ngày.",
        "Tạm dừng tính từ 10:00 thứ Tư 25/11/2026.",
        "Hết tạm dừng lúc 15:30 thứ Năm 26/11/2026: tính tiếp.",
        "Nhận sau 15:00: tính từ ngày làm việc tiếp theo.",
        "thứ Bảy 28/11/2026: làm việc nửa ngày, tính 0,5 ngày, được 3 trên 4 ngày.",
        "Chủ nhật 29/11/2026: nghỉ cuối tuần, không tính.",
        "thứ Hai 30/11/2026: làm việc cả ngày, tính 1 ngày, được 4 trên 4 ngày.",
        "Hạn trả kết quả: 17:00 thứ Hai 30/11/2026.",
    };
    CHECK(text_vi(*explanation) == expected);
}

TEST_CASE("an explanation of hours, of a moved last day and of a compensatory Saturday says so") {
    const DeadlineTable table = read_deadline_table();
    const Calendar calendar(table.calendars.at("VN"));
    const auto told = [&](StatutoryTime time, std::string_view start) {
        std::string text;
        const auto explanation = explain(calendar, Term{.time = time, .extra = std::nullopt, .start_ms = read_instant(start), .cutoff_minute = 900, .pauses = {}});
        for (const std::string& line : text_vi(value_of(explanation))) text += line + "\n";
        return text;
    };
    CHECK(told({TimeUnit::working_hour, 8}, "Fri 09/01/2026 14:30") ==
          "Nhận lúc 14:30 thứ Sáu 09/01/2026.\n"
          "Bắt đầu tính từ 14:30 thứ Sáu 09/01/2026.\n"
          "thứ Sáu 09/01/2026: làm việc cả ngày, tính 2 giờ 30 phút, được 2 giờ 30 phút trên 8 giờ.\n"
          "thứ Bảy 10/01/2026: làm bù (Làm bù cho thứ Sáu 02/01), tính 5 giờ 30 phút, được 8 giờ trên 8 giờ.\n"
          "Hạn trả kết quả: 14:30 thứ Bảy 10/01/2026.\n");
    CHECK(told({TimeUnit::calendar_month, 1}, "Fri 27/03/2026 09:00") ==
          "Nhận lúc 09:00 thứ Sáu 27/03/2026.\n"
          "thứ Sáu 27/03/2026: ngày bắt đầu, không tính vào thời hạn (Điều 147 Bộ luật Dân sự).\n"
          "Tính 1 tháng liên tục: ngày cuối là thứ Hai 27/04/2026.\n"
          "thứ Hai 27/04/2026: nghỉ bù (Giỗ Tổ Hùng Vương), hạn chuyển sang ngày làm việc tiếp theo (Điều 148 Bộ luật Dân sự).\n"
          "Hạn trả kết quả: 17:00 thứ Ba 28/04/2026.\n");
    CHECK(told({TimeUnit::same_day, 0}, "Fri 31/12/2027 16:00") ==
          "Nhận lúc 16:00 thứ Sáu 31/12/2027.\n"
          "Nhận sau 15:00: tính từ ngày làm việc tiếp theo.\n"
          "thứ Bảy 01/01/2028: nghỉ cuối tuần, không tính.\n"
          "Chủ nhật 02/01/2028: nghỉ cuối tuần, không tính.\n"
          "thứ Hai 03/01/2028: trả kết quả trong ngày này.\n"
          "Hạn trả kết quả: 17:00 thứ Hai 03/01/2028.\n"
          "Lịch nghỉ mới công bố đến 31/12/2027: hạn này là tạm tính.\n");
}

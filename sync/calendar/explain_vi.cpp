/// The Vietnamese of an explanation.

#include <fmt/format.h>

#include "sync/calendar/explain.hpp"

namespace motcua::sync {
namespace {

std::string day_vi(std::int64_t day) { return weekday_vi(day) + " " + date_vi(day); }
std::string instant_vi(const LocalMinute& at) { return minute_vi(at.minute) + " " + day_vi(at.day); }

std::string halves_vi(std::uint64_t halves) { return fmt::format("{}{}", halves / 2, halves % 2 == 1 ? ",5" : ""); }
std::string hours_vi(std::uint64_t minutes) {
    if (minutes % 60 == 0) return fmt::format("{} giờ", minutes / 60);
    if (minutes < 60) return fmt::format("{} phút", minutes);
    return fmt::format("{} giờ {} phút", minutes / 60, minutes % 60);
}

/// "nghỉ lễ (Tết Nguyên đán)"
std::string reason_vi(const DueLine& line) {
    const auto named = [&](std::string_view what) { return line.name.empty() ? std::string(what) : fmt::format("{} ({})", what, line.name); };
    switch (line.day_class) {
        case DayClass::working: return "làm việc cả ngày";
        case DayClass::half: return named("làm việc nửa ngày");
        case DayClass::compensatory: return named("làm bù");
        case DayClass::weekend: return "nghỉ cuối tuần";
        case DayClass::holiday: return named("nghỉ lễ");
        case DayClass::substitute_off: return named("nghỉ bù");
        case DayClass::unknown: break;
    }
    return "ngoài lịch làm việc";
}

std::string counted_vi(const DueLine& line, const StatutoryTime& time) {
    if (time.unit == TimeUnit::working_hour) {
        return fmt::format("{}: {}, tính {}, được {} trên {} giờ.", day_vi(line.at.day), reason_vi(line), hours_vi(line.amount),
                           hours_vi(line.so_far), time.amount);
    }
    return fmt::format("{}: {}, tính {} ngày, được {} trên {} ngày.", day_vi(line.at.day), reason_vi(line), halves_vi(line.amount),
                       halves_vi(line.so_far), time.amount);
}

std::string begins_vi(const DueLine& line, const StatutoryTime& time) {
    switch (time.unit) {
        case TimeUnit::working_hour: return fmt::format("Bắt đầu tính từ {}.", instant_vi(line.at));
        case TimeUnit::same_day: return fmt::format("{}: trả kết quả trong ngày này.", day_vi(line.at.day));
        case TimeUnit::working_day:
        case TimeUnit::calendar_day:
        case TimeUnit::calendar_month: break;
    }
    return fmt::format("{}: ngày bắt đầu, không tính vào thời hạn (Điều 147 Bộ luật Dân sự).", day_vi(line.at.day));
}

std::string plain_last_day_vi(const DueLine& line, const StatutoryTime& time) {
    const std::string moved = line.amount == 0 ? "" : fmt::format(", cộng {} ngày tạm dừng", line.amount);
    return fmt::format("Tính {} liên tục{}: ngày cuối là {}.", text_vi(time), moved, day_vi(line.at.day));
}

std::string line_vi(const DueLine& line, const StatutoryTime& time) {
    constexpr const char* next = "tính từ ngày làm việc tiếp theo";
    switch (line.step) {
        case DueStep::received: return fmt::format("Nhận lúc {}.", instant_vi(line.at));
        case DueStep::after_cutoff: return fmt::format("Nhận sau {}: {}.", minute_vi(static_cast<std::int64_t>(line.amount)), next);
        case DueStep::after_hours:
            return fmt::format("Nhận khi đã hết giờ làm việc ({}): {}.", minute_vi(static_cast<std::int64_t>(line.amount)), next);
        case DueStep::on_day_off: return fmt::format("Nhận vào ngày nghỉ, {}: {}.", reason_vi(line), next);
        case DueStep::passed:
        case DueStep::skipped: return fmt::format("{}: {}, không tính.", day_vi(line.at.day), reason_vi(line));
        case DueStep::begins: return begins_vi(line, time);
        case DueStep::counted: return counted_vi(line, time);
        case DueStep::more: return fmt::format("… và {} ngày nữa đến {}.", line.amount, day_vi(line.at.day));
        case DueStep::paused: return fmt::format("Tạm dừng tính từ {}.", instant_vi(line.at));
        case DueStep::pause_is_late: return fmt::format("Yêu cầu lúc {} đến sau khi đã hết hạn: hạn không đổi.", instant_vi(line.at));
        case DueStep::restarts: return fmt::format("Đã bổ sung đủ lúc {}: tính lại từ đầu.", instant_vi(line.at));
        case DueStep::goes_on: return fmt::format("Hết tạm dừng lúc {}: tính tiếp.", instant_vi(line.at));
        case DueStep::plain_last_day: return plain_last_day_vi(line, time);
        case DueStep::moved:
            return fmt::format("{}: {}, hạn chuyển sang ngày làm việc tiếp theo (Điều 148 Bộ luật Dân sự).", day_vi(line.at.day), reason_vi(line));
        case DueStep::due: return fmt::format("Hạn trả kết quả: {}.", instant_vi(line.at));
        case DueStep::provisional:
            return line.at.day < 0 ? std::string("Lịch nghỉ chưa được công bố: hạn này là tạm tính.")
                                   : fmt::format("Lịch nghỉ mới công bố đến {}: hạn này là tạm tính.", date_vi(line.at.day));
    }
    return {};
}

}  // namespace

std::string text_vi(const StatutoryTime& time) {
    switch (time.unit) {
        case TimeUnit::working_day: return fmt::format("{} ngày làm việc", time.amount);
        case TimeUnit::working_hour: return fmt::format("{} giờ làm việc", time.amount);
        case TimeUnit::same_day: return "trong ngày";
        case TimeUnit::calendar_day: return fmt::format("{} ngày", time.amount);
        case TimeUnit::calendar_month: return fmt::format("{} tháng", time.amount);
    }
    return "chưa rõ";
}

std::vector<std::string> text_vi(const DueExplanation& explanation) {
    std::vector<std::string> text;
    text.reserve(explanation.lines.size());
    for (const DueLine& line : explanation.lines) text.push_back(line_vi(line, explanation.time));
    return text;
}

}  // namespace motcua::sync

#include "sync/report/evaluation.hpp"

namespace motcua::sync {
namespace {

struct Words {
    std::string_view name, vi;
};
constexpr std::array<Words, index_count> index_words{{
    {"total_time", "Thời gian giải quyết so với quy định"},
    {"unit_time", "Thời gian thực hiện của từng đơn vị"},
    {"contacts", "Số lần phải liên hệ để hoàn thiện hồ sơ"},
    {"agencies", "Số cơ quan phải liên hệ"},
    {"one_stop", "Thực hiện tại Bộ phận Một cửa"},
    {"publicity", "Công khai thủ tục hành chính"},
    {"attitude", "Thái độ của công chức"},
    {"responses", "Tiếp thu, giải trình phản ánh, kiến nghị"},
    {"online", "Cung cấp dịch vụ công trực tuyến"},
}};
const Words& words_of(Index index) { return index_words[static_cast<std::size_t>(index) - 1]; }

constexpr std::array<Words, 5> agency_words{{
    {"excellent", "Xuất sắc"}, {"good", "Tốt"}, {"fair", "Khá"}, {"average", "Trung bình"}, {"weak", "Yếu"},
}};
constexpr std::array<Words, 3> officer_words{{
    {"good", "Hoàn thành tốt nhiệm vụ"}, {"done", "Hoàn thành nhiệm vụ"}, {"not_done", "Không hoàn thành nhiệm vụ"},
}};

constexpr std::array<std::int64_t, 4> agency_cuts{1500, 1200, 900, 600};
constexpr std::array<std::int64_t, 2> officer_cuts{500, 350};

template <std::size_t N>
std::size_t class_below(const std::array<std::int64_t, N>& cuts, std::int64_t hundredths) {
    std::size_t place = 0;
    while (place < N && hundredths < cuts[place]) ++place;
    return place;
}

IndexScore total_time(const Tally& during, const RuleSetContent& rules) {
    IndexScore score{.index = Index::total_time};
    for (std::size_t number = 0; number < timing_count; ++number) {
        const auto timing = static_cast<Timing>(number);
        if (timing == Timing::no_due) continue;  // nothing to be shorter or longer than
        const auto dossiers = during.of(Counter::completed, timing);
        const auto end = class_of(timing, rules);
        score.count += dossiers;
        score.points += dossiers * (end == EndClass::early ? 2 : end == EndClass::on_time ? 1 : 0);
    }
    return score;
}

std::int64_t ended(const Tally& during, Timing timing) {
    return during.of(Counter::completed, timing) + during.of(Counter::ended_otherwise, timing);
}

/// Nothing where one of them has no data.
template <std::size_t N>
std::optional<std::int64_t> sum_of(const Evaluation& evaluation, const std::array<Index, N>& indices) {
    std::int64_t sum = 0;
    for (const auto index : indices) {
        const auto mean = evaluation.of(index).hundredths();
        if (!mean) return std::nullopt;
        sum += *mean;
    }
    return sum;
}

}  // namespace

std::optional<std::int64_t> IndexScore::hundredths() const {
    if (count <= 0) return std::nullopt;
    return (points * 200 + count) / (2 * count);
}
std::string_view name_of(Index index) { return words_of(index).name; }
std::string_view title_vi(Index index) { return words_of(index).vi; }

std::optional<std::int64_t> Evaluation::agency_hundredths() const {
    static constexpr std::array all{Index::total_time, Index::unit_time, Index::contacts,  Index::agencies, Index::one_stop,
                                    Index::publicity,  Index::attitude,  Index::responses, Index::online};
    return sum_of(*this, all);
}
std::optional<std::int64_t> Evaluation::officer_hundredths() const {
    static constexpr std::array own{Index::unit_time, Index::contacts, Index::attitude};
    return sum_of(*this, own);
}

Evaluation evaluate(const Totals& totals, const RuleSetContent& rules) {
    const auto& during = totals.during;
    Evaluation evaluation;
    evaluation.indices[0] = total_time(during, rules);
    for (std::size_t place = 1; place < index_count; ++place) {
        const auto index = static_cast<Index>(place + 1);
        evaluation.indices[place] = {.index = index, .points = during.of(Counter::score, index), .count = during.of(Counter::scored, index)};
    }
    evaluation.early = ended(during, Timing::earlier_working_day) + ended(during, Timing::earlier_instant);
    evaluation.told_early = during.of(Counter::told_early);
    evaluation.late = ended(during, Timing::later_on_due_day) + ended(during, Timing::after_due_day);
    evaluation.apologised = during.of(Counter::apologised);
    return evaluation;
}

AgencyClass agency_class(std::int64_t hundredths) { return static_cast<AgencyClass>(class_below(agency_cuts, hundredths)); }
std::string_view name_of(AgencyClass agency) { return agency_words[static_cast<std::size_t>(agency)].name; }
std::string_view name_vi(AgencyClass agency) { return agency_words[static_cast<std::size_t>(agency)].vi; }
OfficerClass officer_class(std::int64_t hundredths) { return static_cast<OfficerClass>(class_below(officer_cuts, hundredths)); }
std::string_view name_of(OfficerClass officer) { return officer_words[static_cast<std::size_t>(officer)].name; }
std::string_view name_vi(OfficerClass officer) { return officer_words[static_cast<std::size_t>(officer)].vi; }

}  // namespace motcua::sync

#include "sync/dossier/code.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "sync/calendar/civil_day.hpp"

namespace motcua::sync {
namespace {

constexpr std::uint64_t block_step = 10'000;
constexpr std::uint64_t number_end = 1'000'000'000'000'000'000;  // 18 digits

bool is_digit(char letter) { return letter >= '0' && letter <= '9'; }
bool is_level_1(std::string_view level) { return level.size() == 3 && level[0] >= 'A' && level[0] <= 'Z' && is_digit(level[1]) && is_digit(level[2]); }

std::vector<std::string> levels_of(std::string_view agency) {
    std::vector<std::string> levels;
    for (std::size_t dot = agency.find('.'); dot != agency.npos; dot = agency.find('.')) {
        levels.emplace_back(agency.substr(0, dot));
        agency.remove_prefix(dot + 1);
    }
    levels.emplace_back(agency);
    return levels;
}

std::string joined(const std::vector<std::string>& levels) { return fmt::format("{}", fmt::join(levels, ".")); }

bool is_zeros(std::string_view level) { return std::ranges::all_of(level, [](char letter) { return letter == '0'; }); }

/// Level 1 first, absent ones left out.
std::string to_left(std::string_view agency) {
    auto levels = levels_of(agency);
    std::ranges::reverse(levels);
    if (levels.size() == 4 && levels[3].size() == 3 && levels[3].starts_with('0') && !is_zeros(levels[3])) levels[3].erase(0, 1);
    while (levels.size() > 1 && is_zeros(levels.back())) levels.pop_back();
    return joined(levels);
}

/// Four levels, level 1 last.
std::string to_right(std::string_view agency) {
    constexpr std::array<std::size_t, 4> widths{3, 2, 2, 3};  // of levels 1 to 4
    auto levels = levels_of(agency);
    if (levels.size() > widths.size()) return std::string(agency);
    levels.resize(widths.size());
    for (std::size_t level = 0; level < widths.size(); ++level) {
        if (levels[level].size() > widths[level]) return std::string(agency);
        levels[level].insert(0, widths[level] - levels[level].size(), '0');
    }
    std::ranges::reverse(levels);
    return joined(levels);
}

std::unexpected<Error> bad(std::string_view text, std::string_view cause) {
    return fail(ErrorKind::verification, fmt::format("dossier code '{}': {}", text, cause));
}

std::optional<std::uint64_t> digits(std::string_view text) {
    std::uint64_t value = 0;
    if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> day_of_six(std::string_view text) {
    const auto value = digits(text);
    if (text.size() != 6 || !value) return std::nullopt;
    return day_of({.year = 2000 + static_cast<std::int64_t>(*value / 10'000),
                   .month = static_cast<std::int64_t>(*value / 100 % 100),
                   .day = static_cast<std::int64_t>(*value % 100)});
}

}  // namespace

AgencyOrder order_of(std::string_view agency) {
    const auto levels = levels_of(agency);
    if (is_level_1(levels.front())) return AgencyOrder::level_1_left;
    if (is_level_1(levels.back())) return AgencyOrder::level_1_right;
    return AgencyOrder::unclear;
}

std::string agency_in(AgencyOrder order, std::string_view agency) {
    const AgencyOrder now = order_of(agency);
    if (now == order || now == AgencyOrder::unclear || order == AgencyOrder::unclear) return std::string(agency);
    return order == AgencyOrder::level_1_left ? to_left(agency) : to_right(agency);
}

std::string DossierCode::text() const {
    const CivilDate date = civil_date(day);
    return fmt::format("{}-{:02}{:02}{:02}-{:04}", agency, date.year % 100, date.month, date.day, number);
}

Result<DossierCode> DossierCode::parse(std::string_view text) {
    if (text.size() > dossier_code_bytes_max) return bad(text.substr(0, dossier_code_bytes_max), "it is too long");
    const std::size_t second = text.rfind('-');
    const std::size_t first = second == text.npos || second == 0 ? text.npos : text.rfind('-', second - 1);
    if (first == text.npos) return bad(text, "it is not <agency>-YYMMDD-NNNN");
    const std::string_view agency = text.substr(0, first), number_text = text.substr(second + 1);
    if (!is_office_code(agency)) return bad(text, "the agency is no office code");
    const auto day = day_of_six(text.substr(first + 1, second - first - 1));
    if (!day) return bad(text, "the middle is no date YYMMDD");
    const auto number = digits(number_text);
    if (!number || number_text.size() < 4 || *number == 0 || *number >= number_end || (number_text.size() > 4 && number_text[0] == '0')) {
        return bad(text, "the number has not four digits, or more where it needs them");
    }
    return DossierCode{std::string(agency), *day, *number};
}

bool is_in_block(const NumberBlockContent& block, std::uint64_t number) {
    const std::uint64_t in_step = number % block_step;
    return in_step >= block.first && in_step <= block.last;
}

std::uint64_t next_in_block(const NumberBlockContent& block, std::uint64_t number) {
    const std::uint64_t step = number / block_step * block_step, in_step = number % block_step;
    if (in_step < block.first) return step + block.first;
    if (in_step < block.last) return number + 1;
    return step + block_step + block.first;
}

std::uint64_t next_number(const NumberBlockContent& block, std::span<const std::uint64_t> used, std::uint64_t series) {
    std::uint64_t highest = 0;
    for (const std::uint64_t number : used) {
        const bool is_of_series = number >= series && (series == 0 || number < series + recovery_series);
        if (is_of_series && is_in_block(block, number - series)) highest = std::max(highest, number - series);
    }
    return series + next_in_block(block, highest);
}

}  // namespace motcua::sync

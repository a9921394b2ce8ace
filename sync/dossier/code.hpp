#pragma once
/// The printed code of a dossier, `<agency>-YYMMDD-NNNN`, and the next number that a node may give.

#include <compare>
#include <optional>
#include <span>
#include <string>

#include "sync/act/registry_content.hpp"

namespace motcua::sync {

/// How the agency's levels are written.
enum class AgencyOrder : std::uint8_t {
    level_1_left,   ///< H15.50.05.13, since Decision 20/2020
    level_1_right,  ///< 000.00.04.H26, before
    unclear,        ///< neither end is a level 1, which is a letter and two digits
};
[[nodiscard]] AgencyOrder order_of(std::string_view agency);
/// The same levels the other way round: absent ones are zeros on the left and missing on the right. 000.00.04.H26 is H26.04;
/// H15.50.05.13 is 013.05.50.H15. Unchanged where the order is unclear, where it is the wanted one already, and where the
/// levels do not fit the other form (more than four, or longer than its 3, 2, 2 and 3 characters). A level that is shorter than
/// the old form wants keeps the zeros that it was given there: H26.5 comes back as H26.05.
[[nodiscard]] std::string agency_in(AgencyOrder order, std::string_view agency);

struct DossierCode {
    std::string agency;        ///< as printed, in either order
    std::int64_t day = 0;      ///< days since 1970-01-01, of the years 2000 to 2099
    std::uint64_t number = 0;  ///< of that day, from 1

    auto operator<=>(const DossierCode&) const = default;
    /// Four digits of the number, or more where it needs them.
    [[nodiscard]] std::string text() const;
    /// Only what `text` writes. Errors: verification, saying what is wrong.
    static Result<DossierCode> parse(std::string_view text);
};

constexpr std::size_t dossier_code_bytes_max = 35 + 1 + 6 + 1 + 18;

/// A node gives the numbers of its block, and when these are used up goes on with the block + 10,000, + 20,000 and so on: the
/// counter is never refused, and as blocks of one office do not overlap below 10,000, their continuations do not either.
[[nodiscard]] bool is_in_block(const NumberBlockContent& block, std::uint64_t number);
/// The number after `number` in that order; the first one after 0. Any number may be given, also one outside the block.
[[nodiscard]] std::uint64_t next_in_block(const NumberBlockContent& block, std::uint64_t number);
/// From here on numbers are given on days on which a lost log of the same line may have given others that nobody knows: the k-th log that goes
/// on in a line gives, on the day of its `open` and for earlier days, its numbers + k times this.
constexpr std::uint64_t recovery_series = 1'000'000;
/// What the node gives next, when it has given `used` on that day (in any order, those of an earlier block too). `series`: a
/// multiple of recovery_series; numbers of others do not count.
[[nodiscard]] std::uint64_t next_number(const NumberBlockContent& block, std::span<const std::uint64_t> used, std::uint64_t series = 0);

}  // namespace motcua::sync

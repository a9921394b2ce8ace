#pragma once
/// Text as people typed and systems exported it, made plain: what is safe to mend is mended, and said.

#include <bitset>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace motcua::node {

enum class Mend : std::size_t { trimmed = 0, whitespace = 1, recomposed = 2, invisible = 3 };
constexpr std::size_t mend_count = 4;
using Mends = std::bitset<mend_count>;
/// In English, for a report: "line breaks and repeated spaces made one space".
[[nodiscard]] std::string_view name_of(Mend mend);

struct CleanText {
    std::string text;
    Mends mends;
};
/// Unicode form C; no white space at either end; every run of white space, line breaks and tabs included, one space; no
/// control or zero-width character. Never changes a letter. Errors: usage, when it is not UTF-8.
[[nodiscard]] Result<CleanText> clean_text(std::string_view text);

}  // namespace motcua::node

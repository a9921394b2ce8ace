#include "sync/dossier/lookup_code.hpp"

#include <algorithm>

#include "sync/dossier/base32.hpp"

namespace motcua::sync {
namespace {

using Values = std::array<unsigned, LookupCode::symbols>;

/// a times x in GF(32).
unsigned times_x(unsigned a) { return (a << 1 ^ ((a & 16) != 0 ? 0b100101U : 0U)) & 31; }

/// The sum of each symbol times a power of x, by Horner: the last one, the check character, times 1. No two of the seventeen
/// powers are equal, since x has order 31.
unsigned weighted_sum(const Values& values) {
    unsigned sum = 0;
    for (const unsigned value : values) sum = times_x(sum) ^ value;
    return sum;
}

}  // namespace

LookupCode LookupCode::generate(Random& random) {
    std::array<std::byte, random_bytes> bytes{};
    random.fill(bytes);
    const std::string text = to_base32(bytes);
    Values values{};
    std::ranges::transform(text, values.begin(), [](char symbol) { return *base32_value(symbol); });
    values.back() = weighted_sum(values);
    return LookupCode(values);
}

Result<LookupCode> LookupCode::parse(std::string_view text) {
    Values values{};
    std::size_t count = 0;
    for (const char symbol : text) {
        if (symbol == ' ' || symbol == '-' || symbol == '\t') continue;
        const auto value = base32_value(symbol);
        if (!value) return fail(ErrorKind::usage, "Mã tra cứu chỉ có chữ số và chữ cái không dấu. Hãy nhập lại đúng như trên giấy tiếp nhận.");
        if (count < symbols) values[count] = *value;
        ++count;
    }
    if (count != symbols) return fail(ErrorKind::usage, "Mã tra cứu có 17 ký tự. Hãy nhập lại đúng như trên giấy tiếp nhận.");
    if (weighted_sum(values) != 0) {
        return fail(ErrorKind::usage, "Mã tra cứu không đúng: có ký tự bị nhầm hoặc đổi chỗ. Hãy đối chiếu lại với giấy tiếp nhận.");
    }
    return LookupCode(values);
}

std::string LookupCode::plain() const {
    std::string text;
    for (const unsigned value : values_) text += base32_symbol(value);
    return text;
}

std::string LookupCode::text() const {
    std::string text = plain();
    for (const std::size_t at : {12U, 8U, 4U}) text.insert(at, 1, '-');
    return text;
}

crypto::Hash LookupCode::hash() const { return crypto::sha256(as_bytes(plain())); }

bool LookupCode::matches(const crypto::Hash& stated) const { return equal_constant_time(hash().view(), stated.view()); }

}  // namespace motcua::sync

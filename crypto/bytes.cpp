#include "crypto/bytes.hpp"

#include <sodium.h>
#include <algorithm>

namespace motcua {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr int no_digit = -1;

int hex_value(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
    return no_digit;
}

int base64_value(char digit) {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    if (digit == '+') return 62;
    if (digit == '/') return 63;
    return no_digit;
}

/// The length of the well-formed UTF-8 sequence that `text` begins with, 0 if there is none (Unicode 15, table 3-7).
std::size_t utf8_sequence_bytes(std::string_view text) {
    const auto at = [&](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const auto tail = [&](std::size_t index) { return index < text.size() && (at(index) & 0xC0U) == 0x80U; };
    const unsigned lead = at(0);
    if (lead < 0x80) return 1;
    if (lead < 0xC2 || lead > 0xF4) return 0;
    if (!tail(1)) return 0;
    if (lead < 0xE0) return 2;
    const unsigned second = at(1);
    if (lead < 0xF0) {
        const bool overlong = lead == 0xE0 && second < 0xA0;
        const bool surrogate = lead == 0xED && second > 0x9F;
        return tail(2) && !overlong && !surrogate ? 3 : 0;
    }
    const bool overlong = lead == 0xF0 && second < 0x90;
    const bool beyond_unicode = lead == 0xF4 && second > 0x8F;
    return tail(2) && tail(3) && !overlong && !beyond_unicode ? 4 : 0;
}

}  // namespace

void append(Bytes& target, ByteView more) { target.insert(target.end(), more.begin(), more.end()); }

void append_be(Bytes& target, std::uint64_t value, std::size_t width_bytes) {
    ensure(width_bytes >= 1 && width_bytes <= 8, "a big-endian integer has 1 to 8 bytes");
    for (std::size_t left = width_bytes; left > 0; --left)
        target.push_back(static_cast<std::byte>(value >> (8 * (left - 1))));
}

std::uint64_t load_be(ByteView view) {
    ensure(view.size() <= 8, "a big-endian integer has at most 8 bytes");
    std::uint64_t value = 0;
    for (const std::byte byte : view) value = value << 8U | std::to_integer<std::uint64_t>(byte);
    return value;
}

std::string to_hex(ByteView view) {
    std::string text;
    text.reserve(2 * view.size());
    for (const std::byte byte : view) {
        text += hex_digits[std::to_integer<std::size_t>(byte >> 4U)];
        text += hex_digits[std::to_integer<std::size_t>(byte & std::byte{0x0F})];
    }
    return text;
}

Result<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return fail(ErrorKind::verification, "hex text has an odd number of digits");
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t index = 0; index < text.size(); index += 2) {
        const int high = hex_value(text[index]);
        const int low = hex_value(text[index + 1]);
        if (high == no_digit || low == no_digit)
            return fail(ErrorKind::verification,
                        "hex text has another character than 0-9a-f near position " + std::to_string(index));
        bytes.push_back(static_cast<std::byte>(high << 4 | low));
    }
    return bytes;
}

std::string to_base64(ByteView view) {
    std::string text;
    text.reserve((view.size() + 2) / 3 * 4);
    for (std::size_t index = 0; index < view.size(); index += 3) {
        const std::size_t count = std::min<std::size_t>(3, view.size() - index);
        std::uint32_t group = 0;
        for (std::size_t offset = 0; offset < 3; ++offset)
            group = group << 8U | (offset < count ? std::to_integer<std::uint32_t>(view[index + offset]) : 0U);
        for (std::size_t digit = 0; digit < 4; ++digit)
            text += digit <= count ? base64_digits[group >> (18 - 6 * digit) & 63U] : '=';
    }
    return text;
}

Result<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0)
        return fail(ErrorKind::verification, "base64 text is not a multiple of four characters long");
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    for (std::size_t index = 0; index < text.size(); index += 4) {
        std::string_view quad = text.substr(index, 4);
        if (index + 4 == text.size()) {
            while (quad.size() > 2 && quad.back() == '=') quad.remove_suffix(1);
        }
        std::uint32_t group = 0;
        for (std::size_t digit = 0; digit < 4; ++digit) {
            const int value = digit < quad.size() ? base64_value(quad[digit]) : 0;
            if (value == no_digit)
                return fail(ErrorKind::verification,
                            "base64 text has a foreign character near position " + std::to_string(index));
            group = group << 6U | static_cast<std::uint32_t>(value);
        }
        const std::size_t count = quad.size() - 1;
        if ((group & (0xFFFFFFU >> (8 * count))) != 0)
            return fail(ErrorKind::verification, "base64 text ends in bits that encode nothing");
        for (std::size_t offset = 0; offset < count; ++offset)
            bytes.push_back(static_cast<std::byte>(group >> (16 - 8 * offset)));
    }
    return bytes;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_sequence_bytes(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool has_control_character(std::string_view text) {
    char before = 0;
    for (const char letter : text) {
        const auto byte = static_cast<unsigned char>(letter);
        if (byte < 0x20 || byte == 0x7F) return true;
        if (before == '\xC2' && byte < 0xA0) return true;  // U+0080 to U+009F
        before = letter;
    }
    return false;
}

bool equal_constant_time(ByteView a, ByteView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace motcua

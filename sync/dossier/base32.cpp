#include "sync/dossier/base32.hpp"

namespace motcua::sync {
namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

}  // namespace

char base32_symbol(unsigned value) {
    ensure(value < alphabet.size(), "a base32 symbol has five bits");
    return alphabet[value];
}

std::optional<unsigned> base32_value(char symbol) {
    if (symbol >= 'a' && symbol <= 'z') symbol = static_cast<char>(symbol - 'a' + 'A');
    switch (symbol) {
        case 'O': symbol = '0'; break;
        case 'I':
        case 'L': symbol = '1'; break;
        case 'U': symbol = 'V'; break;
        default: break;
    }
    const std::size_t value = alphabet.find(symbol);
    return value == alphabet.npos ? std::nullopt : std::optional(static_cast<unsigned>(value));
}

std::string to_base32(ByteView bytes) {
    std::string text;
    text.reserve((bytes.size() * 8 + 4) / 5);
    unsigned held = 0, bits = 0;
    for (const std::byte byte : bytes) {
        held = (held << 8 | std::to_integer<unsigned>(byte)) & 0xfff;  // at most 4 bits were left
        for (bits += 8; bits >= 5; bits -= 5) text += base32_symbol(held >> (bits - 5) & 31);
    }
    if (bits > 0) text += base32_symbol(held << (5 - bits) & 31);
    return text;
}

Result<Bytes> from_base32(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() * 5 / 8);
    unsigned held = 0, bits = 0;
    for (const char symbol : text) {
        const auto value = base32_value(symbol);
        if (!value) return fail(ErrorKind::verification, "base32: a character that is not of its alphabet");
        held = (held << 5 | *value) & 0xfff;
        bits += 5;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<std::byte>(held >> bits & 255));
    }
    if (bits >= 5) return fail(ErrorKind::verification, "base32: no bytes have this length");
    if ((held & ((1U << bits) - 1)) != 0) return fail(ErrorKind::verification, "base32: the bits left over are not zero");
    return bytes;
}

}  // namespace motcua::sync

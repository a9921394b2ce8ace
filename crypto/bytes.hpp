#pragma once
/// Byte strings, byte strings of a fixed length that do not convert into each other, and their text forms.

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace motcua {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

/// Exactly N bytes with a meaning. Two tags make two types: a LogId is never taken for an ActId.
template <class Tag, std::size_t N>
struct Fixed {
    static constexpr std::size_t size = N;
    std::array<std::byte, N> bytes{};

    auto operator<=>(const Fixed&) const = default;
    [[nodiscard]] ByteView view() const { return bytes; }

    /// Errors: verification, when `view` is not N bytes long.
    static Result<Fixed> from(ByteView view) {
        if (view.size() != N) return fail(ErrorKind::verification, "expected " + std::to_string(N) + " bytes, got " + std::to_string(view.size()));
        Fixed fixed;
        std::memcpy(fixed.bytes.data(), view.data(), N);
        return fixed;
    }
};

/// For unordered containers of hashes and keys: their own first bytes are as good as any hash.
struct FixedHash {
    template <class Tag, std::size_t N>
    std::size_t operator()(const Fixed<Tag, N>& fixed) const {
        static_assert(N >= sizeof(std::size_t));
        std::size_t value;
        std::memcpy(&value, fixed.bytes.data(), sizeof value);
        return value;
    }
};

[[nodiscard]] inline ByteView as_bytes(std::string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }
[[nodiscard]] inline std::string_view as_text(ByteView view) {
    return {reinterpret_cast<const char*>(view.data()), view.size()};
}
[[nodiscard]] inline Bytes to_bytes(ByteView view) { return {view.begin(), view.end()}; }
/// Not inline: with the sizes in sight, g++ 12 warns falsely of bounds inside std::vector::insert.
void append(Bytes& target, ByteView more);

/// Big-endian integers of 1 to 8 bytes, appended and read; `load_be` reads all of `view`.
void append_be(Bytes& target, std::uint64_t value, std::size_t width_bytes);
[[nodiscard]] std::uint64_t load_be(ByteView view);

/// Lower-case hex. Not constant-time: never for secrets.
[[nodiscard]] std::string to_hex(ByteView view);
/// Errors: verification, on an odd length or a character outside 0-9a-fA-F.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);
/// Standard base64 with padding (RFC 4648 section 4).
[[nodiscard]] std::string to_base64(ByteView view);
/// Accepts only the canonical form. Errors: verification.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

/// Well-formed UTF-8: shortest forms, no surrogates, nothing beyond U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);
/// Whether UTF-8 `text` holds a line break or another character of C0 or C1, which could write over a terminal.
[[nodiscard]] bool has_control_character(std::string_view text);

/// Compares in time that depends on the lengths alone.
[[nodiscard]] bool equal_constant_time(ByteView a, ByteView b);

}  // namespace motcua

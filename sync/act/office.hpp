#pragma once
/// How offices and the people in them are named and classed.

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/cbor.hpp"

namespace motcua::sync {

/// Codes match [A-Z0-9][A-Z0-9.]{0,34}, no double dot, no dot at the end.
[[nodiscard]] bool is_office_code(std::string_view code);

/// An office is keyed by its code and the day from which the code names it, since codes are reused.
struct OfficeId {
    std::string code;
    std::int64_t since_day = 0;  ///< days since 1970-01-01, Asia/Ho_Chi_Minh

    auto operator<=>(const OfficeId&) const = default;
    template <class A> void serialize(A& a) { a(code, since_day); }
};

/// Values are on disk; never renumber.
enum class OfficeKind : std::uint8_t { commune = 1, hub = 2, city = 3, department = 4, vertical = 5 };

/// A set of roles: the sum of these. Values are on disk; never renumber.
enum class Role : std::uint32_t { desk = 1, handler = 2, head = 4, admin = 8, auditor = 16, registrar = 32 };
struct Roles {
    std::uint32_t bits = 0;
    [[nodiscard]] bool has(Role role) const { return (bits & static_cast<std::uint32_t>(role)) != 0; }
    Roles& add(Role role) { bits |= static_cast<std::uint32_t>(role); return *this; }
    auto operator<=>(const Roles&) const = default;
    /// "desk,handler": the names, comma-separated. Errors: usage, naming the word that is no role.
    static Result<Roles> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

}  // namespace motcua::sync

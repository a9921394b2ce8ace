#pragma once
/// HOST:PORT as operators write it.

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace motcua::node {

struct Address {
    std::string host;
    std::uint16_t port = 0;  ///< 0, to listen: any free one

    /// "127.0.0.1:7433", "[::1]:7433", "hub.example.vn:7433". Errors: usage, with the form that is wanted.
    static Result<Address> parse(std::string_view text);
    /// As `parse` takes it.
    [[nodiscard]] std::string text() const;
};

}  // namespace motcua::node

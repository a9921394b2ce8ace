#include "node/link/address.hpp"

#include <charconv>

namespace motcua::node {

Result<Address> Address::parse(std::string_view text) {
    const auto wrong = [&] {
        return fail(ErrorKind::usage, "\"" + std::string(text) + "\" is no address; write HOST:PORT, such as 127.0.0.1:7433 or [::1]:7433");
    };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return wrong();
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    // A bare IPv6 address would leave open where it ends and the port begins.
    if (host.empty() || (!bracketed && host.find_first_of(":[]") != std::string_view::npos)) return wrong();

    Address address{.host = std::string(host)};
    const auto [end, trouble] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (trouble != std::errc{} || end != port.data() + port.size()) return wrong();
    return address;
}

std::string Address::text() const {
    const bool bracketed = host.find(':') != std::string::npos;
    return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

}  // namespace motcua::node

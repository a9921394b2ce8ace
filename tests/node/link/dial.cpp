#include "node/link/dial.hpp"

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

namespace motcua::node {
namespace {

using std::chrono::milliseconds;

TEST_CASE("an address is a host and a port, IPv6 in brackets") {
    const auto reads_as = [](std::string_view text, const std::string& host, std::uint16_t port) {
        const auto address = Address::parse(text);
        return address && address->host == host && address->port == port && address->text() == text;
    };
    CHECK(reads_as("127.0.0.1:7433", "127.0.0.1", 7433));
    CHECK(reads_as("[::1]:0", "::1", 0));
    CHECK(reads_as("hub.example.vn:65535", "hub.example.vn", 65535));
    for (const char* text : {"", ":", "host", "host:", ":7433", "host:65536", "host:-1", "host:1x", "::1:7433", "[]:1"}) {
        CAPTURE(text);
        CHECK(Address::parse(text).error().kind == ErrorKind::usage);
    }
}

TEST_CASE("the pause between attempts doubles up to its limit, and is drawn from its upper half") {
    tests::SeededRandom random("backoff");
    const BackoffOptions options{.min = milliseconds(1000), .max = milliseconds(60'000)};
    milliseconds expected(1000);
    for (unsigned failures = 1; failures < 40; ++failures) {
        milliseconds least = milliseconds::max(), most(0);
        for (int draw = 0; draw < 64; ++draw) {
            const auto delay = backoff(options, failures, random);
            least = std::min(least, delay);
            most = std::max(most, delay);
        }
        CHECK(least >= expected / 2);
        CHECK(most <= expected);
        CHECK(most - least > expected / 4);  // nodes that fell together do not come back together
        expected = std::min(expected * 2, options.max);
    }
}

}  // namespace
}  // namespace motcua::node

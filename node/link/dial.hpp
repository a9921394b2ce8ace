#pragma once
/// Connecting to the node above. Internal to node/link.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>

#include "crypto/random.hpp"
#include "node/link/address.hpp"

namespace motcua::node {

/// Resolves the host and tries each of its addresses until one answers; all within `timeout`.
/// Errors: unreachable, naming the address, the cause and what is safe meanwhile. `address` by value: it is a coroutine.
[[nodiscard]] boost::asio::awaitable<Result<boost::asio::ip::tcp::socket>> dial(Address address, std::chrono::milliseconds timeout);

/// How long to wait before the next attempt: doubles from `min` to `max` with each failure in a row, and is then drawn from
/// its upper half, so that 600 nodes do not come back in one second after an outage.
struct BackoffOptions {
    std::chrono::milliseconds min{1'000};
    std::chrono::milliseconds max{60'000};
};
[[nodiscard]] std::chrono::milliseconds backoff(const BackoffOptions& options, unsigned failures, Random& random);

}  // namespace motcua::node

#include "node/link/dial.hpp"

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "crypto/bytes.hpp"

namespace motcua::node {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

std::unexpected<Error> unreachable(const Address& address, const std::string& cause) {
    return fail(ErrorKind::unreachable, "cannot reach " + address.text() + ": " + cause +
                                            "; everything recorded here is safe and goes up when the link is back");
}

/// The cause is empty on success. The socket is the caller's, so that a race with the deadline leaves nothing behind.
asio::awaitable<std::string> resolve_and_connect(std::string host, std::string port, tcp::socket* socket) {
    error_code trouble;
    tcp::resolver resolver(co_await asio::this_coro::executor);
    const auto endpoints = co_await resolver.async_resolve(host, port, asio::redirect_error(asio::use_awaitable, trouble));
    if (trouble) co_return "the name cannot be resolved (" + trouble.message() + ")";
    co_await asio::async_connect(*socket, endpoints, asio::redirect_error(asio::use_awaitable, trouble));
    co_return trouble ? trouble.message() : std::string();
}

}  // namespace

asio::awaitable<Result<tcp::socket>> dial(Address address, std::chrono::milliseconds timeout) {
    using namespace asio::experimental::awaitable_operators;
    const auto executor = co_await asio::this_coro::executor;
    tcp::socket socket(executor);
    asio::steady_timer deadline(executor, timeout);
    error_code ignored;
    // getaddrinfo cannot be interrupted: with a dead name server the deadline is as late as the resolver's own.
    auto attempt = resolve_and_connect(address.host, std::to_string(address.port), &socket);
    auto expiry = deadline.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    const auto outcome = co_await (std::move(attempt) || std::move(expiry));
    if (outcome.index() == 1) co_return unreachable(address, "no answer within " + std::to_string(timeout.count()) + " ms");
    const std::string& cause = std::get<0>(outcome);
    if (!cause.empty()) co_return unreachable(address, cause);
    co_return socket;
}

std::chrono::milliseconds backoff(const BackoffOptions& options, unsigned failures, Random& random) {
    auto delay = std::min(options.min, options.max);
    for (unsigned doubled = 1; doubled < failures && delay < options.max; ++doubled) delay = std::min(delay * 2, options.max);
    Bytes draw(8);
    random.fill(draw);
    const auto half = static_cast<std::uint64_t>(delay.count()) / 2;
    return delay - std::chrono::milliseconds(half == 0 ? 0 : load_be(draw) % (half + 1));
}

}  // namespace motcua::node

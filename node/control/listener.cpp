#include "node/control/listener.hpp"

#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "node/control/codec.hpp"
#include "node/control/local_socket.hpp"

namespace motcua::node {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

/// For a request to arrive whole, and for its answer to be taken: both ends are on this machine.
constexpr std::chrono::seconds transfer_timeout{10};
/// Several verbs at once are people and scripts on this machine; more is a mistake.
constexpr std::size_t requests_max = 64;

/// Closes the socket when a wait takes too long.
class Deadline {
  public:
    Deadline(asio::local::stream_protocol::socket& socket, std::chrono::seconds timeout) : timer_(socket.get_executor(), timeout) {
        timer_.async_wait([&socket, over = over_](const error_code& cancelled) {
            if (!cancelled && !*over) socket.cancel();
        });
    }
    ~Deadline() { *over_ = true; }
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

  private:
    // A wait that expired just before this object went cannot be cancelled any more.
    std::shared_ptr<bool> over_ = std::make_shared<bool>(false);
    asio::steady_timer timer_;
};

}  // namespace

Result<std::unique_ptr<ControlListener>> ControlListener::start(asio::io_context& context, const std::filesystem::path& directory,
                                                                const Journal& journal, Perform perform) {
    auto bound = bind_local_socket(directory);
    if (!bound) return std::unexpected(bound.error());
    Acceptor acceptor(context);
    acceptor.assign(asio::local::stream_protocol(), bound->release());
    std::unique_ptr<ControlListener> listener(new ControlListener(std::move(acceptor), directory, journal, std::move(perform)));
    listener->spawn(accept_loop(listener.get()));
    return listener;
}

ControlListener::ControlListener(Acceptor acceptor, std::filesystem::path directory, const Journal& journal, Perform perform)
    : acceptor_(std::move(acceptor)), directory_(std::move(directory)), journal_(&journal), perform_(std::move(perform)) {}

ControlListener::~ControlListener() { close(); }

void ControlListener::close() {
    if (!acceptor_.is_open()) return;
    error_code ignored;
    acceptor_.close(ignored);
    std::error_code gone;
    std::filesystem::remove(directory_ / control_socket_name, gone);
}

void ControlListener::spawn(asio::awaitable<void> work) {
    asio::co_spawn(acceptor_.get_executor(), std::move(work), [journal = journal_](const std::exception_ptr& trouble) {
        if (!trouble) return;
        try {
            std::rethrow_exception(trouble);
        } catch (const std::exception& exception) {
            journal->error(std::string("the local socket: unexpected error: ") + exception.what());
        }
    });
}

asio::awaitable<void> ControlListener::accept_loop(ControlListener* listener) {
    while (listener->acceptor_.is_open()) {
        error_code trouble;
        // No deadline: ends with close().
        auto socket = co_await listener->acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, trouble));
        if (trouble == asio::error::operation_aborted) co_return;
        if (trouble) {
            // Out of descriptors, most likely: trying again at once would only spin.
            asio::steady_timer pause(listener->acceptor_.get_executor(), std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, trouble));
            continue;
        }
        if (!is_same_user(socket.native_handle()) || listener->active() >= requests_max) continue;
        ++*listener->active_;
        listener->spawn(serve_one(listener, std::move(socket)));
    }
}

namespace {

asio::awaitable<Result<Request>> read_request(asio::local::stream_protocol::socket* socket) {
    const Deadline deadline(*socket, transfer_timeout);
    std::array<std::byte, control_length_bytes> length{};
    error_code trouble;
    co_await asio::async_read(*socket, asio::buffer(length), asio::redirect_error(asio::use_awaitable, trouble));
    if (trouble) co_return fail(ErrorKind::verification, "no request came");
    const std::uint64_t size = load_be(length);
    if (size == 0 || size > control_frame_bytes_max)
        co_return fail(ErrorKind::verification, "a request has 1 to " + std::to_string(control_frame_bytes_max) + " bytes, not " + std::to_string(size));
    crypto::Secret frame(size);
    const auto target = asio::buffer(frame.writable().data(), frame.size());
    co_await asio::async_read(*socket, target, asio::redirect_error(asio::use_awaitable, trouble));
    if (trouble) co_return fail(ErrorKind::verification, "the request was cut short");
    co_return decode_request(frame.view());
}

/// What the one who performs leaves for the coroutine that waits; each may be the last to go.
struct Pending {
    std::optional<Result<Done>> answer;
    asio::steady_timer answered;
};

}  // namespace

asio::awaitable<void> ControlListener::serve_one(ControlListener* listener, Socket socket) {
    const auto active = listener->active_;
    const auto pending = std::make_shared<Pending>(std::nullopt, asio::steady_timer(socket.get_executor(), asio::steady_timer::time_point::max()));
    auto request = co_await read_request(&socket);
    if (request) {
        listener->perform_(std::move(*request), [pending](Result<Done> done) {
            pending->answer = std::move(done);
            pending->answered.cancel();
        });
    } else {
        pending->answer = std::unexpected(request.error());
    }
    error_code ignored;
    // No deadline of its own: the work has one, or is a rebuild, which takes as long as it takes.
    while (!pending->answer) co_await pending->answered.async_wait(asio::redirect_error(asio::use_awaitable, ignored));

    const Bytes encoded = encode_answer(*pending->answer);
    Bytes frame;
    append_be(frame, encoded.size(), control_length_bytes);
    append(frame, encoded);
    const Deadline deadline(socket, transfer_timeout);
    co_await asio::async_write(socket, asio::buffer(frame), asio::redirect_error(asio::use_awaitable, ignored));
    --*active;
}

}  // namespace motcua::node

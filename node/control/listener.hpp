#pragma once
/// The serving end of DIR/socket. Internal: includes Asio.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include "node/control/request.hpp"
#include "node/journal.hpp"

namespace motcua::node {

class ControlListener {
  public:
    using Answer = std::move_only_function<void(Result<Done>)>;
    /// Called on the io_context's thread; answers on the same, now or later.
    using Perform = std::function<void(Request, Answer)>;

    /// Binds DIR/socket, mode 0600; a stale one of a dead process is removed, which the directory's lock makes safe.
    /// Errors: storage.
    [[nodiscard]] static Result<std::unique_ptr<ControlListener>> start(boost::asio::io_context& context, const std::filesystem::path& directory,
                                                                        const Journal& journal, Perform perform);
    ~ControlListener();
    ControlListener(const ControlListener&) = delete;
    ControlListener& operator=(const ControlListener&) = delete;

    /// Takes no further request and removes the socket's file; those under way are still answered.
    void close();
    /// Connections whose answer is not sent yet.
    [[nodiscard]] std::size_t active() const { return *active_; }

  private:
    using Socket = boost::asio::local::stream_protocol::socket;
    using Acceptor = boost::asio::local::stream_protocol::acceptor;

    ControlListener(Acceptor acceptor, std::filesystem::path directory, const Journal& journal, Perform perform);
    static boost::asio::awaitable<void> accept_loop(ControlListener* listener);
    static boost::asio::awaitable<void> serve_one(ControlListener* listener, Socket socket);
    void spawn(boost::asio::awaitable<void> work);

    Acceptor acceptor_;
    std::filesystem::path directory_;
    const Journal* journal_;
    Perform perform_;
    std::shared_ptr<std::size_t> active_ = std::make_shared<std::size_t>(0);  // the coroutines' too: they may outlive this
};

}  // namespace motcua::node

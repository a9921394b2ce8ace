#pragma once
/// One connection: carries bytes and events between a socket and a sync::Session, and its wishes to the writer. Internal to
/// node/link. Lives on the io_context's thread; kept alive by Sessions and by what it waits for.

#include <boost/asio/awaitable.hpp>

#include "node/link/sessions.hpp"

namespace motcua::node {

class Pump : public std::enable_shared_from_this<Pump> {
  public:
    Pump(Sessions& sessions, boost::asio::ip::tcp::socket socket, sync::SessionOptions options, OnSessionEnd on_end);

    void start();
    void changed();
    void leave();
    /// There is room in the writer's queue again.
    void resume();
    /// Gives up at once: what is not sent is not sent.
    void close();
    [[nodiscard]] bool is_stranger() const { return !peer_; }

  private:
    static boost::asio::awaitable<void> read_loop(std::shared_ptr<Pump> pump);
    static boost::asio::awaitable<void> write_loop(std::shared_ptr<Pump> pump);
    void spawn(boost::asio::awaitable<void> loop);

    /// Tells the session something, then does all that it wants.
    template <class Event>
    void drive(Event event);
    void drain();
    /// False when the writer has no room: the action is kept, and nothing further is drawn from the session.
    bool act(sync::Action action);
    bool store(sync::StoreExtension store);
    bool submit(Writer::Job job);
    template <class Change>
    bool submit_change(std::size_t bytes, Change change);
    void send(Bytes bytes);
    void wake_at(sync::MonoTime at);
    void finish(sync::Finished finished);
    void note_peer();
    void end();
    void abort(const std::string& cause);
    /// Tells whoever waits for the end, once what the session wanted stored is stored too.
    void report_end();

    [[nodiscard]] sync::MonoTime now() const { return sessions_->parts().environment.clock->mono(); }
    [[nodiscard]] std::string peer_name() const;

    Sessions* sessions_;
    boost::asio::ip::tcp::socket socket_;
    std::string remote_;
    sync::Session session_;
    OnSessionEnd on_end_;

    std::deque<Bytes> outbox_;
    std::size_t outbox_bytes_ = 0;
    bool writing_ = false;
    std::optional<Writer::Job> held_;     // for a writer without room
    std::size_t jobs_pending_ = 0;
    bool reading_paused_ = false;
    boost::asio::steady_timer read_gate_;  // a paused reader waits here
    boost::asio::steady_timer wake_timer_;
    boost::asio::steady_timer write_deadline_;
    std::optional<sync::LogId> peer_;
    std::optional<sync::Finished> finished_;
    bool draining_ = false;
    bool ended_ = false;
};

}  // namespace motcua::node

#pragma once
/// One end of a connection: carries bytes and events between it and a sync::Session, and the session's wishes to the machine's queue,
/// as node/link/pump does over a socket.

#include "sync/session/session.hpp"
#include "tests/simulation/machine.hpp"

namespace motcua::simulation {

class Pump : public std::enable_shared_from_this<Pump> {
  public:
    static constexpr std::size_t outbox_bytes_max = 4ULL << 20U;

    Pump(Machine& machine, std::shared_ptr<Connection> connection, int side, sync::SessionOptions options);
    void start();
    void changed();
    void resume();
    void leave();
    /// The machine has stopped: no word to anybody.
    void abandon(Machine::Stop how);
    void on_end(std::function<void(const sync::Finished&, std::optional<sync::LogId> peer)> told) { on_end_ = std::move(told); }
    [[nodiscard]] const Connection& connection() const { return *connection_; }
    [[nodiscard]] int side() const { return side_; }
    [[nodiscard]] std::optional<sync::LogId> peer() const { return session_.peer_node(); }

  private:
    template <class Event>
    void drive(Event event);
    void drain();
    bool act(sync::Action action);
    bool store(sync::StoreExtension wish);
    template <class Change>
    bool submit_change(Change change, std::move_only_function<void()> stored = {});
    bool submit(Machine::Job job);
    void wake_at(MonoTime at);
    void finish();
    [[nodiscard]] std::string peer_name();

    Machine* machine_;
    std::shared_ptr<Connection> connection_;
    int side_;
    sync::Session session_;
    std::function<void(const sync::Finished&, std::optional<sync::LogId>)> on_end_;
    std::optional<Machine::Job> held_;
    std::deque<Bytes> waiting_;
    std::optional<sync::Finished> finished_;
    bool draining_ = false, ended_ = false;
};

}  // namespace motcua::simulation

#pragma once
/// The lines between machines, and TCP connections on them as far as a program can see: bytes in order or not at all, a close, or
/// silence. What is lost on the way comes later (TCP sends it again), or after `unsent_timeout` the sender gives up.

#include <deque>
#include <map>
#include <memory>

#include "crypto/bytes.hpp"
#include "tests/simulation/event_queue.hpp"
#include "tests/simulation/streams.hpp"

namespace motcua::simulation {

class Network;

/// Between two programs, `Side` 0 the one that dialled. Lives as long as either keeps it.
class Connection : public std::enable_shared_from_this<Connection> {
  public:
    struct Program {
        std::function<void(ByteView)> on_bytes;
        std::function<void()> on_closed;
    };
    Connection(Network& network, std::pair<std::size_t, std::size_t> line) : network_(&network), line_(line) {}

    /// A program is there to hear.
    void attach(int side, Program program);
    void send(int side, Bytes bytes);
    /// Orderly: what was sent before arrives before the other side hears of it.
    void close(int side);
    /// The machine lost power: nobody is there, and nobody says so.
    void vanish(int side);
    /// Half-open: from now on what this side sends goes nowhere, and it does not hear of it.
    void mute(int side) { ways_[side].is_mute = true; }
    /// Both sides are cut off once so many bytes, both ways together, have arrived.
    void cut_after(std::uint64_t bytes) { budget_ = bytes; }
    /// Now, both sides.
    void cut();
    [[nodiscard]] bool is_open() const { return ends_[0].is_open || ends_[1].is_open; }
    /// Bytes that `side` has sent and that have not arrived.
    [[nodiscard]] std::size_t unsent_bytes(int side) const { return ways_[side].bytes; }
    [[nodiscard]] const Bytes& sent_by_initiator() const { return recorded_; }

  private:
    struct Piece {
        MonoTime sent, due;
        Bytes bytes;
        bool is_end = false;
    };
    struct Way {
        std::deque<Piece> pieces;
        std::size_t bytes = 0;
        MonoTime last_due{};
        bool is_mute = false, is_moving = false;
    };
    struct End {
        Program program;
        bool is_open = true, has_vanished = false;
    };
    void push(int side, Bytes bytes, bool is_end);
    void move(int side);
    void schedule(int side, MonoTime at);
    void deliver(int to, Piece piece);
    void tell_closed(int side);

    Network* network_;
    std::pair<std::size_t, std::size_t> line_;
    std::array<Way, 2> ways_;
    std::array<End, 2> ends_;
    std::optional<std::uint64_t> budget_;
    Bytes recorded_;
};

class Network {
  public:
    using Line = std::pair<std::size_t, std::size_t>;  ///< two machines, the one that dials first
    static constexpr seconds unsent_timeout{35};

    Network(EventQueue& queue, Dice dice) : queue_(&queue), dice_(dice) {}

    [[nodiscard]] EventQueue& queue() { return *queue_; }
    [[nodiscard]] bool is_up(Line line) const { return !down_.contains(line); }
    /// Nothing passes; connections stay, until somebody gives up.
    void set_up(Line line, bool up);
    void set_latency(Line line, milliseconds latency) { latency_[line] = latency; }
    [[nodiscard]] milliseconds draw_latency(Line line);
    /// Some bytes arrive in pieces, some together.
    [[nodiscard]] bool splits() { return dice_.chance(10); }
    [[nodiscard]] std::uint64_t draw_below(std::uint64_t bound) { return dice_.below(bound); }
    /// The next connection on the line is cut after so many bytes.
    void cut_next(Line line, std::uint64_t bytes) { cuts_[line] = bytes; }

    [[nodiscard]] std::shared_ptr<Connection> connect(Line line);
    /// Open ones, oldest first.
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> connections(Line line) const;
    void heal();

  private:
    EventQueue* queue_;
    Dice dice_;
    std::map<Line, bool> down_;
    std::map<Line, milliseconds> latency_;
    std::map<Line, std::uint64_t> cuts_;
    std::map<Line, std::vector<std::weak_ptr<Connection>>> connections_;
};

}  // namespace motcua::simulation

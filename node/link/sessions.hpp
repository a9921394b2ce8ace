#pragma once
/// All sessions of this process. They live on one thread, that of the io_context, and share one reader and the writer.
/// Internal to node/link: includes Asio, so nothing outside does.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>

#include "node/check_ahead.hpp"
#include "node/journal.hpp"
#include "node/link/writer.hpp"

namespace motcua::node {

class Pump;

struct LinkLimits {
    /// A peer that takes nothing for so long is gone: TCP_USER_TIMEOUT, and the same for our own queue.
    std::chrono::milliseconds unsent_timeout{35'000};
    /// From one change of the store to telling the sessions: many changes become one. Acts must leave within a second.
    std::chrono::milliseconds notify_delay{100};
    /// Beyond this a session makes no further message until the peer has taken some.
    std::size_t outbox_bytes_max = 4ULL << 20U;
};

/// What all sessions use; outlives them.
struct LinkParts {
    boost::asio::io_context* context;
    Writer* writer;
    const Journal* journal;
    NodeEnvironment environment;
    sync::SessionIdentity identity;
    LinkLimits limits;
};

/// How a session went.
struct SessionEnd {
    std::optional<Error> error;
    sync::SessionSummary summary;
    std::optional<sync::LogId> peer;  ///< if the registry knew it
};
using OnSessionEnd = std::move_only_function<void(SessionEnd)>;

class Sessions {
  public:
    Sessions(LinkParts parts, Reader reader, std::shared_ptr<const sync::Registry> registry);
    ~Sessions();
    Sessions(const Sessions&) = delete;
    Sessions& operator=(const Sessions&) = delete;

    /// Takes over a connected socket; `on_end` is called once, after the last byte is sent or given up and
    /// all that the session took in is durable or refused.
    void start(boost::asio::ip::tcp::socket socket, sync::SessionOptions options, OnSessionEnd on_end);
    /// The writer committed: sessions see the registry, those that waited for room go on, and all are told soon.
    void committed(const Group& group);
    /// Every session says BYE; `close_all` does not wait for the peer's.
    void leave_all();
    void close_all();
    /// Closes the oldest connection that has not shown who it is. False when there is none.
    bool close_oldest_stranger();
    [[nodiscard]] std::size_t count() const { return pumps_.size(); }

    // --- for Pump ---
    [[nodiscard]] const LinkParts& parts() const { return parts_; }
    [[nodiscard]] const StoredReplica& replica() const { return replica_; }
    [[nodiscard]] const sync::Registry& registry() const { return *registry_; }
    /// Bytes are read here, so that an idle session holds no buffer.
    [[nodiscard]] std::span<std::byte> read_buffer() { return read_buffer_; }
    /// A checker for this extension alone, where its signatures are worth checking before the writer comes to it.
    [[nodiscard]] std::shared_ptr<sync::SignatureChecker> check_ahead(const sync::Extension& extension);
    void ended(const Pump* pump);

  private:
    void notify_soon();

    LinkParts parts_;
    Reader reader_;
    std::shared_ptr<const sync::Registry> registry_;
    CheckAhead checks_;  // the writer ends before it: a job may be waiting for these checks
    StoredReplica replica_;
    std::vector<std::byte> read_buffer_;
    std::list<std::shared_ptr<Pump>> pumps_;  // oldest first
    boost::asio::steady_timer notify_timer_;
    bool notify_pending_ = false;
};

/// "H26.00004/1": how journals and messages name a node.
[[nodiscard]] std::string name_of_node(const sync::Registry& registry, const sync::LogId& log);

}  // namespace motcua::node

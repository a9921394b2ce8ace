#pragma once
/// `serve`: takes links from the nodes below, keeps one to the node above, and answers the verbs of its directory.
///
/// Threads: the caller's runs every socket and every session; a second one owns the node and its writer.

#include "node/journal.hpp"
#include "node/keep/scrub.hpp"
#include "node/link/address.hpp"
#include "node/node.hpp"

namespace motcua::node {

struct ServeOptions {
    /// Where to listen; none: only the link upward is kept (`sync` without --once).
    std::optional<Address> listen;
    /// SIGTERM and SIGINT end `run` gracefully; a second one ends the process at once.
    bool stop_on_signals = false;
    /// Limits and deadlines of every session; its role and `once` are the server's to set.
    sync::SessionOptions session{};
    /// How long sessions get to say goodbye, and verbs to hear their answer.
    std::chrono::milliseconds goodbye_timeout{3'000};
    ScrubPace scrub{};
    std::chrono::milliseconds disk_watch{10'000};  ///< how often the free space is looked at
};

class Server {
  public:
    /// Binds both sockets; nothing is answered before `run`. DIR/listening then names the address, also where port 0 was
    /// asked for. Errors: usage (an upstream that is no address), refused (not enrolled), busy (the address is taken), storage.
    [[nodiscard]] static Result<Server> start(Node node, NodeEnvironment environment, Journal journal, ServeOptions options);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();

    /// As bound; nothing where nothing listens.
    [[nodiscard]] std::optional<Address> listening() const;
    /// Until a signal or `stop`: then no new work is taken, sessions say goodbye, and what the writer has is made durable.
    /// Errors: storage, when the node had to stop because nobody knows what reached the disk.
    [[nodiscard]] Result<void> run();
    /// From any thread.
    void stop();

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

#pragma once
/// The link to the node above. Internal to node/link: includes Asio.

#include "node/control/request.hpp"
#include "node/link/dial.hpp"
#include "node/link/sessions.hpp"

namespace motcua::node {

struct UpstreamOptions {
    Address address;
    std::chrono::milliseconds connect_timeout{10'000};
    BackoffOptions backoff;
    sync::SessionOptions session{};
};

class Upstream {
  public:
    /// `sessions` outlives it, and so does the io_context its coroutines.
    Upstream(Sessions& sessions, UpstreamOptions options);
    ~Upstream();
    Upstream(const Upstream&) = delete;
    Upstream& operator=(const Upstream&) = delete;

    /// Keeps a session open, dialling again after each end, until `stop`.
    void keep();
    /// A session of its own that ends when both sides are level, beside the kept one; another follows while the node above
    /// has what it has not cosigned yet. Errors: unreachable, or those of the session.
    void reconcile(std::move_only_function<void(Result<SyncDone>)> answer);
    void stop();

  private:
    struct State;
    static boost::asio::awaitable<void> keep_loop(std::shared_ptr<State> state);
    static boost::asio::awaitable<void> reconcile_once(std::shared_ptr<State> state, std::shared_ptr<std::move_only_function<void(Result<SyncDone>)>> answer);
    std::shared_ptr<State> state_;
};

}  // namespace motcua::node

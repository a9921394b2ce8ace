#pragma once
/// One door to a node for every verb, whether or not `serve` is running.

#include <functional>

#include "node/control/request.hpp"

namespace motcua::node {

/// Asked for only when the node's own keys are needed, that is, when no `serve` is running. Null for an insecure node.
using NodePassphrase = std::function<Result<std::optional<crypto::Secret>>()>;

class Gateway {
  public:
    /// Connects to the running `serve`, else takes the lock and opens the node. Errors: as Node::open; busy.
    [[nodiscard]] static Result<Gateway> open(const std::filesystem::path& directory, const NodePassphrase& passphrase,
                                              NodeEnvironment environment);
    Gateway(Gateway&&) noexcept;
    Gateway& operator=(Gateway&&) noexcept;
    ~Gateway();

    /// Durable on return. Errors: those of the work; unreachable, when `serve` went away in the middle (the outcome is then
    /// unknown to the caller, and asking again is safe for imports).
    [[nodiscard]] Result<Done> ask(const Request& request);
    [[nodiscard]] bool is_remote() const;

  private:
    struct State;
    explicit Gateway(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

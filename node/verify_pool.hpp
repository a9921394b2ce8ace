#pragma once
/// Signature checks over all cores: checking is what bounds a first ingest.

#include <memory>

#include "sync/act/envelope.hpp"

namespace motcua::node {

/// Belongs to one thread, which works too while it waits; the other threads live as long as the pool.
class VerifyPool final : public sync::SignatureChecker {
  public:
    /// `threads` counts the calling one; 0 means one a core.
    explicit VerifyPool(unsigned threads = 0);
    ~VerifyPool() override;
    VerifyPool(const VerifyPool&) = delete;
    VerifyPool& operator=(const VerifyPool&) = delete;

    [[nodiscard]] std::optional<std::size_t> first_bad(std::span<const sync::SignedMessage> messages) override;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

#pragma once
/// Checks the signatures of extensions while they wait for the writer, so that no core stands still: checking is what bounds a
/// first ingest, and the writer has enough to do with storing.

#include <memory>

#include "sync/log/extension.hpp"

namespace motcua::node {

/// Its threads live as long as it does, at a lower priority than the rest of the node: whoever waits at a counter goes first.
class CheckAhead {
  public:
    /// `threads` 0 means one a core.
    explicit CheckAhead(unsigned threads = 0);
    ~CheckAhead();
    CheckAhead(const CheckAhead&) = delete;
    CheckAhead& operator=(const CheckAhead&) = delete;

    /// Begins with the entries of an extension, in the order of the calls. The answer is a checker for this extension, or its tail: it
    /// waits for what was begun, and leaves to `otherwise`, which outlives it, every message that is not one of those. Null where the
    /// extension is too small to be worth waking a thread. From any thread; the checker belongs to one.
    [[nodiscard]] std::shared_ptr<sync::SignatureChecker> begin(const sync::Extension& extension, sync::SignatureChecker& otherwise);

  private:
    class Begun;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::node

#pragma once
/// A warning with which others could fill the journal, since they decide how often it is due: out of descriptors, out of
/// places. The first is written at once, then one a minute with the number of those that were left out. One thread.

#include "node/clock.hpp"
#include "node/journal.hpp"

namespace motcua::node {

constexpr std::chrono::minutes repeated_warning_interval{1};

class RepeatedWarning {
  public:
    /// `journal` outlives it.
    explicit RepeatedWarning(const Journal& journal) : journal_(&journal) {}
    void warn(std::string_view line, sync::MonoTime now);

  private:
    const Journal* journal_;
    std::optional<sync::MonoTime> written_at_;
    std::uint64_t left_out_ = 0;
};

}  // namespace motcua::node

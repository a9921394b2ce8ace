#pragma once
/// What an audit found wrong, and where.

#include <optional>
#include <string>
#include <vector>

#include "sync/act/ids.hpp"

namespace motcua::node {

enum class FindingPlace { log, entry, body, checkpoint, cosignature, witness, registry, tile, file, view };
[[nodiscard]] std::string_view name_of(FindingPlace place);

struct Finding {
    std::string origin;                     ///< the log, or what stands in its place
    FindingPlace place{};
    std::optional<std::uint64_t> position;  ///< an entry's seq, or the size of a checkpoint or cosignature
    std::string cause;                      ///< never holds personal data
};

/// Findings in the order in which they were made. Bounded: one flipped byte can spoil every entry after it.
class Findings {
  public:
    static constexpr std::size_t per_log_max = 20;
    static constexpr std::size_t total_max = 1000;

    void add(Finding finding);
    [[nodiscard]] const std::vector<Finding>& all() const { return all_; }
    [[nodiscard]] std::uint64_t left_out() const { return left_out_; }

  private:
    std::vector<Finding> all_;
    std::string last_origin_;
    std::size_t of_last_origin_ = 0;
    std::uint64_t left_out_ = 0;
};

/// What was verified of one log.
struct AuditedLog {
    std::string origin;
    sync::LogId id{};
    std::uint64_t size = 0;
    sync::Hash root{};
    std::uint64_t checkpoints = 0, cosignatures = 0, bodies = 0, bodies_missing = 0;
};

struct AuditReport {
    std::vector<AuditedLog> logs;
    std::vector<std::string> absent;  ///< origins that the registry lists and of which nothing is here: none began, or was left out
    bool has_old_views = false;       ///< made by another version of the rules, so that nothing follows from what they say
    Findings findings;
};

}  // namespace motcua::node

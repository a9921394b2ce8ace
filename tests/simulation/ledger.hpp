#pragma once
/// What machines were told is safe, written down outside of them: the memory against which their disks are held.

#include <map>
#include <set>
#include <vector>

#include "sync/session/replica.hpp"

namespace motcua::simulation {

class Ledger {
  public:
    struct Head {
        std::uint64_t size = 0;
        sync::Hash root;
    };
    struct Act {
        sync::Position place;
        sync::ActId id;
    };

    /// A commit returned: so much of the log lies on the machine's disk.
    void note_committed(std::size_t machine, const sync::LogId& log, Head head) {
        auto& known = committed_[machine][log];
        if (head.size >= known.size) known = head;
    }
    [[nodiscard]] const std::map<sync::LogId, Head>& committed(std::size_t machine) { return committed_[machine]; }
    [[nodiscard]] std::uint64_t committed_size(std::size_t machine, const sync::LogId& log) {
        const auto found = committed_[machine].find(log);
        return found == committed_[machine].end() ? 0 : found->second.size;
    }
    /// An officer was told that it is recorded.
    void note_recorded(std::size_t machine, Act act) { recorded_[machine].push_back(act); }
    [[nodiscard]] const std::vector<Act>& recorded(std::size_t machine) { return recorded_[machine]; }
    [[nodiscard]] std::size_t acts() const {
        std::size_t count = 0;
        for (const auto& [machine, acts] : recorded_) count += acts.size();
        return count;
    }

    // --- who deserves what ---
    std::set<std::size_t> liars;              ///< machines that broke the rules on purpose: nothing is promised about them
    std::set<sync::LogId> lying_logs;         ///< what they signed
    std::map<sync::LogId, std::set<std::size_t>> forks_met;  ///< honest machines that were shown two signed histories of it
    std::map<sync::LogId, std::uint64_t> malformed_from;     ///< what nobody may store, whoever signed it
    struct Cut {
        sync::PublicKey key;
        std::map<sync::LogId, std::uint64_t> sizes;
    };
    std::vector<Cut> cuts;                    ///< revocations that the registry holds
    std::map<std::size_t, std::uint64_t> thefts;  ///< machines of which the deputy's key was stolen, and how long their logs were then

  private:
    std::map<std::size_t, std::map<sync::LogId, Head>> committed_;
    std::map<std::size_t, std::vector<Act>> recorded_;
};

}  // namespace motcua::simulation

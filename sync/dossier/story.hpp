#pragma once
/// A dossier told from what stands: the moves of the standing path one by one, then the facts, then what follows from both. The
/// same telling serves the fold from scratch and the one that goes on from an earlier fold, so that both end in the same bytes.

#include <functional>

#include "sync/dossier/dossier.hpp"

namespace motcua::sync {

/// A fact that moves may cite, if it is here and counts.
struct CitedFact {
    Kind kind{};
    std::uint64_t at_ms = 0;
};
using FindFact = std::function<std::optional<CitedFact>(const Position&)>;

class Story {
  public:
    /// Goes on from `dossier`, which may be empty but for its id. Both outlive it. `find_fact`: counting facts of this dossier.
    Story(Dossier& dossier, const Rulebook& rules, FindFact find_fact) : dossier_(dossier), rules_(rules), find_fact_(std::move(find_fact)) {}

    void create(const Act& act, const OfficeId& office, const ChainState& life);
    /// `office`: of the act's line. `life`: after it.
    void move(const Act& act, const OfficeId& office, const ChainState& life);
    /// After all moves. `index`: of the standing move that it hangs on, or that its branch leaves from; 0 is the creating act, or
    /// where `dossier` stood when this story began.
    void fact(const Act& act, std::size_t index);
    /// What shows, from all that was told. May be called again after more was told.
    void finish();

  private:
    void receive(const Act& act);
    void resume(const Act& act);
    void stop(const Act& act);
    void mend(const Act& act);
    void hand_over(const Act& act);
    void hand_back(const Act& act);
    void take(const Act& act, const OfficeId& office);
    void assign(const Act& act);
    void close_last_row(std::uint64_t at_ms);
    void end_handling(Outcome outcome, std::uint64_t at_ms);
    void show_custody();

    Dossier& dossier_;
    const Rulebook& rules_;
    FindFact find_fact_;
    // Places of the last such moves told here; what hangs before them does not count for what they ask.
    std::size_t moves_ = 0, last_request_ = 0, last_asking_ = 0, last_mending_ = 0, last_fault_ = 0;
};

}  // namespace motcua::sync

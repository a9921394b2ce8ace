#pragma once
/// Every history of one dossier that three offices can write with a few acts, up to symmetry: a top and two children of it, a line each,
/// and eight kinds. The four custody acts are receive (custody begins), hand_over, take_over and hand_back; with them assign (a business
/// move), note (a fact), seize and arbitrate. Any act may follow any other, by any office: most are void, and that is the point.
///
/// Two orders of writing that no act can tell apart are one history (the least linear extension is visited), and where the top
/// creates the dossier, the first child to write is the first child.

#include <functional>
#include <span>

#include "tests/properties/history.hpp"

namespace motcua::tests::properties {

class SmallModel {
  public:
    /// `acts_max` counts the creating act. Visits every history once, a history before those that go on from it. False from `visit`:
    /// not beyond this one.
    using Visit = std::function<bool(const History&)>;
    explicit SmallModel(std::size_t acts_max) : acts_max_(acts_max) {}

    /// Histories of two acts: each may be gone on from on a thread of its own.
    [[nodiscard]] std::vector<History> beginnings() const;
    /// Those that go on from `beginning`, itself not visited.
    void visit_beyond(const History& beginning, const Visit& visit) const;

  private:
    void go_on(History& history, const Visit& visit) const;
    template <class Add>
    void each_next(const History& history, Add add) const;

    std::size_t acts_max_;
};

}  // namespace motcua::tests::properties

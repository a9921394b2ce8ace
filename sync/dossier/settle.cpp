#include "sync/dossier/settle.hpp"

#include <algorithm>

#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

constexpr Verdict late{Standing::late, Reason::conflicting_move};
constexpr Verdict disputed{Standing::disputed, Reason::conflicting_move};

void remember(std::array<std::uint32_t, 2>& two, std::uint32_t one) {
    if (one == nobody || two[0] == one) return;
    if (two[0] == nobody) two[0] = one;
    else if (two[1] == nobody) two[1] = one;
}

}  // namespace

void PathDeeds::take_over(LineNo line, OfficeNo office) {
    remember(takers, line);
    remember(taker_offices, office);
}

void PathDeeds::join(const PathDeeds& further) {
    for (const LineNo line : further.takers) remember(takers, line);
    for (const OfficeNo office : further.taker_offices) remember(taker_offices, office);
    has_completed |= further.has_completed;
}

Settlement::Settlement(ActTree& tree, const Authority& authority, const Arbitrations& arbitrations, const Parties& parties)
    : tree_(&tree), authority_(&authority), arbitrations_(&arbitrations), parties_(&parties), standing_(tree.size(), no_entry), deeds_(tree.size()) {
    const auto& order = tree.order();
    for (auto number = order.rbegin(); number != order.rend(); ++number) {
        if (!authority.is_entitled(*number)) continue;
        const Entry& entry = tree.at(*number);
        PathDeeds& deeds = deeds_[*number];
        if (entry.kind() == Kind::take_over) deeds.take_over(entry.line, parties.office_of(entry.line));
        deeds.has_completed = entry.kind() == Kind::complete;
        if (entry.first_child == no_entry) continue;
        const Branches branches = branches_after(*number, tree, authority, parties);
        standing_[*number] = settle(*number, branches);
        if (standing_[*number] != no_entry) deeds.join(deeds_[standing_[*number]]);
        if (planted(PlantedBug::whole_subtree_counts)) {
            for (const EntryNo rival : branches.rivals) deeds.join(deeds_[rival]);
        }
    }
    const Branches roots = branches_after(no_entry, tree, authority, parties);
    standing_root_ = settle(no_entry, roots);

    for (const EntryNo number : order) {
        if (!authority.is_entitled(number)) tree.at(number).verdict = authority.at(number).verdict;
    }
    hand_down(no_entry, roots, {});
    for (const EntryNo number : order) {
        if (tree.at(number).first_child == no_entry) continue;
        if (authority.is_entitled(number)) hand_down(number, branches_after(number, tree, authority, parties), tree.at(number).verdict);
    }
}

template <class Holds>
EntryNo Settlement::only_one(const std::vector<EntryNo>& rivals, Holds holds) const {
    EntryNo found = no_entry;
    for (const EntryNo rival : rivals) {
        if (!holds(rival)) continue;
        if (found != no_entry) return no_entry;
        found = rival;
    }
    return found;
}

// The first rule that holds for exactly one of them lets it stand.
EntryNo Settlement::settle(EntryNo after, const Branches& branches) const {
    const auto& rivals = branches.rivals;
    if (rivals.size() < 2) return rivals.empty() ? no_entry : rivals.front();
    if (planted(PlantedBug::earliest_clock_wins)) return *std::ranges::min_element(rivals, {}, [&](EntryNo rival) { return tree_->at(rival).act->payload.at_ms; });
    if (planted(PlantedBug::lowest_hash_wins)) return *std::ranges::min_element(rivals, {}, [&](EntryNo rival) { return tree_->at(rival).act->id; });

    if (const EntryNo chosen = arbitrations_->chosen_after(after); chosen != no_entry) return chosen;  // (a)
    if (after == no_entry) return no_entry;

    const ChainPoint& at = authority_->at(after).point;
    const ChainCustody& holder = at.custody;
    const auto is_supervisors = [&](EntryNo rival) { return authority_->is_supervisors_seize(tree_->at(rival), at); };
    if (const EntryNo rival = only_one(rivals, is_supervisors); rival != no_entry) return rival;  // (b)

    const auto went_to_another_office = [&](EntryNo rival) {
        if (planted(PlantedBug::any_take_over_wins)) return deeds_[rival].has_taker_other_than(nobody);
        return deeds_[rival].has_office_other_than(holder.office);
    };
    if (const EntryNo rival = only_one(rivals, went_to_another_office); rival != no_entry) return rival;  // (c)

    const auto is_heads = [&](EntryNo rival) {
        return is_heads_seize(rival, holder) && (planted(PlantedBug::seize_beats_a_result) || !is_completed_beside(rival, rivals));
    };
    if (const EntryNo rival = only_one(rivals, is_heads); rival != no_entry) return rival;  // (d)

    return only_one(rivals, [&](EntryNo rival) { return deeds_[rival].has_taker_other_than(holder.line); });  // (e)
}

// Among the office's own lines.
bool Settlement::is_heads_seize(EntryNo rival, const ChainCustody& holder) const {
    const Entry& entry = tree_->at(rival);
    return entry.kind() == Kind::seize && parties_->office_of(entry.line) == holder.office && entry.line != holder.line;
}

bool Settlement::is_completed_beside(EntryNo rival, const std::vector<EntryNo>& rivals) const {
    return std::ranges::any_of(rivals, [&](EntryNo other) { return other != rival && deeds_[other].has_completed; });
}

// A new one has taken nothing over, so that (c) and (e) go on as they are: it has to be the only one of its sort. But (a) comes first,
// and where it is the first of its office there, it may leave one arbitration alone that others contradicted.
Settlement::EndingSeize Settlement::ending_seize(EntryNo after, const Branches& branches, const std::optional<OfficeId>& supervisor) const {
    if (after == no_entry) return {};
    const ChainPoint& at = authority_->at(after).point;
    const auto& rivals = branches.rivals;
    const bool is_seized_from_above = std::ranges::any_of(rivals, [&](EntryNo rival) { return authority_->is_supervisors_seize(tree_->at(rival), at); });
    const bool is_seized_within = std::ranges::any_of(rivals, [&](EntryNo rival) { return is_heads_seize(rival, at.custody); });
    const bool decides_against_another = arbitrations_->would_choose_among_offices(after);
    const auto is_arbitrated = [&](const OfficeId& office) { return decides_against_another && branches.one_office != office; };
    return {.by_supervisor = supervisor && !is_seized_from_above && !is_arbitrated(*supervisor),
            .by_head = !is_seized_within && !is_completed_beside(no_entry, rivals) && !is_arbitrated(parties_->office(at.custody.office))};
}

// Below a late move everything is late, below a disputed one disputed; elsewhere one stands and the others are late, or none does.
void Settlement::hand_down(EntryNo after, const Branches& branches, Verdict from_above) {
    const EntryNo standing = standing_after(after);
    for (const EntryNo rival : branches.rivals) {
        Verdict& verdict = tree_->at(rival).verdict;
        if (!from_above.effective()) verdict = from_above;
        else if (standing == no_entry) verdict = disputed;
        else if (rival == standing) verdict = {};
        else verdict = planted(PlantedBug::late_is_disputed) ? disputed : late;
    }
    for (const EntryNo behind : branches.behind) tree_->at(behind).verdict = from_above.effective() ? late : from_above;
}

std::vector<EntryNo> Settlement::disputed_after(EntryNo after) const {
    if (standing_after(after) != no_entry) return {};
    auto rivals = branches_after(after, *tree_, *authority_, *parties_).rivals;
    if (rivals.size() < 2) rivals.clear();
    return rivals;
}

}  // namespace motcua::sync

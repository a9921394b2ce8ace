// The fold, room by room: acts hang together (act_tree), each has a right of its own (own_right) and by its chain (authority),
// conflicts are settled (arbitration, settle), facts count (facts), and what stands is told (story).

#include <algorithm>
#include <set>

#include "sync/dossier/facts.hpp"
#include "sync/dossier/imported.hpp"
#include "sync/dossier/own_right.hpp"
#include "sync/dossier/planted.hpp"
#include "sync/dossier/settle.hpp"
#include "sync/dossier/story.hpp"

namespace motcua::sync {
namespace {

template <class Content>
Content content_of(const Entry& entry) {
    auto content = from_item<Content>(entry.act->payload.content);
    ensure(content.has_value(), "an effective act has the content of its kind");
    return *std::move(content);
}

class Fold {
  public:
    Fold(const DossierId& id, std::span<const Act* const> acts, const Rulebook& rules)
        : rules_(rules), parties_(rules.registry()), tree_(id, acts, parties_) {
        dossier_.id = id;
        judge_own_rights(tree_, rules.registry(), parties_);
        const Authority authority(id, tree_, rules.registry(), parties_);
        const Arbitrations arbitrations(tree_, authority, rules.registry(), parties_);
        const Settlement settlement(tree_, authority, arbitrations, parties_);
        judge_facts(tree_, authority, rules.registry(), parties_);
        tell_path(authority, settlement);
        tell_concerned(authority);
        tell_facts();
        tell_acts();
    }

    [[nodiscard]] Dossier take() && { return std::move(dossier_); }

  private:
    void tell_path(const Authority& authority, const Settlement& settlement) {
        index_on_path_.assign(tree_.size(), 0);
        EntryNo tip = settlement.standing_after(no_entry);
        Story story(dossier_, rules_, [this](const Position& position) { return find_fact(position); });
        if (tip != no_entry) {
            story.create(*tree_.at(tip).act, office_of(tip), authority.at(tip).point.life);
            if (dossier_.is_imported) tell_imported(dossier_, imported_events());
            std::size_t index = 0;
            for (EntryNo next = settlement.standing_after(tip); next != no_entry; next = settlement.standing_after(tip)) {
                tip = next;
                index_on_path_[tip] = ++index;
                story.move(*tree_.at(tip).act, office_of(tip), authority.at(tip).point.life);
            }
            carry_indexes();
            for (const Entry& entry : tree_.entries()) {
                if (entry.is_fact() && entry.verdict.effective()) story.fact(*entry.act, index_on_path_[entry.prior]);
            }
            story.finish();
        }
        tell_dispute(authority, settlement, tip);
    }

    // A node beside the path has the place of where its branch leaves it.
    void carry_indexes() {
        for (const EntryNo number : tree_.order()) {
            const EntryNo prior = tree_.at(number).prior;
            if (index_on_path_[number] == 0 && prior != no_entry && tree_.at(prior).is_node()) index_on_path_[number] = index_on_path_[prior];
        }
    }

    void tell_dispute(const Authority& authority, const Settlement& settlement, EntryNo tip) {
        auto branches = settlement.disputed_after(tip);
        if (planted(PlantedBug::dispute_of_a_late_branch_shows)) {
            for (EntryNo number = 0; branches.empty() && number < tree_.size(); ++number) {
                if (!authority.is_entitled(number)) continue;
                branches = settlement.disputed_after(number);
                if (!branches.empty()) tip = number;
            }
        }
        if (branches.empty()) return;
        if (tip == no_entry) dossier_.created_by = office_of(branches.front());
        Dispute& dispute = dossier_.dispute.emplace();
        if (tip != no_entry) dispute.after = tree_.at(tip).act->id;
        for (const EntryNo branch : branches) dispute.branches.push_back(tree_.at(branch).act->id);
        std::ranges::sort(dispute.branches);
        // By the newest registry: who arbitrates or seizes now will cite that.
        const auto supervisor = tip == no_entry ? std::nullopt : authority.supervisor(authority.at(tip).point.held, rules_.registry().size());
        const Branches all = branches_after(tip, tree_, authority, parties_);
        const auto ending = settlement.ending_seize(tip, all, supervisor);
        dispute.ends_by_supervisors_seize = ending.by_supervisor;
        dispute.ends_by_heads_seize = ending.by_head;
        const Office* top = rules_.registry().top();
        if (tip != no_entry && all.one_office) dispute.decided_by = *all.one_office;
        else if (supervisor) dispute.decided_by = *supervisor;
        else if (top != nullptr) dispute.decided_by = top->id;
    }

    // Whoever created, held or was addressed on any branch, or was asked: each of them is to learn how it went on.
    void tell_concerned(const Authority& authority) {
        std::set<OfficeSetNo> sets;
        for (EntryNo number = 0; number < tree_.size(); ++number) {
            if (authority.is_entitled(number)) sets.insert(authority.at(number).point.touched);
        }
        std::set<OfficeId> offices(dossier_.concerned.begin(), dossier_.concerned.end());
        for (const OfficeSetNo set : sets) {
            for (const OfficeNo office : parties_.members(set)) offices.insert(parties_.office(office));
        }
        for (const Entry& entry : tree_.entries()) {
            if (entry.kind() == Kind::consult && entry.verdict.effective()) offices.insert(content_of<ConsultContent>(entry).office);
        }
        dossier_.concerned.assign(offices.begin(), offices.end());
    }

    void tell_facts() {
        std::set<Position> corrections, settled, answered;
        std::set<Position> erased;
        for (const Entry& entry : tree_.entries()) {
            if (!entry.is_fact() || !entry.verdict.effective()) continue;
            const Position position = entry.act->position();
            if (entry.kind() == Kind::contact_corrected) {
                corrections.insert(position);
                for (const Position& earlier : content_of<ContactCorrectedContent>(entry).settles) {
                    if (earlier != position) settled.insert(earlier);
                }
            }
            if (entry.kind() == Kind::erase) {
                for (const Position& act : content_of<EraseContent>(entry).acts) erase(act, erased);
            }
            if (entry.kind() == Kind::opinion) tell_answer(entry, answered);
        }
        for (const Position& position : corrections) {
            if (!settled.contains(position)) dossier_.corrections.push_back(position);
        }
        dossier_.erased.assign(erased.begin(), erased.end());
        for (const Entry& entry : tree_.entries()) {
            const Position position = entry.act->position();
            const bool is_open = entry.kind() == Kind::consult && entry.verdict.effective() && !answered.contains(position);
            if (is_open && (dossier_.open_consultations.empty() || dossier_.open_consultations.back() != position)) dossier_.open_consultations.push_back(position);
        }
    }

    // A body that an adopt carries is the one of the carried act: both copies go.
    void erase(const Position& position, std::set<Position>& erased) {
        for (const Entry& named : tree_.at_position(position)) {
            erased.insert(position);
            if (named.carries != no_entry) erased.insert(tree_.at(named.carries).act->position());
        }
        for (const Entry& adopt : tree_.entries()) {
            if (adopt.carries != no_entry && tree_.at(adopt.carries).act->position() == position) erased.insert(adopt.act->position());
        }
    }

    // Only the office that was asked answers.
    void tell_answer(const Entry& opinion, std::set<Position>& answered) {
        const Position consultation = content_of<OpinionContent>(opinion).consultation;
        for (const Entry& entry : tree_.at_position(consultation)) {
            if (entry.kind() == Kind::consult && entry.verdict.effective() && is_put_to(entry, opinion, parties_)) answered.insert(consultation);
        }
    }

    // Every act, whatever became of it: nothing vanishes.
    void tell_acts() {
        dossier_.acts.reserve(tree_.size());
        for (const Entry& entry : tree_.entries()) {
            const Payload& payload = entry.act->payload;
            if (planted(PlantedBug::foreign_prior_counts) && !std::ranges::equal(payload.subject, dossier_.id.view())) continue;
            if (planted(PlantedBug::waiting_acts_vanish) && entry.verdict.standing == Standing::waiting) continue;
            if (!planted(PlantedBug::opaque_does_not_freeze)) dossier_.is_frozen |= entry.verdict.standing == Standing::opaque;
            dossier_.acts.push_back({entry.act->id, entry.act->position(), payload.kind, payload.at_ms, payload.signer, payload.prior, entry.verdict,
                                     entry.is_provisional, entry.carrier == nullptr ? std::nullopt : std::optional(entry.carrier->position())});
        }
    }

    [[nodiscard]] std::vector<ImportedEvent> imported_events() const {
        std::vector<ImportedEvent> events;
        for (const Entry& entry : tree_.entries()) {
            if (entry.kind() == Kind::imported && entry.verdict.effective()) events.push_back({entry.act->id, content_of<ImportedContent>(entry)});
        }
        return events;
    }

    [[nodiscard]] std::optional<CitedFact> find_fact(const Position& position) const {
        for (const Entry& entry : tree_.at_position(position)) {
            if (entry.is_fact() && entry.verdict.effective()) return CitedFact{entry.kind(), entry.act->payload.at_ms};
        }
        return std::nullopt;
    }

    [[nodiscard]] const OfficeId& office_of(EntryNo number) const { return parties_.office(parties_.office_of(tree_.at(number).line)); }

    const Rulebook& rules_;
    Parties parties_;
    ActTree tree_;
    Dossier dossier_;
    std::vector<std::size_t> index_on_path_;
};

}  // namespace

Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Rulebook& rules) {
    std::vector<const Act*> pointers;
    pointers.reserve(acts.size());
    for (const Act& act : acts) pointers.push_back(&act);
    return Fold(id, pointers, rules).take();
}

Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Registry& registry) { return fold_dossier(id, acts, Rulebook(registry)); }

DossierId new_dossier_id(const LogId& log, Seq seq, Random& random) {
    Bytes bytes = to_bytes(log.view().first(8));
    append_be(bytes, seq.value, 4);
    DossierId id;
    std::copy(bytes.begin(), bytes.end(), id.bytes.begin());
    random.fill(std::span(id.bytes).subspan(12));
    return id;
}

bool created_at(const DossierId& id, const Position& position) {
    const ByteView bytes = id.view();
    return std::ranges::equal(bytes.first(8), position.log.view().first(8)) && load_be(bytes.subspan(8, 4)) == position.seq.value;
}

}  // namespace motcua::sync

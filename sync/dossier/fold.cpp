// The fold: acts form a tree by `prior`, each one's verdict follows from its own chain, and the standing path gives the state.

#include <algorithm>
#include <map>

#include "sync/dossier/lifecycle.hpp"

namespace motcua::sync {
namespace {

constexpr Verdict prior_void{Standing::void_act, Reason::prior_void};
constexpr Verdict prior_unknown{Standing::waiting, Reason::prior_unknown};

struct Entry {
    const Act* act;
    Verdict verdict;
    std::size_t root = 0;    // the creating act of its chain
    ChainState state;        // after it, when it is an effective move or creating act
    std::vector<std::size_t> followers;

    [[nodiscard]] Kind kind() const { return act->payload.kind; }
    [[nodiscard]] const LogId& log() const { return act->payload.log; }
    [[nodiscard]] bool is_move() const { return class_of(kind()) == KindClass::move; }
    [[nodiscard]] bool is_creating() const { return !act->payload.prior.has_value(); }
};

bool stands_before(const Act* a, const Act* b) {
    return std::pair(a->position(), a->id) < std::pair(b->position(), b->id);
}

std::vector<const Act*> sorted_acts_of(const DossierId& id, std::span<const Act> acts) {
    const Bytes subject = to_bytes(id.view());
    std::vector<const Act*> own;
    for (const Act& act : acts) {
        if (act.payload.subject == subject) own.push_back(&act);
    }
    std::sort(own.begin(), own.end(), stands_before);
    own.erase(std::unique(own.begin(), own.end(), [](const Act* a, const Act* b) { return a->id == b->id; }), own.end());
    return own;
}

class Fold {
  public:
    Fold(const DossierId& id, std::span<const Act> acts, const Registry& registry) : id_(id), registry_(registry) {
        for (const Act* act : sorted_acts_of(id, acts)) entries_.push_back({.act = act, .verdict = registry.judge(*act), .state = {}, .followers = {}});
        link();
        judge_creating();
        judge_chains();
    }

    [[nodiscard]] Dossier dossier() const {
        Dossier dossier;
        dossier.id = id_;
        for (const Entry& entry : entries_) {
            if (entry.verdict.standing == Standing::disputed && !dossier.dispute) dossier.dispute.emplace();
            dossier.is_frozen |= entry.verdict.standing == Standing::opaque;
            const Payload& payload = entry.act->payload;
            dossier.acts.push_back({entry.act->id, entry.act->position(), payload.kind, payload.at_ms, payload.signer, payload.prior, entry.verdict});
        }
        if (const auto creating = standing_creation()) tell_standing_path(dossier, *creating);
        return dossier;
    }

  private:
    void link() {
        std::map<ActId, std::size_t> places;
        for (std::size_t place = 0; place < entries_.size(); ++place) places.emplace(entries_[place].act->id, place);
        for (std::size_t place = 0; place < entries_.size(); ++place) {
            Entry& entry = entries_[place];
            if (entry.is_creating()) {
                entry.root = place;
                creating_.push_back(place);
                continue;
            }
            const auto prior = places.find(*entry.act->payload.prior);
            if (prior != places.end()) entries_[prior->second].followers.push_back(place);
        }
    }

    void judge_creating() {
        for (const std::size_t place : creating_) {
            Entry& entry = entries_[place];
            if (!entry.verdict.effective()) continue;
            const auto state = state_after_creating(entry.kind());
            if (!state) {
                entry.verdict = {Standing::void_act, Reason::wrong_state};
            } else if (!created_at(id_, entry.act->position())) {
                entry.verdict = {Standing::void_act, Reason::wrong_dossier_id};
            } else {
                entry.state = *state;
            }
        }
        settle(creating_);
    }

    // From the creating acts outwards, so that a chain of any length needs no stack. What is never reached waits.
    void judge_chains() {
        std::vector<bool> is_reached(entries_.size(), false);
        std::vector<std::size_t> open = creating_;
        for (std::size_t next = 0; next < open.size(); ++next) {
            const std::size_t place = open[next];
            is_reached[place] = true;
            for (const std::size_t follower : entries_[place].followers) {
                entries_[follower].root = entries_[place].root;
                judge_follower(entries_[follower], entries_[place]);
                open.push_back(follower);
            }
            settle(entries_[place].followers);
        }
        for (std::size_t place = 0; place < entries_.size(); ++place) {
            if (!is_reached[place] && entries_[place].verdict.effective()) entries_[place].verdict = prior_unknown;
        }
    }

    void judge_follower(Entry& entry, const Entry& prior) {
        if (!entry.verdict.effective()) return;
        if (entry.is_move()) {
            entry.verdict = move_verdict(entry, prior);
        } else {
            entry.verdict = fact_verdict(entry, prior);
        }
    }

    Verdict move_verdict(Entry& entry, const Entry& prior) const {
        if (prior.verdict.standing == Standing::void_act) return prior_void;
        if (!prior.verdict.effective()) return prior.verdict;
        if (!prior.is_move() && !prior.is_creating()) return {Standing::void_act, Reason::wrong_state};
        if (entry.log() != entries_[entry.root].log()) return {Standing::void_act, Reason::no_custody};
        const auto state = state_after(prior.state, entry.kind());
        if (!state) return {Standing::void_act, Reason::wrong_state};
        entry.state = *state;
        return {};
    }

    // A counter must record what happens at it: a fact needs a dossier and a place in it, not a prior that stands.
    Verdict fact_verdict(const Entry& entry, const Entry& prior) const {
        const Entry& creating = entries_[entry.root];
        if (creating.verdict.standing == Standing::void_act) return prior_void;
        if (creating.verdict.standing == Standing::waiting || creating.verdict.standing == Standing::quarantined ||
            creating.verdict.standing == Standing::opaque) {
            return creating.verdict;
        }
        if (class_of(prior.kind()) == KindClass::fact && !prior.is_creating()) return {Standing::void_act, Reason::wrong_state};
        if (entry.kind() == Kind::submitted) return {Standing::void_act, Reason::wrong_state};
        if (entry.kind() == Kind::imported && creating.kind() != Kind::imported) return {Standing::void_act, Reason::wrong_state};
        const NodeRecord* holder = registry_.find_node(creating.log());
        const NodeRecord* author = registry_.find_node(entry.log());
        ensure(holder != nullptr && author != nullptr, "acts of unknown nodes are void before this");
        if (!registry_.is_at_or_below(holder->office, author->office, entry.act->payload.registry)) return {Standing::void_act, Reason::not_of_this_office};
        return {};
    }

    // Of several entitled moves after one, those of one log are settled by their order in it. What then remains stands
    // side by side: two histories under one position, which only people can settle.
    void settle(const std::vector<std::size_t>& followers) {
        std::vector<std::size_t> entitled;
        for (const std::size_t place : followers) {
            if (entries_[place].verdict.effective() && (entries_[place].is_move() || entries_[place].is_creating())) entitled.push_back(place);
        }
        std::map<LogId, std::uint64_t> first;
        for (const std::size_t place : entitled) {
            const auto [lowest, is_new] = first.emplace(entries_[place].log(), entries_[place].act->payload.seq);
            if (!is_new) lowest->second = std::min(lowest->second, entries_[place].act->payload.seq);
        }
        std::vector<std::size_t> branches;
        for (const std::size_t place : entitled) {
            if (entries_[place].act->payload.seq == first.at(entries_[place].log())) {
                branches.push_back(place);
            } else {
                entries_[place].verdict = {Standing::late, Reason::conflicting_move};
            }
        }
        if (branches.size() < 2) return;
        for (const std::size_t place : branches) entries_[place].verdict = {Standing::disputed, Reason::conflicting_move};
    }

    [[nodiscard]] std::optional<std::size_t> standing_creation() const {
        for (const std::size_t place : creating_) {
            if (entries_[place].verdict.effective()) return place;
        }
        return std::nullopt;
    }

    [[nodiscard]] std::optional<std::size_t> standing_follower(const Entry& entry) const {
        for (const std::size_t place : entry.followers) {
            if (entries_[place].verdict.effective() && entries_[place].is_move()) return place;
        }
        return std::nullopt;
    }

    void tell_standing_path(Dossier& dossier, std::size_t creating) const {
        dossier.created_by = registry_.find_node(entries_[creating].log())->office;
        dossier.custody = Custody{*dossier.created_by, entries_[creating].log(), std::nullopt};
        std::size_t tip = creating;
        tell_content(dossier, entries_[tip]);
        while (const auto next = standing_follower(entries_[tip])) {
            tip = *next;
            tell_content(dossier, entries_[tip]);
        }
        dossier.tip = entries_[tip].act->id;
        dossier.status = status_after_facts(entries_[tip].state);
    }

    static void tell_content(Dossier& dossier, const Entry& entry) {
        const cbor::Item& item = entry.act->payload.content;
        if (entry.kind() == Kind::receive) {
            const auto content = from_item<ReceiveContent>(item);
            ensure(content.has_value(), "an effective act has the content of its kind");
            dossier.code = content->code;
            dossier.procedure = content->procedure;
            dossier.received_ms = content->received_ms;
            dossier.clock.due_ms = content->due_ms;
        }
        if (entry.kind() == Kind::imported) {
            const auto content = from_item<ImportedContent>(item);
            ensure(content.has_value(), "an effective act has the content of its kind");
            const auto since_1970 = [](const OriginalTime& time) { return static_cast<std::uint64_t>(std::max<std::int64_t>(0, time.ms)); };
            dossier.code = content->case_name;
            dossier.procedure = content->source;
            dossier.received_ms = since_1970(content->case_start.value_or(content->time));
            if (content->case_deadline) dossier.clock.due_ms = since_1970(*content->case_deadline);
        }
    }

    [[nodiscard]] DossierStatus status_after_facts(const ChainState& state) const {
        if (state.status == DossierStatus::resolved && has_effective(Kind::result_handed_over)) return DossierStatus::returned;
        if (can_be_withdrawn(state) && has_effective(Kind::withdrawal_asked)) return DossierStatus::withdrawal_asked;
        return state.status;
    }

    [[nodiscard]] bool has_effective(Kind kind) const {
        return std::any_of(entries_.begin(), entries_.end(),
                           [&](const Entry& entry) { return entry.kind() == kind && entry.verdict.effective(); });
    }

    DossierId id_;
    const Registry& registry_;
    std::vector<Entry> entries_;          // sorted by position, then id
    std::vector<std::size_t> creating_;   // those without prior
};

}  // namespace

Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Registry& registry) {
    return Fold(id, acts, registry).dossier();
}

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

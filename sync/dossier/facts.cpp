#include "sync/dossier/facts.hpp"

#include <algorithm>

#include "sync/dossier/planted.hpp"

namespace motcua::sync {
namespace {

Verdict void_for(Reason reason) { return {Standing::void_act, reason}; }
constexpr std::uint64_t rating_indices = 9, rating_score_max = 2;

class FactJudge {
  public:
    FactJudge(ActTree& tree, const Authority& authority, const Registry& registry, Parties& parties)
        : tree_(tree), authority_(authority), registry_(registry), parties_(parties) {}

    Verdict judge(const Entry& fact) {
        if (!fact.own.effective()) return fact.own;
        if (fact.kind() == Kind::submitted) return void_for(Reason::wrong_state);  // it creates or is nothing
        if (const Verdict sense = judge_sense(fact, registry_); !sense.effective()) return sense;
        if (fact.prior == no_entry) return {Standing::waiting, Reason::prior_unknown};
        if (!tree_.at(fact.prior).is_node()) return void_for(Reason::wrong_state);  // its prior is a move, or the creating act
        const ChainNode& prior = authority_.at(fact.prior);
        const Entry& root = tree_.at(prior.root);
        if (fact.kind() == Kind::imported && root.is_creating() && root.kind() != Kind::imported) return void_for(Reason::wrong_state);
        const bool is_beside = planted(PlantedBug::facts_of_the_standing_path_only) && tree_.at(fact.prior).verdict.standing == Standing::late;
        if (is_beside) return {Standing::late, Reason::conflicting_move};
        return cited_or(fact, judge_on_chain(fact, prior));
    }

  private:
    // The chain up to where it has authority can only be added to, so who belongs to it belongs to it for good.
    Verdict judge_on_chain(const Entry& fact, const ChainNode& prior) {
        const OfficeNo office = parties_.office_of(fact.line);
        const bool is_by_some_office = planted(PlantedBug::fact_by_any_office);
        if (prior.nearest != no_entry &&
            (is_by_some_office || is_of_chain(office, authority_.at(prior.nearest).point.touched, fact.registry_size(), registry_, parties_))) {
            return {};
        }
        switch (prior.block) {
            case Standing::waiting: return {Standing::waiting, Reason::prior_waits};
            case Standing::quarantined: return {Standing::quarantined, Reason::prior_quarantined};
            case Standing::opaque: return {Standing::opaque, Reason::unknown_kind};
            case Standing::void_act: return void_for(prior.nearest == no_entry ? Reason::prior_void : Reason::not_of_this_office);
            case Standing::effective:
            case Standing::late:
            case Standing::disputed: break;
        }
        return void_for(Reason::not_of_this_office);
    }

    // An opinion is entitled by the consultation that it cites, and waits while that is unknown.
    Verdict cited_or(const Entry& fact, Verdict by_chain) {
        if (by_chain.effective() || fact.kind() != Kind::opinion) return by_chain;
        const auto content = from_item<OpinionContent>(fact.act->payload.content);
        ensure(content.has_value(), "an effective act has the content of its kind");
        const auto cited = tree_.at_position(content->consultation);
        if (cited.empty()) return {Standing::waiting, Reason::prior_unknown};
        for (const Entry& consultation : cited) {
            if (consultation.kind() != Kind::consult || !is_put_to(consultation, fact, parties_)) continue;
            if (consultation.verdict.effective()) return {};
            if (consultation.verdict.standing == Standing::waiting) return {Standing::waiting, Reason::prior_waits};
            if (consultation.verdict.standing == Standing::quarantined) return {Standing::quarantined, Reason::prior_quarantined};
        }
        return by_chain;
    }

    ActTree& tree_;
    const Authority& authority_;
    const Registry& registry_;
    Parties& parties_;
};

}  // namespace

Verdict judge_sense(const Entry& fact, const Registry& registry) {
    if (fact.kind() == Kind::consult) {
        const auto content = from_item<ConsultContent>(fact.act->payload.content);
        return content && registry.office_at(content->office, fact.registry_size()) != nullptr ? Verdict{} : void_for(Reason::unknown_office);
    }
    if (fact.kind() == Kind::rated) {
        const auto content = from_item<RatedContent>(fact.act->payload.content);
        const auto is_score = [](const auto& item) { return item.index >= 1 && item.index <= rating_indices && item.score <= rating_score_max; };
        return content && std::ranges::all_of(content->scores, is_score) ? Verdict{} : void_for(Reason::bad_content);
    }
    return {};
}

bool is_put_to(const Entry& consultation, const Entry& opinion, Parties& parties) {
    const auto content = from_item<ConsultContent>(consultation.act->payload.content);
    if (!content) return false;
    const OfficeNo asked = parties.number_of(content->office), author = parties.office_of(opinion.line);
    return asked == author || parties.heir(asked, opinion.registry_size()) == author;
}

bool is_of_chain(OfficeNo office, OfficeSetNo touched, std::uint64_t size, const Registry& registry, Parties& parties) {
    const OfficeId id = parties.office(office);
    // By number: asking for heirs can add offices.
    for (std::size_t index = 0; index < parties.members(touched).size(); ++index) {
        const OfficeNo member = parties.members(touched)[index];
        const OfficeNo heir = parties.heir(member, size);
        if (member == office || heir == office) return true;
        if (registry.is_at_or_below(parties.office(member), id, size) || registry.is_at_or_below(parties.office(heir), id, size)) return true;
    }
    return false;
}

// Consultations first: opinions rest on them.
void judge_facts(ActTree& tree, const Authority& authority, const Registry& registry, Parties& parties) {
    FactJudge judge(tree, authority, registry, parties);
    for (Entry& entry : tree.entries()) {
        if (entry.is_fact() && entry.kind() != Kind::opinion) entry.verdict = judge.judge(entry);
    }
    for (Entry& entry : tree.entries()) {
        if (entry.is_fact() && entry.kind() == Kind::opinion) entry.verdict = judge.judge(entry);
    }
}

}  // namespace motcua::sync

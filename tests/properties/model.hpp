#pragma once
/// The law of merging once more: DESIGN.md section 6 read sentence by sentence, in recursion over sets, slow and plain. It shares no
/// code with the fold but what an act and a verdict are, and which roles a kind asks for; the registry's acts it reads for itself. Where both agree on every generated history, neither misread.

#include <functional>
#include <map>
#include <set>

#include "tests/properties/small_city.hpp"

namespace motcua::tests::properties {

/// What an act was entitled to, by its own chain of priors and the registry. Effect comes after.
enum class Authority { entitled, not_entitled, waiting, quarantined, opaque };

/// On which nothing hangs: every fact but one that creates a dossier.
[[nodiscard]] inline bool is_mere_fact(const sync::Act& act) {
    const bool stands_beside = act.payload.kind == sync::Kind::arbitrate || act.payload.kind == sync::Kind::confirm;
    return sync::class_of(act.payload.kind) == sync::KindClass::fact && (act.payload.prior || stands_beside);
}

/// What the law says of one set of acts.
struct Reading {
    std::map<sync::ActId, sync::Standing> standing;  ///< of every act of the dossier
    std::optional<sync::ActId> tip;
    std::optional<sync::Custody> custody;
    std::optional<sync::Dispute> dispute;
    int status = 0;                                  ///< the national code that the moves alone give at the tip; 0: no tip
};

class Law {
  public:
    /// By the city's last registry.
    Law(const sync::DossierId& id, const std::vector<sync::Act>& acts, const SmallCity& city);
    [[nodiscard]] Reading read();

  private:
    using Acts = std::vector<const sync::Act*>;

    struct Offer {
        sync::LogId sender;
        sync::OfficeId to;
        std::optional<sync::LogId> line;
        bool is_back = false;
    };
    struct Life {
        int status = 0;
        bool was_received = false;
        bool was_extended = false;
        bool was_revoked = false;  ///< the result
    };
    /// What a chain of entitled moves has made of the dossier, the last one included.
    struct Chain {
        Life life;
        sync::LogId holder;
        std::optional<Offer> offer;
        std::optional<sync::LogId> given_by;   ///< the line whose hand-over the holder took; none after a hand-back
        std::optional<sync::Position> result;  ///< the `complete`
        std::set<sync::OfficeId> held;
        std::set<sync::OfficeId> touched;      ///< created, held or addressed
    };
    struct Entitlement {
        Authority authority = Authority::not_entitled;
        Chain chain;
    };

    // model_rights.cpp: by the registry alone
    [[nodiscard]] std::optional<sync::OfficerContent> officer(const sync::PublicKey& key, std::uint64_t size) const;
    [[nodiscard]] bool was_ever_listed(const sync::PublicKey& key, std::uint64_t size) const;
    [[nodiscard]] bool has_ended(const sync::PublicKey& key, std::uint64_t after_size, std::uint64_t size) const;
    [[nodiscard]] std::uint32_t roles(const sync::PublicKey& key, std::uint64_t size, std::int64_t day) const;
    [[nodiscard]] bool may_sign(const sync::Act& act) const;
    [[nodiscard]] Authority admitted(const sync::Act& act, const sync::Act& admission) const;
    [[nodiscard]] bool is_working(const sync::Act& act) const;
    [[nodiscard]] bool is_cut(const sync::Act& act) const;
    bool is_confirmed(const sync::Act& act);
    bool confirms(const sync::Act& confirmation, const sync::Act& act);
    Authority own_authority(const sync::Act& act);

    // model.cpp: who may, by the chain
    [[nodiscard]] bool is_listed(const sync::OfficeId& office, std::uint64_t size) const;
    const Entitlement& entitlement(const sync::Act& act);
    Entitlement creating(const sync::Act& act);
    Entitlement move(const sync::Act& act);
    std::optional<Chain> moved(const Chain& before, const sync::Act& act);
    [[nodiscard]] static std::optional<Life> lived(Life life, const sync::Act& act);
    [[nodiscard]] bool may_take(const Chain& before, const sync::Act& act) const;
    [[nodiscard]] std::optional<Offer> offered(const Chain& chain, std::uint64_t size) const;
    [[nodiscard]] bool may_seize(const Chain& before, const sync::Act& act) const;

    // model.cpp: the tree of offices, at a size of the registry
    [[nodiscard]] sync::OfficeId office_of(const sync::LogId& log) const;
    [[nodiscard]] std::vector<sync::OfficeId> above(const sync::OfficeId& office, std::uint64_t size) const;
    [[nodiscard]] bool is_at_or_above(const sync::OfficeId& high, const sync::OfficeId& low, std::uint64_t size) const;
    [[nodiscard]] std::optional<sync::OfficeId> successor(const sync::OfficeId& office, std::uint64_t size) const;
    [[nodiscard]] sync::OfficeId supervisor(const std::set<sync::OfficeId>& held, std::uint64_t size) const;

    // model_effect.cpp: what takes effect
    [[nodiscard]] Acts children(const std::optional<sync::ActId>& after);
    [[nodiscard]] Acts rivals(const std::optional<sync::ActId>& after);  ///< without those late in their own log
    [[nodiscard]] bool is_late_in_its_log(const sync::Act& act);
    const sync::Act* standing_child(const std::optional<sync::ActId>& after);
    const sync::Act* decide(const std::optional<sync::ActId>& after, const Acts& among);
    [[nodiscard]] Acts path(const sync::Act& branch);
    [[nodiscard]] bool takes_over(const sync::Act& branch, const std::function<bool(const sync::LogId&)>& counts);
    [[nodiscard]] bool has_completed(const sync::Act& branch);
    [[nodiscard]] sync::OfficeId arbiter(const std::optional<sync::ActId>& after, std::uint64_t size);
    [[nodiscard]] bool may_arbitrate(const std::optional<sync::ActId>& after, const sync::Act& arbitration);
    Authority arbitration(const sync::Act& act);
    [[nodiscard]] Acts valid_arbitrations(const std::optional<sync::ActId>& after);
    [[nodiscard]] Acts uncited(const Acts& valid);
    void settle(const std::optional<sync::ActId>& after, sync::Standing inherited, Reading& reading);
    sync::Standing fact(const sync::Act& act);
    sync::Standing confirmation(const sync::Act& act);
    sync::Standing arbitration_standing(const sync::Act& act);
    [[nodiscard]] bool is_concerned(const std::set<sync::OfficeId>& touched, const sync::Act& act) const;
    [[nodiscard]] const sync::Act* find_root(const sync::Act& act) const;
    Authority by_chain(const sync::Act& fact);
    Authority consulted(const sync::Act& opinion);

    const SmallCity& city_;
    sync::DossierId id_;
    std::map<sync::ActId, const sync::Act*> acts_;
    std::vector<const sync::Act*> admissions_;
    std::map<sync::ActId, Entitlement> entitled_;
    std::set<sync::ActId> being_confirmed_;
    std::map<std::optional<sync::ActId>, const sync::Act*> standing_;
};

[[nodiscard]] inline Reading read_by_law(const sync::DossierId& id, const std::vector<sync::Act>& acts, const SmallCity& city) {
    return Law(id, acts, city).read();
}

}  // namespace motcua::tests::properties

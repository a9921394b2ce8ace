#pragma once
/// A dossier's state: a pure fold over its set of acts and one registry. No clock, no arrival order, no local knowledge.

#include "sync/act/content.hpp"
#include "sync/registry/registry.hpp"

namespace motcua::sync {

/// The ten national status codes.
enum class DossierStatus : std::uint8_t {
    newly_registered = 1, received = 2, declined = 3, in_process = 4, supplement_asked = 5, payment_asked = 6,
    withdrawal_asked = 7, stopped = 8, resolved = 9, returned = 10,
};
[[nodiscard]] std::string_view name_vi(DossierStatus status);
/// What an officer calls the step; empty for kinds that are not about dossiers.
[[nodiscard]] std::string_view name_vi(Kind kind);

struct DossierAct {
    ActId id;
    Position position;
    Kind kind{};
    std::uint64_t at_ms = 0;
    PublicKey signer;
    Verdict verdict;
    template <class A> void serialize(A& a) { a(id, position.log, position.seq.value, kind, at_ms, signer, verdict.standing, verdict.reason); }
};

struct Dossier {
    DossierId id;
    std::optional<std::string> code;       ///< its printed code, or the case name of an imported one
    std::string procedure;                 ///< procedure code, or the source of an imported one
    std::optional<OfficeId> office;        ///< of the line that has custody
    DossierStatus status = DossierStatus::newly_registered;
    bool disputed = false;
    std::uint64_t received_ms = 0;
    std::optional<std::uint64_t> due_ms;
    std::optional<ActId> tip;              ///< the standing move that the next one follows, else the creating act
    std::vector<DossierAct> acts;          ///< every act, sorted by (log, seq), with its verdict
    template <class A> void serialize(A& a) { a(id, code, procedure, office, status, disputed, received_ms, due_ms, tip, acts); }
};

/// The fold from scratch. Any order and repetition of `acts` gives identical bytes (cbor::encode); acts about other
/// dossiers are passed over. Rules: FORMAT.md, "Refused, or void" and "Rights", and the table in lifecycle.hpp. There are no
/// custody moves yet, so the creating line holds custody to the end.
[[nodiscard]] Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Registry& registry);

/// Whether the dossier, as it stands, allows this kind of move or fact next. Errors: refused, in words for an officer.
[[nodiscard]] Result<void> allows(const Dossier& dossier, Kind kind);

/// First 8 bytes of the log's id ‖ u32 BE seq ‖ 4 random bytes.
[[nodiscard]] DossierId new_dossier_id(const LogId& log, Seq seq, Random& random);
[[nodiscard]] bool created_at(const DossierId& id, const Position& position);

}  // namespace motcua::sync

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

/// How handling ended. Values are in views; a rebuild rewrites them.
enum class Outcome : std::uint8_t { none = 0, completed = 1, returned_unresolved = 2, declined = 3, stopped_withdrawn = 4, stopped_supplement = 5, stopped_other = 6 };
enum class Finance : std::uint8_t { none = 0, asked = 1, paid = 2 };
enum class Delivery : std::uint8_t { none = 0, ready = 1, handed_over = 2 };

struct DossierAct {
    ActId id;
    Position position;
    Kind kind{};
    std::uint64_t at_ms = 0;
    PublicKey signer;
    std::optional<ActId> prior;
    Verdict verdict;
    bool is_provisional = false;  ///< by a key that a head admitted and the registry does not list yet
    template <class A> void serialize(A& a) { a(id, position, kind, at_ms, signer, prior, verdict.standing, verdict.reason, is_provisional); }
};

/// Who may move it next. Between a hand_over and its take_over nobody moves it.
struct Custody {
    OfficeId office;  ///< of the line that holds it, or held it last
    LogId line;
    struct Offer {
        OfficeId to;
        std::optional<LogId> line;  ///< one line of it; null: any
        bool is_back = false;       ///< by hand_back: it is not handed back again
        template <class A> void serialize(A& a) { a(to, line, is_back); }
    };
    std::optional<Offer> offer;
    template <class A> void serialize(A& a) { a(office, line, offer); }
};

/// One row of the control sheet (phiếu kiểm soát, form 06): a hand-over between offices, or an assignment to a unit of one.
struct ControlRow {
    ActId act;
    std::optional<OfficeId> from, to;
    std::string from_unit, to_unit;               ///< of an imported history: its groups
    std::uint64_t given_ms = 0;
    std::optional<std::uint64_t> received_ms;     ///< null: not taken over yet
    std::optional<std::uint64_t> due_ms;          ///< of this step
    std::optional<std::uint64_t> finished_ms;     ///< when the next row was given, or handling ended
    std::optional<std::uint64_t> stage;
    template <class A> void serialize(A& a) { a(act, from, to, from_unit, to_unit, given_ms, received_ms, due_ms, finished_ms, stage); }
};

/// The statutory clock. All instants are ms since 1970; they are the claims of the acts that state them.
struct StatutoryClock {
    enum class Run : std::uint8_t { running = 1, waits_for_supplement = 2, waits_for_payment = 3, ended = 4 };
    std::optional<std::uint64_t> started_ms;      ///< null: not accepted
    std::optional<std::uint64_t> due_ms;          ///< as it stands; null: none, or not known while it waits
    std::optional<std::uint64_t> promised_ms;     ///< the first due instant, as the receipt says
    std::optional<std::uint64_t> extended_to_ms;  ///< by an apology
    std::optional<std::uint64_t> apology_at_ms;   ///< when it was given
    std::optional<std::uint64_t> ended_ms;        ///< a result, or another outcome
    bool is_provisional = false;                  ///< the calendar does not list special days up to the due date yet
    Run run = Run::running;
    struct Span {
        std::uint64_t from_ms = 0;
        std::optional<std::uint64_t> to_ms;
        Run run = Run::running;
        template <class A> void serialize(A& a) { a(from_ms, to_ms, run); }
    };
    std::vector<Span> spans;                      ///< in order, from started_ms
    template <class A> void serialize(A& a) { a(started_ms, due_ms, promised_ms, extended_to_ms, apology_at_ms, ended_ms, is_provisional, run, spans); }
};

/// Several entitled moves follow one, and none stands yet.
struct Dispute {
    std::optional<ActId> after;     ///< null: several creating acts under one id
    std::vector<ActId> branches;    ///< sorted
    OfficeId decided_by;            ///< the office whose head may arbitrate
    template <class A> void serialize(A& a) { a(after, branches, decided_by); }
};

struct Dossier {
    DossierId id;
    std::optional<std::string> code;       ///< its printed code, or the case name of an imported one
    std::string procedure;                 ///< procedure code, or the source of an imported one
    std::uint64_t rules_size = 0;          ///< the registry size that accepted it: its rules are of then
    std::optional<OfficeId> created_by;
    std::optional<Custody> custody;
    std::vector<OfficeId> concerned;       ///< offices that created or held it, or were addressed; sorted
    std::optional<ReceptionChannel> channel;
    DossierStatus status = DossierStatus::newly_registered;
    Outcome outcome = Outcome::none;
    Finance finance = Finance::none;
    Delivery delivery = Delivery::none;
    bool is_imported = false;
    bool is_frozen = false;                ///< an act of an unknown kind, or a newer rule: no moves here until an update
    std::optional<Dispute> dispute;
    std::uint64_t received_ms = 0;         ///< else when it was submitted
    std::optional<std::uint64_t> returned_ms;  ///< the result was handed over
    StatutoryClock clock;
    std::optional<std::string> book_number;
    std::optional<Hash> lookup;            ///< SHA-256 of the secret lookup code
    std::string unit;                      ///< that it is assigned to, in the custodian's office
    std::vector<DocumentLine> documents;
    std::vector<std::string> missing;      ///< documents of an open supplement request
    std::vector<ControlRow> control;
    std::vector<Position> corrections;     ///< of the contact, that none settles yet; the latest valid are shown
    std::vector<Position> erased;          ///< acts whose bodies are erased
    std::vector<Position> open_consultations;
    std::vector<NoticeAbout> notices;      ///< sent, each once, sorted
    std::optional<ActId> tip;              ///< the standing move that the next one follows, else the creating act
    std::vector<DossierAct> acts;          ///< every act, sorted by (log, seq, id), with its verdict
    template <class A> void serialize(A& a) {
        a(id, code, procedure, rules_size, created_by, custody, concerned, channel, status, outcome, finance, delivery, is_imported, is_frozen, dispute,
          received_ms, returned_ms, clock, book_number, lookup, unit, documents, missing, control, corrections, erased, open_consultations, notices, tip, acts);
    }
};

/// The fold from scratch. Any order and repetition of `acts` gives identical bytes (cbor::encode); acts about other
/// dossiers are passed over. `admit` acts of the logs concerned may be among them: they entitle keys that the registry does
/// not list. Rules: MERGE.md.
[[nodiscard]] Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Registry& registry);

/// Whether the dossier, as it stands, allows this kind of move or fact next. Errors: refused, in words for an officer.
[[nodiscard]] Result<void> allows(const Dossier& dossier, Kind kind);

/// First 8 bytes of the log's id ‖ u32 BE seq ‖ 4 random bytes.
[[nodiscard]] DossierId new_dossier_id(const LogId& log, Seq seq, Random& random);
[[nodiscard]] bool created_at(const DossierId& id, const Position& position);

}  // namespace motcua::sync

#pragma once
/// A dossier's state: a pure fold over its set of acts and one registry. No clock, no arrival order, no local knowledge.

#include "sync/act/content.hpp"
#include "sync/calendar/rulebook.hpp"
#include "sync/dossier/status.hpp"

namespace motcua::sync {

struct DossierAct {
    ActId id;
    Position position;
    Kind kind{};
    std::uint64_t at_ms = 0;
    PublicKey signer;
    std::optional<ActId> prior;
    Verdict verdict;
    bool is_provisional = false;  ///< only through a head's admission of its key or its log, which the registry did not list
    std::optional<Position> carried_by;  ///< the adopt that brought it; null where the copy in its own log is here
    template <class A> void serialize(A& a) {
        a(id, position, kind, at_ms, signer, prior, verdict.standing, verdict.reason, is_provisional, carried_by);
    }
};

/// Who may move it next. Between a hand_over and its take_over nobody moves it.
struct Custody {
    OfficeId office;  ///< of the line that holds it, or held it last
    LogId line;        ///< the log that took it; its whole line holds it (Registry::line_of)
    struct Offer {
        OfficeId to;
        std::optional<LogId> line;  ///< one line of it, by any of its logs; null: any
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
    // Whether one more seize would settle it, for `allows`: by the supervisor, or by a head through another line of the holder's office.
    bool ends_by_supervisors_seize = false, ends_by_heads_seize = false;
    template <class A> void serialize(A& a) { a(after, branches, decided_by, ends_by_supervisors_seize, ends_by_heads_seize); }
};

/// Where the standing path ends: what the next act rests on. For extend_fold and `allows`; nothing here is for show.
struct PathEnd {
    ChainState life;
    std::uint64_t life_since_ms = 0;          ///< when a move last changed the state
    std::optional<Custody> custody;           ///< by the acts alone, without mergers of offices
    std::optional<LogId> handed_over_by;      ///< to whom the holder may hand back
    std::vector<OfficeId> held, touched;      ///< sorted; `touched`: created or held it, or were addressed by a hand-over
    std::optional<Position> result;           ///< the `complete`
    bool is_paid = false;                     ///< since payment was last asked for
    std::optional<std::uint64_t> handed_over_ms;  ///< the result that stands
    std::optional<std::uint64_t> withdrawal_ms;
    std::vector<Position> awaited;            ///< facts that moves cite and that are not here
    // The clock: the due date follows from the procedure's time, from this instant on, or was stated.
    struct Pause {
        std::uint64_t from_ms = 0, to_ms = 0;
        template <class A> void serialize(A& a) { a(from_ms, to_ms); }
    };
    bool needs_verification = false;
    std::optional<std::uint64_t> term_from_ms;
    std::vector<Pause> pauses;                ///< of that term, after which it goes on
    std::optional<std::uint64_t> due_ms;      ///< as it stands while the clock runs
    template <class A> void serialize(A& a) {
        a(life, life_since_ms, custody, handed_over_by, held, touched, result, is_paid, handed_over_ms, withdrawal_ms, awaited, needs_verification,
          term_from_ms, pauses, due_ms);
    }
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
    std::uint64_t since_ms = 0;            ///< since when it has its status, as the act claims that made it so
    std::optional<std::uint64_t> returned_ms;  ///< the result was handed over
    StatutoryClock clock;
    std::optional<std::string> book_number;
    std::optional<Hash> lookup;            ///< SHA-256 of the secret lookup code
    std::string unit;                      ///< that it is assigned to, in the custodian's office
    std::optional<std::string> result_number;  ///< that the result has in the office's book
    bool owes_apology = false;             ///< for a result that the agency got wrong, until a notice about it
    std::vector<DocumentLine> documents;
    std::vector<std::string> missing;      ///< documents of an open supplement request
    std::optional<std::int64_t> respond_by_day;  ///< and the day until which they are awaited
    std::vector<ControlRow> control;
    std::vector<Position> corrections;     ///< of the contact, that none settles yet; the latest valid are shown
    std::vector<Position> erased;          ///< acts whose bodies are erased
    std::vector<Position> open_consultations;
    std::vector<NoticeAbout> notices;      ///< sent, each once, sorted; of a supplement or a payment since it was last asked for
    std::optional<ActId> tip;              ///< the standing move that the next one follows, else the creating act
    PathEnd end;
    std::vector<DossierAct> acts;          ///< every act, sorted by (log, seq, id), with its verdict
    template <class A> void serialize(A& a) {
        a(id, code, procedure, rules_size, created_by, custody, concerned, channel, status, outcome, finance, delivery, is_imported, is_frozen, dispute,
          received_ms, since_ms, returned_ms, clock, book_number, lookup, unit, result_number, owes_apology, documents, missing, respond_by_day, control,
          corrections, erased, open_consultations, notices, tip, end, acts);
    }
};

/// The fold from scratch. Any order and repetition of `acts` gives identical bytes (cbor::encode); acts about other
/// dossiers are passed over. `admit` acts of the logs concerned may be among them: they entitle keys that the registry does
/// not list; so may be adopts that carry such. Rules: MERGE.md.
[[nodiscard]] Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Rulebook& rules);
[[nodiscard]] Dossier fold_dossier(const DossierId& id, std::span<const Act> acts, const Registry& registry);

/// The same as the fold from scratch of all acts of `before` and `added`, at the cost of the added ones: for acts that go on from
/// where the dossier stands. Nothing where only the whole fold will do. `before` is a fold by this registry, or by an
/// earlier one of which no act since revoked a key, sealed, convicted or listed a log, moved or merged an office, or is cited by an act
/// that waits.
[[nodiscard]] std::optional<Dossier> extend_fold(const Dossier& before, std::span<const Act> added, const Rulebook& rules);

/// Whether the dossier, as it stands, allows this kind of move or fact next, whoever asks. Errors: refused, in words for an officer.
[[nodiscard]] Result<void> allows(const Dossier& dossier, Kind kind);
/// The same for one line, named by any of its logs: moves also need custody, and facts an office that the dossier concerns. Names offices
/// as the registry does. Whether a log may still be written is not asked here.
[[nodiscard]] Result<void> allows(const Dossier& dossier, Kind kind, const LogId& line, const Registry& registry);

/// First 8 bytes of the log's id ‖ u32 BE seq ‖ 4 random bytes.
[[nodiscard]] DossierId new_dossier_id(const LogId& log, Seq seq, Random& random);
[[nodiscard]] bool created_at(const DossierId& id, const Position& position);

}  // namespace motcua::sync

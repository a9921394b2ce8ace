#pragma once
/// The officer's work: turns what a person asked into acts. No rule is decided here; sync/dossier says what is allowed.

#include "node/node.hpp"

namespace motcua::node {

/// Who applies and for what, as it goes into a body.
struct Applicant {
    std::string name{}, identity{}, phone{}, email{}, address{};
    std::string request{};  ///< what is asked for
    template <class A> void serialize(A& a) { a(name, identity, phone, email, address, request); }
};

/// An application is accepted: one that is new, or one that was submitted before.
struct Receive {
    std::optional<std::string> dossier;  ///< a submitted one; null: a new one
    std::string procedure;               ///< as listed in the registry; of a submitted one it may be empty
    Applicant applicant;
    std::string note;
    sync::ReceptionChannel channel = sync::ReceptionChannel::desk;
    std::uint64_t sets = 1;
    std::vector<sync::DocumentLine> documents;  ///< empty: those that the procedure lists
    bool needs_verification = false;
    std::optional<std::uint64_t> due_ms;        ///< null: by the procedure's rule
    /// Copied in from the paper book after a failure: its number and its own time.
    struct Paper {
        std::string book_number;
        std::uint64_t received_ms = 0;
        template <class A> void serialize(A& a) { a(book_number, received_ms); }
    };
    std::optional<Paper> paper;
    template <class A> void serialize(A& a) {
        a(dossier, procedure, applicant, note, channel, sets, documents, needs_verification, due_ms, paper);
    }
};
/// An application that nobody has accepted yet.
struct Submit {
    std::string procedure;
    Applicant applicant;
    std::string note;
    sync::ReceptionChannel channel = sync::ReceptionChannel::online;
    template <class A> void serialize(A& a) { a(procedure, applicant, note, channel); }
};
/// Any other move or fact. What an act must cite, such as the supplement that a `resume` answers, is filled in here.
struct Step {
    std::string dossier;                ///< a code, or 32 hex digits of its id
    sync::Kind kind{};
    cbor::Item content;                 ///< of the kind; the empty array: with every field empty
    std::string note;
    std::optional<Applicant> contact{};  ///< of a correction
    template <class A> void serialize(A& a) { a(dossier, kind, content, note, contact); }
};
/// The head closes the book of a day, or of a year.
struct CloseBook {
    sync::Kind kind = sync::Kind::day_close;
    std::int64_t day = 0;  ///< any day of the period; days since 1970-01-01, Asia/Ho_Chi_Minh
    template <class A> void serialize(A& a) { a(kind, day); }
};
/// The head lets the key of an officer's enrolment request act for this office, while the city cannot be asked.
struct Admit {
    Bytes request;  ///< as `officer add` writes it: signed by the key that it names
    template <class A> void serialize(A& a) { a(request); }
};
/// The receipt of a dossier that this node accepted, once more.
struct PrintReceipt {
    std::string dossier;
    template <class A> void serialize(A& a) { a(dossier); }
};
/// One parsed event of an earlier system (node/intake makes them).
struct EventRow {
    sync::ImportedContent content;
    std::string resource, responsible;
    std::vector<sync::ImportedBody::Other> others;
    template <class A> void serialize(A& a) { a(content, resource, responsible, others); }
};
struct ImportBatch {
    std::vector<EventRow> rows;  ///< at most import_rows_max
    template <class A> void serialize(A& a) { a(rows); }
};
constexpr std::size_t import_rows_max = 512;

struct ReceiveDone {
    sync::ActId act;
    sync::DossierId dossier;
    std::string code;
    std::string lookup_code;              ///< the secret one, as printed on the receipt
    std::optional<std::uint64_t> due_ms;
    bool is_provisional = false;          ///< the calendar is not known up to the due date
    std::string receipt;                  ///< the text of the receipt's QR; CODES.md
    template <class A> void serialize(A& a) { a(act, dossier, code, lookup_code, due_ms, is_provisional, receipt); }
};
struct StepDone {
    sync::ActId act;
    sync::DossierId dossier;
    template <class A> void serialize(A& a) { a(act, dossier); }
};
struct CloseDone {
    sync::ActId act;
    sync::CloseContent book;
    template <class A> void serialize(A& a) { a(act, book); }
};
struct AdmitDone {
    sync::ActId act;
    sync::PublicKey key;
    std::string name;
    std::uint32_t roles = 0;
    template <class A> void serialize(A& a) { a(act, key, name, roles); }
};
struct PrintReceiptDone {
    sync::ActId act;
    sync::DossierId dossier;
    std::string code;
    std::string receipt;
    template <class A> void serialize(A& a) { a(act, dossier, code, receipt); }
};
struct ImportDone {
    std::uint64_t imported = 0, known = 0;
    template <class A> void serialize(A& a) { a(imported, known); }
};

// Inside a group of the node; the caller commits. Refusals are read by officers at the counter, hence in Vietnamese.
[[nodiscard]] Result<ReceiveDone> receive(Node& node, const crypto::SigningKey& officer, const Receive& request, NodeEnvironment environment);
[[nodiscard]] Result<StepDone> submit(Node& node, const crypto::SigningKey& officer, const Submit& request, NodeEnvironment environment);
[[nodiscard]] Result<StepDone> step(Node& node, const crypto::SigningKey& officer, const Step& request, NodeEnvironment environment);
/// Errors: refused, when the period is not over or its book is closed already and nothing came in since.
[[nodiscard]] Result<CloseDone> close_book(Node& node, const crypto::SigningKey& officer, const CloseBook& request, NodeEnvironment environment);
/// Errors: verification (not an officer's request), refused (of another office, more than the head's own roles, or the registry
/// knows the key).
[[nodiscard]] Result<AdmitDone> admit(Node& node, const crypto::SigningKey& head, const Admit& request, NodeEnvironment environment);
/// Skips events that are known already, in the log or earlier in the batch.
[[nodiscard]] Result<ImportDone> import_events(Node& node, const crypto::SigningKey& officer, const ImportBatch& request, NodeEnvironment environment);

/// Outside a group; records nothing. Errors: not_found; refused, when no reception of this node's own log stands.
[[nodiscard]] Result<PrintReceiptDone> print_receipt(Node& node, const PrintReceipt& request);

/// The dossier that a code, or 32 hex digits of an id, names here. Errors: not_found, storage.
[[nodiscard]] Result<sync::Dossier> find_dossier(Reader& reader, const std::string& name);

}  // namespace motcua::node

#pragma once
/// What an act of a dossier says. Signed by officers; subject: the dossier id. Names, identity numbers, phones, addresses and
/// free text stand in bodies and nowhere else.

#include <optional>
#include <vector>

#include "sync/act/ids.hpp"
#include "sync/act/office.hpp"

namespace motcua::sync {

/// Values are on disk; never renumber.
enum class ReceptionChannel : std::uint8_t { desk = 1, post = 2, online = 3 };

// --- facts: what happened or was added ---

/// A moment with the offset from UTC that its source gave.
struct OriginalTime {
    std::int64_t ms = 0;
    std::int64_t offset_minutes = 0;
    auto operator<=>(const OriginalTime&) const = default;
    template <class A> void serialize(A& a) { a(ms, offset_minutes); }
};

/// One event of an earlier system, vouched for by the importing officer.
struct ImportedContent {
    std::string source;       ///< names the log that it comes from, the same for its CSV and its XES
    std::string case_name;
    std::string event_key;    ///< the source's own id of the event, else hex of a hash of the parsed row
    std::string activity;
    std::string lifecycle;
    std::string group;
    OriginalTime time;
    std::string channel;
    std::string department;
    std::optional<OriginalTime> case_start;
    std::optional<OriginalTime> case_deadline;
    std::optional<OriginalTime> case_end_planned;
    std::optional<OriginalTime> case_end;
    template <class A> void serialize(A& a) {
        a(source, case_name, event_key, activity, lifecycle, group, time, channel, department, case_start, case_deadline,
          case_end_planned, case_end);
    }
};
struct ImportedBody {
    Bytes salt;
    std::string resource;
    std::string responsible;
    struct Other {
        std::string name, value;
        template <class A> void serialize(A& a) { a(name, value); }
    };
    std::vector<Other> others;  ///< the source's further columns, in its order
    template <class A> void serialize(A& a) { a(salt, resource, responsible, others); }
};

/// An application that nobody has accepted yet: handed in online or by post, or waiting at the desk.
struct SubmittedContent {
    std::string procedure;
    ReceptionChannel channel = ReceptionChannel::desk;
    std::uint64_t submitted_ms = 0;
    template <class A> void serialize(A& a) { a(procedure, channel, submitted_ms); }
};
/// A fee or financial obligation was paid.
struct PaidContent {
    std::uint64_t amount_vnd = 0;
    std::string receipt_number;
    template <class A> void serialize(A& a) { a(amount_vnd, receipt_number); }
};
/// Another office is asked for its opinion; custody stays. The question is in the body.
struct ConsultContent {
    OfficeId office;
    std::optional<std::uint64_t> due_ms;
    template <class A> void serialize(A& a) { a(office, due_ms); }
};
/// The answer of the office that was asked, in the body.
struct OpinionContent {
    Position consultation;
    template <class A> void serialize(A& a) { a(consultation); }
};
/// The file's name is in the body.
struct FileAttachedContent {
    Hash sha256;
    std::uint64_t size_bytes = 0;
    std::string media_type;
    template <class A> void serialize(A& a) { a(sha256, size_bytes, media_type); }
};
/// The new contact is in the body (ReceiveBody). Corrections that none lists are all shown.
struct ContactCorrectedContent {
    std::vector<Position> settles;
    template <class A> void serialize(A& a) { a(settles); }
};
/// Values are on disk; never renumber.
enum class NoticeAbout : std::uint8_t { early = 1, late = 2, supplement = 3, payment = 4, result = 5, other = 6 };
struct NoticeSentContent {
    NoticeAbout about = NoticeAbout::other;
    std::string channel;  ///< a word: phone, sms, post, zalo
    template <class A> void serialize(A& a) { a(about, channel); }
};
/// One citizen's slip: index 1 to 9 of Circular 01/2018, each 0, 1 or 2.
struct RatedContent {
    struct Score {
        std::uint64_t index = 0, score = 0;
        template <class A> void serialize(A& a) { a(index, score); }
    };
    std::vector<Score> scores;
    template <class A> void serialize(A& a) { a(scores); }
};
/// Bodies are to be erased everywhere, on the ground given.
struct EraseContent {
    std::vector<Position> acts;
    std::string ground;
    template <class A> void serialize(A& a) { a(acts, ground); }
};
/// A head of the author's office, or of one above, confirms an act that a revocation had quarantined.
struct ConfirmContent {
    ActId act;
    template <class A> void serialize(A& a) { a(act); }
};
/// Decides which of several entitled moves on `after` stands; null: which of several creating acts.
struct ArbitrateContent {
    std::optional<ActId> after;
    ActId stands;
    std::vector<ActId> cites;  ///< earlier arbitrations of the same question that this one replaces
    template <class A> void serialize(A& a) { a(after, stands, cites); }
};

// --- moves: what an office decides, in custody ---

struct DocumentLine {
    std::string name;
    std::uint64_t originals = 0, copies = 0;
    template <class A> void serialize(A& a) { a(name, originals, copies); }
};
/// Accepts the application: the code is given and the clock starts.
struct ReceiveContent {
    std::string code;         ///< <agency>-YYMMDD-NNNN
    std::string procedure;    ///< such as 1.001193
    std::uint64_t received_ms = 0;         ///< when it was handed in; of a paper reception, as the book says
    std::optional<std::uint64_t> due_ms;   ///< as the receipt promises it; null: none is promised
    ReceptionChannel channel = ReceptionChannel::desk;
    std::uint64_t sets = 1;
    std::vector<DocumentLine> documents;
    bool needs_verification = false;       ///< the procedure's extra time is added
    std::optional<Hash> lookup;            ///< SHA-256 of the secret lookup code
    std::optional<std::string> book_number;  ///< copied in from the paper book after a failure
    template <class A> void serialize(A& a) {
        a(code, procedure, received_ms, due_ms, channel, sets, documents, needs_verification, lookup, book_number);
    }
};
struct ReceiveBody {
    Bytes salt;
    std::string applicant;
    std::string identity;    ///< citizen or tax number
    std::string phone;
    std::string email;
    std::string address;
    std::string request;     ///< what is asked for
    std::string note;
    std::string lookup_code; ///< for a reprint of the receipt
    template <class A> void serialize(A& a) { a(salt, applicant, identity, phone, email, address, request, note, lookup_code); }
};
/// What is missing; the reason and guidance are in the body.
struct AskSupplementContent {
    std::vector<std::string> documents;
    std::optional<std::int64_t> respond_by_day;  ///< days since 1970-01-01
    template <class A> void serialize(A& a) { a(documents, respond_by_day); }
};
/// Back to work; cites the fact that ended the pause (handed in, paid), from which the clock runs.
struct ResumeContent {
    std::optional<Position> fact;
    template <class A> void serialize(A& a) { a(fact); }
};
struct AssignContent {
    std::string unit;  ///< Tư pháp - Hộ tịch
    std::optional<PublicKey> officer;
    std::optional<std::uint64_t> due_ms;
    template <class A> void serialize(A& a) { a(unit, officer, due_ms); }
};
/// The number that the result has in the office's book.
struct NumberContent {
    std::string number;
    template <class A> void serialize(A& a) { a(number); }
};
/// Values are on disk; never renumber.
enum class StopGround : std::uint8_t { withdrawn = 1, supplement_expired = 2, other = 3 };
struct StopContent {
    StopGround ground = StopGround::other;
    std::optional<Position> fact;  ///< the withdrawal
    template <class A> void serialize(A& a) { a(ground, fact); }
};
/// An apology with the one new date that may be given; the reason is in the body.
struct ExtendContent {
    std::uint64_t new_due_ms = 0;
    template <class A> void serialize(A& a) { a(new_due_ms); }
};
struct AskPaymentContent {
    std::uint64_t amount_vnd = 0;
    std::string basis;
    template <class A> void serialize(A& a) { a(amount_vnd, basis); }
};
/// Corrects or revokes a result that stands; the reason is in the body.
struct MendResultContent {
    Position result;             ///< the `complete` that it concerns
    bool is_agency_fault = false;  ///< then an apology is due
    template <class A> void serialize(A& a) { a(result, is_agency_fault); }
};
/// Ends the sender's right at once.
struct HandOverContent {
    OfficeId to;
    std::optional<LogId> line;              ///< one line of it; null: any
    std::optional<std::uint64_t> stage;     ///< of an interlinked procedure, from 0
    std::optional<std::uint64_t> due_ms;    ///< of that stage
    template <class A> void serialize(A& a) { a(to, line, stage, due_ms); }
};

/// Every other move and fact says nothing but its kind; free text goes into the body.
struct StepContent {
    template <class A> void serialize(A& a) { a(); }
};
struct StepBody {
    Bytes salt;
    std::string note;
    template <class A> void serialize(A& a) { a(salt, note); }
};

}  // namespace motcua::sync

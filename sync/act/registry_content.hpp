#pragma once
/// What an act of the registry says: who exists, and which rules hold. Signed by root keys or registrars.

#include <array>
#include <optional>
#include <vector>

#include "sync/act/ids.hpp"
#include "sync/act/office.hpp"

namespace motcua::sync {

// --- who exists ---

/// Entry 0 of a registry, and every change of the root keys. Subject: empty.
struct RootSetContent {
    std::string city_code;
    std::string city_name;
    PublicKey registry_key;            ///< signs the registry's checkpoints
    std::vector<PublicKey> root_keys;
    std::uint64_t threshold = 1;
    template <class A> void serialize(A& a) { a(city_code, city_name, registry_key, root_keys, threshold); }
};

/// Subject: the CBOR of its OfficeId. A later act on the same subject replaces name, kind and parent.
struct OfficeContent {
    OfficeId office;
    std::string name;
    OfficeKind kind{};
    std::optional<OfficeId> parent;  ///< null for the top alone
    template <class A> void serialize(A& a) { a(office, name, kind, parent); }
};

/// Subject: the node's log id.
struct NodeContent {
    OfficeId office;
    std::string name;
    PublicKey log_key;
    NoiseKey noise_key;
    std::optional<PublicKey> cosigner_key;
    template <class A> void serialize(A& a) { a(office, name, log_key, noise_key, cosigner_key); }
};

/// Subject: the officer's public key. The name is in the body.
struct OfficerContent {
    OfficeId office;
    std::uint32_t roles = 0;
    std::optional<OfficeId> registrar_of;  ///< with Role::registrar: the subtree that the officer may change
    template <class A> void serialize(A& a) { a(office, roles, registrar_of); }
};
struct OfficerBody {
    Bytes salt;
    std::string name;
    template <class A> void serialize(A& a) { a(salt, name); }
};

/// Subject: an officer's public key or a node's log id. Judged by the registry size that acts cite.
struct RetireContent {
    std::string reason;  ///< a word of the registrar's, never personal data
    template <class A> void serialize(A& a) { a(reason); }
};

/// Subject: the key. Its acts at or beyond the cut are quarantined in every fold whatever they cite; 0 for logs not named.
struct RevokeContent {
    struct Cut {
        LogId log;
        std::uint64_t size = 0;
        template <class A> void serialize(A& a) { a(log, size); }
    };
    std::vector<Cut> cuts;
    template <class A> void serialize(A& a) { a(cuts); }
};

/// An officer's key is lost with its passphrase, not stolen: from this size on another key holds the office and roles, and
/// the old one is retired. Subject: the old key.
struct SupersedeContent {
    PublicKey new_key;
    template <class A> void serialize(A& a) { a(new_key); }
};

/// Who acts for an absent officer. Subject: the key of who stands in, of the same office. Holds for acts whose claimed time lies in the
/// days given; roles 0 end it. A later act on the same two keys replaces it.
struct DelegateContent {
    PublicKey absent;
    std::uint32_t roles = 0;  ///< some of the absent officer's, never registrar
    std::int64_t first_day = 0, last_day = 0;  ///< days since 1970-01-01, Asia/Ho_Chi_Minh, both included
    template <class A> void serialize(A& a) { a(absent, roles, first_day, last_day); }
};

/// An office merges into another: acts as a hand-over to it of all that its lines hold; from this size on they have no
/// right. Subject: the CBOR of `from`.
struct SucceedContent {
    OfficeId from, to;
    template <class A> void serialize(A& a) { a(from, to); }
};

/// A log is closed for good, after its node was restored or given up: its acts at or beyond `size` are quarantined in every fold whatever they
/// cite. Once a log. Subject: the log id.
struct SealContent {
    std::uint64_t size = 0;
    Hash root;                  ///< of that size: which history it was
    std::optional<LogId> next;  ///< the log that continues its line; null: none does
    template <class A> void serialize(A& a) { a(size, root, next); }
};

/// A log has signed two histories: its acts at or beyond `size` are quarantined, whatever they cite. Subject: the log id.
struct ConvictContent {
    std::uint64_t size = 0;
    Bytes proof;                ///< sync/log/fork_proof.hpp
    template <class A> void serialize(A& a) { a(size, proof); }
};

// --- which rules hold. Each is chosen by the registry size that an act cites, and by the day of acceptance ---

/// Values are on disk; never renumber.
enum class TimeUnit : std::uint8_t { working_day = 1, working_hour = 2, same_day = 3, calendar_day = 4, calendar_month = 5 };
struct StatutoryTime {
    TimeUnit unit = TimeUnit::working_day;
    std::uint64_t amount = 0;  ///< 0 for same_day
    auto operator<=>(const StatutoryTime&) const = default;
    template <class A> void serialize(A& a) { a(unit, amount); }
};
/// What the clock does once the supplement is complete. Values are on disk; never renumber.
enum class ClockMode : std::uint8_t { restart = 1, resume = 2 };
/// Who besides the offices concerned may hold bodies. Values are on disk; never renumber.
enum class BodyReach : std::uint8_t { concerned = 1, ancestors = 2 };

struct ProcedureDocument {
    std::string name;
    std::uint64_t originals = 0, copies = 0;
    template <class A> void serialize(A& a) { a(name, originals, copies); }
};
/// One office's part of an interlinked chain (liên thông).
struct ProcedureStage {
    std::string name;
    std::optional<OfficeKind> office;  ///< the kind of office that handles it; null: any
    StatutoryTime time;
    template <class A> void serialize(A& a) { a(name, office, time); }
};
/// Subject: the code as bytes. A later act on the same code and day replaces it.
struct ProcedureContent {
    std::string code;               ///< such as 1.001193
    std::int64_t valid_from_day = 0;
    std::string name, field;        ///< Đăng ký khai sinh; Hộ tịch
    std::optional<StatutoryTime> time;        ///< null: the source names none
    std::optional<StatutoryTime> extra_time;  ///< added where it must be verified, or for volume
    ClockMode clock = ClockMode::restart;
    std::optional<std::uint64_t> cutoff_minute;  ///< minute of the day; received after it counts from the next working day (15:00 = 900)
    std::string calendar = "VN";
    std::string form_set;           ///< such as TT03/2025
    std::string fee;                ///< the official text, verbatim
    BodyReach bodies = BodyReach::concerned;
    bool is_open = true;            ///< false: not accepted any more
    std::vector<ProcedureDocument> documents;
    std::vector<ProcedureStage> stages;
    template <class A> void serialize(A& a) {
        a(code, valid_from_day, name, field, time, extra_time, clock, cutoff_minute, calendar, form_set, fee, bodies, is_open, documents, stages);
    }
};

/// Values are on disk; never renumber.
enum class DayKind : std::uint8_t { holiday = 1, substitute_off = 2, compensatory = 3, half_day = 4 };
/// Hours of work, in minutes of the day, from <= t < to; several a day, in order, not overlapping.
struct WorkingSpan {
    std::uint64_t from_minute = 0, to_minute = 0;
    auto operator<=>(const WorkingSpan&) const = default;
    template <class A> void serialize(A& a) { a(from_minute, to_minute); }
};
struct SpecialDay {
    std::int64_t day = 0;  ///< days since 1970-01-01
    DayKind kind = DayKind::holiday;
    std::string name;      ///< Tết Nguyên đán
    std::vector<WorkingSpan> hours;  ///< of a compensatory or half day; empty for days off
    template <class A> void serialize(A& a) { a(day, kind, name, hours); }
};
/// A calendar's hours and special days. Subject: its name as bytes. Acts of one name add up: the week of the latest
/// `valid_from_day` at or before a day holds, and the latest act that names a special day.
struct CalendarContent {
    std::string name = "VN";
    std::int64_t valid_from_day = 0;
    std::int64_t known_to_day = 0;  ///< special days up to here are listed; due dates beyond are provisional
    std::vector<std::vector<WorkingSpan>> week;  ///< seven, Monday first
    std::vector<SpecialDay> days;
    template <class A> void serialize(A& a) { a(name, valid_from_day, known_to_day, week, days); }
};

/// How a report reads early, on time and overdue. Values are on disk; never renumber.
enum class EarlyRule : std::uint8_t { earlier_working_day = 1, earlier_instant = 2 };
enum class OnTimeRule : std::uint8_t { due_instant = 1, end_of_due_day = 2 };
/// Subject: the name as bytes.
struct RuleSetContent {
    std::string name;               ///< such as II.06a
    std::int64_t valid_from_day = 0;
    EarlyRule early = EarlyRule::earlier_working_day;
    OnTimeRule on_time = OnTimeRule::due_instant;
    bool waiting_is_on_time = false;   ///< waiting for a supplement or a payment counts as within time
    bool returned_is_on_time = false;  ///< returned unresolved, withdrawn or stopped counts as resolved on time
    template <class A> void serialize(A& a) { a(name, valid_from_day, early, on_time, waiting_is_on_time, returned_is_on_time); }
};

/// The numbers of a day that a node may give, so that nodes of one office never collide. Subject: the node's log id.
struct NumberBlockContent {
    std::uint64_t first = 0, last = 0;  ///< both included, 1 to 9999
    template <class A> void serialize(A& a) { a(first, last); }
};

}  // namespace motcua::sync

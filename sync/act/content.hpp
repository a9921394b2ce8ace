#pragma once
/// What each kind of act says: `Payload::content` (an array, never personal data) and its detached body (salted, erasable).
/// The order of fields is on disk for ever; a new need is a new kind.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/cbor.hpp"
#include "sync/act/ids.hpp"

namespace motcua::sync {

/// Codes match [A-Z0-9][A-Z0-9.]{0,34}, no double dot, no dot at the end.
[[nodiscard]] bool is_office_code(std::string_view code);

/// An office is keyed by its code and the day from which the code names it, since codes are reused.
struct OfficeId {
    std::string code;
    std::int64_t since_day = 0;  ///< days since 1970-01-01, Asia/Ho_Chi_Minh

    auto operator<=>(const OfficeId&) const = default;
    template <class A> void serialize(A& a) { a(code, since_day); }
};

/// Values are on disk; never renumber.
enum class OfficeKind : std::uint8_t { commune = 1, hub = 2, city = 3, department = 4, vertical = 5 };

/// A set of roles: the sum of these. Values are on disk; never renumber.
enum class Role : std::uint32_t { desk = 1, handler = 2, head = 4, admin = 8, auditor = 16, registrar = 32 };
struct Roles {
    std::uint32_t bits = 0;
    [[nodiscard]] bool has(Role role) const { return (bits & static_cast<std::uint32_t>(role)) != 0; }
    Roles& add(Role role) { bits |= static_cast<std::uint32_t>(role); return *this; }
    auto operator<=>(const Roles&) const = default;
    /// "desk,handler": the names, comma-separated. Errors: usage, naming the word that is no role.
    static Result<Roles> parse(std::string_view text);
    [[nodiscard]] std::string text() const;
};

// --- the log itself; signed by the node's log key ---

/// The log that this one continues, and where it was left.
struct Predecessor {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    template <class A> void serialize(A& a) { a(log, size, root); }
};

/// Entry 0 of a node's log. Subject: the log id.
struct OpenContent {
    OfficeId office;
    std::string node_name;
    PublicKey log_key;
    NoiseKey noise_key;
    std::optional<PublicKey> cosigner_key;
    std::optional<Predecessor> predecessor;
    std::optional<std::string> registry_checkpoint;  ///< a signed note; lets the next entry cite that registry size
    template <class A> void serialize(A& a) { a(office, node_name, log_key, noise_key, cosigner_key, predecessor, registry_checkpoint); }
};

/// Outside observations that the node had seen. Subject: empty. Each item is a signed note (crypto/note.hpp).
struct ReceiptContent {
    std::optional<std::string> registry_checkpoint;
    std::vector<std::string> cosigned_checkpoints;
    std::vector<std::string> inbox_checkpoints;
    template <class A> void serialize(A& a) { a(registry_checkpoint, cosigned_checkpoints, inbox_checkpoints); }
};

// --- the registry; signed by root keys or registrars ---

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

// --- dossiers; signed by officers. Subject: the dossier id ---

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

struct ReceiveContent {
    std::string code;         ///< <agency>-YYMMDD-NNNN
    std::string procedure;    ///< such as 1.001193
    std::uint64_t received_ms = 0;
    std::optional<std::uint64_t> due_ms;
    template <class A> void serialize(A& a) { a(code, procedure, received_ms, due_ms); }
};
struct ReceiveBody {
    Bytes salt;
    std::string applicant;
    std::string identity;
    std::string phone;
    std::string address;
    std::string note;
    template <class A> void serialize(A& a) { a(salt, applicant, identity, phone, address, note); }
};

/// Every other move and fact: free text goes into the body.
struct StepContent {
    template <class A> void serialize(A& a) { a(); }
};
struct StepBody {
    Bytes salt;
    std::string note;
    template <class A> void serialize(A& a) { a(salt, note); }
};

/// Content as a payload holds it. Texts must be UTF-8.
template <class Content>
[[nodiscard]] cbor::Item to_item(const Content& content) {
    return {cbor::encode(content)};
}
/// Errors: verification, when the item is not this content.
template <class Content>
[[nodiscard]] Result<Content> from_item(const cbor::Item& item) {
    return cbor::decode<Content>(item.bytes);
}

}  // namespace motcua::sync

#pragma once
/// What an act about a log itself says. Signed by the node's log key; admissions and closings by the head of the office.

#include <optional>
#include <vector>

#include "sync/act/ids.hpp"
#include "sync/act/office.hpp"

namespace motcua::sync {

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

/// Outside observations that the node had seen. Subject: empty. Each item is a note (crypto/note.hpp): signed by its log, but for those of
/// `cosigned_checkpoints`, which are of this log itself and carry the dated lines of those above.
struct ReceiptContent {
    std::optional<std::string> registry_checkpoint;
    std::vector<std::string> cosigned_checkpoints;
    std::vector<std::string> inbox_checkpoints;
    template <class A> void serialize(A& a) { a(registry_checkpoint, cosigned_checkpoints, inbox_checkpoints); }
};

/// A head lets a key act for the own office while the city cannot be reached. Subject: the key. It holds from the next
/// entry of the same log, shown as provisional, until the registry lists, retires or revokes the key. No more than the
/// head's own roles, and never registrar.
struct AdmitContent {
    std::uint32_t roles = 0;
    template <class A> void serialize(A& a) { a(roles); }
};
struct AdmitBody {
    Bytes salt;
    std::string name;
    template <class A> void serialize(A& a) { a(salt, name); }
};

/// Entry 1 of a log that the registry does not list yet: a head of the office that `open` names lets it be taken, provisional, with
/// no more rights than the office has, until the registry lists it or another log continues its line. Subject: the log id.
struct AdmitNodeContent {
    template <class A> void serialize(A& a) { a(); }
};

/// Carries an act of another log of the same office, whose place lies behind a seal, with the original bytes. It then counts as if it stood
/// in its own log. Subject and body are those of the carried act, so that its body travels with the adopt. Signed by the log key.
struct AdoptContent {
    Bytes envelope;
    PublicKey head;                 ///< of the office, who vouches for it: sync/act/adoption.hpp
    crypto::Signature signature;
    template <class A> void serialize(A& a) { a(envelope, head, signature); }
};

/// The head closes the book of a day or of a year (the paper book's seal): what this line's log held then. Subject: empty.
struct CloseContent {
    std::int64_t first_day = 0, last_day = 0;  ///< days since 1970-01-01, Asia/Ho_Chi_Minh; one day, or a year's
    std::uint64_t received = 0, finished = 0, returned = 0, open = 0;
    std::optional<std::string> first_code, last_code;  ///< of those received in the period, in order of reception
    template <class A> void serialize(A& a) { a(first_day, last_day, received, finished, returned, open, first_code, last_code); }
};

}  // namespace motcua::sync

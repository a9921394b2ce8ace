#pragma once
/// What two nodes say to each other once they know each other: CBOR arrays that begin with the type. Grammar, limits and
/// a worked example in hex: PROTOCOL.md.

#include <variant>

#include "sync/session/replica.hpp"

namespace motcua::sync {

constexpr std::size_t message_bytes_max = 1024 * 1024;
constexpr std::size_t heads_list_max = 16;  ///< logs in a range above this are stated by digest

/// Values are on the wire; never renumber.
enum class MessageType : std::uint8_t { hello = 1, heads = 2, extend = 3, cosign = 4, want = 5, blob = 6, fork = 7, credit = 8, bye = 9 };

struct Hello {
    std::uint64_t protocol = 1;
    std::string software;
    std::uint64_t rules_version = 1;
    std::uint64_t credit_bytes = 0;          ///< what the speaker grants at once
    std::uint64_t message_bytes_max = 0;     ///< what the speaker takes
    template <class A> void serialize(A& a) { a(protocol, software, rules_version, credit_bytes, message_bytes_max); }
};

/// Logs with lower <= id <= upper: either all of them by name, or SHA-256 of the CBOR of that list.
struct HeadRange {
    LogId lower, upper;
    std::optional<Hash> digest;
    std::vector<HeadState> heads;  ///< empty beside a digest
    template <class A> void serialize(A& a) { a(lower, upper, digest, heads); }
};
struct RegistryHead {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    template <class A> void serialize(A& a) { a(log, size, root); }
};
struct Heads {
    bool answer_wanted = false;
    RegistryHead registry;
    std::vector<HeadRange> ranges;
    template <class A> void serialize(A& a) { a(answer_wanted, registry, ranges); }
};

struct Extend {
    Extension extension;
    template <class A> void serialize(A& a) { a(extension); }
};
/// Sent only after the extension and its bodies are fsynced. `missing`: positions whose bodies are still wanted.
struct Cosign {
    Cosigned cosigned;
    std::vector<std::uint64_t> missing;
    template <class A> void serialize(A& a) { a(cosigned, missing); }
};
struct Want {
    LogId log;
    std::vector<std::uint64_t> seqs;  ///< bodies of these entries
    template <class A> void serialize(A& a) { a(log, seqs); }
};
struct Blob {
    LogId log;
    std::uint64_t seq = 0;
    Bytes bytes;
    template <class A> void serialize(A& a) { a(log, seq, bytes); }
};
struct Fork {
    LogId log;
    std::string checkpoint;  ///< a signed note that contradicts what the peer stated
    template <class A> void serialize(A& a) { a(log, checkpoint); }
};
struct Credit {
    std::uint64_t bytes = 0;  ///< 0 keeps an idle link alive
    template <class A> void serialize(A& a) { a(bytes); }
};
struct Bye {
    std::uint64_t code = 0;  ///< an ErrorKind, 0 when all is well
    std::string reason;
    template <class A> void serialize(A& a) { a(code, reason); }
};

using Message = std::variant<Hello, Heads, Extend, Cosign, Want, Blob, Fork, Credit, Bye>;

[[nodiscard]] Bytes encode_message(const Message& message);
/// Errors: verification.
[[nodiscard]] Result<Message> decode_message(ByteView bytes);

}  // namespace motcua::sync

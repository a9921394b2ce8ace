#pragma once
/// What two nodes say to each other once they know each other: CBOR arrays [type, fields]. Grammar, limits and a worked
/// example in hex: PROTOCOL.md.

#include <string_view>
#include <variant>

#include "sync/session/replica.hpp"

namespace motcua::sync {

constexpr std::size_t message_bytes_max = 1024 * 1024;
constexpr std::size_t wanted_max = 1024;     ///< positions in one WANT or COSIGN
constexpr std::size_t text_bytes_max = 256;  ///< of `software` and `reason`
constexpr std::size_t inclusion_hashes_max = 64;
constexpr std::uint64_t protocol_version = 1;

/// Values are on the wire; never renumber.
enum class MessageType : std::uint8_t {
    hello = 1,
    heads = 2,
    extend = 3,
    cosign = 4,
    want = 5,
    blob = 6,
    fork = 7,
    credit = 8,
    bye = 9,
    refuse = 10,
    fetch = 11,
    file_want = 12,
    chunk = 13,
};

struct Hello {
    std::uint64_t protocol = protocol_version;
    std::string software;
    std::uint64_t rules_version = 1;
    std::uint64_t credit_bytes = 0;       ///< what the speaker grants at once; at least one message
    std::uint64_t message_bytes_max = 0;  ///< what the speaker takes
    template <class A>
    void serialize(A& a) {
        a(protocol, software, rules_version, credit_bytes, message_bytes_max);
    }
};

/// Logs with lower <= id <= upper: either all of them by name, sorted, or SHA-256 of the CBOR of that list.
struct HeadRange {
    std::optional<LogId> lower, upper;  ///< null: from the first of all ids; to the last
    bool answer_wanted = false;  ///< true beside a digest
    std::optional<Hash> digest;
    std::vector<HeadState> heads;  ///< empty beside a digest
    template <class A>
    void serialize(A& a) {
        a(lower, upper, answer_wanted, digest, heads);
    }
};
struct RegistryHead {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    template <class A>
    void serialize(A& a) {
        a(log, size, root);
    }
};
/// `turn`: 0 opens the comparison, each answer is one more.
struct Heads {
    std::uint64_t turn = 0;
    RegistryHead registry;
    std::vector<HeadRange> ranges;
    template <class A>
    void serialize(A& a) {
        a(turn, registry, ranges);
    }
};

struct Extend {
    Extension extension;
    template <class A>
    void serialize(A& a) {
        a(extension.log, extension.from, at_most(extension_entries_max, extension.entries),
          at_most(extension_entries_max, extension.bodies), extension.checkpoint, at_most(extension_proof_max, extension.proof));
    }
};
/// Sent only after the checkpoint and what it covers are fsynced. `missing`: positions whose bodies are still wanted.
struct Cosign {
    Cosigned cosigned;
    std::vector<std::uint64_t> missing;
    template <class A>
    void serialize(A& a) {
        a(cosigned, at_most(wanted_max, missing));
    }
};
struct Want {
    LogId log;
    std::vector<std::uint64_t> seqs;  ///< bodies of these entries
    template <class A>
    void serialize(A& a) {
        a(log, at_most(wanted_max, seqs));
    }
};
struct Blob {
    LogId log;
    std::uint64_t seq = 0;
    std::optional<Bytes> bytes;  ///< null: it is not here
    template <class A>
    void serialize(A& a) {
        a(log, seq, bytes);
    }
};
/// Contradicts, or goes beyond, what the peer stated. With the peer's own leaf at that index either side can make a ForkProof.
struct Fork {
    LogId log;
    std::string checkpoint;   ///< signed by the log
    std::uint64_t index = 0;  ///< where the histories are to be compared, below the checkpoint's size
    Hash leaf;                ///< what stands there
    std::vector<Hash> path;   ///< its inclusion proof in the checkpoint's tree
    template <class A>
    void serialize(A& a) {
        a(log, checkpoint, index, leaf, at_most(inclusion_hashes_max, path));
    }
};
/// Extensions of so many bytes in all are stored durably. 0 keeps an idle link alive.
struct Credit {
    std::uint64_t bytes = 0;
    template <class A>
    void serialize(A& a) {
        a(bytes);
    }
};
struct Bye {
    std::uint64_t code = 0;  ///< an ErrorKind, 0 when all is well
    std::string reason;
    template <class A>
    void serialize(A& a) {
        a(code, reason);
    }
};
/// An extension was not stored, and no other of this log will be in this session. Its credit is back.
struct Refuse {
    LogId log;
    std::uint64_t credit_bytes = 0;
    std::uint64_t code = 0;  ///< an ErrorKind
    std::string reason;
    template <class A>
    void serialize(A& a) {
        a(log, credit_bytes, code, reason);
    }
};

/// A lower asks its upper for what it lost: its own log while it recovers, or an earlier log of its line.
struct Fetch {
    LogId log;
    std::uint64_t from = 0;
    template <class A>
    void serialize(A& a) {
        a(log, from);
    }
};
/// Chunks of a file that an act names. `count` 0: no more of it is asked for in this session; then `first` is how many
/// chunks are durably there if that is all of them, else 0.
struct FileWant {
    BlobId blob;
    std::uint32_t first = 0;  ///< manifest_index: the manifest
    std::uint32_t count = 0;
    template <class A>
    void serialize(A& a) {
        a(blob, first, count);
    }
};
struct Chunk {
    BlobId blob;
    std::uint32_t index = 0;
    std::optional<Bytes> bytes;  ///< null: it is not here, or not for this peer
    template <class A>
    void serialize(A& a) {
        a(blob, index, bytes);
    }
};

using Message =
    std::variant<Hello, Heads, Extend, Cosign, Want, Blob, Fork, Credit, Bye, Refuse, Fetch, FileWant, Chunk>;

[[nodiscard]] Bytes encode_message(const Message& message);
/// Errors: verification.
[[nodiscard]] Result<Message> decode_message(ByteView bytes);

/// `text` cut to text_bytes_max at a character's end: what a `reason` may hold.
[[nodiscard]] std::string bounded_text(std::string_view text);

}  // namespace motcua::sync

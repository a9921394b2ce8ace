#pragma once
/// One reconciliation between two nodes, as an object without I/O: bytes and events in, actions out. Asio, the
/// simulator and the fuzzer drive the same object. PROTOCOL.md has the rules.

#include <map>

#include "sync/session/channel.hpp"

namespace motcua::sync {

struct SessionOptions {
    crypto::NoiseRole role = crypto::NoiseRole::initiator;
    /// End with BYE once both sides have what the other had; otherwise stay and push.
    bool once = false;
    /// Our own log lost its end, and nothing may be appended to it: what the upper has of it is fetched, and nothing of it
    /// is sent up.
    bool recovering = false;
    /// Logs of which something is damaged here, and the first entry from which on it is fetched again, from whoever has them on this link.
    std::map<LogId, std::uint64_t> damaged{};
    std::string software = "motcua";
    std::uint64_t credit_bytes = 4ULL << 20U;               ///< granted to the peer; at least one extension's worth
    std::size_t extension_bytes = extension_bytes_max;      ///< aimed at for each EXTEND
    std::chrono::milliseconds handshake_timeout{10'000};    ///< until both sides are entitled
    std::chrono::milliseconds offer_registry_after{2'000};  ///< to a peer that we recognise and that stays silent
    std::chrono::milliseconds closing_timeout{5'000};       ///< from our BYE, with or without an error, to the peer's
    std::chrono::milliseconds idle_timeout{90'000};  ///< without a byte from the peer; with `once`, without progress
    std::chrono::milliseconds keepalive{25'000};     ///< silence after which we send a CREDIT of 0
    std::chrono::milliseconds push_interval{
        200};  ///< at most so often changes here are looked at, however many there are
    std::chrono::milliseconds renew_after{3'600'000};
    std::uint64_t renew_after_messages = 1ULL << 20U;
    /// On an open link a file that the peer did not have is asked for again after this, then after twice as long, and so on.
    std::chrono::milliseconds file_retry_after{30'000};
};

/// Who we are: all of it outlives the session.
struct SessionIdentity {
    const crypto::NoiseKeyPair* noise;
    LogId log;  ///< our node's log
    OfficeId office;
};

// --- actions ---
struct SendBytes {
    Bytes bytes;
};
/// Check against the stored head, store durably, cosign if the log is of a node below us, then call `stored` or
/// `refused`.
struct StoreExtension {
    Extension extension;
    /// The lower has shown that we once cosigned all of it: hashes will do for now, so nobody need hurry with its signatures.
    bool once_cosigned = false;
};
/// Cosignatures that this session has verified against the registry.
struct StoreCosignatures {
    Cosigned cosigned;
};
struct StoreBody {
    LogId log;
    std::uint64_t seq;
    Bytes body;
};
/// Our own newest cosignature on a log, which this node has lost and a lower has shown: verified against our key in the
/// registry. Advance the witness to it before anything of this log that comes later is stored; where that fails, the log
/// must not be cosigned.
struct AdoptCosignature {
    Cosigned cosigned;
};
/// Two signed checkpoints, or ours and a statement, that contradict each other: keep them, mark the log.
struct StoreEvidence {
    LogId log;
    std::string ours;
    std::string theirs;
    std::string cause;
    std::optional<Bytes> proof{};  ///< an encoded ForkProof that verifies, where there is one
};
/// A piece of a file, checked: at manifest_index its manifest, else a chunk that its manifest names. Store it durably, then
/// call `chunk_stored` or `chunk_refused`. Chunks of a file come in order.
struct StoreChunk {
    BlobId blob;
    std::uint32_t index = 0;
    Bytes bytes;
};
/// The peer says that it has the file whole and durably: `chunks` of it.
struct FileHeld {
    BlobId blob;
    std::uint32_t chunks = 0;
};
/// Our own log is shorter than the peer's: this node was restored or cloned. Appending must stop.
struct Halt {
    LogId log;
    std::uint64_t size_here;
    std::uint64_t size_there;
};
struct WakeAt {
    MonoTime at;
};

struct SessionSummary {
    std::uint64_t entries_sent = 0, entries_received = 0, bytes_sent = 0, bytes_received = 0, cosignatures_received = 0;
    /// Each side has, durably, all that the other had stated. With `once`, ending short of it is an error; an open link
    /// that is renewed midway ends without one.
    bool level = false;
    /// Only when recovering: all that the upper has of our own log is here, and nothing contradicts it. What the upper
    /// lacks is its `recovered_size_there` and beyond.
    bool recovered = false;
    std::uint64_t recovered_size_here = 0, recovered_size_there = 0;
    std::uint64_t chunks_sent = 0, chunks_received = 0;  ///< of files, manifests not counted
    std::vector<std::string> refusals;  ///< one a log that was refused or accused, with the cause
};
/// The last action. No error: both sides said BYE, or the peer closed after ours. `unreachable`: the link was cut or
/// silent. Another kind: a rule was broken here or, told by its BYE, over there. The stream is closed once what was to
/// send is sent.
struct Finished {
    std::optional<Error> error;
    SessionSummary summary;
};

using Action = std::variant<SendBytes, StoreExtension, StoreCosignatures, StoreBody, AdoptCosignature, StoreEvidence,
                            StoreChunk, FileHeld, Halt, WakeAt, Finished>;

/// Whether there is room for a chunk of a file: where what was sent still waits, an act must not come to stand behind it.
enum class Room { any, none_for_files };

/// What the store made of a StoreExtension: the head it stands at now. Only a durable store may call it so (node wraps
/// it in a Durable token). The session itself remembers how much credit the extension took.
struct StoredExtension {
    LogId log;
    std::uint64_t size = 0;
    Hash root;
    std::optional<Cosigned> cosigned;  ///< our own cosignature, when we gave one
    std::vector<std::uint64_t> missing_bodies;
};

class Session {
  public:
    /// `replica`, `identity` and `random` outlive the session.
    Session(SessionOptions options, SessionIdentity identity, const Replica& replica, Random& random, MonoTime now);
    Session(Session&&) noexcept;
    Session& operator=(Session&&) noexcept;
    ~Session();

    // --- events ---
    void receive(ByteView bytes, MonoTime now);
    /// Each StoreExtension is answered by exactly one of these two, in order for one log.
    void stored(const StoredExtension& extension, MonoTime now);
    void refused(const LogId& log, const Error& error, MonoTime now);
    /// Each StoreChunk is answered by exactly one of these two.
    void chunk_stored(const BlobId& blob, std::uint32_t index, MonoTime now);
    void chunk_refused(const BlobId& blob, std::uint32_t index, const Error& error, MonoTime now);
    /// Something changed in the store: new acts of our own or from another session, cosignatures, a registry.
    void changed(MonoTime now);
    void tick(MonoTime now);
    /// The stream ended or failed; without a BYE before it that is a cut.
    void closed(MonoTime now);
    /// Say BYE and finish.
    void leave(MonoTime now);

    /// The next thing to do, in order; nothing when there is nothing to do until the next event, or until there is room.
    /// After Finished only nothing.
    [[nodiscard]] std::optional<Action> next_action(Room room = Room::any);

    /// The peer's node once the registry knows it and it is our upper or lower.
    [[nodiscard]] std::optional<LogId> peer_node() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace motcua::sync

#pragma once
/// The inside of a session, for its source files alone: session.cpp has events, deadlines and endings, receiving.cpp what
/// each message does, histories.cpp what it means that two nodes have a log to different sizes or with another past,
/// cosigning.cpp cosignatures and bodies, files.cpp files, sending.cpp what is sent when the stream has room.

#include <deque>
#include <map>
#include <set>

#include "sync/registry/inbox_name.hpp"
#include "sync/session/credit_window.hpp"
#include "sync/session/heads.hpp"
#include "sync/session/peer.hpp"
#include "sync/session/session.hpp"

namespace motcua::sync {

/// What this session knows of one shared log at the peer. Lives and dies with the session.
struct LogLink {
    bool compared = false;  ///< the peer has stated it in this session
    bool excluded = false;  ///< refused or accused: nothing more about it in this session
    bool fork_said = false, fork_heard = false;
    bool asked = false;    ///< the peer has sent FETCH of it
    bool fetched = false;  ///< of the lower's own office, and asked for: it comes down in this session
    std::optional<std::uint64_t> mended_to{};  ///< asked for because it is damaged here: once what comes reaches this, all has come
    std::uint64_t here = 0;      ///< our size when last looked at
    std::uint64_t there = 0;     ///< what the peer surely has
    std::uint64_t sent = 0;      ///< sent up to here
    std::uint64_t expected = 0;  ///< what a lower says it has and will send
    std::uint64_t held = 0;      ///< cosignatures up to here are at a lower, or on their way
    std::uint64_t witnessed = 0;
    std::uint64_t held_here = 0, witnessed_here = 0;
    std::uint64_t show_due = 0;  ///< a lower says that we have cosigned so much, which we do not know, and has to show it
    std::uint64_t shown = 0;     ///< no cosignature of ours leaves below this
    std::uint64_t shown_there = 0;  ///< so much of it the upper has once cosigned, as we have shown it
};

/// A StoreExtension that was not answered yet.
struct PendingStore {
    LogId log;
    std::uint64_t cost_bytes;
    std::uint64_t entries;
    std::uint64_t end;
};

/// A file on its way here.
struct FileGet {
    std::uint64_t size_bytes = 0;  ///< as the act says
    std::optional<Manifest> manifest;
    std::uint32_t next = 0;           ///< the chunk to ask for next
    std::set<std::uint32_t> asked;    ///< and not arrived
    std::set<std::uint32_t> storing;  ///< arrived and not stored
    bool ended = false;               ///< no more of it is asked for
};

/// When a file that the peer did not have is asked for again.
struct FileRetry {
    MonoTime at;
    std::chrono::milliseconds wait{};
    bool waiting = false;
};

/// An EXTEND that waits for credit.
struct HeldExtend {
    LogId log;
    std::uint64_t end;
    std::uint64_t entries;
    Bytes message;
};

[[nodiscard]] inline std::unexpected<Error> broken(std::string rule) {
    return fail(ErrorKind::verification, "the peer broke the protocol: " + rule);
}

/// From a peer's claim about what we have signed to its proof.
constexpr std::chrono::milliseconds proof_timeout{10'000};

struct Session::State {
    State(SessionOptions options, SessionIdentity identity, const Replica& replica, Random& random, MonoTime now);

    // --- session.cpp: becoming acquainted, ending, deadlines ---
    void became_open();
    void refresh_registry();
    void try_recognise();
    void speak();
    void open_comparison();
    void state_heads(std::uint64_t turn, std::vector<HeadState> mine, std::vector<HeadRange> ranges);
    void say(const Message& message);
    void say_bye(std::uint64_t code, std::string_view reason);
    void fail_with(Error error);
    void drop(Error error);
    void finish(std::optional<Error> error);
    void exclude(const LogId& log, const std::string& why);
    void note_refusal(std::string text);
    [[nodiscard]] bool talking() const;
    [[nodiscard]] std::optional<MonoTime> next_deadline() const;
    void check_deadlines();
    [[nodiscard]] Error unacquainted() const;
    [[nodiscard]] std::string name_of_log(const LogId& log) const;
    [[nodiscard]] const OfficeId& lower_office() const;
    [[nodiscard]] const LogId& upper_log() const;
    [[nodiscard]] bool is_shared(const LogId& log) const;
    /// The inbox that the upper keeps for the lower's office. It alone goes down, and only it is written by the upper.
    [[nodiscard]] bool is_inbox(const LogId& log) const { return inbox && log == inbox->log; }
    [[nodiscard]] bool is_on_link(const LogId& log) const { return is_inbox(log) || is_shared(log); }
    [[nodiscard]] Side sender_of(const LogId& log) const { return is_inbox(log) ? Side::upper : Side::lower; }
    /// Whether the peer sends us the log's extensions; whether we send the peer them, and so the bodies.
    [[nodiscard]] bool comes(const LogId& log) const;
    [[nodiscard]] bool goes(const LogId& log) const;
    [[nodiscard]] LinkEnds ends() const { return {lower_office(), upper_log(), peer->side}; }
    /// Written with our key; with the peer's.
    [[nodiscard]] bool is_own(const LogId& log) const;
    [[nodiscard]] bool is_peers(const LogId& log) const;
    /// The checkpoint that a note of a log on this link carries. Errors: as open_log_checkpoint.
    [[nodiscard]] Result<crypto::Checkpoint> open_checkpoint(const LogId& log, std::string_view note) const;
    /// Before its entry 0 our registry has no id, and nothing else can come.
    [[nodiscard]] bool is_registry(const LogId& log) const {
        return registry->size() == 0 || log == registry->log_id();
    }
    [[nodiscard]] RegistryHead registry_head() const;

    // --- receiving.cpp ---
    void take_message(ByteView bytes);
    Result<void> take(const Hello& hello);
    Result<void> take(Heads& heads);
    Result<void> take(Extend& extend, std::uint64_t cost_bytes);
    Result<void> take(const Cosign& cosign);
    Result<void> take(const Want& want);
    Result<void> take(Blob& blob);
    Result<void> take(const Fork& fork);
    Result<void> take(const Credit& credit);
    Result<void> take(const Refuse& refuse);
    Result<void> take(const Bye& bye);
    Result<void> take(const Fetch& fetch);
    Result<void> take(const FileWant& want);
    Result<void> take(Chunk& chunk);
    Result<void> take_known(Message& message, std::uint64_t cost_bytes);
    [[nodiscard]] bool may_be_said(const Message& message) const;
    Result<void> compare_registry(const RegistryHead& theirs);
    Result<void> judge_introduction();
    void refuse(const LogId& log, std::uint64_t credit_bytes, const Error& error);
    void store(Extension extension, std::uint64_t cost_bytes);
    void store_answered(const StoredExtension& extension);
    void store_refused(const LogId& log, const Error& error);
    [[nodiscard]] std::optional<PendingStore> take_pending_store(const LogId& log);

    // --- histories.cpp ---
    Result<void> settle(const ComparedHead& head);
    [[nodiscard]] Result<std::uint64_t> size_here(const LogId& log) const;
    [[nodiscard]] Result<std::optional<Fork>> fork_at(const LogId& log, std::uint64_t size, std::uint64_t index) const;
    Result<void> say_fork(const LogId& log, std::uint64_t size, std::uint64_t index);
    Result<void> keep_contradiction(const Fork& fork, const std::optional<Fork>& ours, std::string cause);
    Result<void> own_is_shorter(const LogId& log, std::uint64_t here, std::uint64_t there);
    /// What of it the upper has more of is fetched: our own log while it recovers, earlier logs of our line.
    [[nodiscard]] bool is_fetched_here(const LogId& log) const;
    Result<void> plan_mending();
    Result<bool> send_fetch();
    void note_mended(const LogId& log, std::uint64_t end);
    void summarize_recovery();

    // --- cosigning.cpp ---
    Result<void> take_shown(const Cosign& cosign);
    Result<void> keep_foreign_root(const Cosigned& cosigned, std::span<const std::string> lines);
    Result<bool> show_cosignature();
    Result<bool> relay_cosignatures();
    Result<bool> send_body();
    void give_up_unshown();
    [[nodiscard]] std::string cosigner_name_of(const LogId& node) const;
    /// Those of the positions that are asked for now; the rest is left to a later extension or session.
    [[nodiscard]] Result<std::vector<std::uint64_t>> want_bodies(const LogId& log, std::span<const std::uint64_t> seqs);
    Result<void> owe_bodies(const LogId& log, std::span<const std::uint64_t> seqs);

    // --- files.cpp ---
    Result<bool> ask_for_files();
    bool ask_for_chunks(const BlobId& blob, FileGet& file);
    [[nodiscard]] std::size_t chunks_under_way() const;
    Result<void> take_manifest(const BlobId& blob, FileGet& file, Bytes bytes);
    void leave_out(const BlobId& blob, FileGet& file, const std::string& why);
    void chunk_answered(const BlobId& blob, std::uint32_t index, const Error* error);
    Result<bool> send_chunk();
    [[nodiscard]] std::optional<MonoTime> file_retry_due() const;
    void retry_files();

    // --- sending.cpp ---
    /// Says the next thing that there is to say. False when there is none, or no credit for it.
    Result<bool> produce();
    [[nodiscard]] MonoTime look_due() const;
    Result<void> look_at_heads();
    Result<bool> send_extension();
    Result<void> hold_next_extend();
    Result<std::optional<HeldExtend>> prepare_extend(const LogId& log, std::uint64_t from);
    Result<void> offer();
    Result<void> offer_registry();
    void send_unasked(Extension extension);
    Result<bool> end_comparison();
    [[nodiscard]] bool is_level() const;

    SessionOptions options;
    SessionIdentity identity;
    const Replica* replica;
    Channel channel;
    std::shared_ptr<const Registry> registry;

    MonoTime now, started, last_received, last_sent, last_progress;
    std::optional<MonoTime> opened_at, bye_said_at, proof_due, show_due, looked_at, wake_announced;

    std::optional<Peer> peer;         ///< we recognise it, and so may speak to it
    std::optional<InboxName> inbox;   ///< of this link, where the lower's office is directly below the upper's
    std::optional<Hello> peer_hello;  ///< it has spoken to us, and so recognises us
    bool hello_said = false;
    bool offered = false;                    ///< what a peer that does not know us may take: the registry, our introduction
    std::optional<Heads> early_heads;        ///< what a peer stated before we recognised it
    std::optional<Extension> introduction;   ///< its log's first two entries, until they are judged
    bool introduced = false;                 ///< once a session
    std::uint64_t introduction_bytes = 0;

    std::optional<std::uint64_t> turn_said;
    bool outgrown = false;                     ///< logs are on this link now that were not when it was compared
    std::vector<HeadState> heads_stated;       ///< what our last HEADS was made of
    std::vector<HeadRange> ranges_stated;      ///< and what it said; what an answer passes over is equal
    bool compared = false;                     ///< both sides know where they differ
    std::optional<std::uint64_t> end_due;      ///< the turn that ends the comparison, once what it led to is said
    bool end_awaited = false;                  ///< the same of the peer: until then it may have more to say
    std::uint64_t registry_size_compared = 0;  ///< logs younger than this registry were not in the comparison
    bool heads_changed = true;                 ///< our heads may have grown since `looked_at`

    std::optional<std::uint64_t> registry_sent;  ///< known once the peer has stated its size
    std::uint64_t registry_expected = 0;
    bool mending_planned = false, registry_fetched = false;
    std::optional<std::uint64_t> registry_mended_to;
    std::uint64_t registry_barrier = 0;  ///< logs wait until this much credit came back: they may need the registry

    std::map<LogId, LogLink> links;
    std::set<LogId> to_extend, to_relay, to_fetch, to_show;
    std::deque<Position> to_send_bodies;
    CreditWindow window;
    std::optional<HeldExtend> held;

    std::vector<PendingStore> pending_stores;
    std::uint64_t credit_taken = 0;  ///< by the peer, of what we granted
    std::uint64_t credit_owed = 0;   ///< to a peer to which we may not speak yet
    std::set<Position> wanted;

    bool files_changed = true;              ///< there may be files that we want
    Room room = Room::any;
    std::deque<FileWish> wishes;
    std::map<BlobId, FileGet> getting;
    std::map<BlobId, FileRetry> absent;     ///< files that the peer did not have
    std::set<BlobId> left_out;              ///< files that are not what their act says, or were not stored
    std::map<BlobId, bool> giving;          ///< files that the peer is asking for, and whether it may have them
    std::deque<std::pair<BlobId, std::uint32_t>> chunks_owed;

    std::deque<Action> actions;
    bool finished = false, finish_announced = false;
    std::optional<Error> outcome;  ///< once known, only the peer's BYE is waited for
    SessionSummary summary;
};

}  // namespace motcua::sync

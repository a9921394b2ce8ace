#pragma once
/// The inside of a session, for its three source files alone: session.cpp has events, deadlines and endings,
/// receiving.cpp what each message does, sending.cpp what is sent when the stream has room.

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
    bool fork_said = false;
    std::uint64_t here = 0;      ///< our size when last looked at
    std::uint64_t there = 0;     ///< what the peer surely has
    std::uint64_t sent = 0;      ///< sent up to here
    std::uint64_t expected = 0;  ///< what a lower says it has and will send
    std::uint64_t held = 0;      ///< cosignatures up to here are at a lower, or on their way
    std::uint64_t witnessed = 0;
    std::uint64_t held_here = 0, witnessed_here = 0;
};

/// A StoreExtension that was not answered yet.
struct PendingStore {
    LogId log;
    std::uint64_t cost_bytes;
    std::uint64_t entries;
};

/// An EXTEND that waits for credit.
struct HeldExtend {
    LogId log;
    std::uint64_t end;
    std::uint64_t entries;
    Bytes message;
};

struct Session::State {
    State(SessionOptions options, SessionIdentity identity, const Replica& replica, Random& random, MonoTime now);

    // --- session.cpp: becoming acquainted, ending, deadlines ---
    void became_open();
    void refresh_registry();
    void try_recognise();
    void speak();
    void open_comparison();
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
    Result<void> take_known(Message& message, std::uint64_t cost_bytes);
    [[nodiscard]] bool may_be_said(const Message& message) const;
    Result<void> compare_registry(const RegistryHead& theirs);
    Result<void> settle(const ComparedHead& head);
    [[nodiscard]] Result<std::uint64_t> size_here(const LogId& log) const;
    Result<void> say_fork(const LogId& log, std::uint64_t size);
    void store_answered(const StoredExtension& extension);
    void store_refused(const LogId& log, const Error& error);
    [[nodiscard]] std::optional<PendingStore> take_pending_store(const LogId& log);
    /// Those of the positions that are asked for now; the rest is left to a later extension or session.
    [[nodiscard]] std::vector<std::uint64_t> want_bodies(const LogId& log, std::span<const std::uint64_t> seqs);
    Result<void> owe_bodies(const LogId& log, std::span<const std::uint64_t> seqs);

    // --- sending.cpp ---
    /// Says the next thing that there is to say. False when there is none, or no credit for it.
    Result<bool> produce();
    [[nodiscard]] MonoTime look_due() const;
    Result<void> look_at_heads();
    Result<bool> send_extension();
    Result<void> hold_next_extend();
    Result<bool> relay_cosignatures();
    Result<bool> send_body();
    Result<std::optional<HeldExtend>> prepare_extend(const LogId& log, std::uint64_t from);
    Result<void> offer_registry();
    [[nodiscard]] bool is_level() const;

    SessionOptions options;
    SessionIdentity identity;
    const Replica* replica;
    Channel channel;
    std::shared_ptr<const Registry> registry;

    MonoTime now, started, last_received, last_sent, last_progress;
    std::optional<MonoTime> opened_at, bye_said_at, proof_due, looked_at, wake_announced;

    std::optional<Peer> peer;         ///< we recognise it, and so may speak to it
    std::optional<InboxName> inbox;   ///< of this link, where the lower's office is directly below the upper's
    std::optional<Hello> peer_hello;  ///< it has spoken to us, and so recognises us
    bool hello_said = false;
    bool registry_offered = false;
    std::optional<Heads> early_heads;  ///< what a peer stated before we recognised it

    std::optional<std::uint64_t> turn_said;
    bool compared = false;                     ///< both sides know where they differ
    std::uint64_t registry_size_compared = 0;  ///< logs younger than this registry were not in the comparison
    bool heads_changed = true;                 ///< our heads may have grown since `looked_at`

    std::optional<std::uint64_t> registry_sent;  ///< known once the peer has stated its size
    std::uint64_t registry_expected = 0;
    std::uint64_t registry_barrier = 0;  ///< logs wait until this much credit came back: they may need the registry

    std::map<LogId, LogLink> links;
    std::set<LogId> to_extend, to_relay;
    std::deque<Position> to_send_bodies;
    CreditWindow window;
    std::optional<HeldExtend> held;

    std::vector<PendingStore> pending_stores;
    std::uint64_t credit_taken = 0;  ///< by the peer, of what we granted
    std::uint64_t credit_owed = 0;   ///< to a peer to which we may not speak yet
    std::set<Position> wanted;

    std::deque<Action> actions;
    bool finished = false, finish_announced = false;
    std::optional<Error> outcome;  ///< once known, only the peer's BYE is waited for
    SessionSummary summary;
};

}  // namespace motcua::sync

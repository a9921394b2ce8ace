#pragma once
/// Two sessions back to back, in memory and virtual time, and a city of offices to hold them.

#include "memory_replica.hpp"

namespace motcua::session_tests {

/// One end of a link: a session, its node's store, and all that it asked for.
struct End {
    End(SessionOptions options, const Site& site, MemoryReplica& replica, Random& random, MonoTime now);

    const Site* site;
    MemoryReplica* replica;
    Session session;
    Bytes sent;  ///< all bytes put on the stream
    std::size_t sent_taken = 0;
    std::optional<Finished> finished;
    std::optional<MonoTime> wake;
    std::vector<Halt> halts;
    std::vector<StoreEvidence> evidence;
    std::vector<Cosigned> adoptions;
    std::vector<FileHeld> files_held;
    std::vector<StoreChunk> chunks_waiting;
    bool hold_chunks = false;
    bool forget_adoptions = false;  ///< a store that cosigns whatever it takes
    std::optional<BlobId> refuse_file;
    Room room = Room::any;
    std::size_t actions = 0;
    std::uint64_t stores = 0;
    std::size_t store_bytes_pending_max = 0;
    /// Set to refuse what comes of a log instead of storing it.
    std::optional<LogId> refuse_log;
    /// Set to leave StoreExtension unanswered until `answer_stores`.
    bool hold_stores = false;
    std::vector<Extension> held;

    /// Does what the session asks, until it asks for nothing.
    void pump(MonoTime now);
    void answer_stores(MonoTime now);
    [[nodiscard]] bool ok() const { return finished && !finished->error; }
    [[nodiscard]] std::string error() const {
        return !finished ? "unfinished" : finished->error ? finished->error->message : "";
    }

  private:
    void answer(Extension extension, MonoTime now);
    void take_chunk(StoreChunk piece, MonoTime now);
};

struct LinkOptions {
    std::size_t chunk_bytes = 1 << 16;
    std::uint64_t cut_after_bytes = ~0ULL;  ///< of both directions together
    std::chrono::milliseconds give_up_after{300'000};
};

/// Two ends and the stream between them, in virtual time.
class Link {
  public:
    Link(End& initiator, End& responder, MonoTime now, LinkOptions options = {});
    /// Until both have finished, or nothing moves any more.
    void run();
    /// Until nothing moves without time passing.
    void settle();
    [[nodiscard]] MonoTime now() const { return now_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    void advance(std::chrono::milliseconds by);

  private:
    bool step();
    bool deliver(End& from, End& to);
    End& a_;
    End& b_;
    MonoTime now_;
    LinkOptions options_;
    std::uint64_t bytes_ = 0;
    bool cut_ = false;
};

/// A city and what hangs below it, each with its store and the registry in it.
struct City {
    explicit City(std::size_t communes = 1, bool with_hub = false);

    SeededRandom random;
    RegistryOffice office;
    Site city;
    std::optional<Site> hub;
    std::vector<std::unique_ptr<Site>> communes;
    std::map<LogId, std::unique_ptr<MemoryReplica>> replicas;
    MonoTime now{std::chrono::milliseconds(1'000'000)};

    [[nodiscard]] const Site& commune(std::size_t index = 0) const { return *communes.at(index); }
    MemoryReplica& at(const Site& site);
    /// A new commune, known to the registry from now on, but to no store yet.
    Site& add_commune(const OfficeId& parent);
    /// Gives a store all of the registry, by hand.
    void give_registry(const Site& site);
    End end(const Site& site, crypto::NoiseRole role, SessionOptions options = {});
    /// A session by which `lower` dials `upper`, once.
    void reconcile(const Site& lower, const Site& upper);
};

}  // namespace motcua::session_tests

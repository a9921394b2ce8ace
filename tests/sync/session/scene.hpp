#pragma once
/// A city with its offices below, in memory: real keys, a real registry, real logs; and two sessions back to back.

#include <map>
#include <memory>

#include "sync/session/session.hpp"

namespace motcua::session_tests {

using namespace motcua::sync;

/// SplitMix64: the same bytes for the same seed.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
    void fill(std::span<std::byte> target) override;
    std::uint64_t next();

  private:
    std::uint64_t state_;
};

/// A node's keys and names.
struct Site {
    Site(std::string code, bool cosigns, Random& random);

    OfficeId office;
    crypto::SigningKey log_key;
    crypto::NoiseKeyPair noise;
    std::optional<crypto::SigningKey> cosigner;
    std::string origin;
    LogId log;

    [[nodiscard]] SessionIdentity identity() const { return {&noise, log, office}; }
};

/// Writes a registry, an extension an enrolment.
class RegistryOffice {
  public:
    explicit RegistryOffice(std::string city_code, std::uint64_t seed = 1);

    void enrol(const Site& site, const std::optional<OfficeId>& parent);
    void retire(const Site& site);
    [[nodiscard]] RootPin pin() const;

    std::vector<Extension> extensions;

  private:
    void append(Kind kind, Bytes subject, cbor::Item content);
    void finish();

    SeededRandom random_;
    crypto::SigningKey root_key_, registry_key_;
    std::string city_code_;
    std::optional<LogHead> head_;
    std::optional<LogWriter> writer_;
};

/// A store that forgets nothing and fsyncs nothing. Durable at once.
class MemoryReplica final : public Replica {
  public:
    explicit MemoryReplica(RootPin pin);

    /// Checks and stores. The head after it; errors as check_extension.
    Result<LogHead> extend(Extension extension);
    /// `count` acts of a log of our own, each body of `body_bytes`, ended by one checkpoint.
    void write(const Site& site, std::uint64_t count, std::size_t body_bytes = 40, Random* random = nullptr);
    void add_cosignatures(const Cosigned& cosigned);
    /// Signs what is stored of a log and keeps the line.
    Cosigned cosign(const LogId& log, const Site& cosigner);
    void forget_bodies(const LogId& log);
    [[nodiscard]] std::uint64_t size(const LogId& log) const;
    [[nodiscard]] std::size_t bodies_missing(const LogId& log) const;
    [[nodiscard]] std::size_t cosignature_lines(const LogId& log, std::uint64_t size) const;
    /// Everything that is stored, as one value: two replicas are level when these are equal.
    [[nodiscard]] std::map<LogId, std::vector<Bytes>> entries() const;

    [[nodiscard]] std::shared_ptr<const Registry> registry() const override { return registry_; }
    [[nodiscard]] Result<std::vector<HeadState>> heads(const OfficeId& office, const LogId& upper) const override;
    [[nodiscard]] Result<std::optional<Hash>> root_at(const LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<Extension>> read(const LogId& log, std::uint64_t from, std::size_t bytes_max) const override;
    [[nodiscard]] Result<std::optional<std::string>> checkpoint_note(const LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::vector<Cosigned>> cosignatures(const LogId& log) const override;
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const LogId& log, std::size_t count_max) const override;
    [[nodiscard]] Result<std::optional<Bytes>> body(const LogId& log, std::uint64_t seq) const override;
    void put_body(const LogId& log, std::uint64_t seq, Bytes body);

  private:
    struct StoredLog {
        LogHead head;
        std::vector<Bytes> entries;
        std::vector<Hash> leaves;
        std::vector<std::optional<Bytes>> bodies;
        std::vector<bool> names_body;
        std::map<std::uint64_t, std::string> checkpoints;
        std::map<std::string, Cosigned> cosigned;  ///< the newest by each cosigner's name
    };
    [[nodiscard]] Result<StoredLog*> open(const LogId& log, const Extension* first = nullptr);
    [[nodiscard]] std::uint64_t cosigned_size(const StoredLog& log, const NodeRecord* cosigner) const;
    void put(StoredLog& log, const CheckedExtension& checked);

    std::shared_ptr<const Registry> registry_;
    std::map<LogId, StoredLog> logs_;
};

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
    [[nodiscard]] std::string error() const { return !finished ? "unfinished" : finished->error ? finished->error->message : ""; }

  private:
    void answer(Extension extension, MonoTime now);
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

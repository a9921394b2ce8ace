#pragma once
/// A store in memory, and what fills it: real keys, a real registry, real logs.

#include <algorithm>
#include <map>
#include <memory>

#include "sync/log/inbox.hpp"
#include "sync/registry/inbox_name.hpp"
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

/// The n-th draw is filled with byte n: keys that a document can name.
class CountingRandom final : public Random {
  public:
    explicit CountingRandom(unsigned first) : next_(first) {}
    void fill(std::span<std::byte> target) override { std::ranges::fill(target, std::byte(next_++)); }

  private:
    unsigned next_;
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
    RegistryOffice(std::string city_code, Random& random);

    void enrol(const Site& site, const std::optional<OfficeId>& parent);
    void retire(const Site& site);
    [[nodiscard]] RootPin pin() const;

    std::vector<Extension> extensions;

  private:
    void append(Kind kind, Bytes subject, cbor::Item content);
    void finish();

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
    /// Puts what is stored of `of` from <= seq < to into the inbox that `hub` keeps for an office.
    void post(const Site& hub, const OfficeId& office, const LogId& of, std::uint64_t from, std::uint64_t to);
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
    [[nodiscard]] Result<std::optional<Extension>> read(const LogId& log, std::uint64_t from,
                                                        std::size_t bytes_max) const override;
    [[nodiscard]] Result<std::optional<std::string>> checkpoint_note(const LogId& log,
                                                                     std::uint64_t size) const override;
    [[nodiscard]] Result<std::vector<Cosigned>> cosignatures(const LogId& log) const override;
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const LogId& log,
                                                                    std::size_t count_max) const override;
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
    void put_inbox(StoredLog& log, const CheckedInboxExtension& checked);

    std::shared_ptr<const Registry> registry_;
    std::map<LogId, StoredLog> logs_;
};

}  // namespace motcua::session_tests

#pragma once
/// A store in memory, and what fills it: real keys, a real registry, real logs.

#include <algorithm>
#include <functional>
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
    [[nodiscard]] Result<std::optional<Inclusion>> inclusion(const LogId& log, std::uint64_t index,
                                                             std::uint64_t size) const override;
    [[nodiscard]] Result<std::vector<Cosigned>> cosignatures(const LogId& log) const override;
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const LogId& log,
                                                                    std::size_t count_max) const override;
    [[nodiscard]] Result<std::optional<Bytes>> body(const LogId& log, std::uint64_t seq) const override;
    void put_body(const LogId& log, std::uint64_t seq, Bytes body);
    [[nodiscard]] Result<bool> may_have_body(const LogId& log, std::uint64_t seq, const OfficeId& office) const override;
    [[nodiscard]] bool is_earlier_of_line(const LogId& log) const override { return earlier_of_line.contains(log); }
    [[nodiscard]] Result<std::optional<Extension>> introduction() const override { return shown; }
    [[nodiscard]] Result<std::optional<NodeRecord>> admitted(const Extension& extension) const override;
    [[nodiscard]] Result<std::vector<FileWish>> wanted_files(const LinkEnds& ends, const std::set<BlobId>& skip,
                                                             std::size_t count_max) const override;
    [[nodiscard]] Result<bool> may_have_file(const BlobId& blob, const LinkEnds& ends) const override;
    [[nodiscard]] Result<std::optional<Bytes>> chunk(const BlobId& blob, std::uint32_t index) const override;

    std::set<LogId> earlier_of_line;
    std::optional<Extension> shown;  ///< the introduction
    bool offers_registry = true;     ///< false: its registry cannot be read to be sent
    /// Judges an introduction. What it returns is listed by `list_admitted` when the extension is stored.
    std::function<Result<std::optional<NodeRecord>>(const Extension&)> judge;
    std::vector<Extension> list_admitted;  ///< the registry's extensions that stand for the overlay of an admission
    /// Entries whose bodies no office but these may have.
    std::map<std::pair<LogId, std::uint64_t>, std::set<OfficeId>> reach;
    /// What is cosigned here never falls below this: the witness's memory.
    std::map<LogId, std::uint64_t> witness;
    struct StoredFile {
        std::uint64_t size_bytes = 0;  ///< as an act would say
        std::optional<Bytes> manifest;
        std::vector<Bytes> chunks;
        bool wanted = false;
        bool given = true;
    };
    std::map<BlobId, StoredFile> files;
    /// Makes a file of that many bytes and stores it whole.
    BlobId add_file(std::uint64_t size_bytes, std::uint64_t number);
    [[nodiscard]] bool has_file(const BlobId& blob) const;
    void forget_cosignatures(const LogId& log) { logs_.at(log).cosigned.clear(); }

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

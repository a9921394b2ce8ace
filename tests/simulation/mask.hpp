#pragma once
/// What a Byzantine machine shows of its store: the true one with logs left out, bodies stripped, or one log whose history it tells
/// anew under its own key.

#include <map>
#include <set>

#include "node/store/reader.hpp"

namespace motcua::simulation {

/// A history beside the stored one, signed by the log's true key.
class ForgedLog {
  public:
    /// A log of which the first `keep` entries are the stored ones.
    ForgedLog(node::Reader& reader, const sync::LogHead& head, std::uint64_t keep);

    /// Puts one act behind the end, whatever it says, and a checkpoint over it all.
    void append(sync::Payload payload, const crypto::SigningKey& signer, const crypto::SigningKey& log_key, std::optional<Bytes> body = {});
    void append_raw(Bytes entry, const crypto::SigningKey& log_key);
    /// Turns a bit of the last entry's signature; the checkpoint covers it all the same.
    void spoil_last_signature(const crypto::SigningKey& log_key);

    [[nodiscard]] const sync::LogId& id() const { return id_; }
    [[nodiscard]] std::uint64_t size() const { return entries_.size(); }
    [[nodiscard]] sync::Hash root(std::uint64_t size) const;
    [[nodiscard]] sync::Hash last_leaf() const;
    [[nodiscard]] std::optional<sync::Extension> read(std::uint64_t from) const;
    [[nodiscard]] std::optional<std::string> note(std::uint64_t size) const;
    [[nodiscard]] std::optional<sync::Inclusion> inclusion(std::uint64_t index, std::uint64_t size) const;

  private:
    void end(const crypto::SigningKey& log_key);
    sync::LogId id_;
    std::string origin_;
    std::vector<Bytes> entries_;
    std::vector<std::optional<Bytes>> bodies_;
    std::map<std::uint64_t, std::string> notes_;
};

class Mask final : public sync::Replica {
  public:
    explicit Mask(const sync::Replica& truth) : truth_(&truth) {}

    std::set<sync::LogId> withheld;
    bool strips_bodies = false;
    std::optional<ForgedLog> forged;

    void see(const sync::Replica& truth) { truth_ = &truth; }
    [[nodiscard]] std::shared_ptr<const sync::Registry> registry() const override { return truth_->registry(); }
    [[nodiscard]] Result<std::vector<sync::HeadState>> heads(const sync::OfficeId& office, const sync::LogId& upper) const override;
    [[nodiscard]] Result<std::optional<sync::Hash>> root_at(const sync::LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<sync::Extension>> read(const sync::LogId& log, std::uint64_t from, std::size_t bytes_max) const override;
    [[nodiscard]] Result<std::optional<std::string>> checkpoint_note(const sync::LogId& log, std::uint64_t size) const override;
    [[nodiscard]] Result<std::optional<sync::Inclusion>> inclusion(const sync::LogId& log, std::uint64_t index, std::uint64_t size) const override;
    [[nodiscard]] Result<std::vector<sync::Cosigned>> cosignatures(const sync::LogId& log) const override;
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const sync::LogId& log, std::size_t count_max) const override;
    [[nodiscard]] Result<std::optional<Bytes>> body(const sync::LogId& log, std::uint64_t seq) const override;

  private:
    [[nodiscard]] bool is_forged(const sync::LogId& log) const { return forged && forged->id() == log; }
    const sync::Replica* truth_;
};

}  // namespace motcua::simulation

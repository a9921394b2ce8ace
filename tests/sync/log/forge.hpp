#pragma once
/// Extensions that are right in everything but what a test makes wrong: any envelope, then an honest tree and checkpoint.

#include "tests/support/world.hpp"

namespace motcua::tests {

class Forge {
  public:
    /// Goes on where `log` ends. `log` outlives the forge.
    explicit Forge(const TestLog& log) : key_(log.key), base_(log.head), tree_(log.head.tree), last_(log.head.last_leaf) {}

    /// What an honest next act would be, to be changed.
    [[nodiscard]] sync::Payload next(sync::Kind kind, const crypto::SigningKey& signer, Bytes subject) const {
        sync::Payload payload;
        payload.log = base_.id;
        payload.seq = tree_.size();
        payload.prev = last_;
        payload.registry = base_.announced.value_or(base_.registry_size);
        payload.signer = signer.public_key();
        payload.at_ms = World::start_ms;
        payload.kind = kind;
        payload.subject = std::move(subject);
        return payload;
    }
    Forge& add(const sync::Payload& payload, const crypto::SigningKey& signer, std::optional<Bytes> body = {}) {
        return add_envelope(crypto::sign1(signer, cbor::encode(payload)), std::move(body));
    }
    Forge& add_envelope(Bytes envelope, std::optional<Bytes> body = {}) {
        const crypto::Hash leaf{sync::act_id(envelope).bytes};
        tree_.append(leaf);
        last_ = leaf;
        entries_.push_back(std::move(envelope));
        bodies_.push_back(std::move(body));
        return *this;
    }
    [[nodiscard]] sync::Extension finish() const {
        return finish_with(crypto::sign_checkpoint({base_.origin, tree_.size(), tree_.root()}, *key_));
    }
    [[nodiscard]] sync::Extension finish_with(const crypto::Note& checkpoint) const {
        return {base_.id, base_.size(), entries_, bodies_, checkpoint.format()};
    }
    [[nodiscard]] const crypto::CompactRange& tree() const { return tree_; }

  private:
    const crypto::SigningKey* key_;
    sync::LogHead base_;
    crypto::CompactRange tree_;
    crypto::Hash last_;
    std::vector<Bytes> entries_;
    std::vector<std::optional<Bytes>> bodies_;
};

}  // namespace motcua::tests

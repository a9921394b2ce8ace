#pragma once
/// The keys that every new node has, made at once and written under one passphrase.

#include "node/node.hpp"

namespace motcua::node {

struct NewKeys {
    crypto::SigningKey log, cosigner, officer;
    crypto::NoiseKeyPair noise;

    static NewKeys generate(Random& random);
    /// All but the officer's. Errors: as write_key.
    [[nodiscard]] Result<void> write_node_keys(const std::filesystem::path& directory, const crypto::Secret* passphrase, Random& random) const;
    /// Errors: as write_key.
    [[nodiscard]] Result<void> write(const std::filesystem::path& directory, const std::string& officer_name,
                                     const crypto::Secret* passphrase, Random& random) const;
};

[[nodiscard]] Result<void> write_signing_key(const std::filesystem::path& file, crypto::KeyRole role, std::string name, const crypto::SigningKey& key,
                                             const crypto::Secret* passphrase, Random& random);

/// Days since 1970-01-01 in Asia/Ho_Chi_Minh, which has been seven hours ahead of UTC, without summer time, since 1975.
[[nodiscard]] std::int64_t day_in_vietnam(sync::WallTime time);

/// A head lets a new log begin while the city cannot be asked.
struct LogAdmission {
    const crypto::SigningKey* head;   ///< of the office; outlives the call
    std::uint64_t registry_size = 0;  ///< that the head is judged by: the one that `open` carries
};
/// Entry 0 of a node's own log, signed by the log key; it carries `registry_checkpoint`, so that acts may cite that size. With
/// an admission also entry 1.
[[nodiscard]] Result<sync::CheckedExtension> write_open(const sync::OpenContent& content, const crypto::SigningKey& log_key, sync::WallTime at,
                                                        const std::optional<LogAdmission>& admission = std::nullopt);

}  // namespace motcua::node

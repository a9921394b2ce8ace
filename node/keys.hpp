#pragma once
/// The key files of a node: DIR/keys/{log,noise,cosigner,root,registry}.key and officer-<16 hex of the key>.key, mode 0600.

#include <filesystem>
#include <vector>

#include "crypto/key_file.hpp"
#include "crypto/noise.hpp"
#include "crypto/signature.hpp"

namespace motcua::node {

/// Writes a new key file, fsynced; never replaces one. Errors: storage, refused (it exists).
[[nodiscard]] Result<void> write_key(const std::filesystem::path& file, const crypto::KeyLabel& label, const crypto::Secret& secret,
                                     const crypto::Secret* passphrase, Random& random);
[[nodiscard]] std::filesystem::path key_path(const std::filesystem::path& directory, crypto::KeyRole role, ByteView public_key);
/// Errors: not_found, verification, refused (wrong passphrase).
[[nodiscard]] Result<crypto::SigningKey> load_signing_key(const std::filesystem::path& file, const crypto::Secret* passphrase);
[[nodiscard]] Result<crypto::NoiseKeyPair> load_noise_key(const std::filesystem::path& file, const crypto::Secret* passphrase);

struct OfficerKeyFile {
    std::filesystem::path file;
    crypto::SealedKey sealed;
};
/// Officers whose keys live in this directory, by name.
[[nodiscard]] Result<std::vector<OfficerKeyFile>> list_officers(const std::filesystem::path& directory);
/// The only officer, or the one named. Errors: not_found; refused, when there are several and none is named (lists them).
[[nodiscard]] Result<OfficerKeyFile> pick_officer(const std::filesystem::path& directory, const std::optional<std::string>& name);

}  // namespace motcua::node

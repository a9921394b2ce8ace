#pragma once
/// A node's directory as one sealed file, and back. Taken beside the running node; what is in it is one moment of the database.
///
/// A backup holds motcua.toml, the keys (under their own passphrases, as they lie on disk), motcua.db, and files.db where there is one. It
/// holds neither the fence nor witness.db: so a restored node knows that it is one, and a restored hub signs nothing that contradicts what it
/// signed before (DESIGN 8). Inside the sealed stream of purpose "backup":
///
///     manifest-length(u16 BE) manifest *bytes-of-a-file
///     manifest = deterministic CBOR ["motcua backup", 1, origin, taken-at-ms, own log's size, registry's size, [*[name, bytes]]]

#include "node/clock.hpp"
#include "node/audit/verify.hpp"
#include "node/keep/sealed_file.hpp"

namespace motcua::node {

struct BackupManifest {
    static constexpr std::uint64_t version_now = 1;
    std::string magic = "motcua backup";
    std::uint64_t version = version_now;
    std::string origin;               ///< of the node's own log
    std::uint64_t taken_at_ms = 0;
    std::uint64_t own_size = 0;       ///< entries of its own log
    std::uint64_t registry_size = 0;
    struct File {
        std::string name;             ///< relative, below the directory
        std::uint64_t bytes = 0;
        template <class A> void serialize(A& a) { a(name, bytes); }
    };
    std::vector<File> files;
    template <class A> void serialize(A& a) { a(magic, version, origin, taken_at_ms, own_size, registry_size, files); }
};

/// Needs no passphrase of the node's, and room for a copy of the database beside `target` while it runs. Errors: not_found, refused (`target`
/// exists, or the node is not enrolled), storage.
[[nodiscard]] Result<BackupManifest> back_up(const std::filesystem::path& directory, const std::filesystem::path& target, crypto::StreamSealer sealer,
                                             const Clock& clock, Random& random);

/// Makes `directory` of the backup: everything or nothing. The node in it reads; it records nothing until it is recovered.
/// Errors: refused (`directory` is not empty; wrong passphrase), verification, storage.
[[nodiscard]] Result<BackupManifest> restore_backup(const std::filesystem::path& backup, OpeningKey key, const std::filesystem::path& directory,
                                                    Random& random);

/// Reads the whole backup, and audits what it holds (verify_directory) in a directory beside it that is removed again.
struct VerifiedBackup {
    BackupManifest manifest;
    AuditReport report;
};
[[nodiscard]] Result<VerifiedBackup> verify_backup(const std::filesystem::path& backup, OpeningKey key, sync::SignatureChecker& checker, Random& random);

}  // namespace motcua::node

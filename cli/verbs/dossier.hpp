#pragma once
/// What the verbs about dossiers share. A file a group of them: acts, reception, reading, closing.

#include <nlohmann/json_fwd.hpp>

#include "cli/local_time.hpp"
#include "cli/verb.hpp"

namespace motcua::cli {

/// Work that an officer signs, asked of the node of a directory.
struct SignedWork {
    const std::string& directory;
    const std::optional<std::string>& as;
    const PassphraseOptions& passphrase;
    [[nodiscard]] Result<node::Done> ask(Program& program, node::Work work) const;
};
void add_signing_options(CLI::App& verb, std::optional<std::string>& as, PassphraseOptions& passphrase);

/// The registry as it is stored in a directory.
[[nodiscard]] Result<sync::Registry> stored_registry(const std::filesystem::path& directory);
void print_json(const nlohmann::json& facts);
/// kind-<n> where it has no name.
[[nodiscard]] std::string kind_name(sync::Kind kind);

void add_dossier_acts(CLI::App& dossier, Program& program);
void add_dossier_reception(CLI::App& dossier, Program& program);
void add_dossier_reading(CLI::App& dossier, Program& program);

}  // namespace motcua::cli

#pragma once
/// What the verbs under `motcua registry` share: one path into the registry, and how offices, nodes and keys are named.

#include "cli/verb.hpp"
#include "node/audit/read_registry.hpp"

namespace motcua::cli {

struct RegistryOptions {
    std::string directory;
    std::optional<std::string> as;
    bool dry_run = false, json = false;
    PassphraseOptions passphrase;
};
void add_registry_options(CLI::App& verb, RegistryOptions& options);

/// Signs and sends; many entries go in as few commits as the socket to a running node allows. One answer an entry, in order.
[[nodiscard]] Result<node::StateRegistryDone> state_in_registry(const RegistryOptions& options, Program& program, std::vector<node::RegistryEntry> entries);

/// CODE, or CODE@YYYY-MM-DD where a code has named several. Errors: not_found.
[[nodiscard]] Result<sync::OfficeId> find_office(const sync::Registry& registry, std::string_view text);
/// A log's id or origin, or CODE where that office has one node. Errors: not_found, usage.
[[nodiscard]] Result<sync::NodeRecord> find_node(const sync::Registry& registry, std::string_view text);
/// 64 hex digits, or at least 8 that begin only one listed officer's key. Errors: not_found, usage.
[[nodiscard]] Result<sync::PublicKey> find_key(const sync::Registry& registry, std::string_view text);

// One function a file.
void add_registry_show(CLI::App& registry, Program& program);
void add_registry_import(CLI::App& registry, Program& program);
void add_registry_acts(CLI::App& registry, Program& program);

}  // namespace motcua::cli

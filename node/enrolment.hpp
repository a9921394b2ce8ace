#pragma once
/// How a directory becomes a node; each of these makes everything or nothing.

#include "node/node.hpp"

namespace motcua::node {

/// What the registry can hold as a name: 1 to 300 bytes of UTF-8 without control characters, which could write over a
/// terminal. `whose` begins the message. Errors: usage.
[[nodiscard]] Result<void> check_name(std::string_view whose, std::string_view name);

struct CitySetup {
    std::string code, name, officer_name;
    std::vector<RegistryEntry> rules = {};  ///< stated by the root after who exists, such as starter_entries() of node/rules
};
/// Keys, registry with entry 0, office, node and first officer, and the node's own log. Returns the root verifier key text.
/// `recovery_file` gets the recovery root key. Errors: refused (DIR is not empty), usage (code), storage.
[[nodiscard]] Result<std::string> init_city(const std::filesystem::path& directory, const CitySetup& setup,
                                            const std::filesystem::path& recovery_file, const crypto::Secret* passphrase,
                                            NodeEnvironment environment);
struct NodeSetup {
    std::string code, name, officer_name;
    sync::OfficeKind kind = sync::OfficeKind::commune;
    std::optional<sync::LogId> continues = std::nullopt;  ///< a log of the same office whose machine is lost, with all backups
};
/// Keys and DIR/enrol.request.
[[nodiscard]] Result<void> request_enrolment(const std::filesystem::path& directory, const NodeSetup& setup,
                                             const crypto::Secret* passphrase, NodeEnvironment environment);
/// At the city, inside a group: signs office, node and officer into the registry, all or none; then the ticket can be read.
/// What stands there already is passed over. `continues`: the lost log that the node goes on for, closed at what the city holds of it, where the
/// request itself names none. Errors: verification (request), refused, not_found, usage (no parent).
[[nodiscard]] Result<void> approve_enrolment(Node& city, const crypto::SigningKey& registrar, ByteView request, std::string_view parent_code,
                                             const std::optional<sync::LogId>& continues = std::nullopt);
[[nodiscard]] Result<Bytes> make_ticket(Node& node);
/// Pins the root, stores the registry, opens the node's log. `root` non-null: must equal the ticket's.
[[nodiscard]] Result<void> accept_enrolment(const std::filesystem::path& directory, ByteView ticket, std::string_view upstream,
                                            const std::optional<std::string>& root, const crypto::Secret* passphrase,
                                            NodeEnvironment environment);

}  // namespace motcua::node

#pragma once
/// The names of logs.
///
///     node      motcua/<office code>/<K>                    K = first 32 hex digits of SHA-256(the log's public key)
///     inbox     motcua/<hub code>/<K>/inbox/<office code>
///     registry  motcua/<city code>/registry/<K>

#include <string>

#include "crypto/note.hpp"
#include "sync/act/ids.hpp"

namespace motcua::sync {

[[nodiscard]] std::string node_origin(std::string_view office_code, const PublicKey& log_key);
[[nodiscard]] std::string registry_origin(std::string_view city_code, const PublicKey& registry_key);
[[nodiscard]] std::string inbox_origin(std::string_view hub_code, const PublicKey& hub_log_key, std::string_view office_code);
[[nodiscard]] LogId log_id(std::string_view origin, const PublicKey& log_key);

/// The verifier key of a log's checkpoints: its name is the origin.
[[nodiscard]] crypto::VerifierKey log_verifier(std::string_view origin, const PublicKey& log_key);
/// The verifier key of a node's cosignatures, named <origin of the node's log>/cosigner.
[[nodiscard]] crypto::VerifierKey cosigner_verifier(std::string_view node_log_origin, const PublicKey& cosigner_key);
/// The root verifier key that a city publishes, named <origin of the registry>/root: it pins the registry's log key
/// (through K) and a root key, and needs nothing else to check a whole export.
[[nodiscard]] crypto::VerifierKey root_verifier(std::string_view registry_log_origin, const PublicKey& root_key);

enum class LogClass : std::uint8_t { node = 1, registry = 2, inbox = 3 };
struct ParsedOrigin {
    LogClass log_class;
    std::string code;  ///< of the office whose key signs the log
};
/// What an origin says. Errors: verification, when it is no origin of ours.
[[nodiscard]] Result<ParsedOrigin> parse_origin(std::string_view origin);

}  // namespace motcua::sync

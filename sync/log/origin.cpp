#include "sync/log/origin.hpp"

#include <algorithm>
#include <vector>

#include "sync/act/content.hpp"

namespace motcua::sync {
namespace {

constexpr std::string_view prefix = "motcua";
constexpr std::size_t key_digits = 32;

std::string key_part(const PublicKey& key) { return to_hex(crypto::sha256(key.view()).view()).substr(0, key_digits); }

bool is_key_part(std::string_view text) {
    return text.size() == key_digits && std::ranges::all_of(text, [](char digit) {
               return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
           });
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> parts;
    for (std::size_t slash = text.find('/'); slash != std::string_view::npos; slash = text.find('/')) {
        parts.push_back(text.substr(0, slash));
        text.remove_prefix(slash + 1);
    }
    parts.push_back(text);
    return parts;
}

}  // namespace

std::string node_origin(std::string_view office_code, const PublicKey& log_key) {
    return std::string(prefix) + "/" + std::string(office_code) + "/" + key_part(log_key);
}

std::string registry_origin(std::string_view city_code, const PublicKey& registry_key) {
    return std::string(prefix) + "/" + std::string(city_code) + "/registry/" + key_part(registry_key);
}

std::string inbox_origin(std::string_view hub_code, const PublicKey& hub_log_key, std::string_view office_code) {
    return node_origin(hub_code, hub_log_key) + "/inbox/" + std::string(office_code);
}

LogId log_id(std::string_view origin, const PublicKey& log_key) {
    constexpr std::array separator{std::byte{0x0A}, std::byte{0x01}};
    return LogId{crypto::sha256({as_bytes(origin), separator, log_key.view()}).bytes};
}

crypto::VerifierKey log_verifier(std::string_view origin, const PublicKey& log_key) {
    return {std::string(origin), crypto::NoteKeyType::ed25519, log_key};
}

crypto::VerifierKey cosigner_verifier(std::string_view node_log_origin, const PublicKey& cosigner_key) {
    return {std::string(node_log_origin) + "/cosigner", crypto::NoteKeyType::cosignature, cosigner_key};
}

crypto::VerifierKey root_verifier(std::string_view registry_log_origin, const PublicKey& root_key) {
    return {std::string(registry_log_origin) + "/root", crypto::NoteKeyType::ed25519, root_key};
}

Result<ParsedOrigin> parse_origin(std::string_view origin) {
    const auto parts = split(origin);
    const bool ours = parts.size() >= 3 && parts[0] == prefix && is_office_code(parts[1]);
    if (ours && parts.size() == 3 && is_key_part(parts[2])) return ParsedOrigin{LogClass::node, std::string(parts[1])};
    if (ours && parts.size() == 4 && parts[2] == "registry" && is_key_part(parts[3])) {
        return ParsedOrigin{LogClass::registry, std::string(parts[1])};
    }
    if (ours && parts.size() == 5 && is_key_part(parts[2]) && parts[3] == "inbox" && is_office_code(parts[4])) {
        return ParsedOrigin{LogClass::inbox, std::string(parts[1])};
    }
    return fail(ErrorKind::verification, "'" + std::string(origin.substr(0, 200)) + "' is no origin of ours");
}

}  // namespace motcua::sync

#include "node/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "node/files.hpp"

namespace motcua::node {
namespace {

constexpr std::size_t key_file_bytes_max = 64 * 1024;

Result<crypto::Secret> load_secret(const std::filesystem::path& file, const crypto::Secret* passphrase) {
    auto bytes = read_whole_file(file, key_file_bytes_max);
    if (!bytes) return std::unexpected(std::move(bytes).error());
    auto secret = crypto::open_key(*bytes, passphrase);
    if (!secret) return fail(secret.error().kind, fmt::format("{}: {}", file.string(), secret.error().message));
    return secret;
}

}  // namespace

Result<void> write_key(const std::filesystem::path& file, const crypto::KeyLabel& label, const crypto::Secret& secret,
                       const crypto::Secret* passphrase, Random& random) {
    return create_file(file, crypto::seal_key(label, secret, passphrase, random));
}

std::filesystem::path key_path(const std::filesystem::path& directory, crypto::KeyRole role, ByteView public_key) {
    const auto keys = directory / "keys";
    switch (role) {
        case crypto::KeyRole::officer: return keys / fmt::format("officer-{}.key", to_hex(public_key.first(std::min<std::size_t>(8, public_key.size()))));
        case crypto::KeyRole::log: return keys / "log.key";
        case crypto::KeyRole::noise: return keys / "noise.key";
        case crypto::KeyRole::cosigner: return keys / "cosigner.key";
        case crypto::KeyRole::root: return keys / "root.key";
        case crypto::KeyRole::registry: return keys / "registry.key";
    }
    ensure(false, "every role of a key has its file");
    return {};
}

Result<crypto::SigningKey> load_signing_key(const std::filesystem::path& file, const crypto::Secret* passphrase) {
    auto secret = load_secret(file, passphrase);
    if (!secret) return std::unexpected(std::move(secret).error());
    auto key = crypto::SigningKey::from_seed(*secret);
    if (!key) return fail(ErrorKind::verification, fmt::format("{}: {}", file.string(), key.error().message));
    return key;
}

Result<crypto::NoiseKeyPair> load_noise_key(const std::filesystem::path& file, const crypto::Secret* passphrase) {
    auto secret = load_secret(file, passphrase);
    if (!secret) return std::unexpected(std::move(secret).error());
    auto pair = crypto::NoiseKeyPair::from_secret(*secret);
    if (!pair) return fail(ErrorKind::verification, fmt::format("{}: {}", file.string(), pair.error().message));
    return pair;
}

Result<std::vector<OfficerKeyFile>> list_officers(const std::filesystem::path& directory) {
    std::vector<OfficerKeyFile> officers;
    std::error_code trouble;
    std::filesystem::directory_iterator files(directory / "keys", trouble);
    if (trouble) return fail(ErrorKind::not_found, fmt::format("{} holds no keys; name the directory of a node", directory.string()));
    for (const auto& entry : files) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("officer-") || !name.ends_with(".key")) continue;
        auto bytes = read_whole_file(entry.path(), key_file_bytes_max);
        if (!bytes) return std::unexpected(std::move(bytes).error());
        auto sealed = crypto::read_key_label(*bytes);
        if (!sealed) return fail(ErrorKind::verification, fmt::format("{}: {}", entry.path().string(), sealed.error().message));
        officers.push_back({.file = entry.path(), .sealed = std::move(*sealed)});
    }
    std::ranges::sort(officers, [](const OfficerKeyFile& a, const OfficerKeyFile& b) {
        return std::tie(a.sealed.label.name, a.file) < std::tie(b.sealed.label.name, b.file);
    });
    return officers;
}

Result<OfficerKeyFile> pick_officer(const std::filesystem::path& directory, const std::optional<std::string>& name) {
    auto officers = list_officers(directory);
    if (!officers) return std::unexpected(std::move(officers).error());
    std::string names;
    std::vector<OfficerKeyFile> fitting;
    for (const auto& officer : *officers) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", officer.sealed.label.name);
        if (!name || officer.sealed.label.name == *name) fitting.push_back(officer);
    }
    if (fitting.size() == 1) return fitting.front();
    if (officers->empty()) return fail(ErrorKind::not_found, fmt::format("{} has no officer's key", directory.string()));
    if (fitting.empty()) return fail(ErrorKind::not_found, fmt::format("no officer \"{}\" in {}; there are: {}", *name, directory.string(), names));
    if (name) return fail(ErrorKind::refused, fmt::format("several officers in {} are named \"{}\"", directory.string(), *name));
    return fail(ErrorKind::refused, fmt::format("several officers have their keys in {}: {}; say which with --as NAME", directory.string(), names));
}

}  // namespace motcua::node

/// How a verb gets at the officer's key and at the node.

#include <fmt/core.h>

#include "cli/verb.hpp"

namespace motcua::cli {

Result<crypto::SigningKey> open_officer(const std::filesystem::path& directory, const std::optional<std::string>& as,
                                        const PassphraseOptions& options) {
    const auto officer = node::pick_officer(directory, as);
    if (!officer) return std::unexpected(officer.error());
    if (!officer->sealed.has_passphrase) return node::load_signing_key(officer->file, nullptr);
    const auto passphrase = read_passphrase(options, false, fmt::format("officer {}", officer->sealed.label.name), false);
    if (!passphrase) return std::unexpected(passphrase.error());
    return node::load_signing_key(officer->file, &*passphrase);
}

Result<node::Gateway> open_gateway(const std::filesystem::path& directory, const PassphraseOptions& options, Program& program) {
    const auto node_passphrase = [directory, options]() -> Result<std::optional<crypto::Secret>> {
        const auto config = node::Config::load(directory);
        if (!config) return std::unexpected(config.error());
        if (config->insecure) return std::nullopt;
        auto passphrase = read_passphrase(options, true, fmt::format("the node in {}", directory.string()), false);
        if (!passphrase) return std::unexpected(std::move(passphrase).error());
        return std::optional<crypto::Secret>(std::move(*passphrase));
    };
    return node::Gateway::open(directory, node_passphrase, program.environment);
}

}  // namespace motcua::cli

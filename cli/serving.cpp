#include "cli/serving.hpp"

#include <fmt/core.h>

#include "node/verify_pool.hpp"

namespace motcua::cli {

Result<void> serve_until_stopped(const ServingOptions& options, Program& program) {
    const auto config = node::Config::load(options.directory);
    if (!config) return std::unexpected(config.error());
    node::ServeOptions serve{.listen = std::nullopt, .stop_on_signals = true};
    if (options.listens) {
        auto address = node::Address::parse(options.listen.value_or(config->listen));
        if (!address) return std::unexpected(address.error());
        serve.listen = std::move(*address);
    }
    auto journal = node::Journal::open(*config, options.directory);
    if (!journal) return std::unexpected(journal.error());

    std::optional<crypto::Secret> passphrase;
    if (!config->insecure) {
        auto read = read_passphrase(options.passphrase, true, fmt::format("the node in {}", options.directory), false);
        if (!read) return std::unexpected(std::move(read).error());
        passphrase = std::move(*read);
    }
    // Many nodes' acts arrive here at once: their signatures are checked by all cores.
    node::VerifyPool checker;
    auto environment = program.environment;
    environment.checker = &checker;
    auto node = node::Node::open(options.directory, passphrase ? &*passphrase : nullptr, environment);
    if (!node) return std::unexpected(std::move(node).error());
    auto server = node::Server::start(std::move(*node), environment, std::move(*journal), serve);
    if (!server) return std::unexpected(std::move(server).error());
    if (const auto listening = server->listening()) fmt::print(stderr, "motcua: listening at {}\n", listening->text());
    else fmt::print(stderr, "motcua: keeping the link to {}\n", config->upstream);
    return server->run();
}

}  // namespace motcua::cli

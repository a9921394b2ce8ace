/// `motcua registry`: what the verbs under it share, and `publish`.

#include "cli/verbs/registry.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "node/rules/read.hpp"

namespace motcua::cli {
namespace {

constexpr const char* publish_help = R"(States the rules that motcua brings along: the procedures of a commune, the calendars of
2026 and 2027, the rule sets of reports. What stands already is passed over; nothing is
taken back. `motcua init` has done it, unless told not to.

Example:
  motcua registry publish /srv/hanoi --starter)";

// What a request to a running node may hold, with room for the rest of its frame.
constexpr std::size_t request_bytes_max = 900 * 1024;

Result<void> publish(const RegistryOptions& options, Program& program) {
    const auto done = state_in_registry(options, program, node::starter_entries());
    if (!done) return std::unexpected(done.error());
    std::size_t news = 0;
    for (const auto& stated : done->stated) {
        if (stated.outcome == node::StateRegistryDone::Outcome::refused) return fail(ErrorKind::refused, fmt::format("the registry does not take the starter: {}", stated.reason));
        news += stated.outcome == node::StateRegistryDone::Outcome::unchanged ? 0U : 1U;
    }
    fmt::print("{} stated, {} stood already\n", news, done->stated.size() - news);
    return {};
}

void add_publish(CLI::App& registry, Program& program) {
    struct PublishOptions : RegistryOptions {
        bool starter = false;
    };
    auto options = std::make_shared<PublishOptions>();
    auto* verb = registry.add_subcommand("publish", "At the city: state the rules that motcua brings along");
    verb->footer(publish_help);
    add_registry_options(*verb, *options);
    verb->add_flag("--starter", options->starter, "What is published")->required();
    verb->callback([options, &program] { program.run = [options, &program] { return publish(*options, program); }; });
}

}  // namespace

void add_registry_options(CLI::App& verb, RegistryOptions& options) {
    verb.add_option("CITYDIR", options.directory, "The city's directory")->required();
    verb.add_option("--as", options.as, "Sign as this officer, where there are several")->type_name("NAME");
    verb.add_flag("--dry-run", options.dry_run, "Say what would happen, and record nothing");
    add_passphrase_options(verb, options.passphrase, true);
}

Result<node::StateRegistryDone> state_in_registry(const RegistryOptions& options, Program& program, std::vector<node::RegistryEntry> entries) {
    const auto registrar = open_officer(options.directory, options.as, options.passphrase);
    if (!registrar) return std::unexpected(registrar.error());
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    node::StateRegistryDone all;
    for (std::size_t next = 0; next < entries.size();) {
        node::StateRegistry work{.entries = {}, .dry_run = options.dry_run};
        std::size_t bytes = 0;
        while (next < entries.size() && (bytes += cbor::encode(entries[next]).size()) <= request_bytes_max) work.entries.push_back(std::move(entries[next++]));
        ensure(!work.entries.empty(), "one act is far below what a request may hold");
        const auto answer = gateway->ask({.work = std::move(work), .officer_seed = registrar->seed()});
        if (!answer) return std::unexpected(answer.error());
        const auto* done = std::get_if<node::StateRegistryDone>(&*answer);
        if (done == nullptr) return fail(ErrorKind::internal, "the node answered with something else");
        all.stated.insert(all.stated.end(), done->stated.begin(), done->stated.end());
        all.registry_size = done->registry_size;
    }
    return all;
}

Result<sync::OfficeId> find_office(const sync::Registry& registry, std::string_view text) {
    const auto at = text.find('@');
    if (at == text.npos) {
        const auto* office = registry.find_office(text);
        if (office != nullptr) return office->id;
    } else {
        const auto day = node::parse_day(text.substr(at + 1));
        if (!day) return std::unexpected(day.error());
        const sync::OfficeId id{.code = std::string(text.substr(0, at)), .since_day = *day};
        if (registry.find_office(id) != nullptr) return id;
    }
    return fail(ErrorKind::not_found, fmt::format("the registry has no office {}", text));
}

Result<sync::NodeRecord> find_node(const sync::Registry& registry, std::string_view text) {
    std::vector<sync::NodeRecord> found;
    for (const auto& node : registry.nodes()) {
        if (node.origin == text || to_hex(node.log.view()) == text) return node;
        if (node.office.code == text && !registry.is_retired(node)) found.push_back(node);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) return fail(ErrorKind::not_found, fmt::format("the registry has no node {}", text));
    return fail(ErrorKind::usage, fmt::format("{} has {} nodes: say the origin of one, as in motcua registry show --kind offices", text, found.size()));
}

Result<sync::PublicKey> find_key(const sync::Registry& registry, std::string_view text) {
    constexpr std::size_t digits_min = 8;
    if (text.size() == 2 * sync::PublicKey::size) {
        const auto bytes = from_hex(text);
        if (!bytes) return fail(ErrorKind::usage, fmt::format("\"{}\" is no key: 64 hex digits, or the first {} or more", text, digits_min));
        return sync::PublicKey::from(*bytes);
    }
    std::vector<sync::PublicKey> found;
    for (const auto& officer : registry.officers()) {
        if (text.size() >= digits_min && to_hex(officer.key.view()).starts_with(text)) found.push_back(officer.key);
    }
    if (found.size() == 1) return found.front();
    if (text.size() < digits_min || found.size() > 1) return fail(ErrorKind::usage, fmt::format("\"{}\" is too short for a key: 64 hex digits, or the first {} or more", text, digits_min));
    return fail(ErrorKind::not_found, fmt::format("no officer's key begins with {}", text));
}

void add_registry(CLI::App& app, Program& program) {
    auto* registry = app.add_subcommand("registry", "Who exists and which rules hold: show it, and at the city change it");
    registry->require_subcommand(1);
    add_registry_show(*registry, program);
    add_registry_import(*registry, program);
    add_publish(*registry, program);
    add_registry_acts(*registry, program);
}

}  // namespace motcua::cli

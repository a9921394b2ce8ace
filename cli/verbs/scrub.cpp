/// `motcua scrub`: whether the disk has changed what was stored.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/verbs/dossier.hpp"
#include "node/keep/scrub.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Reads everything that is stored once, and finds what the disk has changed by itself: each act by its
signature and the hashes that follow it, each body by its hash, each checkpoint. What is damaged is
noted, is not handed on to anybody, and is asked for again at the next sync: of the node above, or,
at a hub, of those below. A serving node does the same by itself, slowly, once a day.

Exit code 5 when anything is damaged. For everything that can be proven: motcua audit verify.

Example:
  motcua scrub /srv/badinh && echo all as it was stored)";

constexpr std::size_t step_bytes = 4 << 20;
constexpr std::size_t noted_at_once = 256;

struct Options {
    std::string directory;
    bool json = false;
    PassphraseOptions passphrase;
};

struct Found {
    std::vector<node::Damage> damage;
    std::vector<std::string> beyond_repair;
    std::uint64_t bytes = 0;
};

Result<Found> read_all(node::Reader& reader) {
    node::Scrub scrub;
    Found found;
    while (true) {
        auto step = scrub.step(reader, step_bytes);
        if (!step) return std::unexpected(std::move(step).error());
        std::ranges::move(step->found, std::back_inserter(found.damage));
        std::ranges::move(step->beyond_repair, std::back_inserter(found.beyond_repair));
        found.bytes = scrub.bytes();
        if (::isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r{} MiB", found.bytes >> 20U);
        if (step->is_round_done) return found;
    }
}

Result<void> note(const Options& options, Program& program, const Found& found, std::uint64_t began_ms) {
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    node::NoteDamage work{.found = {}, .round_began_ms = std::nullopt};
    for (const auto& damage : found.damage) {
        work.found.push_back(damage);
        if (work.found.size() < noted_at_once) continue;
        if (auto noted = gateway->ask({.work = std::exchange(work, {})}); !noted) return std::unexpected(noted.error());
    }
    work.round_began_ms = began_ms;
    auto noted = gateway->ask({.work = std::move(work)});
    return noted ? Result<void>{} : std::unexpected(noted.error());
}

Result<void> scrub(const Options& options, Program& program) {
    const auto began_ms = static_cast<std::uint64_t>(program.environment.clock->wall().time_since_epoch().count());
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    const auto found = read_all(*reader);
    if (!found) return std::unexpected(found.error());
    nlohmann::json facts{{"bytes", found->bytes}, {"damaged", nlohmann::json::array()}, {"beyond_repair", found->beyond_repair}};
    for (const auto& damage : found->damage) {
        const auto row = reader->log(damage.log);
        if (!row) return std::unexpected(row.error());
        const auto origin = *row ? (*row)->head.origin : to_hex(damage.log.view());
        facts["damaged"].push_back({{"origin", origin}, {"part", node::name_of(damage.what())}, {"place", damage.place}, {"cause", damage.cause}});
        if (!options.json) fmt::print("DAMAGED {} {} {}: {}\n", origin, node::name_of(damage.what()), damage.place, damage.cause);
    }
    if (options.json) print_json(facts);
    else for (const auto& text : found->beyond_repair) fmt::print("DAMAGED {}: no peer can give it back; restore the newest backup: motcua restore\n", text);
    if (auto ok = note(options, program, *found, began_ms); !ok) return ok;
    const auto count = found->damage.size() + found->beyond_repair.size();
    if (count == 0) {
        if (!options.json) fmt::print("{} MiB of acts and bodies: all as it was stored.\n", found->bytes >> 20U);
        return {};
    }
    return fail(ErrorKind::verification, fmt::format("{} places are damaged on this disk; what peers have comes again with motcua sync {} --once. Have the disk looked at", count, options.directory));
}

}  // namespace

void add_scrub(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("scrub", "Whether the disk has changed what was stored");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_flag("--json", options->json, "One JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return scrub(*options, program); }; });
}

}  // namespace motcua::cli

/// `motcua rebuild`: derives every view anew from the logs.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Dossiers, verdicts and search keys are derived from the signed logs. This empties and
refills them, and prints the digest over all of them before and after. The two are equal
unless the views had been damaged, or a newer version derives more; the logs themselves
are not touched.

Example:
  motcua rebuild /srv/badinh)";

struct Options {
    std::string directory;
    bool json = false;
    PassphraseOptions passphrase;
};

Result<void> rebuild(const Options& options, Program& program) {
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    fmt::print(stderr, "rebuilding the views of {} ...\n", options.directory);
    const auto asked = gateway->ask({.work = node::Rebuild{}});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::RebuildDone>(*asked);
    const std::string before = to_hex(done.before.view()), after = to_hex(done.after.view());
    if (options.json) fmt::print("{}\n", nlohmann::json{{"before", before}, {"after", after}, {"acts", done.acts}}.dump());
    else fmt::print("before {}\nafter  {}\n{} acts\n", before, after, done.acts);
    return {};
}

}  // namespace

void add_rebuild(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("rebuild", "Derive all views anew from the logs");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_flag("--json", options->json, "Digests as one JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return rebuild(*options, program); }; });
}

}  // namespace motcua::cli

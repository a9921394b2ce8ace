/// `motcua init`: a city is born.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"
#include "node/rules/read.hpp"
#include "node/enrolment.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Makes a city in DIR: a root key, the registry with its first entry, the city's own
node and its first officer. DIR must be absent or empty; everything is made or nothing.

Prints the root verifier key on standard output, one line: publish it. It is all
that a stranger needs to check an export, and what a new node is told to trust.
Writes a second root key, for recovery, to a file of its own (DIR-recovery.key
beside DIR): carry it away and keep it where DIR's own keys are not.

The registry begins with the procedures of a commune, the calendars of 2026 and 2027 and
the rule sets of reports (--no-starter: without). Change them with motcua registry import.

Example:
  motcua init /srv/hanoi --city --code H26 --name "Thành phố Hà Nội" \
      --officer "Trần Văn Bình" --passphrase-file /root/pass > /srv/hanoi.root)";

struct Options {
    std::string directory, recovery_file;
    node::CitySetup setup{.code = {}, .name = {}, .officer_name = "Cán bộ 1", .rules = {}};
    bool city = false, insecure = false, json = false, no_starter = false;
    PassphraseOptions passphrase;
};

/// DIR-recovery.key beside DIR, whether or not DIR was written with a slash at its end.
std::filesystem::path default_recovery_file(const std::filesystem::path& directory) {
    auto path = std::filesystem::absolute(directory).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    path += "-recovery.key";
    return path;
}

Result<void> run(Options& options, Program& program) {
    if (!options.city)
        return fail(ErrorKind::usage, "init makes a city: say --city. A node of any other office begins with: motcua enrol request");
    const auto passphrase = choose_passphrase(options.passphrase, options.insecure, "the city's keys");
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto recovery = options.recovery_file.empty() ? default_recovery_file(options.directory) : std::filesystem::path(options.recovery_file);
    if (!options.no_starter) options.setup.rules = node::starter_entries();
    const auto root = node::init_city(options.directory, options.setup, recovery, *passphrase ? &**passphrase : nullptr, program.environment);
    if (!root) return std::unexpected(root.error());

    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"root", *root}, {"recovery_file", recovery.string()}, {"insecure", options.insecure}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}\n", *root);
    }
    fmt::print(stderr,
               "{} ({}) is set up in {}. The line on standard output is its root key: publish it.\n"
               "The recovery root key is in {}: move it to another place, offline.\n",
               options.setup.name, options.setup.code, options.directory, recovery.string());
    return {};
}

}  // namespace

void add_init(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("init", "Make a city: root key, registry, first officer");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "Directory to make")->required();
    verb->add_flag("--city", options->city, "What is made (an office below joins by enrol request)");
    verb->add_option("--code", options->setup.code, "The city's code, such as H26")->required();
    verb->add_option("--name", options->setup.name, "The city's name")->required();
    verb->add_option("--officer", options->setup.officer_name, "Name of the first officer, who is also registrar")->capture_default_str();
    verb->add_option("--recovery", options->recovery_file, "File for the recovery root key; never replaced")->type_name("FILE");
    verb->add_flag("--no-starter", options->no_starter, "Begin without procedures, calendars and rule sets");
    verb->add_flag("--insecure-no-passphrase", options->insecure, "Keep keys in the clear; remembered, and shown by status");
    verb->add_flag("--json", options->json, "Facts as one JSON object");
    add_passphrase_options(*verb, options->passphrase, false);
    verb->callback([options, &program] { program.run = [options, &program] { return run(*options, program); }; });
}

}  // namespace motcua::cli

/// `motcua doctor`: what is wrong with a node, and what to do about it.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"
#include "node/keep/doctor.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Looks at the keys, the disk, the database, the clock, the link upward and the nodes below, and says
what is wrong and what to do, the worst first. Reads only; needs no passphrase; a running node
goes on. For every signature and hash: motcua audit verify.

Exit code 0: nothing needs anybody. 4: something does not work until somebody acts.

Example:
  motcua doctor /srv/badinh)";

struct Options {
    std::string directory;
    bool json = false;
};

const char* mark_of(node::Severity severity) {
    switch (severity) {
        case node::Severity::well: return "ok     ";
        case node::Severity::note: return "note   ";
        case node::Severity::warning: return "WARNING";
        case node::Severity::trouble: return "TROUBLE";
    }
    return "";
}

Result<void> examine(const Options& options, Program& program) {
    const auto advices = node::examine(options.directory, *program.environment.clock);
    if (!advices) return std::unexpected(advices.error());
    const bool is_trouble = std::ranges::any_of(*advices, [](const node::Advice& advice) { return advice.severity == node::Severity::trouble; });
    if (options.json) {
        auto all = nlohmann::json::array();
        for (const auto& advice : *advices) {
            all.push_back({{"severity", node::name_of(advice.severity)}, {"about", advice.about}, {"what", advice.what}, {"what_to_do", advice.what_to_do}});
        }
        fmt::print("{}\n", all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        for (const auto& advice : *advices) {
            fmt::print("{} {:<10} {}\n", mark_of(advice.severity), advice.about, advice.what);
            if (!advice.what_to_do.empty()) fmt::print("{:18} -> {}\n", "", advice.what_to_do);
        }
    }
    if (is_trouble) return fail(ErrorKind::refused, "somebody has to act: see TROUBLE above");
    return {};
}

}  // namespace

void add_doctor(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("doctor", "What is wrong with a node, and what to do about it");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_flag("--json", options->json, "Findings as a JSON array");
    verb->callback([options, &program] { program.run = [options, &program] { return examine(*options, program); }; });
}

}  // namespace motcua::cli

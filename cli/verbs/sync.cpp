/// `motcua sync`: reconciles with the node above, once or until told to stop.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/serving.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Sends what the node above lacks, takes what it has for us, and keeps its cosignatures:
what it has cosigned is held there, fsynced. With --once it does so one time and prints a
summary; otherwise it keeps the link, dialling again when it is cut, until SIGTERM.

Works with and without a running serve. When the node above cannot be reached the exit
code is 6: nothing is lost, and the next sync goes on from there. When something was
refused or quarantined it is 5, and the causes are listed.

Example:
  motcua sync /srv/badinh --once)";

struct Options {
    ServingOptions serving{.directory = {}, .listens = false, .listen = {}, .passphrase = {}};
    bool once = false, json = false;
};

void tell(const node::SyncDone& done, bool json) {
    if (json) {
        const nlohmann::json facts{{"entries_sent", done.entries_sent},     {"entries_received", done.entries_received},
                                   {"bytes_sent", done.bytes_sent},         {"bytes_received", done.bytes_received},
                                   {"cosignatures", done.cosignatures_received}, {"refusals", done.refusals}};
        fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
    }
    fmt::print("level with the node above: sent {} entries ({} bytes), received {} entries ({} bytes), {} cosignatures\n", done.entries_sent,
               done.bytes_sent, done.entries_received, done.bytes_received, done.cosignatures_received);
    for (const auto& refusal : done.refusals) fmt::print("refused: {}\n", refusal);
}

Result<void> sync_once(const Options& options, Program& program) {
    auto gateway = open_gateway(options.serving.directory, options.serving.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    const auto done = gateway->ask({.work = node::SyncNow{}});
    if (!done) return std::unexpected(done.error());
    const auto& summary = std::get<node::SyncDone>(*done);
    tell(summary, options.json);
    if (!summary.refusals.empty())
        return fail(ErrorKind::verification, fmt::format("{} logs were refused; see the causes above and `motcua audit verify`", summary.refusals.size()));
    return {};
}

}  // namespace

void add_sync(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("sync", "Reconcile with the node above");
    verb->footer(help_text);
    verb->add_option("DIR", options->serving.directory, "The node's directory")->required();
    verb->add_flag("--once", options->once, "One reconciliation and a summary");
    verb->add_flag("--json", options->json, "The summary as one JSON object")->needs("--once");
    add_passphrase_options(*verb, options->serving.passphrase, true);
    verb->callback([options, &program] {
        program.run = [options, &program] { return options->once ? sync_once(*options, program) : serve_until_stopped(options->serving, program); };
    });
}

}  // namespace motcua::cli

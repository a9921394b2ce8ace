/// `motcua serve`: takes links from the nodes below and keeps one to the node above.

#include <CLI/CLI.hpp>

#include "cli/serving.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Runs until SIGTERM or SIGINT, then says goodbye to its peers, makes everything it took in
durable and exits with 0. Acts that are recorded here go up within a second while the
node above can be reached; while it cannot, nothing here waits for it.

Other verbs work on DIR meanwhile, through DIR/socket. DIR/listening holds the address,
also where port 0 asked for any free one.

Example:
  motcua serve /srv/hanoi --listen 0.0.0.0:7433)";

}  // namespace

void add_serve(CLI::App& app, Program& program) {
    auto options = std::make_shared<ServingOptions>();
    auto* verb = app.add_subcommand("serve", "Keep links to the nodes below and above until SIGTERM");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("--listen", options->listen, "Where nodes below connect; default: link.listen of motcua.toml")->type_name("HOST:PORT");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return serve_until_stopped(*options, program); }; });
}

}  // namespace motcua::cli

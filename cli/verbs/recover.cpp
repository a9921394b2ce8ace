/// `motcua recover`: what happened to a restored or cloned node, what to do, and the step by which it goes on.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/local_time.hpp"
#include "cli/verb.hpp"
#include "node/keep/next_log.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(A node that was restored from a backup, or whose disk was copied, records nothing: acts of its log may
be known elsewhere that are not here, and to write over them would make two histories of one office.
Without an option this tells what happened, what is here, and what to do next.

In order:
  motcua sync DIR --once        fetches from above what this node had recorded and sent since
  motcua recover DIR --go-on    a head of the office opens the next log of its line, under new keys;
                                from then on the office records again, at once, provisional until
  (carry DIR/enrol.request)     the city has approved it: motcua enrol approve CITYDIR enrol.request

Keep the old disk: what it recorded and never sent is on it alone.

Example:
  motcua recover /srv/badinh --go-on --as "Nguyễn Thị Lan")";

struct Options {
    std::string directory;
    bool go_on = false, nobody_can_be_reached = false, json = false;
    std::optional<std::string> as;
    PassphraseOptions passphrase;
};

void tell(const node::RecoveryState& state, const std::string& directory) {
    if (state.why.empty()) {
        fmt::print("{} is no restored copy: it records as it is, and there is nothing to recover.\n", directory);
        return;
    }
    fmt::print("What happened: {}.\n", state.why);
    fmt::print("What is here: {} entries of {}. Reading works.\n", state.size, state.origin);
    if (state.tail_known_at_ms) {
        fmt::print("What is above: nothing more; a node above said so on {}.\n", format_local_time(*state.tail_known_at_ms));
        fmt::print("What to do: motcua recover {} --go-on\n", directory);
    } else if (state.is_top) {
        fmt::print("What to do: let the hubs below sync once, so that they bring back the registry; then motcua recover {} --go-on --nobody-can-be-reached\n", directory);
    } else {
        fmt::print("What is above: not asked yet.\n");
        fmt::print("What to do: motcua sync {} --once; then ask again here.\n", directory);
    }
    fmt::print("Keep the old disk, if there is one: what it recorded and never sent is on it alone.\n");
}

Result<void> look(const Options& options) {
    const auto state = node::read_recovery(options.directory);
    if (!state) return std::unexpected(state.error());
    if (!options.json) {
        tell(*state, options.directory);
        return {};
    }
    nlohmann::json facts{{"halted", !state->why.empty()}, {"why", state->why}, {"origin", state->origin}, {"size", state->size}, {"tail_known_at_ms", nullptr}};
    if (state->tail_known_at_ms) facts["tail_known_at_ms"] = *state->tail_known_at_ms;
    fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return {};
}

Result<void> go_on(const Options& options, Program& program) {
    const auto file = node::pick_officer(options.directory, options.as);
    if (!file) return std::unexpected(file.error());
    const auto head = open_officer(options.directory, options.as, options.passphrase);
    if (!head) return std::unexpected(head.error());
    const auto config = node::Config::load(options.directory);
    if (!config) return std::unexpected(config.error());
    std::optional<crypto::Secret> passphrase;
    if (!config->insecure) {
        auto read = read_passphrase(options.passphrase, true, fmt::format("the node in {}", options.directory), false);
        if (!read) return std::unexpected(std::move(read).error());
        passphrase = std::move(*read);
    }
    const auto opened = node::open_next_log(options.directory, *head, file->sealed.label.name, options.nobody_can_be_reached, passphrase ? &*passphrase : nullptr,
                                            program.environment);
    if (!opened) return std::unexpected(opened.error());
    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"origin", opened->origin}, {"predecessor", opened->predecessor}, {"size", opened->size}, {"request", opened->request.string()}}.dump());
    } else {
        fmt::print("{}\n", opened->request.string());
    }
    fmt::print(stderr,
               "The office records again, in {}, which goes on where {} was left, after {} entries.\n"
               "Until the city has approved it, everything is shown as provisional: carry {} there, and show the registrar this key:\nkey {}\n",
               opened->origin, opened->predecessor, opened->size, opened->request.string(), to_hex(head->public_key().view()));
    return {};
}

}  // namespace

void add_recover(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("recover", "What happened to a restored node, and how it goes on");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    auto* go = verb->add_flag("--go-on", options->go_on, "Open the next log of its line; a head signs");
    verb->add_flag("--nobody-can-be-reached", options->nobody_can_be_reached, "Go on although no node above could be asked for more")->needs(go);
    verb->add_option("--as", options->as, "Sign as this officer, where there are several")->type_name("NAME")->needs(go);
    verb->add_flag("--json", options->json, "Facts as one JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] {
        program.run = [options, &program] { return options->go_on ? go_on(*options, program) : look(*options); };
    });
}

}  // namespace motcua::cli

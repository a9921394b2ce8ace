/// `motcua enrol request | approve | accept`: how an office's node comes under a city. Two files are carried by people:
/// the request upwards, the ticket (the whole registry) down.

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <map>

#include "cli/verbs/registry.hpp"
#include "node/enrolment.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::cli {
namespace {

constexpr std::size_t request_bytes_max = 64 * 1024;
constexpr std::size_t ticket_bytes_max = std::size_t{1} << 30U;

const std::map<std::string, sync::OfficeKind> kind_words{{"commune", sync::OfficeKind::commune},
                                                         {"hub", sync::OfficeKind::hub},
                                                         {"department", sync::OfficeKind::department},
                                                         {"vertical", sync::OfficeKind::vertical}};

// --- request ---

constexpr const char* request_help = R"(Makes a new node in DIR: its keys, and the key of the office's first officer (desk,
handler, head and admin). Nothing can be recorded until the city has approved it.
Writes DIR/enrol.request. It holds public keys and names, no secret: carry it to
the city in any way, and compare the officer's key, which both screens show: it signs
the whole request, so that no other request can pass for this one.

Where an office has lost its machine and every backup: ask anew with the same code, and tell the
city, which knows the lost log (enrol approve --continues). What had been sent comes back with the
first sync.

Example:
  motcua enrol request /srv/badinh --code H26.00004 --name "Phường Ba Đình" \
      --officer "Nguyễn Thị Lan")";

struct RequestOptions {
    std::string directory, kind = "commune", continues;
    node::NodeSetup setup{.code = {}, .name = {}, .officer_name = "Cán bộ 1"};
    bool insecure = false;
    PassphraseOptions passphrase;
};

Result<void> request(RequestOptions options, Program& program) {
    options.setup.kind = kind_words.at(options.kind);
    if (!options.continues.empty()) {
        const auto bytes = from_hex(options.continues);
        const auto log = bytes ? sync::LogId::from(*bytes) : fail(ErrorKind::usage, "");
        if (!log) return fail(ErrorKind::usage, "--continues takes a log id, 64 hex digits, as motcua status --json shows it at the city");
        options.setup.continues = *log;
    }
    const auto passphrase = choose_passphrase(options.passphrase, options.insecure, "the new node's keys");
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto done = node::request_enrolment(options.directory, options.setup, *passphrase ? &**passphrase : nullptr, program.environment);
    if (!done) return done;
    const auto file = std::filesystem::path(options.directory) / "enrol.request";
    const auto bytes = node::read_whole_file(file, request_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const auto asked = sync::open_request(*bytes);
    if (!asked) return std::unexpected(asked.error());
    fmt::print("{}\n", file.string());
    fmt::print(stderr, "key {}\n", to_hex(asked->officer_key.view()));
    fmt::print(stderr, "Carry this file to the city, which must see the same key; there: motcua enrol approve CITYDIR {} --parent CODE --out TICKET\n", file.filename().string());
    return {};
}

void add_request(CLI::App& enrol, Program& program) {
    auto options = std::make_shared<RequestOptions>();
    auto* verb = enrol.add_subcommand("request", "At the new office: make a node's keys and ask to be enrolled");
    verb->footer(request_help);
    verb->add_option("DIR", options->directory, "Directory to make")->required();
    verb->add_option("--code", options->setup.code, "The office's code, such as H26.00004")->required();
    verb->add_option("--name", options->setup.name, "The office's name")->required();
    verb->add_option("--kind", options->kind, "What the office is")
        ->check(CLI::IsMember({"commune", "hub", "department", "vertical"}))
        ->capture_default_str();
    verb->add_option("--officer", options->setup.officer_name, "Name of the office's first officer")->capture_default_str();
    verb->add_option("--continues", options->continues, "The lost log that it goes on for")->type_name("LOG");
    verb->add_flag("--insecure-no-passphrase", options->insecure, "Keep keys in the clear; remembered, and shown by status");
    add_passphrase_options(*verb, options->passphrase, false);
    verb->callback([options, &program] { program.run = [options, &program] { return request(*options, program); }; });
}

// --- approve ---

constexpr const char* approve_help = R"(At the city: checks a request (its keys signed it themselves) and signs office, node
and officer into the registry as one of the city's registrars. The registry goes to
every node at its next sync.
Shows the officer's key before it asks for a passphrase: go on only when the office says
the same one. Writes TICKET, the whole registry with the city's root key. It holds no secret.
A request for an officer of an office that exists (officer.request) needs neither
--parent nor --out: the officer can sign once his node has synced.

A node that goes on for a lost one (--continues, or its own request says so): the old log is closed
at what the city holds of it, or at what the node still has, and everything goes on in the new one.

Examples:
  motcua enrol approve /srv/hanoi badinh.request --parent H26 --out badinh.ticket
  motcua enrol approve /srv/hanoi again.request --continues H26.00004 --out again.ticket)";

struct ApproveOptions {
    std::string directory, request_file, parent, ticket_file, continues;
    std::optional<std::string> as;
    PassphraseOptions passphrase;
};

Result<void> approve(const ApproveOptions& options, Program& program) {
    auto request_bytes = node::read_whole_file(options.request_file, request_bytes_max);
    if (!request_bytes) return std::unexpected(request_bytes.error());
    const auto request = sync::open_request(*request_bytes);
    if (!request) return std::unexpected(request.error());
    const bool goes_on = !options.continues.empty() || request->continues;
    std::optional<sync::LogId> lost;
    if (!options.continues.empty()) {
        const auto stored = node::read_registry(options.directory);
        if (!stored) return std::unexpected(stored.error());
        const auto found = find_node(stored->registry, options.continues);
        if (!found) return std::unexpected(found.error());
        lost = found->log;
        fmt::print(stderr, "it is to go on for {}\n", found->origin);
    }
    const bool has_registry = request->continues && request->continues->size > 0;  // a restored node syncs
    if (request->node && ((options.parent.empty() && !goes_on) || (options.ticket_file.empty() && !has_registry)))
        return fail(ErrorKind::usage, "this is the request of a new node: say the office above it (--parent CODE) and where its ticket goes (--out FILE)");

    // Before a passphrase is asked for: at a terminal the registrar can still turn away. No name can pass for the key's line.
    fmt::print(stderr, "{} {} asks for officer {} ({}):\nkey {}\n", request->office_code, request->office_name, request->officer_name,
               sync::Roles{request->roles}.text(), to_hex(request->officer_key.view()));
    const auto registrar = open_officer(options.directory, options.as, options.passphrase);
    if (!registrar) return std::unexpected(registrar.error());
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    const node::Request approval{.work = node::Approve{.request = std::move(*request_bytes), .parent_code = options.parent, .continues = lost},
                                 .officer_seed = registrar->seed()};
    const auto done = gateway->ask(approval);
    if (!done) return std::unexpected(done.error());
    if (!options.ticket_file.empty()) {
        const auto written = node::replace_file(options.ticket_file, std::get<node::ApproveDone>(*done).ticket);
        if (!written) return written;
        fmt::print("{}\n", options.ticket_file);
    }
    fmt::print(stderr, "{} of {} stands in the registry.\n", request->officer_name, request->office_code);
    return {};
}

void add_approve(CLI::App& enrol, Program& program) {
    auto options = std::make_shared<ApproveOptions>();
    auto* verb = enrol.add_subcommand("approve", "At the city: sign a request into the registry");
    verb->footer(approve_help);
    verb->add_option("CITYDIR", options->directory, "The city's directory")->required();
    verb->add_option("REQUEST", options->request_file, "enrol.request or officer.request")->required();
    verb->add_option("--parent", options->parent, "Code of the office directly above")->type_name("CODE");
    verb->add_option("--continues", options->continues, "The lost node that it goes on for: CODE, origin or log id")->type_name("NODE");
    verb->add_option("--out", options->ticket_file, "Where to write the ticket")->type_name("TICKET");
    verb->add_option("--as", options->as, "Sign as this officer, where there are several")->type_name("NAME");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return approve(*options, program); }; });
}

// --- accept ---

constexpr const char* accept_help = R"(At the new office again: pins the city's root key, checks and stores the registry,
and opens the node's log. From here on the office works, with or without a network.
Give --root with the key that the city publishes, so that a false ticket is refused.
Writes DIR/motcua.toml; HOST:PORT is the sync port of the office above.

Example:
  motcua enrol accept /srv/badinh badinh.ticket --upstream hub.example.vn:7433)";

struct AcceptOptions {
    std::string directory, ticket_file, upstream;
    std::optional<std::string> root;
    PassphraseOptions passphrase;
};

Result<void> accept(const AcceptOptions& options, Program& program) {
    const auto ticket = node::read_whole_file(options.ticket_file, ticket_bytes_max);
    if (!ticket) return std::unexpected(ticket.error());
    const auto config = node::Config::load(options.directory);
    if (!config) return std::unexpected(config.error());
    std::optional<crypto::Secret> passphrase;
    if (!config->insecure) {
        auto read = read_passphrase(options.passphrase, true, fmt::format("the node in {}", options.directory), false);
        if (!read) return std::unexpected(std::move(read).error());
        passphrase = std::move(*read);
    }
    const auto done = node::accept_enrolment(options.directory, *ticket, options.upstream, options.root,
                                             passphrase ? &*passphrase : nullptr, program.environment);
    if (!done) return done;
    fmt::print(stderr, "{} ({}) is enrolled. It can record now; the office above is {}.\n", config->office_name, config->office_code,
               options.upstream);
    return {};
}

void add_accept(CLI::App& enrol, Program& program) {
    auto options = std::make_shared<AcceptOptions>();
    auto* verb = enrol.add_subcommand("accept", "At the new office: take the ticket, pin the root, open the log");
    verb->footer(accept_help);
    verb->add_option("DIR", options->directory, "The directory that made the request")->required();
    verb->add_option("TICKET", options->ticket_file, "The city's answer")->required();
    verb->add_option("--upstream", options->upstream, "Sync port of the office above")->required()->type_name("HOST:PORT");
    verb->add_option("--root", options->root, "Refuse any ticket of another root key")->type_name("VKEY");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return accept(*options, program); }; });
}

}  // namespace

void add_enrol(CLI::App& app, Program& program) {
    auto* enrol = app.add_subcommand("enrol", "Bring an office's node, or an officer, under a city");
    enrol->require_subcommand(1);
    enrol->footer("In order: request (at the new office), approve (at the city), accept (at the new office).");
    add_request(*enrol, program);
    add_approve(*enrol, program);
    add_accept(*enrol, program);
}

}  // namespace motcua::cli

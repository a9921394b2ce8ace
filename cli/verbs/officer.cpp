/// `motcua officer add|admit`: an officer's key is born at the officer's own node, and may sign there before the city answers.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/dossier.hpp"
#include "node/enrolment.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Makes a signing key for a new officer of this office. The key never leaves DIR; what
travels is a request that the key signed.
Writes DIR/officer.request for the city to approve (motcua enrol approve). In the
city's own DIR the officer is enrolled at once, by a registrar.
Said again for a NAME whose key is here, it asks again for the same key.

Roles: desk receives, handler works on dossiers, head decides, admin keeps the node,
auditor reads and proves, registrar (at the city) signs the registry.

Example:
  motcua officer add /srv/badinh "Lê Văn Nam" --roles desk,handler)";

constexpr const char* admit_help = R"(A head lets the officer of a request sign at this office at once, while the city cannot be
reached: with the roles that the request asks for, none that the head does not hold, and
in this node's log alone. What the officer signs is shown as provisional. It holds until
the registry here lists or revokes the key: then the registry alone decides, and what was
signed before stands as it is. Carry the request to the city all the same.

Example:
  motcua officer add /srv/badinh "Lê Văn Nam" --roles desk,handler
  motcua officer admit /srv/badinh /srv/badinh/officer.request --as "Nguyễn Thị Lan")";

struct Options {
    std::string directory, name, roles;
    std::optional<std::string> registrar;
    bool json = false;
    PassphraseOptions passphrase, registrar_passphrase;
};

struct OfficerKey {
    crypto::SigningKey key;
    std::filesystem::path file;
    bool is_new;
};

Result<OfficerKey> open_existing(const Options& options, const node::OfficerKeyFile& officer) {
    std::optional<crypto::Secret> passphrase;
    if (officer.sealed.has_passphrase) {
        auto read = read_passphrase(options.passphrase, false, fmt::format("officer {}", options.name), false);
        if (!read) return std::unexpected(std::move(read).error());
        passphrase = std::move(*read);
    }
    auto key = node::load_signing_key(officer.file, passphrase ? &*passphrase : nullptr);
    if (!key) return std::unexpected(std::move(key).error());
    return OfficerKey{.key = std::move(*key), .file = officer.file, .is_new = false};
}

Result<OfficerKey> make_key(const Options& options, bool insecure, Random& random) {
    const auto passphrase = choose_passphrase(options.passphrase, insecure, fmt::format("the new officer {}", options.name));
    if (!passphrase) return std::unexpected(passphrase.error());
    auto key = crypto::SigningKey::generate(random);
    const crypto::KeyLabel label{.role = crypto::KeyRole::officer, .name = options.name, .public_key = to_bytes(key.public_key().view())};
    auto file = node::key_path(options.directory, crypto::KeyRole::officer, key.public_key().view());
    const auto written = node::write_key(file, label, key.seed(), *passphrase ? &**passphrase : nullptr, random);
    if (!written) return std::unexpected(written.error());
    return OfficerKey{.key = std::move(key), .file = std::move(file), .is_new = true};
}

Result<OfficerKey> open_or_make_key(const Options& options, bool insecure, Random& random) {
    const auto officers = node::list_officers(options.directory);
    if (!officers) return std::unexpected(officers.error());
    for (const auto& officer : *officers)
        if (officer.sealed.label.name == options.name) return open_existing(options, officer);
    return make_key(options, insecure, random);
}

/// Where only one passphrase is given it serves both; at a terminal two people are asked, each for his own.
const PassphraseOptions& passphrase_of_registrar(const Options& options) {
    const auto given = [](const PassphraseOptions& passphrase) { return !passphrase.file.empty() || passphrase.fd >= 0; };
    return given(options.registrar_passphrase) || !given(options.passphrase) ? options.registrar_passphrase : options.passphrase;
}

/// A city signs its own officers in.
Result<void> enrol_here(const Options& options, Bytes request, Program& program, const crypto::SigningKey& registrar,
                        const PassphraseOptions& registrar_passphrase) {
    auto gateway = open_gateway(options.directory, registrar_passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    const node::Request approval{.work = node::Approve{.request = std::move(request), .parent_code = {}}, .officer_seed = registrar.seed()};
    const auto done = gateway->ask(approval);
    if (!done) return std::unexpected(done.error());
    return {};
}

void tell(const Options& options, const OfficerKey& officer, sync::Roles roles, const std::optional<std::filesystem::path>& request) {
    const auto key = to_hex(officer.key.public_key().view());
    if (options.json) {
        nlohmann::json facts{{"name", options.name}, {"key", key}, {"roles", roles.text()}, {"request", nullptr}};
        if (request) facts["request"] = request->string();
        fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else if (request) {
        fmt::print("{}\n", request->string());
    } else {
        fmt::print("{}\n", key);
    }
    if (request) {
        fmt::print(stderr, "key {}\n", key);
        fmt::print(stderr, "Carry this file to the city, which must see the same key; there: motcua enrol approve CITYDIR {}\n",
                   request->filename().string());
        return;
    }
    fmt::print(stderr, "{} ({}) is enrolled; the key above signs from now on.\n", options.name, roles.text());
}

Result<void> add(const Options& options, Program& program) {
    const auto roles = sync::Roles::parse(options.roles);
    if (!roles) return std::unexpected(roles.error());
    if (auto ok = node::check_name("the officer's name", options.name); !ok) return ok;
    const auto config = node::Config::load(options.directory);
    if (!config) return std::unexpected(config.error());
    const bool is_city = std::filesystem::exists(node::key_path(options.directory, crypto::KeyRole::registry, {}));

    // The registrar first: while the new key is not there yet, "the only officer of DIR" has a meaning.
    std::optional<crypto::SigningKey> registrar;
    const auto& registrar_passphrase = passphrase_of_registrar(options);
    if (is_city) {
        auto opened = open_officer(options.directory, options.registrar, registrar_passphrase);
        if (!opened) return std::unexpected(std::move(opened).error());
        registrar = std::move(*opened);
    }
    const auto officer = open_or_make_key(options, config->insecure, *program.environment.random);
    if (!officer) return std::unexpected(officer.error());

    const sync::EnrolRequest request{.office_code = config->office_code,
                                     .office_name = config->office_name,
                                     .office_kind = is_city ? sync::OfficeKind::city : sync::OfficeKind::commune,
                                     .node = std::nullopt,
                                     .officer_key = officer->key.public_key(),
                                     .officer_name = options.name,
                                     .roles = roles->bits};
    auto request_bytes = sync::sign_request(request, nullptr, officer->key);
    if (registrar) {
        auto enrolled = enrol_here(options, std::move(request_bytes), program, *registrar, registrar_passphrase);
        if (!enrolled) {
            // A key that nobody knows would only make "the only officer of DIR" ambiguous.
            if (officer->is_new) std::filesystem::remove(officer->file);
            return enrolled;
        }
        tell(options, *officer, *roles, std::nullopt);
        return {};
    }
    const auto file = std::filesystem::path(options.directory) / "officer.request";
    const auto written = node::replace_file(file, request_bytes);
    if (!written) return written;
    tell(options, *officer, *roles, file);
    return {};
}

struct AdmitOptions {
    std::string directory, request;
    std::optional<std::string> head;
    bool json = false;
    PassphraseOptions passphrase;
};

Result<void> admit(const AdmitOptions& options, Program& program) {
    auto request = node::read_whole_file(options.request, 64U << 10U);
    if (!request) return std::unexpected(std::move(request).error());
    const SignedWork work{options.directory, options.head, options.passphrase};
    const auto asked = work.ask(program, node::Admit{.request = *std::move(request)});
    if (!asked) return std::unexpected(asked.error());
    const auto& done = std::get<node::AdmitDone>(*asked);
    const auto key = to_hex(done.key.view());
    const auto roles = sync::Roles{done.roles}.text();
    if (options.json) print_json({{"name", done.name}, {"key", key}, {"roles", roles}, {"act", to_hex(done.act.view())}});
    else fmt::print("{}\n", key);
    fmt::print(stderr, "{} ({}) may sign here, provisionally, until the city answers the request.\n", done.name, roles);
    return {};
}

}  // namespace

void add_officer(CLI::App& app, Program& program) {
    auto* officer = app.add_subcommand("officer", "Officers of this office");
    officer->require_subcommand(1);
    auto options = std::make_shared<Options>();
    auto* verb = officer->add_subcommand("add", "Make an officer's key and ask the city to enrol it");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The office's directory")->required();
    verb->add_option("NAME", options->name, "The officer's name, used with --as")->required();
    verb->add_option("--roles", options->roles, "Any of desk,handler,head,admin,auditor,registrar")->required();
    verb->add_option("--as", options->registrar, "At the city: the registrar who signs, where there are several")->type_name("NAME");
    verb->add_flag("--json", options->json, "Facts as one JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->add_option("--registrar-passphrase-file", options->registrar_passphrase.file, "At the city: the registrar's, where it is another")
        ->type_name("FILE");
    verb->add_option("--registrar-passphrase-fd", options->registrar_passphrase.fd, "The same from an inherited descriptor")->type_name("N");
    verb->callback([options, &program] { program.run = [options, &program] { return add(*options, program); }; });

    const auto admitted = std::make_shared<AdmitOptions>();
    auto* admit_verb = officer->add_subcommand("admit", "Let an officer sign here while the city cannot be reached");
    admit_verb->footer(admit_help);
    admit_verb->add_option("DIR", admitted->directory, "The office's directory")->required();
    admit_verb->add_option("REQUEST", admitted->request, "The officer's request, as `officer add` wrote it")->required();
    admit_verb->add_option("--as", admitted->head, "The head who signs, where there are several officers")->type_name("NAME");
    admit_verb->add_flag("--json", admitted->json, "Facts as one JSON object");
    add_passphrase_options(*admit_verb, admitted->passphrase, true);
    admit_verb->callback([admitted, &program] { program.run = [admitted, &program] { return admit(*admitted, program); }; });
}

}  // namespace motcua::cli

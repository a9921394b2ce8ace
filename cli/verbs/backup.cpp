/// `motcua backup` and `motcua restore`: a node's directory as one sealed file, and back.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/local_time.hpp"
#include "cli/verb.hpp"
#include "node/keep/backup.hpp"

namespace motcua::cli {
namespace {

constexpr const char* make_help = R"(Copies the node in DIR into one sealed FILE, while the node goes on working. It holds the
database, the settings and the keys as they lie there, each still under its own passphrase.

The file is sealed under a passphrase of its own, or with --to to a key whose secret half is
kept elsewhere (made once by motcua backup key), so that a nightly job needs no secret.

Example:
  motcua backup make /srv/badinh /mnt/usb/badinh-1211.motcua --to 5f3d…)";

constexpr const char* verify_help = R"(Reads all of FILE and checks every signature, hash and view that it holds, as motcua audit verify
would after restoring it. Needs room for a copy beside FILE, which is removed again.

Exit code 0: it can be restored. 5: it is damaged; the findings say where.

Example:
  motcua backup verify /mnt/usb/badinh-1211.motcua --passphrase-file /root/backup.pass)";

constexpr const char* key_help = R"(Makes a key pair for backups: the secret half goes to FILE, under a passphrase, and belongs in a
safe; the public half is printed, and is what motcua backup make --to takes.

Example:
  motcua backup key /media/safe/backup.key)";

constexpr const char* restore_help = R"(Makes DIR of the backup FILE: everything or nothing; DIR must be absent or empty.

The node in it knows that it is a restored copy. Reading works at once. Recording does not, until
it has fetched from above what it had recorded since the backup, and goes on in a new log:
see motcua recover.

Example:
  motcua restore /mnt/usb/badinh-1211.motcua /srv/badinh)";

struct Options {
    std::string directory, file, to, key_file;
    bool insecure = false, json = false;
    PassphraseOptions passphrase;
};

Result<crypto::NoiseKey> recipient_of(const std::string& hex) {
    const auto bytes = from_hex(hex);
    auto key = bytes ? crypto::NoiseKey::from(*bytes) : Result<crypto::NoiseKey>(std::unexpected(bytes.error()));
    if (!key) return fail(ErrorKind::usage, "--to takes the 64 hex digits that motcua backup key printed");
    return key;
}



nlohmann::json to_json(const node::BackupManifest& manifest) {
    return {{"origin", manifest.origin}, {"taken_at_ms", manifest.taken_at_ms}, {"acts", manifest.own_size}, {"registry", manifest.registry_size}};
}

// --- make ---

Result<void> make(const Options& options, Program& program) {
    auto& random = *program.environment.random;
    const auto sealer = [&]() -> Result<crypto::StreamSealer> {
        if (!options.to.empty()) {
            const auto recipient = recipient_of(options.to);
            if (!recipient) return std::unexpected(recipient.error());
            return crypto::StreamSealer::for_recipient("backup", *recipient, random);
        }
        const auto passphrase = read_passphrase(options.passphrase, false, "this backup", true);
        if (!passphrase) return std::unexpected(passphrase.error());
        return crypto::StreamSealer::for_passphrase("backup", *passphrase, random);
    };
    auto sealed = sealer();
    if (!sealed) return std::unexpected(std::move(sealed).error());
    const auto made = node::back_up(options.directory, options.file, std::move(*sealed), *program.environment.clock, random);
    if (!made) return std::unexpected(made.error());
    if (options.json) fmt::print("{}\n", to_json(*made).dump());
    else fmt::print("{}: {} acts of {}, registry {}\n", options.file, made->own_size, made->origin, made->registry_size);
    return {};
}

// --- what opens one ---

/// Asks for what the file says it needs, and hands it to `work`.
template <class Work>
auto with_key(const Options& options, Work work) -> decltype(work(node::OpeningKey())) {
    const auto head = node::SealedFileReader::head_of(options.file);
    if (!head) return std::unexpected(head.error());
    if (!head->recipient) {
        const auto passphrase = read_passphrase(options.passphrase, false, options.file, false);
        if (!passphrase) return std::unexpected(passphrase.error());
        return work(&*passphrase);
    }
    if (options.key_file.empty()) return fail(ErrorKind::usage, fmt::format("{} is sealed to the key {}: say --key FILE", options.file, to_hex(head->recipient->view())));
    const auto bytes = node::read_whole_file(options.key_file, 4096);
    if (!bytes) return std::unexpected(bytes.error());
    const auto label = crypto::read_key_label(*bytes);
    if (!label) return std::unexpected(label.error());
    std::optional<crypto::Secret> passphrase;
    if (label->has_passphrase) {
        auto read = read_passphrase(options.passphrase, false, options.key_file, false);
        if (!read) return std::unexpected(read.error());
        passphrase = std::move(*read);
    }
    const auto key = node::load_noise_key(options.key_file, passphrase ? &*passphrase : nullptr);
    if (!key) return std::unexpected(key.error());
    return work(&*key);
}

Result<void> verify(const Options& options, Program& program) {
    const auto verified = with_key(options, [&](node::OpeningKey key) {
        return node::verify_backup(options.file, key, *program.environment.checker, *program.environment.random);
    });
    if (!verified) return std::unexpected(verified.error());
    const auto& findings = verified->report.findings.all();
    if (options.json) {
        auto all = to_json(verified->manifest);
        all["findings"] = nlohmann::json::array();
        for (const auto& finding : findings) all["findings"].push_back({{"log", finding.origin}, {"place", node::name_of(finding.place)}, {"cause", finding.cause}});
        fmt::print("{}\n", all.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{}: taken {}, {} acts of {}, {} logs\n", options.file, format_local_time(verified->manifest.taken_at_ms), verified->manifest.own_size,
                   verified->manifest.origin, verified->report.logs.size());
        for (const auto& finding : findings) fmt::print("{}: {}: {}\n", finding.origin, node::name_of(finding.place), finding.cause);
    }
    if (!findings.empty()) return fail(ErrorKind::verification, fmt::format("{} is damaged inside; keep another backup", options.file));
    return {};
}

Result<void> restore(const Options& options, Program& program) {
    const auto restored = with_key(options, [&](node::OpeningKey key) {
        return node::restore_backup(options.file, key, options.directory, *program.environment.random);
    });
    if (!restored) return std::unexpected(restored.error());
    if (options.json) fmt::print("{}\n", to_json(*restored).dump());
    fmt::print(stderr,
               "{} is restored as it was on {}: {} acts of {}.\n"
               "It can be read. What was recorded after that day and had reached the node above comes back from there; what had not is\n"
               "on the old disk, if that can still be read: keep it. To go on recording: motcua recover {}\n",
               options.directory, format_local_time(restored->taken_at_ms), restored->own_size, restored->origin, options.directory);
    return {};
}

Result<void> make_key(const Options& options, Program& program) {
    const auto passphrase = choose_passphrase(options.passphrase, options.insecure, "the backup key");
    if (!passphrase) return std::unexpected(passphrase.error());
    const auto key = crypto::NoiseKeyPair::generate(*program.environment.random);
    const crypto::KeyLabel label{.role = crypto::KeyRole::noise, .name = "backup", .public_key = to_bytes(key.public_key().view())};
    auto written = node::write_key(options.file, label, key.secret(), *passphrase ? &**passphrase : nullptr, *program.environment.random);
    if (!written) return written;
    fmt::print("{}\n", to_hex(key.public_key().view()));
    return {};
}

void add_key_option(CLI::App& verb, Options& options) {
    verb.add_option("--key", options.key_file, "The key that it is sealed to (motcua backup key)")->type_name("FILE");
}

}  // namespace

void add_backup(CLI::App& app, Program& program) {
    auto* backup = app.add_subcommand("backup", "Copy a node into one sealed file, and check it");
    backup->require_subcommand(1);
    {
        auto options = std::make_shared<Options>();
        auto* verb = backup->add_subcommand("make", "Back a node up, while it goes on working");
        verb->footer(make_help);
        verb->add_option("DIR", options->directory, "The node's directory")->required();
        verb->add_option("FILE", options->file, "The backup to write; never replaced")->required();
        verb->add_option("--to", options->to, "Seal it to this public key instead of a passphrase")->type_name("KEY");
        verb->add_flag("--json", options->json, "Facts as one JSON object");
        add_passphrase_options(*verb, options->passphrase, false);
        verb->callback([options, &program] { program.run = [options, &program] { return make(*options, program); }; });
    }
    {
        auto options = std::make_shared<Options>();
        auto* verb = backup->add_subcommand("verify", "Check all that a backup holds, without restoring it");
        verb->footer(verify_help);
        verb->add_option("FILE", options->file, "The backup")->required();
        verb->add_flag("--json", options->json, "Facts and findings as one JSON object");
        add_key_option(*verb, *options);
        add_passphrase_options(*verb, options->passphrase, false);
        verb->callback([options, &program] { program.run = [options, &program] { return verify(*options, program); }; });
    }
    {
        auto options = std::make_shared<Options>();
        auto* verb = backup->add_subcommand("key", "Make a key pair for backups");
        verb->footer(key_help);
        verb->add_option("FILE", options->file, "For the secret half; never replaced")->required();
        verb->add_flag("--insecure-no-passphrase", options->insecure, "Keep it in the clear");
        add_passphrase_options(*verb, options->passphrase, false);
        verb->callback([options, &program] { program.run = [options, &program] { return make_key(*options, program); }; });
    }
}

void add_restore(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("restore", "Make a node's directory of a backup");
    verb->footer(restore_help);
    verb->add_option("FILE", options->file, "The backup")->required();
    verb->add_option("DIR", options->directory, "Directory to make")->required();
    verb->add_flag("--json", options->json, "Facts as one JSON object");
    add_key_option(*verb, *options);
    add_passphrase_options(*verb, options->passphrase, false);
    verb->callback([options, &program] { program.run = [options, &program] { return restore(*options, program); }; });
}

}  // namespace motcua::cli

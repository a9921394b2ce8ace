#pragma once
/// What every verb shares. A file a verb in cli/verbs; each adds its subcommand to the parser and returns an exit code.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/control/gateway.hpp"
#include "node/files.hpp"

namespace CLI {
class App;
}

namespace motcua::cli {

/// Where passphrases come from: a file, an inherited descriptor, or a prompt on a terminal; never argv. Without a
/// terminal no verb prompts. The node's passphrase defaults to the officer's.
/// A descriptor can be read only once, and nobody is asked twice: copies of the options share what was read.
struct RememberedPassphrases;
struct PassphraseOptions {
    PassphraseOptions();
    std::string file, node_file;
    int fd = -1, node_fd = -1;
    std::shared_ptr<RememberedPassphrases> remembered;
};

/// The running program: the world's parts, and the body of the verb that was chosen.
struct Program {
    node::NodeEnvironment environment;
    /// Set by the chosen verb's callback; run after parsing. Returns the exit code's error, or nothing when done.
    std::function<Result<void>()> run;
};

/// Adds --passphrase-file, --passphrase-fd (and, with `node_too`, --node-passphrase-file, --node-passphrase-fd).
void add_passphrase_options(CLI::App& verb, PassphraseOptions& options, bool node_too);
/// `what` is named in the prompt ("officer Nguyễn An"). `confirm` asks twice. Errors: usage, when there is no source and no terminal.
[[nodiscard]] Result<crypto::Secret> read_passphrase(const PassphraseOptions& options, bool node_key, const std::string& what, bool confirm);

/// Opens the officer's key: the only one of the directory, or `--as NAME`.
[[nodiscard]] Result<crypto::SigningKey> open_officer(const std::filesystem::path& directory, const std::optional<std::string>& as,
                                                      const PassphraseOptions& options);
/// The gateway of a verb that changes a node.
[[nodiscard]] Result<node::Gateway> open_gateway(const std::filesystem::path& directory, const PassphraseOptions& options, Program& program);

/// For the keys of a new node or officer: a passphrase, asked twice, or nothing where `insecure`, which is said aloud.
[[nodiscard]] Result<std::optional<crypto::Secret>> choose_passphrase(const PassphraseOptions& options, bool insecure, const std::string& what);

// One function a file in cli/verbs.
void add_init(CLI::App& app, Program& program);
void add_enrol(CLI::App& app, Program& program);
void add_officer(CLI::App& app, Program& program);
void add_registry(CLI::App& app, Program& program);
void add_serve(CLI::App& app, Program& program);
void add_sync(CLI::App& app, Program& program);
void add_bundle(CLI::App& app, Program& program);
void add_dossier(CLI::App& app, Program& program);
void add_book(CLI::App& app, Program& program);
void add_receipt(CLI::App& app, Program& program);
void add_lookup(CLI::App& app, Program& program);
void add_import(CLI::App& app, Program& program);
void add_status(CLI::App& app, Program& program);
void add_audit(CLI::App& app, Program& program);
void add_report(CLI::App& app, Program& program);
void add_rebuild(CLI::App& app, Program& program);
void add_backup(CLI::App& app, Program& program);
void add_restore(CLI::App& app, Program& program);
void add_recover(CLI::App& app, Program& program);
void add_adopt(CLI::App& app, Program& program);
void add_scrub(CLI::App& app, Program& program);
void add_doctor(CLI::App& app, Program& program);

}  // namespace motcua::cli

/// The one executable: parses the command line, runs the verb that was chosen, and turns what went wrong into an exit
/// code. Every exception that a library throws ends here.

#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <sodium.h>

#include "cli/verb.hpp"
#include "node/clock.hpp"
#include "node/verify_pool.hpp"

namespace motcua::cli {
namespace {

constexpr const char* footer_text = R"(Exit codes:
  0  done
  1  internal error
  2  usage: an option, a name or an input file that cannot be meant
  3  not found
  4  refused, by a rule or by the peer; part of an import was rejected
  5  verification failed, or something is quarantined
  6  the peer cannot be reached
  7  storage: disk or database
  8  busy: another process has the node; try again later

`motcua VERB --help` says what a verb does and writes, with an example.)";

int report(ErrorKind kind, const char* message) {
    std::fflush(stdout);  // so that what was found stands before what it means
    std::fprintf(stderr, "motcua: %s\n", message);
    return static_cast<int>(kind);
}

void add_verbs(CLI::App& app, Program& program) {
    app.name("motcua");
    app.description("motcua: signed, provable records for one-stop desks that work with or without a network.");
    app.footer(footer_text);
    app.set_version_flag("--version", "motcua " MOTCUA_VERSION);
    app.require_subcommand(1);
    add_init(app, program);
    add_enrol(app, program);
    add_officer(app, program);
    add_registry(app, program);
    add_serve(app, program);
    add_sync(app, program);
    add_bundle(app, program);
    add_dossier(app, program);
    add_book(app, program);
    add_receipt(app, program);
    add_lookup(app, program);
    add_import(app, program);
    add_status(app, program);
    add_audit(app, program);
    add_report(app, program);
    add_rebuild(app, program);
    add_backup(app, program);
    add_restore(app, program);
    add_recover(app, program);
    add_adopt(app, program);
    add_scrub(app, program);
    add_doctor(app, program);
    app.set_help_all_flag("--help-all", "The help of every verb");  // last, or every verb inherits it
}

/// CLI11 has its own exit codes (100 and up); ours is 2, and 0 for help and version, which it prints itself.
int parse(CLI::App& app, int count, char** words) {
    try {
        app.parse(count, words);
        return 0;
    } catch (const CLI::Success& success) {
        app.exit(success);
        return -1;
    } catch (const CLI::ParseError& error) {
        return report(ErrorKind::usage, error.what());
    }
}

int run(int count, char** words) {
    const node::SystemClock clock;
    node::SystemRandom random;
    node::VerifyPool checker;
    Program program{.environment = {.clock = &clock, .random = &random, .checker = &checker}, .run = {}};
    CLI::App app;
    add_verbs(app, program);
    if (const int code = parse(app, count, words); code != 0) return code < 0 ? 0 : code;
    if (!program.run) return report(ErrorKind::usage, "which verb? See motcua --help");
    const auto done = program.run();
    return done ? 0 : report(done.error().kind, done.error().message.c_str());
}

}  // namespace
}  // namespace motcua::cli

int main(int count, char** words) {
    using motcua::ErrorKind;
    // A reader of our output or a peer that goes away is an error of that write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) return motcua::cli::report(ErrorKind::internal, "libsodium cannot start on this machine");
    try {
        const int code = motcua::cli::run(count, words);
        if (std::fflush(stdout) != 0 && code == 0)
            return motcua::cli::report(ErrorKind::storage, "standard output could not be written");
        return code;
    } catch (const std::bad_alloc&) {
        return motcua::cli::report(ErrorKind::internal, "out of memory");
    } catch (const std::exception& error) {
        return motcua::cli::report(ErrorKind::internal, error.what());
    } catch (...) {
        return motcua::cli::report(ErrorKind::internal, "an exception of an unknown type");
    }
}

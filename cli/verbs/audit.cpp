/// `motcua audit verify|export|act`; codes, evidence and times have their own files: proof of what was recorded, here or anywhere.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "cli/verbs/audit.hpp"
#include "node/audit/export.hpp"
#include "node/audit/find_act.hpp"
#include "node/audit/verify.hpp"
#include "node/files.hpp"

namespace motcua::cli {
namespace {

constexpr const char* verify_help = R"help(Checks every signature, hash, root and cosignature anew, that nothing was cut off or
exchanged, and that what is shown of dossiers is what the logs give (not with --log).
Trusts nothing but the city's root key: of DIR, the one that motcua.toml pins; of an
export, the one that you give. Changes nothing and needs no passphrase; a running node
goes on. Exit code 5 when anything is wrong; each finding names log, position, cause.

With --since, a checkpoint file that you kept from an earlier export, the log of that
name must contain it: so an export that was cut back or rewritten shows.

Examples:
  motcua audit verify /srv/hanoi
  motcua audit verify --from /media/usb/export --root "$(cat hanoi.vkey)" --since kept/checkpoint)help";

constexpr const char* export_help = R"(Writes every log as a C2SP tlog-tiles tree that anyone's tools read, at full size:
  OUT/<origin>/checkpoint              the signed checkpoint with its cosignatures
  OUT/<origin>/vkey                    the key that signs it
  OUT/<origin>/tile/<L>/<N>[.p/<W>]    hashes
  OUT/<origin>/tile/entries/<N>[.p/<W>] the acts
Bodies (names, numbers, addresses, free text) are not exported: acts hold only their
hashes, so the export proves what was recorded without telling about whom.

OUT must be absent, empty, or an earlier export of this node, which is then extended: an
earlier checkpoint stays valid until the new one is in place.

Example:
  motcua audit export /srv/hanoi /media/usb/export)";

constexpr const char* act_help = R"(Writes one act to a file, byte for byte as it was signed: a COSE_Sign1 envelope that any
COSE tool verifies. Prints the signer's Ed25519 public key, 64 hex digits.

Examples:
  motcua audit act /srv/hanoi motcua/H26.00004/6b0f...:12 --out act.cose
  motcua audit act /srv/hanoi 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef --out act.cose)";

struct VerifyOptions {
    std::string directory, from, root, since;
    std::optional<std::string> log;
    bool json = false;
};
struct ExportOptions {
    std::string directory, out;
    bool json = false;
};
struct ActOptions {
    std::string directory, act, out;
};

/// On a terminal alone: which log is being read, and how far.
node::AuditProgress progress_on_terminal() {
    if (::isatty(STDERR_FILENO) != 1) return {};
    return [](std::string_view origin, std::uint64_t entries) { fmt::print(stderr, "\r{}: {} entries", origin, entries); };
}

nlohmann::json json_of(const node::AuditReport& report) {
    nlohmann::json facts{{"verified", report.findings.all().empty()}, {"findings_left_out", report.findings.left_out()}};
    auto& logs = facts["logs"] = nlohmann::json::array();
    for (const auto& log : report.logs)
        logs.push_back({{"origin", log.origin},
                        {"log_id", to_hex(log.id.view())},
                        {"size", log.size},
                        {"root", to_hex(log.root.view())},
                        {"checkpoints", log.checkpoints},
                        {"cosignatures", log.cosignatures},
                        {"bodies", log.bodies},
                        {"bodies_missing", log.bodies_missing}});
    facts["absent"] = report.absent;
    facts["old_views"] = report.has_old_views;
    auto& findings = facts["findings"] = nlohmann::json::array();
    for (const auto& finding : report.findings.all()) {
        nlohmann::json row{{"origin", finding.origin}, {"place", node::name_of(finding.place)}, {"position", nullptr}, {"cause", finding.cause}};
        if (finding.position) row["position"] = *finding.position;
        findings.push_back(std::move(row));
    }
    return facts;
}

void tell(const node::AuditReport& report, bool json) {
    if (json) {
        fmt::print("{}\n", json_of(report).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
    }
    for (const auto& log : report.logs)
        fmt::print("{}: {} entries, root {}, {} checkpoints, {} cosignatures, {} bodies\n", log.origin, log.size, to_hex(log.root.view()),
                   log.checkpoints, log.cosignatures, log.bodies);
    for (const auto& origin : report.absent)
        fmt::print("{}: listed in the registry, and nothing of it is here; only its own node or a witness can say whether it has begun\n", origin);
    if (report.has_old_views) fmt::print("views are of an older version, they will be rebuilt when the node starts: they were not compared\n");
    for (const auto& finding : report.findings.all()) {
        const auto position = finding.position ? fmt::format(" {}", *finding.position) : std::string();
        fmt::print("WRONG {}, {}{}: {}\n", finding.origin, node::name_of(finding.place), position, finding.cause);
    }
    if (report.findings.left_out() > 0) fmt::print("and {} more findings\n", report.findings.left_out());
}

Result<node::AuditReport> audit(const VerifyOptions& options, sync::SignatureChecker& checker) {
    const auto progress = progress_on_terminal();
    if (options.from.empty()) {
        if (options.directory.empty()) return fail(ErrorKind::usage, "which directory? Give DIR, or --from OUT --root VKEY");
        if (!options.root.empty() || !options.since.empty()) return fail(ErrorKind::usage, "--root and --since go with --from");
        return node::verify_directory(options.directory, options.log, checker, progress);
    }
    if (!options.directory.empty() || options.log) return fail(ErrorKind::usage, "--from takes neither DIR nor --log: an export is verified whole");
    if (options.root.empty()) return fail(ErrorKind::usage, "--from needs --root, the verifier key that the city publishes");
    const auto root = sync::RootPin::parse(options.root);
    if (!root) return fail(ErrorKind::usage, root.error().message);
    std::optional<std::string> since;
    if (!options.since.empty()) {
        const auto bytes = node::read_whole_file(options.since, crypto::Note::bytes_max);
        if (!bytes) return std::unexpected(bytes.error());
        since = std::string(as_text(*bytes));
    }
    return node::verify_export(options.from, *root, since, checker, progress);
}

Result<void> verify(const VerifyOptions& options, Program& program) {
    const auto report = audit(options, *program.environment.checker);
    if (!report) return std::unexpected(report.error());
    tell(*report, options.json);
    const auto count = report->findings.all().size() + report->findings.left_out();
    if (count > 0) return fail(ErrorKind::verification, fmt::format("{} findings: what is here does not prove what it claims", count));
    if (!options.json) fmt::print("{}\n", report->absent.empty() ? "All of it verifies." : "All that is here verifies.");
    return {};
}

Result<void> export_all(const ExportOptions& options) {
    const auto logs = node::export_logs(options.directory, options.out, progress_on_terminal());
    if (!logs) return std::unexpected(logs.error());
    nlohmann::json facts{{"out", options.out}, {"logs", nlohmann::json::array()}};
    for (const auto& log : *logs) {
        facts["logs"].push_back({{"origin", log.origin}, {"size", log.size}, {"earlier_size", log.earlier_size}, {"cosignatures", log.cosignatures}});
        if (!options.json) fmt::print("{}: {} entries, {} of them new, {} cosignatures\n", log.origin, log.size, log.size - log.earlier_size, log.cosignatures);
    }
    if (options.json) fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    return {};
}

Result<void> write_act(const ActOptions& options) {
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(reader.error());
    const auto found = node::find_act(*reader, options.act);
    if (!found) return std::unexpected(found.error());
    if (auto written = node::replace_file(options.out, found->act.envelope); !written) return written;
    fmt::print("{}\n", to_hex(found->act.payload.signer.view()));
    return {};
}

void add_verify(CLI::App& audit_verbs, Program& program) {
    auto options = std::make_shared<VerifyOptions>();
    auto* verb = audit_verbs.add_subcommand("verify", "Verify every signature, hash, root and cosignature");
    verb->footer(verify_help);
    verb->add_option("DIR", options->directory, "The node's directory");
    verb->add_option("--log", options->log, "Only the registry and this log")->type_name("ORIGIN");
    verb->add_option("--from", options->from, "Verify an export instead, and trust nothing else")->type_name("OUT");
    verb->add_option("--root", options->root, "With --from: the city's root verifier key")->type_name("VKEY");
    verb->add_option("--since", options->since, "With --from: a checkpoint file of an earlier export")->type_name("CHECKPOINT");
    verb->add_flag("--json", options->json, "One JSON object: logs and findings");
    verb->callback([options, &program] { program.run = [options, &program] { return verify(*options, program); }; });
}

void add_export(CLI::App& audit_verbs, Program& program) {
    auto options = std::make_shared<ExportOptions>();
    auto* verb = audit_verbs.add_subcommand("export", "Write every log as static files for anyone's tools");
    verb->footer(export_help);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("OUT", options->out, "The folder to write or extend")->required();
    verb->add_flag("--json", options->json, "One JSON object");
    verb->callback([options, &program] { program.run = [options] { return export_all(*options); }; });
}

void add_act(CLI::App& audit_verbs, Program& program) {
    auto options = std::make_shared<ActOptions>();
    auto* verb = audit_verbs.add_subcommand("act", "Write one act, byte for byte");
    verb->footer(act_help);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("ACT_ID", options->act, "64 hex digits, or ORIGIN:SEQ")->required();
    verb->add_option("--out", options->out, "Where the envelope goes")->required()->type_name("FILE");
    verb->callback([options, &program] { program.run = [options] { return write_act(*options); }; });
}

}  // namespace

void add_audit(CLI::App& app, Program& program) {
    auto* audit_verbs = app.add_subcommand("audit", "Prove what was recorded");
    audit_verbs->require_subcommand(1);
    add_verify(*audit_verbs, program);
    add_export(*audit_verbs, program);
    add_act(*audit_verbs, program);
    add_audit_codes(*audit_verbs, program);
    add_audit_evidence(*audit_verbs, program);
    add_audit_times(*audit_verbs, program);
}

}  // namespace motcua::cli

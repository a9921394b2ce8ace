/// `motcua audit evidence | verify-fork`: what is kept against a log, in words and as a file, and such a file read by anyone.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/audit.hpp"
#include "cli/verbs/dossier.hpp"
#include "sync/log/fork_proof.hpp"

namespace motcua::cli {
namespace {

constexpr const char* evidence_help = R"(What this node keeps as evidence: statements of a log that contradict each other. Two
histories that one log signed are proof against it, and --export writes that proof: a file of less
than 4 KB that convinces anyone (motcua audit verify-fork), and by which the city convicts the log
(motcua registry convict). Everything else is shown for people to find out.

Examples:
  motcua audit evidence /srv/hanoi
  motcua audit evidence /srv/hanoi --number 2 --export badinh.fork)";

constexpr const char* verify_help = R"(Checks a proof that a log signed two histories. Needs no node and no network: the file
holds both signed checkpoints and, where their sizes differ, what stands at one place in each. It
is the log's key that convicts it, and the log's name carries that key's fingerprint: compare the
name with the one that you know. Exit code 5 when it proves nothing.

Example:
  motcua audit verify-fork badinh.fork)";

struct EvidenceOptions {
    std::string directory, out;
    std::optional<std::uint64_t> number;
    bool json = false;
};
struct ForkOptions {
    std::string file, log;
    bool json = false;
};

struct Shown {
    node::EvidenceRow row;
    std::string origin;
    std::optional<sync::ForkDocument> document;
    bool is_convicted = false;
};

/// What was proven is checked once more: the database may have been altered.
Result<std::vector<Shown>> load(const EvidenceOptions& options) {
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    auto rows = reader->evidence();
    if (!rows) return std::unexpected(std::move(rows).error());
    std::vector<Shown> all;
    for (auto& row : *rows) {
        if (options.number && *options.number != row.number) continue;
        const auto log = reader->log(row.log);
        if (!log) return std::unexpected(log.error());
        Shown shown{.row = std::move(row), .origin = *log ? (*log)->head.origin : to_hex(row.log.view()), .document = {}, .is_convicted = false};
        shown.is_convicted = registry->find_conviction(shown.row.log) != nullptr;
        if (auto proof = shown.row.proof && *log ? sync::ForkProof::decode(*shown.row.proof) : fail(ErrorKind::not_found, "")) {
            const auto& head = (*log)->head;
            if (sync::verify_fork(*proof, head.origin, head.log_key)) shown.document = sync::ForkDocument{sync::log_verifier(head.origin, head.log_key), *std::move(proof)};
        }
        all.push_back(std::move(shown));
    }
    if (options.number && all.empty()) return fail(ErrorKind::not_found, fmt::format("no evidence has the number {}", *options.number));
    return all;
}

void tell(const Shown& shown) {
    fmt::print("{} {}\n   {}\n", shown.row.number, shown.origin, shown.row.cause);
    if (!shown.document) {
        fmt::print("   It proves nothing by itself: ask the office whether its machine was restored or copied.\n");
        return;
    }
    fmt::print("   PROVEN {}\n", shown.document->proof.text());
    const auto shared = sync::shared_size(shown.document->proof);
    if (shared > 0) fmt::print("   Both are one up to entry {} at least.\n", shared - 1);
    if (shown.is_convicted) fmt::print("   The city has convicted the log: its office goes on in a new one (there: motcua recover --go-on).\n");
    else fmt::print("   What to do: --number {} --export FILE, and at the city: motcua registry convict CITYDIR FILE\n", shown.row.number);
}

Result<void> export_proof(const EvidenceOptions& options, const std::vector<Shown>& all) {
    std::vector<const Shown*> proven;
    for (const auto& shown : all) {
        if (shown.document) proven.push_back(&shown);
    }
    if (proven.empty()) return fail(ErrorKind::not_found, "nothing that is kept here proves a fork");
    if (proven.size() > 1) return fail(ErrorKind::usage, fmt::format("{} proofs are kept here: choose one with --number", proven.size()));
    if (auto written = node::replace_file(options.out, proven.front()->document->encode()); !written) return written;
    fmt::print("{}\n", options.out);
    fmt::print(stderr, "proof against {}; anyone checks it with: motcua audit verify-fork {}\n", proven.front()->origin, options.out);
    return {};
}

Result<void> evidence(const EvidenceOptions& options) {
    const auto all = load(options);
    if (!all) return std::unexpected(all.error());
    if (!options.out.empty()) return export_proof(options, *all);
    if (options.json) {
        auto rows = nlohmann::json::array();
        for (const auto& shown : *all) {
            rows.push_back({{"number", shown.row.number}, {"origin", shown.origin}, {"cause", shown.row.cause}, {"proven", shown.document.has_value()},
                            {"convicted", shown.is_convicted}, {"shared_size", shown.document ? sync::shared_size(shown.document->proof) : 0}});
        }
        fmt::print("{}\n", rows.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return {};
    }
    if (all->empty()) fmt::print("Nothing is kept as evidence here.\n");
    for (const auto& shown : *all) tell(shown);
    return {};
}

Result<void> verify_fork(const ForkOptions& options) {
    const auto bytes = node::read_whole_file(options.file, sync::fork_proof_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    const auto document = sync::open_fork_document(*bytes);
    if (!document) return std::unexpected(document.error());
    if (!options.log.empty() && options.log != document->log.name && options.log != document->log.text())
        return fail(ErrorKind::verification, fmt::format("it is a proof against another log: {}", document->log.name));
    if (options.json) {
        print_json({{"proven", true}, {"origin", document->log.name}, {"vkey", document->log.text()}, {"shared_size", sync::shared_size(document->proof)}});
        return {};
    }
    fmt::print("PROVEN {}\nkey {}\n", document->proof.text(), document->log.text());
    return {};
}

}  // namespace

void add_audit_evidence(CLI::App& audit_verbs, Program& program) {
    const auto options = std::make_shared<EvidenceOptions>();
    auto* verb = audit_verbs.add_subcommand("evidence", "What is kept against a log, and its proof as a file");
    verb->footer(evidence_help);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("--number", options->number, "Only this one")->type_name("N");
    verb->add_option("--export", options->out, "Write the proof")->type_name("FILE");
    verb->add_flag("--json", options->json, "A JSON array");
    verb->callback([options, &program] { program.run = [options] { return evidence(*options); }; });

    const auto fork = std::make_shared<ForkOptions>();
    auto* fork_verb = audit_verbs.add_subcommand("verify-fork", "Check an exported proof, with no node at hand");
    fork_verb->footer(verify_help);
    fork_verb->add_option("FILE", fork->file, "The exported proof")->required();
    fork_verb->add_option("--log", fork->log, "Refuse a proof against any other log")->type_name("ORIGIN or VKEY");
    fork_verb->add_flag("--json", fork->json, "One JSON object");
    fork_verb->callback([fork, &program] { program.run = [fork] { return verify_fork(*fork); }; });
}

}  // namespace motcua::cli

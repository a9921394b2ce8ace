/// `motcua bundle export | import`: a link without a wire, in a file that only the other node can read.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"
#include "crypto/cbor.hpp"
#include "node/audit/status.hpp"
#include "node/bundle/bundle.hpp"

namespace motcua::cli {
namespace {

constexpr const char* export_help = R"(Writes FILE: what the node above lacks of this office and of those below it, as far as is known here.
With --for CODE it is for the node of that office, above or below: downwards it carries the
registry, that office's inbox and cosignatures. Only that node can read it: a stick
that is lost tells its finder nothing.

The node goes on working meanwhile. Exporting again, or importing twice, does no harm.

Example:
  motcua bundle export /srv/badinh /mnt/usb/badinh.bundle)";

constexpr const char* import_help = R"(Takes FILE into the node in DIR, checked like everything that comes over a link. With --answer it writes
what is to be carried back: cosignatures, registry and inbox for whoever sent it.

Exit code 5 when something in it was refused; the causes are listed, and the rest was taken.

Example:
  motcua bundle import /srv/hanoi /mnt/usb/badinh.bundle --answer /mnt/usb/badinh.answer)";

struct Options {
    std::string directory, file, answer;
    std::optional<std::string> recipient;
    bool json = false;
    PassphraseOptions passphrase;
};

/// What a bundle is made from, read beside the running node.
struct Source {
    node::Reader reader;
    sync::Registry registry;
    sync::LogId own;
};

Result<Source> open_source(const std::filesystem::path& directory) {
    const auto config = node::Config::load(directory);
    if (!config) return std::unexpected(config.error());
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return fail(ErrorKind::refused, fmt::format("{} is not enrolled yet: it has nothing to send", directory.string()));
    const auto origin = node::own_origin(directory, *config);
    if (!origin) return std::unexpected(origin.error());
    auto reader = node::Reader::open(directory);
    if (!reader) return std::unexpected(reader.error());
    auto registry = node::load_registry(*reader, std::move(*pin));
    if (!registry) return std::unexpected(registry.error());
    for (const auto& node : registry->nodes()) {
        if (node.origin == *origin) return Source{.reader = std::move(*reader), .registry = std::move(*registry), .own = node.log};
    }
    return fail(ErrorKind::refused, fmt::format("the registry here does not list {}", *origin));
}

Result<node::BundleSummary> write(const Source& from, node::Reader& reader, const sync::LogId& to, const std::optional<node::BundleHead>& said,
                                  const std::string& file, Program& program) {
    return node::write_bundle(reader, from.registry, from.own, to, said, file, *program.environment.clock, *program.environment.random);
}

void tell(const node::BundleSummary& summary, const std::string& file, bool json) {
    if (json) {
        fmt::print("{}\n", nlohmann::json{{"file", file}, {"to", summary.to}, {"entries", summary.entries}, {"registry_entries", summary.registry_entries},
                                          {"cosignatures", summary.cosignatures}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
        return;
    }
    fmt::print("{}: for {}; {} entries, {} of the registry, {} cosignatures\n", file, summary.to, summary.entries, summary.registry_entries, summary.cosignatures);
}

Result<void> export_bundle(const Options& options, Program& program) {
    auto source = open_source(options.directory);
    if (!source) return std::unexpected(source.error());
    const auto to = node::find_recipient(source->registry, source->own, options.recipient);
    if (!to) return std::unexpected(to.error());
    const auto written = write(*source, source->reader, *to, std::nullopt, options.file, program);
    if (!written) return std::unexpected(written.error());
    tell(*written, options.file, options.json);
    return {};
}

Result<void> answer(const Options& options, const Bytes& encoded_head, Program& program) {
    const auto said = cbor::decode<node::BundleHead>(encoded_head);
    if (!said) return std::unexpected(said.error());
    auto source = open_source(options.directory);
    if (!source) return std::unexpected(source.error());
    const auto written = write(*source, source->reader, said->from, *said, options.answer, program);
    if (!written) return std::unexpected(written.error());
    tell(*written, options.answer, options.json);
    return {};
}

Result<void> import_bundle(const Options& options, Program& program) {
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(gateway.error());
    node::TakeBundle request{.file = std::filesystem::absolute(options.file).string()};
    node::TakeBundleDone total;
    while (!total.is_whole) {
        const auto done = gateway->ask({.work = request});
        if (!done) return std::unexpected(done.error());
        const auto& part = std::get<node::TakeBundleDone>(*done);
        if (!part.is_whole && part.messages_done == request.messages_done) return fail(ErrorKind::internal, "a bundle that does not move on");
        request.messages_done = part.messages_done;
        total.is_whole = part.is_whole;
        total.head = part.head;
        total.entries += part.entries;
        total.registry_entries += part.registry_entries;
        total.cosignatures += part.cosignatures;
        total.refusals.insert(total.refusals.end(), part.refusals.begin(), part.refusals.end());
    }
    if (options.json) {
        fmt::print("{}\n", nlohmann::json{{"entries", total.entries}, {"registry_entries", total.registry_entries}, {"cosignatures", total.cosignatures},
                                          {"refusals", total.refusals}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("taken: {} entries, {} of the registry, {} cosignatures\n", total.entries, total.registry_entries, total.cosignatures);
        for (const auto& refusal : total.refusals) fmt::print("refused: {}\n", refusal);
    }
    if (!options.answer.empty()) {
        if (auto answered = answer(options, total.head, program); !answered) return answered;
    }
    if (!total.refusals.empty()) return fail(ErrorKind::verification, "not everything in the bundle was taken; see the causes above and `motcua audit verify`");
    return {};
}

}  // namespace

void add_bundle(CLI::App& app, Program& program) {
    auto* bundle = app.add_subcommand("bundle", "Sync by USB stick: a file that only the other node can read");
    bundle->require_subcommand(1);
    {
        auto options = std::make_shared<Options>();
        auto* verb = bundle->add_subcommand("export", "Write what another node lacks");
        verb->footer(export_help);
        verb->add_option("DIR", options->directory, "The node's directory")->required();
        verb->add_option("FILE", options->file, "The bundle to write; never replaced")->required();
        verb->add_option("--for", options->recipient, "Office code, or log origin, of the node that it is for")->type_name("CODE");
        verb->add_flag("--json", options->json, "Facts as one JSON object");
        verb->callback([options, &program] { program.run = [options, &program] { return export_bundle(*options, program); }; });
    }
    {
        auto options = std::make_shared<Options>();
        auto* verb = bundle->add_subcommand("import", "Take a bundle that another node wrote");
        verb->footer(import_help);
        verb->add_option("DIR", options->directory, "The node's directory")->required();
        verb->add_option("FILE", options->file, "The bundle")->required();
        verb->add_option("--answer", options->answer, "Write what is to be carried back; never replaced")->type_name("FILE");
        verb->add_flag("--json", options->json, "Facts as one JSON object a line");
        add_passphrase_options(*verb, options->passphrase, true);
        verb->callback([options, &program] { program.run = [options, &program] { return import_bundle(*options, program); }; });
    }
}

}  // namespace motcua::cli

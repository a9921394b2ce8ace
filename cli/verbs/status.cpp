/// `motcua status`: how far every log is recorded, held and witnessed.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verb.hpp"
#include "node/audit/status.hpp"
#include "sync/log/origin.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(For every log that this node holds:
  recorded   acts that are signed and safe on this disk
  held       acts that a node above has stored, checked and cosigned
  witnessed  acts that the city has cosigned
Nothing counts as held or witnessed without a cosignature that verifies; "-" where nobody
is above to give one: the registry and the city's own log. Needs no passphrase; a running
node goes on.

Example:
  motcua status /srv/badinh --json)";

struct Options {
    std::string directory;
    bool json = false;
};

void tell_json(const node::NodeStatus& status) {
    nlohmann::json facts{{"node", status.config.node_name},
                         {"office", status.config.office_code},
                         {"office_name", status.config.office_name},
                         {"insecure", status.config.insecure},
                         {"upstream", status.config.upstream},
                         {"origin", status.origin},
                         {"registry_size", status.registry_size},
                         {"troubles", status.troubles},
                         {"deferred", status.deferred},
                         {"logs", nlohmann::json::array()}};
    for (const auto& log : status.logs) {
        nlohmann::json row{{"origin", log.origin},     {"log_id", to_hex(log.id.view())}, {"size", log.size},
                           {"root", to_hex(log.root.view())}, {"recorded", log.recorded},        {"held", log.held},
                           {"witnessed", log.witnessed},      {"accused", nullptr}};
        if (log.accused) row["accused"] = *log.accused;
        facts["logs"].push_back(std::move(row));
    }
    fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

/// What the table means for the reader, in one sentence.
std::string sentence_of(const node::NodeStatus& status) {
    if (status.logs.empty()) return "This node is not enrolled yet: carry DIR/enrol.request to the city.";
    for (const auto& log : status.logs) {
        if (log.accused) return fmt::format("{} is accused: {}. See motcua audit verify.", log.origin, *log.accused);
        if (log.origin != status.origin) continue;
        if (status.config.upstream.empty()) continue;
        if (log.held < log.recorded)
            return fmt::format("{} acts of this node are recorded here and not yet held above: motcua sync sends them.", log.recorded - log.held);
        if (log.witnessed < log.recorded) return "Everything of this node is held above; the city has not witnessed all of it yet.";
        return "Everything of this node is recorded, held and witnessed.";
    }
    return "This node is the top: what it holds of others is held and witnessed here.";
}

bool is_registry(const node::LogStatus& log) {
    const auto origin = sync::parse_origin(log.origin);
    return origin && origin->log_class == sync::LogClass::registry;
}

void tell(const node::NodeStatus& status) {
    fmt::print("{} {}, node {}{}\n", status.config.office_code, status.config.office_name, status.config.node_name,
               status.config.insecure ? ", INSECURE: its keys have no passphrase" : "");
    fmt::print("upstream {}\n\n", status.config.upstream.empty() ? "none" : status.config.upstream);
    for (const auto& trouble : status.troubles) fmt::print("TROUBLE {}; see motcua doctor\n", trouble);
    if (status.deferred > 0) {
        fmt::print("{} acts were taken back because this node had cosigned them before; `motcua serve` is checking their signatures again\n", status.deferred);
    }
    if (!status.troubles.empty() || status.deferred > 0) fmt::print("\n");
    if (!status.logs.empty()) fmt::print("{:>10} {:>10} {:>10}  {}\n", "recorded", "held", "witnessed", "log");
    for (const auto& log : status.logs) {
        const bool is_own = log.origin == status.origin;
        const bool nobody_is_above = is_registry(log) || (is_own && status.config.upstream.empty());
        const auto count = [&](std::uint64_t acts) { return acts == 0 && nobody_is_above ? "-" : std::to_string(acts); };
        fmt::print("{:>10} {:>10} {:>10}  {}{}\n", log.recorded, count(log.held), count(log.witnessed), log.origin,
                   is_own ? "  (this node)" : is_registry(log) ? "  (the registry)" : "");
    }
    fmt::print("{}{}\n", status.logs.empty() ? "" : "\n", sentence_of(status));
}

}  // namespace

void add_status(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("status", "How far every log is recorded, held and witnessed");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_flag("--json", options->json, "One JSON object; hex and integers");
    verb->callback([options, &program] {
        program.run = [options]() -> Result<void> {
            const auto status = node::read_status(options->directory);
            if (!status) return std::unexpected(status.error());
            options->json ? tell_json(*status) : tell(*status);
            return {};
        };
    });
}

}  // namespace motcua::cli

/// `motcua audit times`: between which outside observations acts were recorded, and whose claims lie outside.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/local_time.hpp"
#include "cli/verbs/audit.hpp"
#include "cli/verbs/dossier.hpp"
#include "node/audit/times.hpp"

namespace motcua::cli {
namespace {

using nlohmann::json;

constexpr const char* help = R"(Every act says when it was recorded, by the clock of its machine. What bounds that claim is
what others have signed: an act lies behind the newest dated cosignature that its log
carries before it, and before the oldest one over a size that holds it. Lists the acts
whose claim lies outside: backdated, or from the future (a wrong clock does both).
A long outage makes the bounds wide, and shows as such. Changes nothing; a running node
goes on. Exit code 5 when anything is found.

With --dossier, the bounds of each act of one dossier instead.

Cosignatures are taken as verified when they came; motcua audit verify checks them anew.

Examples:
  motcua audit times /srv/hanoi
  motcua audit times /srv/badinh --dossier H26.00004-261124-0001)";

constexpr std::size_t odd_max = 1000;

struct Options {
    std::string directory, log, dossier;
    std::uint64_t tolerance_s = 300;
    bool json = false;
};

std::string text_of(const std::optional<std::uint64_t>& ms, std::string_view otherwise) { return ms ? format_local_time(*ms) : std::string(otherwise); }

std::string length_of(std::int64_t ms) {
    const auto minutes = (ms < 0 ? -ms : ms) / 60'000;
    if (minutes < 2 * 60) return fmt::format("{} minutes", minutes);
    return minutes < 2 * 24 * 60 ? fmt::format("{} hours", minutes / 60) : fmt::format("{} days", minutes / (24 * 60));
}

json json_of(const std::string& origin, const node::TimedAct& act) {
    const auto or_null = [](const std::optional<std::uint64_t>& ms) { return ms ? json(*ms) : json(nullptr); };
    return {{"origin", origin}, {"seq", act.place.seq.value}, {"kind", kind_name(act.kind)}, {"claimed_ms", act.claimed_ms},
            {"not_before_ms", or_null(act.bracket.not_before_ms)}, {"not_after_ms", or_null(act.bracket.not_after_ms)}, {"outside_ms", node::outside_ms(act)}};
}

Result<void> times_of_dossier(const Options& options, node::Reader& reader, const sync::Registry& registry) {
    const auto dossier = reader.dossier_of_code(options.dossier);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) return fail(ErrorKind::not_found, fmt::format("no dossier {} is here", options.dossier));
    std::map<sync::LogId, node::LogTimes> times;
    json rows = json::array();
    for (const auto& known : (*dossier)->acts) {
        const auto row = reader.log(known.position.log);
        if (!row) return std::unexpected(row.error());
        const auto envelope = reader.entry(known.position.log, known.position.seq.value);
        if (!envelope) return std::unexpected(envelope.error());
        const auto act = *row && *envelope ? sync::parse_act(**envelope) : fail(ErrorKind::not_found, "");
        if (!act) continue;  // an adopt carries it, and has a bracket of its own
        if (!times.contains((*row)->head.id)) {
            auto read = node::LogTimes::read(reader, registry, (*row)->head);
            if (!read) return std::unexpected(std::move(read).error());
            times.emplace((*row)->head.id, std::move(*read));
        }
        const node::TimedAct timed{.place = known.position, .kind = act->payload.kind, .claimed_ms = act->payload.at_ms,
                                   .bracket = times.at((*row)->head.id).bracket(act->payload.seq)};
        if (options.json) {
            rows.push_back(json_of((*row)->head.origin, timed));
            continue;
        }
        fmt::print("{}:{} {}: says {}; ", (*row)->head.origin, timed.place.seq.value, kind_name(timed.kind), format_local_time(timed.claimed_ms));
        // An inbox brought the act without its log, and so without what bounds it.
        if (timed.place.seq.value >= (*row)->head.size()) fmt::print("what bounds it is not here; ask a node that holds its log\n");
        else fmt::print("not before {}, not after {}\n", text_of(timed.bracket.not_before_ms, "(nothing was seen before it)"),
                        text_of(timed.bracket.not_after_ms, "(no cosignature over it is here)"));
    }
    if (options.json) print_json({{"dossier", options.dossier}, {"acts", std::move(rows)}});
    return {};
}

Result<void> times(const Options& options) {
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    if (auto begun = reader->begin_snapshot(); !begun) return begun;
    if (!options.dossier.empty()) return times_of_dossier(options, *reader, *registry);

    const auto logs = reader->logs();
    if (!logs) return std::unexpected(logs.error());
    json facts{{"logs", json::array()}, {"odd", json::array()}};
    std::uint64_t odd = 0;
    bool is_found = options.log.empty();
    for (const auto& log : *logs) {
        if (log.head.log_class != sync::LogClass::node || (!options.log.empty() && log.head.origin != options.log)) continue;
        is_found = true;
        const auto audit = node::audit_times(*reader, *registry, log.head, options.tolerance_s * 1000, odd_max);
        if (!audit) return std::unexpected(audit.error());
        odd += audit->odd.size() + audit->left_out;
        facts["logs"].push_back({{"origin", log.head.origin}, {"acts", audit->acts}, {"bounded", audit->bounded}, {"odd", audit->odd.size() + audit->left_out}});
        for (const auto& act : audit->odd) facts["odd"].push_back(json_of(log.head.origin, act));
        if (options.json) continue;
        fmt::print("{}: {} acts, {} of them between two outside observations\n", log.head.origin, audit->acts, audit->bounded);
        for (const auto& act : audit->odd) {
            const auto outside = node::outside_ms(act);
            fmt::print("ODD {}:{} {}: says {}, which is {} {}\n", log.head.origin, act.place.seq.value, kind_name(act.kind), format_local_time(act.claimed_ms), length_of(outside),
                       outside < 0 ? fmt::format("before {}, when what stands before it was cosigned", format_local_time(*act.bracket.not_before_ms))
                                   : fmt::format("after {}, when it was already held above", format_local_time(*act.bracket.not_after_ms)));
        }
        if (audit->left_out > 0) fmt::print("and {} more of this log\n", audit->left_out);
    }
    if (!is_found) return fail(ErrorKind::not_found, fmt::format("there is no log {} here; see motcua status", options.log));
    if (options.json) print_json(facts);
    if (odd > 0) return fail(ErrorKind::verification, fmt::format("{} acts claim a time that cannot be theirs", odd));
    if (!options.json) fmt::print("No act claims a time that cannot be its own.\n");
    return {};
}

}  // namespace

void add_audit_times(CLI::App& audit_verbs, Program& program) {
    const auto options = std::make_shared<Options>();
    auto* verb = audit_verbs.add_subcommand("times", "When acts were recorded: bounds, and claims outside them");
    verb->footer(help);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("--log", options->log, "This log alone")->type_name("ORIGIN");
    verb->add_option("--dossier", options->dossier, "The acts of this dossier, each with its bounds")->type_name("CODE");
    verb->add_option("--tolerance", options->tolerance_s, "Seconds that a claim may lie outside, since clocks differ")->capture_default_str();
    verb->add_flag("--json", options->json, "One JSON object");
    verb->callback([options, &program] { program.run = [options] { return times(*options); }; });
}

}  // namespace motcua::cli

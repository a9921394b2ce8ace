/// `motcua audit codes`: whether the numbers of dossiers are dense, each given once.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include "cli/verbs/audit.hpp"
#include "cli/verbs/dossier.hpp"
#include "node/desk/issued_codes.hpp"
#include "node/rules/table.hpp"

namespace motcua::cli {
namespace {

using nlohmann::json;

constexpr const char* help = R"(Reads every reception of every log that is here whole and tells, by agency and day, the
numbers missing below the highest that a node gave, codes given twice, numbers outside a
node's block, and codes of another form. A code that was printed counts, whatever became
of its act. Changes nothing; a running node goes on. Exit code 5 when anything is found.

What may follow a node's highest number of a day is not known, and the blocks are those
of the newest registry. A city with millions of receptions is better asked by the month.

Examples:
  motcua audit codes /srv/badinh
  motcua audit codes /srv/hanoi --from 2026-11-01 --to 2026-11-30 --json)";

struct Options {
    std::string directory, from, to;
    bool json = false;
};

/// How a place is told: ORIGIN:SEQ, as `audit act` takes it.
class Places {
  public:
    explicit Places(const sync::Registry& registry) : registry_(registry) {}
    [[nodiscard]] std::string origin(const sync::LogId& log) const {
        const auto* node = registry_.find_node(log);
        return node == nullptr ? to_hex(log.view()) : node->origin;
    }
    [[nodiscard]] std::string text(const sync::Position& place) const { return fmt::format("{}:{}", origin(place.log), place.seq.value); }

  private:
    const sync::Registry& registry_;
};

std::string text_of(const sync::NumberGap& gap) {
    return gap.count == 1 ? fmt::format("{:04}", gap.first) : fmt::format("{:04} to {:04} ({} numbers)", gap.first, gap.last, gap.count);
}
std::string text_of(const sync::NumberBlockContent& block) { return fmt::format("{} to {}", block.first, block.last); }

/// What is wrong, a line each.
std::vector<std::string> findings_of(const sync::DayNumbers& day, const Places& places) {
    std::vector<std::string> lines;
    const auto say = [&](const std::string& what) { lines.push_back(fmt::format("{} {}: {}", day.agency, node::format_day(day.day), what)); };
    for (const auto& node : day.nodes) {
        for (const auto& gap : node.gaps) say(fmt::format("{} missing, of block {} of {}", text_of(gap), text_of(node.block), places.origin(node.log)));
        for (const auto& issued : node.outside) say(fmt::format("{} is outside block {}: {}", issued.code, text_of(node.block), places.text(issued.place)));
    }
    for (const auto& same : day.duplicates) {
        std::string where;
        for (const auto& issued : same) where += (where.empty() ? "" : ", ") + places.text(issued.place);
        say(fmt::format("{} was given {} times: {}", same.front().code, same.size(), where));
    }
    for (const auto& issued : day.without_block) say(fmt::format("{} is of a node for which the registry lists no numbers: {}", issued.code, places.text(issued.place)));
    return lines;
}

json json_of(const std::vector<sync::IssuedCode>& codes, const Places& places) {
    json rows = json::array();
    for (const auto& issued : codes) rows.push_back({{"code", issued.code}, {"origin", places.origin(issued.place.log)}, {"seq", issued.place.seq.value}});
    return rows;
}

json json_of(const sync::DayNumbers& day, const Places& places) {
    json row{{"agency", day.agency}, {"day", node::format_day(day.day)}, {"whole", day.is_whole()}, {"nodes", json::array()}, {"duplicates", json::array()},
             {"without_block", json_of(day.without_block, places)}};
    for (const auto& node : day.nodes) {
        json gaps = json::array();
        for (const auto& gap : node.gaps) gaps.push_back({{"first", gap.first}, {"last", gap.last}, {"count", gap.count}});
        row["nodes"].push_back({{"origin", places.origin(node.log)}, {"block", {node.block.first, node.block.last}}, {"count", node.count}, {"highest", node.highest},
                                {"gaps", std::move(gaps)}, {"outside", json_of(node.outside, places)}});
    }
    for (const auto& same : day.duplicates) row["duplicates"].push_back(json_of(same, places));
    return row;
}

Result<std::optional<std::int64_t>> day_of(const std::string& text) {
    if (text.empty()) return std::optional<std::int64_t>();
    const auto day = parse_local_day(text);
    if (!day) return std::unexpected(day.error());
    return std::optional(*day);
}

Result<void> codes(const Options& options) {
    const auto from = day_of(options.from);
    if (!from) return std::unexpected(from.error());
    const auto to = day_of(options.to);
    if (!to) return std::unexpected(to.error());
    const auto registry = stored_registry(options.directory);
    if (!registry) return std::unexpected(registry.error());
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    if (auto begun = reader->begin_snapshot(); !begun) return begun;
    const auto audit = node::audit_issued_codes(*reader, *registry, {.first_day = *from, .last_day = *to});
    if (!audit) return std::unexpected(audit.error());

    const Places places(*registry);
    std::vector<std::string> findings;
    for (const auto& day : audit->days) std::ranges::move(findings_of(day, places), std::back_inserter(findings));
    for (const auto& issued : audit->unreadable) findings.push_back(fmt::format("“{}” is no dossier code: {}", issued.code, places.text(issued.place)));
    if (options.json) {
        json facts{{"whole", findings.empty()}, {"days", json::array()}, {"unreadable", json_of(audit->unreadable, places)}};
        for (const auto& day : audit->days) facts["days"].push_back(json_of(day, places));
        print_json(facts);
    } else {
        for (const auto& finding : findings) fmt::print("WRONG {}\n", finding);
    }
    if (!findings.empty()) return fail(ErrorKind::verification, fmt::format("{} findings: the numbers of dossiers are not each there once", findings.size()));
    if (!options.json) fmt::print("Numbers of {} {}, by agency: each is there once.\n", audit->days.size(), audit->days.size() == 1 ? "day" : "days");
    return {};
}

}  // namespace

void add_audit_codes(CLI::App& audit_verbs, Program& program) {
    const auto options = std::make_shared<Options>();
    auto* verb = audit_verbs.add_subcommand("codes", "Numbers of dossiers: gaps, duplicates, numbers of others");
    verb->footer(help);
    verb->add_option("DIR", options->directory, "The node's directory")->required();
    verb->add_option("--from", options->from, "First day, by the code")->type_name("YYYY-MM-DD");
    verb->add_option("--to", options->to, "Last day")->type_name("YYYY-MM-DD");
    verb->add_flag("--json", options->json, "One JSON object, days that are whole included");
    verb->callback([options, &program] { program.run = [options] { return codes(*options); }; });
}

}  // namespace motcua::cli

/// `motcua registry import`: offices, procedures and calendars from CSV files as people have them.

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "cli/verbs/registry.hpp"
#include "node/intake/reject_file.hpp"
#include "node/new_keys.hpp"
#include "node/rules/read.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Reads a CSV (UTF-8, first line names the columns) and states in the registry what is new
or different in it. What the file does not mention stays; what stands already is passed
over, so that a second import records nothing. It goes in with one commit (a file of over
900 KB with a few): a thousand procedures or none.

  units       unit_code, unit, kind; or ward_code, ward, district_code, district, where
              districts become hubs. A code that names another unit now is another office:
              say from which day (--since).
  procedures  code, name, field, processing_by_case, processing_by_channel, as the national
              portal exports them; also time (3 WORKING_DAY, SAME_DAY), extra_time, clock
              (restart, resume), cutoff (15:00, none), calendar, form_set, fee, open (yes,
              no), documents (Tờ khai; Bản sao [0+2]), stages (Tên @ commune: 3 WORKING_DAY)
  calendar    day, kind, name, hours: kind week with monday ... sunday, holiday,
              substitute_off, compensatory, half_day, valid_from, known_to

White space and Unicode forms are mended; every kind of change is told with its count and
the first lines. A row that cannot be taken goes to the reject file (line,reason,row) while
the rest goes in; the exit code is then 4.

Example:
  motcua registry import /srv/hanoi units.csv --kind units --prefix H26. --since 2025-07-01)";

struct ImportOptions : RegistryOptions {
    std::string file, kind, prefix, parent, since, rejects;
};

constexpr std::size_t file_bytes_max = 64U << 20U;

Result<node::Reading> read(const ImportOptions& options, const sync::Registry& registry, Program& program) {
    const auto bytes = node::read_whole_file(options.file, file_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    node::ReadingOptions reading{.prefix = options.prefix, .parent = options.parent, .since_day = std::nullopt,
                                 .today = node::day_in_vietnam(program.environment.clock->wall())};
    if (!options.since.empty()) {
        const auto day = node::parse_day(options.since);
        if (!day) return std::unexpected(day.error());
        reading.since_day = *day;
    }
    using Read = Result<node::Reading> (*)(ByteView, const node::ReadingOptions&, const sync::Registry&);
    static const std::map<std::string_view, Read> readers{{"units", node::read_units}, {"procedures", node::read_procedures}, {"calendar", node::read_calendar}};
    auto made = readers.at(options.kind)(*bytes, reading, registry);
    if (!made) return fail(made.error().kind, fmt::format("{}: {}", options.file, made.error().message));
    return made;
}

struct Summary {
    std::uint64_t added = 0, changed = 0, unchanged = 0;
    std::vector<node::RejectedRow> rejected;
};

/// What the registry would not take joins the rows that could not be read.
Summary sum_up(const node::Reading& reading, const node::StateRegistryDone& done) {
    using Outcome = node::StateRegistryDone::Outcome;
    Summary summary{.rejected = reading.report.rejected()};
    for (std::size_t index = 0; index < done.stated.size(); ++index) {
        switch (done.stated[index].outcome) {
            case Outcome::added: ++summary.added; break;
            case Outcome::changed: ++summary.changed; break;
            case Outcome::unchanged: ++summary.unchanged; break;
            case Outcome::refused:
                summary.rejected.push_back({.line = reading.lines[index], .reason = "the registry does not take it: " + done.stated[index].reason, .row = {}});
        }
    }
    std::ranges::stable_sort(summary.rejected, {}, &node::RejectedRow::line);
    return summary;
}

void tell_json(const ImportOptions& options, const node::Reading& reading, const Summary& summary) {
    nlohmann::json facts{{"kind", options.kind}, {"dry_run", options.dry_run}, {"added", summary.added}, {"changed", summary.changed},
                         {"unchanged", summary.unchanged}, {"rejected", nlohmann::json::array()}, {"mended", nlohmann::json::array()}};
    for (const auto& row : summary.rejected) facts["rejected"].push_back({{"line", row.line}, {"reason", row.reason}});
    for (const auto& count : reading.report.counts()) facts["mended"].push_back({{"what", count.what}, {"rows", count.rows}, {"first_lines", count.first_lines}});
    fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void tell(const ImportOptions& options, const node::Reading& reading, const Summary& summary) {
    fmt::print("{}{} added, {} changed, {} unchanged, {} rejected\n", options.dry_run ? "would be: " : "", summary.added, summary.changed, summary.unchanged,
               summary.rejected.size());
    for (const auto& count : reading.report.counts()) {
        fmt::print("  {:>6}  {} (line {}{})\n", count.rows, count.what, fmt::join(count.first_lines, ", "), count.rows > count.first_lines.size() ? ", ..." : "");
    }
}

Result<void> import_rules(const ImportOptions& options, Program& program) {
    const std::filesystem::path rejects_file = options.rejects.empty() ? std::filesystem::path(options.file).filename().string() + ".rejects.csv" : options.rejects;
    std::error_code no_such_file;
    if (std::filesystem::equivalent(rejects_file, options.file, no_such_file))
        return fail(ErrorKind::usage, fmt::format("{} is the file to import; name another one for its rejected rows", options.file));
    const auto stored = node::read_registry(options.directory);
    if (!stored) return std::unexpected(stored.error());
    const auto reading = read(options, stored->registry, program);
    if (!reading) return std::unexpected(reading.error());
    const auto done = state_in_registry(options, program, reading->entries);
    if (!done) return std::unexpected(done.error());
    const auto summary = sum_up(*reading, *done);
    options.json ? tell_json(options, *reading, summary) : tell(options, *reading, summary);
    if (summary.rejected.empty()) return {};

    node::RejectFile rejects(rejects_file);
    for (const auto& row : summary.rejected) {
        if (auto ok = rejects.write(row); !ok) return ok;
    }
    if (auto ok = rejects.close(); !ok) return ok;
    return fail(ErrorKind::refused, fmt::format("{} rejected rows are in {} with line and reason", rejects.rows(), rejects.path().string()));
}

}  // namespace

void add_registry_import(CLI::App& registry, Program& program) {
    auto options = std::make_shared<ImportOptions>();
    auto* verb = registry.add_subcommand("import", "At the city: offices, procedures or a calendar from a CSV");
    verb->footer(help_text);
    add_registry_options(*verb, *options);
    verb->add_option("FILE", options->file, "The CSV")->required();
    verb->add_option("--kind", options->kind, "What it lists")->required()->check(CLI::IsMember({"units", "procedures", "calendar"}));
    verb->add_option("--prefix", options->prefix, "Put before every unit's code, such as H26.")->type_name("TEXT");
    verb->add_option("--parent", options->parent, "The office above the units; else new ones come below the top")->type_name("CODE");
    verb->add_option("--since", options->since, "From when codes name these units, or the rules hold; default today")->type_name("YYYY-MM-DD");
    verb->add_option("--rejects", options->rejects, "Where rejected rows go; default <name of FILE>.rejects.csv in the current folder")->type_name("FILE");
    verb->add_flag("--json", options->json, "The summary as one JSON object");
    verb->callback([options, &program] { program.run = [options, &program] { return import_rules(*options, program); }; });
}

}  // namespace motcua::cli

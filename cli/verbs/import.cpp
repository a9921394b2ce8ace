/// `motcua import events`: the history of an earlier system, as signed acts.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <fstream>

#include "cli/verb.hpp"
#include "node/files.hpp"
#include "node/intake/event_reader.hpp"
#include "node/intake/reject_file.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(Reads an event log, CSV (RFC 4180, UTF-8, first line names the columns) or XES, and
signs one act a row, with the row's own time and offset. What names people (resource,
responsible, further columns) goes into erasable bodies. Memory stays small whatever the
size of the file.

An event is known by source, case and concept:instance, else by a hash of what the row
says. What is known is not imported twice: run it again after any interruption, or with
the XES after the CSV of the same log.

A row that cannot be taken goes to the reject file (line,reason,row) while the rest goes
in; the exit code is then 4. The reject file holds people's data: delete it when done.

The columns are those of XES (case:concept:name, concept:name, time:timestamp, ...). For
other names write a mapping:
  source = "hoso-2025"        # default: FILE's name without its ending
  utc_offset = "+07:00"       # for times without one
  delimiter = ";"
  [columns]
  case = "Mã hồ sơ"           # also activity time event_id lifecycle group resource
  activity = "Bước"           #   responsible channel department case_start
  time = "Thời điểm"          #   case_deadline case_end_planned case_end

Example:
  motcua import events /srv/badinh receipt.csv)";

struct Options {
    std::string directory, file, mapping, rejects, source;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;
};

/// A line on stderr now and then: soon and often on a terminal, seldom elsewhere.
class Progress {
  public:
    Progress(node::NodeEnvironment environment, std::uint64_t bytes_total)
        : clock_(environment.clock), bytes_total_(bytes_total), is_terminal_(::isatty(STDERR_FILENO) == 1), next_(clock_->mono() + step()) {}

    void show(std::uint64_t bytes_read, const node::ImportDone& done, std::uint64_t rejected) {
        if (clock_->mono() < next_) return;
        next_ = clock_->mono() + step();
        shown_ = true;
        const auto percent = bytes_total_ == 0 ? 100 : 100 * bytes_read / bytes_total_;
        fmt::print(stderr, "{}{}% read, {} imported, {} known, {} rejected{}", is_terminal_ ? "\r" : "", percent, done.imported, done.known,
                   rejected, is_terminal_ ? "" : "\n");
        std::fflush(stderr);
    }
    void end() const {
        if (shown_ && is_terminal_) fmt::print(stderr, "\n");
    }

  private:
    [[nodiscard]] std::chrono::milliseconds step() const { return std::chrono::milliseconds(is_terminal_ ? 500 : 10'000); }
    const node::Clock* clock_;
    std::uint64_t bytes_total_;
    bool is_terminal_, shown_ = false;
    sync::MonoTime next_;
};

/// Gathers rows into batches and has the node sign them.
class Importer final : public node::EventSink {
  public:
    Importer(node::Gateway gateway, crypto::SigningKey officer, node::RejectFile rejects)
        : gateway_(std::move(gateway)), officer_(std::move(officer)), rejects_(std::move(rejects)) {}

    Result<void> take(node::EventRow row) override {
        // What the socket to a running node would carry, near enough.
        batch_bytes_ += cbor::encode(row).size();
        batch_.rows.push_back(std::move(row));
        const bool full = batch_.rows.size() == node::import_rows_max || batch_bytes_ >= batch_bytes_max;
        return full ? flush() : Result<void>{};
    }
    Result<void> reject(const node::RejectedRow& rejected) override { return rejects_.write(rejected); }

    [[nodiscard]] Result<void> flush() {
        if (batch_.rows.empty()) return {};
        const node::Request request{.work = std::exchange(batch_, {}), .officer_seed = officer_.seed()};
        batch_bytes_ = 0;
        const auto answer = gateway_.ask(request);
        if (!answer) return std::unexpected(answer.error());
        const auto* done = std::get_if<node::ImportDone>(&*answer);
        if (done == nullptr) return fail(ErrorKind::internal, "the node answered an import with something else");
        done_.imported += done->imported;
        done_.known += done->known;
        return {};
    }
    [[nodiscard]] const node::ImportDone& done() const { return done_; }
    [[nodiscard]] node::RejectFile& rejects() { return rejects_; }

  private:
    static constexpr std::size_t batch_bytes_max = 256 * 1024;
    node::Gateway gateway_;
    crypto::SigningKey officer_;
    node::RejectFile rejects_;
    node::ImportBatch batch_;
    std::size_t batch_bytes_ = 0;
    node::ImportDone done_;
};

Result<node::Mapping> load_mapping(const std::string& file) {
    constexpr std::size_t mapping_bytes_max = 64 * 1024;
    if (file.empty()) return node::Mapping();
    const auto bytes = node::read_whole_file(file, mapping_bytes_max);
    if (!bytes) return std::unexpected(bytes.error());
    auto mapping = node::Mapping::parse(as_text(*bytes));
    if (!mapping) return fail(mapping.error().kind, fmt::format("{}: {}", file, mapping.error().message));
    return mapping;
}

Result<std::string> source_of(const Options& options, const node::Mapping& mapping) {
    std::string source = !options.source.empty() ? options.source : mapping.source.value_or(std::filesystem::path(options.file).stem().string());
    if (source.empty() || source.size() > node::Mapping::source_bytes_max || !is_utf8(source))
        return fail(ErrorKind::usage, "the source must be 1 to 256 bytes of UTF-8; give one with --source");
    return source;
}

Result<void> pump(std::ifstream& stream, node::EventReader& reader, Importer& importer, Progress& progress, std::string& chunk) {
    std::uint64_t bytes_read = chunk.size();
    while (!chunk.empty()) {
        if (const auto fed = reader.feed(as_bytes(chunk)); !fed) return fed;
        progress.show(bytes_read, importer.done(), importer.rejects().rows());
        chunk.resize(64 * 1024);
        stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
        chunk.resize(static_cast<std::size_t>(stream.gcount()));
        bytes_read += chunk.size();
    }
    if (stream.bad()) return fail(ErrorKind::storage, "reading failed; what was read so far is imported");
    return reader.finish();
}

void tell(const Options& options, const std::string& source, Importer& importer) {
    const auto& done = importer.done();
    const auto rejected = importer.rejects().rows();
    if (options.json) {
        nlohmann::json facts{{"source", source}, {"imported", done.imported}, {"known", done.known}, {"rejected", rejected}, {"rejects", nullptr}};
        if (rejected > 0) facts["rejects"] = importer.rejects().path().string();
        fmt::print("{}\n", facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
        fmt::print("{} imported, {} known already, {} rejected\n", done.imported, done.known, rejected);
    }
}

Result<void> import_events(const Options& options, Program& program) {
    const auto mapping = load_mapping(options.mapping);
    if (!mapping) return std::unexpected(mapping.error());
    const auto source = source_of(options, *mapping);
    if (!source) return std::unexpected(source.error());
    std::error_code trouble;
    const auto bytes_total = std::filesystem::file_size(options.file, trouble);
    std::ifstream stream(options.file, std::ios::binary);
    if (!stream) return fail(ErrorKind::not_found, fmt::format("{} cannot be read", options.file));
    std::string chunk(64 * 1024, '\0');
    stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size()));
    chunk.resize(static_cast<std::size_t>(stream.gcount()));

    auto officer = open_officer(options.directory, options.as, options.passphrase);
    if (!officer) return std::unexpected(std::move(officer).error());
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(std::move(gateway).error());
    std::filesystem::path rejects = options.rejects;
    if (rejects.empty()) rejects = std::filesystem::path(options.file).filename().string() + ".rejects.csv";
    std::error_code no_such_file;
    if (std::filesystem::equivalent(rejects, options.file, no_such_file))
        return fail(ErrorKind::usage, fmt::format("{} is the file to import; name another one for its rejected rows", rejects.string()));
    Importer importer(std::move(*gateway), std::move(*officer), node::RejectFile(rejects));
    const auto reader = node::make_event_reader(node::format_of(as_bytes(chunk)), *mapping, *source, importer);
    Progress progress(program.environment, trouble ? 0 : bytes_total);

    auto outcome = pump(stream, *reader, importer, progress, chunk);
    // What was read before the trouble is good: it goes in, and a second run finds it known.
    if (const auto flushed = importer.flush(); !flushed && outcome) outcome = flushed;
    if (const auto closed = importer.rejects().close(); !closed && outcome) outcome = closed;
    progress.end();
    tell(options, *source, importer);
    if (!outcome) return fail(outcome.error().kind, fmt::format("{}: {}", options.file, outcome.error().message));
    if (const auto count = importer.rejects().rows(); count > 0)
        return fail(ErrorKind::refused, fmt::format("{} rejected rows are in {} with line and reason", count, rejects.string()));
    return {};
}

}  // namespace

void add_import(CLI::App& app, Program& program) {
    auto* import = app.add_subcommand("import", "Take in the history of an earlier system");
    import->require_subcommand(1);
    auto options = std::make_shared<Options>();
    auto* verb = import->add_subcommand("events", "Import a CSV or XES event log as signed acts");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The office's directory")->required();
    verb->add_option("FILE", options->file, "The event log, CSV or XES")->required();
    verb->add_option("--mapping", options->mapping, "TOML: which column means what")->type_name("FILE");
    verb->add_option("--rejects", options->rejects, "Where rejected rows go; default <name of FILE>.rejects.csv in the current folder")
        ->type_name("FILE");
    verb->add_option("--source", options->source, "The name under which events are known; the same for a log's CSV and XES")
        ->type_name("NAME");
    verb->add_option("--as", options->as, "The officer who signs, where there are several")->type_name("NAME");
    verb->add_flag("--json", options->json, "The summary as one JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return import_events(*options, program); }; });
}

}  // namespace motcua::cli

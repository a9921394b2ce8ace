/// `motcua adopt`: the old disk turned up; what it alone holds is carried into the log that goes on.

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

#include "cli/verbs/dossier.hpp"
#include "node/keep/adopt.hpp"

namespace motcua::cli {
namespace {

constexpr const char* help_text = R"(After motcua recover the office works in the next log of its line, and what the old machine had
recorded and never sent lies on its disk alone. When that disk turns up, this carries it over: every
act in its original bytes, vouched for by a head of the office. An act so carried counts as if it
had been sent in time; where another move follows the same one by now, both are shown and people
decide. Nothing is written to OLD, and the old machine is not to be started any more.

It can be broken off and asked again: what is here already is passed over.

Example:
  motcua adopt /srv/badinh --from /mnt/old/badinh --as "Nguyễn Thị Lan")";

constexpr std::size_t batch_bytes_max = 256 * 1024;  // far below what a request may hold
constexpr std::size_t batch_acts_max = 64;           // that others wait for

struct Options {
    std::string directory, old;
    std::optional<std::string> as;
    bool json = false;
    PassphraseOptions passphrase;
};

/// An act of the old disk, and what became of it.
struct Carried {
    sync::ActId id;
    sync::Kind kind{};
    Bytes subject;
    std::string place;
    node::AdoptDone::Answer answer;
};

/// Gathers acts, and asks the node to carry them when there are enough.
class Carrier {
  public:
    Carrier(node::Gateway gateway, crypto::SigningKey head) : gateway_(std::move(gateway)), head_(std::move(head)) {}

    Result<void> add(const sync::Act& act, std::optional<Bytes> body) {
        const auto size = act.envelope.size() + (body ? body->size() : 0);
        if (!batch_.acts.empty() && (bytes_ + size > batch_bytes_max || batch_.acts.size() >= batch_acts_max)) {
            if (auto ok = flush(); !ok) return ok;
        }
        bytes_ += size;
        all_.push_back({.id = act.id, .kind = act.payload.kind, .subject = act.payload.subject,
                        .place = fmt::format("{} of log {}", act.payload.seq, to_hex(act.payload.log.view()).substr(0, 8)), .answer = {}});
        batch_.acts.push_back({.envelope = act.envelope, .body = std::move(body)});
        return {};
    }
    Result<void> flush() {
        if (batch_.acts.empty()) return {};
        const auto count = batch_.acts.size();
        const auto answer = gateway_.ask({.work = std::exchange(batch_, {}), .officer_seed = head_.seed()});
        if (!answer) return std::unexpected(answer.error());
        const auto* done = std::get_if<node::AdoptDone>(&*answer);
        if (done == nullptr || done->answers.size() != count) return fail(ErrorKind::internal, "the node answered with something else");
        std::ranges::copy(done->answers, std::back_inserter(answers_));
        bytes_ = 0;
        return {};
    }
    std::vector<Carried> finish() {
        for (std::size_t index = 0; index < answers_.size(); ++index) all_[index].answer = answers_[index];
        return std::move(all_);
    }

  private:
    node::Gateway gateway_;
    crypto::SigningKey head_;
    node::AdoptBatch batch_;
    std::size_t bytes_ = 0;
    std::vector<Carried> all_;
    std::vector<node::AdoptDone::Answer> answers_;
};

/// What the views make of a carried act now, for people.
struct Fate {
    std::string dossier, standing, why;
    bool is_effective = true;
};
Result<Fate> fate_of(node::Reader& reader, const Carried& act) {
    Fate fate{.dossier = "-", .standing = "", .why = {}, .is_effective = true};
    const auto id = sync::DossierId::from(act.subject);
    const auto dossier = id ? reader.dossier(*id) : Result<std::optional<sync::Dossier>>(std::nullopt);
    if (!dossier) return std::unexpected(dossier.error());
    if (!*dossier) return fate;
    fate.dossier = (*dossier)->code.value_or(to_hex(id->view()));
    const auto& acts = (*dossier)->acts;
    const auto found = std::ranges::find(acts, act.id, &sync::DossierAct::id);
    if (found == acts.end()) return fate;
    fate.is_effective = found->verdict.effective();
    fate.standing = sync::name_of(found->verdict.standing);
    if (!fate.is_effective) fate.why = sync::name_of(found->verdict.reason);
    return fate;
}

Result<void> tell(const Options& options, const node::OldDisk& disk, const std::vector<Carried>& all) {
    using Outcome = node::AdoptDone::Outcome;
    auto reader = node::Reader::open(options.directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    std::map<Outcome, std::uint64_t> counts;
    nlohmann::json facts{{"logs", nlohmann::json::array()}, {"acts", nlohmann::json::array()}};
    for (const auto& log : disk.logs) {
        facts["logs"].push_back({{"origin", log.origin}, {"size", log.size}, {"from", log.from}, {"another_history", log.is_another_history}});
        if (options.json) continue;
        fmt::print("{}: {} entries on the old disk, looked at from {} on\n", log.origin, log.size, log.from);
        if (log.is_another_history) fmt::print("  its history is another than the one that was sent: two machines worked as one; see motcua audit evidence\n");
    }
    for (const auto& act : all) {
        ++counts[act.answer.outcome];
        const auto fate = fate_of(*reader, act);
        if (!fate) return std::unexpected(fate.error());
        facts["acts"].push_back({{"act", to_hex(act.id.view())}, {"kind", kind_name(act.kind)}, {"dossier", fate->dossier}, {"carried", act.answer.outcome == Outcome::carried},
                                 {"refused", act.answer.reason}, {"standing", fate->standing}, {"why", fate->why}});
        if (options.json || act.answer.outcome == Outcome::known) continue;
        if (act.answer.outcome == Outcome::refused) fmt::print("  NOT CARRIED entry {}, {} ({}): {}\n", act.place, kind_name(act.kind), fate->dossier, act.answer.reason);
        else fmt::print("  {} {}: {}{}\n", fate->dossier, kind_name(act.kind), fate->standing.empty() ? "carried" : fate->standing, fate->why.empty() ? "" : ", " + fate->why);
    }
    const auto refused = counts[Outcome::refused];
    if (options.json) {
        facts["carried"] = counts[Outcome::carried], facts["known"] = counts[Outcome::known], facts["refused"] = refused;
        print_json(facts);
    } else {
        fmt::print("{} acts carried over, {} were here already, {} could not be carried.\n", counts[Outcome::carried], counts[Outcome::known], refused);
        if (counts[Outcome::carried] > 0) fmt::print("They go up with the next sync. Keep the old disk until they are held above.\n");
    }
    if (refused > 0) return fail(ErrorKind::verification, fmt::format("{} acts of the old disk could not be carried; see above", refused));
    return {};
}

Result<void> adopt(const Options& options, Program& program) {
    auto head = open_officer(options.directory, options.as, options.passphrase);
    if (!head) return std::unexpected(std::move(head).error());
    auto gateway = open_gateway(options.directory, options.passphrase, program);
    if (!gateway) return std::unexpected(std::move(gateway).error());
    Carrier carrier(*std::move(gateway), *std::move(head));
    const auto disk = node::read_old_disk(options.directory, options.old, [&](const sync::Act& act, std::optional<Bytes> body) { return carrier.add(act, std::move(body)); });
    if (!disk) return std::unexpected(disk.error());
    if (auto ok = carrier.flush(); !ok) return ok;
    return tell(options, *disk, carrier.finish());
}

}  // namespace

void add_adopt(CLI::App& app, Program& program) {
    auto options = std::make_shared<Options>();
    auto* verb = app.add_subcommand("adopt", "Carry over what only an old disk holds; a head signs");
    verb->footer(help_text);
    verb->add_option("DIR", options->directory, "The directory of the node that goes on")->required();
    verb->add_option("--from", options->old, "The old disk's directory of that node, or a copy of it")->required()->type_name("OLD");
    verb->add_option("--as", options->as, "The head who signs, where there are several officers")->type_name("NAME");
    verb->add_flag("--json", options->json, "Facts as one JSON object");
    add_passphrase_options(*verb, options->passphrase, true);
    verb->callback([options, &program] { program.run = [options, &program] { return adopt(*options, program); }; });
}

}  // namespace motcua::cli

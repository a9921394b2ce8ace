#include "node/keep/doctor.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>

#include "node/audit/status.hpp"
#include "node/fence.hpp"
#include "node/files.hpp"
#include "node/keep/disk_guard.hpp"
#include "node/keys.hpp"
#include "node/node.hpp"
#include "node/recovery.hpp"
#include "node/store/damage.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

constexpr std::uint64_t second_ms = 1000;

std::string age_text(std::uint64_t ms) {
    const auto hours = ms / (3600 * second_ms);
    if (hours >= 48) return fmt::format("{} days", hours / 24);
    if (hours >= 1) return fmt::format("{} hours", hours);
    return fmt::format("{} minutes", ms / (60 * second_ms));
}

/// When the act claims to have been made.
std::optional<std::uint64_t> claimed_ms(Bytes envelope) {
    const auto act = sync::parse_act(std::move(envelope));
    return act ? std::optional(act->payload.at_ms) : std::nullopt;
}

/// The parts of one examination; each looks at one thing.
class Examination {
  public:
    Examination(std::filesystem::path directory, Config config, std::uint64_t now_ms, const DoctorLimits& limits)
        : directory_(std::move(directory)), config_(std::move(config)), now_ms_(now_ms), limits_(limits) {}

    std::vector<Advice> run() {
        look_at_keys();
        look_at_disk();
        look_whether_it_runs();
        if (config_.root.empty()) {
            say(Severity::trouble, "enrolment", "this node is not enrolled: it can record nothing",
                fmt::format("carry {} to the city, and accept the ticket that comes back: motcua enrol accept", (directory_ / "enrol.request").string()));
        } else {
            look_at_database();
        }
        std::ranges::stable_sort(all_, std::ranges::greater(), &Advice::severity);
        return std::move(all_);
    }

  private:
    void say(Severity severity, std::string about, std::string what, std::string what_to_do = "") {
        all_.push_back({.severity = severity, .about = std::move(about), .what = std::move(what), .what_to_do = std::move(what_to_do)});
    }

    void look_at_keys() {
        if (config_.insecure) {
            say(Severity::warning, "keys", "the keys of this node have no passphrase: whoever reads the disk can sign in its name",
                "for real work enrol anew with a passphrase");
        }
        bool is_private = true;
        std::error_code trouble;
        for (const auto& entry : std::filesystem::directory_iterator(directory_ / "keys", trouble)) {
            struct stat facts{};
            if (::stat(entry.path().c_str(), &facts) != 0 || (facts.st_mode & 077U) == 0) continue;
            is_private = false;
            say(Severity::warning, "keys", fmt::format("{} can be read by other users of this machine", entry.path().string()),
                fmt::format("chmod 600 {}", entry.path().string()));
        }
        if (trouble) say(Severity::trouble, "keys", fmt::format("{}: {}", (directory_ / "keys").string(), trouble.message()), "put the keys back from a backup");
        else if (is_private && !config_.insecure) say(Severity::well, "keys", "under a passphrase, and readable by their owner alone");
    }

    void look_at_disk() {
        const auto bytes = free_bytes(directory_);
        if (!bytes) return say(Severity::trouble, "disk", bytes.error().message, "check the disk");
        const auto text = fmt::format("{} MiB are free where {} lies", *bytes >> 20U, directory_.string());
        const std::string todo = "free some space, or move the node to a larger disk; nothing that was recorded is lost";
        const DiskGuard guard(directory_, config_, nullptr);
        if (const auto why = guard.why_not()) {
            return say(Severity::trouble, "disk", *why + (guard.has_reserve() ? "" : "; nothing is kept in reserve any more"), todo);
        }
        if (*bytes < limits_.free_bytes_trouble) say(Severity::trouble, "disk", text, todo);
        else if (*bytes < limits_.free_bytes_warning) say(Severity::warning, "disk", text, todo);
        else say(Severity::well, "disk", text);
    }

    void look_whether_it_runs() {
        const auto lock = DirectoryLock::take(directory_);
        if (!lock && lock.error().kind == ErrorKind::busy) return say(Severity::well, "process", "a motcua is working in this directory");
        say(Severity::note, "process", "no motcua is running here: nothing is sent or taken until one is", fmt::format("motcua serve {}", directory_.string()));
    }

    void look_at_database() {
        auto reader = Reader::open(directory_);
        if (!reader) return say(Severity::trouble, "database", reader.error().message, "stop here and restore the newest backup: motcua restore");
        auto done = look_at_database(*reader);
        if (!done) say(Severity::trouble, "database", done.error().message, "restore the newest backup, then: motcua recover");
    }

    Result<void> look_at_database(Reader& reader) {
        if (auto ok = reader.begin_snapshot(); !ok) return ok;
        auto pin = sync::RootPin::parse(config_.root);
        if (!pin) return std::unexpected(pin.error());
        auto registry = load_registry(reader, std::move(*pin));
        if (!registry) return std::unexpected(registry.error());
        auto logs = reader.logs();
        if (!logs) return std::unexpected(logs.error());
        const auto origin = own_origin(directory_, config_);
        if (!origin) return std::unexpected(origin.error());
        if (auto ok = look_at_fence(reader); !ok) return ok;
        if (auto ok = look_at_accusations(reader, *registry, *logs); !ok) return ok;
        if (auto ok = look_at_clock(reader, *logs, *origin); !ok) return ok;
        if (auto ok = look_upward(reader, *registry, *logs, *origin); !ok) return ok;
        if (auto ok = look_downward(reader, *registry, *logs, *origin); !ok) return ok;
        if (auto ok = look_at_gaps(reader, *logs); !ok) return ok;
        if (auto ok = look_at_damage(reader, *logs); !ok) return ok;
        reader.end_snapshot();
        return {};
    }

    Result<void> look_at_fence(Reader& reader) {
        const auto halted = reader.meta(halted_key);
        if (!halted) return std::unexpected(halted.error());
        const auto todo = fmt::format("motcua recover {}", directory_.string());
        if (*halted) {
            say(Severity::trouble, "restored", **halted, todo);
            return {};
        }
        const auto whole = is_fence_whole(reader, directory_);
        if (!whole) return std::unexpected(whole.error());
        if (*whole) say(Severity::well, "restored", "the database is the one that this node wrote last");
        else say(Severity::trouble, "restored", "this database was restored from a backup or put back: nothing can be recorded", todo);
        return {};
    }

    Result<void> look_at_accusations(Reader& reader, const sync::Registry& registry, const std::vector<LogRow>& logs) {
        bool is_clear = true;
        for (const auto& log : logs) {
            if (!log.accused) continue;
            if (registry.find_conviction(log.head.id) != nullptr) {
                say(Severity::note, "accused", fmt::format("{} was convicted of two histories: it is extended no more, and its office goes on in a new log", log.head.origin));
                continue;
            }
            is_clear = false;
            say(log.proven ? Severity::trouble : Severity::warning, "accused", fmt::format("{}: {}", log.head.origin, *log.accused),
                log.proven ? "the log itself signed it: tell the city, which convicts it by the kept evidence (motcua audit evidence), and have its office go on in a new log"
                           : "perhaps only a relay spoiled it: it ends with the next good extension; if it stays, tell the office");
        }
        const auto evidence = reader.evidence();
        if (!evidence) return std::unexpected(evidence.error());
        for (const auto& row : *evidence) {
            const auto* node = registry.find_node(row.log);
            if (registry.find_conviction(row.log) != nullptr) continue;
            is_clear = false;
            say(Severity::warning, "evidence", fmt::format("{}: {}", node != nullptr ? node->origin : to_hex(row.log.view()), row.cause), "tell the city: motcua audit evidence");
        }
        if (is_clear) say(Severity::well, "accused", "no log here is accused of anything");
        return {};
    }

    /// Against dated signatures of others, and against what this node itself recorded last.
    Result<void> look_at_clock(Reader& reader, const std::vector<LogRow>& logs, const std::string& origin) {
        std::uint64_t latest_ms = 0;
        for (const auto& log : logs) {
            const auto newest = reader.newest_cosignatures(log.head.id);
            if (!newest) return std::unexpected(newest.error());
            for (const auto& row : *newest) latest_ms = std::max(latest_ms, row.time_s * second_ms);
            if (log.head.origin != origin || log.head.size() == 0) continue;
            auto last = reader.entry(log.head.id, log.head.size() - 1);
            if (!last) return std::unexpected(last.error());
            if (*last) latest_ms = std::max(latest_ms, claimed_ms(std::move(**last)).value_or(0));
        }
        const auto tolerance_ms = static_cast<std::uint64_t>(std::chrono::milliseconds(limits_.clock_tolerance).count());
        if (latest_ms > now_ms_ + tolerance_ms) {
            say(Severity::warning, "clock", fmt::format("this machine's clock is {} behind a time that was already signed", age_text(latest_ms - now_ms_)),
                "set the clock (timedatectl), and have the battery on the main board looked at; order and merging do not depend on it, but every act "
                "recorded now shows a wrong time, flagged");
        } else {
            say(Severity::well, "clock", "not behind anything that was signed");
        }
        return {};
    }

    Result<void> look_upward(Reader& reader, const sync::Registry& registry, const std::vector<LogRow>& logs, const std::string& origin) {
        const auto own = std::ranges::find(logs, origin, [](const LogRow& log) { return log.head.origin; });
        if (own == logs.end()) {
            say(Severity::trouble, "log", "this node's own log is not here", "restore the newest backup: motcua restore");
            return {};
        }
        const auto* record = registry.find_node(own->head.id);
        if (record == nullptr) {
            say(Severity::warning, "registry", "the registry here does not list this node", "ask the city to approve the request of this node; it comes down with the next sync");
            return {};
        }
        if (record->retired_at) say(Severity::trouble, "registry", "this node is retired: what it records has no effect", "use the node that took its place");
        if (config_.upstream.empty()) return {};
        const auto newest = reader.newest_cosignatures(own->head.id);
        if (!newest) return std::unexpected(newest.error());
        std::uint64_t held = 0, time_s = 0;
        for (const auto& row : *newest) {
            if (row.size <= own->head.size()) held = std::max(held, row.size);
            time_s = std::max(time_s, row.time_s);
        }
        const auto unheld = own->head.size() - held;
        if (unheld == 0) {
            say(Severity::well, "upward", fmt::format("all {} acts of this node are held above", held));
            return {};
        }
        auto oldest = reader.entry(own->head.id, held);
        if (!oldest) return std::unexpected(oldest.error());
        const auto at_ms = *oldest ? claimed_ms(std::move(**oldest)) : std::nullopt;
        const std::uint64_t age_ms = at_ms && *at_ms < now_ms_ ? now_ms_ - *at_ms : 0;
        const bool is_late = age_ms > static_cast<std::uint64_t>(std::chrono::milliseconds(limits_.unheld_warning).count());
        say(is_late ? Severity::warning : Severity::note, "upward",
            fmt::format("{} acts are recorded here and not yet held above, the oldest for {}", unheld, age_text(age_ms)),
            fmt::format("look whether {} can be reached; or carry them by USB stick: motcua bundle export", config_.upstream));
        return {};
    }

    Result<void> look_downward(Reader& reader, const sync::Registry& registry, const std::vector<LogRow>& logs, const std::string& origin) {
        const auto nodes = registry.nodes();
        const auto self = std::ranges::find(nodes, origin, &sync::NodeRecord::origin);
        if (self == nodes.end() || !self->cosigner_key) return {};
        const auto cosigner = sync::cosigner_verifier(self->origin, *self->cosigner_key).name;
        const auto limit_ms = static_cast<std::uint64_t>(std::chrono::milliseconds(limits_.silent_warning).count());
        std::size_t below = 0, silent = 0;
        for (const auto& node : nodes) {
            if (node.retired_at || node.office == self->office || !registry.is_at_or_below(node.office, self->office)) continue;
            ++below;
            const auto newest = reader.newest_cosignature(node.log, cosigner);
            if (!newest) return std::unexpected(newest.error());
            const bool is_here = std::ranges::any_of(logs, [&](const LogRow& log) { return log.head.id == node.log; });
            const auto time_ms = *newest ? (*newest)->time_s * second_ms : 0;
            if (*newest && time_ms + limit_ms >= now_ms_) continue;
            ++silent;
            say(Severity::warning, "silent",
                is_here && *newest ? fmt::format("nothing new came from {} for {}", node.origin, age_text(now_ms_ - std::min(now_ms_, time_ms)))
                                   : fmt::format("nothing ever came from {}", node.origin),
                "call the office: is its machine on, does its link work? Meanwhile it works on, and its acts can come by USB stick");
        }
        if (below > 0 && silent == 0) say(Severity::well, "silent", fmt::format("all {} nodes below were heard of", below));
        return {};
    }

    Result<void> look_at_gaps(Reader& reader, const std::vector<LogRow>& logs) {
        std::uint64_t missing = 0;
        constexpr std::size_t count_max = 100'000;
        for (const auto& log : logs) {
            const auto bodies = reader.missing_bodies(log.head.id, count_max);
            if (!bodies) return std::unexpected(bodies.error());
            missing += bodies->size();
        }
        if (missing > 0) {
            say(Severity::note, "bodies", fmt::format("{} acts are here whose personal details are not", missing),
                "they are asked for at every sync; where this node only passes acts on, it does not get them");
        }
        const auto waiting = reader.acts_that_are({sync::Standing::waiting, sync::Reason::registry_size_unknown});
        if (!waiting) return std::unexpected(waiting.error());
        if (!waiting->empty()) {
            say(Severity::note, "waiting", fmt::format("{} acts wait for a newer registry than is here", waiting->size()), "it comes with the next sync; without a link by bundle");
        }
        return {};
    }

    Result<void> look_at_damage(Reader& reader, const std::vector<LogRow>& logs) {
        const auto all = read_damage(reader);
        if (!all) return std::unexpected(all.error());
        for (const auto& damage : *all) {
            const auto log = std::ranges::find(logs, damage.log, [](const LogRow& row) { return row.head.id; });
            say(Severity::trouble, "damage", fmt::format("the disk has changed {} {} of {}: {}", name_of(damage.what()), damage.place,
                                                         log != logs.end() ? log->head.origin : to_hex(damage.log.view()), damage.cause),
                fmt::format("motcua sync {} --once fetches it again where a peer has it; where none has, restore the newest backup. Have the disk looked at (smartctl -a)", directory_.string()));
        }
        const auto scrubbed = reader.meta(scrubbed_key);
        if (!scrubbed) return std::unexpected(scrubbed.error());
        if (all->empty() && *scrubbed) say(Severity::well, "damage", fmt::format("all was as it was stored {} ago", age_text(now_ms_ - std::min<std::uint64_t>(now_ms_, std::stoull(**scrubbed)))));
        return {};
    }

    std::filesystem::path directory_;
    Config config_;
    std::uint64_t now_ms_;
    DoctorLimits limits_;
    std::vector<Advice> all_;
};

}  // namespace

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::well: return "well";
        case Severity::note: return "note";
        case Severity::warning: return "warning";
        case Severity::trouble: return "trouble";
    }
    return "";
}

Result<std::vector<Advice>> examine(const std::filesystem::path& directory, const Clock& clock, const DoctorLimits& limits) {
    auto config = Config::load(directory);
    if (!config && config.error().kind == ErrorKind::not_found) return std::unexpected(config.error());
    if (!config) return std::vector<Advice>{{.severity = Severity::trouble, .about = "settings", .what = config.error().message, .what_to_do = "mend that line"}};
    const auto now_ms = clock.wall().time_since_epoch().count();
    return Examination(directory, std::move(*config), now_ms > 0 ? static_cast<std::uint64_t>(now_ms) : 0, limits).run();
}

}  // namespace motcua::node

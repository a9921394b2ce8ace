#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "node/audit/log_check.hpp"
#include "node/audit/status.hpp"
#include "node/audit/verify.hpp"
#include "node/config.hpp"
#include "node/keys.hpp"
#include "node/store/reader.hpp"
#include "node/store/schema.hpp"
#include "node/store/views.hpp"
#include "node/store/witness.hpp"

namespace motcua::node {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// The audit of one directory, a log after the other.
class DirectoryAudit {
  public:
    DirectoryAudit(std::filesystem::path directory, Config config, Reader reader, sync::RootPin pin, sync::SignatureChecker& checker,
                   const AuditProgress& progress)
        : directory_(std::move(directory)), config_(std::move(config)), reader_(std::move(reader)), registry_(std::move(pin)),
          checker_(&checker), progress_(&progress) {}

    [[nodiscard]] Result<AuditReport> run(const std::optional<std::string>& only_log);

  private:
    [[nodiscard]] Result<std::map<std::string, WitnessRow>> read_witness() const;
    void audit_registry();
    void audit_node_log(const sync::NodeRecord& node);
    void audit_inbox(const LogRow& row);
    void audit_stored(LogCheck& check, const LogRow& row);
    [[nodiscard]] Result<void> check_entries(LogCheck& check, const LogRow& row, AuditedLog& audited);
    [[nodiscard]] Result<void> check_cosignatures(LogCheck& check, const LogRow& row, AuditedLog& audited);
    void check_cosignature_row(LogCheck& check, const CosignatureRow& row);
    void check_own_cosignatures(LogCheck& check, const std::set<std::uint64_t>& sizes);
    [[nodiscard]] std::string own_cosigner() const;
    [[nodiscard]] bool is_own_history(std::string_view origin) const;
    void check_body(LogCheck& check, const LogRow& row, std::uint64_t seq, const sync::Payload& payload, AuditedLog& audited);
    void check_head(LogCheck& check, const LogRow& row);
    void check_registry_tail(LogCheck& check);
    void find_strangers();
    void check_views();
    [[nodiscard]] const LogRow* find_row(std::string_view origin) const;
    void find(std::string origin, FindingPlace place, std::optional<std::uint64_t> position, std::string cause) {
        report_.findings.add({.origin = std::move(origin), .place = place, .position = position, .cause = std::move(cause)});
    }

    std::filesystem::path directory_;
    Config config_;
    Reader reader_;
    sync::Registry registry_;
    sync::SignatureChecker* checker_;
    const AuditProgress* progress_;
    std::vector<LogRow> rows_;
    std::map<std::string, WitnessRow> witness_before_, witness_after_;  ///< as it was before and after the snapshot began
    std::string own_origin_;
    std::set<std::uint64_t> awaited_bodies_;  ///< of the log that is audited now: acts that came without, as the node remembers
    AuditReport report_;
};

const LogRow* DirectoryAudit::find_row(std::string_view origin) const {
    for (const auto& row : rows_)
        if (row.head.origin == origin) return &row;
    return nullptr;
}

Result<std::map<std::string, WitnessRow>> DirectoryAudit::read_witness() const {
    std::map<std::string, WitnessRow> by_origin;
    auto witness = Witness::open_read_only(directory_);
    // Not there yet, or stopped before its first row: nothing was cosigned.
    if (!witness && witness.error().kind == ErrorKind::not_found) return by_origin;
    if (!witness) return std::unexpected(witness.error());
    const auto rows = witness->all();
    if (!rows) return std::unexpected(rows.error());
    for (const auto& row : *rows) by_origin.emplace(row.origin, row);
    return by_origin;
}

Result<AuditReport> DirectoryAudit::run(const std::optional<std::string>& only_log) {
    // The witness before the snapshot, for what the snapshot must cover, and after it, for what must cover the snapshot's
    // cosignatures: a node that commits meanwhile is no finding.
    auto before = read_witness();
    if (!before) find(witness_file_name, FindingPlace::file, {}, before.error().message);
    else witness_before_ = std::move(*before);
    if (auto origin = own_origin(directory_, config_)) own_origin_ = std::move(*origin);
    if (const auto begun = reader_.begin_snapshot(); !begun) return std::unexpected(begun.error());
    auto rows = reader_.logs();
    if (!rows) {
        find(database_file_name, FindingPlace::file, {}, rows.error().message);
        return std::move(report_);
    }
    rows_ = std::move(*rows);
    auto after = read_witness();
    if (after) witness_after_ = std::move(*after);
    else if (before) find(witness_file_name, FindingPlace::file, {}, after.error().message);
    if (only_log && find_row(*only_log) == nullptr && !witness_before_.contains(*only_log))
        return fail(ErrorKind::not_found, fmt::format("{} holds no log {}; see motcua status", directory_.string(), *only_log));

    audit_registry();
    const auto is_wanted = [&](std::string_view origin) { return !only_log || *only_log == origin; };
    for (const auto& node : registry_.nodes())
        if (is_wanted(node.origin)) audit_node_log(node);
    for (const auto& row : rows_)
        if (row.head.log_class == sync::LogClass::inbox && is_wanted(row.head.origin)) audit_inbox(row);
    if (!only_log) {
        find_strangers();
        check_views();
    }
    reader_.end_snapshot();
    return std::move(report_);
}

void DirectoryAudit::audit_registry() {
    const auto* row = find_row(registry_.origin());
    if (row == nullptr) return find(registry_.origin(), FindingPlace::log, {}, "the registry that this node pins is not here");
    LogCheck check(registry_, *checker_, report_.findings);
    audit_stored(check, *row);
}

void DirectoryAudit::audit_node_log(const sync::NodeRecord& node) {
    const auto* row = find_row(node.origin);
    const auto witnessed = witness_before_.find(node.origin);
    if (row == nullptr) {
        if (witnessed != witness_before_.end() && witnessed->second.size > 0)
            find(node.origin, FindingPlace::witness, witnessed->second.size, "this node cosigned that much of the log, and nothing of it is here");
        else if (node.origin == own_origin_)
            find(node.origin, FindingPlace::log, {}, "this node's own log is not here");
        return;
    }
    LogCheck check(node, registry_, *checker_, report_.findings);
    audit_stored(check, *row);
    if (node.origin == own_origin_ || config_.office_code == registry_.city_code()) check_registry_tail(check);
}

/// One that this node keeps or was sent. Its references are followed on the way: every act is checked with its signature.
void DirectoryAudit::audit_inbox(const LogRow& row) {
    const auto inbox = sync::find_inbox(registry_, row.head.origin);
    if (!inbox) return;  // find_strangers says so
    LogCheck check(*inbox, registry_, *checker_, report_.findings);
    audit_stored(check, row);
}

void DirectoryAudit::audit_stored(LogCheck& check, const LogRow& row) {
    const auto& origin = row.head.origin;
    const bool own_history = is_own_history(origin);
    if (const auto witnessed = witness_before_.find(origin); witnessed != witness_before_.end())
        check.expect(witnessed->second.size, witnessed->second.root, FindingPlace::witness, own_history || row.head.log_class == sync::LogClass::inbox ? "this node wrote that much" : "this node cosigned that much");
    else if (own_history)
        check.add_finding(FindingPlace::witness, {}, fmt::format("this city writes it, and {} has no row of it: the row was removed", witness_file_name));
    AuditedLog audited{.origin = origin, .id = row.head.id};
    const auto awaited = reader_.missing_bodies(row.head.id, seq_limit);
    if (!awaited) return check.add_finding(FindingPlace::log, {}, awaited.error().message);
    awaited_bodies_ = {awaited->begin(), awaited->end()};
    auto read = check_entries(check, row, audited);
    check.finish();
    if (read) read = check_cosignatures(check, row, audited);
    if (!read) check.add_finding(FindingPlace::log, {}, read.error().message);
    check_head(check, row);
    audited.size = check.size();
    audited.root = check.head().tree.root();
    if (row.accused) check.add_finding(FindingPlace::log, {}, fmt::format("the log is accused: {}", *row.accused));
    else if (row.proven) check.add_finding(FindingPlace::log, {}, "the log is accused for good, and no reason is stored");
    report_.logs.push_back(std::move(audited));
}

/// Entries up to the next checkpoint, that checkpoint, and so on; whatever lies beyond the last one is a finding too.
Result<void> DirectoryAudit::check_entries(LogCheck& check, const LogRow& row, AuditedLog& audited) {
    const auto& log = row.head.id;
    std::uint64_t reached = 0;
    bool gap = false;
    while (true) {
        const auto checkpoint = reader_.checkpoint_at_or_after(log, reached + (audited.checkpoints == 0 ? 0 : 1));
        if (!checkpoint) return std::unexpected(checkpoint.error());
        const auto to = *checkpoint ? (*checkpoint)->size : seq_limit;
        const auto each = [&](std::uint64_t seq, ByteView envelope) {
            if (seq != check.size()) {
                check.missing(fmt::format("it is missing; the next that is stored is {}", seq));
                gap = true;
                return false;
            }
            const auto payload = check.add(envelope);
            if (payload) check_body(check, row, seq, *payload, audited);
            if (check.size() % progress_every == 0 && *progress_) (*progress_)(row.head.origin, check.size());
            return true;
        };
        if (!gap) {
            if (const auto read = reader_.each_entry(log, reached, to, each); !read) return read;
        }
        if (!*checkpoint) break;
        ++audited.checkpoints;
        if (!gap && check.size() < to) {
            check.missing(fmt::format("it is missing, and a checkpoint covers {} entries", to));
            gap = true;
        }
        const auto opened = check.checkpoint((*checkpoint)->note, to);
        if (opened && opened->root != (*checkpoint)->root)
            check.add_finding(FindingPlace::checkpoint, to, "the root stored beside the note is another");
        reached = to;
    }
    if (check.size() > reached) check.add_finding(FindingPlace::entry, reached, "no signed checkpoint covers it");
    std::uint64_t rows = 0;
    const auto counted = reader_.each_checkpoint(log, [&](const CheckpointRow&) { return ++rows > 0; });
    if (counted && rows != audited.checkpoints)
        check.add_finding(FindingPlace::log, {}, fmt::format("{} checkpoints of impossible sizes are stored", rows - audited.checkpoints));
    return counted;
}

void DirectoryAudit::check_body(LogCheck& check, const LogRow& row, std::uint64_t seq, const sync::Payload& payload, AuditedLog& audited) {
    const auto body = reader_.body(row.head.id, seq);
    if (!body) return check.add_finding(FindingPlace::body, seq, body.error().message);
    if (!*body) {
        if (!payload.body) return;
        ++audited.bodies_missing;
        if (!awaited_bodies_.contains(seq)) check.add_finding(FindingPlace::body, seq, "it was stored, and is gone");
        return;
    }
    ++audited.bodies;
    if (!payload.body) return check.add_finding(FindingPlace::body, seq, "its act names no body");
    if (sync::body_hash(**body) != *payload.body) check.add_finding(FindingPlace::body, seq, "it is not the body that its act names");
}

Result<void> DirectoryAudit::check_cosignatures(LogCheck& check, const LogRow& row, AuditedLog& audited) {
    const auto own = own_cosigner();
    std::set<std::uint64_t> own_sizes;
    auto read = reader_.each_cosignature(row.head.id, [&](const CosignatureRow& cosignature) {
        ++audited.cosignatures;
        check_cosignature_row(check, cosignature);
        if (cosignature.cosigner == own) own_sizes.insert(cosignature.size);
        return true;
    });
    if (read && !own.empty() && !is_own_history(row.head.origin) && row.head.log_class != sync::LogClass::inbox) check_own_cosignatures(check, own_sizes);
    return read;
}

/// At the city: a log that it alone writes and nobody cosigns, so that witness.db remembers its head.
bool DirectoryAudit::is_own_history(std::string_view origin) const {
    if (origin != registry_.origin() && origin != own_origin_) return false;
    std::error_code ignored;
    return std::filesystem::exists(key_path(directory_, crypto::KeyRole::registry, {}), ignored);
}

/// The name under which this node cosigns; empty where it does not.
std::string DirectoryAudit::own_cosigner() const {
    for (const auto& node : registry_.nodes())
        if (node.origin == own_origin_ && node.cosigner_key) return sync::cosigner_verifier(node.origin, *node.cosigner_key).name;
    return {};
}

/// Witness first, then the signature: what was signed is in witness.db, and what is in witness.db was signed. Only at the
/// log's head may the signature be missing: a crash came between the two, and the next start makes it.
void DirectoryAudit::check_own_cosignatures(LogCheck& check, const std::set<std::uint64_t>& sizes) {
    const auto& origin = check.head().origin;
    const auto after = witness_after_.find(origin);
    const auto known = after == witness_after_.end() ? 0 : after->second.size;
    if (!sizes.empty() && *sizes.rbegin() > known)
        check.add_finding(FindingPlace::witness, *sizes.rbegin(),
                          fmt::format("this node cosigned that much, but {} knows of {}: its row was removed or put back", witness_file_name, known));
    const auto before = witness_before_.find(origin);
    if (before == witness_before_.end() || before->second.size >= check.size() || sizes.contains(before->second.size)) return;
    check.add_finding(FindingPlace::cosignature, before->second.size,
                      fmt::format("{} knows that this node cosigned that much, and its cosignature is not here", witness_file_name));
}

void DirectoryAudit::check_cosignature_row(LogCheck& check, const CosignatureRow& row) {
    const auto bad = [&](std::string cause) { check.add_finding(FindingPlace::cosignature, row.size, fmt::format("by {}: {}", row.cosigner, cause)); };
    if (row.size > check.size() && check.is_whole())
        bad(fmt::format("it covers {} entries, but only {} are here: the tail was cut off", row.size, check.size()));
    const auto line = crypto::NoteSignature::parse_line(row.line);
    if (!line) return bad(line.error().message);
    if (line->name != row.cosigner) return bad(fmt::format("the line is by {}", line->name));
    const auto checkpoint = reader_.checkpoint_at_or_after(check.head().id, row.size);
    if (!checkpoint) return bad(checkpoint.error().message);
    if (!*checkpoint || (*checkpoint)->size != row.size) return bad("the checkpoint that it signs is not here");
    const auto time = check_cosignature(registry_, {.origin = check.head().origin, .size = row.size, .root = (*checkpoint)->root}, *line);
    if (!time) return bad(time.error().message);
    if (static_cast<std::uint64_t>(time->time_since_epoch().count()) != row.time_s) bad("the time stored beside the line is another");
}

/// The stored head must be what the entries give.
void DirectoryAudit::check_head(LogCheck& check, const LogRow& row) {
    const auto& head = check.head();
    const auto bad = [&](std::string cause) { check.add_finding(FindingPlace::log, {}, std::move(cause)); };
    if (row.head.id != head.id || row.head.log_key != head.log_key || row.head.log_class != head.log_class)
        bad("the stored id, key or class is not what the registry says");
    if (row.head.size() != head.size()) {
        bad(fmt::format("the stored head is of size {}, the entries end at {}", row.head.size(), head.size()));
    } else if (check.is_whole()) {
        if (row.head.tree != head.tree || row.root != head.tree.root()) bad("the stored tree is not that of the entries");
        if (row.head.last_leaf != head.last_leaf) bad("the stored hash of the last entry is another");
        if (row.head.registry_size != head.registry_size || row.head.announced != head.announced)
            bad("the stored registry size is not what the entries say");
    }
}

/// A log cites the registry that its node had. The city's own, or our own, citing more than is here means a registry that
/// was cut; another's may merely be ahead of what has reached us.
void DirectoryAudit::check_registry_tail(LogCheck& check) {
    const auto cited = std::max(check.head().registry_size, check.head().announced.value_or(0));
    if (cited > registry_.size())
        find(registry_.origin(), FindingPlace::registry, cited,
             fmt::format("{} cites that size, but only {} entries are here: the tail was cut off", check.head().origin, registry_.size()));
}

/// What belongs to no log that the registry lists, and what is known against those that it does.
void DirectoryAudit::find_strangers() {
    for (const auto& row : rows_)
        if (row.head.origin != registry_.origin() && registry_.find_node(row.head.id) == nullptr && !sync::find_inbox(registry_, row.head.origin))
            find(row.head.origin, FindingPlace::log, {}, "the registry does not list this log");
    std::set<std::string> listed{registry_.origin()};
    for (const auto& node : registry_.nodes()) listed.insert(node.origin);
    for (const auto& [origin, row] : witness_before_)
        if (row.size > 0 && find_row(origin) == nullptr && !listed.contains(origin))
            find(origin, FindingPlace::witness, row.size, "this node cosigned that much of the log, and nothing of it is here");
    const auto orphans = reader_.rows_without_log();
    if (!orphans) find(database_file_name, FindingPlace::file, {}, orphans.error().message);
    else if (*orphans > 0) find(database_file_name, FindingPlace::file, {}, fmt::format("{} stored rows belong to no log or entry", *orphans));
    const auto evidence = reader_.evidence();
    if (!evidence) return find(database_file_name, FindingPlace::file, {}, evidence.error().message);
    for (const auto& row : *evidence) {
        const auto* node = registry_.find_node(row.log);
        find(node == nullptr ? to_hex(row.log.view()) : node->origin, FindingPlace::log, {}, fmt::format("evidence is kept against it: {}", row.cause));
    }
}

/// Dossiers and verdicts as the screens show them. Only where the logs hold: from others they cannot be derived. Bodies and
/// accusations are no input of theirs.
void DirectoryAudit::check_views() {
    const auto is_of_logs = [](const Finding& finding) { return finding.place == FindingPlace::entry || finding.place == FindingPlace::checkpoint; };
    if (std::ranges::any_of(report_.findings.all(), is_of_logs) || registry_.size() == 0) return;
    const auto current = are_views_current(reader_);
    if (!current) return find(database_file_name, FindingPlace::file, {}, current.error().message);
    report_.has_old_views = !*current;
    if (report_.has_old_views) return;
    const auto told = [&](std::uint64_t acts) { if (*progress_) (*progress_)("views", acts); };
    const auto differences = compare_views(reader_, registry_, Findings::per_log_max, told);
    if (!differences) return find(database_file_name, FindingPlace::file, {}, differences.error().message);
    for (const auto& difference : *differences)
        find(difference.origin.empty() ? database_file_name : difference.origin, FindingPlace::view, difference.position, difference.cause);
}

}  // namespace

Result<AuditReport> verify_directory(const std::filesystem::path& directory, const std::optional<std::string>& only_log,
                                     sync::SignatureChecker& checker, const AuditProgress& progress) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    if (config->root.empty()) return fail(ErrorKind::not_found, fmt::format("{} is not enrolled yet: it holds no log to verify", directory.string()));
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return std::unexpected(pin.error());
    auto reader = Reader::open(directory);
    if (!reader) return std::unexpected(reader.error());
    DirectoryAudit audit(directory, std::move(*config), std::move(*reader), std::move(*pin), checker, progress);
    return audit.run(only_log);
}

}  // namespace motcua::node

#include <fmt/format.h>

#include <set>

#include "node/audit/log_check.hpp"
#include "node/audit/tiles.hpp"
#include "node/audit/verify.hpp"

namespace motcua::node {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// The audit of one export, a log after the other.
class ExportAudit {
  public:
    ExportAudit(std::filesystem::path folder, const sync::RootPin& pin, sync::SignatureChecker& checker, const AuditProgress& progress)
        : folder_(std::move(folder)), registry_(pin), checker_(&checker), progress_(&progress) {}

    [[nodiscard]] Result<AuditReport> run(const std::optional<std::string>& since);

  private:
    [[nodiscard]] Result<void> keep_since(const std::string& text);
    void audit_registry();
    void audit_node_log(const sync::NodeRecord& node);
    void audit_inboxes(const sync::NodeRecord& keeper);
    void audit_known_key(LogCheck& check, const std::string& origin);
    void audit_log(LogCheck& check, const std::string& origin);
    void check_note(LogCheck& check, const std::string& text);
    void check_verifier_key(LogCheck& check, const TileReader& reader);
    void check_since_signature(LogCheck& check);
    void find_strangers();
    void find(std::string origin, FindingPlace place, std::optional<std::uint64_t> position, std::string cause) {
        report_.findings.add({.origin = std::move(origin), .place = place, .position = position, .cause = std::move(cause)});
    }

    std::filesystem::path folder_;
    sync::Registry registry_;
    sync::SignatureChecker* checker_;
    const AuditProgress* progress_;
    std::optional<crypto::Note> since_note_;
    std::optional<crypto::Checkpoint> since_;
    std::uint64_t registry_cited_ = 0;
    std::string cited_by_;
    std::set<std::string> inboxes_;  ///< that are here
    AuditReport report_;
};

Result<AuditReport> ExportAudit::run(const std::optional<std::string>& since) {
    if (!std::filesystem::is_directory(folder_)) return fail(ErrorKind::not_found, fmt::format("{} is no folder", folder_.string()));
    if (!std::filesystem::exists(folder_ / registry_.origin() / "checkpoint"))
        return fail(ErrorKind::verification, fmt::format("{} holds no export of {}: {}/checkpoint is missing", folder_.string(), registry_.origin(), registry_.origin()));
    if (since) {
        if (const auto kept = keep_since(*since); !kept) return std::unexpected(kept.error());
    }
    audit_registry();
    bool since_is_listed = !since_ || since_->origin == registry_.origin();
    for (const auto& node : registry_.nodes()) {
        audit_node_log(node);
        audit_inboxes(node);
        since_is_listed = since_is_listed || since_->origin == node.origin || inboxes_.contains(since_->origin);
    }
    if (!since_is_listed) find(since_->origin, FindingPlace::log, since_->size, "the earlier checkpoint is of a log that the registry does not list");
    if (registry_cited_ > registry_.size())
        find(registry_.origin(), FindingPlace::registry, registry_cited_,
             fmt::format("{} cites that size, but only {} entries are here: the export is of a registry that was cut off or is behind", cited_by_,
                         registry_.size()));
    find_strangers();
    return std::move(report_);
}

Result<void> ExportAudit::keep_since(const std::string& text) {
    auto note = crypto::Note::parse(text);
    if (!note) return fail(ErrorKind::verification, "the earlier checkpoint: " + note.error().message);
    auto checkpoint = crypto::Checkpoint::parse(note->text);
    if (!checkpoint) return fail(ErrorKind::verification, "the earlier checkpoint: " + checkpoint.error().message);
    since_note_ = std::move(*note);
    since_ = std::move(*checkpoint);
    return {};
}

void ExportAudit::audit_registry() {
    LogCheck check(registry_, *checker_, report_.findings);
    const bool is_since = since_ && since_->origin == registry_.origin();
    if (is_since) check.expect(since_->size, since_->root, FindingPlace::checkpoint, "an earlier checkpoint covers that much");
    audit_log(check, registry_.origin());
    if (is_since) check_since_signature(check);  // entry 0 said by which key
}

void ExportAudit::audit_node_log(const sync::NodeRecord& node) {
    const bool is_since = since_ && since_->origin == node.origin;
    // The folder is there as well where only an inbox of the node's is.
    const bool is_here = std::filesystem::exists(folder_ / node.origin / "checkpoint") || std::filesystem::exists(folder_ / node.origin / "tile");
    if (!is_here) {
        if (is_since) find(node.origin, FindingPlace::log, since_->size, "an earlier checkpoint covers that much, and nothing of the log is here");
        report_.absent.push_back(node.origin);
        return;
    }
    LogCheck check(node, registry_, *checker_, report_.findings);
    audit_known_key(check, node.origin);
}

void ExportAudit::audit_inboxes(const sync::NodeRecord& keeper) {
    std::error_code trouble;
    std::set<std::string> origins;
    for (const auto& folder : std::filesystem::directory_iterator(folder_ / keeper.origin / "inbox", trouble))
        origins.insert(keeper.origin + "/inbox/" + folder.path().filename().string());
    if (since_ && since_->origin.starts_with(keeper.origin + "/inbox/") && !origins.contains(since_->origin))
        find(since_->origin, FindingPlace::log, since_->size, "an earlier checkpoint covers that much, and nothing of the log is here");
    for (const auto& origin : origins) {
        const auto inbox = sync::find_inbox(registry_, origin);
        if (!inbox) continue;  // find_strangers says so
        inboxes_.insert(origin);
        LogCheck check(*inbox, registry_, *checker_, report_.findings);
        audit_known_key(check, origin);
    }
}

void ExportAudit::audit_known_key(LogCheck& check, const std::string& origin) {
    if (since_ && since_->origin == origin) {
        check_since_signature(check);
        check.expect(since_->size, since_->root, FindingPlace::checkpoint, "an earlier checkpoint covers that much");
    }
    audit_log(check, origin);
}

/// The earlier checkpoint proves something only if the log signed it.
void ExportAudit::check_since_signature(LogCheck& check) {
    const auto opened = crypto::open_checkpoint(*since_note_, check.verifier());
    if (!opened) check.add_finding(FindingPlace::checkpoint, since_->size, "the earlier one: " + opened.error().message);
}

void ExportAudit::audit_log(LogCheck& check, const std::string& origin) {
    const TileReader reader(folder_ / origin);
    AuditedLog audited{.origin = origin, .id = check.head().id};
    const auto text = reader.checkpoint();
    const auto note = text ? crypto::Note::parse(*text) : std::unexpected(text.error());
    const auto claimed = note ? crypto::Checkpoint::parse(note->text) : std::unexpected(note.error());
    if (!claimed) {
        find(origin, FindingPlace::checkpoint, {}, claimed.error().message);
        check.finish();
        report_.logs.push_back(std::move(audited));
        return;
    }
    const auto each_entry = [&](ByteView entry) {
        (void)check.add(entry);
        if (check.size() % progress_every == 0 && *progress_) (*progress_)(origin, check.size());
    };
    const auto each_trouble = [&](const std::string& path, std::uint64_t first_entry, const std::string& cause) {
        find(origin, FindingPlace::tile, first_entry, fmt::format("{}: {}", path, cause));
    };
    const auto read = check_tiles(reader, claimed->size, each_entry, each_trouble);
    if (read < claimed->size) check.missing(fmt::format("it and what follows cannot be read, of {} entries", claimed->size));
    check_note(check, *text);
    check_verifier_key(check, reader);
    check.finish();
    audited.id = check.head().id;
    audited.checkpoints = 1;
    audited.cosignatures = note->signatures.size() - 1;
    audited.size = check.size();
    audited.root = check.head().tree.root();
    const auto cited = std::max(check.head().registry_size, check.head().announced.value_or(0));
    if (check.head().log_class == sync::LogClass::node && cited > registry_cited_) {
        registry_cited_ = cited;
        cited_by_ = origin;
    }
    report_.logs.push_back(std::move(audited));
}

/// The log's own signature, and every other line as a cosignature by a node that the registry lists.
void ExportAudit::check_note(LogCheck& check, const std::string& text) {
    const auto note = crypto::Note::parse(text);
    const auto claimed = crypto::Checkpoint::parse(note->text);
    const auto opened = check.checkpoint(text, claimed->size);
    if (!opened) return;
    const auto own = check.verifier();
    std::size_t own_lines = 0;
    for (const auto& line : note->signatures) {
        if (line.name == own.name && line.key_id == own.key_id()) {
            if (++own_lines > 1) check.add_finding(FindingPlace::checkpoint, opened->size, "the log's signature stands there twice");
            continue;
        }
        if (const auto time = check_cosignature(registry_, *opened, line); !time)
            check.add_finding(FindingPlace::cosignature, opened->size, time.error().message);
    }
}

void ExportAudit::check_verifier_key(LogCheck& check, const TileReader& reader) {
    const auto text = reader.verifier_key();
    if (!text) return check.add_finding(FindingPlace::file, {}, text.error().message);
    if (*text != check.verifier().text() + '\n') check.add_finding(FindingPlace::file, {}, "vkey is not the key that the registry lists");
}

/// Whatever lies beside the logs that the registry lists. Below a log's `tile` more may stand than its checkpoint needs:
/// an export that was interrupted, or tiles of an earlier size.
void ExportAudit::find_strangers() {
    std::set<std::string> logs, ways;
    const auto add = [&](const std::string& origin) {
        logs.insert(origin);
        for (std::size_t slash = origin.find('/'); slash != origin.npos; slash = origin.find('/', slash + 1)) ways.insert(origin.substr(0, slash));
    };
    add(registry_.origin());
    for (const auto& node : registry_.nodes()) add(node.origin);
    for (const auto& origin : inboxes_) add(origin);
    std::error_code trouble;
    std::filesystem::recursive_directory_iterator walk(folder_, trouble);
    while (!trouble && walk != std::filesystem::recursive_directory_iterator()) {
        const auto path = walk->path().lexically_relative(folder_).generic_string();
        const auto parent = path.substr(0, path.rfind('/') == path.npos ? 0 : path.rfind('/'));
        const auto name = walk->path().filename().string();
        const bool is_folder = walk->is_directory(trouble) && !walk->is_symlink(trouble);
        if (is_folder && logs.contains(parent) && name == "tile") {
            walk.disable_recursion_pending();
        } else if (is_folder ? !logs.contains(path) && !ways.contains(path) : !logs.contains(parent) || (name != "checkpoint" && name != "vkey")) {
            find(path, FindingPlace::file, {}, "it belongs to no log that the registry lists");
            if (is_folder) walk.disable_recursion_pending();
        }
        walk.increment(trouble);
    }
    if (trouble) find(folder_.string(), FindingPlace::file, {}, "the folder cannot be read: " + trouble.message());
}

}  // namespace

Result<AuditReport> verify_export(const std::filesystem::path& folder, const sync::RootPin& root, const std::optional<std::string>& since,
                                  sync::SignatureChecker& checker, const AuditProgress& progress) {
    ExportAudit audit(folder, root, checker, progress);
    return audit.run(since);
}

}  // namespace motcua::node

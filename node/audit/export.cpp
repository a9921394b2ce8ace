#include "node/audit/export.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include <fmt/format.h>

#include "node/audit/tiles.hpp"
#include "node/config.hpp"
#include "node/files.hpp"
#include "node/store/reader.hpp"

namespace motcua::node {
namespace {

constexpr std::uint64_t progress_every = 4096;
namespace fs = std::filesystem;

std::unexpected<Error> storage_error(const fs::path& path, std::string_view what) {
    return fail(ErrorKind::storage, fmt::format("{} cannot be {}: {}", path.string(), what, std::strerror(errno)));
}

/// Every byte written so far to the file system of `path` reaches the disk: one wait instead of one for each tile.
Result<void> sync_file_system(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return storage_error(path, "opened");
    const bool synced = ::syncfs(fd) == 0;
    ::close(fd);
    return synced ? Result<void>{} : storage_error(path, "synced");
}

/// Files that anyone may read, since all that they hold is meant to be shown. Renamed into place: whole or absent.
Result<void> write_public_file(const fs::path& file, ByteView bytes) {
    std::error_code trouble;
    fs::create_directories(file.parent_path(), trouble);
    auto beside = file;
    beside += ".new";
    const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return storage_error(beside, "made");
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            ::close(fd);
            return storage_error(beside, "written");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    if (::close(fd) != 0) return storage_error(beside, "written");
    if (::rename(beside.c_str(), file.c_str()) != 0) return storage_error(file, "put in place");
    return {};
}

/// Leaves a file that is as it should be alone: most of an earlier export is.
Result<void> write_tile(const fs::path& file, ByteView bytes) {
    const auto there = read_exported_file(file, bundle_bytes_max);
    if (there && std::ranges::equal(*there, bytes)) return {};
    return write_public_file(file, bytes);
}

/// One log on its way out.
class LogExport {
  public:
    LogExport(Reader& reader, LogRow row) : reader_(&reader), row_(std::move(row)) {}

    [[nodiscard]] const std::string& origin() const { return row_.head.origin; }
    [[nodiscard]] const ExportedLog& done() const { return done_; }

    /// The newest checkpoint with every cosignature on exactly it.
    [[nodiscard]] Result<void> load_checkpoint() {
        const auto& head = row_.head;
        const auto row = reader_->last_checkpoint(head.id);
        if (!row) return std::unexpected(row.error());
        if (!*row || (*row)->size != head.size()) return damaged("the newest checkpoint is not of the stored size");
        auto note = crypto::Note::parse((*row)->note);
        if (!note) return damaged(note.error().message);
        const auto opened = crypto::open_checkpoint(*note, sync::log_verifier(head.origin, head.log_key));
        if (!opened) return damaged(opened.error().message);
        if (opened->root != head.tree.root() || opened->size != head.size()) return damaged("the newest checkpoint is of another root");
        note_ = std::move(*note);
        const auto read = reader_->each_cosignature(head.id, [&](const CosignatureRow& cosignature) {
            if (cosignature.size != head.size()) return true;
            if (auto line = crypto::NoteSignature::parse_line(cosignature.line)) note_.signatures.push_back(std::move(*line));
            return note_.signatures.size() < crypto::Note::signatures_max;
        });
        done_ = {.origin = head.origin, .size = head.size(), .earlier_size = 0, .cosignatures = note_.signatures.size() - 1};
        return read;
    }

    /// Errors: refused, when the checkpoint that an earlier export holds is not of a beginning of this log.
    [[nodiscard]] Result<void> check_earlier(const fs::path& out) {
        const TileReader tiles(out / origin());
        const auto text = tiles.checkpoint();
        if (!text) return text.error().kind == ErrorKind::not_found ? Result<void>{} : std::unexpected(text.error());
        const auto not_ours = [&](std::string_view cause) {
            return fail(ErrorKind::refused, fmt::format("{}/{} is no beginning of this log: {}; export to another folder, and keep this one",
                                                        out.string(), origin(), cause));
        };
        const auto note = crypto::Note::parse(*text);
        if (!note) return not_ours(note.error().message);
        const auto earlier = crypto::open_checkpoint(*note, sync::log_verifier(origin(), row_.head.log_key));
        if (!earlier) return not_ours(earlier.error().message);
        if (earlier->size > row_.head.size()) return not_ours(fmt::format("it has {} entries, here are {}", earlier->size, row_.head.size()));
        const auto root = reader_->root_at(row_.head.id, earlier->size);
        if (!root) return std::unexpected(root.error());
        if (!*root || **root != earlier->root) return not_ours(fmt::format("its root at size {} is another", earlier->size));
        done_.earlier_size = earlier->size;
        return {};
    }

    [[nodiscard]] Result<void> write_tiles(const fs::path& out, const std::function<void(std::string_view, std::uint64_t)>& progress) {
        const auto folder = out / origin();
        const auto write = [&](std::string path, ByteView bytes) {
            auto written = write_tile(folder / path, bytes);
            paths_.insert(std::move(path));
            return written;
        };
        TileBuilder builder([&](unsigned level, std::uint64_t index, std::span<const sync::Hash> hashes) {
            return write(hash_tile_path(level, index, hashes.size()), encode_hash_tile(hashes));
        });
        crypto::CompactRange tree;
        Bytes bundle;
        Result<void> outcome;
        const auto read = reader_->each_entry(row_.head.id, 0, row_.head.size(), [&](std::uint64_t seq, ByteView entry) {
            const auto leaf = crypto::leaf_hash(entry);
            tree.append(leaf);
            append_to_bundle(bundle, entry);
            const auto width = seq % tile_width + 1;
            if (width == tile_width || seq + 1 == row_.head.size()) {
                outcome = write(entry_bundle_path(seq / tile_width, width), bundle);
                bundle.clear();
            }
            if (outcome) outcome = builder.add(leaf);
            if (tree.size() % progress_every == 0 && progress) progress(origin(), tree.size());
            return outcome.has_value();
        });
        if (!read) return read;
        if (outcome) outcome = builder.finish();
        if (!outcome) return outcome;
        if (tree != row_.head.tree) return damaged("the stored entries do not give the signed root");
        return write_public_file(folder / "vkey", as_bytes(sync::log_verifier(origin(), row_.head.log_key).text() + '\n'));
    }

    [[nodiscard]] Result<void> write_checkpoint(const fs::path& out) {
        return write_public_file(out / origin() / "checkpoint", as_bytes(note_.format()));
    }

    /// Tiles of earlier sizes, and what an interrupted export left.
    [[nodiscard]] Result<void> remove_stale(const fs::path& out) const {
        const auto folder = out / origin();
        std::error_code trouble;
        std::vector<fs::path> stale;
        for (const auto& file : fs::recursive_directory_iterator(folder / "tile", trouble))
            if (!file.is_directory() && !paths_.contains(file.path().lexically_relative(folder).generic_string())) stale.push_back(file.path());
        for (const auto& path : stale) {
            fs::remove(path, trouble);
            if (fs::is_empty(path.parent_path(), trouble)) fs::remove(path.parent_path(), trouble);
        }
        for (const char* name : {"vkey.new", "checkpoint.new"}) fs::remove(folder / name, trouble);
        return trouble ? fail(ErrorKind::storage, fmt::format("{}: {}", folder.string(), trouble.message())) : Result<void>{};
    }

  private:
    [[nodiscard]] std::unexpected<Error> damaged(std::string_view cause) const {
        return fail(ErrorKind::verification, fmt::format("{}: {}; run motcua audit verify", origin(), cause));
    }

    Reader* reader_;
    LogRow row_;
    crypto::Note note_;
    ExportedLog done_;
    std::set<std::string> paths_;
};

/// `out` must be an export of the same city, and hold no log that is not here.
Result<void> check_is_export(const fs::path& out, const std::string& registry_origin, const std::vector<LogExport>& logs) {
    const auto refuse = [&](std::string_view cause) { return fail(ErrorKind::refused, fmt::format("{} {}", out.string(), cause)); };
    if (!fs::is_directory(out)) return refuse("is there and is no folder");
    if (!fs::exists(out / registry_origin / "checkpoint")) return refuse("is not empty and holds no export of this city");
    std::error_code trouble;
    for (const auto& file : fs::recursive_directory_iterator(out, trouble)) {
        if (file.path().filename() != "checkpoint") continue;
        const auto origin = file.path().parent_path().lexically_relative(out).generic_string();
        if (std::ranges::none_of(logs, [&](const LogExport& log) { return log.origin() == origin; }))
            return refuse(fmt::format("holds {}, a log that is not here: it is no earlier export of this node", origin));
    }
    return trouble ? refuse("cannot be read: " + trouble.message()) : Result<void>{};
}

Result<void> write_all(std::vector<LogExport>& logs, const fs::path& out, const std::function<void(std::string_view, std::uint64_t)>& progress) {
    for (auto& log : logs)
        if (auto written = log.write_tiles(out, progress); !written) return written;
    if (auto synced = sync_file_system(out); !synced) return synced;
    for (auto& log : logs)
        if (auto written = log.write_checkpoint(out); !written) return written;
    return sync_file_system(out);
}

Result<void> export_anew(std::vector<LogExport>& logs, const fs::path& out, const std::function<void(std::string_view, std::uint64_t)>& progress) {
    auto target = fs::absolute(out).lexically_normal();
    if (!target.has_filename()) target = target.parent_path();
    auto beside = target;
    beside += fmt::format(".{}.new", ::getpid());
    std::error_code trouble;
    if (!fs::create_directories(beside, trouble)) return fail(ErrorKind::storage, fmt::format("{} cannot be made: {}", beside.string(), trouble.message()));
    auto written = write_all(logs, beside, progress);
    if (written && ::rename(beside.c_str(), target.c_str()) != 0) written = storage_error(target, "put in place");
    if (!written) {
        fs::remove_all(beside, trouble);
        return written;
    }
    return sync_directory(target.parent_path());
}

Result<void> extend_export(std::vector<LogExport>& logs, const fs::path& out, const std::function<void(std::string_view, std::uint64_t)>& progress) {
    for (auto& log : logs)
        if (auto checked = log.check_earlier(out); !checked) return checked;
    if (auto written = write_all(logs, out, progress); !written) return written;
    for (const auto& log : logs)
        if (auto removed = log.remove_stale(out); !removed) return removed;
    return {};
}

}  // namespace

Result<std::vector<ExportedLog>> export_logs(const fs::path& directory, const fs::path& out,
                                             const std::function<void(std::string_view origin, std::uint64_t entries)>& progress) {
    const auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    if (config->root.empty()) return fail(ErrorKind::not_found, fmt::format("{} is not enrolled yet: it holds no log to export", directory.string()));
    const auto pin = sync::RootPin::parse(config->root);
    if (!pin) return std::unexpected(pin.error());
    auto reader = Reader::open(directory);
    if (!reader) return std::unexpected(reader.error());
    if (auto begun = reader->begin_snapshot(); !begun) return std::unexpected(begun.error());
    auto rows = reader->logs();
    if (!rows) return std::unexpected(rows.error());

    // The registry first, so that no exported log cites a registry that is not exported yet.
    const auto registry_origin = sync::Registry(*pin).origin();
    std::ranges::stable_partition(*rows, [&](const LogRow& row) { return row.head.origin == registry_origin; });
    std::vector<LogExport> logs;
    for (auto& row : *rows) {
        if (row.head.size() == 0) continue;
        LogExport log(*reader, std::move(row));
        if (auto loaded = log.load_checkpoint(); !loaded) return std::unexpected(loaded.error());
        logs.push_back(std::move(log));
    }
    std::error_code trouble;
    const bool is_new = !fs::exists(out) || (fs::is_directory(out) && fs::is_empty(out, trouble));
    if (!is_new) {
        if (auto checked = check_is_export(out, registry_origin, logs); !checked) return std::unexpected(checked.error());
    }
    if (auto written = is_new ? export_anew(logs, out, progress) : extend_export(logs, out, progress); !written) return std::unexpected(written.error());
    reader->end_snapshot();
    std::vector<ExportedLog> done;
    for (const auto& log : logs) done.push_back(log.done());
    return done;
}

}  // namespace motcua::node

#include "node/keep/backup.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>

#include "crypto/cbor.hpp"
#include "node/audit/status.hpp"
#include "node/config.hpp"
#include "node/files.hpp"
#include "node/keep/scratch.hpp"
#include "node/new_directory.hpp"
#include "node/store/reader.hpp"
#include "node/store/schema.hpp"

namespace motcua::node {
namespace {

constexpr std::string_view purpose = "backup";
constexpr std::size_t small_file_bytes_max = 1U << 20U;
constexpr std::size_t manifest_bytes_max = crypto::sealed_piece_bytes_max - 2;
constexpr const char* databases[] = {database_file_name, "files.db"};

/// A file of the directory, and where its bytes are read from.
struct Source {
    std::string name;
    std::filesystem::path path;
};

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};

/// SQLite's online backup in one step: under one read transaction, so that it is one moment, and no commit waits for it.
Result<void> copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto open = [](const std::filesystem::path& file, int flags) {
        sqlite3* connection = nullptr;
        sqlite3_open_v2(file.c_str(), &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
        return std::unique_ptr<sqlite3, CloseConnection>(connection);
    };
    if (auto ok = create_file(to, {}); !ok) return ok;
    const auto source = open(from, SQLITE_OPEN_READONLY), target = open(to, SQLITE_OPEN_READWRITE);
    sqlite3_busy_timeout(source.get(), 5'000);
    sqlite3_db_config(source.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    auto* copying = sqlite3_backup_init(target.get(), "main", source.get(), "main");
    const int copied = copying != nullptr ? sqlite3_backup_step(copying, -1) : sqlite3_errcode(target.get());
    const int code = copying != nullptr ? sqlite3_backup_finish(copying) : copied;
    if (copied == SQLITE_DONE && code == SQLITE_OK) return {};
    return fail(ErrorKind::storage, fmt::format("{} cannot be copied to {}: {}", from.string(), to.string(), sqlite3_errstr(code != SQLITE_OK ? code : copied)));
}

/// What goes into a backup of `directory`, the databases copied into `scratch` first.
Result<std::vector<Source>> gather(const std::filesystem::path& directory, const std::filesystem::path& scratch) {
    std::vector<Source> sources{{.name = Config::file_name, .path = directory / Config::file_name}};
    std::error_code trouble;
    for (const auto& entry : std::filesystem::directory_iterator(directory / "keys", trouble)) {
        if (entry.path().extension() == ".key") sources.push_back({.name = "keys/" + entry.path().filename().string(), .path = entry.path()});
    }
    if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", (directory / "keys").string(), trouble.message()));
    std::ranges::sort(sources, {}, &Source::name);
    for (const char* name : databases) {
        if (!std::filesystem::exists(directory / name, trouble)) continue;
        if (auto ok = copy_database(directory / name, scratch / name); !ok) return std::unexpected(std::move(ok).error());
        sources.push_back({.name = name, .path = scratch / name});
    }
    return sources;
}

/// Nothing that could be written outside of the new directory.
bool is_expected_name(std::string_view name) {
    if (name == Config::file_name || std::ranges::find(databases, name) != std::end(databases)) return true;
    constexpr std::string_view folder = "keys/", suffix = ".key";
    if (!name.starts_with(folder) || !name.ends_with(suffix) || name.size() > 100) return false;
    const auto stem = name.substr(folder.size(), name.size() - folder.size() - suffix.size());
    return !stem.empty() && std::ranges::all_of(stem, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<BackupManifest> read_manifest(SealedFileReader& reader, const std::filesystem::path& backup) {
    const auto bad = [&](const std::string& cause) { return fail(ErrorKind::verification, fmt::format("{}: {}", backup.string(), cause)); };
    const auto length = reader.read(2);
    if (!length) return std::unexpected(length.error());
    const auto bytes = reader.read(std::to_integer<std::size_t>((*length)[0]) << 8U | std::to_integer<std::size_t>((*length)[1]));
    if (!bytes) return std::unexpected(bytes.error());
    auto manifest = cbor::decode<BackupManifest>(*bytes);
    if (!manifest) return bad(manifest.error().message);
    if (manifest->magic != BackupManifest().magic) return bad("it is no backup");
    if (manifest->version != BackupManifest::version_now) return bad(fmt::format("it is of version {}, this program reads 1", manifest->version));
    for (const auto& file : manifest->files) {
        if (!is_expected_name(file.name)) return bad("it holds a file that no backup has");
    }
    return manifest;
}

Result<BackupManifest> extract(const std::filesystem::path& backup, OpeningKey key, const std::filesystem::path& into) {
    auto reader = SealedFileReader::open(backup, purpose, key);
    if (!reader) return std::unexpected(std::move(reader).error());
    auto manifest = read_manifest(*reader, backup);
    if (!manifest) return manifest;
    for (const auto& file : manifest->files) {
        if (auto ok = reader->read_to_file(into / file.name, file.bytes); !ok) return std::unexpected(std::move(ok).error());
    }
    if (auto ok = reader->expect_end(); !ok) return std::unexpected(std::move(ok).error());
    return manifest;
}

}  // namespace

Result<BackupManifest> back_up(const std::filesystem::path& directory, const std::filesystem::path& target, crypto::StreamSealer sealer,
                               const Clock& clock, Random& random) {
    const auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    if (config->root.empty()) return fail(ErrorKind::refused, fmt::format("{} is not enrolled yet: there is nothing to back up but its keys", directory.string()));
    auto writer = SealedFileWriter::create(target, std::move(sealer));
    if (!writer) return std::unexpected(std::move(writer).error());
    const Scratch scratch(beside(target, "copy", random));
    if (auto ok = scratch.make(); !ok) return std::unexpected(std::move(ok).error());
    const auto sources = gather(directory, scratch.path());
    if (!sources) return std::unexpected(sources.error());

    // What the copy says, not the directory, which goes on meanwhile.
    BackupManifest manifest;
    manifest.taken_at_ms = static_cast<std::uint64_t>(clock.wall().time_since_epoch().count());
    auto origin = own_origin(directory, *config);
    if (!origin) return std::unexpected(std::move(origin).error());
    manifest.origin = std::move(*origin);
    {
        auto reader = Reader::open(scratch.path());
        if (!reader) return std::unexpected(std::move(reader).error());
        const auto logs = reader->logs();
        if (!logs) return std::unexpected(logs.error());
        for (const auto& log : *logs) {
            if (log.head.origin == manifest.origin) manifest.own_size = log.head.size();
            if (log.head.log_class == sync::LogClass::registry) manifest.registry_size = log.head.size();
        }
    }
    for (const auto& source : *sources) {
        std::error_code trouble;
        const auto size = std::filesystem::file_size(source.path, trouble);
        if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", source.path.string(), trouble.message()));
        manifest.files.push_back({.name = source.name, .bytes = size});
    }
    const Bytes encoded = cbor::encode(manifest);
    ensure(encoded.size() <= manifest_bytes_max, "a node has tens of files");
    const std::byte length[] = {static_cast<std::byte>(encoded.size() >> 8U), static_cast<std::byte>(encoded.size() & 0xffU)};
    if (auto ok = writer->write(length); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = writer->write(encoded); !ok) return std::unexpected(std::move(ok).error());
    for (std::size_t index = 0; index < sources->size(); ++index) {
        if (auto ok = writer->write_file((*sources)[index].path, manifest.files[index].bytes); !ok) return std::unexpected(std::move(ok).error());
    }
    if (auto ok = writer->finish(); !ok) return std::unexpected(std::move(ok).error());
    return manifest;
}

Result<BackupManifest> restore_backup(const std::filesystem::path& backup, OpeningKey key, const std::filesystem::path& directory, Random& random) {
    auto made = NewDirectory::begin(directory, random);
    if (!made) return std::unexpected(std::move(made).error());
    auto manifest = extract(backup, key, made->path());
    if (!manifest) return manifest;
    if (auto ok = made->finish(); !ok) return std::unexpected(std::move(ok).error());
    return manifest;
}

Result<VerifiedBackup> verify_backup(const std::filesystem::path& backup, OpeningKey key, sync::SignatureChecker& checker, Random& random) {
    const Scratch scratch(beside(backup, "verify", random));
    auto manifest = restore_backup(backup, key, scratch.path(), random);
    if (!manifest) return std::unexpected(std::move(manifest).error());
    auto report = verify_directory(scratch.path(), std::nullopt, checker, [](std::string_view, std::uint64_t) {});
    if (!report) return std::unexpected(std::move(report).error());
    // No backup holds witness.db, so nothing that is said of it is a fault of this one.
    Findings of_backup;
    for (const auto& finding : report->findings.all()) {
        if (finding.place != FindingPlace::witness) of_backup.add(finding);
    }
    report->findings = std::move(of_backup);
    return VerifiedBackup{.manifest = std::move(*manifest), .report = std::move(*report)};
}

}  // namespace motcua::node

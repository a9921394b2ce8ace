#include "node/store/upgrade.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "node/files.hpp"

namespace motcua::node {
namespace {

/// VACUUM INTO wants a file that is absent or empty: an empty one has our mode already.
Result<void> copy_before(Database& database, const std::filesystem::path& file, std::int64_t version) {
    std::error_code trouble;
    auto copy = file, unfinished = file;
    copy += fmt::format(".v{}", version);
    for (int number = 2; std::filesystem::exists(copy, trouble); ++number) copy.replace_filename(fmt::format("{}.v{}-{}", file.filename().string(), version, number));
    unfinished += ".upgrade";
    std::filesystem::remove(unfinished, trouble);
    if (auto ok = create_file(unfinished, {}); !ok) return ok;
    auto statement = database.prepare("VACUUM INTO ?");
    if (!statement) return std::unexpected(std::move(statement).error());
    const auto name = unfinished.string();
    if (auto done = statement->bind(name).run(); !done) {
        std::filesystem::remove(unfinished, trouble);
        return fail(ErrorKind::storage, fmt::format("{} is of an older version, and no copy of it can be made before it is brought up to date: {}", file.string(), done.error().message));
    }
    if (auto ok = sync_file(unfinished); !ok) return ok;
    std::filesystem::rename(unfinished, copy, trouble);
    if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", copy.string(), trouble.message()));
    return sync_directory(std::filesystem::absolute(file).parent_path());
}

}  // namespace

Result<void> upgrade_schema(Database& database, const std::filesystem::path& file, const Schema& schema, std::int64_t version, bool may_write) {
    if (version > schema.version) {
        return fail(ErrorKind::refused, fmt::format("{} has schema version {}, which is newer than this program's, {}: use the motcua that wrote it", file.string(), version,
                                                    schema.version));
    }
    const auto first = std::ranges::find(schema.steps, version, &SchemaStep::from);
    if (first == schema.steps.end()) {
        return fail(ErrorKind::refused, fmt::format("{} has schema version {}, which this program ({}) cannot bring up to date any more: use an older motcua in between",
                                                    file.string(), version, schema.version));
    }
    if (!may_write) {
        return fail(ErrorKind::refused, fmt::format("{} was written by an older motcua (schema version {}): start the node once (motcua serve), which brings it up to date",
                                                    file.string(), version));
    }
    if (auto ok = copy_before(database, file, version); !ok) return ok;
    std::string all = "BEGIN IMMEDIATE; ";
    for (auto step = first; step != schema.steps.end(); ++step) {
        ensure(step->from == version + (step - first), "a step for each version");
        all += step->sql;
    }
    all += fmt::format(" PRAGMA user_version = {}; COMMIT;", schema.version);
    auto done = database.execute(all.c_str());
    if (done) return {};
    if (auto undone = database.execute("ROLLBACK"); !undone) return done;  // SQLite may have done so itself
    return done;
}

}  // namespace motcua::node

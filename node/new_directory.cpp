#include "node/new_directory.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "node/files.hpp"

namespace motcua::node {
namespace {

std::filesystem::path without_trailing_slash(const std::filesystem::path& path) {
    auto whole = std::filesystem::absolute(path).lexically_normal();
    return whole.has_filename() ? whole : whole.parent_path();
}

Result<void> make_private(const std::filesystem::path& directory) {
    if (::mkdir(directory.c_str(), 0700) == 0) return {};
    if (errno == ENOENT) return fail(ErrorKind::not_found, fmt::format("{} does not exist; make it first", directory.parent_path().string()));
    return fail(ErrorKind::storage, fmt::format("{}: {}", directory.string(), std::strerror(errno)));
}

}  // namespace

Result<NewDirectory> NewDirectory::begin(const std::filesystem::path& target, Random& random) {
    const auto place = without_trailing_slash(target);
    std::error_code trouble;
    if (std::filesystem::exists(place, trouble) && !std::filesystem::is_empty(place, trouble)) {
        return fail(ErrorKind::refused, fmt::format("{} is not empty; name a directory that is new or empty", place.string()));
    }
    Bytes suffix(8);
    random.fill(suffix);
    auto temporary = place;
    temporary += ".new-" + to_hex(suffix);
    if (auto ok = make_private(temporary); !ok) return std::unexpected(std::move(ok).error());
    NewDirectory made(place, temporary);
    if (auto ok = make_private(temporary / "keys"); !ok) return std::unexpected(std::move(ok).error());
    return made;
}

NewDirectory::NewDirectory(std::filesystem::path target, std::filesystem::path temporary)
    : target_(std::move(target)), temporary_(std::move(temporary)) {}

NewDirectory::NewDirectory(NewDirectory&& other) noexcept
    : target_(std::move(other.target_)), temporary_(std::exchange(other.temporary_, {})) {}

NewDirectory::~NewDirectory() {
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove_all(temporary_, ignored);
}

Result<void> NewDirectory::finish() {
    if (auto ok = sync_directory(temporary_ / "keys"); !ok) return ok;
    if (auto ok = sync_directory(temporary_); !ok) return ok;
    // Over an empty directory rename succeeds; if anything came into it meanwhile, it does not.
    if (std::rename(temporary_.c_str(), target_.c_str()) != 0) {
        const bool is_taken = errno == ENOTEMPTY || errno == EEXIST;
        return fail(is_taken ? ErrorKind::refused : ErrorKind::storage, fmt::format("{}: {}", target_.string(), std::strerror(errno)));
    }
    temporary_.clear();
    return sync_directory(target_.parent_path());
}

}  // namespace motcua::node

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "node/node.hpp"

namespace motcua::node {

Result<DirectoryLock> DirectoryLock::take(const std::filesystem::path& directory) {
    const auto file = directory / "lock";
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == ENOENT || errno == ENOTDIR)) return fail(ErrorKind::not_found, directory.string() + " does not exist");
    if (fd < 0) return fail(ErrorKind::storage, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    DirectoryLock lock(fd);
    // The kernel lets go of it when the process ends, however it ends.
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return fail(ErrorKind::storage, fmt::format("{}: {}", file.string(), std::strerror(errno)));
    return fail(ErrorKind::busy, fmt::format("another motcua is working in {}; wait for it, or ask the running `motcua serve`", directory.string()));
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DirectoryLock& DirectoryLock::operator=(DirectoryLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

DirectoryLock::~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);
}

}  // namespace motcua::node

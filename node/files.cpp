#include "node/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace motcua::node {
namespace {

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] bool valid() const { return fd_ >= 0; }
    [[nodiscard]] int get() const { return fd_; }
    /// Close errors can be the first to tell of a failed write (NFS), so a writer asks.
    [[nodiscard]] bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

  private:
    int fd_;
};

std::unexpected<Error> system_error(const std::filesystem::path& file, std::string_view doing) {
    return fail(ErrorKind::storage, fmt::format("{}: {}: {}", file.string(), doing, std::strerror(errno)));
}

Result<void> write_and_sync(Descriptor& descriptor, const std::filesystem::path& file, ByteView bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor.get(), bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error(file, "cannot write");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor.get()) != 0) return system_error(file, "cannot sync");
    if (!descriptor.close()) return system_error(file, "cannot close");
    return {};
}

std::filesystem::path parent_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
}

}  // namespace

Result<Bytes> read_whole_file(const std::filesystem::path& file, std::size_t bytes_max) {
    Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.valid()) {
        if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::not_found, file.string() + " does not exist");
        return system_error(file, "cannot open");
    }
    Bytes bytes;
    std::array<std::byte, 16384> piece;
    while (true) {
        const auto got = ::read(descriptor.get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error(file, "cannot read");
        if (got == 0) return bytes;
        append(bytes, ByteView(piece).first(static_cast<std::size_t>(got)));
        if (bytes.size() > bytes_max) return fail(ErrorKind::usage, fmt::format("{} is larger than {} bytes", file.string(), bytes_max));
    }
}

Result<void> create_file(const std::filesystem::path& file, ByteView bytes) {
    Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!descriptor.valid()) {
        if (errno == EEXIST) return fail(ErrorKind::refused, file.string() + " exists already and is never replaced; move it away first");
        return system_error(file, "cannot create");
    }
    if (auto ok = write_and_sync(descriptor, file, bytes); !ok) {
        ::unlink(file.c_str());
        return ok;
    }
    return sync_directory(parent_of(file));
}

Result<void> replace_file(const std::filesystem::path& file, ByteView bytes) {
    auto beside = file;
    beside += ".new";
    {
        Descriptor descriptor(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!descriptor.valid()) return system_error(beside, "cannot create");
        if (auto ok = write_and_sync(descriptor, beside, bytes); !ok) {
            ::unlink(beside.c_str());
            return ok;
        }
    }
    if (::rename(beside.c_str(), file.c_str()) != 0) return system_error(file, "cannot replace");
    return sync_directory(parent_of(file));
}

Result<std::uint64_t> free_bytes(const std::filesystem::path& directory) {
    struct statvfs facts{};
    if (::statvfs(directory.c_str(), &facts) == 0) return static_cast<std::uint64_t>(facts.f_bavail) * facts.f_frsize;
    if (errno == ENOENT || errno == ENOTDIR) return fail(ErrorKind::not_found, directory.string() + " does not exist");
    return system_error(directory, "cannot tell its free space");
}

Result<void> sync_file(const std::filesystem::path& file) {
    Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!descriptor.valid()) return system_error(file, "cannot open");
    if (::fsync(descriptor.get()) != 0) return system_error(file, "cannot sync");
    return {};
}

Result<void> sync_directory(const std::filesystem::path& directory) {
    Descriptor descriptor(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!descriptor.valid()) return system_error(directory, "cannot open");
    if (::fsync(descriptor.get()) != 0) return system_error(directory, "cannot sync");
    return {};
}

}  // namespace motcua::node

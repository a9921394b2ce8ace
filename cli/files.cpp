#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/verb.hpp"

namespace motcua::cli {
namespace {

/// A descriptor that closes itself.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) ::close(fd_);
    }
    [[nodiscard]] int get() const { return fd_; }
    /// Closed now, because an error at close is an error of the write.
    [[nodiscard]] bool close() { return ::close(std::exchange(fd_, -1)) == 0; }

  private:
    int fd_;
};

std::unexpected<Error> system_error(ErrorKind kind, const std::filesystem::path& file, const char* what) {
    return fail(kind, fmt::format("{}: {}: {}", file.string(), what, std::strerror(errno)));
}

Result<void> write_all(int fd, ByteView bytes, const std::filesystem::path& file) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error(ErrorKind::storage, file, "cannot be written");
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> sync_folder(const std::filesystem::path& file) {
    const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0)
        return system_error(ErrorKind::storage, folder, "cannot be synced");
    return {};
}

}  // namespace

Result<Bytes> read_file(const std::filesystem::path& file, std::size_t bytes_max) {
    const Descriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (descriptor.get() < 0)
        return system_error(errno == ENOENT ? ErrorKind::not_found : ErrorKind::storage, file, "cannot be opened");
    Bytes bytes;
    constexpr std::size_t step_bytes = 64 * 1024;
    for (;;) {
        const std::size_t before = bytes.size();
        bytes.resize(before + step_bytes);
        const auto got = ::read(descriptor.get(), bytes.data() + before, step_bytes);
        if (got < 0 && errno != EINTR) return system_error(ErrorKind::storage, file, "cannot be read");
        bytes.resize(before + static_cast<std::size_t>(got < 0 ? 0 : got));
        if (got == 0) return bytes;
        if (bytes.size() > bytes_max)
            return fail(ErrorKind::usage, fmt::format("{}: is larger than the {} bytes that such a file may have; is it the right file?",
                                                      file.string(), bytes_max));
    }
}

Result<void> write_file(const std::filesystem::path& file, ByteView bytes) {
    auto beside = file;
    beside += fmt::format(".{}.part", ::getpid());
    Descriptor descriptor(::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (descriptor.get() < 0) return system_error(ErrorKind::storage, beside, "cannot be created");
    auto written = write_all(descriptor.get(), bytes, beside);
    if (written && (::fsync(descriptor.get()) != 0 || !descriptor.close()))
        written = system_error(ErrorKind::storage, beside, "cannot be written to disk");
    if (written && ::rename(beside.c_str(), file.c_str()) != 0)
        written = system_error(ErrorKind::storage, file, "cannot be put in place");
    if (!written) {
        ::unlink(beside.c_str());
        return written;
    }
    return sync_folder(file);
}

}  // namespace motcua::cli

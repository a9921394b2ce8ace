#pragma once
/// DIR/socket as both ends open it. A socket address holds 107 bytes, a path may be longer: both go through
/// /proc/self/fd/<descriptor of DIR>/socket.

#include <filesystem>
#include <utility>

#include "crypto/result.hpp"

namespace motcua::node {

/// A file descriptor, closed with the object. Move-only.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    [[nodiscard]] int get() const { return fd_; }
    [[nodiscard]] int release() { return std::exchange(fd_, -1); }

  private:
    int fd_ = -1;
};

/// A listening socket in the place of whatever had that name. Only under the directory's lock. Errors: storage.
[[nodiscard]] Result<Descriptor> bind_local_socket(const std::filesystem::path& directory);
/// Errors: not_found, when nobody listens there; storage.
[[nodiscard]] Result<Descriptor> connect_local_socket(const std::filesystem::path& directory);
/// True when the process at the other end belongs to our own user.
[[nodiscard]] bool is_same_user(int socket);

}  // namespace motcua::node

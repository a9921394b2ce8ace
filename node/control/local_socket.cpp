#include "node/control/local_socket.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "node/control/codec.hpp"

namespace motcua::node {

namespace {

std::unexpected<Error> failed(const char* what, const std::filesystem::path& directory) {
    const int cause = errno;
    return fail(ErrorKind::storage, std::string(what) + " " + (directory / control_socket_name).string() + ": " + std::strerror(cause));
}

Result<Descriptor> open_directory(const std::filesystem::path& directory) {
    Descriptor opened(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (opened.get() < 0) return fail(ErrorKind::not_found, "cannot open the directory " + directory.string() + ": " + std::strerror(errno));
    return opened;
}

sockaddr_un address_in(const Descriptor& directory) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(directory.get()) + "/" + control_socket_name;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Result<Descriptor> bind_local_socket(const std::filesystem::path& directory) {
    const auto opened = open_directory(directory);
    if (!opened) return std::unexpected(opened.error());
    if (::unlinkat(opened->get(), control_socket_name, 0) != 0 && errno != ENOENT) return failed("cannot remove the stale socket", directory);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return failed("cannot make", directory);
    // Before bind: the file is born with this mode, so that there is no moment in which others could connect.
    if (::fchmod(socket.get(), 0600) != 0) return failed("cannot restrict", directory);
    const auto address = address_in(*opened);
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return failed("cannot bind", directory);
    if (::listen(socket.get(), SOMAXCONN) != 0) return failed("cannot listen at", directory);
    return socket;
}

Result<Descriptor> connect_local_socket(const std::filesystem::path& directory) {
    const auto opened = open_directory(directory);
    if (!opened) return std::unexpected(opened.error());
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return failed("cannot make a socket for", directory);
    const auto address = address_in(*opened);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return socket;
    if (errno == ENOENT || errno == ECONNREFUSED) return fail(ErrorKind::not_found, "no serve runs in " + directory.string());
    return failed("cannot connect to", directory);
}

bool is_same_user(int socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == ::geteuid();
}

}  // namespace motcua::node

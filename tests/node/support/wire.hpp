#pragma once
/// The other end of a socket in tests: a raw client, and a proxy that cuts or counts.

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "crypto/bytes.hpp"

namespace motcua::tests {

inline sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// A TCP connection to loopback that says what a test wants.
class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        const auto address = loopback(port);
        ensure(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "connect to loopback");
    }
    RawClient(RawClient&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    RawClient& operator=(RawClient&&) = delete;
    ~RawClient() {
        if (fd_ >= 0) ::close(fd_);
    }

    /// False once the other side has closed.
    bool send(ByteView bytes) const { return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()); }
    /// All that comes until the other side closes, or nothing when it has not closed in time.
    [[nodiscard]] std::optional<Bytes> read_to_end(std::chrono::milliseconds at_most) const {
        Bytes all;
        const auto deadline = std::chrono::steady_clock::now() + at_most;
        while (true) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
            pollfd waiting{.fd = fd_, .events = POLLIN, .revents = 0};
            if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
            std::array<std::byte, 4096> piece{};
            const auto count = ::recv(fd_, piece.data(), piece.size(), 0);
            if (count <= 0) return all;
            append(all, ByteView(piece).first(static_cast<std::size_t>(count)));
        }
    }
    [[nodiscard]] int fd() const { return fd_; }

  private:
    int fd_;
};

/// Carries connections to a port of loopback, one after the other, and cuts each after so many bytes either way.
class Proxy {
  public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    explicit Proxy(std::uint16_t target) : target_(target), listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        auto address = loopback(0);
        socklen_t size = sizeof address;
        ensure(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(listener_, 8) == 0 &&
                   ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0, "listen at loopback");
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    Proxy(const Proxy&) = delete;
    Proxy& operator=(const Proxy&) = delete;
    ~Proxy() {
        stopping_ = true;
        thread_.join();
        ::close(listener_);
    }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
    void cut_after(std::uint64_t bytes) { cut_after_ = bytes; }
    /// Of the last connection.
    [[nodiscard]] std::uint64_t bytes_up() const { return up_; }
    [[nodiscard]] std::uint64_t bytes_down() const { return down_; }
    [[nodiscard]] Bytes recorded_up() {
        const std::lock_guard lock(mutex_);
        return recorded_;
    }

  private:
    static constexpr int tick_ms = 20;

    void run() {
        while (!stopping_) {
            pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
            if (::poll(&waiting, 1, tick_ms) <= 0) continue;
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) continue;
            up_ = down_ = 0;
            record({}, true);
            {
                const RawClient server(target_);
                carry(client, server.fd());
            }
            ::close(client);
        }
    }
    void carry(int client, int server) {
        while (!stopping_) {
            std::array<pollfd, 2> ends{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
            if (::poll(ends.data(), ends.size(), tick_ms) <= 0) continue;
            if (ends[0].revents != 0 && !forward(client, server, up_)) return;
            if (ends[1].revents != 0 && !forward(server, client, down_)) return;
        }
    }
    bool forward(int from, int to, std::atomic<std::uint64_t>& counted) {
        std::array<std::byte, 4096> piece{};
        const std::uint64_t used = up_ + down_;
        const std::uint64_t left = cut_after_ > used ? cut_after_ - used : 0;
        const auto count = ::recv(from, piece.data(), static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), left)), 0);
        if (count <= 0) return false;
        counted += static_cast<std::uint64_t>(count);
        if (&counted == &up_) record(ByteView(piece).first(static_cast<std::size_t>(count)), false);
        return ::send(to, piece.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count;
    }

    void record(ByteView bytes, bool anew) {
        const std::lock_guard lock(mutex_);
        if (anew) recorded_.clear();
        append(recorded_, bytes);
    }

    std::mutex mutex_;
    Bytes recorded_;
    std::uint16_t target_, port_ = 0;
    int listener_;
    std::atomic<std::uint64_t> cut_after_ = never, up_ = 0, down_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace motcua::tests

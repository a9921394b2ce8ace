#include "node/control/gateway.hpp"

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <cstring>

#include "node/control/codec.hpp"
#include "node/control/local_socket.hpp"
#include "node/link/reconcile.hpp"

namespace motcua::node {

namespace {

using std::chrono::seconds;

constexpr seconds transfer_timeout{10};
/// A commit waits for others at most; a reconciliation may carry weeks; a rebuild goes over every act.
constexpr seconds answer_timeout{300};
constexpr seconds long_answer_timeout{24 * 3600};

seconds timeout_of(const Work& work) {
    const bool is_long = std::holds_alternative<Rebuild>(work) || std::holds_alternative<SyncNow>(work);
    return is_long ? long_answer_timeout : answer_timeout;
}

std::unexpected<Error> cut(const char* when) {
    return fail(ErrorKind::unreachable, std::string("the running serve ") + when + "; what was asked may or may not be recorded: look before asking again");
}

void set_timeout(int socket, int option, seconds timeout) {
    const timeval value{.tv_sec = timeout.count(), .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, option, &value, sizeof value);
}

bool send_all(int socket, ByteView bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

bool receive_all(int socket, std::span<std::byte> target) {
    while (!target.empty()) {
        const auto received = ::recv(socket, target.data(), target.size(), 0);
        if (received < 0 && errno == EINTR) continue;
        if (received <= 0) return false;
        target = target.subspan(static_cast<std::size_t>(received));
    }
    return true;
}

/// The largest answer is an enrolment ticket: the whole registry.
constexpr std::uint64_t answer_bytes_max = 256ULL << 20U;

Result<Done> ask_serve(int socket, const Request& request) {
    const auto frame = encode_request(request);
    if (!frame) return std::unexpected(frame.error());
    set_timeout(socket, SO_SNDTIMEO, transfer_timeout);
    set_timeout(socket, SO_RCVTIMEO, timeout_of(request.work));
    Bytes length;
    append_be(length, frame->size(), control_length_bytes);
    if (!send_all(socket, length) || !send_all(socket, frame->view())) return cut("went away before it had heard all");

    std::array<std::byte, control_length_bytes> answer_length{};
    if (!receive_all(socket, answer_length)) return cut("gave no answer");
    const std::uint64_t size = load_be(answer_length);
    if (size > answer_bytes_max) return fail(ErrorKind::verification, "the running serve gave an answer that is no answer; restart it");
    Bytes answer(size);
    if (!receive_all(socket, answer)) return cut("went away in the middle of its answer");
    return decode_answer(answer);
}

}  // namespace

struct Gateway::State {
    std::filesystem::path directory;
    NodeEnvironment environment;
    std::optional<Node> node;  // none: a serve runs
};

Gateway::Gateway(std::unique_ptr<State> state) : state_(std::move(state)) {}
Gateway::Gateway(Gateway&&) noexcept = default;
Gateway& Gateway::operator=(Gateway&&) noexcept = default;
Gateway::~Gateway() = default;

Result<Gateway> Gateway::open(const std::filesystem::path& directory, const NodePassphrase& passphrase, NodeEnvironment environment) {
    auto state = std::make_unique<State>(State{.directory = directory, .environment = environment, .node = std::nullopt});
    const auto connected = connect_local_socket(directory);
    if (connected) return Gateway(std::move(state));
    if (connected.error().kind != ErrorKind::not_found) return std::unexpected(connected.error());

    auto secret = passphrase();
    if (!secret) return std::unexpected(std::move(secret).error());
    auto node = Node::open(directory, *secret ? &**secret : nullptr, environment);
    if (!node) return std::unexpected(std::move(node).error());
    state->node = std::move(*node);
    return Gateway(std::move(state));
}

bool Gateway::is_remote() const { return !state_->node; }

Result<Done> Gateway::ask(const Request& request) {
    if (!state_->node) {
        // One connection a request: a verb that pauses between two holds nothing at the serve's end.
        const auto socket = connect_local_socket(state_->directory);
        if (!socket) {
            if (socket.error().kind == ErrorKind::not_found)
                return fail(ErrorKind::unreachable, "the serve that ran in " + state_->directory.string() + " has ended; nothing was asked of it, ask again");
            return std::unexpected(socket.error());
        }
        return ask_serve(socket->get(), request);
    }
    if (!std::holds_alternative<SyncNow>(request.work)) return perform(*state_->node, request, state_->environment);
    const auto journal = Journal::open(state_->node->config(), state_->directory);
    if (!journal) return std::unexpected(journal.error());
    auto done = reconcile(*state_->node, state_->environment, *journal);
    if (!done) return std::unexpected(done.error());
    return Done(std::move(*done));
}

}  // namespace motcua::node

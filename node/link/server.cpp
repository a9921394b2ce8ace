#include "node/link/server.hpp"

#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <fstream>

#include "node/control/listener.hpp"
#include "node/link/repeated_warning.hpp"
#include "node/link/scrubbing.hpp"
#include "node/link/upstream.hpp"

namespace motcua::node {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr const char* listening_file = "listening";

/// Signatures that were put off are checked in pieces of some 20 ms, between which everything else has its turn.
constexpr std::size_t checked_again_at_once = 500;
constexpr std::chrono::milliseconds check_pause{100};

/// A thousand sessions need more descriptors than the customary 1024.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

Result<tcp::acceptor> bind(asio::io_context& context, const Address& address) {
    error_code trouble;
    tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(address.host, std::to_string(address.port), tcp::resolver::passive, trouble);
    if (trouble || endpoints.empty()) return fail(ErrorKind::usage, "cannot listen at " + address.text() + ": the host is none of this machine's");
    const tcp::endpoint endpoint = endpoints.begin()->endpoint();
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol(), trouble);
    if (!trouble) acceptor.set_option(asio::socket_base::reuse_address(true), trouble);
    if (!trouble) acceptor.bind(endpoint, trouble);
    if (!trouble) acceptor.listen(asio::socket_base::max_listen_connections, trouble);
    if (trouble == asio::error::address_in_use) return fail(ErrorKind::busy, "another program listens at " + address.text() + "; end it or choose another --listen");
    if (trouble) return fail(ErrorKind::usage, "cannot listen at " + address.text() + ": " + trouble.message());
    return acceptor;
}

Result<std::optional<UpstreamOptions>> upstream_of(const Config& config) {
    if (config.upstream.empty()) return std::nullopt;
    auto address = Address::parse(config.upstream);
    if (!address) return fail(ErrorKind::usage, std::string(Config::file_name) + ", upstream: " + address.error().message);
    return UpstreamOptions{.address = std::move(*address),
                           .connect_timeout = config.connect_timeout,
                           .backoff = {.min = config.reconnect_min, .max = config.reconnect_max},
                           .session = {}};
}

}  // namespace

struct Server::State {
    State(Node opened, NodeEnvironment world, Journal lines, ServeOptions chosen)
        : node(std::move(opened)), environment(world), journal(std::move(lines)), options(std::move(chosen)), goodbye(context), next_check(context), signals(context) {}
    ~State();

    Result<void> start();
    Result<void> run();
    void begin_stop();
    void stop_when_idle();
    void observe(const Result<Group>& group);
    void check_deferred_soon();
    void check_deferred();
    void perform(Request request, ControlListener::Answer answer);
    static asio::awaitable<void> accept_loop(State* state);
    void accept(tcp::socket socket);
    void watch_disk();
    void write_listening_file();
    void remove_listening_file();

    // The order is that of life: the context, with all coroutines in it, goes last but for what they use.
    Node node;
    NodeEnvironment environment;
    Journal journal;
    RepeatedWarning not_accepted{journal}, no_place{journal};
    ServeOptions options;
    std::uint64_t sessions_max = 0;
    asio::io_context context{1};
    std::optional<Sessions> sessions;
    std::optional<Writer> writer;
    std::optional<Upstream> upstream;
    std::optional<Scrubbing> scrubbing;
    std::optional<DiskGuard> disk;
    DiskRoom disk_room = DiskRoom::plenty;
    asio::steady_timer disk_timer{context};
    std::unique_ptr<ControlListener> control;
    std::optional<tcp::acceptor> acceptor;
    std::optional<Address> listening;
    bool listening_file_written = false;
    asio::steady_timer goodbye, next_check;
    bool check_pending = false;
    asio::signal_set signals;
    std::optional<sync::MonoTime> stopping_since;
    std::optional<Error> failure;
};

Server::State::~State() {
    if (writer) writer->stop();
    remove_listening_file();
}

Result<void> Server::State::start() {
    const Config& config = node.config();
    if (!node.registry()) return fail(ErrorKind::refused, "this node is not enrolled yet: carry enrol.request to the city and accept its ticket first");
    auto above = upstream_of(config);
    if (!above) return std::unexpected(above.error());
    if (!*above && !options.listen) return fail(ErrorKind::usage, "no upstream is configured: set link.upstream in " + std::string(Config::file_name));
    raise_descriptor_limit();
    sessions_max = config.sessions_max;
    auto reader = Reader::open(node.directory());
    if (!reader) return std::unexpected(reader.error());
    if (options.listen) {
        auto bound = bind(context, *options.listen);
        if (!bound) return std::unexpected(bound.error());
        acceptor = std::move(*bound);
        const auto endpoint = acceptor->local_endpoint();
        listening = Address{.host = endpoint.address().to_string(), .port = endpoint.port()};
    }
    auto local = ControlListener::start(context, node.directory(), journal,
                                        [this](Request request, ControlListener::Answer answer) { perform(std::move(request), std::move(answer)); });
    if (!local) return std::unexpected(local.error());
    control = std::move(*local);

    // What the sessions need of the node is copied before the writer's thread owns it.
    const auto identity = node.identity();
    const auto registry = node.registry();
    LinkLimits limits;
    limits.unsent_timeout = config.unsent_timeout;
    writer.emplace(node, *environment.clock, [this](auto answers) { asio::post(context, std::move(answers)); },
                   [this](const Result<Group>& group) { observe(group); });
    sessions.emplace(LinkParts{&context, &*writer, &journal, environment, identity, limits}, std::move(*reader), registry);
    if (*above) {
        (*above)->session = options.session;
        upstream.emplace(*sessions, std::move(**above));
        upstream->keep();
    }
    auto scrub_reader = Reader::open(node.directory());
    if (!scrub_reader) return std::unexpected(scrub_reader.error());
    scrubbing.emplace(context, *std::move(scrub_reader), *writer, journal, *environment.clock, options.scrub);
    disk.emplace(node.directory(), config, environment.disk);
    watch_disk();
    check_deferred_soon();
    if (listening) write_listening_file();
    if (acceptor) {
        asio::co_spawn(context, accept_loop(this), [this](const std::exception_ptr& trouble) {
            if (trouble) std::rethrow_exception(trouble);  // to run(): a server that no longer accepts must not seem alive
        });
    }
    if (options.stop_on_signals) {
        signals.add(SIGTERM);
        signals.add(SIGINT);
        signals.async_wait([this](const error_code& cancelled, int) {
            if (!cancelled) begin_stop();
        });
    }
    return {};
}

void Server::State::watch_disk() {
    const auto look = disk->look(true);
    if (look.news) look.room == DiskRoom::plenty ? journal.info(*look.news) : journal.error(*look.news);
    if (look.room != disk_room) {
        if (const auto why = disk->why_not()) journal.error(*why + "; free some space, or move the node to a larger disk");
        else journal.info("the disk has room again: what other offices send is taken");
        disk_room = look.room;
    }
    disk_timer.expires_after(options.disk_watch);
    disk_timer.async_wait([this](const error_code& cancelled) {
        if (!cancelled && !stopping_since) watch_disk();
    });
}

void Server::State::write_listening_file() {
    const auto file = node.directory() / listening_file;
    const auto beside = node.directory() / "listening.new";
    std::ofstream(beside) << listening->text() << '\n';
    std::error_code trouble;
    std::filesystem::rename(beside, file, trouble);
    listening_file_written = true;
    if (trouble) journal.warn("cannot write " + file.string() + ": " + trouble.message());
}

void Server::State::remove_listening_file() {
    if (!std::exchange(listening_file_written, false)) return;
    std::error_code gone;
    std::filesystem::remove(node.directory() / listening_file, gone);
}

// --- what comes in ---

asio::awaitable<void> Server::State::accept_loop(State* state) {
    while (state->acceptor->is_open()) {
        error_code trouble;
        // No deadline: ends when the acceptor is closed.
        auto socket = co_await state->acceptor->async_accept(asio::redirect_error(asio::use_awaitable, trouble));
        if (trouble == asio::error::operation_aborted || state->stopping_since) co_return;
        if (!trouble) {
            state->accept(std::move(socket));
            continue;
        }
        state->not_accepted.warn("cannot accept a connection: " + trouble.message(), state->environment.clock->mono());
        // Out of descriptors, most likely: trying again at once would only spin.
        asio::steady_timer pause(state->context, std::chrono::milliseconds(100));
        co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, trouble));
    }
}

void Server::State::accept(tcp::socket socket) {
    // Whoever has not shown in time who he is makes room for the next; among nodes that we know, the newest must wait.
    if (sessions->count() >= sessions_max && !sessions->close_oldest_stranger()) {
        no_place.warn("refused a connection: " + std::to_string(sessions_max) + " sessions are open (link.sessions_max)", environment.clock->mono());
        return;
    }
    sync::SessionOptions session = options.session;
    session.role = crypto::NoiseRole::responder;
    session.once = false;
    sessions->start(std::move(socket), session, [](const SessionEnd&) {});
}

void Server::State::perform(Request request, ControlListener::Answer answer) {
    if (stopping_since) return answer(fail(ErrorKind::busy, "this node is shutting down; ask again when it runs"));
    if (std::holds_alternative<SyncNow>(request.work)) {
        if (!upstream) return answer(fail(ErrorKind::usage, "no upstream is configured: set link.upstream in " + std::string(Config::file_name)));
        upstream->reconcile([answer = std::move(answer)](Result<SyncDone> done) mutable {
            if (done) answer(Done(std::move(*done)));
            else answer(std::unexpected(done.error()));
        });
        return;
    }
    struct Asked {
        Request request;
        ControlListener::Answer answer;
        std::optional<Done> done;
    };
    const auto asked = std::make_shared<Asked>(std::move(request), std::move(answer), std::nullopt);
    Writer::Job job;
    job.urgent = true;
    job.alone = !is_groupable(asked->request.work);
    job.run = [asked, environment = environment](Node& owned) -> Result<void> {
        auto done = is_groupable(asked->request.work) ? perform_in_group(owned, asked->request, environment) : node::perform(owned, asked->request, environment);
        if (!done) return std::unexpected(std::move(done).error());
        asked->done = std::move(*done);
        return {};
    };
    job.answer = [asked](const Result<void>& result, const Group&) {
        if (result) asked->answer(std::move(*asked->done));
        else asked->answer(std::unexpected(result.error()));
    };
    if (!writer->submit(job)) asked->answer(fail(ErrorKind::busy, "too much is waiting to be recorded; try again in a moment"));
}

void Server::State::observe(const Result<Group>& group) {
    if (group) {
        journal.debug("committed " + std::to_string(group->jobs) + " jobs together");
        for (const auto& withheld : group->withheld) journal.warn("not witnessed: " + withheld.message);
        if (group->has_deferred) check_deferred_soon();
        return sessions->committed(*group);
    }
    failure = group.error();
    journal.error("stopping: " + failure->message + "; what is on disk is resolved at the next start");
    begin_stop();
}

// --- signatures that were put off ---

void Server::State::check_deferred_soon() {
    if (std::exchange(check_pending, true)) return;
    next_check.expires_after(check_pause);
    next_check.async_wait([this](const error_code& cancelled) {
        check_pending = false;
        if (!cancelled && !stopping_since) check_deferred();
    });
}

/// What is left over is seen in `observe`; a full queue means that there is more urgent work.
void Server::State::check_deferred() {
    const auto found = std::make_shared<std::vector<std::string>>();
    Writer::Job job;
    job.run = [found](Node& owned) -> Result<void> {
        auto done = owned.check_deferred(checked_again_at_once);
        if (!done) return std::unexpected(std::move(done).error());
        *found = std::move(done->found);
        return {};
    };
    job.answer = [this, found](const Result<void>& result, const Group&) {
        if (!result) journal.error("signatures could not be checked again: " + result.error().message);
        for (const auto& each : *found) journal.error(each);
    };
    if (!writer->submit(job)) check_deferred_soon();
}

// --- the end ---

void Server::State::begin_stop() {
    if (stopping_since) return;
    stopping_since = environment.clock->mono();
    journal.info("stopping: " + std::to_string(sessions->count()) + " sessions are told goodbye");
    error_code ignored;
    signals.cancel(ignored);
    signals.clear(ignored);  // a second signal ends the process
    if (acceptor) acceptor->close(ignored);
    next_check.cancel();
    remove_listening_file();
    control->close();
    if (upstream) upstream->stop();
    if (scrubbing) scrubbing->stop();
    disk_timer.cancel();
    sessions->leave_all();
    stop_when_idle();
}

void Server::State::stop_when_idle() {
    const bool is_late = environment.clock->mono() - *stopping_since >= options.goodbye_timeout;
    if (is_late || (sessions->count() == 0 && control->active() == 0)) {
        sessions->close_all();
        context.stop();
        return;
    }
    goodbye.expires_after(std::chrono::milliseconds(20));
    goodbye.async_wait([this](const error_code& cancelled) {
        if (!cancelled) stop_when_idle();
    });
}

Result<void> Server::State::run() {
    if (listening) journal.info("listening at " + listening->text());
    try {
        context.run();
    } catch (const std::exception& trouble) {
        failure = Error{ErrorKind::internal, std::string("serve stopped at an unexpected error: ") + trouble.what()};
        journal.error(failure->message);
    }
    writer->stop();
    // The last answers: what they say is durable, though few are left to hear it.
    context.restart();
    context.poll();
    if (failure) return std::unexpected(*failure);
    journal.info("stopped; everything taken in is on disk");
    return {};
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

Result<Server> Server::start(Node node, NodeEnvironment environment, Journal journal, ServeOptions options) {
    auto state = std::make_unique<State>(std::move(node), environment, std::move(journal), std::move(options));
    if (auto started = state->start(); !started) return std::unexpected(started.error());
    return Server(std::move(state));
}

std::optional<Address> Server::listening() const { return state_->listening; }

Result<void> Server::run() { return state_->run(); }

void Server::stop() {
    asio::post(state_->context, [state = state_.get()] { state->begin_stop(); });
}

}  // namespace motcua::node

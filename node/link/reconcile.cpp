#include "node/link/reconcile.hpp"

#include <boost/asio/post.hpp>

#include "node/link/upstream.hpp"

namespace motcua::node {

namespace asio = boost::asio;

Result<SyncDone> reconcile(Node& node, NodeEnvironment environment, const Journal& journal) {
    const Config& config = node.config();
    if (config.upstream.empty()) return fail(ErrorKind::usage, "no upstream is configured: set link.upstream in " + std::string(Config::file_name));
    if (!node.registry()) return fail(ErrorKind::refused, "this node is not enrolled yet: carry enrol.request to the city and accept its ticket first");
    auto address = Address::parse(config.upstream);
    if (!address) return std::unexpected(address.error());
    auto reader = Reader::open(node.directory());
    if (!reader) return std::unexpected(reader.error());

    const UpstreamOptions options{.address = std::move(*address), .connect_timeout = config.connect_timeout, .backoff = {}, .session = {}};
    const auto identity = node.identity();
    const auto registry = node.registry();
    LinkLimits limits;
    limits.unsent_timeout = config.unsent_timeout;

    asio::io_context context(1);
    std::optional<Sessions> sessions;
    std::optional<Result<SyncDone>> done;
    // Keeps the loop alive while the writer works and no socket waits.
    auto work = asio::make_work_guard(context);
    const auto observe = [&](const Result<Group>& group) {
        if (group) return sessions->committed(*group);
        done = std::unexpected(group.error());
        work.reset();
        context.stop();
    };
    Writer writer(node, *environment.clock, [&context](auto answers) { asio::post(context, std::move(answers)); }, observe);
    sessions.emplace(LinkParts{&context, &writer, &journal, environment, identity, limits}, std::move(*reader), registry);
    Upstream upstream(*sessions, options);
    upstream.reconcile([&](Result<SyncDone> answer) {
        if (!done) done = std::move(answer);
        work.reset();
        context.stop();
    });
    context.run();
    writer.stop();
    context.restart();
    context.poll();
    ensure(done.has_value(), "a reconciliation ends with an answer");
    return std::move(*done);
}

}  // namespace motcua::node

#include "node/link/writer.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <semaphore>

#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

using node::Group;
using node::Node;
using node::Writer;

/// A node in the city's directory, its writer, and what the observer saw. Answers run on the writer's own thread.
struct Desk {
    explicit Desk(node::WriterOptions options = {})
        : writer(owned, clock, [](auto answers) { answers(); }, [this](const Result<Group>& group) { observe(group); }, options) {}

    void observe(const Result<Group>& group) {
        const std::lock_guard lock(mutex);
        if (group) groups.push_back(group->jobs);
        else ++failures;
    }
    /// The error's kind, or nothing when all is well.
    std::future<std::optional<ErrorKind>> submit(std::move_only_function<Result<void>(Node&)> run, bool urgent = false, bool alone = false) {
        auto promise = std::make_shared<std::promise<std::optional<ErrorKind>>>();
        auto future = promise->get_future();
        Writer::Job job;
        job.run = std::move(run);
        job.urgent = urgent;
        job.alone = alone;
        job.answer = [promise](const Result<void>& result, const Group&) {
            promise->set_value(result ? std::nullopt : std::optional(result.error().kind));
        };
        REQUIRE(writer.submit(job));
        return future;
    }

    Town town;
    node::SystemClock clock;
    Node owned = town.open(town.city());
    std::mutex mutex;
    std::vector<std::size_t> groups;
    std::size_t failures = 0;
    Writer writer;
};

Result<void> nothing(Node&) { return {}; }

TEST_CASE("jobs that wait together share one commit, and each gets its own answer", "[threads]") {
    Desk desk;
    std::binary_semaphore gate(0), started(0);
    auto first = desk.submit([&](Node&) -> Result<void> {
        started.release();
        gate.acquire();
        return {};
    }, false, true);
    started.acquire();
    std::vector<std::future<std::optional<ErrorKind>>> answers;
    for (int index = 0; index < 20; ++index)
        answers.push_back(desk.submit([index](Node&) -> Result<void> {
            if (index == 7) return fail(ErrorKind::refused, "no");
            return {};
        }));
    gate.release();
    CHECK(first.get() == std::nullopt);
    for (int index = 0; index < 20; ++index) {
        const auto expected = index == 7 ? std::optional(ErrorKind::refused) : std::nullopt;
        CHECK(answers[static_cast<std::size_t>(index)].get() == expected);
    }
    desk.writer.stop();
    CHECK(desk.groups == std::vector<std::size_t>{1, 20});
}

TEST_CASE("a job that fails is undone alone", "[threads]") {
    Desk desk;
    const auto officer = Town::officer(desk.town.city());
    const auto environment = desk.town.environment();
    const auto reception = std::get<node::Receive>(desk.town.reception(desk.town.city()).work);
    std::binary_semaphore gate(0);
    auto blocker = desk.submit([&](Node&) -> Result<void> { gate.acquire(); return {}; }, false, true);
    const auto receive = [&](const crypto::SigningKey& key) {
        return [&key, &reception, environment](Node& node) -> Result<void> {
            auto done = node::receive(node, key, reception, environment);
            if (!done) return std::unexpected(done.error());
            return {};
        };
    };
    const auto stranger = signing_key("stranger");
    auto good = desk.submit(receive(officer)), bad = desk.submit(receive(stranger)), again = desk.submit(receive(officer));
    gate.release();
    CHECK(good.get() == std::nullopt);
    CHECK(bad.get() == ErrorKind::refused);
    CHECK(again.get() == std::nullopt);
    CHECK(blocker.get() == std::nullopt);
    desk.writer.stop();
    CHECK(value_of(desk.owned.reader().dossiers({})).size() == 2);
}

TEST_CASE("a person's job goes before what links brought", "[threads]") {
    Desk desk({.group_jobs_max = 1});
    std::binary_semaphore gate(0);
    auto blocker = desk.submit([&](Node&) -> Result<void> { gate.acquire(); return {}; });
    std::vector<int> order;
    auto link = desk.submit([&](Node&) -> Result<void> { order.push_back(1); return {}; });
    auto person = desk.submit([&](Node&) -> Result<void> { order.push_back(2); return {}; }, true);
    gate.release();
    link.get();
    person.get();
    CHECK(order == std::vector<int>{2, 1});
}

TEST_CASE("a full queue leaves the job with its owner", "[threads]") {
    Desk desk({.queue_jobs_max = 2, .queue_bytes_max = 100});
    std::binary_semaphore gate(0), started(0);
    auto blocker = desk.submit([&](Node&) -> Result<void> { started.release(); gate.acquire(); return {}; }, false, true);
    started.acquire();
    const auto offer = [&](std::size_t bytes) {
        Writer::Job job;
        job.run = nothing;
        job.answer = [](const Result<void>&, const Group&) {};
        job.bytes = bytes;
        const bool taken = desk.writer.submit(job);
        CHECK(static_cast<bool>(job.run) == !taken);
        return taken;
    };
    CHECK(offer(1000));  // larger than the bound, and alone in the queue
    CHECK_FALSE(offer(1));
    gate.release();
    CHECK(eventually([&] { return offer(1); }));
    blocker.get();
}

TEST_CASE("after a storage error every job is answered with it, and nothing is taken any more", "[threads]") {
    Desk desk;
    std::binary_semaphore gate(0);
    auto blocker = desk.submit([&](Node&) -> Result<void> { gate.acquire(); return {}; }, false, true);
    auto before = desk.submit(nothing);
    auto broken = desk.submit([](Node&) -> Result<void> { return fail(ErrorKind::storage, "disk"); });
    auto after = desk.submit(nothing);
    gate.release();
    CHECK(blocker.get() == std::nullopt);
    CHECK(before.get() == ErrorKind::storage);
    CHECK(broken.get() == ErrorKind::storage);
    CHECK(after.get() == ErrorKind::storage);
    CHECK(desk.submit(nothing).get() == ErrorKind::storage);
    desk.writer.stop();
    CHECK(desk.failures == 1);
}

TEST_CASE("an exception in a job ends the writer, since nobody knows what it left behind", "[threads]") {
    Desk desk;
    CHECK(desk.submit([](Node&) -> Result<void> { throw std::runtime_error("broken"); }).get() == ErrorKind::storage);
    CHECK(desk.submit(nothing).get() == ErrorKind::storage);
}

TEST_CASE("stop runs what is queued, and refuses what comes after", "[threads]") {
    Desk desk;
    std::binary_semaphore gate(0);
    auto blocker = desk.submit([&](Node&) -> Result<void> { gate.acquire(); return {}; });
    auto queued = desk.submit(nothing);
    auto stopping = std::async(std::launch::async, [&] { desk.writer.stop(); });
    gate.release();
    CHECK(queued.get() == std::nullopt);
    stopping.get();
    CHECK(desk.submit(nothing).get() == ErrorKind::busy);
}

}  // namespace
}  // namespace motcua::tests

#include "node/link/writer.hpp"

#include <exception>

namespace motcua::node {

Writer::Writer(Node& node, const Clock& clock, Post post, Observer observer, WriterOptions options)
    : node_(&node), clock_(&clock), post_(std::move(post)), observer_(std::move(observer)), options_(options),
      thread_([this] { work(); }) {}

Writer::~Writer() { stop(); }

bool Writer::submit(Job& job) {
    Error error{ErrorKind::busy, "this node is shutting down; ask again when it runs"};
    {
        const std::lock_guard lock(mutex_);
        if (!stopping_ && !failure_) {
            if (urgent_.size() + ordinary_.size() >= options_.queue_jobs_max) return false;
            // A job larger than the whole bound still gets its turn, alone in the queue.
            if (queued_bytes_ > 0 && queued_bytes_ + job.bytes > options_.queue_bytes_max) return false;
            queued_bytes_ += job.bytes;
            (job.urgent ? urgent_ : ordinary_).push_back(std::move(job));
            wake_.notify_one();
            return true;
        }
        if (failure_) error = *failure_;
    }
    std::vector<Answered> answered;
    answered.push_back({std::move(job), std::unexpected(std::move(error))});
    answer(std::move(answered), Group{});
    return true;
}

void Writer::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        wake_.notify_one();
    }
    if (thread_.joinable()) thread_.join();
}

void Writer::work() {
    while (auto job = next_job()) {
        if (job->alone) run_alone(std::move(*job));
        else run_group(std::move(*job));
    }
}

Writer::Job Writer::pop() {
    auto& queue = urgent_.empty() ? ordinary_ : urgent_;
    Job job = std::move(queue.front());
    queue.pop_front();
    queued_bytes_ -= job.bytes;
    return job;
}

std::optional<Writer::Job> Writer::next_job() {
    std::unique_lock lock(mutex_);
    // No deadline: only `submit` and `stop` end this wait, and both notify.
    wake_.wait(lock, [this] { return stopping_ || failure_ || !urgent_.empty() || !ordinary_.empty(); });
    if (failure_ || (urgent_.empty() && ordinary_.empty())) return std::nullopt;
    return pop();
}

std::optional<Writer::Job> Writer::next_job_for_group() {
    const std::lock_guard lock(mutex_);
    if (urgent_.empty() && ordinary_.empty()) return std::nullopt;
    const Job& next = urgent_.empty() ? ordinary_.front() : urgent_.front();
    if (next.alone) return std::nullopt;
    return pop();
}

Result<void> Writer::run_caught(Job& job) {
    try {
        return job.run(*node_);
    } catch (const std::exception& trouble) {
        // What it left in the transaction is unknown, and so is what the node's memory says: as bad as a failed disk.
        return fail(ErrorKind::storage, std::string("the writer stopped at an unexpected error: ") + trouble.what());
    }
}

void Writer::run_group(Job first) {
    const auto latest_start = clock_->mono() + options_.group_time_max;
    std::vector<Answered> answered;
    answered.push_back({std::move(first), {}});
    if (auto begun = node_->begin(); !begun) return fail_all(std::move(answered), begun.error());
    while (true) {
        auto& current = answered.back();
        current.result = run_caught(current.job);
        if (!current.result && current.result.error().kind == ErrorKind::storage) {
            const Error error = current.result.error();
            node_->rollback();
            return fail_all(std::move(answered), error);
        }
        if (answered.size() >= options_.group_jobs_max || clock_->mono() >= latest_start) break;
        auto next = next_job_for_group();
        if (!next) break;
        answered.push_back({std::move(*next), {}});
    }
    auto committed = node_->commit();
    if (!committed) return fail_all(std::move(answered), committed.error());
    Group group{.jobs = answered.size(), .cosigned = std::move(committed->cosigned), .withheld = std::move(committed->withheld), .registry = node_->registry(), .has_deferred = node_->has_deferred()};
    answer(std::move(answered), std::move(group));
}

void Writer::run_alone(Job job) {
    std::vector<Answered> answered;
    answered.push_back({std::move(job), {}});
    answered.front().result = run_caught(answered.front().job);
    const auto& result = answered.front().result;
    if (!result && result.error().kind == ErrorKind::storage) {
        const Error error = result.error();
        return fail_all(std::move(answered), error);
    }
    answer(std::move(answered), Group{.jobs = 1, .cosigned = {}, .withheld = {}, .registry = node_->registry(), .has_deferred = node_->has_deferred()});
}

void Writer::answer(std::vector<Answered> answered, Result<Group> outcome) {
    post_([observer = observer_, answered = std::move(answered), outcome = std::move(outcome)]() mutable {
        if (!outcome || outcome->jobs > 0) observer(outcome);
        const Group group = outcome ? std::move(*outcome) : Group{};
        for (auto& [job, result] : answered) job.answer(result, group);
    });
}

void Writer::fail_all(std::vector<Answered> answered, const Error& error) {
    {
        const std::lock_guard lock(mutex_);
        failure_ = error;
        while (!urgent_.empty() || !ordinary_.empty()) answered.push_back({pop(), {}});
    }
    for (auto& each : answered) each.result = std::unexpected(error);
    answer(std::move(answered), std::unexpected(error));
}

}  // namespace motcua::node

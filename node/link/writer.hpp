#pragma once
/// The thread that owns the node. Everything that changes the node comes here as a job, from any thread, and is answered
/// after the commit that made it durable. Jobs that wait together share one commit (group commit): an fsync costs
/// milliseconds, a job tens of microseconds.

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "node/node.hpp"

namespace motcua::node {

struct WriterOptions {
    std::size_t queue_jobs_max = 4096;
    std::size_t queue_bytes_max = 64ULL << 20U;        ///< what jobs say of themselves
    std::size_t group_jobs_max = 256;
    std::chrono::milliseconds group_time_max{50};      ///< a group takes no further job after this, so an urgent one waits little longer
};

/// What a commit left behind.
struct Group {
    std::size_t jobs = 0;
    std::vector<sync::Cosigned> cosigned;               ///< by this node, now that they may leave it
    std::vector<Error> withheld;                        ///< why a log that grew was not witnessed and cosigned
    std::shared_ptr<const sync::Registry> registry;     ///< as it is now
    bool has_deferred = false;                          ///< signatures wait to be checked: Node::check_deferred
};

class Writer {
  public:
    struct Job {
        /// On the writer's thread, between begin and commit. An error undoes this job alone; a storage error or an
        /// exception ends the writer, because then nobody knows what reached the disk.
        std::move_only_function<Result<void>(Node&)> run;
        /// Once, through `Post`, after the commit: run's own error, or the group's. Without an error what `run` did is durable.
        std::move_only_function<void(const Result<void>&, const Group&)> answer;
        std::size_t bytes = 0;
        bool urgent = false;  ///< a person waits: goes before what links brought
        bool alone = false;   ///< `run` begins and commits by itself
    };
    /// Runs a closure on the thread where the answers are wanted.
    using Post = std::function<void(std::move_only_function<void()>)>;
    /// Through `Post`, before the answers of the group. An error is the end of the writer.
    using Observer = std::function<void(const Result<Group>&)>;

    /// Only the writer's thread touches `node` until `stop` returns. `clock` may be shared with other threads.
    Writer(Node& node, const Clock& clock, Post post, Observer observer, WriterOptions options = {});
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    /// False when the queue is full: `job` is untouched then, and there will be room after the next group. After `stop`
    /// or a failure the job is answered with an error.
    [[nodiscard]] bool submit(Job& job);
    /// Runs and answers what is queued, then ends the thread.
    void stop();

  private:
    void work();
    /// Waits for jobs; nothing when it is time to end.
    [[nodiscard]] std::optional<Job> next_job();
    /// The next one if there is one now that may join the group.
    [[nodiscard]] std::optional<Job> next_job_for_group();
    Job pop();  // under mutex_
    void run_group(Job first);
    void run_alone(Job job);
    [[nodiscard]] Result<void> run_caught(Job& job);
    struct Answered {
        Job job;
        Result<void> result;
    };
    void answer(std::vector<Answered> answered, Result<Group> outcome);
    void fail_all(std::vector<Answered> answered, const Error& error);

    Node* node_;
    const Clock* clock_;
    Post post_;
    Observer observer_;
    WriterOptions options_;

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Job> urgent_, ordinary_;
    std::size_t queued_bytes_ = 0;
    bool stopping_ = false;
    std::optional<Error> failure_;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace motcua::node

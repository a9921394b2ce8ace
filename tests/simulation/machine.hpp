#pragma once
/// One office's computer: the real node on a disk in memory, its writer's queue, its sessions, the link upward that it keeps, and the
/// ways in which it stops. What node/link does with threads and sockets is done here with events; the rules are the same ones.

#include <list>

#include "node/link/writer.hpp"
#include "node/node.hpp"
#include "tests/simulation/scene.hpp"

namespace motcua::simulation {

class Pump;
class Mask;

/// Runs with the run's time, and shows whatever wall clock it was set to.
class MachineClock final : public node::Clock {
  public:
    explicit MachineClock(const EventQueue& queue) : queue_(&queue) {}
    [[nodiscard]] sync::WallTime wall() const override {
        return sync::WallTime{milliseconds(start_ms) + queue_->now().time_since_epoch() + offset};
    }
    [[nodiscard]] MonoTime mono() const override { return queue_->now(); }
    milliseconds offset{0};

  private:
    const EventQueue* queue_;
};

class Machine {
  public:
    using Job = node::Writer::Job;
    enum class Stop { kill, power_cut };
    static constexpr std::size_t queue_jobs_max = 64;  ///< small, so that full queues happen

    Machine(Scene& scene, std::size_t index);
    ~Machine();
    Machine(const Machine&) = delete;

    // --- life ---
    /// Opens the node, and begins to dial. Where the disk fails or stops once more, it is tried again later.
    void start();
    void stop(Stop how);
    void restart_after(milliseconds delay);
    [[nodiscard]] bool is_up() const { return node_.has_value(); }
    [[nodiscard]] bool is_enrolled() const { return is_enrolled_; }
    /// A spare machine gets its ticket.
    void accept(const Bytes& ticket);

    // --- work ---
    /// False when the queue is full.
    [[nodiscard]] bool submit(Job& job);
    /// For work of officers, which waits for its turn.
    void submit_urgent(Job job);
    /// After a change outside of jobs: sessions look again.
    void notify();

    // --- links ---
    void dial();
    /// A session that ends when both are level, beside the kept one.
    void reconcile();
    void dial_elsewhere(std::size_t upstream);
    void hang_up();
    void accept_connection(const std::shared_ptr<Connection>& connection);
    void ended(const Pump* pump);
    [[nodiscard]] std::optional<Network::Line> line() const;

    // --- what it is made of ---
    [[nodiscard]] std::size_t index() const { return index_; }
    [[nodiscard]] const NodeSite& site() const { return *site_; }
    [[nodiscard]] const std::string& name() const { return site_->name; }
    [[nodiscard]] Scene& scene() { return *scene_; }
    [[nodiscard]] node::Node& node() { return *node_; }
    [[nodiscard]] const sync::Replica& replica() const;
    [[nodiscard]] Random& random() { return random_; }
    [[nodiscard]] MachineClock& clock() { return clock_; }
    [[nodiscard]] MemoryDisk& disk() { return disk_; }
    [[nodiscard]] std::optional<std::size_t> upstream() const { return upstream_; }
    [[nodiscard]] const std::list<std::shared_ptr<Pump>>& pumps() const { return pumps_; }
    [[nodiscard]] std::size_t jobs() const { return jobs_.size(); }
    [[nodiscard]] bool is_liar() const { return scene_->ledger.liars.contains(index_); }
    /// What its sessions are made to believe of its own store. Makes it a liar.
    void wear(std::unique_ptr<Mask> mask);
    [[nodiscard]] Mask* mask() { return mask_.get(); }
    void touch(const sync::LogId& log) { touched_.insert(log); }

  private:
    void schedule_group();
    void run_group();
    void answer(std::vector<std::pair<Job, Result<void>>> done, node::Group group);
    void fell_over(const std::string& why);
    void note_committed();
    void note_recovered();
    void schedule_dial();
    void connect(bool once);

    Scene* scene_;
    std::size_t index_;
    const NodeSite* site_;
    MemoryDisk disk_;
    MachineClock clock_;
    StreamRandom random_;
    sync::SequentialSignatureChecker checker_;
    bool is_enrolled_ = false;
    std::optional<node::Node> node_;
    std::optional<node::StoredReplica> replica_;
    std::unique_ptr<Mask> mask_;
    std::deque<Job> urgent_, jobs_;
    bool group_due_ = false, notify_due_ = false, dial_due_ = false;
    std::set<sync::LogId> touched_;
    std::list<std::shared_ptr<Pump>> pumps_;
    const Pump* kept_ = nullptr;
    std::optional<std::size_t> upstream_;
    unsigned failures_ = 0;
    std::uint64_t answered_ = 0;
    std::uint64_t life_ = 0;  ///< what was scheduled in an earlier life does not happen
    Dice disk_dice_;
};

}  // namespace motcua::simulation

#include "tests/simulation/machine.hpp"

#include <fmt/format.h>

#include <fstream>

#include "node/enrolment.hpp"
#include "tests/simulation/crash_vfs.hpp"
#include "tests/simulation/invariants.hpp"
#include "tests/simulation/mask.hpp"
#include "sync/log/planted.hpp"
#include "tests/simulation/pump.hpp"

namespace motcua::simulation {
namespace {

constexpr milliseconds group_gathers{2}, notify_delay{100};
constexpr std::size_t group_jobs_max = 256;
constexpr milliseconds operator_looks{20'000};

void write_text(const std::filesystem::path& file, std::string_view text) { std::ofstream(file, std::ios::binary) << text; }

}  // namespace

Machine::Machine(Scene& scene, std::size_t index)
    : scene_(&scene), index_(index), site_(&scene.town->nodes[index]), clock_(scene.queue),
      random_(dice_for(scene.seed, Stream::keys, index)), is_enrolled_(!site_->is_spare), upstream_(site_->upstream),
      disk_dice_(dice_for(scene.seed, Stream::disk, index)) {
    attach_disk(site_->directory, disk_);
}

Machine::~Machine() {
    disk_.kill();  // nothing is worth closing well
    node_.reset();
}

// --- life ---

void Machine::start() {
    if (node_ || !is_enrolled_) return;
    auto opened = node::Node::open(site_->directory, nullptr, {.clock = &clock_, .random = &random_, .checker = &checker_});
    if (disk_.has_stopped()) {
        scene_->tell(name() + " stops while it recovers");
        stop(Stop::power_cut);
        return restart_after(milliseconds(500));
    }
    if (!opened) {
        if (!is_liar() && opened.error().kind != ErrorKind::storage) scene_->find("a stopped node opens again", name() + ": " + opened.error().message);
        scene_->tell(name() + " does not open: " + opened.error().message);
        if (failures_++ > 20) scene_->find("a stopped node opens again", name() + ": " + opened.error().message);
        stop(Stop::kill);
        return restart_after(operator_looks);
    }
    node_.emplace(std::move(*opened));
    replica_.emplace(node_->reader(), node_->registry());
    if (mask_) mask_->see(*replica_);
    failures_ = 0;
    check_recovered(*this);
    note_recovered();
    schedule_dial();
}

void Machine::stop(Stop how) {
    ++life_;
    for (const auto& pump : pumps_) pump->abandon(how);
    pumps_.clear();
    kept_ = nullptr;
    urgent_.clear();
    jobs_.clear();
    touched_.clear();
    group_due_ = notify_due_ = dial_due_ = false;
    if (how == Stop::power_cut && disk_.keeps_books) disk_.cut_power(disk_dice_);
    else disk_.kill();
    disk_.mend();
    replica_.reset();
    node_.reset();
}

void Machine::restart_after(milliseconds delay) {
    scene_->queue.after(delay, [this] { start(); });
}

void Machine::fell_over(const std::string& why) {
    if (disk_.has_stopped()) {
        scene_->tell(name() + " stops in the middle of a write");
        stop(Stop::power_cut);
        return restart_after(milliseconds(3000));
    }
    scene_->tell(name() + " stops itself: " + why);
    stop(Stop::kill);
    restart_after(operator_looks);
}

void Machine::accept(const Bytes& ticket) {
    // What an earlier seed wrote there goes.
    write_text(site_->directory / node::Config::file_name, site_->config);
    const node::NodeEnvironment environment{.clock = &clock_, .random = &random_, .checker = &checker_};
    auto done = node::accept_enrolment(site_->directory, ticket, "127.0.0.1:7433", scene_->town->root_text, nullptr, environment);
    if (!done) return scene_->find("an approved node accepts its ticket", name() + ": " + done.error().message);
    is_enrolled_ = true;
    start();
}

// --- work ---

bool Machine::submit(Job& job) {
    if (jobs_.size() >= queue_jobs_max) return false;
    jobs_.push_back(std::move(job));
    schedule_group();
    return true;
}

void Machine::submit_urgent(Job job) {
    urgent_.push_back(std::move(job));
    schedule_group();
}

void Machine::schedule_group() {
    if (std::exchange(group_due_, true)) return;
    scene_->queue.after(group_gathers, [this, life = life_] {
        if (life != life_) return;
        group_due_ = false;
        run_group();
    });
}

void Machine::run_group() {
    std::vector<std::pair<Job, Result<void>>> done;
    if (auto begun = node_->begin(); !begun) return fell_over(begun.error().message);
    while (!(urgent_.empty() && jobs_.empty()) && done.size() < group_jobs_max) {
        auto& queue = urgent_.empty() ? jobs_ : urgent_;
        done.emplace_back(std::move(queue.front()), Result<void>{});
        queue.pop_front();
        done.back().second = done.back().first.run(*node_);
        const auto& result = done.back().second;
        if (!result && result.error().kind == ErrorKind::storage) {
            const auto why = result.error().message;
            node_->rollback();
            return fell_over(why);
        }
    }
    if (sync::planted(sync::PlantedFault::acknowledges_before_commit)) {
        const auto life = life_;
        answer(std::move(done), {});
        done.clear();
        if (life != life_) return;
    }
    auto committed = node_->commit();
    if (!committed || disk_.has_stopped()) return fell_over(committed ? "" : committed.error().message);
    for (const auto& error : committed->withheld) scene_->tell(name() + " withholds: " + error.message);
    node::Group group{.jobs = done.size(), .cosigned = std::move(committed->cosigned), .withheld = {}, .registry = node_->registry()};
    replica_->set_registry(group.registry);
    note_committed();
    check_limits(*this);
    scene_->queue.after(scene_->manner.fsync, [this, life = life_, done = std::move(done), group = std::move(group)]() mutable {
        if (life == life_) answer(std::move(done), std::move(group));
    });
}

void Machine::answer(std::vector<std::pair<Job, Result<void>>> done, node::Group group) {
    const auto life = life_;
    const auto pumps = pumps_;  // one may end meanwhile
    for (const auto& pump : pumps) pump->resume();
    for (auto& [job, result] : done) {
        if (life != life_) return;
        job.answer(result, group);
    }
    if (life != life_) return;
    if (answered_++ % 4 == 0) check_screen(*this);
    notify();
}

void Machine::notify() {
    if (std::exchange(notify_due_, true)) return;
    scene_->queue.after(notify_delay, [this, life = life_] {
        if (life != life_) return;
        notify_due_ = false;
        const auto pumps = pumps_;
        for (const auto& pump : pumps) pump->changed();
    });
}

void Machine::note_committed() {
    for (const auto& log : std::exchange(touched_, {})) {
        auto row = node_->reader().log(log);
        if (row && *row) scene_->ledger.note_committed(index_, log, {(*row)->head.size(), (*row)->head.tree.root()});
    }
}

void Machine::note_recovered() {
    auto rows = node_->reader().logs();
    if (!rows) return;
    for (const auto& row : *rows) scene_->ledger.note_committed(index_, row.head.id, {row.head.size(), row.head.tree.root()});
}

// --- links ---

std::optional<Network::Line> Machine::line() const {
    if (!upstream_) return std::nullopt;
    return Network::Line{index_, *upstream_};
}

void Machine::schedule_dial() {
    if (!upstream_ || std::exchange(dial_due_, true)) return;
    // As node/link/dial: twice as long after each failure, and not all at once.
    const auto longest = std::min<std::uint64_t>(60'000, 1000ULL << std::min(failures_, 6U));
    const milliseconds pause(failures_ == 0 ? 0 : longest / 2 + scene_->network.draw_below(longest / 2 + 1));
    scene_->queue.after(pause, [this, life = life_] {
        if (life != life_) return;
        dial_due_ = false;
        dial();
    });
}

void Machine::dial() {
    if (kept_ == nullptr) connect(false);
}
void Machine::reconcile() {
    if (is_up() && upstream_) connect(true);
}

void Machine::connect(bool once) {
    const auto line = *this->line();
    const bool reachable = scene_->network.is_up(line) && scene_->machines[*upstream_]->is_up();
    const auto takes = reachable ? scene_->network.draw_latency(line) * 2 : milliseconds(10'000);
    scene_->queue.after(takes, [this, life = life_, once, upstream = *upstream_, line] {
        if (life != life_ || upstream_ != upstream || (!once && kept_ != nullptr)) return;
        auto& above = *scene_->machines[upstream];
        if (!scene_->network.is_up(line) || !above.is_up()) {
            if (once) return;
            ++failures_;
            return schedule_dial();
        }
        const auto connection = scene_->network.connect(line);
        above.accept_connection(connection);
        sync::SessionOptions options{.role = crypto::NoiseRole::initiator, .once = once};
        options.extension_bytes = scene_->manner.extension_bytes;
        options.renew_after = scene_->manner.renew_after;
        pumps_.push_back(std::make_shared<Pump>(*this, connection, 0, options));
        const auto pump = pumps_.back();
        if (once) {
            const auto promised = own_size(*this);
            pump->on_end([this, promised, upstream](const sync::Finished& end, const auto&) {
                if (!end.error) check_level(*this, upstream, promised);
            });
        } else {
            kept_ = pump.get();
            pump->on_end([this](const sync::Finished&, const std::optional<sync::LogId>& peer) {
                kept_ = nullptr;
                failures_ = peer ? 1 : failures_ + 1;
                schedule_dial();
            });
        }
        pump->start();
    });
}

void Machine::accept_connection(const std::shared_ptr<Connection>& connection) {
    sync::SessionOptions options{.role = crypto::NoiseRole::responder};
    options.extension_bytes = scene_->manner.extension_bytes;
    options.renew_after = scene_->manner.renew_after;
    pumps_.push_back(std::make_shared<Pump>(*this, connection, 1, options));
    const auto pump = pumps_.back();
    pump->start();
}

void Machine::dial_elsewhere(std::size_t upstream) {
    if (upstream_ == upstream) return;
    upstream_ = upstream;
    hang_up();
    failures_ = 0;
    if (is_up()) schedule_dial();
}

void Machine::hang_up() {
    const auto pumps = pumps_;
    for (const auto& pump : pumps) pump->leave();
}

void Machine::ended(const Pump* pump) {
    pumps_.remove_if([pump](const auto& each) { return each.get() == pump; });
}

// --- masks ---

const sync::Replica& Machine::replica() const {
    if (mask_) return *mask_;
    return *replica_;
}

void Machine::wear(std::unique_ptr<Mask> mask) {
    scene_->ledger.liars.insert(index_);
    // A session keeps a pointer to what it reads, so it must go first.
    const auto pumps = std::exchange(pumps_, {});
    for (const auto& pump : pumps) pump->abandon(Stop::kill);
    kept_ = nullptr;
    mask_ = std::move(mask);
    if (replica_) mask_->see(*replica_);
    schedule_dial();
}

}  // namespace motcua::simulation

#include "tests/simulation/power_cuts.hpp"

#include <fmt/format.h>

#include "node/store/store.hpp"
#include "tests/simulation/crash_vfs.hpp"
#include "tests/simulation/streams.hpp"
#include "tests/support/world.hpp"

namespace motcua::simulation {
namespace {

using tests::value_of;

constexpr std::uint64_t cuts_a_life = 10, writes_a_day = 6;

/// Rows of one table, numbered from 0: whoever was told that row n is durable finds it, and all before it.
class Life {
  public:
    Life(std::uint64_t seed, std::filesystem::path directory) : dice_(dice_for(seed, Stream::disk)), directory_(std::move(directory)) {
        disk_.keeps_books = true;
        disk_.restore({});
        attach_disk(directory_, disk_);
        reseed_sqlite(seed);
    }
    ~Life() { detach_disks(); }
    Life(const Life&) = delete;

    std::string live() {
        for (std::uint64_t cut = 0; cut < cuts_a_life; ++cut) {
            if (dice_.chance(85)) disk_.stop_at(dice_.below(dice_.chance(50) ? 12 : 60));
            std::string finding;
            if (auto store = node::Store::open(directory_)) {
                if (!disk_.has_stopped()) finding = compare(*store);
                for (std::uint64_t write = dice_.below(writes_a_day); finding.empty() && write > 0 && !disk_.has_stopped(); --write) add(*store);
                // Sometimes it ends well, and copies its log back while the power may fail.
                if (dice_.chance(50)) disk_.kill();
            } else if (!disk_.has_stopped()) {
                finding = "it does not open: " + store.error().message;
            }
            if (!finding.empty()) return fmt::format("after {} cuts: {}", cut, finding);
            disk_.cut_power(dice_);
        }
        return {};
    }

  private:
    static node::EvidenceRow row(std::uint64_t number) {
        const auto name = crypto::sha256(as_bytes(std::to_string(number)));
        return {.log = *sync::LogId::from(name.view()), .ours = std::to_string(number), .theirs = std::string(number * 997 % 9000, 'x'), .cause = "power"};
    }
    void add(node::Store& store) {
        if (!store.begin()) return;
        const bool is_written = store.add_evidence(row(tried_)).has_value();
        ++tried_;
        if (!is_written) return store.rollback();
        if (store.commit() && !disk_.has_stopped()) told_ = tried_;
    }
    std::string compare(node::Store& store) {
        auto check = value_of(store.database().prepare("PRAGMA integrity_check"));
        if (!value_of(check.step()) || check.text(0) != "ok") return "SQLite finds " + std::string(check.text(0));
        const auto rows = value_of(store.reader().evidence());
        for (std::size_t index = 0; index < rows.size(); ++index)
            if (rows[index].ours != std::to_string(index)) return fmt::format("row {} is missing among {}", index, rows.size());
        if (rows.size() < told_) return fmt::format("{} rows were told to be durable, {} are there", told_, rows.size());
        tried_ = told_ = rows.size();
        return {};
    }

    Dice dice_;
    std::filesystem::path directory_;
    MemoryDisk disk_;
    std::uint64_t tried_ = 0, told_ = 0;
};

}  // namespace

std::string live_through_power_cuts(std::uint64_t seed, const std::filesystem::path& folder) { return Life(seed, folder).live(); }

Done run_power_cuts(std::uint64_t cuts, unsigned processes) {
    const ManyOptions options{.from = 1, .to = (cuts + cuts_a_life - 1) / cuts_a_life, .minutes = 0, .processes = processes, .plan = {}, .findings_max = 3};
    auto done = run_in_processes(options, [](std::uint64_t seed, Towns& towns) { return live_through_power_cuts(seed, towns.folder()); });
    for (const auto& finding : done.findings) done.report += fmt::format("life {}: {}\n", finding.seed, finding.what);
    done.report += fmt::format("{} power cuts in {:.1f} s, {} findings\n", done.seeds * cuts_a_life, done.seconds, done.findings.size());
    return done;
}

}  // namespace motcua::simulation

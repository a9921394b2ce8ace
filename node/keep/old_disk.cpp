// What an old disk holds that ours does not: read from a copy, so that nothing is written to what may be evidence.

#include <fmt/format.h>

#include <algorithm>

#include "node/config.hpp"
#include "node/keep/adopt.hpp"
#include "node/keep/scratch.hpp"
#include "node/store/schema.hpp"
#include "sync/act/adoption.hpp"

namespace motcua::node {
namespace {

using Each = std::function<Result<void>(const sync::Act&, std::optional<Bytes>)>;

/// Opened as its writer would: what a crash left in the WAL comes in, and an older file is brought up to date.
Result<Store> open_copy(const std::filesystem::path& old, const std::filesystem::path& scratch) {
    std::error_code trouble;
    if (!std::filesystem::exists(old / database_file_name, trouble)) return fail(ErrorKind::not_found, fmt::format("{} holds no database of a node", old.string()));
    for (const char* suffix : {"", "-wal"}) {
        const auto name = std::string(database_file_name) + suffix;
        if (!std::filesystem::exists(old / name, trouble)) continue;
        std::filesystem::copy_file(old / name, scratch / name, trouble);
        if (trouble) return fail(ErrorKind::storage, fmt::format("{} cannot be copied to {}: {}", (old / name).string(), scratch.string(), trouble.message()));
    }
    return Store::open(scratch);
}

class OldDiskReading {
  public:
    OldDiskReading(Reader& here, Reader& there, const sync::Registry& registry, const sync::NodeRecord& own, const Each& each)
        : here_(here), there_(there), registry_(registry), own_(own), each_(each) {}

    Result<OldDisk> run() {
        auto origin = there_.meta("log");
        if (!origin) return std::unexpected(std::move(origin).error());
        const auto written = *origin ? there_.log_of_origin(**origin) : Result<std::optional<LogRow>>(std::nullopt);
        if (!written) return std::unexpected(written.error());
        if (!*written) return fail(ErrorKind::not_found, "the old disk's node was never enrolled: it recorded nothing");
        const auto line = registry_.line_of((*written)->head.id);
        auto logs = there_.logs();
        if (!logs) return std::unexpected(std::move(logs).error());
        OldDisk disk;
        for (const auto& log : *logs) {
            if (log.head.log_class != sync::LogClass::node || log.head.id == own_.log || registry_.line_of(log.head.id) != line) continue;
            if (auto ok = check_closed(log); !ok) return std::unexpected(std::move(ok).error());
            auto read = read_log(log);
            if (!read) return std::unexpected(std::move(read).error());
            disk.logs.push_back(*std::move(read));
        }
        if (disk.logs.empty()) return fail(ErrorKind::refused, fmt::format("the old disk is of the same log that goes on here ({}): nothing is to be carried", own_.origin));
        return disk;
    }

  private:
    Result<void> check_closed(const LogRow& log) const {
        const auto* node = registry_.find_node(log.head.id);
        if (node == nullptr || node->office != own_.office) return fail(ErrorKind::refused, fmt::format("{} is no log of this office: its own office carries it", log.head.origin));
        const bool is_left = registry_.line_of(node->log) == registry_.line_of(own_.log);
        if (is_left || registry_.find_seal(node->log) != nullptr || registry_.find_conviction(node->log) != nullptr) return {};
        return fail(ErrorKind::refused, fmt::format("{} is still open: its own node records in it and sends it. If that machine is lost, the city closes the log first", log.head.origin));
    }

    /// Up to where both have the same entries.
    Result<std::uint64_t> shared_size(const LogRow& old, std::uint64_t size_here) {
        std::uint64_t shared = 0;
        const auto common = std::min(size_here, old.head.size());
        std::optional<Error> trouble;
        auto read = there_.each_entry(old.head.id, 0, common, [&](std::uint64_t seq, ByteView envelope) {
            const auto ours = here_.entry(old.head.id, seq);
            if (!ours) trouble = ours.error();
            if (trouble || !*ours || !std::ranges::equal(**ours, envelope)) return false;
            shared = seq + 1;
            return true;
        });
        if (!read) return std::unexpected(std::move(read).error());
        if (trouble) return std::unexpected(*std::move(trouble));
        return shared;
    }

    Result<OldLog> read_log(const LogRow& old) {
        const auto row = here_.log(old.head.id);
        if (!row) return std::unexpected(row.error());
        const std::uint64_t size_here = *row ? (*row)->head.size() : 0;
        const auto shared = shared_size(old, size_here);
        if (!shared) return std::unexpected(shared.error());
        OldLog log{.origin = old.head.origin, .size = old.head.size(), .from = *shared, .statements = 0, .is_another_history = *shared < std::min(size_here, old.head.size())};
        if (const auto* seal = registry_.find_seal(old.head.id)) log.from = std::min(log.from, seal->size);
        for (std::uint64_t seq = log.from; seq < log.size; ++seq) {
            auto envelope = there_.entry(old.head.id, seq);
            if (!envelope) return std::unexpected(std::move(envelope).error());
            const auto act = *envelope ? sync::parse_act(std::move(**envelope)) : fail(ErrorKind::verification, "it is missing");
            if (!act) return fail(ErrorKind::verification, fmt::format("{} entry {} on the old disk is damaged: {}", log.origin, seq, act.error().message));
            if (!sync::can_be_carried(act->payload)) {
                ++log.statements;
                continue;
            }
            auto body = there_.body(old.head.id, seq);
            if (!body) return std::unexpected(std::move(body).error());
            if (auto ok = each_(*act, *std::move(body)); !ok) return std::unexpected(std::move(ok).error());
        }
        return log;
    }

    Reader& here_;
    Reader& there_;
    const sync::Registry& registry_;
    const sync::NodeRecord& own_;
    const Each& each_;
};

}  // namespace

Result<OldDisk> read_old_disk(const std::filesystem::path& directory, const std::filesystem::path& old, const Each& each) {
    const auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return fail(ErrorKind::refused, fmt::format("{} is not enrolled: it has no log into which anything could be carried", directory.string()));
    auto here = Reader::open(directory);
    if (!here) return std::unexpected(std::move(here).error());
    const auto registry = load_registry(*here, *pin);
    if (!registry) return std::unexpected(registry.error());
    const auto origin = here->meta("log");
    if (!origin) return std::unexpected(origin.error());
    const auto own = *origin ? here->log_of_origin(**origin) : Result<std::optional<LogRow>>(std::nullopt);
    if (!own) return std::unexpected(own.error());
    const auto* record = *own ? registry->find_node((*own)->head.id) : nullptr;
    if (record == nullptr) return fail(ErrorKind::refused, "the registry here does not list this node yet, and no head has admitted it");
    const Scratch scratch(directory / "old-disk-copy");
    if (auto ok = scratch.empty(); !ok) return std::unexpected(std::move(ok).error());  // one that was killed left it
    if (auto ok = scratch.make(); !ok) return std::unexpected(std::move(ok).error());
    auto store = open_copy(old, scratch.path());
    if (!store) return std::unexpected(std::move(store).error());
    return OldDiskReading(*here, store->reader(), *registry, *record, each).run();
}

}  // namespace motcua::node

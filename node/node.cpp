// Opening a node, and its groups: begin, changes, commit. The changes themselves are in record.cpp and take.cpp.

#include "node/node.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "node/disown.hpp"
#include "node/fence.hpp"
#include "node/journal.hpp"
#include "node/keep/next_log.hpp"
#include "node/node_state.hpp"

namespace motcua::node {
namespace {

Result<std::optional<crypto::SigningKey>> load_optional_key(const std::filesystem::path& file, const crypto::Secret* passphrase) {
    auto key = load_signing_key(file, passphrase);
    if (key) return std::optional(std::move(*key));
    if (key.error().kind == ErrorKind::not_found) return std::nullopt;
    return std::unexpected(std::move(key).error());
}

/// The registry as it is stored, or null before enrolment.
Result<std::shared_ptr<const sync::Registry>> load_pinned_registry(Store& store, const Config& config) {
    if (config.root.empty()) return nullptr;
    auto pin = sync::RootPin::parse(config.root);
    if (!pin) return fail(ErrorKind::usage, fmt::format("{}: registry.root: {}", Config::file_name, pin.error().message));
    auto registry = load_registry(store.reader(), *pin);
    if (!registry) return std::unexpected(std::move(registry).error());
    if (registry->size() == 0) {
        return fail(ErrorKind::storage, fmt::format("the database lacks the registry that {} pins; restore the directory from a backup", Config::file_name));
    }
    if (auto ok = disown_known(store.reader(), *registry); !ok) return std::unexpected(std::move(ok).error());
    return std::make_shared<const sync::Registry>(std::move(*registry));
}

Result<void> check_own_log(Store& store, const std::string& origin) {
    auto stored = store.reader().meta("log");
    if (!stored) return std::unexpected(std::move(stored).error());
    if (!*stored || **stored == origin) return {};
    return fail(ErrorKind::verification, fmt::format("the database is that of {}, but the keys in this directory are those of {}; restore "
                                                     "what belongs together", **stored, origin));
}

/// A restored or copied database is read, and takes what peers bring; it records nothing (DESIGN 8).
Result<void> halt_behind_broken_fence(Store& store, const std::filesystem::path& directory) {
    auto origin = store.reader().meta("log");
    if (!origin) return std::unexpected(std::move(origin).error());
    if (!*origin) return {};  // before enrolment there is nothing to be behind of
    auto whole = is_fence_whole(store.reader(), directory);
    if (!whole) return std::unexpected(std::move(whole).error());
    auto halted = store.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    if (*whole || *halted) return {};
    const auto why = fmt::format("recording has stopped: this directory was restored from a backup, or its database was put back ({} does not "
                                 "belong to it); to go on: motcua recover {}", (directory / fence_file_name).string(), directory.string());
    if (auto ok = store.begin(); !ok) return ok;
    if (auto ok = store.set_meta(halted_key, why); !ok) return ok;
    auto durable = store.commit();
    return durable ? Result<void>{} : std::unexpected(std::move(durable).error());
}

/// Views that were made by other rules are made anew before anything is read from them. True: they were, and the registry is to be
/// loaded once more, with what the logs are found to have announced falsely.
Result<bool> renew_views(Store& store, const sync::Registry& registry, const Config& config, const std::filesystem::path& directory) {
    const auto current = are_views_current(store.reader());
    if (!current) return std::unexpected(current.error());
    if (*current) return false;
    const auto journal = Journal::open(config, directory);
    if (!journal) return std::unexpected(journal.error());
    journal->info(fmt::format("the views were made by another version of the rules: they are made anew from the logs, as version {}", views_version));
    std::uint64_t told = 0;
    auto rebuilt = rebuild_views(store, registry, [&](std::uint64_t acts) {
        constexpr std::uint64_t told_every_acts = 100'000;
        if (acts / told_every_acts == told) return;
        told = acts / told_every_acts;
        journal->info(fmt::format("views of {} acts are made", acts));
    });
    if (!rebuilt) return std::unexpected(std::move(rebuilt).error());
    journal->info("the views are made anew");
    return true;
}

}  // namespace

Node::Node(std::unique_ptr<State> state) : state_(std::move(state)) {}
Node::Node(Node&&) noexcept = default;
Node& Node::operator=(Node&&) noexcept = default;
Node::~Node() = default;

Result<Node> Node::open(const std::filesystem::path& directory, const crypto::Secret* passphrase, NodeEnvironment environment) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(std::move(config).error());
    auto lock = DirectoryLock::take(directory);
    if (!lock) return std::unexpected(std::move(lock).error());
    if (auto ok = settle_key_exchange(directory); !ok) return std::unexpected(std::move(ok).error());
    // The database itself may need what was kept in reserve.
    if (DiskGuard guard(directory, *config, environment.disk); guard.room() == DiskRoom::critical) (void)guard.look(false);
    // Keys before the database: a wrong passphrase changes nothing.
    auto log_key = load_signing_key(key_path(directory, crypto::KeyRole::log, {}), passphrase);
    if (!log_key) return std::unexpected(std::move(log_key).error());
    auto noise_key = load_noise_key(key_path(directory, crypto::KeyRole::noise, {}), passphrase);
    if (!noise_key) return std::unexpected(std::move(noise_key).error());
    auto cosigner_key = load_optional_key(key_path(directory, crypto::KeyRole::cosigner, {}), passphrase);
    if (!cosigner_key) return std::unexpected(std::move(cosigner_key).error());
    auto registry_key = load_optional_key(key_path(directory, crypto::KeyRole::registry, {}), passphrase);
    if (!registry_key) return std::unexpected(std::move(registry_key).error());

    auto store = Store::open(directory);
    if (!store) return std::unexpected(std::move(store).error());
    auto witness = Witness::open(directory);
    if (!witness) return std::unexpected(std::move(witness).error());
    auto registry = load_pinned_registry(*store, *config);
    if (!registry) return std::unexpected(std::move(registry).error());
    const auto origin = sync::node_origin(config->office_code, log_key->public_key());
    if (auto ok = check_own_log(*store, origin); !ok) return std::unexpected(std::move(ok).error());
    const auto log_id = sync::log_id(origin, log_key->public_key());
    if (auto ok = halt_behind_broken_fence(*store, directory); !ok) return std::unexpected(std::move(ok).error());
    if (*registry) {
        const auto renewed = renew_views(*store, **registry, *config, directory);
        if (!renewed) return std::unexpected(renewed.error());
        if (*renewed) registry = load_pinned_registry(*store, *config);
        if (!registry) return std::unexpected(std::move(registry).error());
    }

    DiskGuard disk(directory, *config, environment.disk);
    auto state = std::unique_ptr<State>(new State{
        .directory = directory, .config = std::move(*config), .lock = std::move(*lock), .store = std::move(*store),
        .witness = std::move(*witness), .environment = environment, .disk = std::move(disk), .log_key = std::move(*log_key), .noise_key = std::move(*noise_key),
        .cosigner_key = std::move(*cosigner_key), .registry_key = std::move(*registry_key), .origin = origin, .log_id = log_id,
        .registry = *registry, .committed_registry = *registry, .grown = {}});
    if (auto ok = state->store.begin(); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = state->fill_new_inboxes(); !ok) return std::unexpected(std::move(ok).error());
    if (auto durable = state->store.commit(); !durable) return std::unexpected(std::move(durable).error());
    auto heads = state->heads_to_cosign();
    if (!heads) return std::unexpected(std::move(heads).error());
    std::vector<Error> withheld;  // said again, and acted on, when the log grows
    auto logs = state->store.reader().logs();
    if (!logs) return std::unexpected(std::move(logs).error());
    std::set<sync::LogId> all;
    for (const auto& log : *logs) all.insert(log.head.id);
    auto written = state->kept_inboxes(all);
    if (!written) return std::unexpected(std::move(written).error());
    std::ranges::copy(state->own_history(), std::back_inserter(*written));
    if (auto ok = state->witness_written(*written, withheld); !ok) return std::unexpected(std::move(ok).error());
    if (auto cosigned = state->cosign(*heads, withheld); !cosigned) return std::unexpected(std::move(cosigned).error());
    return Node(std::move(state));
}

const std::filesystem::path& Node::directory() const { return state_->directory; }
const Config& Node::config() const { return state_->config; }
const NodeEnvironment& Node::environment() const { return state_->environment; }
Reader& Node::reader() { return state_->store.reader(); }
std::shared_ptr<const sync::Registry> Node::registry() const { return state_->registry; }
const sync::LogId& Node::log_id() const { return state_->log_id; }
Result<void> Node::has_room_for_others() const {
    auto why = state_->disk.why_not();
    return why ? Result<void>(fail(ErrorKind::refused, *std::move(why))) : Result<void>{};
}

bool Node::is_recovering() {
    const auto halted = reader().meta(halted_key);
    return halted && *halted;
}

Result<void> Node::tail_is_here() {
    return state_->as_job([&] { return state_->store.set_meta(tail_key, std::to_string(state_->environment.clock->wall().time_since_epoch().count())); });
}

bool Node::is_city() const { return state_->registry_key.has_value(); }

sync::SessionIdentity Node::identity() const {
    const auto* record = state_->own_record();
    return {.noise = &state_->noise_key,
            .log = state_->log_id,
            .office = record != nullptr ? record->office : sync::OfficeId{.code = state_->config.office_code, .since_day = 0}};
}

// --- groups ---

Result<void> Node::begin() { return state_->store.begin(); }

void Node::rollback() {
    state_->store.rollback();
    state_->registry = state_->committed_registry;
    state_->grown.clear();
}

Result<Node::Committed> Node::commit() {
    auto durable = state_->store.commit();
    if (!durable) {
        rollback();
        return std::unexpected(std::move(durable).error());
    }
    state_->committed_registry = state_->registry;
    Committed committed{.durable = *durable, .cosigned = {}, .withheld = {}};
    const auto grown = std::exchange(state_->grown, {});
    const auto is_grown = [&](const sync::LogId& log) { return grown.contains(log); };
    auto written = state_->kept_inboxes(grown);
    if (!written) return std::unexpected(std::move(written).error());
    if (const auto own = state_->own_history(); std::ranges::any_of(own, is_grown)) std::ranges::copy(own, std::back_inserter(*written));
    if (auto ok = state_->witness_written(*written, committed.withheld); !ok) return std::unexpected(std::move(ok).error());
    auto cosigned = state_->cosign(grown, committed.withheld);
    if (!cosigned) return std::unexpected(std::move(cosigned).error());
    committed.cosigned = std::move(*cosigned);
    return committed;
}

Result<void> Node::together(const std::function<Result<void>()>& changes) { return state_->as_job(changes); }

Result<Durable> Node::rebuild(const std::function<void(std::uint64_t)>& progress) {
    if (!state_->registry) return fail(ErrorKind::refused, "this node is not enrolled yet: there is nothing to rebuild");
    auto durable = rebuild_views(state_->store, *state_->registry, progress);
    if (!durable) return durable;
    auto registry = std::make_shared<sync::Registry>(*state_->registry);
    if (auto ok = disown_known(reader(), *registry); !ok) return std::unexpected(std::move(ok).error());
    state_->registry = state_->committed_registry = std::move(registry);
    return durable;
}

}  // namespace motcua::node

#include "node/keep/next_log.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "node/audit/status.hpp"
#include "node/disown.hpp"
#include "node/fence.hpp"
#include "node/files.hpp"
#include "node/new_keys.hpp"
#include "node/recovery.hpp"
#include "node/store/schema.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::node {
namespace {

constexpr const char* request_file_name = "enrol.request";
constexpr crypto::KeyRole exchanged_roles[] = {crypto::KeyRole::log, crypto::KeyRole::noise, crypto::KeyRole::cosigner};

/// New keys wait here, in a directory of the shape of a node's, until the database says that they hold.
std::filesystem::path waiting_room(const std::filesystem::path& directory) { return directory / "keys-next"; }

Result<void> remove_tree(const std::filesystem::path& path) {
    std::error_code trouble;
    std::filesystem::remove_all(path, trouble);
    return trouble ? Result<void>(fail(ErrorKind::storage, fmt::format("{}: {}", path.string(), trouble.message()))) : Result<void>{};
}

Result<void> move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::rename(from.c_str(), to.c_str()) == 0) return {};
    return fail(ErrorKind::storage, fmt::format("{} cannot be renamed to {}", from.string(), to.string()));
}

/// "log-5f3d….key": the keys of a log that was continued are kept, to read what was sealed to them and to prove whose it was.
std::filesystem::path retired_path(const std::filesystem::path& directory, crypto::KeyRole role, std::string_view log_key_hash) {
    auto path = key_path(directory, role, {});
    return path.replace_filename(fmt::format("{}-{}.key", path.stem().string(), log_key_hash.substr(0, 8)));
}

/// The part of an origin that comes of the log's key.
std::string_view key_part(std::string_view origin) { return origin.substr(origin.rfind('/') + 1); }

/// The database's word decides: it was committed after the new keys lay in the waiting room and before any was moved.
Result<void> exchange_keys(const std::filesystem::path& directory, std::string_view left_origin) {
    const auto room = waiting_room(directory);
    std::error_code ignored;
    for (const auto role : exchanged_roles) {
        const auto fresh = key_path(room, role, {}), place = key_path(directory, role, {});
        if (!std::filesystem::exists(fresh, ignored)) continue;  // moved before we were killed
        const auto retired = retired_path(directory, role, key_part(left_origin));
        if (std::filesystem::exists(place, ignored) && !std::filesystem::exists(retired, ignored)) {
            if (auto ok = move_file(place, retired); !ok) return ok;
        }
        if (auto ok = move_file(fresh, place); !ok) return ok;
    }
    if (auto ok = sync_directory(directory / "keys"); !ok) return ok;
    return remove_tree(room);
}

/// The origin that the database gives this node, and that of the log which it left.
struct StoredOrigins {
    std::optional<std::string> now, left;
};
Result<StoredOrigins> read_origins(Reader& reader) {
    auto now = reader.meta("log"), left = reader.meta(left_log_key);
    if (!now) return std::unexpected(std::move(now).error());
    if (!left) return std::unexpected(std::move(left).error());
    return StoredOrigins{.now = std::move(*now), .left = std::move(*left)};
}

/// Everything that opening the next log needs, loaded and checked.
class Continuation {
  public:
    static Result<Continuation> prepare(const std::filesystem::path& directory, const crypto::SigningKey& head, bool nobody_can_be_reached,
                                        const crypto::Secret* passphrase, NodeEnvironment environment);
    Result<NextLog> open(const crypto::SigningKey& head, const std::string& head_name, const crypto::Secret* passphrase);

  private:
    Continuation(std::filesystem::path directory, Config config, DirectoryLock lock, crypto::SigningKey old_key, Store store, sync::Registry registry,
                 LogRow old, NodeEnvironment environment)
        : directory_(std::move(directory)), config_(std::move(config)), lock_(std::move(lock)), old_key_(std::move(old_key)), store_(std::move(store)),
          registry_(std::move(registry)), old_(std::move(old)), environment_(environment) {}

    [[nodiscard]] Result<void> check_head(const crypto::SigningKey& head) const;
    [[nodiscard]] Result<void> check_tail(bool nobody_can_be_reached);
    [[nodiscard]] Result<void> write_request(const NewKeys& keys, const crypto::SigningKey& head, const std::string& head_name) const;
    [[nodiscard]] const sync::NodeRecord& old_record() const { return *registry_.find_node(old_.head.id); }

    std::filesystem::path directory_;
    Config config_;
    DirectoryLock lock_;
    crypto::SigningKey old_key_;
    Store store_;
    sync::Registry registry_;
    LogRow old_;
    NodeEnvironment environment_;
};

Result<Continuation> Continuation::prepare(const std::filesystem::path& directory, const crypto::SigningKey& head, bool nobody_can_be_reached,
                                           const crypto::Secret* passphrase, NodeEnvironment environment) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(std::move(config).error());
    auto lock = DirectoryLock::take(directory);
    if (!lock) return std::unexpected(std::move(lock).error());
    if (auto ok = settle_key_exchange(directory); !ok) return std::unexpected(std::move(ok).error());
    auto old_key = load_signing_key(key_path(directory, crypto::KeyRole::log, {}), passphrase);
    if (!old_key) return std::unexpected(std::move(old_key).error());
    auto pin = sync::RootPin::parse(config->root);
    if (!pin) return fail(ErrorKind::refused, fmt::format("{} is not enrolled: there is nothing to recover", directory.string()));
    auto store = Store::open(directory);
    if (!store) return std::unexpected(std::move(store).error());
    auto registry = load_registry(store->reader(), std::move(*pin));
    if (!registry) return std::unexpected(std::move(registry).error());
    if (auto ok = disown_known(store->reader(), *registry); !ok) return std::unexpected(std::move(ok).error());
    const auto origin = sync::node_origin(config->office_code, old_key->public_key());
    auto old = store->reader().log_of_origin(origin);
    if (!old) return std::unexpected(std::move(old).error());
    if (!*old || registry->find_node((*old)->head.id) == nullptr) {
        return fail(ErrorKind::not_found, fmt::format("{} holds no log {} that could be continued", directory.string(), origin));
    }
    Continuation prepared(directory, std::move(*config), std::move(*lock), std::move(*old_key), std::move(*store), std::move(*registry), std::move(**old), environment);
    if (auto ok = prepared.check_head(head); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = prepared.check_tail(nobody_can_be_reached); !ok) return std::unexpected(std::move(ok).error());
    return prepared;
}

Result<void> Continuation::check_head(const crypto::SigningKey& head) const {
    const auto officer = registry_.officer_at(head.public_key(), registry_.size());
    if (officer && officer->office == old_record().office && officer->roles.has(sync::Role::head)) return {};
    return fail(ErrorKind::refused, fmt::format("the next log of {} is opened by a head of that office", old_.head.origin));
}

Result<void> Continuation::check_tail(bool nobody_can_be_reached) {
    auto halted = store_.reader().meta(halted_key);
    if (!halted) return std::unexpected(std::move(halted).error());
    auto whole = is_fence_whole(store_.reader(), directory_);
    if (!whole) return std::unexpected(std::move(whole).error());
    if (!*halted && *whole) return fail(ErrorKind::refused, fmt::format("{} is no restored copy and records as it is: there is nothing to recover", old_.head.origin));
    auto tail = store_.reader().meta(tail_key);
    if (!tail) return std::unexpected(std::move(tail).error());
    // Of a log that signed two histories nobody above gives, or takes, another one.
    if (*tail || nobody_can_be_reached || old_.proven || registry_.find_conviction(old_.head.id) != nullptr) return {};
    return fail(ErrorKind::refused, fmt::format("what {} recorded after this copy was made has not been fetched yet: run motcua sync {} --once while the node above can be "
                                                "reached; or, where none can, say --nobody-can-be-reached", old_.head.origin, directory_.string()));
}

Result<void> Continuation::write_request(const NewKeys& keys, const crypto::SigningKey& head, const std::string& head_name) const {
    const auto* office = registry_.find_office(old_record().office);
    ensure(office != nullptr, "a node's office is in the registry");
    const auto officer = registry_.officer_at(head.public_key(), registry_.size());
    const sync::EnrolRequest request{.office_code = office->id.code, .office_name = office->name, .office_kind = office->kind,
                                     .node = sync::EnrolRequest::NodeKeys{.log_key = keys.log.public_key(), .noise_key = keys.noise.public_key(),
                                                                          .cosigner_key = keys.cosigner.public_key()},
                                     .officer_key = head.public_key(), .officer_name = head_name, .roles = officer->roles.bits,
                                     .continues = sync::Predecessor{.log = old_.head.id, .size = old_.head.size(), .root = old_.head.tree.root()}};
    return replace_file(directory_ / request_file_name, sync::sign_request(request, &keys.log, head, &old_key_));
}

Result<NextLog> Continuation::open(const crypto::SigningKey& head, const std::string& head_name, const crypto::Secret* passphrase) {
    auto& random = *environment_.random;
    const auto keys = NewKeys::generate(random);
    const auto room = waiting_room(directory_);
    if (auto ok = remove_tree(room); !ok) return std::unexpected(std::move(ok).error());
    std::error_code trouble;
    std::filesystem::create_directories(room / "keys", trouble);
    if (trouble) return fail(ErrorKind::storage, fmt::format("{}: {}", room.string(), trouble.message()));
    if (auto ok = keys.write_node_keys(room, passphrase, random); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = sync_directory(room); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = sync_directory(directory_); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = write_request(keys, head, head_name); !ok) return std::unexpected(std::move(ok).error());

    auto checkpoint = store_.reader().last_checkpoint(registry_.log_id());
    if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
    ensure(checkpoint->has_value(), "the stored registry ends with a checkpoint");
    const sync::Predecessor predecessor{.log = old_.head.id, .size = old_.head.size(), .root = old_.head.tree.root()};
    const sync::OpenContent content{.office = old_record().office, .node_name = old_record().name, .log_key = keys.log.public_key(),
                                    .noise_key = keys.noise.public_key(), .cosigner_key = keys.cosigner.public_key(), .predecessor = predecessor,
                                    .registry_checkpoint = (*checkpoint)->note};
    const LogAdmission admission{.head = &head, .registry_size = registry_.size()};
    auto first = write_open(content, keys.log, environment_.clock->wall(), admission);
    if (!first) return std::unexpected(std::move(first).error());
    registry_.admit_node(first->acts()[0], first->acts()[1]);

    if (auto ok = store_.begin(); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = store_.append(*first); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = update_views(store_, first->acts(), registry_); !ok) return std::unexpected(std::move(ok).error());
    for (const auto& [key, value] : {std::pair("log", first->head().origin), std::pair(left_log_key, old_.head.origin)}) {
        if (auto ok = store_.set_meta(key, value); !ok) return std::unexpected(std::move(ok).error());
    }
    for (const char* key : {halted_key, tail_key}) {
        if (auto ok = store_.remove_meta(key); !ok) return std::unexpected(std::move(ok).error());
    }
    if (auto ok = renew_fence(store_, directory_, random); !ok) return std::unexpected(std::move(ok).error());
    if (auto durable = store_.commit(); !durable) return std::unexpected(std::move(durable).error());
    if (auto ok = exchange_keys(directory_, old_.head.origin); !ok) return std::unexpected(std::move(ok).error());
    return NextLog{.origin = first->head().origin, .predecessor = old_.head.origin, .size = old_.head.size(), .request = directory_ / request_file_name};
}

}  // namespace

Result<RecoveryState> read_recovery(const std::filesystem::path& directory) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(std::move(config).error());
    auto reader = Reader::open(directory);
    if (!reader) return std::unexpected(std::move(reader).error());
    auto halted = reader->meta(halted_key), tail = reader->meta(tail_key), origin = reader->meta("log");
    if (!halted) return std::unexpected(std::move(halted).error());
    if (!tail) return std::unexpected(std::move(tail).error());
    if (!origin) return std::unexpected(std::move(origin).error());
    RecoveryState state{.why = halted->value_or(""), .origin = origin->value_or(""), .size = 0, .tail_known_at_ms = std::nullopt, .is_top = config->upstream.empty()};
    if (*tail) state.tail_known_at_ms = std::stoull(**tail);
    auto log = reader->log_of_origin(state.origin);
    if (!log) return std::unexpected(std::move(log).error());
    if (*log) state.size = (*log)->head.size();
    if (state.why.empty() && *origin) {
        auto whole = is_fence_whole(*reader, directory);
        if (!whole) return std::unexpected(std::move(whole).error());
        if (!*whole) state.why = "this database was restored from a backup, or put back";
    }
    return state;
}

Result<NextLog> open_next_log(const std::filesystem::path& directory, const crypto::SigningKey& head, const std::string& head_name,
                              bool nobody_can_be_reached, const crypto::Secret* passphrase, NodeEnvironment environment) {
    auto continuation = Continuation::prepare(directory, head, nobody_can_be_reached, passphrase, environment);
    if (!continuation) return std::unexpected(std::move(continuation).error());
    return continuation->open(head, head_name, passphrase);
}

Result<void> settle_key_exchange(const std::filesystem::path& directory) {
    const auto room = waiting_room(directory);
    std::error_code ignored;
    if (!std::filesystem::exists(room, ignored)) return {};
    std::optional<StoredOrigins> origins;
    {
        auto reader = Reader::open(directory);
        if (!reader) return std::unexpected(std::move(reader).error());
        auto read = read_origins(*reader);
        if (!read) return std::unexpected(std::move(read).error());
        origins = std::move(*read);
    }
    const auto config = Config::load(directory);
    if (!config) return std::unexpected(config.error());
    // What lies in the room, or was moved out of it already, is either the key of the log that the database names or was never used.
    const auto waiting = own_origin(room, *config), placed = own_origin(directory, *config);
    const bool holds = origins->now && origins->left && ((waiting && *waiting == *origins->now) || (placed && *placed == *origins->now));
    return holds ? exchange_keys(directory, *origins->left) : remove_tree(room);
}

}  // namespace motcua::node

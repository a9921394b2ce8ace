// At the new office again: the ticket is checked from its first entry, the root is pinned, the node's log is opened.

#include <fmt/format.h>

#include "node/disown.hpp"
#include "node/enrolment.hpp"
#include "node/fence.hpp"
#include "node/new_keys.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::node {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const auto begin = text.find_first_not_of(blank);
    return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

Result<void> check_root(const std::string& of_ticket, const std::optional<std::string>& expected, const std::string& pinned) {
    if (expected && trimmed(*expected) != of_ticket) {
        return fail(ErrorKind::verification, fmt::format("the ticket is of another city: its root key is {}", of_ticket));
    }
    if (!pinned.empty() && pinned != of_ticket) {
        return fail(ErrorKind::refused, fmt::format("this node is pinned to {}; the ticket is of {}", pinned, of_ticket));
    }
    return {};
}

/// Stores what the ticket has beyond `registry`, which is what is stored, and folds it in.
Result<void> store_ticket(Store& store, sync::Registry& registry, sync::Ticket ticket, sync::SignatureChecker& checker) {
    for (auto& extension : ticket.extensions) {
        auto fresh = sync::trim_overlap(std::move(extension), registry.size(), [&](std::uint64_t seq) { return store.reader().entry(registry.log_id(), seq); });
        if (!fresh) return std::unexpected(std::move(fresh).error());
        if (fresh->entries.empty()) continue;
        const auto before = registry;
        auto checked = sync::extend_registry(registry, std::move(*fresh), checker);
        if (!checked) return std::unexpected(std::move(checked).error());
        if (auto ok = store.append(*checked); !ok) return ok;
        if (auto ok = disown_announced(store, registry); !ok) return ok;
        if (auto ok = update_views(store, checked->acts(), registry); !ok) return ok;
        if (auto ok = refresh_views(store, registry, reach_of(checked->acts(), before)); !ok) return ok;
    }
    return {};
}

Result<void> check_listed(const sync::NodeRecord* record, const crypto::NoiseKeyPair& noise, const std::string& origin) {
    if (record == nullptr) {
        return fail(ErrorKind::refused, fmt::format("the ticket's registry does not list this node ({}); have the city approve its request, "
                                                    "and bring the ticket that comes out", origin));
    }
    if (record->retired_at) return fail(ErrorKind::refused, fmt::format("{} is retired in the ticket's registry", origin));
    if (record->noise_key != noise.public_key()) return fail(ErrorKind::refused, fmt::format("the registry lists {} with another Noise key", origin));
    return {};
}

/// The log that the registry says this one goes on for.
std::optional<sync::Predecessor> predecessor_of(const sync::Registry& registry, const sync::LogId& log) {
    for (const auto& node : registry.nodes()) {
        const auto* seal = registry.find_seal(node.log);
        if (seal != nullptr && seal->next == log) return sync::Predecessor{.log = node.log, .size = seal->size, .root = seal->root};
    }
    return std::nullopt;
}

Result<void> open_own_log(Store& store, const std::filesystem::path& directory, const sync::Registry& registry, const sync::NodeRecord& record,
                          const crypto::SigningKey& log_key, NodeEnvironment environment) {
    auto row = store.reader().log(record.log);
    if (!row) return std::unexpected(std::move(row).error());
    if (*row) return {};  // accepted before
    if (auto ok = renew_fence(store, directory, *environment.random); !ok) return ok;
    auto checkpoint = store.reader().last_checkpoint(registry.log_id());
    if (!checkpoint) return std::unexpected(std::move(checkpoint).error());
    ensure(checkpoint->has_value(), "the stored registry ends with a checkpoint");
    const sync::OpenContent content{.office = record.office, .node_name = record.name, .log_key = record.log_key, .noise_key = record.noise_key,
                                    .cosigner_key = record.cosigner_key, .predecessor = predecessor_of(registry, record.log), .registry_checkpoint = (*checkpoint)->note};
    auto open = write_open(content, log_key, environment.clock->wall());
    if (!open) return std::unexpected(std::move(open).error());
    if (auto ok = store.append(*open); !ok) return ok;
    if (auto ok = update_views(store, open->acts(), registry); !ok) return ok;
    return store.set_meta("log", record.origin);
}

}  // namespace

Result<void> accept_enrolment(const std::filesystem::path& directory, ByteView ticket_file, std::string_view upstream,
                              const std::optional<std::string>& root, const crypto::Secret* passphrase, NodeEnvironment environment) {
    auto config = Config::load(directory);
    if (!config) return std::unexpected(std::move(config).error());
    auto lock = DirectoryLock::take(directory);
    if (!lock) return std::unexpected(std::move(lock).error());
    auto ticket = sync::decode_ticket(ticket_file);
    if (!ticket) return std::unexpected(std::move(ticket).error());
    auto pin = sync::RootPin::parse(ticket->root);
    if (!pin) return std::unexpected(std::move(pin).error());
    if (auto ok = check_root(ticket->root, root, config->root); !ok) return ok;
    config->root = ticket->root;
    config->upstream = upstream;
    if (auto valid = Config::parse(config->format()); !valid) return std::unexpected(std::move(valid).error());

    auto log_key = load_signing_key(key_path(directory, crypto::KeyRole::log, {}), passphrase);
    if (!log_key) return std::unexpected(std::move(log_key).error());
    auto noise_key = load_noise_key(key_path(directory, crypto::KeyRole::noise, {}), passphrase);
    if (!noise_key) return std::unexpected(std::move(noise_key).error());
    const auto origin = sync::node_origin(config->office_code, log_key->public_key());

    auto store = Store::open(directory);
    if (!store) return std::unexpected(std::move(store).error());
    auto registry = load_registry(store->reader(), *pin);
    if (!registry) return std::unexpected(std::move(registry).error());
    if (auto ok = disown_known(store->reader(), *registry); !ok) return ok;
    // Until the commit a failure leaves nothing: a store that goes rolls back.
    if (auto ok = store->begin(); !ok) return ok;
    if (auto ok = store_ticket(*store, *registry, std::move(*ticket), *environment.checker); !ok) return ok;
    const auto* record = registry->find_node(sync::log_id(origin, log_key->public_key()));
    if (auto ok = check_listed(record, *noise_key, origin); !ok) return ok;
    if (auto ok = open_own_log(*store, directory, *registry, *record, *log_key, environment); !ok) return ok;
    if (auto durable = store->commit(); !durable) return std::unexpected(std::move(durable).error());
    // Last: what the configuration pins is stored. After a crash here the ticket is accepted once more.
    return config->save(directory);
}

}  // namespace motcua::node

// A city is born: its root keys state who it is, its registry, and its first node and officer.

#include <fmt/format.h>

#include "node/enrolment.hpp"
#include "node/fence.hpp"
#include "node/new_directory.hpp"
#include "node/new_keys.hpp"

namespace motcua::node {
namespace {

constexpr std::uint32_t every_role = 63;

struct CityKeys {
    crypto::SigningKey root, recovery, registry;
    NewKeys node;
};

/// Entries 0 to 4 of the registry: root keys, the top office, its node, its first officer, the node's numbers; then the rules.
class FirstRegistry {
  public:
    FirstRegistry(const CitySetup& setup, const CityKeys& keys, NodeEnvironment environment)
        : setup_(setup), keys_(keys), environment_(environment), at_(environment.clock->wall()),
          top_{.code = setup.code, .since_day = day_in_vietnam(at_)},
          origin_(sync::registry_origin(setup.code, keys.registry.public_key())),
          writer_(sync::LogHead::empty(origin_, keys.registry.public_key(), sync::LogClass::registry), keys.registry) {}

    [[nodiscard]] const sync::OfficeId& top() const { return top_; }
    [[nodiscard]] crypto::VerifierKey root() const { return sync::root_verifier(origin_, keys_.root.public_key()); }

    Result<sync::CheckedExtension> write() {
        const auto log = keys_.node.log.public_key();
        const auto log_id = sync::log_id(sync::node_origin(top_.code, log), log);
        const sync::RootSetContent roots{.city_code = setup_.code, .city_name = setup_.name, .registry_key = keys_.registry.public_key(),
                                         .root_keys = {keys_.root.public_key(), keys_.recovery.public_key()}, .threshold = 1};
        const sync::OfficeContent office{.office = top_, .name = setup_.name, .kind = sync::OfficeKind::city, .parent = std::nullopt};
        const sync::NodeContent node{.office = top_, .name = Config().node_name, .log_key = log, .noise_key = keys_.node.noise.public_key(),
                                     .cosigner_key = keys_.node.cosigner.public_key()};
        const sync::OfficerContent officer{.office = top_, .roles = every_role, .registrar_of = top_};
        sync::OfficerBody name{.salt = Bytes(sync::body_salt_bytes), .name = setup_.officer_name};
        environment_.random->fill(name.salt);

        if (auto ok = state(sync::Kind::root_set, {}, sync::to_item(roots)); !ok) return std::unexpected(std::move(ok).error());
        if (auto ok = state(sync::Kind::office, cbor::encode(top_), sync::to_item(office)); !ok) return std::unexpected(std::move(ok).error());
        if (auto ok = state(sync::Kind::node, to_bytes(log_id.view()), sync::to_item(node)); !ok) return std::unexpected(std::move(ok).error());
        auto ok = state(sync::Kind::officer, to_bytes(keys_.node.officer.public_key().view()), sync::to_item(officer), cbor::encode(name));
        if (!ok) return std::unexpected(std::move(ok).error());
        const sync::NumberBlockContent numbers{.first = 1, .last = 1000};
        ok = state(sync::Kind::number_block, to_bytes(log_id.view()), sync::to_item(numbers));
        for (const auto& rule : setup_.rules) {
            if (ok) ok = state(rule.kind, rule.subject, rule.content, rule.body);
        }
        if (!ok) return std::unexpected(std::move(ok).error());
        return std::move(writer_).finish();
    }

  private:
    Result<void> state(sync::Kind kind, Bytes subject, cbor::Item content, std::optional<Bytes> body = std::nullopt) {
        const sync::Draft draft{.signer = &keys_.root, .at = at_, .kind = kind, .subject = std::move(subject), .prior = std::nullopt,
                                .content = std::move(content), .body = std::move(body)};
        auto id = writer_.append(draft, writer_.next_seq().value);
        if (!id) return std::unexpected(std::move(id).error());
        return {};
    }

    const CitySetup& setup_;
    const CityKeys& keys_;
    NodeEnvironment environment_;
    sync::WallTime at_;
    sync::OfficeId top_;
    std::string origin_;
    sync::LogWriter writer_;
};

Result<sync::Registry> fold_first(const sync::CheckedExtension& extension, const crypto::VerifierKey& root) {
    sync::Registry registry(sync::RootPin{root});
    for (const auto& act : extension.acts()) {
        // We wrote these acts ourselves, so what the registry refuses about them came from the caller: a name, mostly.
        const auto verdict = registry.apply(act);
        if (!verdict) return fail(ErrorKind::usage, "this city cannot be made: " + verdict.error().message);
        if (!verdict->effective()) {
            return fail(ErrorKind::usage, fmt::format("this city cannot be made: {} ({})", sync::name_of(verdict->reason), sync::name_of(act.payload.kind)));
        }
    }
    return registry;
}

Result<void> write_databases(const std::filesystem::path& directory, const sync::CheckedExtension& first, const sync::CheckedExtension& open,
                            const sync::Registry& registry, Random& random) {
    auto store = Store::open(directory);
    if (!store) return std::unexpected(std::move(store).error());
    if (auto ok = store->begin(); !ok) return ok;
    for (const auto* extension : {&first, &open}) {
        if (auto ok = store->append(*extension); !ok) return ok;
        if (auto ok = update_views(*store, extension->acts(), registry); !ok) return ok;
    }
    if (auto ok = store->set_meta("log", open.head().origin); !ok) return ok;
    if (auto ok = renew_fence(*store, directory, random); !ok) return ok;
    if (auto durable = store->commit(); !durable) return std::unexpected(std::move(durable).error());
    auto witness = Witness::open(directory);
    if (!witness) return std::unexpected(std::move(witness).error());
    std::vector<WitnessRow> rows;
    for (const auto* extension : {&first, &open})
        rows.push_back({.origin = extension->head().origin, .size = extension->head().size(), .root = extension->head().tree.root()});
    return witness->advance(rows);
}

/// The second root key goes where the first one is not.
class RecoveryFile {
  public:
    explicit RecoveryFile(std::filesystem::path file) : file_(std::move(file)) {}
    RecoveryFile(const RecoveryFile&) = delete;
    RecoveryFile& operator=(const RecoveryFile&) = delete;
    ~RecoveryFile() {
        std::error_code ignored;
        if (written_ && !kept_) std::filesystem::remove(file_, ignored);
    }
    Result<void> write(const crypto::SigningKey& key, const crypto::Secret* passphrase, Random& random) {
        auto ok = write_signing_key(file_, crypto::KeyRole::root, "recovery", key, passphrase, random);
        written_ = ok.has_value();
        return ok;
    }
    void keep() { kept_ = true; }

  private:
    std::filesystem::path file_;
    bool written_ = false, kept_ = false;
};

}  // namespace

Result<std::string> init_city(const std::filesystem::path& directory, const CitySetup& setup, const std::filesystem::path& recovery_file,
                              const crypto::Secret* passphrase, NodeEnvironment environment) {
    if (!sync::is_office_code(setup.code)) {
        return fail(ErrorKind::usage, fmt::format("\"{}\" is no office code: capital letters, digits and single dots, such as H26", setup.code));
    }
    if (auto ok = check_name("the city's name", setup.name); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = check_name("the officer's name", setup.officer_name); !ok) return std::unexpected(std::move(ok).error());
    auto& random = *environment.random;
    auto made = NewDirectory::begin(directory, random);
    if (!made) return std::unexpected(std::move(made).error());
    RecoveryFile recovery(recovery_file);

    const CityKeys keys{.root = crypto::SigningKey::generate(random), .recovery = crypto::SigningKey::generate(random),
                        .registry = crypto::SigningKey::generate(random), .node = NewKeys::generate(random)};
    FirstRegistry first(setup, keys, environment);
    const auto root = first.root();
    auto extension = first.write();
    if (!extension) return fail(ErrorKind::usage, extension.error().message);
    auto registry = fold_first(*extension, root);
    if (!registry) return std::unexpected(std::move(registry).error());
    const sync::OpenContent content{.office = first.top(), .node_name = Config().node_name, .log_key = keys.node.log.public_key(),
                                    .noise_key = keys.node.noise.public_key(), .cosigner_key = keys.node.cosigner.public_key(),
                                    .predecessor = std::nullopt, .registry_checkpoint = extension->checkpoint().format()};
    auto open = write_open(content, keys.node.log, environment.clock->wall());
    if (!open) return std::unexpected(std::move(open).error());

    Config config;
    config.office_code = setup.code;
    config.office_name = setup.name;
    config.insecure = passphrase == nullptr;
    config.root = root.text();
    const auto key_file = [&](crypto::KeyRole role) { return key_path(made->path(), role, {}); };
    if (auto ok = keys.node.write(made->path(), setup.officer_name, passphrase, random); !ok) return std::unexpected(std::move(ok).error());
    auto ok = write_signing_key(key_file(crypto::KeyRole::root), crypto::KeyRole::root, "", keys.root, passphrase, random);
    if (ok) ok = write_signing_key(key_file(crypto::KeyRole::registry), crypto::KeyRole::registry, "", keys.registry, passphrase, random);
    if (ok) ok = config.save(made->path());
    if (ok) ok = write_databases(made->path(), *extension, *open, *registry, random);
    if (ok) ok = recovery.write(keys.recovery, passphrase, random);
    if (ok) ok = made->finish();
    if (!ok) return std::unexpected(std::move(ok).error());
    recovery.keep();
    return root.text();
}

}  // namespace motcua::node

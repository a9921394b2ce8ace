#pragma once
/// A small city for tests: Hà Nội with one hub and two communes, every key drawn from a name, so that each run makes the
/// same bytes. Logs live in memory and grow by the real LogWriter.

#include <map>
#include <string>

#include "sync/dossier/dossier.hpp"
#include "sync/registry/ticket.hpp"

namespace motcua::tests {

/// SHA-256 in counter mode over a seed.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::string seed) : seed_(std::move(seed)) {}
    void fill(std::span<std::byte> target) override {
        for (std::byte& byte : target) {
            if (used_ == crypto::Hash::size) {
                block_ = crypto::sha256(as_bytes(seed_ + "/" + std::to_string(counter_++)));
                used_ = 0;
            }
            byte = block_.bytes[used_++];
        }
    }
    /// Below `bound`, near enough to even for tests.
    std::uint64_t below(std::uint64_t bound) {
        std::array<std::byte, 8> bytes{};
        fill(bytes);
        return load_be(bytes) % bound;
    }

  private:
    std::string seed_;
    std::uint64_t counter_ = 0;
    crypto::Hash block_;
    std::size_t used_ = crypto::Hash::size;
};

inline crypto::SigningKey signing_key(const std::string& name) {
    SeededRandom random("signing key " + name);
    return crypto::SigningKey::generate(random);
}
inline crypto::NoiseKeyPair noise_key(const std::string& name) {
    SeededRandom random("noise key " + name);
    return crypto::NoiseKeyPair::generate(random);
}
/// The value, or the end of the test program with the error in words.
template <class T>
T value_of(Result<T> result) {
    ensure(result.has_value(), result ? "" : result.error().message.c_str());
    if constexpr (!std::is_void_v<T>) return *std::move(result);
}

/// The kind of the error, or nothing where there is a value: `error()` of a value may be anything.
template <class T>
std::optional<ErrorKind> kind_of(const Result<T>& result) {
    return result ? std::nullopt : std::optional(result.error().kind);
}

/// A log with all its entries, bodies and one checkpoint an entry.
struct TestLog {
    sync::LogHead head;
    const crypto::SigningKey* key = nullptr;
    std::vector<sync::Act> acts;
    std::vector<std::optional<Bytes>> bodies;
    std::vector<std::string> checkpoints;  ///< signed notes, of size index + 1

    Result<sync::Act> append(const sync::Draft& draft, std::uint64_t registry_size) {
        sync::LogWriter writer(head, *key);
        if (auto id = writer.append(draft, registry_size); !id) return std::unexpected(id.error());
        const sync::CheckedExtension checked = std::move(writer).finish();
        head = checked.head();
        acts.push_back(checked.acts().front());
        bodies.push_back(draft.body);
        checkpoints.push_back(checked.checkpoint().format());
        return acts.back();
    }
    /// Entries from <= seq < to, and the checkpoint of size `to`.
    [[nodiscard]] sync::Extension extension(std::uint64_t from, std::uint64_t to) const {
        sync::Extension extension{.log = head.id, .from = from, .entries = {}, .bodies = {}, .checkpoint = checkpoints.at(to - 1)};
        for (std::uint64_t seq = from; seq < to; ++seq) {
            extension.entries.push_back(acts[seq].envelope);
            extension.bodies.push_back(bodies[seq]);
        }
        return extension;
    }
    [[nodiscard]] sync::Extension all() const { return extension(0, acts.size()); }
};

/// A node, with its office's first officer, who holds every role but registrar.
struct TestNode {
    std::string name;
    sync::OfficeId office;
    std::shared_ptr<crypto::SigningKey> log_key, cosigner_key, officer;
    std::shared_ptr<crypto::NoiseKeyPair> noise;
    TestLog log;

    [[nodiscard]] sync::LogId id() const { return log.head.id; }
    [[nodiscard]] crypto::VerifierKey cosigner() const { return sync::cosigner_verifier(log.head.origin, cosigner_key->public_key()); }
};

/// The city, its registry, and a hub with two communes below it. Every node's log holds its `open`.
class World {
  public:
    static constexpr std::uint64_t start_ms = 1'760'000'000'000;
    static constexpr std::uint32_t full_roles = 31;  ///< desk, handler, head, admin, auditor

    crypto::SigningKey root = signing_key("root"), registry_key = signing_key("registry"), registrar = signing_key("registrar");
    TestLog registry_log;
    sync::Registry registry{pin()};
    sync::OfficeId top{"H26", 0}, hub_office{"H26.1", 0}, first_office{"H26.1.01", 0}, second_office{"H26.1.02", 0};
    std::map<std::string, TestNode> nodes;

    World() {
        registry_log.head = sync::LogHead::empty(sync::registry_origin("H26", registry_key.public_key()), registry_key.public_key(),
                                                 sync::LogClass::registry);
        registry_log.key = &registry_key;
        state_root({"H26", "Thành phố Hà Nội", registry_key.public_key(), {root.public_key()}, 1});
        state_office(root, {top, "Thành phố Hà Nội", sync::OfficeKind::city, std::nullopt});
        state_officer(root, registrar.public_key(), {top, 32, top});
        state_office(registrar, {hub_office, "Trung tâm", sync::OfficeKind::hub, top});
        state_office(registrar, {first_office, "Phường Ba Đình", sync::OfficeKind::commune, hub_office});
        state_office(registrar, {second_office, "Phường Ngọc Hà", sync::OfficeKind::commune, hub_office});
        add_node("city", top);
        add_node("hub", hub_office);
        add_node("first", first_office);
        add_node("second", second_office);
        for (auto& [name, node] : nodes) open(node);
    }
    World(const World&) = delete;

    TestNode& city() { return nodes.at("city"); }
    TestNode& hub() { return nodes.at("hub"); }
    TestNode& first() { return nodes.at("first"); }
    TestNode& second() { return nodes.at("second"); }

    [[nodiscard]] sync::RootPin pin() const {
        return {sync::root_verifier(sync::registry_origin("H26", registry_key.public_key()), root.public_key())};
    }
    [[nodiscard]] sync::RegistryRootAt registry_roots() const {
        return [this](std::uint64_t size) { return registry.root_at(size); };
    }

    // --- the registry ---
    template <class Content>
    sync::Act state_registry(const crypto::SigningKey& signer, sync::Kind kind, Bytes subject, const Content& content) {
        const auto act = registry_log.append({.signer = &signer, .at = next_time(), .kind = kind, .subject = std::move(subject),
                                              .prior = {}, .content = sync::to_item(content), .body = {}},
                                             registry_log.head.size());
        value_of(registry.apply(value_of(act)));
        return *act;
    }
    sync::Act state_root(const sync::RootSetContent& content) { return state_registry(root, sync::Kind::root_set, {}, content); }
    sync::Act state_office(const crypto::SigningKey& signer, const sync::OfficeContent& content) {
        return state_registry(signer, sync::Kind::office, cbor::encode(content.office), content);
    }
    sync::Act state_officer(const crypto::SigningKey& signer, const sync::PublicKey& key, const sync::OfficerContent& content) {
        return state_registry(signer, sync::Kind::officer, to_bytes(key.view()), content);
    }
    sync::Act state_node(const crypto::SigningKey& signer, const sync::NodeContent& content) {
        const std::string origin = sync::node_origin(content.office.code, content.log_key);
        return state_registry(signer, sync::Kind::node, to_bytes(sync::log_id(origin, content.log_key).view()), content);
    }
    sync::Act retire(const crypto::SigningKey& signer, ByteView subject) {
        return state_registry(signer, sync::Kind::retire, to_bytes(subject), sync::RetireContent{"test"});
    }
    sync::Act revoke(const crypto::SigningKey& signer, const sync::PublicKey& key, std::vector<sync::RevokeContent::Cut> cuts) {
        return state_registry(signer, sync::Kind::revoke, to_bytes(key.view()), sync::RevokeContent{std::move(cuts)});
    }
    /// Lists a node and its first officer; opens nothing.
    TestNode& add_node(const std::string& name, const sync::OfficeId& office) {
        TestNode node{.name = name, .office = office,
                      .log_key = std::make_shared<crypto::SigningKey>(signing_key(name + " log")),
                      .cosigner_key = std::make_shared<crypto::SigningKey>(signing_key(name + " cosigner")),
                      .officer = std::make_shared<crypto::SigningKey>(signing_key(name + " officer")),
                      .noise = std::make_shared<crypto::NoiseKeyPair>(noise_key(name)),
                      .log = {}};
        const sync::PublicKey log_key = node.log_key->public_key();
        node.log.key = node.log_key.get();
        node.log.head = sync::LogHead::empty(sync::node_origin(office.code, log_key), log_key, sync::LogClass::node);
        state_node(registrar, {office, name, log_key, node.noise->public_key(), node.cosigner_key->public_key()});
        state_officer(registrar, node.officer->public_key(), {office, full_roles, std::nullopt});
        return nodes.insert_or_assign(name, std::move(node)).first->second;
    }

    // --- a node's log ---
    sync::Act open(TestNode& node) {
        const sync::OpenContent content{node.office, node.name, node.log_key->public_key(), node.noise->public_key(),
                                        node.cosigner_key->public_key(), std::nullopt, registry_log.checkpoints.back()};
        return value_of(node.log.append({.signer = node.log_key.get(), .at = next_time(), .kind = sync::Kind::open,
                                         .subject = to_bytes(node.id().view()), .prior = {}, .content = sync::to_item(content), .body = {}},
                                        0));
    }
    /// Carries the newest registry checkpoint, so that the next act may cite it.
    sync::Act receipt(TestNode& node) {
        const sync::ReceiptContent content{registry_log.checkpoints.back(), {}, {}};
        return value_of(node.log.append({.signer = node.log_key.get(), .at = next_time(), .kind = sync::Kind::receipt,
                                         .subject = {}, .prior = {}, .content = sync::to_item(content), .body = {}},
                                        node.log.head.announced.value_or(node.log.head.registry_size)));
    }
    /// An act of a dossier, citing the newest registry size that the log may cite. Signed by the node's officer, unless
    /// `signer` says otherwise.
    sync::Act state_item(TestNode& node, sync::Kind kind, const sync::DossierId& dossier, std::optional<sync::ActId> prior, cbor::Item content,
                         const crypto::SigningKey* signer = nullptr, std::optional<Bytes> body = {}) {
        return value_of(node.log.append({.signer = signer == nullptr ? node.officer.get() : signer, .at = next_time(), .kind = kind,
                                         .subject = to_bytes(dossier.view()), .prior = prior, .content = std::move(content),
                                         .body = std::move(body)},
                                        node.log.head.announced.value_or(node.log.head.registry_size)));
    }
    template <class Content>
    sync::Act state(TestNode& node, sync::Kind kind, const sync::DossierId& dossier, std::optional<sync::ActId> prior,
                    const Content& content, const crypto::SigningKey* signer = nullptr, std::optional<Bytes> body = {}) {
        return state_item(node, kind, dossier, prior, sync::to_item(content), signer, std::move(body));
    }
    /// With every field of its content empty.
    sync::Act state(TestNode& node, sync::Kind kind, const sync::DossierId& dossier, std::optional<sync::ActId> prior,
                    const crypto::SigningKey* signer = nullptr) {
        return state_item(node, kind, dossier, prior, sync::empty_content(kind), signer);
    }
    sync::DossierId next_dossier(const TestNode& node) { return sync::new_dossier_id(node.id(), sync::Seq{node.log.head.size()}, random_); }
    static sync::ReceiveContent received(std::string code, std::uint64_t at_ms = start_ms) {
        sync::ReceiveContent content;
        content.code = std::move(code);
        content.procedure = "1.001193";
        content.received_ms = at_ms;
        return content;
    }
    /// A dossier received at the desk, with a salted body.
    sync::Act receive(TestNode& node, const std::string& applicant = "Nguyễn Văn An") {
        sync::ReceiveBody body;
        body.salt = next_salt();
        body.applicant = applicant;
        const auto content = received(node.office.code + "-251009-" + std::to_string(1000 + node.log.head.size()));
        return state(node, sync::Kind::receive, next_dossier(node), std::nullopt, content, nullptr, cbor::encode(body));
    }

    Bytes next_salt() {
        Bytes salt(sync::body_salt_bytes);
        random_.fill(salt);
        return salt;
    }
    sync::WallTime next_time() { return sync::WallTime{std::chrono::milliseconds{start_ms + 1000 * steps_++}}; }

  private:
    SeededRandom random_{"world"};
    std::uint64_t steps_ = 0;
};

inline sync::DossierId dossier_of(const sync::Act& act) { return value_of(sync::DossierId::from(act.payload.subject)); }

}  // namespace motcua::tests

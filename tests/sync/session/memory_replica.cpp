#include "memory_replica.hpp"

#include <catch2/catch.hpp>

namespace motcua::session_tests {
namespace {

crypto::CosignTime cosign_time() {
    return crypto::CosignTime(std::chrono::seconds(1'760'000'000));
}

Bytes salted_body(std::size_t bytes, std::uint64_t number) {
    StepBody body{.salt = Bytes(body_salt_bytes, std::byte(number & 0xFFU)), .note = std::string(bytes, 'x')};
    return cbor::encode(body);
}

}  // namespace

void SeededRandom::fill(std::span<std::byte> target) {
    for (std::byte& byte : target) byte = std::byte(next() & 0xFFU);
}

std::uint64_t SeededRandom::next() {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31U);
}

Site::Site(std::string code, bool cosigns, Random& random)
    : office{std::move(code), 20'270},
      log_key(crypto::SigningKey::generate(random)),
      noise(crypto::NoiseKeyPair::generate(random)) {
    if (cosigns) cosigner = crypto::SigningKey::generate(random);
    origin = node_origin(office.code, log_key.public_key());
    log = log_id(origin, log_key.public_key());
}

// --- the registry ---

RegistryOffice::RegistryOffice(std::string code, Random& random)
    : root_key_(crypto::SigningKey::generate(random)),
      registry_key_(crypto::SigningKey::generate(random)),
      city_code_(std::move(code)) {
    head_ = LogHead::empty(registry_origin(city_code_, registry_key_.public_key()), registry_key_.public_key(),
                           LogClass::registry);
    append(Kind::root_set, {},
           to_item(RootSetContent{city_code_, "Thành phố", registry_key_.public_key(), {root_key_.public_key()}, 1}));
    finish();
}

void RegistryOffice::append(Kind kind, Bytes subject, cbor::Item content) {
    if (!writer_) writer_.emplace(*head_, registry_key_);
    const Draft draft{.signer = &root_key_,
                      .at = WallTime(std::chrono::milliseconds(1'760'000'000'000)),
                      .kind = kind,
                      .subject = std::move(subject),
                      .prior = std::nullopt,
                      .content = std::move(content),
                      .body = std::nullopt};
    if (!writer_->append(draft, writer_->next_seq().value)) FAIL("the registry's act is refused");
}

void RegistryOffice::finish() {
    const CheckedExtension checked = std::move(*writer_).finish();
    writer_.reset();
    head_ = checked.head();
    extensions.push_back(to_extension(checked));
}

void RegistryOffice::enrol(const Site& site, const std::optional<OfficeId>& parent) {
    const OfficeKind kind = !parent ? OfficeKind::city : site.cosigner ? OfficeKind::hub : OfficeKind::commune;
    append(Kind::office, cbor::encode(site.office),
           to_item(OfficeContent{site.office, "Cơ quan " + site.office.code, kind, parent}));
    append(Kind::node, to_bytes(site.log.bytes),
           to_item(NodeContent{site.office, site.office.code, site.log_key.public_key(), site.noise.public_key(),
                               site.cosigner ? std::optional(site.cosigner->public_key()) : std::nullopt}));
    finish();
}

void RegistryOffice::retire(const Site& site) {
    append(Kind::retire, to_bytes(site.log.bytes), to_item(RetireContent{"replaced"}));
    finish();
}

RootPin RegistryOffice::pin() const {
    return {root_verifier(head_->origin, root_key_.public_key())};
}

// --- the store ---

MemoryReplica::MemoryReplica(RootPin pin) : registry_(std::make_shared<Registry>(std::move(pin))) {}

Result<MemoryReplica::StoredLog*> MemoryReplica::open(const LogId& log, const Extension* first) {
    if (const auto found = logs_.find(log); found != logs_.end()) return &found->second;
    if (first != nullptr && registry_->size() == 0) {
        const auto head = registry_->head_for(*first);
        if (!head) return std::unexpected(head.error());
        return &logs_.emplace(log, StoredLog{*head, {}, {}, {}, {}, {}, {}}).first->second;
    }
    if (const NodeRecord* node = registry_->find_node(log)) {
        return &logs_
                    .emplace(log, StoredLog{LogHead::empty(node->origin, node->log_key, LogClass::node), {}, {}, {}, {}, {}, {}})
                    .first->second;
    }
    for (const Office& office : registry_->offices()) {
        for (const InboxName& inbox : inboxes_of(*registry_, office.id)) {
            if (inbox.log == log) return &logs_.emplace(log, StoredLog{inbox.empty_head(), {}, {}, {}, {}, {}, {}}).first->second;
        }
    }
    return fail(ErrorKind::refused, "unknown log");
}

void MemoryReplica::put(StoredLog& log, const CheckedExtension& checked) {
    for (const Act& act : checked.acts()) {
        log.entries.push_back(act.envelope);
        log.leaves.push_back(crypto::leaf_hash(act.envelope));
        log.names_body.push_back(act.payload.body.has_value());
    }
    log.bodies.insert(log.bodies.end(), checked.bodies().begin(), checked.bodies().end());
    log.head = checked.head();
    log.checkpoints[log.head.size()] = checked.checkpoint().format();
    if (log.head.log_class != LogClass::registry) return;
    auto next = std::make_shared<Registry>(*registry_);
    for (const Act& act : checked.acts()) {
        if (!next->apply(act)) FAIL("the registry refuses an act");
    }
    registry_ = std::move(next);
}

void MemoryReplica::put_inbox(StoredLog& log, const CheckedInboxExtension& checked) {
    for (const Act& act : checked.acts()) {
        log.entries.push_back(encode_inbox_leaf(act));
        log.leaves.push_back(crypto::leaf_hash(log.entries.back()));
        log.names_body.push_back(act.payload.body.has_value());
    }
    log.bodies.insert(log.bodies.end(), checked.bodies().begin(), checked.bodies().end());
    log.head = checked.head();
    log.checkpoints[log.head.size()] = checked.checkpoint().format();
}

void MemoryReplica::post(const Site& hub, const OfficeId& office, const LogId& of, std::uint64_t from, std::uint64_t to) {
    const auto name = inbox_name(*registry_, *registry_->find_node(hub.log), office);
    REQUIRE(name);
    const auto inbox = open(name->log);
    REQUIRE(inbox);
    const StoredLog origin = logs_.at(of);
    InboxWriter writer((*inbox)->head, hub.log_key);
    for (std::uint64_t seq = from; seq < to; ++seq) writer.append(*parse_act(origin.entries[seq]), 0);
    const auto size_before = (*inbox)->head.size();
    put_inbox(**inbox, std::move(writer).finish());
    for (std::uint64_t seq = from; seq < to; ++seq) (*inbox)->bodies[size_before + seq - from] = origin.bodies[seq];
}

Result<LogHead> MemoryReplica::extend(Extension extension) {
    const auto log = open(extension.log, &extension);
    if (!log) return std::unexpected(log.error());
    StoredLog& stored = **log;
    auto trimmed =
        trim_overlap(std::move(extension), stored.head.size(),
                     [&](std::uint64_t seq) -> Result<std::optional<Bytes>> { return stored.entries.at(seq); });
    if (!trimmed) return std::unexpected(trimmed.error());
    if (trimmed->entries.empty()) return stored.head;
    SequentialSignatureChecker checker;
    if (stored.head.log_class == LogClass::inbox) {
        const auto inbox = check_inbox_extension(stored.head, std::move(*trimmed), checker);
        if (!inbox) return std::unexpected(inbox.error());
        put_inbox(stored, *inbox);
        return stored.head;
    }
    const auto checked = check_extension(stored.head, std::move(*trimmed), checker, no_registry_roots);
    if (!checked) return std::unexpected(checked.error());
    put(stored, *checked);
    return stored.head;
}

void MemoryReplica::write(const Site& site, std::uint64_t count, std::size_t body_bytes, Random* random) {
    const auto log = open(site.log);
    REQUIRE(log);
    LogWriter writer((*log)->head, site.log_key);
    for (std::uint64_t index = 0; index < count; ++index) {
        const bool opening = writer.next_seq().value == 0;
        Bytes salt(4);
        if (random != nullptr) random->fill(salt);
        const OpenContent open_content{site.office,
                                       site.office.code,
                                       site.log_key.public_key(),
                                       site.noise.public_key(),
                                       site.cosigner ? std::optional(site.cosigner->public_key()) : std::nullopt,
                                       std::nullopt,
                                       std::nullopt};
        const Draft draft{
            .signer = &site.log_key,
            .at = WallTime(std::chrono::milliseconds(1'760'000'000'000)),
            .kind = opening ? Kind::open : Kind::note,
            .subject = opening ? to_bytes(site.log.bytes) : salt,
            .prior = std::nullopt,
            .content = opening ? to_item(open_content) : to_item(StepContent{}),
            .body = opening ? std::nullopt : std::optional(salted_body(body_bytes, writer.next_seq().value))};
        if (!writer.append(draft, 0)) FAIL("the act is refused");
    }
    put(**log, std::move(writer).finish());
}

void MemoryReplica::add_cosignatures(const Cosigned& cosigned) {
    StoredLog& log = logs_.at(cosigned.log);
    for (const std::string& text : cosigned.lines) {
        Cosigned& newest = log.cosigned[crypto::NoteSignature::parse_line(text)->name];
        if (newest.size <= cosigned.size) newest = {cosigned.log, cosigned.size, cosigned.root, {text}};
    }
}

Cosigned MemoryReplica::cosign(const LogId& log, const Site& cosigner) {
    const StoredLog& stored = logs_.at(log);
    const crypto::Checkpoint checkpoint{stored.head.origin, stored.head.size(), stored.head.tree.root()};
    const auto name = cosigner_verifier(cosigner.origin, cosigner.cosigner->public_key()).name;
    std::string line = crypto::cosign(checkpoint, name, *cosigner.cosigner, cosign_time()).line();
    line.pop_back();
    const Cosigned cosigned{log, checkpoint.size, checkpoint.root, {line}};
    add_cosignatures(cosigned);
    return cosigned;
}

void MemoryReplica::forget_bodies(const LogId& log) {
    for (auto& body : logs_.at(log).bodies) body.reset();
}

void MemoryReplica::put_body(const LogId& log, std::uint64_t seq, Bytes body) {
    logs_.at(log).bodies.at(seq) = std::move(body);
}

std::uint64_t MemoryReplica::size(const LogId& log) const {
    const auto found = logs_.find(log);
    return found == logs_.end() ? 0 : found->second.head.size();
}

std::size_t MemoryReplica::bodies_missing(const LogId& log) const {
    return missing_bodies(log, 1'000'000)->size();
}

std::size_t MemoryReplica::cosignature_lines(const LogId& log, std::uint64_t size) const {
    std::size_t count = 0;
    const auto found = logs_.find(log);
    if (found == logs_.end()) return 0;
    for (const auto& [name, cosigned] : found->second.cosigned) count += cosigned.size == size ? 1 : 0;
    return count;
}

std::map<LogId, std::vector<Bytes>> MemoryReplica::entries() const {
    std::map<LogId, std::vector<Bytes>> all;
    for (const auto& [id, log] : logs_) all[id] = log.entries;
    return all;
}

std::uint64_t MemoryReplica::cosigned_size(const StoredLog& log, const NodeRecord* cosigner) const {
    if (cosigner == nullptr || !cosigner->cosigner_key) return 0;
    const auto found = log.cosigned.find(cosigner_verifier(cosigner->origin, *cosigner->cosigner_key).name);
    return found == log.cosigned.end() ? 0 : found->second.size;
}

Result<std::vector<HeadState>> MemoryReplica::heads(const OfficeId& office, const LogId& upper) const {
    std::vector<HeadState> all;
    const NodeRecord* top_node = nullptr;
    for (const NodeRecord& node : registry_->nodes()) {
        if (registry_->top() != nullptr && node.office == registry_->top()->id)
            top_node = registry_->find_node(node.log);
    }
    for (const NodeRecord& node : registry_->nodes()) {
        if (!registry_->is_at_or_below(node.office, office)) continue;
        HeadState head{.log = node.log, .size = 0, .root = crypto::CompactRange().root(), .held = 0, .witnessed = 0};
        if (const auto found = logs_.find(node.log); found != logs_.end()) {
            const StoredLog& log = found->second;
            head = {node.log, log.head.size(), log.head.tree.root(), cosigned_size(log, registry_->find_node(upper)),
                    cosigned_size(log, top_node)};
        }
        all.push_back(head);
    }
    const NodeRecord* keeper = registry_->find_node(upper);
    if (const auto inbox = keeper == nullptr ? std::nullopt : inbox_name(*registry_, *keeper, office)) {
        const auto found = logs_.find(inbox->log);
        const crypto::CompactRange& tree = found == logs_.end() ? crypto::CompactRange() : found->second.head.tree;
        all.push_back({.log = inbox->log, .size = tree.size(), .root = tree.root(), .held = 0, .witnessed = 0});
    }
    std::ranges::sort(all, {}, &HeadState::log);
    return all;
}

Result<std::optional<Hash>> MemoryReplica::root_at(const LogId& log, std::uint64_t size) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || size > found->second.leaves.size()) return std::nullopt;
    return crypto::root_of(std::span(found->second.leaves).first(size));
}

Result<std::optional<Extension>> MemoryReplica::read(const LogId& log, std::uint64_t from,
                                                     std::size_t bytes_max) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || from >= found->second.head.size()) return std::nullopt;
    if (!offers_registry && log == registry_->log_id()) return std::nullopt;
    const StoredLog& stored = found->second;
    Extension extension{.log = log, .from = from, .entries = {}, .bodies = {}, .checkpoint = {}};
    std::uint64_t end = from;
    std::size_t bytes = 0;
    for (auto checkpoint = stored.checkpoints.upper_bound(from); checkpoint != stored.checkpoints.end(); ++checkpoint) {
        for (std::uint64_t seq = end; seq < checkpoint->first; ++seq) {
            bytes += stored.entries[seq].size() + (stored.bodies[seq] ? stored.bodies[seq]->size() : 0);
        }
        if (end > from && bytes > bytes_max) break;
        end = checkpoint->first;
        extension.checkpoint = checkpoint->second;
    }
    for (std::uint64_t seq = from; seq < end; ++seq) {
        extension.entries.push_back(stored.entries[seq]);
        extension.bodies.push_back(stored.bodies[seq]);
    }
    return extension;
}

Result<std::optional<std::string>> MemoryReplica::checkpoint_note(const LogId& log, std::uint64_t size) const {
    const auto found = logs_.find(log);
    if (found == logs_.end()) return std::nullopt;
    const auto checkpoint = found->second.checkpoints.lower_bound(size);
    if (checkpoint == found->second.checkpoints.end()) return std::nullopt;
    return checkpoint->second;
}

Result<std::optional<Inclusion>> MemoryReplica::inclusion(const LogId& log, std::uint64_t index, std::uint64_t size) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || index >= size || size > found->second.leaves.size()) return std::nullopt;
    const auto& leaves = found->second.leaves;
    return Inclusion{leaves[index], crypto::inclusion_proof(leaves, index, size)};
}

Result<std::vector<Cosigned>> MemoryReplica::cosignatures(const LogId& log) const {
    std::vector<Cosigned> all;
    if (const auto found = logs_.find(log); found != logs_.end()) {
        for (const auto& [name, cosigned] : found->second.cosigned) all.push_back(cosigned);
    }
    return all;
}

Result<std::vector<std::uint64_t>> MemoryReplica::missing_bodies(const LogId& log, std::size_t count_max) const {
    std::vector<std::uint64_t> missing;
    const auto found = logs_.find(log);
    if (found == logs_.end()) return missing;
    for (std::size_t seq = 0; seq < found->second.entries.size() && missing.size() < count_max; ++seq) {
        if (found->second.names_body[seq] && !found->second.bodies[seq]) missing.push_back(seq);
    }
    return missing;
}

Result<std::optional<Bytes>> MemoryReplica::body(const LogId& log, std::uint64_t seq) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || seq >= found->second.bodies.size()) return std::nullopt;
    return found->second.bodies[seq];
}

}  // namespace motcua::session_tests

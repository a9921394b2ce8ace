#include "scene.hpp"

#include <catch2/catch.hpp>

namespace motcua::session_tests {
namespace {

constexpr std::string_view city_code = "H26";

crypto::CosignTime cosign_time() { return crypto::CosignTime(std::chrono::seconds(1'760'000'000)); }

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
    : office{std::move(code), 20'270}, log_key(crypto::SigningKey::generate(random)), noise(crypto::NoiseKeyPair::generate(random)) {
    if (cosigns) cosigner = crypto::SigningKey::generate(random);
    origin = node_origin(office.code, log_key.public_key());
    log = log_id(origin, log_key.public_key());
}

// --- the registry ---

RegistryOffice::RegistryOffice(std::string code, std::uint64_t seed)
    : random_(seed), root_key_(crypto::SigningKey::generate(random_)), registry_key_(crypto::SigningKey::generate(random_)), city_code_(std::move(code)) {
    head_ = LogHead::empty(registry_origin(city_code_, registry_key_.public_key()), registry_key_.public_key(), LogClass::registry);
    append(Kind::root_set, {}, to_item(RootSetContent{city_code_, "Thành phố", registry_key_.public_key(), {root_key_.public_key()}, 1}));
    finish();
}

void RegistryOffice::append(Kind kind, Bytes subject, cbor::Item content) {
    if (!writer_) writer_.emplace(*head_, registry_key_);
    const Draft draft{.signer = &root_key_, .at = WallTime(std::chrono::milliseconds(1'760'000'000'000)), .kind = kind, .subject = std::move(subject),
                      .prior = std::nullopt, .content = std::move(content), .body = std::nullopt};
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
    append(Kind::office, cbor::encode(site.office), to_item(OfficeContent{site.office, "Cơ quan " + site.office.code, kind, parent}));
    append(Kind::node, to_bytes(site.log.bytes),
           to_item(NodeContent{site.office, site.office.code, site.log_key.public_key(), site.noise.public_key(),
                               site.cosigner ? std::optional(site.cosigner->public_key()) : std::nullopt}));
    finish();
}

void RegistryOffice::retire(const Site& site) {
    append(Kind::retire, to_bytes(site.log.bytes), to_item(RetireContent{"replaced"}));
    finish();
}

RootPin RegistryOffice::pin() const { return {root_verifier(head_->origin, root_key_.public_key())}; }

// --- the store ---

MemoryReplica::MemoryReplica(RootPin pin) : registry_(std::make_shared<Registry>(std::move(pin))) {}

Result<MemoryReplica::StoredLog*> MemoryReplica::open(const LogId& log, const Extension* first) {
    if (const auto found = logs_.find(log); found != logs_.end()) return &found->second;
    if (first != nullptr && registry_->size() == 0) {
        const auto head = registry_->head_for(*first);
        if (!head) return std::unexpected(head.error());
        return &logs_.emplace(log, StoredLog{*head, {}, {}, {}, {}, {}, {}}).first->second;
    }
    const NodeRecord* node = registry_->find_node(log);
    if (node == nullptr) return fail(ErrorKind::refused, "unknown log");
    return &logs_.emplace(log, StoredLog{LogHead::empty(node->origin, node->log_key, LogClass::node), {}, {}, {}, {}, {}, {}}).first->second;
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

Result<LogHead> MemoryReplica::extend(Extension extension) {
    const auto log = open(extension.log, &extension);
    if (!log) return std::unexpected(log.error());
    StoredLog& stored = **log;
    auto trimmed = trim_overlap(std::move(extension), stored.head.size(), [&](std::uint64_t seq) -> Result<std::optional<Bytes>> {
        return stored.entries.at(seq);
    });
    if (!trimmed) return std::unexpected(trimmed.error());
    if (trimmed->entries.empty()) return stored.head;
    SequentialSignatureChecker checker;
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
        const OpenContent open_content{site.office, site.office.code, site.log_key.public_key(), site.noise.public_key(),
                                       site.cosigner ? std::optional(site.cosigner->public_key()) : std::nullopt, std::nullopt, std::nullopt};
        const Draft draft{.signer = &site.log_key,
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

void MemoryReplica::put_body(const LogId& log, std::uint64_t seq, Bytes body) { logs_.at(log).bodies.at(seq) = std::move(body); }

std::uint64_t MemoryReplica::size(const LogId& log) const {
    const auto found = logs_.find(log);
    return found == logs_.end() ? 0 : found->second.head.size();
}

std::size_t MemoryReplica::bodies_missing(const LogId& log) const { return missing_bodies(log, 1'000'000)->size(); }

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
    const NodeRecord* witness = nullptr;
    for (const NodeRecord& node : registry_->nodes()) {
        if (registry_->top() != nullptr && node.office == registry_->top()->id) witness = registry_->find_node(node.log);
    }
    for (const NodeRecord& node : registry_->nodes()) {
        if (!registry_->is_at_or_below(node.office, office)) continue;
        HeadState head{.log = node.log, .size = 0, .root = crypto::CompactRange().root(), .held = 0, .witnessed = 0};
        if (const auto found = logs_.find(node.log); found != logs_.end()) {
            const StoredLog& log = found->second;
            head = {node.log, log.head.size(), log.head.tree.root(), cosigned_size(log, registry_->find_node(upper)), cosigned_size(log, witness)};
        }
        all.push_back(head);
    }
    std::ranges::sort(all, {}, &HeadState::log);
    return all;
}

Result<std::optional<Hash>> MemoryReplica::root_at(const LogId& log, std::uint64_t size) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || size > found->second.leaves.size()) return std::nullopt;
    return crypto::root_of(std::span(found->second.leaves).first(size));
}

Result<std::optional<Extension>> MemoryReplica::read(const LogId& log, std::uint64_t from, std::size_t bytes_max) const {
    const auto found = logs_.find(log);
    if (found == logs_.end() || from >= found->second.head.size()) return std::nullopt;
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

// --- one end ---

End::End(SessionOptions options, const Site& site_given, MemoryReplica& replica_given, Random& random, MonoTime now)
    : site(&site_given), replica(&replica_given), session(std::move(options), site_given.identity(), replica_given, random, now) {}

void End::answer(Extension extension, MonoTime now) {
    const LogId log = extension.log;
    if (refuse_log == log) return session.refused(log, Error{ErrorKind::verification, "refused by the test"}, now);
    const auto head = replica->extend(std::move(extension));
    if (!head) return session.refused(log, head.error(), now);
    ++stores;
    StoredExtension stored{.log = log, .size = head->size(), .root = head->tree.root(), .cosigned = std::nullopt, .missing_bodies = {}};
    const Registry& registry = *replica->registry();
    const NodeRecord* node = registry.find_node(log);
    if (node != nullptr && site->cosigner && node->office != site->office && registry.is_at_or_below(node->office, site->office)) {
        stored.cosigned = replica->cosign(log, *site);
    }
    stored.missing_bodies = *replica->missing_bodies(log, 4096);
    session.stored(stored, now);
    session.changed(now);
}

void End::answer_stores(MonoTime now) {
    for (Extension& extension : std::exchange(held, {})) answer(std::move(extension), now);
}

void End::pump(MonoTime now) {
    while (auto action = session.next_action()) {
        ++actions;
        if (finished) FAIL("an action after Finished");
        if (auto* send = std::get_if<SendBytes>(&*action)) {
            append(sent, send->bytes);
        } else if (auto* store = std::get_if<StoreExtension>(&*action)) {
            if (hold_stores) held.push_back(std::move(store->extension));
            else answer(std::move(store->extension), now);
            std::size_t pending = 0;
            for (const Extension& extension : held) pending += encode_message(Extend{extension}).size();
            store_bytes_pending_max = std::max(store_bytes_pending_max, pending);
        } else if (auto* cosignatures = std::get_if<StoreCosignatures>(&*action)) {
            replica->add_cosignatures(cosignatures->cosigned);
            session.changed(now);
        } else if (auto* body = std::get_if<StoreBody>(&*action)) {
            replica->put_body(body->log, body->seq, std::move(body->body));
        } else if (auto* found = std::get_if<StoreEvidence>(&*action)) {
            evidence.push_back(*found);
        } else if (auto* halt = std::get_if<Halt>(&*action)) {
            halts.push_back(*halt);
        } else if (auto* wake_at = std::get_if<WakeAt>(&*action)) {
            wake = wake_at->at;
        } else {
            finished = std::get<Finished>(*action);
        }
    }
}

// --- the stream ---

Link::Link(End& initiator, End& responder, MonoTime now, LinkOptions options) : a_(initiator), b_(responder), now_(now), options_(options) {}

bool Link::deliver(End& from, End& to) {
    const std::size_t waiting = from.sent.size() - from.sent_taken;
    if (waiting == 0) {
        if (!from.finished || to.finished) return false;
        to.session.closed(now_);
        to.pump(now_);
        return true;
    }
    std::size_t count = std::min(waiting, options_.chunk_bytes);
    if (bytes_ + count > options_.cut_after_bytes) {
        count = options_.cut_after_bytes - bytes_;
        cut_ = true;
    }
    const Bytes chunk(from.sent.begin() + static_cast<std::ptrdiff_t>(from.sent_taken), from.sent.begin() + static_cast<std::ptrdiff_t>(from.sent_taken + count));
    from.sent_taken += count;
    bytes_ += count;
    to.session.receive(chunk, now_);
    to.pump(now_);
    return true;
}

bool Link::step() {
    if (cut_) return false;
    a_.pump(now_);
    b_.pump(now_);
    const bool forth = deliver(a_, b_);
    const bool back = !cut_ && deliver(b_, a_);
    return forth || back;
}

void Link::settle() {
    while (step()) {
    }
}

void Link::advance(std::chrono::milliseconds by) {
    now_ += by;
    a_.session.tick(now_);
    b_.session.tick(now_);
    settle();
}

void Link::run() {
    const MonoTime deadline = now_ + options_.give_up_after;
    while (!(a_.finished && b_.finished) && now_ <= deadline) {
        settle();
        if (cut_) {
            a_.session.closed(now_);
            b_.session.closed(now_);
            a_.pump(now_);
            b_.pump(now_);
            return;
        }
        if (a_.finished && b_.finished) return;
        MonoTime next = now_ + std::chrono::milliseconds(1000);
        if (a_.wake && *a_.wake > now_) next = std::min(next, *a_.wake);
        if (b_.wake && *b_.wake > now_) next = std::min(next, *b_.wake);
        now_ = next;
        a_.session.tick(now_);
        b_.session.tick(now_);
    }
}

// --- the city ---

City::City(std::size_t commune_count, bool with_hub) : random(7), office(std::string(city_code)), city(std::string(city_code), true, random) {
    office.enrol(city, std::nullopt);
    if (with_hub) {
        hub.emplace(std::string(city_code) + ".HUB", true, random);
        office.enrol(*hub, city.office);
    }
    for (std::size_t index = 0; index < commune_count; ++index) add_commune(hub ? hub->office : city.office);
    give_registry(city);
    const MemoryReplica& complete = at(city);
    if (hub) at(*hub) = complete;
    for (const auto& site : communes) at(*site) = complete;
}

Site& City::add_commune(const OfficeId& parent) {
    communes.push_back(std::make_unique<Site>(std::string(city_code) + "." + std::to_string(10'000 + communes.size()), false, random));
    office.enrol(*communes.back(), parent);
    return *communes.back();
}

MemoryReplica& City::at(const Site& site) {
    auto& replica = replicas[site.log];
    if (!replica) replica = std::make_unique<MemoryReplica>(office.pin());
    return *replica;
}

void City::give_registry(const Site& site) {
    MemoryReplica& replica = at(site);
    for (const Extension& extension : office.extensions) {
        const auto head = replica.extend(extension);
        INFO((head ? "" : head.error().message));
        if (!head) FAIL("the registry does not grow");
    }
}

End City::end(const Site& site, crypto::NoiseRole role, SessionOptions options) {
    options.role = role;
    return End(std::move(options), site, at(site), random, now);
}

void City::reconcile(const Site& lower, const Site& upper) {
    End a = end(lower, crypto::NoiseRole::initiator, {.once = true});
    End b = end(upper, crypto::NoiseRole::responder);
    Link link(a, b, now);
    link.run();
    now = link.now() + std::chrono::milliseconds(1);
    INFO(a.error());
    INFO(b.error());
    REQUIRE(a.ok());
    REQUIRE(b.ok());
    REQUIRE(a.finished->summary.level);
}

}  // namespace motcua::session_tests

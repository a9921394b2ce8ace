/// A session against a peer that holds an entitled key, or a stranger's, and says anything; and two honest sessions
/// over a stream that is damaged. The first byte chooses: the peer is our lower (0), our upper (1), a stranger (2), or
/// honest (3). For 0 to 2 the rest is pieces of u16 BE length and a message, sent through a real channel; a length
/// above 0x8000 is an event instead. For 3 each byte is how far the next stretch goes before a byte of it is changed.

#include <algorithm>

#include "sync/log/fork_proof.hpp"
#include "sync/session/session.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

namespace {

class FixedRandom final : public Random {
  public:
    explicit FixedRandom(unsigned first) : next_(first) {}
    void fill(std::span<std::byte> target) override { std::ranges::fill(target, std::byte(next_++)); }

  private:
    unsigned next_;
};

tests::World& world() {
    static tests::World built;
    static const bool filled = [] {
        for (int dossier = 0; dossier < 4; ++dossier) built.receive(built.first());
        return true;
    }();
    ensure(filled, "the world has acts");
    return built;
}

Bytes small_file(unsigned number) {
    return Bytes(1000, std::byte(number));
}
Bytes small_manifest(unsigned number) {
    return encode_manifest({.size_bytes = 1000, .chunks = {crypto::sha256(small_file(number))}});
}
constexpr unsigned given = 1, wished = 2;

/// A node that has the beginnings of the world's logs, one file that it gives and one that it wants.
class PartialReplica final : public Replica {
  public:
    explicit PartialReplica(std::map<LogId, std::uint64_t> sizes)
        : sizes_(std::move(sizes)), registry_(std::make_shared<Registry>(world().registry)) {}

    [[nodiscard]] std::shared_ptr<const Registry> registry() const override { return registry_; }
    [[nodiscard]] Result<std::vector<HeadState>> heads(const OfficeId& office, const LogId&) const override {
        std::vector<HeadState> all;
        for (const NodeRecord& node : registry_->nodes()) {
            if (!registry_->is_at_or_below(node.office, office)) continue;
            all.push_back({node.log, size(node.log), **root_at(node.log, size(node.log)), 0, 0});
        }
        std::ranges::sort(all, {}, &HeadState::log);
        return all;
    }
    [[nodiscard]] Result<std::optional<Hash>> root_at(const LogId& log, std::uint64_t at) const override {
        if (at > size(log)) return std::nullopt;
        std::vector<Hash> leaves;
        for (std::uint64_t seq = 0; seq < at; ++seq)
            leaves.push_back(crypto::leaf_hash(log_of(log).acts[seq].envelope));
        return crypto::root_of(leaves);
    }
    [[nodiscard]] Result<std::optional<Extension>> read(const LogId& log, std::uint64_t from,
                                                        std::size_t) const override {
        if (from >= size(log)) return std::nullopt;
        return log_of(log).extension(from, size(log));
    }
    [[nodiscard]] Result<std::optional<std::string>> checkpoint_note(const LogId& log,
                                                                     std::uint64_t at) const override {
        if (at == 0 || at > size(log)) return std::nullopt;
        return log_of(log).checkpoints.at(at - 1);
    }
    [[nodiscard]] Result<std::optional<Inclusion>> inclusion(const LogId& log, std::uint64_t index,
                                                             std::uint64_t at) const override {
        if (index >= at || at > size(log)) return std::nullopt;
        std::vector<Hash> leaves;
        for (std::uint64_t seq = 0; seq < at; ++seq)
            leaves.push_back(crypto::leaf_hash(log_of(log).acts[seq].envelope));
        return Inclusion{leaves[index], crypto::inclusion_proof(leaves, index, at)};
    }
    [[nodiscard]] Result<std::vector<Cosigned>> cosignatures(const LogId&) const override {
        return std::vector<Cosigned>{};
    }
    [[nodiscard]] Result<std::vector<std::uint64_t>> missing_bodies(const LogId&, std::size_t) const override {
        return std::vector<std::uint64_t>{};
    }
    [[nodiscard]] Result<std::optional<Bytes>> body(const LogId& log, std::uint64_t seq) const override {
        if (seq >= size(log)) return std::nullopt;
        return log_of(log).bodies.at(seq);
    }

    [[nodiscard]] Result<std::vector<FileWish>> wanted_files(const LinkEnds&, const std::set<BlobId>& skip,
                                                             std::size_t) const override {
        const BlobId blob = blob_id(small_manifest(wished));
        if (skip.contains(blob) || pieces.contains(0)) return std::vector<FileWish>{};
        return std::vector<FileWish>{{blob, 1000, has_manifest() ? std::optional(small_manifest(wished)) : std::nullopt, 0}};
    }
    [[nodiscard]] Result<bool> may_have_file(const BlobId& blob, const LinkEnds&) const override {
        return blob == blob_id(small_manifest(given));
    }
    [[nodiscard]] Result<std::optional<Bytes>> chunk(const BlobId& blob, std::uint32_t index) const override {
        ensure(blob == blob_id(small_manifest(given)), "only what may be had is read");
        if (index == manifest_index) return small_manifest(given);
        return index == 0 ? std::optional(small_file(given)) : std::nullopt;
    }
    [[nodiscard]] bool has_manifest() const { return pieces.contains(manifest_index); }
    std::set<std::uint32_t> pieces;  ///< that are stored of the file that it wants

    /// Stores what continues the world's own log; the rest is refused.
    Result<std::uint64_t> extend(const Extension& extension) {
        const std::uint64_t end = extension.from + extension.entries.size();
        const bool known = extension.log == registry_->log_id() || registry_->find_node(extension.log) != nullptr;
        if (!known || extension.from > size(extension.log) || end > log_of(extension.log).acts.size())
            return fail(ErrorKind::refused, "not of this world");
        for (std::uint64_t seq = extension.from; seq < end; ++seq) {
            if (log_of(extension.log).acts[seq].envelope != extension.entries[seq - extension.from])
                return fail(ErrorKind::verification, "another past");
        }
        if (sizes_.contains(extension.log)) sizes_[extension.log] = std::max(sizes_[extension.log], end);
        return size(extension.log);
    }
    [[nodiscard]] std::uint64_t size(const LogId& log) const {
        if (log == registry_->log_id()) return registry_->size();
        const auto found = sizes_.find(log);
        return found == sizes_.end() ? 0 : found->second;
    }

  private:
    [[nodiscard]] const tests::TestLog& log_of(const LogId& log) const {
        for (const auto& [name, node] : world().nodes) {
            if (node.id() == log) return node.log;
        }
        return world().registry_log;
    }
    std::map<LogId, std::uint64_t> sizes_;
    std::shared_ptr<const Registry> registry_;
};

SessionIdentity identity_of(const tests::TestNode& node) {
    return {node.noise.get(), node.id(), node.office};
}

/// Drives one session and holds it to its promises.
struct Driven {
    Driven(SessionOptions options, const tests::TestNode& node, std::map<LogId, std::uint64_t> sizes, unsigned seed)
        : credit_bytes(options.credit_bytes),
          replica(std::move(sizes)),
          random(seed),
          session(options, identity_of(node), replica, random, MonoTime{}) {}

    Bytes pump(MonoTime now) {
        Bytes sent;
        while (auto action = session.next_action()) {
            ensure(!finished, "nothing follows Finished");
            if (auto* send = std::get_if<SendBytes>(&*action)) append(sent, send->bytes);
            if (auto* store = std::get_if<StoreExtension>(&*action)) held.push_back(std::move(store->extension));
            if (auto* piece = std::get_if<StoreChunk>(&*action)) {
                ensure(piece->blob == blob_id(small_manifest(wished)), "only a file that is wanted is stored");
                const Bytes whole = piece->index == manifest_index ? small_manifest(wished) : small_file(wished);
                ensure(piece->bytes == whole, "only what the id vouches for is stored");
                ensure(replica.pieces.insert(piece->index).second, "nothing is stored twice");
                session.chunk_stored(piece->blob, piece->index, now);
            }
            if (auto* adopted = std::get_if<AdoptCosignature>(&*action)) {
                ensure(adopted->cosigned.lines.size() == 1 &&
                           adopted->cosigned.lines[0].find(world().hub().cosigner().name) != std::string::npos,
                       "only our own cosignature is adopted");
            }
            if (auto* found = std::get_if<StoreEvidence>(&*action); found != nullptr && found->proof) {
                const auto proof = ForkProof::decode(*found->proof);
                ensure(proof.has_value() && verify_fork(*proof, world().first().log.head.origin,
                                                        world().first().log_key->public_key()),
                       "a proof that is kept convinces");
            }
            if (std::holds_alternative<Finished>(*action)) finished = true;
        }
        std::size_t bytes = 0;
        for (const Extension& extension : held) {
            for (const Bytes& entry : extension.entries) bytes += entry.size();
        }
        ensure(bytes <= credit_bytes, "no more waits to be stored than was granted");
        if (sent.empty() && !held.empty()) {
            answer_stores(now);
            append(sent, pump(now));
        }
        return sent;
    }
    void answer_stores(MonoTime now) {
        for (const Extension& extension : std::exchange(held, {})) {
            const auto size = replica.extend(extension);
            if (!size)
                session.refused(extension.log, size.error(), now);
            else
                session.stored({extension.log, *size, **replica.root_at(extension.log, *size), std::nullopt, {}}, now);
        }
    }

    std::uint64_t credit_bytes;
    PartialReplica replica;
    FixedRandom random;
    Session session;
    std::vector<Extension> held;
    bool finished = false;
};

void happen(Session& session, unsigned event, MonoTime& now) {
    now += std::chrono::milliseconds((event & 0xFFU) * 100);
    switch (event >> 8U & 3U) {
        case 0:
            session.tick(now);
            break;
        case 1:
            session.changed(now);
            break;
        case 2:
            session.leave(now);
            break;
        case 3:
            session.closed(now);
            break;
    }
}

void hostile_peer(ByteView input, const tests::TestNode& node, const crypto::NoiseKeyPair& peer, bool stranger) {
    MonoTime now{};
    const LogId first = world().first().id();
    Driven driven({.role = crypto::NoiseRole::responder, .credit_bytes = message_bytes_max}, node,
                  {{first, 2}, {world().hub().id(), 1}}, 50);
    FixedRandom random(90);
    Channel channel(crypto::NoiseRole::initiator, peer, random);
    std::size_t heard_bytes = 0;
    const auto exchange = [&] {
        if (auto bytes = channel.next_output()) driven.session.receive(*bytes, now);
        const Bytes answer = driven.pump(now);
        heard_bytes += answer.size();
        (void)channel.receive(answer);
        for (auto message = channel.next_message(); message && *message; message = channel.next_message()) {
            ensure(decode_message(**message).has_value(), "we send what can be read");
        }
    };
    exchange();
    ensure(channel.open(), "the handshake ends");
    exchange();
    while (input.size() >= 2) {
        const std::size_t length = load_be(input.first(2));
        input = input.subspan(2);
        if (length >= 0x8000) {
            happen(driven.session, static_cast<unsigned>(length), now);
        } else {
            const ByteView message = input.first(std::min(length, input.size()));
            input = input.subspan(message.size());
            channel.send(message);
        }
        exchange();
    }
    ensure(!stranger || heard_bytes == 2 + 96, "a stranger gets no transport message");
}

void damaged_stream(ByteView input) {
    MonoTime now{};
    const LogId first = world().first().id();
    Driven lower({.role = crypto::NoiseRole::initiator, .once = true}, world().first(), {{first, 5}}, 50);
    Driven upper({.role = crypto::NoiseRole::responder}, world().hub(), {{first, 1}}, 90);
    for (int turn = 0; turn < 40 && !(lower.finished && upper.finished); ++turn) {
        Driven& from = turn % 2 == 0 ? lower : upper;
        Driven& to = turn % 2 == 0 ? upper : lower;
        Bytes bytes = from.pump(now);
        if (!input.empty() && !bytes.empty()) {
            const std::size_t at = std::to_integer<std::size_t>(input.front());
            input = input.subspan(1);
            if (at < 255) bytes[at % bytes.size()] ^= std::byte{0x10};
        }
        if (!bytes.empty()) to.session.receive(bytes, now);
        if (from.finished && bytes.empty()) to.session.closed(now);
        (void)to.finished;
        now += std::chrono::milliseconds(500);
        to.session.tick(now);
    }
    ensure(upper.replica.size(first) == 1 || upper.replica.size(first) == 5,
           "an extension arrives whole or not at all");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const ByteView rest = std::as_bytes(std::span(data, size)).subspan(1);
    static const crypto::NoiseKeyPair stranger = tests::noise_key("a stranger");
    switch (data[0] % 4) {
        case 0:
            hostile_peer(rest, world().hub(), *world().first().noise, false);
            break;
        case 1:
            hostile_peer(rest, world().first(), *world().hub().noise, false);
            break;
        case 2:
            hostile_peer(rest, world().hub(), stranger, true);
            break;
        case 3:
            damaged_stream(rest);
            break;
    }
    return 0;
}

#include "scene.hpp"

#include <catch2/catch.hpp>

namespace motcua::session_tests {
namespace {

constexpr std::string_view city_code = "H26";

}  // namespace

// --- one end ---

End::End(SessionOptions options, const Site& site_given, MemoryReplica& replica_given, Random& random, MonoTime now)
    : site(&site_given),
      replica(&replica_given),
      session(std::move(options), site_given.identity(), replica_given, random, now) {}

void End::answer(Extension extension, MonoTime now) {
    const LogId log = extension.log;
    if (refuse_log == log) return session.refused(log, Error{ErrorKind::verification, "refused by the test"}, now);
    if (!replica->registry()->find_node(log)) {
        for (const Extension& listing : replica->list_admitted) (void)replica->extend(listing);
    }
    const auto head = replica->extend(std::move(extension));
    if (!head) return session.refused(log, head.error(), now);
    ++stores;
    StoredExtension stored{
        .log = log, .size = head->size(), .root = head->tree.root(), .cosigned = std::nullopt, .missing_bodies = {}};
    const Registry& registry = *replica->registry();
    const NodeRecord* node = registry.find_node(log);
    if (node != nullptr && site->cosigner && node->office != site->office &&
        registry.is_at_or_below(node->office, site->office) && head->size() >= replica->witness[log]) {
        replica->witness[log] = head->size();
        stored.cosigned = replica->cosign(log, *site);
    }
    stored.missing_bodies = *replica->missing_bodies(log, 4096);
    session.stored(stored, now);
    session.changed(now);
}

void End::answer_stores(MonoTime now) {
    hold_chunks = false;
    for (StoreChunk& piece : std::exchange(chunks_waiting, {})) take_chunk(std::move(piece), now);
    for (Extension& extension : std::exchange(held, {})) answer(std::move(extension), now);
}

void End::take_chunk(StoreChunk piece, MonoTime now) {
    if (hold_chunks) return chunks_waiting.push_back(std::move(piece));
    if (refuse_file == piece.blob)
        return session.chunk_refused(piece.blob, piece.index, {ErrorKind::storage, "the disk is full"}, now);
    MemoryReplica::StoredFile& file = replica->files[piece.blob];
    if (piece.index == manifest_index)
        file.manifest = std::move(piece.bytes);
    else if (piece.index != file.chunks.size())
        FAIL("a chunk out of order");
    else
        file.chunks.push_back(std::move(piece.bytes));
    session.chunk_stored(piece.blob, piece.index, now);
}

void End::pump(MonoTime now) {
    while (auto action = session.next_action(room)) {
        ++actions;
        if (finished) FAIL("an action after Finished");
        if (auto* send = std::get_if<SendBytes>(&*action)) {
            append(sent, send->bytes);
        } else if (auto* store = std::get_if<StoreExtension>(&*action)) {
            if (hold_stores)
                held.push_back(std::move(store->extension));
            else
                answer(std::move(store->extension), now);
            std::size_t pending = 0;
            for (const Extension& extension : held) pending += encode_message(Extend{extension}).size();
            store_bytes_pending_max = std::max(store_bytes_pending_max, pending);
        } else if (auto* cosignatures = std::get_if<StoreCosignatures>(&*action)) {
            replica->add_cosignatures(cosignatures->cosigned);
            session.changed(now);
        } else if (auto* body = std::get_if<StoreBody>(&*action)) {
            replica->put_body(body->log, body->seq, std::move(body->body));
        } else if (auto* adopted = std::get_if<AdoptCosignature>(&*action)) {
            adoptions.push_back(adopted->cosigned);
            if (forget_adoptions) continue;
            std::uint64_t& size = replica->witness[adopted->cosigned.log];
            size = std::max(size, adopted->cosigned.size);
        } else if (auto* piece = std::get_if<StoreChunk>(&*action)) {
            take_chunk(std::move(*piece), now);
        } else if (auto* whole = std::get_if<FileHeld>(&*action)) {
            files_held.push_back(*whole);
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

Link::Link(End& initiator, End& responder, MonoTime now, LinkOptions options)
    : a_(initiator), b_(responder), now_(now), options_(options) {}

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
    const Bytes chunk(from.sent.begin() + static_cast<std::ptrdiff_t>(from.sent_taken),
                      from.sent.begin() + static_cast<std::ptrdiff_t>(from.sent_taken + count));
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

City::City(std::size_t commune_count, bool with_hub)
    : random(7), office(std::string(city_code), random), city(std::string(city_code), true, random) {
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
    communes.push_back(
        std::make_unique<Site>(std::string(city_code) + "." + std::to_string(10'000 + communes.size()), false, random));
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

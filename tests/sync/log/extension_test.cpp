#include <catch2/catch.hpp>

#include "tests/sync/log/forge.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

Result<CheckedExtension> check(const World& world, const LogHead& base, Extension extension) {
    SequentialSignatureChecker checker;
    return check_extension(base, std::move(extension), checker, world.registry_roots());
}

// Why an extension is not taken; empty when it is.
std::string refusal(const World& world, const LogHead& base, Extension extension) {
    const auto checked = check(world, base, std::move(extension));
    return checked ? std::string() : checked.error().message;
}

// A note by the commune's officer after what its log holds, honest unless `change` makes it otherwise.
template <class Change>
std::string refusal_of_changed(World& world, Change change, std::optional<Bytes> body = {}) {
    TestNode& node = world.first();
    Forge forge(node.log);
    Payload payload = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    change(payload);
    return refusal(world, node.log.head, forge.add(payload, *node.officer, std::move(body)).finish());
}

LogHead empty_head(const TestNode& node) { return LogHead::empty(node.log.head.origin, node.log.head.log_key, LogClass::node); }

}  // namespace

TEST_CASE("an extension that a node wrote is taken by everyone else") {
    World world;
    TestNode& commune = world.first();
    world.receive(commune);
    const auto checked = check(world, empty_head(commune), commune.log.all());
    REQUIRE(checked);
    CHECK(checked->head() == commune.log.head);
    CHECK(checked->acts().size() == 2);
    CHECK(checked->bodies()[1].has_value());
    CHECK(to_extension(*checked).entries == commune.log.all().entries);
    CHECK(to_extension(*checked).checkpoint == commune.log.all().checkpoint);
}

TEST_CASE("an extension is taken without its bodies, which may come later") {
    World world;
    TestNode& commune = world.first();
    world.receive(commune);
    Extension extension = commune.log.all();
    extension.bodies.assign(extension.entries.size(), std::nullopt);
    CHECK(check(world, empty_head(commune), extension));
}

TEST_CASE("an honest forged act is taken, so that the refusals below mean something") {
    World world;
    CHECK(refusal_of_changed(world, [](Payload&) {}).empty());
}

TEST_CASE("an extension is refused where the stored log does not end") {
    World world;
    TestNode& commune = world.first();
    world.receive(commune);
    const auto gap = check(world, empty_head(commune), commune.log.extension(1, 2));
    REQUIRE_FALSE(gap);
    CHECK(gap.error().kind == ErrorKind::refused);
    CHECK_THAT(gap.error().message, Contains("gap"));
    const auto overlap = check(world, commune.log.head, commune.log.all());
    REQUIRE_FALSE(overlap);
    CHECK(overlap.error().kind == ErrorKind::refused);
    CHECK_THAT(overlap.error().message, Contains("overlap"));
}

TEST_CASE("an extension is refused beyond its limits") {
    World world;
    TestNode& commune = world.first();
    const LogHead& head = commune.log.head;
    Extension extension{head.id, head.size(), {}, {}, ""};
    CHECK_THAT(refusal(world, head, extension), Contains("the extension is empty"));
    extension.entries.resize(extension_entries_max + 1);
    extension.bodies.resize(extension_entries_max + 1);
    CHECK_THAT(refusal(world, head, extension), Contains("the limit is 4096"));
    extension.entries.resize(2);
    extension.bodies.resize(1);
    CHECK_THAT(refusal(world, head, extension), Contains("as many bodies"));
    extension.log = world.second().id();
    CHECK_THAT(refusal(world, head, extension), Contains("another log"));
    CHECK_THAT(refusal(world, LogHead::empty("motcua/H26/x", head.log_key, LogClass::inbox), extension), Contains("inbox"));
}

TEST_CASE("one junk signature refuses the extension and names the place") {
    World world;
    TestNode& node = world.first();
    Forge forge(node.log);
    const Payload good = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    Bytes junk = crypto::sign1(*node.officer, cbor::encode(good));
    junk.back() ^= std::byte{1};
    forge.add_envelope(std::move(junk));
    forge.add(forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view())), *node.officer);
    const auto checked = check(world, node.log.head, forge.finish());
    REQUIRE_FALSE(checked);
    CHECK(checked.error().kind == ErrorKind::verification);
    CHECK_THAT(checked.error().message, Contains(node.log.head.origin + " entry 1: bad signature"));
}

TEST_CASE("an act signed by another key than it names refuses the extension") {
    World world;
    TestNode& node = world.first();
    Forge forge(node.log);
    const Payload payload = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    CHECK_THAT(refusal(world, node.log.head, forge.add(payload, *world.second().officer).finish()), Contains("bad signature"));
}

TEST_CASE("an act out of its place refuses the extension") {
    World world;
    CHECK_THAT(refusal_of_changed(world, [&](Payload& payload) { payload.log = world.second().id(); }), Contains("of another log"));
    CHECK_THAT(refusal_of_changed(world, [](Payload& payload) { payload.seq += 1; }), Contains("says position 2"));
    CHECK_THAT(refusal_of_changed(world, [](Payload& payload) { payload.prev.bytes[0] ^= std::byte{1}; }), Contains("prev is not"));
}

TEST_CASE("an envelope out of profile or beyond its size refuses the extension") {
    World world;
    CHECK_THAT(refusal_of_changed(world, [](Payload& payload) { payload.version = 2; }), Contains("version 2"));
    CHECK_THAT(refusal_of_changed(world, [](Payload& payload) { payload.content = {cbor::encode(std::uint64_t{7})}; }), Contains("not an array"));
    CHECK_THAT(refusal_of_changed(world, [](Payload& payload) { payload.subject.resize(65); }), Contains("subject"));
    const auto filled = [](std::size_t bytes) {
        return [bytes](Payload& payload) { payload.content = to_item(std::vector<Bytes>{Bytes(bytes)}); };
    };
    CHECK(refusal_of_changed(world, filled(act_bytes_max - 1024)).empty());
    CHECK_THAT(refusal_of_changed(world, filled(act_bytes_max)), Contains("over the limit of 12288"));
    const auto adopting = [&](std::size_t bytes) {
        return [bytes, &filled](Payload& payload) { payload.kind = Kind::adopt; filled(bytes)(payload); };
    };
    CHECK(refusal_of_changed(world, adopting(act_bytes_max)).empty());
    CHECK_THAT(refusal_of_changed(world, adopting(adopt_bytes_max)), Contains("over the limit of 16384"));

    TestNode& node = world.first();
    Forge forge(node.log);
    Bytes envelope = crypto::sign1(*node.officer, cbor::encode(forge.next(Kind::note, *node.officer, {})));
    envelope[6] = std::byte{0xA1};  // an unprotected header that is not empty
    CHECK_FALSE(refusal(world, node.log.head, forge.add_envelope(envelope).finish()).empty());
}

TEST_CASE("an act may be of a kind that this version does not know") {
    World world;
    CHECK(refusal_of_changed(world, [](Payload& payload) { payload.kind = static_cast<Kind>(9999); }).empty());
}

TEST_CASE("a body is taken only with the act that names it, by its hash") {
    World world;
    const Bytes body = cbor::encode(StepBody{world.next_salt(), "ghi chú"});
    const auto names = [](const Bytes& named) { return [&named](Payload& payload) { payload.body = body_hash(named); }; };
    CHECK(refusal_of_changed(world, names(body), body).empty());
    CHECK_THAT(refusal_of_changed(world, [](Payload&) {}, body), Contains("names none"));
    CHECK_THAT(refusal_of_changed(world, names(Bytes(3)), body), Contains("not the one that the act names"));
    const Bytes unsalted = cbor::encode(StepBody{Bytes(15), "ghi chú"});
    CHECK_THAT(refusal_of_changed(world, names(unsalted), unsalted), Contains("salt"));
    const Bytes longest = cbor::encode(StepBody{world.next_salt(), std::string(body_bytes_max, 'x')});
    CHECK_THAT(refusal_of_changed(world, names(longest), longest), Contains("over the limit of 32768"));
    Bytes trailing = body;
    trailing.push_back(std::byte{0});
    CHECK_THAT(refusal_of_changed(world, names(trailing), trailing), Contains("body: "));
}

TEST_CASE("the checkpoint must be this log's, over exactly these entries") {
    World world;
    TestNode& node = world.first();
    Forge forge(node.log);
    forge.add(forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view())), *node.officer);
    const crypto::Checkpoint right{node.log.head.origin, forge.tree().size(), forge.tree().root()};
    const auto refused = [&](const crypto::Checkpoint& checkpoint, const crypto::SigningKey& key) {
        return refusal(world, node.log.head, forge.finish_with(crypto::sign_checkpoint(checkpoint, key)));
    };
    CHECK(refused(right, *node.log_key).empty());
    crypto::Checkpoint wrong = right;
    wrong.size += 1;
    CHECK_THAT(refused(wrong, *node.log_key), Contains("says size 3"));
    wrong = right;
    wrong.root.bytes[0] ^= std::byte{1};
    CHECK_THAT(refused(wrong, *node.log_key), Contains("another root"));
    wrong = right;
    wrong.origin = world.second().log.head.origin;
    CHECK_THAT(refused(wrong, *node.log_key), Contains("checkpoint: "));
    CHECK_THAT(refused(right, *node.officer), Contains("checkpoint: "));
    Extension hollow = forge.finish();
    hollow.checkpoint = "no note";
    CHECK_THAT(refusal(world, node.log.head, hollow), Contains("checkpoint: "));
}

TEST_CASE("what overlaps is cut off once it was found equal to what is stored") {
    World world;
    TestNode& commune = world.first();
    world.receive(commune);
    world.receive(commune);
    const auto stored = [&](std::uint64_t seq) -> Result<std::optional<Bytes>> {
        return seq < commune.log.acts.size() ? std::optional(commune.log.acts[seq].envelope) : std::nullopt;
    };
    const auto trimmed = trim_overlap(commune.log.all(), 2, stored);
    REQUIRE(trimmed);
    CHECK(trimmed->from == 2);
    CHECK(trimmed->entries.size() == 1);
    CHECK(trimmed->bodies.size() == 1);
    CHECK(trim_overlap(commune.log.all(), 3, stored)->entries.empty());
    CHECK(trim_overlap(commune.log.extension(1, 3), 1, stored)->entries.size() == 2);

    Extension other = commune.log.all();
    other.entries[1][20] ^= std::byte{1};
    const auto fork = trim_overlap(other, 2, stored);
    REQUIRE_FALSE(fork);
    CHECK(fork.error().kind == ErrorKind::verification);
    CHECK_THAT(fork.error().message, Contains("entry 1: fork"));
    const auto broken = [](std::uint64_t) -> Result<std::optional<Bytes>> { return fail(ErrorKind::storage, "broken"); };
    CHECK(trim_overlap(commune.log.all(), 2, broken).error().kind == ErrorKind::storage);
    const auto missing = [](std::uint64_t) -> Result<std::optional<Bytes>> { return std::nullopt; };
    CHECK_FALSE(trim_overlap(commune.log.all(), 2, missing));
}

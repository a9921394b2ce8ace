// Entry 0, and the rule that two registries can never pass for one.
#include <catch2/catch.hpp>

#include "tests/sync/log/forge.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

std::string refusal(const World& world, const LogHead& base, Extension extension) {
    SequentialSignatureChecker checker;
    const auto checked = check_extension(base, std::move(extension), checker, world.registry_roots());
    return checked ? std::string() : checked.error().message;
}

TestLog emptied(const TestLog& log) {
    TestLog empty;
    empty.key = log.key;
    empty.head = LogHead::empty(log.head.origin, log.head.log_key, log.head.log_class);
    return empty;
}

OpenContent opening(const TestNode& node) {
    return {node.office, node.name, node.log_key->public_key(), node.noise->public_key(), std::nullopt, std::nullopt, std::nullopt};
}

// The refusal of a log that begins with this.
std::string refusal_of_first(const World& world, const TestNode& node, Kind kind, const OpenContent& content, Bytes subject,
                             const crypto::SigningKey& signer) {
    const TestLog empty = emptied(node.log);
    Forge forge(empty);
    Payload payload = forge.next(kind, signer, std::move(subject));
    payload.content = to_item(content);
    return refusal(world, empty.head, forge.add(payload, signer).finish());
}

// The refusal of a receipt by the node's key that carries this note, or of an act after it that cites `cited`.
std::string refusal_of_receipt(World& world, TestNode& node, const std::string& note) {
    Forge forge(node.log);
    Payload payload = forge.next(Kind::receipt, *node.log_key, {});
    payload.content = to_item(ReceiptContent{note, {}, {}});
    return refusal(world, node.log.head, forge.add(payload, *node.log_key).finish());
}

std::string refusal_of_note_citing(World& world, TestNode& node, std::uint64_t cited) {
    Forge forge(node.log);
    Payload payload = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    payload.registry = cited;
    return refusal(world, node.log.head, forge.add(payload, *node.officer).finish());
}

}  // namespace

TEST_CASE("a node's log begins with an open of its own, signed by its own key") {
    World world;
    const TestNode& node = world.first();
    const Bytes id = to_bytes(node.id().view());
    CHECK(refusal_of_first(world, node, Kind::open, opening(node), id, *node.log_key).empty());
    CHECK_THAT(refusal_of_first(world, node, Kind::receipt, opening(node), id, *node.log_key), Contains("must be open"));
    CHECK_THAT(refusal_of_first(world, node, Kind::open, opening(node), id, *node.officer), Contains("not signed by the log key"));
    CHECK_THAT(refusal_of_first(world, node, Kind::open, opening(node), {}, *node.log_key), Contains("subject of open"));
    OpenContent other = opening(node);
    other.log_key = world.second().log_key->public_key();
    CHECK_THAT(refusal_of_first(world, node, Kind::open, other, id, *node.log_key), Contains("another log key"));
    other = opening(node);
    other.office = world.second_office;
    CHECK_THAT(refusal_of_first(world, node, Kind::open, other, id, *node.log_key), Contains("another office"));

    const TestLog empty = emptied(node.log);
    Forge forge(empty);
    const Payload hollow = forge.next(Kind::open, *node.log_key, id);
    CHECK_THAT(refusal(world, empty.head, forge.add(hollow, *node.log_key).finish()), Contains("open: "));
}

TEST_CASE("a registry begins with root_set and cites its own positions") {
    World world;
    const TestLog empty = emptied(world.registry_log);
    Forge first(empty);
    CHECK_THAT(refusal(world, empty.head, first.add(first.next(Kind::retire, world.root, {}), world.root).finish()), Contains("root_set"));

    Forge next(world.registry_log);
    Payload payload = next.next(Kind::retire, world.root, {});
    payload.registry = payload.seq - 1;
    CHECK_THAT(refusal(world, world.registry_log.head, next.add(payload, world.root).finish()), Contains("its own position"));
}

TEST_CASE("the registry size that acts cite rises only right after an act that carries that checkpoint") {
    World world;
    TestNode& node = world.first();
    const std::uint64_t announced = world.registry_log.head.size();
    CHECK(refusal_of_note_citing(world, node, announced).empty());
    CHECK(refusal_of_note_citing(world, node, 0).empty());  // or stays
    CHECK_THAT(refusal_of_note_citing(world, node, announced - 1), Contains("cites registry size"));
    CHECK_THAT(refusal_of_note_citing(world, node, announced + 1), Contains("cites registry size"));

    world.receive(node);  // cites it
    CHECK(refusal_of_note_citing(world, node, announced).empty());
    CHECK_THAT(refusal_of_note_citing(world, node, 0), Contains("cites registry size"));

    world.retire(world.root, world.second().officer->public_key().view());
    CHECK_THAT(refusal_of_note_citing(world, node, announced + 1), Contains("cites registry size"));
    world.receipt(node);
    CHECK(refusal_of_note_citing(world, node, announced + 1).empty());
}

TEST_CASE("an announced size that the next act does not take up is gone") {
    World world;
    TestNode& node = world.first();
    const std::uint64_t announced = world.registry_log.head.size();
    Forge forge(node.log);
    Payload idle = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    idle.registry = 0;
    forge.add(idle, *node.officer);
    Payload late = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    late.registry = announced;
    CHECK_THAT(refusal(world, node.log.head, forge.add(late, *node.officer).finish()), Contains("cites registry size"));
}

TEST_CASE("a checkpoint of another registry refuses the extension") {
    World world;
    TestNode& node = world.first();
    const std::uint64_t size = world.registry_log.head.size();
    crypto::Checkpoint other{world.registry.origin(), size, world.registry_log.head.tree.root()};
    CHECK(refusal_of_receipt(world, node, crypto::sign_checkpoint(other, world.registry_key).format()).empty());
    other.root.bytes[0] ^= std::byte{1};
    const std::string forged = crypto::sign_checkpoint(other, world.registry_key).format();
    CHECK_THAT(refusal_of_receipt(world, node, forged), Contains("another registry"));
    other.size = size + 5;  // not here yet: nothing to compare with
    CHECK(refusal_of_receipt(world, node, crypto::sign_checkpoint(other, world.registry_key).format()).empty());
    CHECK_THAT(refusal_of_receipt(world, node, "no note"), Contains("that it carries"));
    CHECK_THAT(refusal_of_receipt(world, node, "no checkpoint\n\n" + crypto::NoteSignature{"x", 1, Bytes(64)}.line()), Contains("that it carries: "));
    world.receive(node);
    CHECK_THAT(refusal_of_receipt(world, node, world.registry_log.checkpoints[3]), Contains("of size 4 after size"));
}

TEST_CASE("an officer cannot announce a registry size") {
    World world;
    TestNode& node = world.first();
    world.receive(node);
    world.retire(world.root, world.second().officer->public_key().view());
    Forge forge(node.log);
    Payload receipt = forge.next(Kind::receipt, *node.officer, {});
    receipt.content = to_item(ReceiptContent{world.registry_log.checkpoints.back(), {}, {}});
    forge.add(receipt, *node.officer);
    Payload payload = forge.next(Kind::note, *node.officer, to_bytes(world.next_dossier(node).view()));
    payload.registry = world.registry_log.head.size();
    CHECK_THAT(refusal(world, node.log.head, forge.add(payload, *node.officer).finish()), Contains("carries no checkpoint"));
}

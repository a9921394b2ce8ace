#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;
using Catch::Contains;

namespace {

Draft note(World& world, TestNode& node) {
    return {.signer = node.officer.get(), .at = world.next_time(), .kind = Kind::note,
            .subject = to_bytes(world.next_dossier(node).view()), .prior = {}, .content = {}, .body = {}};
}

}  // namespace

TEST_CASE("a writer refuses what everyone else would refuse, and stays as it was") {
    World world;
    TestNode& node = world.first();
    LogWriter writer(node.log.head, *node.log_key);
    const std::uint64_t size = world.registry_log.head.size();

    CHECK_THAT(writer.append(note(world, node), size + 1).error().message, Contains("registry size"));
    Draft draft = note(world, node);
    draft.content = to_item(std::vector<Bytes>{Bytes(act_bytes_max)});
    CHECK(writer.append(draft, size).error().kind == ErrorKind::refused);
    draft = note(world, node);
    draft.body = cbor::encode(StepBody{Bytes(3), "no salt"});
    CHECK_THAT(writer.append(draft, size).error().message, Contains("salt"));

    CHECK(writer.head() == node.log.head);
    CHECK(writer.entries() == 0);
    CHECK(writer.append(note(world, node), size));
    CHECK(writer.entries() == 1);
    CHECK(writer.next_seq() == Seq{2});
}

TEST_CASE("a writer says when it is full, and what it wrote until then is taken") {
    World world;
    TestNode& node = world.first();
    const std::uint64_t size = world.registry_log.head.size();
    LogWriter writer(node.log.head, *node.log_key);
    while (!writer.full()) {
        Draft draft = note(world, node);
        draft.body = cbor::encode(StepBody{world.next_salt(), std::string(30'000, 'x')});
        REQUIRE(writer.append(draft, size));
    }
    CHECK(writer.bytes() <= extension_bytes_max);
    CHECK(writer.entries() > 10);
    const CheckedExtension written = std::move(writer).finish();
    SequentialSignatureChecker checker;
    const auto checked = check_extension(node.log.head, to_extension(written), checker, world.registry_roots());
    REQUIRE(checked);
    CHECK(checked->head() == written.head());
}

TEST_CASE("a log written in pieces is the log written at once") {
    World world;
    TestNode& node = world.first();
    const std::uint64_t size = world.registry_log.head.size();
    const Draft one = note(world, node), two = note(world, node);
    LogWriter at_once(node.log.head, *node.log_key);
    REQUIRE(at_once.append(one, size));
    REQUIRE(at_once.append(two, size));
    LogWriter first(node.log.head, *node.log_key);
    REQUIRE(first.append(one, size));
    LogWriter second(std::move(first).finish().head(), *node.log_key);
    REQUIRE(second.append(two, size));
    CHECK(second.head() == at_once.head());
}

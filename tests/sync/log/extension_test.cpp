#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using motcua::tests::World;
using motcua::tests::TestNode;
using motcua::tests::value_of;

TEST_CASE("an extension that a node wrote is taken by everyone else") {
    World world;
    TestNode& commune = world.first();
    world.receive(commune);
    const LogHead empty = LogHead::empty(commune.log.head.origin, commune.log.head.log_key, LogClass::node);
    SequentialSignatureChecker checker;
    const auto checked = check_extension(empty, commune.log.all(), checker, world.registry_roots());
    REQUIRE(checked);
    CHECK(checked->head() == commune.log.head);
    CHECK(checked->acts().size() == 2);
    CHECK(checked->bodies()[1].has_value());
}

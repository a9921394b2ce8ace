#include "node/store/witness.hpp"

#include <catch2/catch.hpp>

#include "tests/support/folder.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Witness;
using node::WitnessRow;

namespace {

sync::Hash root(std::string_view text) { return crypto::sha256(as_bytes(text)); }

Result<void> advance(Witness& witness, std::vector<WitnessRow> rows) { return witness.advance(rows); }

}  // namespace

TEST_CASE("witness: advances, repeats the same, and refuses a smaller size or another root") {
    Folder folder;
    auto witness = value_of(Witness::open(folder.path()));
    value_of(advance(witness, {{"a", 5, root("5")}}));
    value_of(advance(witness, {{"a", 5, root("5")}}));
    CHECK(kind_of(advance(witness, {{"a", 4, root("4")}})) == ErrorKind::refused);
    CHECK(kind_of(advance(witness, {{"a", 5, root("other")}})) == ErrorKind::refused);
    value_of(advance(witness, {{"a", 6, root("6")}}));
    CHECK(value_of(witness.find("a"))->size == 6);
    CHECK(!value_of(witness.find("b")));
}

TEST_CASE("witness: all rows or none, and what was refused for one log stays out for the others") {
    Folder folder;
    auto witness = value_of(Witness::open(folder.path()));
    value_of(advance(witness, {{"a", 5, root("5")}, {"b", 5, root("5")}}));
    CHECK(!advance(witness, {{"a", 9, root("9")}, {"b", 4, root("4")}}));
    CHECK(value_of(witness.find("a"))->size == 5);
    value_of(advance(witness, {{"a", 9, root("9")}}));
}

TEST_CASE("witness: remembers after it is opened again") {
    Folder folder;
    { auto witness = value_of(Witness::open(folder.path())); value_of(advance(witness, {{"a", 5, root("5")}})); }
    auto witness = value_of(Witness::open(folder.path()));
    const auto rows = value_of(witness.all());
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].root == root("5"));
    CHECK(!advance(witness, {{"a", 4, root("4")}}));
}

#include <catch2/catch.hpp>

#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;

TEST_CASE("every kind has one name, found again, and the class of its range") {
    std::size_t known = 0;
    for (unsigned number = 0; number < 65536; ++number) {
        const auto kind = static_cast<Kind>(number);
        const KindClass found = class_of(kind);
        if (found == KindClass::unknown) {
            CHECK_FALSE(find_kind(name_of(kind)) == kind);
            continue;
        }
        ++known;
        CHECK(find_kind(name_of(kind)) == kind);
        const KindClass by_range = number < 16 ? KindClass::log : number < 64 ? KindClass::registry : number < 128 ? KindClass::fact : KindClass::move;
        CHECK(found == by_range);
        if (found == KindClass::fact || found == KindClass::move) CHECK_FALSE(name_vi(kind).empty());
    }
    CHECK(known == 57);
    CHECK_FALSE(find_kind("teleport"));
}

TEST_CASE("numbers on disk do not change") {
    CHECK(static_cast<int>(Kind::open) == 1);
    CHECK(static_cast<int>(Kind::receipt) == 2);
    CHECK(static_cast<int>(Kind::root_set) == 16);
    CHECK(static_cast<int>(Kind::revoke) == 21);
    CHECK(static_cast<int>(Kind::imported) == 64);
    CHECK(static_cast<int>(Kind::result_handed_over) == 69);
    CHECK(static_cast<int>(Kind::receive) == 128);
    CHECK(static_cast<int>(Kind::stop) == 138);
}

TEST_CASE("roles are read from words and written as them") {
    CHECK(Roles::parse("desk,handler,head,admin,auditor")->bits == 31);
    CHECK(Roles::parse("registrar")->text() == "registrar");
    CHECK(Roles::parse("auditor,desk")->text() == "desk,auditor");
    for (const char* bad : {"", ",", "desk,", "Desk", "desk handler", "king"}) {
        INFO(bad);
        const auto roles = Roles::parse(bad);
        REQUIRE_FALSE(roles);
        CHECK(roles.error().kind == ErrorKind::usage);
    }
}

#include "node/intake/mapping.hpp"

#include <catch2/catch.hpp>

using namespace motcua;
using node::Field;
using node::Mapping;

TEST_CASE("a mapping renames columns and keeps the defaults of the others") {
    const auto mapping = Mapping::parse("source = \"xa\"\nutc_offset = \"+07:00\"\ndelimiter = \";\"\n[columns]\ncase = \"Mã hồ sơ\"\ncase_end = \"\"\n");
    REQUIRE(mapping);
    CHECK(mapping->column(Field::case_name) == "Mã hồ sơ");
    CHECK(mapping->column(Field::activity) == "concept:name");
    CHECK(mapping->column(Field::case_end).empty());
    CHECK(mapping->source == "xa");
    CHECK(mapping->utc_offset_minutes == 420);
    CHECK(mapping->delimiter == ';');
    CHECK(mapping->find_field("Mã hồ sơ") == Field::case_name);
    CHECK_FALSE(mapping->find_field(""));
}

TEST_CASE("a mapping that cannot be meant is refused with line and field") {
    for (const std::string_view text : {"colums = 1", "[columns]\nkase = \"x\"", "[columns]\ncase = 3", "[columns]\ncase = \"\"", "source = \"\"",
                                        "utc_offset = \"7\"", "delimiter = \",,\"", "delimiter = \"\\\"\"", "columns = \"x\"", "[columns",
                                        "[columns]\ncase = \"same\"\nactivity = \"same\"", "source = \"\xff\"", "m\u01a1 = \"x\"", "source = \"\"\"a\\\n\u01a1\"\"\"",
                                        "source = 'a' \u01b0"}) {
        CAPTURE(text);
        const auto mapping = Mapping::parse(text);
        REQUIRE_FALSE(mapping);
        CHECK(mapping.error().kind == ErrorKind::usage);
        CHECK(mapping.error().message.starts_with("mapping"));
    }
}

TEST_CASE("Vietnamese letters are fine in quotes and comments") {
    const auto mapping = Mapping::parse("# cột của sổ cũ, ơ và ư\n[columns]\n\"case\" = \"Hồ sơ \\\" số\"  # đã thử\nactivity = 'Bước \\'\n");
    REQUIRE(mapping);
    CHECK(mapping->column(Field::case_name) == "Hồ sơ \" số");
    CHECK(mapping->column(Field::activity) == "Bước \\");
}

#include <catch2/catch.hpp>

#include "cli/verb.hpp"
#include "tests/support/folder.hpp"

using namespace motcua;

TEST_CASE("read_file gives the bytes up to its bound, and refuses a larger file") {
    const tests::Folder folder;
    const auto file = folder.write("a", std::string(200'000, 'x'));
    CHECK(cli::read_file(file, 200'000)->size() == 200'000);
    CHECK(cli::read_file(file, 199'999).error().kind == ErrorKind::usage);
    CHECK(cli::read_file(folder.path() / "none", 1).error().kind == ErrorKind::not_found);
    CHECK(cli::read_file("/dev/zero", 1 << 20).error().kind == ErrorKind::usage);
}

TEST_CASE("write_file replaces a file whole and leaves nothing beside it") {
    const tests::Folder folder;
    const auto file = folder.write("a", "old and longer");
    REQUIRE(cli::write_file(file, as_bytes("new")));
    CHECK(as_text(*cli::read_file(file, 100)) == "new");
    CHECK(folder.count() == 1);
}

TEST_CASE("write_file into a folder that is not there is a storage error and names the file") {
    const tests::Folder folder;
    const auto written = cli::write_file(folder.path() / "none" / "a", as_bytes("x"));
    REQUIRE(!written);
    CHECK(written.error().kind == ErrorKind::storage);
    CHECK(written.error().message.find("none/a") != std::string::npos);
}

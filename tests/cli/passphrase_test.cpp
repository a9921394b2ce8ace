#include <catch2/catch.hpp>
#include <fcntl.h>
#include <unistd.h>

#include "cli/verb.hpp"
#include "tests/support/folder.hpp"

using namespace motcua;

namespace {

std::string text(const Result<crypto::Secret>& secret) {
    REQUIRE(secret.has_value());
    return std::string(as_text(secret->view()));
}

cli::PassphraseOptions from_file(const std::filesystem::path& file) {
    cli::PassphraseOptions options;
    options.file = file.string();
    return options;
}

/// The reading end of a pipe that holds `content`; closes with it.
class Pipe {
  public:
    explicit Pipe(std::string_view content) {
        REQUIRE(::pipe2(ends_, O_CLOEXEC) == 0);
        REQUIRE(::write(ends_[1], content.data(), content.size()) == static_cast<ssize_t>(content.size()));
        ::close(ends_[1]);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    ~Pipe() { ::close(ends_[0]); }
    [[nodiscard]] int fd() const { return ends_[0]; }

  private:
    int ends_[2]{};
};

}  // namespace

TEST_CASE("a passphrase is the first line of its file, without the line's end") {
    const tests::Folder folder;
    CHECK(text(cli::read_passphrase(from_file(folder.write("a", "mật khẩu\nsecond\n")), false, "x", false)) == "mật khẩu");
    CHECK(text(cli::read_passphrase(from_file(folder.write("b", " spaces stay ")), false, "x", false)) == " spaces stay ");
}

TEST_CASE("an empty, overlong or missing passphrase is refused as usage or not found") {
    const tests::Folder folder;
    CHECK(cli::read_passphrase(from_file(folder.write("a", "\nsecond\n")), false, "x", false).error().kind == ErrorKind::usage);
    CHECK(cli::read_passphrase(from_file(folder.write("b", "")), false, "x", false).error().kind == ErrorKind::usage);
    CHECK(cli::read_passphrase(from_file(folder.write("c", std::string(1025, 'x'))), false, "x", false).error().kind == ErrorKind::usage);
    CHECK(text(cli::read_passphrase(from_file(folder.write("d", std::string(1024, 'x'))), false, "x", false)).size() == 1024);
    CHECK(cli::read_passphrase(from_file(folder.path() / "none"), false, "x", false).error().kind == ErrorKind::not_found);
}

TEST_CASE("one descriptor serves the officer and the node, and copies of the options do not read it again") {
    const Pipe pipe("officer\nnot the node's\n");
    cli::PassphraseOptions options;
    options.fd = pipe.fd();
    CHECK(text(cli::read_passphrase(options, false, "x", false)) == "officer");
    const auto copy = options;
    CHECK(text(cli::read_passphrase(copy, true, "x", false)) == "officer");
    CHECK(text(cli::read_passphrase(copy, false, "x", false)) == "officer");
}

TEST_CASE("the node's passphrase has a source of its own where one is given") {
    const tests::Folder folder;
    auto options = from_file(folder.write("officer", "officer\n"));
    options.node_file = folder.write("node", "node\n").string();
    CHECK(text(cli::read_passphrase(options, false, "x", false)) == "officer");
    CHECK(text(cli::read_passphrase(options, true, "x", false)) == "node");
}

TEST_CASE("a descriptor that is not open is refused, not taken for an empty passphrase") {
    cli::PassphraseOptions options;
    options.fd = 987;
    const auto passphrase = cli::read_passphrase(options, false, "x", false);
    REQUIRE(!passphrase);
    CHECK(passphrase.error().kind == ErrorKind::usage);
}

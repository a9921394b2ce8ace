#include "node/journal.hpp"

#include <catch2/catch.hpp>

#include "node/link/repeated_warning.hpp"
#include "tests/node/support/town.hpp"
#include "tests/support/vectors.hpp"

namespace motcua::tests {
namespace {

node::Config journal_in(const std::string& file, const std::string& level) {
    node::Config config;
    config.journal_file = file;
    config.journal_level = level;
    return config;
}

TEST_CASE("the journal writes its level and above, one dated line each, and goes on where it was") {
    const Folder folder;
    for (int run = 0; run < 2; ++run) {
        const auto journal = value_of(node::Journal::open(journal_in("journal.txt", "info"), folder.path()));
        journal.debug("details");
        journal.info("begins {} %s");
        journal.warn("careful");
    }
    const auto text = read_text(folder.path() / "journal.txt");
    CHECK(text.find("details") == std::string::npos);
    CHECK(text.find("info begins {} %s\n") != std::string::npos);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
    CHECK(text.starts_with("20"));
}

TEST_CASE("a journal of no known level, or that cannot be written, is an error that names it") {
    const Folder folder;
    CHECK(node::Journal::open(journal_in("", "loud"), folder.path()).error().kind == ErrorKind::usage);
    CHECK(node::Journal::open(journal_in("", "off"), folder.path()));
    folder.write("file", "");
    const auto journal = node::Journal::open(journal_in("file/journal.txt", "info"), folder.path());
    CHECK(journal.error().kind == ErrorKind::storage);
}

TEST_CASE("a warning that comes many times a second is written once a minute, with the number left out") {
    const Folder folder;
    const auto journal = value_of(node::Journal::open(journal_in("journal.txt", "info"), folder.path()));
    node::RepeatedWarning warning(journal);
    const sync::MonoTime begin{};
    for (int tenth = 0; tenth <= 605; ++tenth) warning.warn("cannot accept", begin + std::chrono::milliseconds(100 * tenth));
    warning.warn("cannot accept", begin + std::chrono::minutes(3));
    const auto text = read_text(folder.path() / "journal.txt");
    CHECK(std::count(text.begin(), text.end(), '\n') == 3);
    CHECK(text.find("warning cannot accept\n") != std::string::npos);
    CHECK(text.find("cannot accept (599 more of these since the last line)\n") != std::string::npos);
    CHECK(text.find("cannot accept (5 more of these since the last line)\n") != std::string::npos);
}

TEST_CASE("the journal of a serve names nodes and sizes, and never whom a dossier is about", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    auto journal = value_of(node::Journal::open(journal_in("journal.txt", "debug"), town.city()));
    node::ServeOptions options;
    options.listen = node::Address{.host = "127.0.0.1"};
    Serving city(town, town.city(), options, std::move(journal));
    Town::set_upstream(commune, city.address());
    auto gateway = town.gateway(commune);
    value_of(gateway.ask(town.reception(commune, "Nguyễn Văn Đức")));
    value_of(gateway.ask({.work = node::SyncNow{}}));
    value_of(town.gateway(town.city()).ask(town.reception(town.city(), "Trần Thị Bích")));
    CHECK(city.stop());
    const auto text = read_text(town.city() / "journal.txt");
    CHECK(text.find("session with H26.00004/1 at 127.0.0.1") != std::string::npos);
    CHECK(text.find("begins") != std::string::npos);
    CHECK(text.find("ends: goodbye said") != std::string::npos);
    CHECK(text.find("Đức") == std::string::npos);
    CHECK(text.find("Bích") == std::string::npos);
}

}  // namespace
}  // namespace motcua::tests

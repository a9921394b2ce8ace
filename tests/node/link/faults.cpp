/// A disk that takes no more, and a directory that is an old copy.

#include <catch2/catch.hpp>
#include <csignal>
#include <sys/resource.h>

#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

/// No file of this process grows any more: every write beyond its end fails as on a full disk.
class FullDisk {
  public:
    FullDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit full{.rlim_cur = 512, .rlim_max = before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &full);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }

  private:
    void (*handler_)(int);
    rlimit before_{};
};

TEST_CASE("a serve whose disk is full tells who asked, stops, and has lost nothing that it confirmed", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    std::string code;
    {
        Serving served(town, commune);
        code = town.receive(commune);
        const auto request = town.reception(commune);
        {
            const FullDisk full;
            auto gateway = town.gateway(commune);
            // Whoever asks while it stops may also find it gone.
            const auto kind = gateway.ask(request).error().kind;
            CHECK((kind == ErrorKind::storage || kind == ErrorKind::unreachable));
            CHECK(served.wait().error().kind == ErrorKind::storage);
        }
    }
    auto reader = value_of(node::Reader::open(commune));
    CHECK(value_of(reader.dossier_of_code(code)));
    CHECK(value_of(reader.dossiers({})).size() == 1);
    CHECK(town.receive(commune).ends_with("-0002"));
}

TEST_CASE("a commune put back to an earlier day learns it at its next sync, and records nothing more", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    const Path backup = town.path("backup");
    town.receive(commune);
    std::filesystem::copy(commune, backup, std::filesystem::copy_options::recursive);
    town.receive(commune);
    const Serving city(town, town.city());
    Town::set_upstream(commune, city.address());
    Town::set_upstream(backup, city.address());
    value_of(town.gateway(commune).ask({.work = node::SyncNow{}}));
    const auto held = Town::size_at(town.city(), log);

    const auto done = town.gateway(backup).ask({.work = node::SyncNow{}});
    CHECK((!done || !std::get<node::SyncDone>(*done).refusals.empty()));
    auto restored = town.gateway(backup);
    const auto recorded = restored.ask(town.reception(backup));
    CHECK(recorded.error().kind == ErrorKind::refused);
    CHECK(recorded.error().message.find("restored") != std::string::npos);
    CHECK(Town::size_at(town.city(), log) == held);
}

}  // namespace
}  // namespace motcua::tests

/// Commune, hub and city over real sockets of loopback.

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/node/support/town.hpp"

namespace motcua::tests {
namespace {

using node::Address;
using node::ServeOptions;

Result<node::SyncDone> sync_once(Town& town, const Path& directory) {
    auto gateway = town.gateway(directory);
    auto done = gateway.ask({.work = node::SyncNow{}});
    if (!done) return std::unexpected(done.error());
    return std::get<node::SyncDone>(*done);
}

struct ThreeTiers {
    Town town;
    Path hub = town.enrol("hub", "H26.00", sync::OfficeKind::hub, "H26");
    Path commune = town.enrol("commune", "H26.00.04", sync::OfficeKind::commune, "H26.00");
    sync::LogId log = town.log_of(commune);
};

TEST_CASE("a sync brings a commune's acts to the city and the city's cosignature back", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    town.receive(commune);
    const Serving city(town, town.city());
    Town::set_upstream(commune, city.address());

    const auto first = value_of(sync_once(town, commune));
    CHECK(first.entries_sent == Town::size_at(commune, log));
    CHECK(first.refusals.empty());
    CHECK(Town::size_at(town.city(), log) == Town::size_at(commune, log));
    CHECK(Town::cosigners_at(commune, log) == 1);

    const auto second = value_of(sync_once(town, commune));
    CHECK(second.entries_sent == 0);
    CHECK(second.bytes_sent + second.bytes_received < 2048);
}

TEST_CASE("what a commune records while links are up is soon held by the hub and witnessed by the city", "[threads]") {
    ThreeTiers tiers;
    const Serving city(tiers.town, tiers.town.city());
    Town::set_upstream(tiers.hub, city.address());
    const Serving hub(tiers.town, tiers.hub);
    Town::set_upstream(tiers.commune, hub.address());
    const Serving commune(tiers.town, tiers.commune);

    tiers.town.receive(tiers.commune);
    CHECK(eventually([&] { return Town::cosigners_at(tiers.commune, tiers.log) == 2; }));
    CHECK(Town::size_at(tiers.town.city(), tiers.log) == Town::size_at(tiers.commune, tiers.log));

    // The links are open now: a further act needs no dialling and arrives within a second.
    const auto before = std::chrono::steady_clock::now();
    tiers.town.receive(tiers.commune);
    CHECK(eventually([&] { return Town::size_at(tiers.hub, tiers.log) == Town::size_at(tiers.commune, tiers.log); }));
    CHECK(std::chrono::steady_clock::now() - before < std::chrono::seconds(3));
    CHECK(eventually([&] { return Town::cosigners_at(tiers.commune, tiers.log) == 2; }));
}

TEST_CASE("an office that is enrolled while the links are up becomes known below by itself", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const Serving city(town, town.city());
    Town::set_upstream(commune, city.address());
    const Serving served(town, commune);
    town.enrol("other", "H26.00005", sync::OfficeKind::commune, "H26");
    const auto registry = town.gateway(town.city()).is_remote();
    CHECK(registry);
    CHECK(eventually([&] {
        auto above = value_of(node::Reader::open(town.city())), below = value_of(node::Reader::open(commune));
        const auto logs = value_of(above.logs());
        return std::all_of(logs.begin(), logs.end(), [&](const node::LogRow& row) {
            if (row.head.log_class != sync::LogClass::registry) return true;
            const auto here = value_of(below.log(row.head.id));
            return here && here->head.size() == row.head.size();
        });
    }));
}

TEST_CASE("a sync with nobody above is unreachable and says what is safe") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    CHECK(sync_once(town, commune).error().kind == ErrorKind::usage);
    std::string address;
    {
        const Serving city(town, town.city());
        address = city.address();
    }
    Town::set_upstream(commune, address);
    const auto done = sync_once(town, commune);
    CHECK(done.error().kind == ErrorKind::unreachable);
    CHECK(done.error().message.find(address) != std::string::npos);
    CHECK(done.error().message.find("safe") != std::string::npos);
}

TEST_CASE("a running serve reconciles when it is asked to", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    const Serving city(town, town.city());
    Town::set_upstream(commune, city.address());
    const Serving served(town, commune);
    town.receive(commune);
    const auto done = value_of(sync_once(town, commune));
    CHECK(done.refusals.empty());
    CHECK(Town::size_at(town.city(), log) == Town::size_at(commune, log));
    CHECK(Town::cosigners_at(commune, log) == 1);
}

TEST_CASE("the kept link is dialled again after the node above was away", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    std::optional<Serving> city(std::in_place, town, town.city());
    const auto port = city->port();
    Town::set_upstream(commune, city->address());
    const Serving served(town, commune, {.listen = std::nullopt});
    CHECK(eventually([&] { return Town::cosigners_at(commune, log) == 1; }));
    CHECK(city->stop());
    city.reset();
    town.receive(commune);
    city.emplace(town, town.city(), ServeOptions{.listen = Address{.host = "127.0.0.1", .port = port}});
    CHECK(eventually([&] { return Town::cosigners_at(commune, log) == 1; }));
}

TEST_CASE("a stop ends with everything that was taken in on disk, and leaves no traces of a running serve", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    Serving served(town, commune);
    CHECK(std::filesystem::exists(commune / "listening"));
    CHECK(std::filesystem::exists(commune / "socket"));
    const auto code = town.receive(commune);
    CHECK(served.stop());
    CHECK_FALSE(std::filesystem::exists(commune / "listening"));
    CHECK_FALSE(std::filesystem::exists(commune / "socket"));
    auto reader = value_of(node::Reader::open(commune));
    CHECK(value_of(reader.dossier_of_code(code)));
}

TEST_CASE("SIGTERM stops a serve gracefully", "[threads]") {
    Town town;
    Serving served(town, town.city(), {.listen = Address{.host = "127.0.0.1"}, .stop_on_signals = true});
    std::raise(SIGTERM);
    CHECK(served.wait());
}

TEST_CASE("a second serve of one directory, or of one address, is told that it is busy") {
    Town town;
    const Serving served(town, town.city());
    CHECK(node::Node::open(town.city(), nullptr, town.environment()).error().kind == ErrorKind::busy);
    Town other("H27");
    const auto second = node::Server::start(other.open(other.city()), other.environment(), node::Journal::silent(),
                                            {.listen = Address{.host = "127.0.0.1", .port = served.port()}});
    CHECK(second.error().kind == ErrorKind::busy);
}

}  // namespace
}  // namespace motcua::tests

/// Strangers, garbage, silence and cuts, over real sockets.

#include <catch2/catch.hpp>

#include "tests/node/support/town.hpp"
#include "tests/node/support/wire.hpp"
#include "tests/support/scale.hpp"

namespace motcua::tests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

node::ServeOptions impatient() {
    node::ServeOptions options;
    options.listen = node::Address{.host = "127.0.0.1"};
    options.session.handshake_timeout = milliseconds(400);
    return options;
}

Result<node::Done> sync_once(Town& town, const Path& directory) {
    auto gateway = town.gateway(directory);
    return gateway.ask({.work = node::SyncNow{}});
}

Bytes preamble() { return to_bytes(sync::preamble); }

TEST_CASE("a wrong preamble, garbage and silence get not one byte, and are gone at the handshake's deadline", "[threads]") {
    Town town;
    const Serving city(town, town.city(), impatient());
    SeededRandom random("garbage");
    Bytes garbage(3000);
    random.fill(garbage);
    Bytes wrong_version = preamble();
    wrong_version.back() = std::byte{2};
    Bytes wrong_handshake = preamble();
    append(wrong_handshake, garbage);
    for (const Bytes& said : {Bytes(), garbage, wrong_version, preamble(), to_bytes(as_bytes("GET / HTTP/1.1\r\n\r\n"))}) {
        const RawClient client(city.port());
        client.send(said);
        CHECK(client.read_to_end(seconds(10)) == Bytes());
    }
    // A whole first Noise message of random bytes is a valid one: message 2 comes, 2 + 32 + 48 + 16 bytes, and no more.
    Bytes first_message = preamble();
    append_be(first_message, 32, 2);
    append(first_message, ByteView(garbage).first(32));
    const RawClient client(city.port());
    client.send(first_message);
    const auto answer = client.read_to_end(seconds(10));
    REQUIRE(answer.has_value());
    CHECK(answer->size() == 98);
}

TEST_CASE("a stranger's node gets the second handshake message and no transport message", "[threads]") {
    Town town, elsewhere("H27");
    const Path stranger = elsewhere.enrol("stranger", "H27.00001", sync::OfficeKind::commune, "H27");
    elsewhere.receive(stranger);
    const Serving city(town, town.city(), impatient());
    Proxy proxy(city.port());
    Town::set_upstream(stranger, proxy.address());
    CHECK(sync_once(elsewhere, stranger).error().kind == ErrorKind::refused);
    CHECK(proxy.bytes_down() == 98);
    // Nothing of it is stored: the registry and the city's own log are all there is.
    auto reader = value_of(node::Reader::open(town.city()));
    CHECK(value_of(reader.logs()).size() == 2);
}

TEST_CASE("a recorded session played back gets nothing beyond the second handshake message", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    town.receive(commune);
    const Serving city(town, town.city(), impatient());
    Proxy proxy(city.port());
    Town::set_upstream(commune, proxy.address());
    value_of(sync_once(town, commune));
    const Bytes recorded = proxy.recorded_up();
    REQUIRE(recorded.size() > 500);
    const RawClient client(city.port());
    client.send(recorded);
    const auto answer = client.read_to_end(seconds(10));
    REQUIRE(answer.has_value());
    CHECK(answer->size() == 98);
}

TEST_CASE("a peer that sends a byte at a time is gone at the handshake's deadline", "[threads]") {
    Town town;
    const Serving city(town, town.city(), impatient());
    const RawClient client(city.port());
    const auto begin = std::chrono::steady_clock::now();
    const Bytes said = preamble();
    std::optional<Bytes> answer;
    for (std::size_t sent = 0; !answer && sent < 200; ++sent) {
        client.send(ByteView(said).subspan(sent % said.size(), 1));
        answer = client.read_to_end(milliseconds(50));
    }
    REQUIRE(answer.has_value());
    CHECK(answer->empty());
    CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
}

TEST_CASE("200 idle connections do not stop an honest sync, and their places are freed", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    auto options = impatient();
    options.session.handshake_timeout = seconds(10);
    const Serving city(town, town.city(), options);
    Town::set_upstream(commune, city.address());
    std::vector<RawClient> idle;
    for (int count = 0; count < 200; ++count) idle.emplace_back(city.port());
    town.receive(commune);
    CHECK(sync_once(town, commune));
    CHECK(Town::size_at(town.city(), log) == Town::size_at(commune, log));
}

TEST_CASE("where all places are taken by strangers, the oldest of them makes room", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    auto config = value_of(node::Config::load(town.city()));
    config.sessions_max = 3;
    value_of(config.save(town.city()));
    auto options = impatient();
    options.session.handshake_timeout = seconds(30);
    const Serving city(town, town.city(), options);
    Town::set_upstream(commune, city.address());
    std::vector<RawClient> idle;
    for (int count = 0; count < 3; ++count) idle.emplace_back(city.port());
    CHECK(sync_once(town, commune));
    CHECK(idle.front().read_to_end(seconds(5)) == Bytes());
    CHECK_FALSE(idle.back().read_to_end(milliseconds(1)).has_value());
}

TEST_CASE("a sync that is cut anywhere goes on at the next, and ends with the same log on both sides", "[threads]") {
    Town town;
    const Path commune = town.enrol("commune", "H26.00004", sync::OfficeKind::commune, "H26");
    const auto log = town.log_of(commune);
    town.import(commune, 2048);
    const Serving city(town, town.city());
    Proxy proxy(city.port());
    Town::set_upstream(commune, proxy.address());
    std::uint64_t size_before = 0, cuts = 0;
    // Early ones fall into the handshake, later ones into the extensions.
    const std::uint64_t steps = scaled(40);
    for (std::uint64_t step = 0; step < steps; ++step) {
        proxy.cut_after(step * step * 400);
        const auto done = sync_once(town, commune);
        if (!done) {
            ++cuts;
            CHECK(done.error().kind == ErrorKind::unreachable);
        }
        CHECK(Town::size_at(town.city(), log) >= size_before);
        size_before = Town::size_at(town.city(), log);
    }
    CHECK(cuts > 0);
    proxy.cut_after(Proxy::never);
    CHECK(sync_once(town, commune));
    CHECK(Town::size_at(town.city(), log) == Town::size_at(commune, log));
    CHECK(Town::cosigners_at(commune, log) == 1);
    auto above = value_of(node::Reader::open(town.city())), below = value_of(node::Reader::open(commune));
    const auto there = value_of(above.log(log)), here = value_of(below.log(log));
    CHECK(there->head.tree.root() == here->head.tree.root());
    CHECK(value_of(above.missing_bodies(log, 10)).empty());
}

}  // namespace
}  // namespace motcua::tests

/// A hand-over's way to the other office, over real sockets.

#include <algorithm>
#include <catch2/catch.hpp>

#include "sync/registry/inbox_name.hpp"
#include "tests/node/support/town.hpp"
#include "tests/node/support/wire.hpp"
#include "tests/support/scale.hpp"

namespace motcua::tests {
namespace {

Result<node::Done> sync_once(Town& town, const Path& directory) {
    auto gateway = town.gateway(directory);
    return gateway.ask({.work = node::SyncNow{}});
}

/// An act in the log of a node that nobody else has open.
template <class Content>
node::Recorded record(Town& town, const Path& directory, sync::Kind kind, const std::optional<node::Recorded>& after, const Content& content,
                      std::optional<Bytes> body = {}) {
    auto node = town.open(directory);
    node::Entry entry{.kind = kind, .subject = node::Entry::NewDossier{}, .prior = std::nullopt, .content = sync::to_item(content), .body = std::move(body)};
    if (after) {
        entry.subject = after->subject;
        entry.prior = after->act;
    }
    value_of(node.begin());
    const auto recorded = value_of(node.record(Town::officer(directory), std::span(&entry, 1)));
    value_of(node.commit());
    return recorded.front();
}

bool has(const Path& directory, const node::Recorded& act) {
    auto reader = value_of(node::Reader::open(directory));
    const auto dossier = value_of(reader.dossier(*sync::DossierId::from(act.subject)));
    return dossier && std::ranges::find(dossier->acts, act.act, &sync::DossierAct::id) != dossier->acts.end();
}

sync::OfficeId office_of(Town& town, const Path& directory) { return town.open(directory).identity().office; }

TEST_CASE("a dossier that is handed over reaches the other commune through the hub, and the answer comes back", "[threads]") {
    Town town;
    const Path hub = town.enrol("hub", "H26.1", sync::OfficeKind::hub, "H26");
    const Path a = town.enrol("a", "H26.1.01", sync::OfficeKind::commune, "H26.1");
    const Path b = town.enrol("b", "H26.1.02", sync::OfficeKind::commune, "H26.1");
    const auto to = office_of(town, b);
    const Serving city(town, town.city());
    Town::set_upstream(hub, city.address());
    const Serving middle(town, hub);
    Town::set_upstream(a, middle.address());
    Town::set_upstream(b, middle.address());
    sync::ReceiveBody body;
    body.salt = Bytes(sync::body_salt_bytes, std::byte{7});
    body.applicant = "Nguyễn Văn Đức";
    const auto received = record(town, a, sync::Kind::receive, std::nullopt, World::received("H26.1.01-251009-0001"), cbor::encode(body));
    // The hub learns of its communes from the city, and a of b from the hub.
    REQUIRE(eventually([&] { return sync_once(town, a) && sync_once(town, b); }));
    CHECK_FALSE(has(b, received));
    const auto handed = record(town, a, sync::Kind::hand_over, received, sync::HandOverContent{to, {}, {}, {}});
    value_of(sync_once(town, a));
    value_of(sync_once(town, b));
    CHECK(has(b, received));
    REQUIRE(has(b, handed));
    {
        auto reader = value_of(node::Reader::open(b));
        CHECK(value_of(reader.body(received.position.log, received.position.seq.value)) == cbor::encode(body));
    }
    const auto taken = record(town, b, sync::Kind::take_over, handed, sync::StepContent{});
    value_of(sync_once(town, b));
    value_of(sync_once(town, a));
    CHECK(has(a, taken));
    auto reader = value_of(node::Reader::open(a));
    const auto dossier = *value_of(reader.dossier(*sync::DossierId::from(received.subject)));
    CHECK(std::ranges::all_of(dossier.acts, [](const sync::DossierAct& act) { return act.verdict.effective(); }));
    REQUIRE(dossier.custody);
    CHECK(dossier.custody->office == to);
}

TEST_CASE("between two hubs a dossier goes up to the city and down again while all of them serve", "[threads]") {
    Town town;
    const Path hub = town.enrol("hub", "H26.1", sync::OfficeKind::hub, "H26"), other_hub = town.enrol("other hub", "H26.2", sync::OfficeKind::hub, "H26");
    const Path a = town.enrol("a", "H26.1.01", sync::OfficeKind::commune, "H26.1"), c = town.enrol("c", "H26.2.01", sync::OfficeKind::commune, "H26.2");
    const auto to = office_of(town, c);
    const Serving city(town, town.city());
    Town::set_upstream(hub, city.address());
    Town::set_upstream(other_hub, city.address());
    const Serving first(town, hub), second(town, other_hub);
    Town::set_upstream(a, first.address());
    Town::set_upstream(c, second.address());
    REQUIRE(eventually([&] { return sync_once(town, a) && sync_once(town, c); }));
    const auto received = record(town, a, sync::Kind::receive, std::nullopt, World::received("H26.1.01-251009-0001"));
    const auto handed = record(town, a, sync::Kind::hand_over, received, sync::HandOverContent{to, {}, {}, {}});
    value_of(sync_once(town, a));
    REQUIRE(eventually([&] { return sync_once(town, c) && has(c, handed); }));
    const auto taken = record(town, c, sync::Kind::take_over, handed, sync::StepContent{});
    value_of(sync_once(town, c));
    CHECK(eventually([&] { return sync_once(town, a) && has(a, taken); }));
}

TEST_CASE("a sync that brings an inbox and is cut anywhere goes on at the next", "[threads]") {
    Town town;
    const Path hub = town.enrol("hub", "H26.1", sync::OfficeKind::hub, "H26");
    const Path a = town.enrol("a", "H26.1.01", sync::OfficeKind::commune, "H26.1"), b = town.enrol("b", "H26.1.02", sync::OfficeKind::commune, "H26.1");
    const auto to = office_of(town, b);
    const Serving city(town, town.city());
    Town::set_upstream(hub, city.address());
    const Serving middle(town, hub);
    Proxy proxy(middle.port());
    Town::set_upstream(a, middle.address());
    Town::set_upstream(b, proxy.address());
    REQUIRE(eventually([&] { return sync_once(town, a) && sync_once(town, b); }));
    auto last = record(town, a, sync::Kind::receive, std::nullopt, World::received("H26.1.01-251009-0001"));
    last = record(town, a, sync::Kind::hand_over, last, sync::HandOverContent{to, {}, {}, {}});
    for (int note = 0; note < 20; ++note) {
        const sync::StepBody body{Bytes(sync::body_salt_bytes, std::byte(note)), std::string(20'000, 'x')};
        record(town, a, sync::Kind::note, last, sync::StepContent{}, cbor::encode(body));
        if (note % 4 == 0) value_of(sync_once(town, a));
    }
    value_of(sync_once(town, a));
    std::uint64_t cuts = 0;
    const std::uint64_t steps = scaled(30);
    for (std::uint64_t step = 0; step < steps; ++step) {
        proxy.cut_after(step * step * 500);
        if (!sync_once(town, b)) ++cuts;
    }
    CHECK(cuts > 0);
    proxy.cut_after(Proxy::never);
    value_of(sync_once(town, b));
    auto reader = value_of(node::Reader::open(b));
    CHECK(value_of(reader.dossier(*sync::DossierId::from(last.subject)))->acts.size() == 22);
    for (const auto& log : value_of(reader.logs())) CHECK(value_of(reader.missing_bodies(log.head.id, 10)).empty());
}

}  // namespace
}  // namespace motcua::tests

/// A dossier's way to another office: what hubs append to inboxes, and what arrives.

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "node/audit/export.hpp"
#include "tests/node/inbox_scene.hpp"

namespace motcua::tests {
namespace {

TEST_CASE("a dossier that is handed over arrives at the other commune whole, and comes back taken over") {
    InboxScene scene;
    const auto received = scene.receive("a");
    const auto note = scene.state("a", sync::Kind::note, received, sync::StepContent{});
    scene.receive("a");
    scene.link("a", "hub");
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "b").log) == 0);
    const auto handed = scene.hand_over("a", "b", received);
    scene.link("a", "hub");
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "b").log) == 3);
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "a").log) == 0);
    scene.link("b", "hub");
    CHECK(scene.acts_at("b", received).size() == 3);
    CHECK(scene.has("b", note));
    CHECK(value_of(scene.at("b").reader().body(received.position.log, received.position.seq.value)));
    CHECK(value_of(scene.at("b").reader().logs()).size() == 3);  // its own, the registry, the inbox

    const auto taken = scene.take_over("b", handed);
    scene.link("b", "hub");
    scene.link("a", "hub");
    CHECK(scene.has("a", taken));
    CHECK(scene.acts_at("a", received) == scene.acts_at("b", received));
    CHECK(scene.acts_at("a", received) == scene.acts_at("hub", received));
    for (const char* name : {"a", "b", "hub"}) {
        CHECK(scene.audit(name).empty());
        CHECK(scene.rebuilds_to_the_same(name));
    }
}

TEST_CASE("between two hubs a dossier goes through the city, and the answer back") {
    InboxScene scene;
    const auto received = scene.receive("a");
    const auto handed = scene.hand_over("a", "c", received);
    for (const auto& [lower, upper] : {std::pair("a", "hub"), std::pair("hub", "city"), std::pair("hub2", "city"), std::pair("c", "hub2")}) scene.link(lower, upper);
    CHECK(scene.has("hub2", handed));
    REQUIRE(scene.has("c", handed));
    CHECK(scene.has("c", received));
    const auto taken = scene.take_over("c", handed);
    const auto note = scene.state("c", sync::Kind::note, taken, sync::StepContent{});
    for (const auto& [lower, upper] : {std::pair("c", "hub2"), std::pair("hub2", "city"), std::pair("hub", "city"), std::pair("a", "hub")}) scene.link(lower, upper);
    CHECK(scene.has("a", taken));
    CHECK(scene.has("a", note));
    CHECK(scene.acts_at("a", received) == scene.acts_at("city", received));
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "b").log) == 0);
    for (const char* name : {"a", "c", "hub", "hub2", "city"}) {
        CHECK(scene.audit(name).empty());
        CHECK(scene.rebuilds_to_the_same(name));
    }
}

TEST_CASE("linking again and again adds nothing") {
    InboxScene scene;
    const auto received = scene.receive("a");
    scene.hand_over("a", "b", received);
    for (int round = 0; round < 3; ++round) {
        scene.link("a", "hub");
        scene.link("b", "hub");
        CHECK(size_of(scene.at("hub"), scene.inbox("hub", "b").log) == 2);
        CHECK(size_of(scene.at("b"), scene.inbox("hub", "b").log) == 2);
    }
    // An extension that comes twice is compared and passed over.
    const auto inbox = scene.inbox("hub", "b").log;
    auto again = value_of(scene.at("hub").reader().read(inbox, 0, sync::extension_bytes_max));
    REQUIRE(again);
    value_of(scene.at("b").begin());
    CHECK(value_of(scene.at("b").take(*again)).size == 2);
    value_of(scene.at("b").commit());
}

TEST_CASE("what the hub itself hands over goes down too") {
    InboxScene scene;
    const auto received = scene.receive("hub");
    const auto handed = scene.hand_over("hub", "b", received);
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "b").log) == 2);
    scene.link("b", "hub");
    CHECK(scene.has("b", handed));
}

TEST_CASE("a node that an office gets in addition is sent what the first one had") {
    InboxScene scene;
    const auto received = scene.receive("a");
    scene.link("a", "hub");
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "a").log) == 0);
    const auto file = [&] {
        scene.places.request("a2", "H26.1.01");
        const auto ticket = scene.places.approve(scene.at("city"), "a2", "H26.1");
        scene.places.accept("a2", ticket);
    };
    file();
    scene.nodes.emplace("a2", scene.places.open("a2"));
    scene.give_registry();
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "a").log) == 1);
    scene.link("a2", "hub");
    CHECK(scene.has("a2", received));
    const auto note = scene.state("a2", sync::Kind::note, received, sync::StepContent{});
    scene.link("a2", "hub");
    scene.link("a", "hub");
    CHECK(scene.has("a", note));
    // Its own acts come back to it, and are no second copy.
    CHECK(scene.acts_at("a", received).size() == 2);
    for (const char* name : {"a", "a2", "hub"}) {
        CHECK(scene.audit(name).empty());
        CHECK(scene.rebuilds_to_the_same(name));
    }
}

TEST_CASE("a dossier for an office that the hub did not know goes there once the registry says who it is") {
    InboxScene scene;
    scene.places.request("d", "H26.1.03");
    const auto ticket = scene.places.approve(scene.at("city"), "d", "H26.1");
    scene.places.accept("d", ticket);
    scene.nodes.emplace("d", scene.places.open("d"));
    carry(scene.at("city"), scene.at("a"), scene.at("city").registry()->log_id());
    const auto received = scene.receive("a");
    scene.hand_over("a", "d", received);
    carry(scene.at("a"), scene.at("hub"), scene.at("a").log_id());
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "d").log) == 0);
    scene.give_registry();
    CHECK(size_of(scene.at("hub"), scene.inbox("hub", "d").log) == 2);
    scene.link("d", "hub");
    CHECK(scene.has("d", received));
}

TEST_CASE("a log that comes whole takes the place of its acts that inboxes had carried") {
    InboxScene scene;
    const auto received = scene.receive("a");
    scene.hand_over("a", "b", received);
    scene.link("a", "hub");
    scene.link("b", "hub");
    const auto digest = value_of(scene.at("b").reader().dossier(*sync::DossierId::from(received.subject)));
    carry(scene.at("a"), scene.at("b"), scene.at("a").log_id());
    CHECK(size_of(scene.at("b"), scene.at("a").log_id()) == size_of(scene.at("a"), scene.at("a").log_id()));
    CHECK(cbor::encode(*value_of(scene.at("b").reader().dossier(digest->id))) == cbor::encode(*digest));
    CHECK(value_of(scene.at("b").reader().body(received.position.log, received.position.seq.value)));
    std::size_t foreign = 0;
    value_of(scene.at("b").reader().each_foreign_act([&](const sync::Position&, ByteView) { return ++foreign > 0; }));
    CHECK(foreign == 0);
    CHECK(scene.audit("b").empty());
    CHECK(scene.rebuilds_to_the_same("b"));
}

TEST_CASE("a node says in a receipt how far its inbox is, before its next act and at most once a minute") {
    InboxScene scene;
    const auto receipts = [&] {
        std::vector<sync::ReceiptContent> found;
        value_of(scene.at("b").reader().each_entry(scene.at("b").log_id(), 1, 1000, [&](std::uint64_t, ByteView envelope) {
            const auto act = value_of(sync::parse_act(to_bytes(envelope)));
            if (act.payload.kind == sync::Kind::receipt) found.push_back(value_of(sync::from_item<sync::ReceiptContent>(act.payload.content)));
            return true;
        }));
        return found;
    };
    scene.receive("b");
    const auto before = receipts().size();
    const auto received = scene.receive("a");
    const auto handed = scene.hand_over("a", "b", received);
    scene.link("a", "hub");
    scene.link("b", "hub");
    CHECK(receipts().size() == before);
    scene.take_over("b", handed);
    REQUIRE(receipts().size() == before + 1);
    const auto told = receipts().back().inbox_checkpoints;
    REQUIRE(told.size() == 1);
    const auto inbox = scene.inbox("hub", "b");
    const auto note = value_of(crypto::Note::parse(told[0]));
    CHECK(value_of(crypto::open_checkpoint(note, sync::log_verifier(inbox.origin, inbox.log_key))).size == 2);

    scene.state("a", sync::Kind::note, received, sync::StepContent{});
    scene.link("a", "hub");
    scene.link("b", "hub");
    scene.places.clock.move(std::chrono::seconds(59));
    scene.receive("b");
    CHECK(receipts().size() == before + 1);
    scene.places.clock.move(std::chrono::seconds(2));
    scene.receive("b");
    scene.receive("b");
    CHECK(receipts().size() == before + 2);
    scene.places.clock.move(std::chrono::hours(1));
    scene.receive("b");
    CHECK(receipts().size() == before + 2);
    CHECK(scene.audit("b").empty());
}

TEST_CASE("an export holds the inboxes, and whoever has the root key verifies them") {
    InboxScene scene;
    const auto received = scene.receive("a");
    scene.hand_over("a", "b", received);
    scene.link("a", "hub");
    scene.link("b", "hub");
    const auto pin = value_of(sync::RootPin::parse(scene.places.root));
    for (const char* name : {"b", "hub"}) {
        const auto out = scene.places.directory(std::string("export of ") + name);
        const auto exported = value_of(node::export_logs(scene.places.directory(name), out, {}));
        const auto origin = scene.inbox("hub", "b").origin;
        CHECK(std::ranges::find(exported, origin, &node::ExportedLog::origin) != exported.end());
        const auto report = value_of(node::verify_export(out, pin, std::nullopt, scene.places.checker, {}));
        for (const auto& finding : report.findings.all()) FAIL(finding.origin + ": " + finding.cause);
        CHECK(std::ranges::find(report.logs, origin, &node::AuditedLog::origin) != report.logs.end());

        const auto bundle = out / origin / "tile/entries/000.p/2";
        REQUIRE(std::filesystem::exists(bundle));
        std::fstream file(bundle, std::ios::binary | std::ios::in | std::ios::out);
        file.seekp(-20, std::ios::end);
        file.put('x');
        file.close();
        CHECK_FALSE(value_of(node::verify_export(out, pin, std::nullopt, scene.places.checker, {})).findings.all().empty());
    }
}

}  // namespace
}  // namespace motcua::tests

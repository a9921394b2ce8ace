/// A hub that puts into an inbox what does not belong there, or was put back to an earlier day.

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/node/inbox_scene.hpp"

namespace motcua::tests {
namespace {

using Catch::Contains;

/// The hub's own key, and so whatever it likes to sign.
struct HostileHub {
    InboxScene scene;
    node::Recorded received = scene.receive("a");
    node::Recorded handed = scene.hand_over("a", "b", received);
    sync::InboxName inbox = scene.inbox("hub", "b");
    crypto::SigningKey key = value_of(node::load_signing_key(node::key_path(scene.places.directory("hub"), crypto::KeyRole::log, {}), nullptr));

    HostileHub() {
        scene.link("a", "hub");
        scene.link("b", "hub");
    }
    /// Signed behind what b has.
    sync::Extension extension(std::vector<Bytes> leaves) {
        auto head = value_of(scene.at("b").reader().log(inbox.log))->head;
        sync::Extension extension{.log = inbox.log, .from = head.size(), .entries = {}, .bodies = {}, .checkpoint = {}};
        for (auto& leaf : leaves) {
            sync::advance_inbox(head, leaf);
            extension.entries.push_back(std::move(leaf));
            extension.bodies.emplace_back();
        }
        extension.checkpoint = crypto::sign_checkpoint({head.origin, head.size(), head.tree.root()}, key).format();
        return extension;
    }
    std::optional<Error> give(const sync::Extension& extension) {
        value_of(scene.at("b").begin());
        auto taken = scene.at("b").take(extension);
        value_of(scene.at("b").commit());
        return taken ? std::nullopt : std::optional(taken.error());
    }
    sync::Act act_of_a(std::uint64_t seq) {
        return value_of(sync::parse_act(*value_of(scene.at("a").reader().entry(scene.at("a").log_id(), seq))));
    }
};

TEST_CASE("an act that nobody signed, in an inbox, is refused with the hub's signature as evidence") {
    HostileHub hub;
    auto act = hub.act_of_a(0);
    act.envelope[act.envelope.size() - 1] ^= std::byte{1};
    const auto refused = hub.give(hub.extension({sync::encode_inbox_leaf(act)}));
    REQUIRE(refused);
    CHECK(refused->kind == ErrorKind::verification);
    const auto row = value_of(hub.scene.at("b").reader().log(hub.inbox.log));
    CHECK(row->proven);
    CHECK(row->head.size() == 2);
    REQUIRE(value_of(hub.scene.at("b").reader().evidence()).size() == 1);
    CHECK(value_of(hub.scene.at("b").reader().evidence())[0].log == hub.inbox.log);
    // The office's own work goes on.
    hub.scene.take_over("b", hub.handed);
}

TEST_CASE("a leaf with the envelope of another place, an act twice, and another office's inbox are refused") {
    HostileHub hub;
    const auto act = hub.act_of_a(0);
    const auto a = hub.scene.at("a").log_id();
    CHECK_THAT(hub.give(hub.extension({sync::encode_inbox_leaf(sync::Position{a, sync::Seq{7}}, act.envelope)}))->message, Contains("another place"));
    HostileHub again;
    CHECK_THAT(again.give(again.extension({sync::encode_inbox_leaf(again.act_of_a(again.received.position.seq.value))}))->message, Contains("come already"));
    HostileHub other;
    other.inbox = other.scene.inbox("hub", "a");
    sync::Extension extension = hub.extension({sync::encode_inbox_leaf(act)});
    extension.log = other.inbox.log;
    extension.from = 0;
    CHECK(other.give(extension)->kind == ErrorKind::refused);
}

TEST_CASE("an inbox cannot bring acts of a log that the registry does not list, nor of our own beyond its end") {
    HostileHub hub;
    World world;
    CHECK(hub.give(hub.extension({sync::encode_inbox_leaf(world.first().log.acts[0])}))->kind == ErrorKind::refused);
    auto payload = hub.act_of_a(1).payload;
    payload.log = hub.scene.at("b").log_id();
    payload.seq = 40;
    const auto officer = hub.scene.places.officer("b");
    payload.signer = officer.public_key();
    const auto refused = hub.give(hub.extension({sync::encode_inbox_leaf(*sync::sign_act(payload, officer))}));
    REQUIRE(refused);
    CHECK(refused->kind == ErrorKind::refused);
    CHECK_THAT(refused->message, Contains("restored"));
    CHECK(size_of(hub.scene.at("b"), hub.inbox.log) == 2);
}

TEST_CASE("of two signed acts for one place the first stands, and the other is evidence and stops nothing") {
    HostileHub hub;
    // A clerk of a signs another act for entry 3, and the hub passes it on before a's own entry 3 gets there.
    auto payload = hub.act_of_a(hub.handed.position.seq.value).payload;
    payload.seq = hub.handed.position.seq.value + 1;
    payload.at_ms += 5;
    const auto officer = hub.scene.places.officer("a");
    const auto early = value_of(sync::sign_act(payload, officer));
    CHECK_FALSE(hub.give(hub.extension({sync::encode_inbox_leaf(early)})));
    CHECK(hub.scene.acts_at("b", hub.received).size() == 3);
    const auto note = hub.scene.state("a", sync::Kind::note, hub.received, sync::StepContent{});
    CHECK(note.position.seq.value == payload.seq);
    carry(hub.scene.at("a"), hub.scene.at("b"), hub.scene.at("a").log_id());
    CHECK(hub.scene.has("b", note));
    const auto acts = hub.scene.acts_at("b", hub.received);
    CHECK(std::ranges::find(acts, early.id) == acts.end());
    const auto evidence = value_of(hub.scene.at("b").reader().evidence());
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0].theirs == to_hex(early.envelope));
    // The inbox still is what the hub signed.
    const auto row = value_of(hub.scene.at("b").reader().log(hub.inbox.log));
    crypto::CompactRange tree;
    value_of(hub.scene.at("b").reader().each_entry(hub.inbox.log, 0, 100, [&](std::uint64_t, ByteView leaf) {
        tree.append(crypto::leaf_hash(leaf));
        return true;
    }));
    CHECK(tree == row->head.tree);
    CHECK(hub.scene.rebuilds_to_the_same("b"));
    hub.scene.receive("b");
}

TEST_CASE("an audit finds an inbox entry whose act is gone, and one that was altered") {
    for (const char* sql : {"DELETE FROM foreign_act WHERE id = (SELECT max(id) FROM foreign_act)",
                            "UPDATE foreign_act SET envelope = zeroblob(200) WHERE id = (SELECT max(id) FROM foreign_act)",
                            "UPDATE inbox_entry SET act = act - 1 WHERE id = (SELECT max(id) FROM inbox_entry)",
                            "DELETE FROM inbox_entry WHERE id = (SELECT max(id) FROM inbox_entry)"}) {
        HostileHub hub;
        CHECK(hub.scene.audit("b").empty());
        hub.scene.close("b");
        {
            auto store = value_of(node::Store::open(hub.scene.places.directory("b")));
            INFO(sql);
            const auto done = store.database().execute(sql);
            if (!done) continue;  // the unique index says no
        }
        CHECK_FALSE(hub.scene.audit("b").empty());
    }
}

TEST_CASE("a hub whose database was put back to an earlier day writes to no inbox that it had signed further") {
    InboxScene scene;
    const auto received = scene.receive("a");
    scene.hand_over("a", "b", received);
    scene.link("a", "hub");
    scene.close("hub");
    const auto directory = scene.places.directory("hub");
    std::filesystem::copy_file(directory / "motcua.db", scene.places.directory("backup.db"));
    scene.reopen("hub");
    const auto note = scene.state("a", sync::Kind::note, received, sync::StepContent{});
    scene.link("a", "hub");
    scene.link("b", "hub");
    CHECK(scene.has("b", note));
    const auto inbox = scene.inbox("hub", "b").log;
    CHECK(size_of(scene.at("hub"), inbox) == 3);

    scene.close("hub");
    for (const char* file : {"motcua.db-wal", "motcua.db-shm"}) std::filesystem::remove(directory / file);
    std::filesystem::copy_file(scene.places.directory("backup.db"), directory / "motcua.db", std::filesystem::copy_options::overwrite_existing);
    scene.reopen("hub");
    CHECK(size_of(scene.at("hub"), inbox) == 2);
    scene.state("a", sync::Kind::supplement_handed_in, received, sync::StepContent{});
    carry(scene.at("a"), scene.at("hub"), scene.at("a").log_id());
    CHECK(size_of(scene.at("hub"), scene.at("a").log_id()) == size_of(scene.at("a"), scene.at("a").log_id()));
    CHECK(size_of(scene.at("hub"), inbox) == 2);
}

}  // namespace
}  // namespace motcua::tests

#include <catch2/catch.hpp>

#include "node/audit/times.hpp"
#include "tests/node/inbox_scene.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

/// A commune that reports to its hub, which answers with dated cosignatures.
struct Clocked : InboxScene {
    sync::LogHead head() { return value_of(at("hub").reader().log(at("a").log_id()))->head; }
    node::TimesAudit audit() { return value_of(node::audit_times(at("hub").reader(), *at("hub").registry(), head(), 300'000, 100)); }
    node::TimeBracket bracket(std::uint64_t seq) { return value_of(node::LogTimes::read(at("hub").reader(), *at("hub").registry(), head())).bracket(seq); }
    std::uint64_t now_ms() { return static_cast<std::uint64_t>(places.clock.wall().time_since_epoch().count()) / 1000 * 1000; }
    /// Up, and the cosignatures back.
    void report() {
        for (const auto& cosigned : carry(at("a"), at("hub"), at("a").log_id()).cosigned) {
            value_of(at("a").begin());
            value_of(at("a").take_cosignatures(cosigned));
            value_of(at("a").commit());
        }
    }
    std::uint64_t receive_at(std::chrono::milliseconds by) {
        places.clock.move(by);
        return receive("a").position.seq.value;
    }
};

using namespace std::chrono_literals;

}  // namespace

TEST_CASE("times: an act lies between the cosignature that its log carries before it and the first that covers it") {
    Clocked scene;
    const auto early = scene.receive_at(1h);
    scene.places.clock.move(10min);
    const auto first_seen = scene.now_ms();
    scene.report();
    const auto late = scene.receive_at(1h);
    scene.places.clock.move(10min);
    const auto second_seen = scene.now_ms();
    scene.report();
    const auto last = scene.receive_at(1h);
    carry(scene.at("a"), scene.at("hub2"), scene.at("a").log_id());

    CHECK_FALSE(scene.bracket(early).not_before_ms);
    CHECK(scene.bracket(early).not_after_ms == first_seen);
    CHECK(scene.bracket(late).not_before_ms == first_seen);
    CHECK(scene.bracket(late).not_after_ms == second_seen);
    CHECK(scene.bracket(last).not_after_ms == std::nullopt);
    CHECK(scene.audit().odd.empty());
    CHECK(scene.audit().bounded >= 1);
}

TEST_CASE("times: a clock that went back, and one that ran ahead, are found against what others signed") {
    Clocked scene;
    scene.receive_at(1h);
    scene.report();
    const auto back = scene.receive_at(-10h);
    scene.places.clock.move(11h);
    const auto ahead = scene.receive_at(24h * 3650);
    scene.places.clock.move(-24h * 3650);
    scene.report();
    const auto audit = scene.audit();
    std::map<std::uint64_t, std::int64_t> odd;
    for (const auto& act : audit.odd) odd[act.place.seq.value] = node::outside_ms(act);
    REQUIRE(odd.contains(back));
    CHECK(odd[back] == -std::chrono::milliseconds(10h).count());
    REQUIRE(odd.contains(ahead));
    CHECK(odd[ahead] > std::chrono::milliseconds(24h * 3649).count());
    CHECK(value_of(node::audit_times(scene.at("hub").reader(), *scene.at("hub").registry(), scene.head(), 0, 1)).left_out > 0);
}

TEST_CASE("times: a size at which the node signed no checkpoint may be cosigned all the same, and its next receipt says so") {
    Clocked scene;
    auto& a = scene.at("a");
    value_of(record_alone(a, scene.places.officer("a"), {scene.places.receive("H26.1.01-251009-1001"), Places::step(sync::Kind::assign, node::Entry::SameAs{0})}));
    const auto head = value_of(a.reader().log(a.log_id()))->head;
    const auto inside = head.size() - 1;
    const crypto::Checkpoint checkpoint{head.origin, inside, *value_of(a.reader().root_at(a.log_id(), inside))};
    const auto* hub = a.registry()->find_node(scene.at("hub").log_id());
    const auto key = value_of(node::load_signing_key(node::key_path(scene.places.directory("hub"), crypto::KeyRole::cosigner, {}), nullptr));
    const auto time = std::chrono::floor<std::chrono::seconds>(scene.places.clock.wall());
    auto line = crypto::cosign(checkpoint, sync::cosigner_verifier(hub->origin, *hub->cosigner_key).name, key, time).line();
    line.pop_back();
    value_of(a.begin());
    value_of(a.take_cosignatures({.log = a.log_id(), .size = inside, .root = checkpoint.root, .lines = {line}}));
    value_of(a.commit());
    const auto next = scene.receive_at(1h);
    carry(a, scene.at("hub"), a.log_id());
    CHECK(scene.bracket(next).not_before_ms);
}

TEST_CASE("times: what a log says of itself bounds nothing") {
    Clocked scene;
    scene.receive_at(1h);
    scene.report();
    // A receipt whose cosignature is of the commune's own key: the log vouches for itself.
    const auto key = value_of(node::load_signing_key(node::key_path(scene.places.directory("a"), crypto::KeyRole::log, {}), nullptr));
    const auto head = value_of(scene.at("a").reader().log(scene.at("a").log_id()))->head;
    const crypto::Checkpoint checkpoint{head.origin, head.size(), head.tree.root()};
    auto note = crypto::sign_checkpoint(checkpoint, key);
    const auto cosigner = scene.at("hub").registry()->find_node(scene.at("hub").log_id());
    const auto name = sync::cosigner_verifier(cosigner->origin, *cosigner->cosigner_key).name;
    note.signatures.push_back(crypto::cosign(checkpoint, name, key, std::chrono::sys_days{std::chrono::year{2090} / 1 / 1}));
    sync::LogWriter writer(head, key);
    value_of(writer.append({.signer = &key, .at = scene.places.clock.wall(), .kind = sync::Kind::receipt, .subject = {}, .prior = std::nullopt,
                            .content = sync::to_item(sync::ReceiptContent{std::nullopt, {note.format()}, {}}), .body = std::nullopt},
                           head.announced.value_or(head.registry_size)));
    const auto forged = std::move(writer).finish();
    value_of(scene.at("hub").begin());
    value_of(scene.at("hub").take(sync::to_extension(forged)));
    value_of(scene.at("hub").commit());
    CHECK_FALSE(scene.bracket(head.size()).not_before_ms);
    CHECK(scene.audit().odd.empty());
}

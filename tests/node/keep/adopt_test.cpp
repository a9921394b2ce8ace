#include "node/keep/adopt.hpp"

#include <catch2/catch.hpp>

#include "tests/node/keep/restored.hpp"

using namespace motcua;
using namespace motcua::tests;
using Outcome = node::AdoptDone::Outcome;

namespace {

/// The commune went on in its next log, and its old disk holds one dossier that nobody else has.
struct TurnedUp : Restored {
    node::OldDisk disk;
    node::AdoptBatch tail;

    TurnedUp() : Restored(false) {
        value_of(go_on(true));
        tail = read();
    }
    node::AdoptBatch read() {
        node::AdoptBatch batch;
        disk = value_of(node::read_old_disk(directory("badinh"), directory("old"), [&](const sync::Act& act, std::optional<Bytes> body) -> Result<void> {
            batch.acts.push_back({.envelope = act.envelope, .body = std::move(body)});
            return {};
        }));
        return batch;
    }
    Result<node::AdoptDone> adopt(node::Node& node, const node::AdoptBatch& batch, const crypto::SigningKey& head) {
        value_of(node.begin());
        auto done = node::adopt(node, head, batch);
        if (done) value_of(node.commit());
        else node.rollback();
        return done;
    }
    std::optional<sync::Dossier> unsent(node::Node& node) { return value_of(node.reader().dossier(*sync::DossierId::from(dossiers.back().subject))); }
};

}  // namespace

TEST_CASE("adopt: what the old disk alone holds is carried once, with its body, and counts as if it had been sent") {
    TurnedUp at;
    REQUIRE(at.disk.logs.size() == 1);
    CHECK(at.disk.logs[0].from == 2);
    REQUIRE(at.tail.acts.size() == 1);
    CHECK(at.tail.acts[0].body);
    auto badinh = at.open("badinh");
    CHECK_FALSE(at.unsent(badinh));
    CHECK(value_of(at.adopt(badinh, at.tail, at.officer("badinh"))).answers[0].outcome == Outcome::carried);
    const auto dossier = at.unsent(badinh);
    REQUIRE(dossier);
    CHECK(dossier->acts[0].verdict.effective());
    CHECK(dossier->acts[0].position == at.dossiers.back().position);
    CHECK(value_of(badinh.reader().body_of(dossier->acts[0])) == at.tail.acts[0].body);
    CHECK(value_of(badinh.reader().envelope_of(dossier->acts[0])) == at.tail.acts[0].envelope);
    const auto size = size_of(badinh, badinh.log_id());
    CHECK(value_of(at.adopt(badinh, at.tail, at.officer("badinh"))).answers[0].outcome == Outcome::known);
    CHECK(size_of(badinh, badinh.log_id()) == size);
}

TEST_CASE("adopt: it is a head of the office who vouches, and nothing altered is carried") {
    TurnedUp at;
    auto badinh = at.open("badinh");
    const auto stranger = crypto::SigningKey::generate(at.random);
    CHECK(kind_of(at.adopt(badinh, at.tail, stranger)) == ErrorKind::refused);
    auto altered = at.tail;
    altered.acts[0].envelope.back() ^= std::byte{1};
    altered.acts.push_back(at.tail.acts[0]);
    altered.acts[1].body = Bytes(40);
    altered.acts.push_back({.envelope = Bytes(100), .body = {}});
    const auto done = value_of(at.adopt(badinh, altered, at.officer("badinh")));
    CHECK(done.answers[0].outcome == Outcome::refused);
    CHECK(done.answers[0].reason.find("signature") != std::string::npos);
    CHECK(done.answers[1].outcome == Outcome::carried);  // without the body, which is another's
    CHECK(done.answers[2].outcome == Outcome::refused);
    const auto dossier = at.unsent(badinh);
    REQUIRE(dossier);
    CHECK_FALSE(value_of(badinh.reader().body_of(dossier->acts[0])));
}

TEST_CASE("adopt: where the tail came by itself after the seal, it is lifted from quarantine") {
    TurnedUp at;
    value_of(at.city->begin());
    value_of(node::approve_enrolment(*at.city, at.officer("city"), as_bytes(Places::read_text(at.directory("badinh") / "enrol.request")), ""));
    value_of(at.city->commit());
    auto badinh = at.open("badinh");
    at.copy(*at.city, badinh, at.city->registry()->log_id());
    {
        auto twin = at.open("old");
        at.copy(twin, badinh, twin.log_id());
    }
    CHECK(at.unsent(badinh)->acts[0].verdict.reason == sync::Reason::beyond_seal);
    const auto tail = at.read();
    CHECK(at.disk.logs[0].from == 2);
    CHECK(value_of(at.adopt(badinh, tail, at.officer("badinh"))).answers[0].outcome == Outcome::carried);
    CHECK(at.unsent(badinh)->acts[0].verdict.effective());
    CHECK(value_of(at.adopt(badinh, tail, at.officer("badinh"))).answers[0].outcome == Outcome::known);
}

TEST_CASE("adopt: a log that is still open is nobody else's to carry, and the old disk stays as it is") {
    Restored at(false);
    const auto each = [](const sync::Act&, const std::optional<Bytes>&) -> Result<void> { return {}; };
    CHECK(kind_of(node::read_old_disk(at.directory("badinh"), at.directory("old"), each)) == ErrorKind::refused);  // the same log
    CHECK(kind_of(node::read_old_disk(at.directory("badinh"), at.directory("city"), each)) == ErrorKind::refused);
    CHECK(kind_of(node::read_old_disk(at.directory("badinh"), at.directory("nowhere"), each)) == ErrorKind::not_found);
    value_of(at.go_on(true));
    const auto before = Places::read_text(at.directory("old") / "motcua.db");
    value_of(node::read_old_disk(at.directory("badinh"), at.directory("old"), each));
    CHECK(Places::read_text(at.directory("old") / "motcua.db") == before);
    CHECK_FALSE(std::filesystem::exists(at.directory("badinh") / "old-disk-copy"));
}

#include <catch2/catch.hpp>

#include "sync/log/fork_proof.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::Node;
using sync::Kind;

namespace {

/// A city and a commune with two dossiers, nothing carried up yet.
struct TwoPlaces : Places {
    std::optional<Node> city, first;
    TwoPlaces() {
        make_city();
        city.emplace(open("city"));
        enrol(*city, "first", "H26.00004");
        first.emplace(open("first"));
        for (const auto* code : {"H26.00004-251009-0001", "H26.00004-251009-0002"}) value_of(record_alone(*first, officer("first"), {receive(code)}));
    }
    [[nodiscard]] sync::LogId log() const { return first->log_id(); }
    [[nodiscard]] sync::Extension from(std::uint64_t from) { return *value_of(first->reader().read(log(), from, sync::extension_bytes_max)); }
    Result<sync::StoredExtension> take(sync::Extension extension) {
        value_of(city->begin());
        auto taken = city->take(std::move(extension));
        value_of(city->commit());
        return taken;
    }
    /// The commune's log written on by hand with its real key: what a node can sign that runs other code.
    sync::CheckedExtension write_on(sync::LogHead head, const std::vector<sync::Draft>& drafts) {
        const auto key = value_of(node::load_signing_key(node::key_path(directory("first"), crypto::KeyRole::log, {}), nullptr));
        sync::LogWriter writer(std::move(head), key);
        for (const auto& draft : drafts) value_of(writer.append(draft, 9));
        return std::move(writer).finish();
    }
    [[nodiscard]] sync::Draft draft(const crypto::SigningKey& signer, Kind kind, Bytes subject, std::optional<sync::ActId> prior, cbor::Item content) const {
        return {.signer = &signer, .at = clock.wall(), .kind = kind, .subject = std::move(subject), .prior = prior, .content = std::move(content), .body = std::nullopt};
    }
    static sync::Extension as_extension(const sync::CheckedExtension& checked) {
        sync::Extension extension{.log = checked.head().id, .from = checked.base().size(), .entries = {}, .bodies = checked.bodies(), .checkpoint = checked.checkpoint().format()};
        for (const auto& act : checked.acts()) extension.entries.push_back(act.envelope);
        return extension;
    }
};

}  // namespace

TEST_CASE("take: a commune's log arrives whole, with its bodies and its dossiers") {
    TwoPlaces places;
    carry(*places.first, *places.city, places.log());
    CHECK(size_of(*places.city, places.log()) == 3);
    CHECK(value_of(places.city->reader().body(places.log(), 2)) == value_of(places.first->reader().body(places.log(), 2)));
    CHECK(value_of(places.city->reader().dossier_of_code("H26.00004-251009-0002")));
    CHECK(value_of(places.city->reader().log(places.log()))->head == value_of(places.first->reader().log(places.log()))->head);
}

TEST_CASE("take: repeats and overlaps change nothing, a gap is refused without accusing anybody") {
    TwoPlaces places;
    const auto whole = places.from(0);
    CHECK(kind_of(places.take(places.from(2))) == ErrorKind::refused);
    CHECK(!value_of(places.city->reader().log(places.log())));
    for (int repeat = 0; repeat < 3; ++repeat) CHECK(value_of(places.take(whole)).size == 3);
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0003")}));
    CHECK(value_of(places.take(places.from(1))).size == 4);
    CHECK(value_of(places.take(whole)).size == 4);
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0004")}));
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0005")}));
    CHECK(kind_of(places.take(places.from(5))) == ErrorKind::refused);
    CHECK(!value_of(places.city->reader().log(places.log()))->accused);
    CHECK(value_of(places.take(places.from(3))).size == 6);
}

TEST_CASE("take: bodies that were missing come with a repeat") {
    TwoPlaces places;
    auto bare = places.from(0);
    for (auto& body : bare.bodies) body.reset();
    CHECK(value_of(places.take(bare)).missing_bodies == std::vector<std::uint64_t>{1, 2});
    CHECK(value_of(places.take(places.from(0))).missing_bodies.empty());
    CHECK(value_of(places.city->reader().body(places.log(), 1)));
}

TEST_CASE("take: bytes that a relay spoiled are refused, and the honest log goes on later") {
    TwoPlaces places;
    auto spoiled = places.from(0);
    spoiled.entries[1].back() ^= std::byte{1};
    CHECK(kind_of(places.take(spoiled)) == ErrorKind::verification);
    CHECK(size_of(*places.city, places.log()) == 0);
    CHECK(value_of(places.take(places.from(0))).size == 3);
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0003")}));
    spoiled = places.from(3);
    spoiled.entries[0].back() ^= std::byte{1};
    CHECK(kind_of(places.take(spoiled)) == ErrorKind::verification);
    CHECK(value_of(places.city->reader().log(places.log()))->accused);
    CHECK(!value_of(places.city->reader().log(places.log()))->proven);
    CHECK(value_of(places.take(places.from(3))).size == 4);
    CHECK(!value_of(places.city->reader().log(places.log()))->accused);
    CHECK(value_of(places.city->reader().evidence()).empty());
}

TEST_CASE("take: a junk signature that the log itself signed over accuses it for good, and nobody else") {
    TwoPlaces places;
    value_of(places.take(places.from(0)));
    places.enrol(*places.city, "second", "H26.00005");
    auto second = places.open("second");
    // The commune's key signs a checkpoint over an entry whose own signature is junk.
    const auto head = value_of(places.first->reader().log(places.log()))->head;
    const auto officer = places.officer("first");
    auto extension = TwoPlaces::as_extension(places.write_on(head, {places.draft(officer, Kind::note, Bytes(16), sync::ActId{}, sync::to_item(sync::StepContent{}))}));
    extension.entries[0].back() ^= std::byte{1};
    auto tree = head.tree;
    tree.append(crypto::leaf_hash(extension.entries[0]));
    const auto key = value_of(node::load_signing_key(node::key_path(places.directory("first"), crypto::KeyRole::log, {}), nullptr));
    extension.checkpoint = crypto::sign_checkpoint({head.origin, tree.size(), tree.root()}, key).format();

    value_of(places.city->begin());
    const auto refused = places.city->take(extension);
    REQUIRE(!refused);
    CHECK(refused.error().kind == ErrorKind::verification);
    CHECK(value_of(places.city->take(*value_of(second.reader().read(second.log_id(), 0, 100'000)))).size == 1);
    value_of(places.city->commit());
    const auto row = value_of(places.city->reader().log(places.log()));
    CHECK(row->head.size() == 3);
    CHECK(row->proven);
    REQUIRE(value_of(places.city->reader().evidence()).size() == 1);
    CHECK_FALSE(value_of(places.city->reader().evidence())[0].proof);  // one history is no fork
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0003")}));
    const auto still = places.take(places.from(3));
    REQUIRE(!still);
    CHECK(still.error().kind == ErrorKind::refused);
    CHECK(size_of(*places.city, second.log_id()) == 1);
}

TEST_CASE("take: two signed histories of one log are a fork: the first stays, both are kept as evidence") {
    TwoPlaces places;
    value_of(places.take(places.from(0)));
    auto base = sync::LogHead::empty(value_of(places.first->reader().log(places.log()))->head.origin,
                                     value_of(places.first->reader().log(places.log()))->head.log_key, sync::LogClass::node);
    value_of(sync::advance(base, value_of(sync::parse_act(places.from(0).entries[0])), sync::no_registry_roots));
    const auto officer = places.officer("first");
    const auto other = places.write_on(base, {places.draft(officer, Kind::note, Bytes(16), sync::ActId{}, sync::to_item(sync::StepContent{}))});
    const auto refused = places.take(TwoPlaces::as_extension(other));
    REQUIRE(!refused);
    CHECK(refused.error().message.find("fork") != std::string::npos);
    const auto row = value_of(places.city->reader().log(places.log()));
    CHECK(row->proven);
    CHECK(row->head.size() == 3);
    const auto evidence = value_of(places.city->reader().evidence());
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0].theirs == other.checkpoint().format());
    CHECK(evidence[0].ours == value_of(places.city->reader().last_checkpoint(places.log()))->note);
    REQUIRE(evidence[0].proof);
    CHECK(sync::verify_fork(value_of(sync::ForkProof::decode(*evidence[0].proof)), base.origin, base.log_key));
}

TEST_CASE("take: an act without right comes in, void, and what follows it takes effect") {
    TwoPlaces places;
    const auto head = value_of(places.first->reader().log(places.log()))->head;
    const auto stranger = signing_key("stranger");
    const auto officer = places.officer("first");
    const auto dossier = *value_of(places.first->reader().dossier_of_code("H26.00004-251009-0001"));
    const auto subject = to_bytes(dossier.id.view());
    const auto more = places.write_on(head, {places.draft(stranger, Kind::assign, subject, dossier.tip, sync::empty_content(Kind::assign)),
                                             places.draft(officer, Kind::assign, subject, dossier.tip, sync::empty_content(Kind::assign))});
    value_of(places.take(places.from(0)));
    CHECK(value_of(places.take(TwoPlaces::as_extension(more))).size == 5);
    CHECK(value_of(places.city->reader().dossier(dossier.id))->status == sync::DossierStatus::in_process);
    const auto verdicts = value_of(places.city->reader().verdicts(places.log()));
    REQUIRE(verdicts.size() == 1);
    CHECK(verdicts[0].verdict == sync::Verdict{sync::Standing::void_act, sync::Reason::unknown_signer});
}

TEST_CASE("take: the registry travels down, and acts that waited for it take effect") {
    TwoPlaces places;
    places.enrol(*places.city, "second", "H26.00005");
    auto second = places.open("second");
    const auto registry = places.city->registry()->log_id();
    CHECK(places.first->registry()->size() == 9);
    carry(*places.city, *places.first, registry);
    CHECK(places.first->registry()->size() == 13);
    CHECK(places.first->registry()->find_node(second.log_id()) != nullptr);
    places.first.reset();
    places.first.emplace(places.open("first"));
    CHECK(places.first->registry()->size() == 13);
    value_of(record_alone(*places.first, places.officer("first"), {places.receive("H26.00004-251009-0003")}));
    CHECK(size_of(*places.first, places.log()) == 5);  // with its receipt
}

TEST_CASE("take: a registry that was announced before ours reached it, and is another one, has no effect once ours does") {
    TwoPlaces places;
    places.enrol(*places.city, "second", "H26.00005");
    std::optional<Node> second = places.open("second");
    const auto registry = places.city->registry()->log_id();
    REQUIRE(second->registry()->size() == 13);
    // The first commune announces what it calls the registry of size 15, and works by it.
    const auto log_key = value_of(node::load_signing_key(node::key_path(places.directory("first"), crypto::KeyRole::log, {}), nullptr));
    const auto registry_key = value_of(node::load_signing_key(node::key_path(places.directory("city"), crypto::KeyRole::registry, {}), nullptr));
    const auto other = crypto::sign_checkpoint({places.city->registry()->origin(), 15, crypto::Hash{}}, registry_key).format();
    const auto officer = places.officer("first");
    const auto dossier = *value_of(places.first->reader().dossier_of_code("H26.00004-251009-0001"));
    const auto assign = [&] { return places.draft(officer, Kind::assign, to_bytes(dossier.id.view()), dossier.tip, sync::to_item(sync::StepContent{})); };
    const auto note = [&] { return places.draft(officer, Kind::note, to_bytes(dossier.id.view()), dossier.tip, sync::to_item(sync::StepContent{})); };
    const auto receipt = places.draft(log_key, Kind::receipt, {}, std::nullopt, sync::to_item(sync::ReceiptContent{.registry_checkpoint = other, .cosigned_checkpoints = {}, .inbox_checkpoints = {}}));
    sync::LogWriter writer(value_of(places.first->reader().log(places.log()))->head, log_key);
    value_of(writer.append(note(), 9));
    value_of(writer.append(receipt, 9));
    value_of(writer.append(assign(), 15));
    const auto more = std::move(writer).finish();
    value_of(second->begin());
    value_of(second->take(places.from(0)));
    CHECK(value_of(second->take(TwoPlaces::as_extension(more))).size == 6);
    value_of(second->commit());
    CHECK(value_of(second->reader().verdicts(places.log())).size() == 2);  // both wait

    places.enrol(*places.city, "third", "H26.00006");
    carry(*places.city, *second, registry);
    REQUIRE(second->registry()->size() == 17);
    const auto check = [&] {
        const auto verdicts = value_of(second->reader().verdicts(places.log()));
        REQUIRE(verdicts.size() == 2);
        for (const auto& row : verdicts) {
            CHECK(row.position.seq.value >= 4);
            CHECK(row.verdict == sync::Verdict{sync::Standing::void_act, sync::Reason::another_registry});
        }
        CHECK(value_of(second->reader().dossier(dossier.id))->status == sync::DossierStatus::received);
    };
    check();
    const auto row = value_of(second->reader().log(places.log()));
    CHECK(row->proven);
    CHECK(row->accused->find("another registry") != std::string::npos);
    const auto evidence = value_of(second->reader().evidence());
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0].theirs == other);

    // So it stays: after a restart, in a rebuild, also one that the views tell nothing.
    const auto digest = value_of(second->reader().state_digest());
    second.reset();
    second = places.open("second");
    value_of(second->rebuild({}));
    CHECK(value_of(second->reader().state_digest()) == digest);
    value_of(second->reader().database().execute("DELETE FROM verdict; DELETE FROM dossier"));
    second.reset();
    second = places.open("second");
    value_of(second->rebuild({}));
    CHECK(value_of(second->reader().state_digest()) == digest);
    check();
}

TEST_CASE("take: no log of strangers, none of our own, and nothing before enrolment") {
    TwoPlaces places;
    auto extension = places.from(0);
    extension.log = sync::LogId{};
    CHECK(kind_of(places.take(extension)) == ErrorKind::refused);
    value_of(places.first->begin());
    CHECK(kind_of(places.first->take(places.from(0))) == ErrorKind::refused);
    places.first->rollback();
    places.request("third", "H26.00006");
    auto third = places.open("third");
    value_of(third.begin());
    CHECK(kind_of(third.take(places.from(0))) == ErrorKind::refused);
    third.rollback();
}

TEST_CASE("take: bodies and evidence that a session brings are checked again") {
    TwoPlaces places;
    auto bare = places.from(0);
    for (auto& body : bare.bodies) body.reset();
    value_of(places.take(bare));
    value_of(places.city->begin());
    CHECK(!places.city->take_body(places.log(), 1, as_bytes("not it")));
    value_of(places.city->take_body(places.log(), 1, *value_of(places.first->reader().body(places.log(), 1))));
    // A statement without a signature accuses, but not for good.
    value_of(places.city->keep_evidence({.log = places.log(), .ours = "x", .theirs = "y", .cause = "another root at size 3"}));
    value_of(places.city->commit());
    CHECK(value_of(places.city->reader().missing_bodies(places.log(), 9)) == std::vector<std::uint64_t>{2});
    const auto row = value_of(places.city->reader().log(places.log()));
    CHECK(row->accused == "another root at size 3");
    CHECK(!row->proven);
    CHECK(value_of(places.city->reader().evidence()).size() == 1);
}

TEST_CASE("rebuild: gives the digest that was there") {
    TwoPlaces places;
    value_of(places.take(places.from(0)));
    const auto before = value_of(places.city->reader().state_digest());
    std::uint64_t acts = 0;
    value_of(places.city->rebuild([&](std::uint64_t done) { acts = done; }));
    CHECK(value_of(places.city->reader().state_digest()) == before);
    CHECK(acts == 3 + 1 + 9);
}

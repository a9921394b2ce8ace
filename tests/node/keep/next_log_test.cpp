#include <catch2/catch.hpp>

#include "node/audit/status.hpp"
#include "tests/node/keep/restored.hpp"

using namespace motcua;
using namespace motcua::tests;

TEST_CASE("recovery: a restored node fetches its tail, opens the next log of its line, and records at once") {
    Restored at;
    const auto old_log = [&] {
        auto badinh = at.open("badinh");
        CHECK(badinh.is_recovering());
        const auto entry = at.receive("H26.00004-250101-0003");
        value_of(badinh.begin());
        CHECK(badinh.record(at.officer("badinh"), std::span(&entry, 1)).error().kind == ErrorKind::refused);
        value_of(badinh.commit());
        return badinh.log_id();
    }();
    CHECK(at.go_on().error().message.find("motcua sync") != std::string::npos);  // the tail first
    {
        auto badinh = at.open("badinh");
        at.copy(*at.city, badinh, old_log);
        value_of(badinh.begin());
        value_of(badinh.tail_is_here());
        value_of(badinh.commit());
    }
    const auto next = value_of(at.go_on());
    CHECK(next.size == 3);
    auto badinh = at.open("badinh");
    CHECK_FALSE(badinh.is_recovering());
    CHECK(badinh.log_id() != old_log);
    CHECK(badinh.registry()->line_of(badinh.log_id()) == old_log);
    at.record(badinh, "H26.00004-250101-0003");
    CHECK(value_of(badinh.reader().dossier(*sync::DossierId::from(at.dossiers[1].subject))).has_value());  // the fetched one
    const auto dossier = value_of(badinh.reader().dossier(*sync::DossierId::from(at.dossiers[2].subject)));
    REQUIRE(dossier);
    CHECK(dossier->acts.front().verdict.effective());
    CHECK(dossier->acts.front().is_provisional);

    SECTION("the city takes the new log on the head's word, and then lists it and closes the old one") {
        at.send(badinh);
        const auto request = Places::read_text(next.request);
        value_of(at.city->begin());
        value_of(node::approve_enrolment(*at.city, at.officer("city"), as_bytes(request), ""));
        value_of(at.city->commit());
        const auto registry = at.city->registry();
        REQUIRE(registry->find_seal(old_log));
        CHECK(registry->find_seal(old_log)->size == 3);
        CHECK(registry->find_seal(old_log)->next == badinh.log_id());
        CHECK_FALSE(registry->find_node(badinh.log_id())->is_provisional);
        at.copy(*at.city, badinh, registry->log_id());
        const auto after = value_of(badinh.reader().dossier(*sync::DossierId::from(at.dossiers[2].subject)));
        CHECK(after->acts.front().verdict.effective());
    }
    SECTION("approved twice it is closed once") {
        const auto request = Places::read_text(next.request);
        for (int round = 0; round < 2; ++round) {
            value_of(at.city->begin());
            value_of(node::approve_enrolment(*at.city, at.officer("city"), as_bytes(request), ""));
            value_of(at.city->commit());
        }
        CHECK(at.city->registry()->find_seal(old_log)->size == 3);
    }
}

TEST_CASE("recovery: nothing that the city holds is left behind the seal") {
    Restored at;
    value_of(at.go_on(true));  // although the city holds one act more
    const auto request = Places::read_text(at.directory("badinh") / "enrol.request");
    value_of(at.city->begin());
    const auto refused = node::approve_enrolment(*at.city, at.officer("city"), as_bytes(request), "");
    value_of(at.city->commit());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("fetch the rest") != std::string::npos);
}

TEST_CASE("recovery: a sound node does not open a next log, and only a head opens one") {
    Restored at;
    CHECK(node::open_next_log(at.directory("old"), at.officer("old"), "Lan", true, nullptr, at.environment()).error().kind == ErrorKind::refused);
    const auto stranger = crypto::SigningKey::generate(at.random);
    const auto refused = node::open_next_log(at.directory("badinh"), stranger, "Kẻ lạ", true, nullptr, at.environment());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("head") != std::string::npos);
}

TEST_CASE("recovery: the exchange of keys is finished, or taken back, whenever it is killed") {
    Restored at;
    const auto before = value_of(node::own_origin(at.directory("badinh"), value_of(node::Config::load(at.directory("badinh")))));
    const auto next = value_of(at.go_on(true));
    const auto keys = at.directory("badinh") / "keys", room = at.directory("badinh") / "keys-next";
    const auto suffix = "-" + before.substr(before.rfind('/') + 1, 8) + ".key";
    // As if killed after the commit with some of the keys moved.
    const auto moved = GENERATE(0, 1, 2);
    std::filesystem::create_directories(room / "keys");
    const char* const names[] = {"log", "noise", "cosigner"};
    for (int index = moved; index < 3; ++index) {
        const std::string name = names[index];
        std::filesystem::rename(keys / (name + ".key"), room / "keys" / (name + ".key"));
        std::filesystem::rename(keys / (name + suffix), keys / (name + ".key"));
    }
    auto badinh = at.open("badinh");
    CHECK(badinh.reader().meta("log").value() == next.origin);
    CHECK_FALSE(std::filesystem::exists(room));
    at.record(badinh, "H26.00004-250101-0003");
}

TEST_CASE("recovery: new keys that the database never heard of are thrown away") {
    Restored at;
    const auto room = at.directory("badinh") / "keys-next";
    std::filesystem::create_directories(room / "keys");
    std::filesystem::copy_file(at.directory("city") / "keys" / "log.key", room / "keys" / "log.key");
    auto badinh = at.open("badinh");
    CHECK(badinh.is_recovering());
    CHECK_FALSE(std::filesystem::exists(room));
}

TEST_CASE("recovery: the twin that was left behind stops once it hears that its log was closed") {
    Restored at;
    {
        auto badinh = at.open("badinh");
        at.copy(*at.city, badinh, badinh.log_id());
        value_of(badinh.begin());
        value_of(badinh.tail_is_here());
        value_of(badinh.commit());
    }
    const auto next = value_of(at.go_on());
    value_of(at.city->begin());
    value_of(node::approve_enrolment(*at.city, at.officer("city"), as_bytes(Places::read_text(next.request)), ""));
    value_of(at.city->commit());
    auto twin = at.open("old");
    at.record(twin, "H26.00004-250101-0009");  // it does not know yet
    at.copy(*at.city, twin, at.city->registry()->log_id());
    CHECK(twin.is_recovering());
    const auto entry = at.receive("H26.00004-250101-0010");
    value_of(twin.begin());
    CHECK(twin.record(at.officer("old"), std::span(&entry, 1)).error().message.find("closed") != std::string::npos);
    value_of(twin.commit());
    // What it recorded meanwhile is kept, without effect.
    const auto dossier = value_of(twin.reader().dossier(*sync::DossierId::from(at.dossiers.back().subject)));
    CHECK(dossier->acts.front().verdict.standing == sync::Standing::quarantined);
}

/// A head lets an officer sign while the city is away, and the city's answer ends it.

#include <catch2/catch.hpp>

#include "node/desk/desk.hpp"
#include "sync/registry/ticket.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {
namespace {

constexpr std::uint32_t desk = static_cast<std::uint32_t>(sync::Role::desk), handler = static_cast<std::uint32_t>(sync::Role::handler),
                        head = static_cast<std::uint32_t>(sync::Role::head), auditor = static_cast<std::uint32_t>(sync::Role::auditor),
                        registrar = static_cast<std::uint32_t>(sync::Role::registrar);

struct Office {
    Places places;
    std::optional<node::Node> city, a;
    crypto::SigningKey newcomer = signing_key("newcomer");

    Office() {
        places.make_city();
        city.emplace(places.open("city"));
        places.enrol(*city, "a", "H26.00004");
        a.emplace(places.open("a"));
    }
    Bytes request(std::uint32_t roles, const std::string& code = "H26.00004") {
        const sync::EnrolRequest asked{.office_code = code, .office_name = "Phường a", .office_kind = sync::OfficeKind::commune, .node = std::nullopt,
                                       .officer_key = newcomer.public_key(), .officer_name = "Lê Văn Nam", .roles = roles};
        return sync::sign_request(asked, nullptr, newcomer);
    }
    Result<node::AdmitDone> admit(const crypto::SigningKey& by, const Bytes& asked) {
        value_of(a->begin());
        auto done = node::admit(*a, by, {asked}, places.environment());
        if (done) value_of(a->commit());
        else a->rollback();
        return done;
    }
    auto admit(std::uint32_t roles) { return admit(places.officer("a"), request(roles)); }
    void approve(std::uint32_t roles) {
        value_of(city->begin());
        value_of(node::approve_enrolment(*city, places.officer("city"), request(roles), ""));
        value_of(city->commit());
        carry(*city, *a, city->registry()->log_id());
    }
    Result<std::vector<node::Recorded>> receive(int number) {
        return record_alone(*a, newcomer, {places.receive("H26.00004-251009-000" + std::to_string(number))});
    }
    static sync::DossierAct act_at(node::Node& at, const node::Recorded& recorded) {
        const auto dossier = value_of(at.reader().dossier(*sync::DossierId::from(recorded.subject)));
        REQUIRE(dossier);
        for (const auto& act : dossier->acts)
            if (act.id == recorded.act) return act;
        FAIL("the act is not there");
        return {};
    }
};

TEST_CASE("an officer whom the head admits records at once, provisionally, here and wherever the log goes") {
    Office office;
    CHECK(office.receive(1).error().kind == ErrorKind::refused);
    const auto admitted = value_of(office.admit(desk | handler));
    CHECK(admitted.key == office.newcomer.public_key());
    CHECK(admitted.name == "Lê Văn Nam");
    const auto received = value_of(office.receive(1)).front();
    CHECK(Office::act_at(*office.a, received).verdict.effective());
    CHECK(Office::act_at(*office.a, received).is_provisional);
    carry(*office.a, *office.city, office.a->log_id());
    CHECK(Office::act_at(*office.city, received).verdict.effective());
    CHECK(Office::act_at(*office.city, received).is_provisional);
    // No more than the roles given, and in this log alone.
    const auto signing = Places::step(sync::Kind::sign, received.subject, received.act);
    CHECK(record_alone(*office.a, office.newcomer, {signing}).error().kind == ErrorKind::refused);
    CHECK(record_alone(*office.city, office.newcomer, {office.places.receive("H26-251009-0001")}).error().kind == ErrorKind::refused);
    const auto before = value_of(office.a->reader().state_digest());
    value_of(office.a->rebuild({}));
    CHECK(value_of(office.a->reader().state_digest()) == before);
}

TEST_CASE("admission and the first reception may share a group") {
    Office office;
    value_of(office.a->begin());
    value_of(node::admit(*office.a, office.places.officer("a"), {office.request(desk)}, office.places.environment()));
    const std::vector entries{office.places.receive("H26.00004-251009-0001")};
    CHECK(office.a->record(office.newcomer, entries));
    value_of(office.a->commit());
}

TEST_CASE("a head admits for the own office, no more than the own roles, and a key that nobody knows") {
    Office office;
    const auto chief = office.places.officer("a");
    const auto refused = [&](const crypto::SigningKey& by, const Bytes& asked) { return office.admit(by, asked).error().kind == ErrorKind::refused; };
    CHECK(refused(chief, office.request(desk | auditor)));  // the head is no auditor
    CHECK(refused(chief, office.request(head | registrar)));
    CHECK(refused(chief, office.request(desk, "H26.00005")));
    CHECK(refused(office.newcomer, office.request(desk)));  // nobody admits himself
    CHECK(refused(chief, to_bytes(as_bytes(Places::read_text(office.places.directory("a") / "enrol.request")))));  // a whole node
    auto tampered = office.request(desk);
    tampered.back() ^= std::byte{1};
    CHECK(office.admit(chief, tampered).error().kind == ErrorKind::verification);
    CHECK(size_of(*office.a, office.a->log_id()) == 1);
    value_of(office.admit(desk | head));
    CHECK(office.admit(office.newcomer, office.request(desk)).error().kind == ErrorKind::refused);  // who was admitted admits nobody
    office.approve(desk);
    CHECK(refused(chief, office.request(desk)));  // the registry has answered
}

TEST_CASE("once the registry lists the officer it alone decides, and what was signed before stands") {
    Office office;
    value_of(office.admit(desk | handler));
    const auto before = value_of(office.receive(1)).front();
    office.approve(desk);
    const auto after = value_of(office.receive(2)).front();
    CHECK_FALSE(Office::act_at(*office.a, after).is_provisional);
    CHECK(Office::act_at(*office.a, before).is_provisional);
    CHECK(Office::act_at(*office.a, before).verdict.effective());
    // The city gave less than the head had: that holds now.
    const auto assigning = Places::step(sync::Kind::complete, before.subject, before.act);
    CHECK(record_alone(*office.a, office.newcomer, {assigning}).error().message.find("lacks_role") != std::string::npos);
}

TEST_CASE("once the registry ends the officer nothing more is recorded; what was signed stands after a retirement, and not after a theft") {
    for (const auto kind : {sync::Kind::retire, sync::Kind::revoke}) {
        INFO(sync::name_of(kind));
        Office office;
        value_of(office.admit(desk));
        const auto before = value_of(office.receive(1)).front();
        office.approve(desk);
        const bool is_theft = kind == sync::Kind::revoke;
        const node::RegistryEntry end{.kind = kind, .subject = to_bytes(office.newcomer.public_key().view()),
                                      .content = is_theft ? sync::to_item(sync::RevokeContent{{}}) : sync::empty_content(kind), .body = std::nullopt};
        value_of(office.city->begin());
        value_of(office.city->record_in_registry(office.places.officer("city"), std::span(&end, 1)));
        value_of(office.city->commit());
        carry(*office.city, *office.a, office.city->registry()->log_id());
        CHECK(office.receive(2).error().kind == ErrorKind::refused);
        const auto act = Office::act_at(*office.a, before);
        CHECK(act.verdict.standing == (is_theft ? sync::Standing::quarantined : sync::Standing::effective));
    }
}

}  // namespace
}  // namespace motcua::tests

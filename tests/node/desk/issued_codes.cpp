/// Numbers that two real nodes of one office gave, as the city reads them from their logs.

#include "node/desk/issued_codes.hpp"

#include <catch2/catch.hpp>

#include "node/desk/desk.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {
namespace {

/// A city, and an office with two nodes: "a" gives 1 to 1000, "b" 1001 to 2000.
struct Office {
    Places places;
    std::optional<node::Node> city, a, b;

    Office() {
        places.make_city();
        city.emplace(places.open("city"));
        places.enrol(*city, "a", "H26.00004");
        places.enrol(*city, "b", "H26.00004");
        a.emplace(places.open("a"));
        b.emplace(places.open("b"));
    }
    sync::Position give(node::Node& at, const std::string& name, const std::string& code) {
        return value_of(record_alone(at, places.officer(name), {places.receive(code)})).front().position;
    }
    void carry_all() {
        carry(*a, *city, a->log_id());
        carry(*b, *city, b->log_id());
    }
    sync::CodeAudit audit(node::Node& at, node::CodePeriod period = {}) { return value_of(node::audit_issued_codes(at.reader(), *at.registry(), period)); }
    const sync::BlockNumbers& of(const sync::DayNumbers& day, node::Node& node) {
        const auto found = std::ranges::find(day.nodes, node.log_id(), &sync::BlockNumbers::log);
        REQUIRE(found != day.nodes.end());
        return *found;
    }
};

TEST_CASE("codes that the desk gives, those of the paper book among them, are all there once") {
    Office office;
    for (const bool from_paper : {false, true, false}) {
        node::Receive request{.dossier = {}, .procedure = "1.001193", .applicant = {.name = "Nguyễn Văn Đức"}, .note = "", .documents = {}, .due_ms = {}, .paper = {}};
        if (from_paper) request.paper = node::Receive::Paper{.book_number = "17", .received_ms = World::start_ms - 60'000};
        value_of(office.a->begin());
        value_of(node::receive(*office.a, office.places.officer("a"), request, office.places.environment()));
        value_of(office.a->commit());
    }
    office.carry_all();
    const auto audit = office.audit(*office.city);
    REQUIRE(audit.days.size() == 1);
    CHECK(audit.days[0].is_whole());
    CHECK(office.of(audit.days[0], *office.a).count == 3);
    CHECK(audit.unreadable.empty());
}

TEST_CASE("a number left out, one that two nodes gave and one of no form are found, by agency and day") {
    Office office;
    office.give(*office.a, "a", "H26.00004-251009-0001");
    const auto first = office.give(*office.a, "a", "H26.00004-251009-0002");
    office.give(*office.a, "a", "H26.00004-251009-0005");
    const auto copied = office.give(*office.b, "b", "H26.00004-251009-0002");  // as a paper book would that both desks kept
    office.give(*office.b, "b", "H26.00004-251009-1001");
    office.give(*office.b, "b", "H26.00004-251010-1001");
    const auto odd = office.give(*office.b, "b", "SO-17");

    // Each of the two nodes knows its own log alone.
    const auto alone = office.audit(*office.a);
    REQUIRE(alone.days.size() == 1);
    CHECK(alone.days[0].duplicates.empty());
    CHECK(office.of(alone.days[0], *office.a).gaps == std::vector{sync::NumberGap{3, 4, 2}});

    office.carry_all();
    const auto audit = office.audit(*office.city);
    REQUIRE(audit.days.size() == 2);
    const auto& day = audit.days[0];
    CHECK(day.agency == "H26.00004");
    CHECK_FALSE(day.is_whole());
    CHECK(office.of(day, *office.a).gaps == std::vector{sync::NumberGap{3, 4, 2}});
    CHECK(office.of(day, *office.b).gaps.empty());
    CHECK(office.of(day, *office.b).outside == std::vector{sync::IssuedCode{"H26.00004-251009-0002", copied}});
    REQUIRE(day.duplicates.size() == 1);
    auto places = std::vector{day.duplicates[0].at(0).place, day.duplicates[0].at(1).place};
    CHECK(std::ranges::find(places, first) != places.end());
    CHECK(std::ranges::find(places, copied) != places.end());
    CHECK(audit.days[1].is_whole());
    CHECK(audit.unreadable == std::vector{sync::IssuedCode{"SO-17", odd}});

    const auto second_day = audit.days[1].day;
    const auto later = office.audit(*office.city, {.first_day = second_day, .last_day = {}});
    REQUIRE(later.days.size() == 1);
    CHECK(later.days[0].day == second_day);
    const auto earlier = office.audit(*office.city, {.first_day = {}, .last_day = second_day - 1});
    REQUIRE(earlier.days.size() == 1);
    CHECK(earlier.days[0].day == second_day - 1);
}

}  // namespace
}  // namespace motcua::tests

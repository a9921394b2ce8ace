#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <set>

#include "sync/calendar/civil_day.hpp"
#include "sync/dossier/code_gaps.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

LogId log_named(std::uint8_t number) {
    LogId log;
    log.bytes[0] = std::byte{number};
    return log;
}

IssuedCode issued(std::uint64_t number, std::uint8_t log, std::uint64_t seq, std::string_view day = "261127") {
    const std::string digits = std::to_string(number);
    return {"H26.04.01-" + std::string(day) + "-" + std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits, {log_named(log), Seq{seq}}};
}

}  // namespace

TEST_CASE("dossier codes of both orders are read, told apart and printed again") {
    const auto old_code = value_of(DossierCode::parse("000.00.04.H26-210413-0007"));
    CHECK(old_code == DossierCode{"000.00.04.H26", *day_of({2021, 4, 13}), 7});
    CHECK(order_of(old_code.agency) == AgencyOrder::level_1_right);
    CHECK(old_code.text() == "000.00.04.H26-210413-0007");

    const auto new_code = value_of(DossierCode::parse("H15.50.05.13-261008-0975"));
    CHECK(new_code == DossierCode{"H15.50.05.13", *day_of({2026, 10, 8}), 975});
    CHECK(order_of(new_code.agency) == AgencyOrder::level_1_left);
    CHECK(new_code.text() == "H15.50.05.13-261008-0975");

    CHECK(order_of("BDHN") == AgencyOrder::unclear);
    CHECK(value_of(DossierCode::parse("H26.04-000101-12345")).number == 12345);
    CHECK(value_of(DossierCode::parse("H26.04-991231-0001")).day == *day_of({2099, 12, 31}));
}

TEST_CASE("an agency is printed in the configured order") {
    using enum AgencyOrder;
    CHECK(agency_in(level_1_left, "000.00.04.H26") == "H26.04");
    CHECK(agency_in(level_1_left, "000.00.00.H26") == "H26");
    CHECK(agency_in(level_1_left, "013.05.50.H15") == "H15.50.05.13");
    CHECK(agency_in(level_1_right, "H15.50.05.13") == "013.05.50.H15");
    CHECK(agency_in(level_1_right, "H26.04") == "000.00.04.H26");
    CHECK(agency_in(level_1_right, "H26") == "000.00.00.H26");
    CHECK(agency_in(level_1_left, "H26.04") == "H26.04");
    CHECK(agency_in(level_1_right, "BDHN.1") == "BDHN.1");
    CHECK(agency_in(level_1_right, "H26.00004") == "H26.00004");  // a level of five does not fit the old form
    CHECK(agency_in(level_1_right, "H26.1.2.3.4") == "H26.1.2.3.4");
    for (const std::string agency : {"H26", "H26.04", "H26.04.01", "H15.50.05.13", "G22.99.42.113"}) {
        CHECK(agency_in(level_1_left, agency_in(level_1_right, agency)) == agency);
    }
}

TEST_CASE("what is no dossier code is refused, with the reason") {
    for (const char* text : {"", "-", "--", "H26", "H26-261127", "H26-261127-", "H26-261127-001", "H26-261127-00001", "H26-261127-0000", "H26-261131-0001",
                             "H26-260229-0001", "H26-26112-0001", "H26-2611271-0001", "h26-261127-0001", "H26..1-261127-0001", "-261127-0001",
                             "H26-261127-12a4", "H26-261127-+123", "H26 -261127-0001", "H26-261127-1000000000000000000",
                             "H26-261127-99999999999999999999999999999999999999999999"}) {
        INFO(text);
        CHECK(kind_of(DossierCode::parse(text)) == ErrorKind::verification);
    }
}

TEST_CASE("a node's numbers run through its block, then through the block ten thousand later, and so on") {
    const NumberBlockContent block{.first = 3, .last = 5};
    std::vector<std::uint64_t> used;
    for (int count = 0; count < 8; ++count) used.push_back(next_number(block, used));
    CHECK(used == std::vector<std::uint64_t>{3, 4, 5, 10'003, 10'004, 10'005, 20'003, 20'004});
    CHECK(next_number({.first = 1, .last = 9999}, {}) == 1);
    CHECK(next_in_block({.first = 1, .last = 9999}, 9999) == 10'001);
    // Numbers of an earlier block do not matter, and a gap is not filled.
    CHECK(next_number({.first = 500, .last = 999}, std::vector<std::uint64_t>{1, 2, 499}) == 500);
    CHECK(next_number(block, std::vector<std::uint64_t>{5, 3}) == 10'003);
}

TEST_CASE("nodes whose blocks do not overlap never give one number, however many they give") {
    const bool holds = rc::check([](std::uint64_t seed) {
        SeededRandom random(std::to_string(seed));
        const std::uint64_t middle = 1 + random.below(9998);
        const NumberBlockContent low{.first = 1 + random.below(middle), .last = middle}, high{.first = middle + 1, .last = middle + 1 + random.below(9999 - middle)};
        std::set<std::uint64_t> given;
        std::uint64_t a = 0, b = 0;
        for (int count = 0; count < 500; ++count) {
            given.insert(a = next_in_block(low, a));
            given.insert(b = next_in_block(high, b));
        }
        RC_ASSERT(given.size() == 1000U);
    });
    CHECK(holds);
}

TEST_CASE("a log that goes on for a lost one gives numbers of a series of its own, and the audit looks for no gaps in them") {
    const NumberBlockContent block{.first = 1, .last = 1000};
    std::vector<std::uint64_t> used{1, 2, 3};
    for (int count = 0; count < 3; ++count) used.push_back(next_number(block, used, recovery_series));
    CHECK(used == std::vector<std::uint64_t>{1, 2, 3, 1'000'001, 1'000'002, 1'000'003});
    CHECK(next_number(block, used, 2 * recovery_series) == 2'000'001);  // lost once more on one day
    CHECK(DossierCode::parse(DossierCode{"H26.04", *day_of({2026, 11, 27}), 1'000'001}.text()));
    const std::vector<IssuedCode> codes{issued(1, 1, 10), issued(2, 1, 11), issued(1'000'004, 1, 12), issued(1'000'009, 1, 13)};
    CHECK(audit_codes(codes, {{log_named(1), block}}).days[0].is_whole());
    CHECK_FALSE(audit_codes(std::vector<IssuedCode>{issued(1'000'004, 1, 12), issued(1'000'004, 2, 13)}, {{log_named(1), block}, {log_named(2), block}}).days[0].is_whole());
}

TEST_CASE("the audit of codes finds each gap, duplicate and stray number, by node and day") {
    const std::map<LogId, NumberBlockContent> blocks{{log_named(1), {.first = 1, .last = 3}}, {log_named(2), {.first = 4, .last = 9999}}};
    const std::vector<IssuedCode> codes{
        issued(1, 1, 10), issued(2, 1, 11), issued(10'002, 1, 13),           // 3 and 10,001 are missing
        issued(4, 2, 5),  issued(5, 2, 6),  issued(5, 2, 7), issued(2, 2, 8),  // 5 twice; 2 is of the other block, and taken
        issued(77, 3, 1),                                                     // a log without a block
        issued(1, 1, 20, "261128"),
        {"WABO-1234", {log_named(1), Seq{1}}},
    };
    const CodeAudit audit = audit_codes(codes, blocks);
    REQUIRE(audit.days.size() == 2);
    const DayNumbers& day = audit.days[0];
    CHECK(day.agency == "H26.04.01");
    CHECK(day.day == *day_of({2026, 11, 27}));
    REQUIRE(day.nodes.size() == 2);
    CHECK(day.nodes[0].gaps == std::vector<NumberGap>{{3, 10'001, 2}});
    CHECK(day.nodes[0].count == 3);
    CHECK(day.nodes[0].highest == 10'002);
    CHECK(day.nodes[0].outside.empty());
    CHECK(day.nodes[1].gaps.empty());
    CHECK(day.nodes[1].outside == std::vector<IssuedCode>{issued(2, 2, 8)});
    CHECK(day.duplicates == std::vector<std::vector<IssuedCode>>{{issued(2, 1, 11), issued(2, 2, 8)}, {issued(5, 2, 6), issued(5, 2, 7)}});
    CHECK(day.without_block == std::vector<IssuedCode>{issued(77, 3, 1)});
    CHECK_FALSE(day.is_whole());
    CHECK(audit.days[1].is_whole());
    CHECK(audit.unreadable == std::vector<IssuedCode>{{"WABO-1234", {log_named(1), Seq{1}}}});
}

TEST_CASE("the audit of codes takes both orders of an agency as one") {
    const std::map<LogId, NumberBlockContent> blocks{{log_named(1), {.first = 1, .last = 9999}}};
    const std::vector<IssuedCode> codes{{"000.00.04.H26-261127-0001", {log_named(1), Seq{1}}}, {"H26.04-261127-0001", {log_named(1), Seq{2}}}};
    const CodeAudit audit = audit_codes(codes, blocks);
    REQUIRE(audit.days.size() == 1);
    CHECK(audit.days[0].duplicates.size() == 1);
}

TEST_CASE("numbers given one after the other are whole; each one taken away, but the last, is a gap of one; order and repetition do not matter") {
    const bool holds = rc::check([](std::uint64_t seed) {
        SeededRandom random(std::to_string(seed));
        const std::uint64_t first = 1 + random.below(9000);
        const NumberBlockContent block{.first = first, .last = first + random.below(999)};
        const std::map<LogId, NumberBlockContent> blocks{{log_named(1), block}};
        std::vector<IssuedCode> codes;
        std::vector<std::uint64_t> numbers{next_in_block(block, 0)};
        while (numbers.size() < 2 + random.below(60)) numbers.push_back(next_in_block(block, numbers.back()));
        for (const std::uint64_t number : numbers) codes.push_back(issued(number, 1, number));
        RC_ASSERT(audit_codes(codes, blocks).days.at(0).is_whole());
        const std::size_t lost = random.below(numbers.size() - 1);
        codes.erase(codes.begin() + static_cast<std::ptrdiff_t>(lost));
        std::ranges::reverse(codes);
        codes.push_back(codes.front());
        const CodeAudit audit = audit_codes(codes, blocks);
        RC_ASSERT(audit.days.at(0).nodes.at(0).gaps == (std::vector<NumberGap>{{numbers[lost], numbers[lost], 1}}));
    });
    CHECK(holds);
}

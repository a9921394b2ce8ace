// What holds by registry size: offices that move, rules that replace each other, number blocks, and offices that merge.
#include <catch2/catch.hpp>

#include "sync/act/day.hpp"
#include "tests/support/rules.hpp"
#include "tests/support/world.hpp"

using namespace motcua;
using namespace motcua::sync;
using namespace motcua::tests;

namespace {

Reason reason_of(const World& world, const Act& act) {
    const Verdict verdict = world.registry.judge(act);
    return verdict.effective() ? Reason::none : verdict.reason;
}

crypto::SigningKey hub_registrar(World& world) {
    auto key = signing_key("hub registrar");
    world.state_officer(world.registrar, key.public_key(), {world.hub_office, 32, world.hub_office});
    return key;
}

Act succeed(World& world, const crypto::SigningKey& signer, const OfficeId& from, const OfficeId& to) {
    return world.state_registry(signer, Kind::succeed, cbor::encode(from), SucceedContent{from, to});
}
Act block(World& world, const crypto::SigningKey& signer, const TestNode& node, std::uint64_t first, std::uint64_t last) {
    return world.state_registry(signer, Kind::number_block, to_bytes(node.id().view()), NumberBlockContent{first, last});
}

}  // namespace

TEST_CASE("the tree of offices is known as it was at every registry size") {
    World world;
    const std::uint64_t before = world.registry.size();
    world.state_office(world.registrar, {world.second_office, "Phường Tây Hồ", OfficeKind::commune, world.top});
    const std::uint64_t after = world.registry.size();
    const Registry& registry = world.registry;
    CHECK(registry.parent_at(world.second_office, before) == world.hub_office);
    CHECK(registry.parent_at(world.second_office, after) == world.top);
    CHECK(registry.office_at(world.second_office, before)->name == "Phường Ngọc Hà");
    CHECK(registry.find_office(world.second_office)->name == "Phường Tây Hồ");
    CHECK(registry.is_at_or_below(world.second_office, world.hub_office, before));
    CHECK_FALSE(registry.is_at_or_below(world.second_office, world.hub_office, after));
    CHECK_FALSE(registry.is_at_or_below(world.second_office, world.hub_office));
    CHECK_FALSE(registry.parent_at(world.top, after));
    CHECK_FALSE(registry.parent_at(world.second_office, after + 1));             // beyond ours
    CHECK_FALSE(registry.is_at_or_below(world.second_office, world.top, after + 1));
    CHECK(registry.office_at(world.second_office, 1) == nullptr);                // before it was listed
    CHECK_FALSE(registry.is_at_or_below(world.second_office, world.second_office, 1));
    CHECK(registry.find_office(world.second_office)->since_size == registry.office_at(world.second_office, before)->since_size);
}

TEST_CASE("an office that merges has one successor from that size on, and successors make no circle") {
    World world;
    const auto registrar = hub_registrar(world);
    const std::uint64_t before = world.registry.size();
    const OfficeId nowhere{"H26.9", 0};
    CHECK(reason_of(world, succeed(world, world.registrar, world.first_office, world.first_office)) == Reason::bad_content);
    CHECK(reason_of(world, succeed(world, world.registrar, world.first_office, nowhere)) == Reason::unknown_office);
    CHECK(reason_of(world, succeed(world, world.registrar, nowhere, world.first_office)) == Reason::unknown_office);
    CHECK(reason_of(world, succeed(world, registrar, world.first_office, world.top)) == Reason::not_a_registrar);
    CHECK(reason_of(world, succeed(world, *world.first().officer, world.first_office, world.second_office)) == Reason::not_a_registrar);
    CHECK(reason_of(world, world.state_registry(world.registrar, Kind::succeed, cbor::encode(world.second_office),
                                                SucceedContent{world.first_office, world.second_office})) == Reason::bad_content);
    CHECK_FALSE(world.registry.successor_at(world.first_office, world.registry.size()));

    CHECK(reason_of(world, succeed(world, registrar, world.first_office, world.second_office)) == Reason::none);
    CHECK_FALSE(world.registry.successor_at(world.first_office, before));
    CHECK(world.registry.successor_at(world.first_office, world.registry.size()) == world.second_office);
    CHECK_FALSE(world.registry.successor_at(world.first_office, world.registry.size() + 1));
    CHECK(reason_of(world, succeed(world, world.root, world.first_office, world.hub_office)) == Reason::already_succeeded);
    CHECK(reason_of(world, succeed(world, world.root, world.second_office, world.first_office)) == Reason::bad_content);
    CHECK(reason_of(world, succeed(world, world.root, world.second_office, world.hub_office)) == Reason::none);
    CHECK(reason_of(world, succeed(world, world.root, world.hub_office, world.first_office)) == Reason::bad_content);  // around three
}

TEST_CASE("a procedure is chosen by the day and by the registry size that is cited") {
    World world;
    const std::int64_t january = day_number(2026, 1, 1), july = day_number(2026, 7, 1);
    const std::uint64_t none = world.registry.size();
    ProcedureContent content = birth_registration();
    content.valid_from_day = january;
    CHECK(reason_of(world, state_procedure(world, world.registrar, content)) == Reason::none);
    const std::uint64_t first = world.registry.size();
    content.valid_from_day = july;
    content.name = "Đăng ký khai sinh, từ tháng bảy";
    CHECK(reason_of(world, state_procedure(world, world.root, content)) == Reason::none);
    const std::uint64_t second = world.registry.size();
    content.name = "Đăng ký khai sinh, sửa lại";  // the same code and day once more
    CHECK(reason_of(world, state_procedure(world, world.registrar, content)) == Reason::none);
    const std::uint64_t third = world.registry.size();
    ProcedureContent other = birth_registration();
    other.code = "1.001194";
    CHECK(reason_of(world, state_procedure(world, world.registrar, other)) == Reason::none);

    const auto name_at = [&](std::int64_t day, std::uint64_t size) {
        const ProcedureContent* found = world.registry.procedure_at("1.001193", day, size);
        return found == nullptr ? std::string() : found->name;
    };
    CHECK(name_at(july, none).empty());
    CHECK(name_at(january - 1, third).empty());
    CHECK(name_at(january, first) == "Đăng ký khai sinh");
    CHECK(name_at(july, first) == "Đăng ký khai sinh");
    CHECK(name_at(july - 1, third) == "Đăng ký khai sinh");
    CHECK(name_at(july, second) == "Đăng ký khai sinh, từ tháng bảy");
    CHECK(name_at(july, third) == "Đăng ký khai sinh, sửa lại");
    CHECK(name_at(july + 1000, world.registry.size()) == "Đăng ký khai sinh, sửa lại");
    CHECK(name_at(july, world.registry.size() + 1).empty());
    CHECK(world.registry.procedure_at("1.00119", july, third) == nullptr);
    CHECK(world.registry.procedures().standing().size() == 3);
}

TEST_CASE("rules hold for the whole city: a registrar of a part of it states none") {
    World world;
    const auto registrar = hub_registrar(world);
    CHECK(reason_of(world, state_procedure(world, registrar, birth_registration())) == Reason::not_a_registrar);
    CHECK(reason_of(world, state_calendar(world, registrar, office_week())) == Reason::not_a_registrar);
    CHECK(reason_of(world, state_rule_set(world, registrar, {.name = "II.06a"})) == Reason::not_a_registrar);
    CHECK(reason_of(world, state_calendar(world, *world.city().officer, office_week())) == Reason::not_a_registrar);
    CHECK(reason_of(world, state_calendar(world, world.registrar, office_week())) == Reason::none);
    CHECK(reason_of(world, state_calendar(world, world.root, office_week())) == Reason::none);
}

TEST_CASE("calendars add up in registry order, each under its name") {
    World world;
    const std::uint64_t none = world.registry.size();
    CalendarContent calendar = office_week();
    state_calendar(world, world.registrar, calendar);
    calendar.days = {{.day = day_number(2026, 4, 30), .kind = DayKind::holiday, .name = "Ngày Giải phóng miền Nam", .hours = {}}};
    state_calendar(world, world.registrar, calendar);
    calendar.name = "CA";
    state_calendar(world, world.registrar, calendar);
    CHECK(world.registry.calendar_acts("VN", none).empty());
    CHECK(world.registry.calendar_acts("VN", none + 1).size() == 1);
    const auto acts = world.registry.calendar_acts("VN", world.registry.size());
    REQUIRE(acts.size() == 2);
    CHECK(acts[0]->days.empty());
    CHECK(acts[1]->days.size() == 1);
    CHECK(world.registry.calendar_acts("VN", world.registry.size() + 1).empty());
    CHECK(world.registry.calendar_names() == std::vector<std::string>{"CA", "VN"});
}

TEST_CASE("a rule set is chosen like a procedure") {
    World world;
    const std::int64_t day = day_number(2026, 1, 1);
    RuleSetContent content{.name = "II.06a", .valid_from_day = day};
    CHECK(reason_of(world, state_rule_set(world, world.registrar, content)) == Reason::none);
    const std::uint64_t first = world.registry.size();
    content.waiting_is_on_time = true;
    CHECK(reason_of(world, state_rule_set(world, world.registrar, content)) == Reason::none);
    CHECK_FALSE(world.registry.rule_set_at("II.06a", day, first)->waiting_is_on_time);
    CHECK(world.registry.rule_set_at("II.06a", day, world.registry.size())->waiting_is_on_time);
    CHECK(world.registry.rule_set_at("II.06a", day - 1, world.registry.size()) == nullptr);
    CHECK(world.registry.rule_set_at("headline", day, world.registry.size()) == nullptr);
}

TEST_CASE("copies of a registry share its rules and go their own ways") {
    World world;
    state_procedure(world, world.registrar, birth_registration());
    const Registry copy = world.registry;
    ProcedureContent other = birth_registration();
    other.code = "2.000815";
    state_procedure(world, world.registrar, other);
    CHECK(copy.procedures().standing().size() == 1);
    CHECK(world.registry.procedures().standing().size() == 2);
    const std::int64_t day = birth_registration().valid_from_day;
    CHECK(copy.procedure_at("1.001193", day, copy.size()) == world.registry.procedure_at("1.001193", day, copy.size()));
}

TEST_CASE("numbers of a day are given in blocks that never overlap within an office") {
    World world;
    world.add_node("first again", world.first_office);
    TestNode& first = world.first();
    TestNode& again = world.nodes.at("first again");
    const auto registrar = hub_registrar(world);
    CHECK_FALSE(world.registry.number_block(first.id()));
    CHECK(reason_of(world, block(world, registrar, first, 1, 1000)) == Reason::none);
    CHECK(world.registry.number_block(first.id())->last == 1000);
    CHECK(reason_of(world, block(world, registrar, again, 1000, 1999)) == Reason::already_taken);
    CHECK(reason_of(world, block(world, registrar, again, 500, 600)) == Reason::already_taken);
    CHECK(reason_of(world, block(world, registrar, again, 1001, 2000)) == Reason::none);
    CHECK(reason_of(world, block(world, registrar, world.second(), 1, 1000)) == Reason::none);  // another office
    CHECK(reason_of(world, block(world, registrar, first, 1, 500)) == Reason::none);             // its own block, made smaller
    CHECK(reason_of(world, block(world, registrar, again, 501, 2000)) == Reason::none);
    CHECK(reason_of(world, block(world, registrar, world.city(), 1, 1000)) == Reason::not_a_registrar);
    for (const auto& [from, to] : {std::pair(0, 5), std::pair(5, 4), std::pair(1, 10000)}) {
        CHECK(reason_of(world, block(world, registrar, world.second(), static_cast<std::uint64_t>(from), static_cast<std::uint64_t>(to))) == Reason::bad_content);
    }
    CHECK(reason_of(world, world.state_registry(world.root, Kind::number_block, Bytes(32), NumberBlockContent{1, 2})) == Reason::unknown_node);
    world.retire(world.registrar, again.id().view());
    CHECK(reason_of(world, block(world, registrar, first, 1, 1000)) == Reason::already_taken);  // it may not have heard of it yet
    CHECK(reason_of(world, block(world, registrar, again, 2000, 2000)) == Reason::none);
    CHECK(reason_of(world, block(world, registrar, first, 1, 1000)) == Reason::none);
}

TEST_CASE("a root's revocation takes back the rules that a stolen key stated") {
    World world;
    const std::uint64_t stolen_from = world.registry.size();
    state_procedure(world, world.registrar, birth_registration());
    succeed(world, world.registrar, world.first_office, world.second_office);
    world.revoke(world.root, world.registrar.public_key(), {{world.registry.log_id(), stolen_from}});
    CHECK(world.registry.procedures().standing().empty());
    CHECK_FALSE(world.registry.successor_at(world.first_office, world.registry.size()));
}

TEST_CASE("a revocation that reaches back keeps what was disowned") {
    World world;
    const Act act = world.receive(world.first());
    world.registry.disown({world.first().id(), Seq{0}}, 1);
    REQUIRE_FALSE(world.registry.judge(act).effective());
    const std::uint64_t stolen_from = world.registry.size();
    state_procedure(world, world.registrar, birth_registration());
    world.revoke(world.root, world.registrar.public_key(), {{world.registry.log_id(), stolen_from}});
    CHECK(world.registry.judge(act) == Verdict{Standing::void_act, Reason::another_registry});
}

#include "tests/properties/small_city.hpp"

#include <algorithm>
#include <functional>

#include "tests/support/world.hpp"

namespace motcua::tests::properties {
namespace {

using sync::Kind;

constexpr std::uint32_t desk_and_handler = 3, head_role = 4;
constexpr std::int64_t first_day = 20'370;  // 9 October 2025, when histories begin

sync::PublicKey key_named(const std::string& name) { return signing_key(name).public_key(); }

std::vector<std::vector<sync::WorkingSpan>> office_week() {
    const std::vector<sync::WorkingSpan> day{{480, 720}, {780, 1020}};
    return {day, day, day, day, day, {{480, 720}}, {}};
}

/// Says acts to a World's registry, and keeps what they said for the model.
class Founding {
  public:
    explicit Founding(std::string name) {
        city_.name = std::move(name);
        city_.top = world_.top;
        office({hub2, "Trung tâm 2", sync::OfficeKind::hub, world_.top});
        office({third, "Phường Láng", sync::OfficeKind::commune, hub2});
        world_.add_node("first2", world_.first_office);
        world_.add_node("hub2", hub2);
        world_.add_node("third", third);
        for (const auto& [node_name, node] : world_.nodes) {
            list_clerk(node_name + " clerk", node.office);
            city_.lines.push_back({node_name, node.id(), node.office, node.officer->public_key(), key_named(node_name + " clerk"),
                                   key_named(node_name + " stranger"), key_named(node_name + " clerk anew")});
            city_.listed.push_back({0, node.officer->public_key(), sync::OfficerContent{node.office, World::full_roles, std::nullopt}});
        }
        calendar({"VN", 0, 25'000, office_week(), {}});
        procedure(3);
        for (const sync::Office& known : world_.registry.offices()) {
            city_.placed.push_back({.from_size = 0, .office = sync::OfficeContent{known.id, known.name, known.kind, known.parent}});
        }
        city_.base_size = world_.registry.size();
        city_.registries.push_back(world_.registry);
        is_founded_ = true;
    }

    // --- later acts: each is one entry ---
    void revoke(const std::string& who, std::vector<sync::RevokeContent::Cut> cuts) {
        place({.from_size = 0, .revocation = sync::RevokeContent{cuts}, .revoked = key_named(who)});
        took(world_.revoke(world_.root, key_named(who), std::move(cuts)));
    }
    void retire_officer(const std::string& who) {
        list(key_named(who), std::nullopt);
        took(world_.retire(world_.registrar, key_named(who).view()));
    }
    void retire_node(const std::string& node_name) {
        city_.retired_nodes.push_back({next_size(), log(node_name)});
        took(world_.retire(world_.registrar, log(node_name).view()));
    }
    void succeed(const sync::OfficeId& from, const sync::OfficeId& to) {
        place({.from_size = 0, .succession = sync::SucceedContent{from, to}});
        took(world_.state_registry(world_.registrar, Kind::succeed, cbor::encode(from), sync::SucceedContent{from, to}));
    }
    void move_office(const sync::OfficeId& id, const sync::OfficeId& parent) {
        const sync::Office* known = world_.registry.find_office(id);
        office({id, known->name, known->kind, parent});
    }
    void supersede(const std::string& who, const std::string& by) {
        const auto holds = std::find_if(city_.listed.rbegin(), city_.listed.rend(), [&](const Listed& one) { return one.key == key_named(who); });
        const auto officer = holds->officer;
        list(key_named(who), std::nullopt);
        list(key_named(by), officer);
        took(world_.state_registry(world_.registrar, Kind::supersede, to_bytes(key_named(who).view()), sync::SupersedeContent{key_named(by)}));
    }
    void list_clerk(const std::string& who, const sync::OfficeId& at) {
        const sync::OfficerContent content{at, desk_and_handler, std::nullopt};
        list(key_named(who), content);
        took(world_.state_officer(world_.registrar, key_named(who), content));
    }
    /// From the first day to the last, counted from the day on which histories begin; roles 0 end it.
    void stand_in(const std::string& who, const std::string& absent, std::uint32_t roles, std::int64_t first, std::int64_t last) {
        const sync::DelegateContent content{key_named(absent), roles, first_day + first, first_day + last};
        city_.standing_in.push_back({next_size(), key_named(who), content});
        took(world_.state_registry(world_.registrar, Kind::delegate, to_bytes(key_named(who).view()), content));
    }
    void procedure(std::uint64_t days, std::int64_t valid_from_day = 0, sync::ClockMode clock = sync::ClockMode::restart) {
        sync::ProcedureContent content;
        content.code = "1.001193";
        content.valid_from_day = valid_from_day;
        content.name = "Đăng ký khai sinh";
        content.field = "Hộ tịch";
        content.time = sync::StatutoryTime{sync::TimeUnit::working_day, days};
        content.clock = clock;
        place({.from_size = 0, .procedure = content});
        took(world_.state_registry(world_.registrar, Kind::procedure, to_bytes(as_bytes(content.code)), content));
    }
    void calendar(const sync::CalendarContent& content) {
        place({.from_size = 0, .calendar = std::make_shared<const sync::CalendarContent>(content)});
        took(world_.state_registry(world_.root, Kind::calendar, to_bytes(as_bytes(content.name)), content));
    }
    /// How a report reads: no dossier's state asks.
    void rule_set() {
        sync::RuleSetContent content;
        content.name = "II.06a";
        content.waiting_is_on_time = true;
        city_.report_rules.push_back(next_size());
        took(world_.state_registry(world_.root, Kind::rule_set, to_bytes(as_bytes(content.name)), content));
    }
    void harmless() { move_office(world_.top, std::nullopt); }

    [[nodiscard]] sync::LogId log(const std::string& node_name) const { return world_.nodes.at(node_name).id(); }
    [[nodiscard]] SmallCity take() && { return std::move(city_); }
    [[nodiscard]] World& world() { return world_; }

    const sync::OfficeId hub2{"H26.2", 0}, third{"H26.2.01", 0};

  private:
    void move_office(const sync::OfficeId& id, std::optional<sync::OfficeId> parent) {
        const sync::Office* known = world_.registry.find_office(id);
        office({id, known->name, known->kind, std::move(parent)});
    }
    void office(const sync::OfficeContent& content) {
        if (is_founded_) place({.from_size = 0, .office = content});
        took(world_.state_office(world_.root, content));
    }
    [[nodiscard]] std::uint64_t next_size() const { return is_founded_ ? world_.registry.size() + 1 : 0; }
    void place(Placed placed) {
        placed.from_size = next_size();
        city_.placed.push_back(std::move(placed));
    }
    void list(const sync::PublicKey& key, std::optional<sync::OfficerContent> officer) {
        city_.listed.push_back({next_size(), key, std::move(officer)});
    }
    void took(const sync::Act& act) {
        ensure(world_.registry.judge(act).effective(), "the acts that found a small city are effective");
        if (is_founded_) city_.registries.push_back(world_.registry);
    }

    World world_;
    SmallCity city_;
    bool is_founded_ = false;
};

using Later = std::function<void(Founding&)>;

SmallCity found(const std::string& name, const Later& later) {
    Founding founding(name);
    later(founding);
    return std::move(founding).take();
}

void revocations(Founding& f) {
    f.revoke("first clerk", {{f.log("first"), 6}, {f.log("first2"), 3}});
    f.revoke("hub officer", {{f.log("hub"), 4}});
}
void succession(Founding& f) {
    f.succeed(f.world().second_office, f.world().first_office);
    f.harmless();
}
void other_parents(Founding& f) {
    f.move_office(f.world().second_office, f.hub2);
    f.retire_officer("second clerk");
    f.retire_node("first2");
    f.move_office(f.hub2, f.world().hub_office);
}
void rules_and_keys(Founding& f) {
    f.procedure(5);
    f.supersede("third clerk", "third clerk anew");
    f.calendar({"VN", 20'000, 26'000, office_week(), {{first_day + 3, sync::DayKind::holiday, "Tết", {}}}});
    f.list_clerk("first stranger", f.world().first_office);
    f.rule_set();
    f.procedure(1, first_day, sync::ClockMode::resume);
}
// Heads are away for some days, and come back; one who stands in is retired meanwhile, another has a new key.
void absences(Founding& f) {
    f.stand_in("first clerk", "first officer", head_role, 0, 1);
    f.stand_in("hub clerk", "hub officer", World::full_roles, 1, 2);
    f.stand_in("second clerk", "second officer", head_role | desk_and_handler, 0, 9);
    f.retire_officer("second officer");
    f.stand_in("first2 clerk", "first officer", head_role, 0, 9);
    f.stand_in("third clerk", "third officer", head_role, 0, 9);
    f.supersede("third clerk", "third clerk anew");
    f.stand_in("first clerk", "first officer", head_role, 2, 2);
    f.stand_in("first2 clerk", "first officer", 0, 0, 0);
    f.stand_in("third clerk anew", "third officer", head_role, 1, 9);
}
void everything(Founding& f) {
    f.revoke("first officer", {{f.log("first"), 5}, {f.log("first2"), 8}});
    f.move_office(f.third, f.world().hub_office);
    f.stand_in("hub clerk", "hub officer", head_role, 0, 2);
    f.succeed(f.third, f.world().second_office);
    f.procedure(7);
    f.retire_officer("hub2 officer");
    f.revoke("city officer", {{f.log("city"), 3}});
    f.succeed(f.hub2, f.world().hub_office);
}

}  // namespace

const Line& SmallCity::line(std::string_view line_name) const {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.name == line_name; });
    ensure(found != lines.end(), "a line of this city");
    return *found;
}

const Line* SmallCity::find_line(const sync::LogId& log) const {
    const auto found = std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.log == log; });
    return found == lines.end() ? nullptr : &*found;
}

bool SmallCity::revokes_at(std::uint64_t size) const {
    return std::any_of(placed.begin(), placed.end(), [&](const Placed& one) { return one.from_size == size && one.revocation.has_value(); });
}

const std::vector<SmallCity>& small_cities() {
    static const std::vector<SmallCity> cities{found("nothing later", [](Founding&) {}), found("revocations", revocations),
                                               found("succession", succession),         found("other parents", other_parents),
                                               found("rules and keys", rules_and_keys), found("absences", absences),
                                               found("everything", everything)};
    return cities;
}

const SmallCity& three_offices() {
    static const SmallCity city = [] {
        SmallCity made = found("three offices", [](Founding&) {});
        std::erase_if(made.lines, [](const Line& line) { return line.name != "city" && line.name != "hub" && line.name != "hub2"; });
        return made;
    }();
    return city;
}

}  // namespace motcua::tests::properties

#include "tests/simulation/town.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/simulation/crash_vfs.hpp"
#include "tests/simulation/streams.hpp"
#include "tests/support/rules.hpp"

namespace motcua::simulation {

using tests::value_of;

namespace {

class EnrolmentDay final : public node::Clock {
  public:
    [[nodiscard]] sync::WallTime wall() const override { return sync::WallTime{std::chrono::milliseconds(start_ms)}; }
    [[nodiscard]] sync::MonoTime mono() const override { return {}; }
};

/// Offices: a chain to the bottom, so that all levels are there, and the others anywhere above the bottom.
std::vector<OfficeSite> draw_offices(Dice& dice) {
    const std::size_t levels = 3 + dice.below(3), count = 5 + dice.below(3);
    std::vector<OfficeSite> offices{{.code = "H26", .parent = {}, .kind = sync::OfficeKind::city, .level = 0}};
    std::vector<std::size_t> children(count, 0);
    while (offices.size() < count) {
        const std::size_t next = offices.size();
        std::size_t parent = next - 1;
        while (next >= levels && offices[parent = dice.below(next)].level + 2 > levels) {}
        const std::size_t level = offices[parent].level + 1;
        const bool is_department = level == 1 && next >= levels && dice.chance(40);
        const auto kind = is_department ? sync::OfficeKind::department : level + 1 < levels ? sync::OfficeKind::hub : sync::OfficeKind::commune;
        offices.push_back({.code = offices[parent].code + "." + std::to_string(++children[parent]), .parent = parent, .kind = kind, .level = level});
    }
    return offices;
}

std::vector<node::RegistryEntry> rules() {
    std::vector<node::RegistryEntry> entries;
    auto procedure = tests::birth_registration();
    procedure.valid_from_day = sync::day_number(2025, 1, 1);
    const auto add = [&](const auto& content, const std::string& subject, sync::Kind kind) {
        entries.push_back({.kind = kind, .subject = to_bytes(as_bytes(subject)), .content = sync::to_item(content), .body = {}});
    };
    add(procedure, procedure.code, sync::Kind::procedure);
    procedure.code = "1.004194";
    procedure.time = sync::StatutoryTime{sync::TimeUnit::working_day, 3};
    add(procedure, procedure.code, sync::Kind::procedure);
    auto week = tests::office_week();
    week.valid_from_day = sync::day_number(2025, 1, 1);
    add(week, week.name, sync::Kind::calendar);
    return entries;
}

std::string read_text(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::shared_ptr<crypto::SigningKey> shared(crypto::SigningKey key) { return std::make_shared<crypto::SigningKey>(std::move(key)); }

/// Enrols what draw_offices drew.
class Founder {
  public:
    Founder(Town& town, const std::filesystem::path& folder, Dice dice)
        : town_(town), folder_(folder), random_(Dice(dice.next())), disks_(town.nodes.size()) {
        detach_disks();
        for (std::size_t index = 0; index < town.nodes.size(); ++index) {
            town.nodes[index].directory = folder / town.nodes[index].name;
            attach_disk(town.nodes[index].directory, disks_[index]);
        }
    }
    ~Founder() { detach_disks(); }
    Founder(const Founder&) = delete;

    void found() {
        const auto& city = town_.nodes.front();
        const node::CitySetup setup{.code = "H26", .name = "Thành phố Hà Nội", .officer_name = "Trần Bình", .rules = rules()};
        town_.root_text = value_of(node::init_city(city.directory, setup, folder_ / "recovery.key", nullptr, environment()));
        town_.root = shared(value_of(node::load_signing_key(node::key_path(city.directory, crypto::KeyRole::root, {}), nullptr)));
        for (std::size_t index = 1; index < town_.nodes.size(); ++index) request(town_.nodes[index]);
        for (auto& site : town_.nodes) load_keys(site);
        const Bytes ticket = approve_all();
        for (auto& site : town_.nodes) {
            if (site.upstream && !site.is_spare)
                value_of(node::accept_enrolment(site.directory, ticket, "127.0.0.1:7433", town_.root_text, nullptr, environment()));
            site.config = read_text(site.directory / node::Config::file_name);
        }
        for (std::size_t index = 0; index < town_.nodes.size(); ++index) town_.nodes[index].disk = disks_[index].image();
    }

  private:
    [[nodiscard]] node::NodeEnvironment environment() { return {.clock = &day_, .random = &random_, .checker = &checker_}; }

    void request(NodeSite& site) {
        const auto& office = town_.offices[site.office];
        const node::NodeSetup setup{.code = office.code, .name = "Cơ quan " + office.code, .officer_name = "Lan", .kind = office.kind};
        value_of(node::request_enrolment(site.directory, setup, nullptr, environment()));
        site.request = read_text(site.directory / "enrol.request");
    }
    void load_keys(NodeSite& site) {
        site.log_key = shared(value_of(node::load_signing_key(node::key_path(site.directory, crypto::KeyRole::log, {}), nullptr)));
        site.head = shared(value_of(node::load_signing_key(value_of(node::pick_officer(site.directory, std::nullopt)).file, nullptr)));
        site.deputy = shared(crypto::SigningKey::generate(random_));
        site.log = sync::log_id(sync::node_origin(town_.offices[site.office].code, site.log_key->public_key()), site.log_key->public_key());
    }
    Bytes approve_all() {
        const auto& sites = town_.nodes;
        auto city = value_of(node::Node::open(sites.front().directory, nullptr, environment()));
        value_of(city.begin());
        for (const auto& site : sites) {
            if (site.is_spare) continue;
            const auto parent = town_.offices[site.office].parent;
            if (parent) value_of(node::approve_enrolment(city, *sites.front().head, as_bytes(site.request), town_.offices[*parent].code));
            const auto office = city.registry()->find_office(town_.offices[site.office].code)->id;
            const node::RegistryEntry deputy{.kind = sync::Kind::officer, .subject = to_bytes(site.deputy->public_key().view()),
                                             .content = sync::to_item(sync::OfficerContent{office, 3, std::nullopt}), .body = {}};
            value_of(city.record_in_registry(*sites.front().head, std::span(&deputy, 1)));
        }
        value_of(city.commit());
        return value_of(node::make_ticket(city));
    }

    Town& town_;
    std::filesystem::path folder_;
    EnrolmentDay day_;
    StreamRandom random_;
    sync::SequentialSignatureChecker checker_;
    std::vector<MemoryDisk> disks_;
};

/// The first node of the office above.
std::size_t node_above(const Town& town, std::size_t office) {
    std::size_t node = 0;
    while (town.nodes[node].office != *town.offices[office].parent) ++node;
    return node;
}

void place_nodes(Town& town, Dice& dice) {
    const auto add = [&](std::size_t office, bool is_spare) {
        NodeSite site;
        site.name = "n" + std::to_string(town.nodes.size());
        site.office = office;
        site.is_spare = is_spare;
        if (town.offices[office].parent) site.upstream = node_above(town, office);
        town.nodes.push_back(std::move(site));
    };
    for (std::size_t office = 0; office < town.offices.size(); ++office) add(office, false);
    std::size_t twins = town.offices.size() < 6 ? 1 + dice.below(2) : dice.below(2);
    for (; twins > 0; --twins) add(1 + dice.below(town.offices.size() - 1), false);
    // With two nodes above, some dial the second.
    for (auto& site : town.nodes) {
        for (std::size_t above = 1; above < town.nodes.size(); ++above) {
            const bool is_above = site.upstream && town.nodes[above].office == town.nodes[*site.upstream].office;
            if (is_above && dice.chance(40)) site.upstream = above;
        }
    }
    // One more office, and one more node of an office, come during the run.
    const std::size_t parent = dice.below(town.offices.size());
    town.offices.push_back({.code = town.offices[parent].code + ".9", .parent = parent, .kind = sync::OfficeKind::commune, .level = town.offices[parent].level + 1});
    add(town.offices.size() - 1, true);
    add(1 + dice.below(town.offices.size() - 2), true);
}

}  // namespace

Town Town::build(std::uint64_t shape, const std::filesystem::path& folder) {
    auto dice = dice_for(shape, Stream::shape);
    Town town{.shape = shape, .offices = draw_offices(dice), .nodes = {}, .root = nullptr, .root_text = {}};
    place_nodes(town, dice);
    std::filesystem::create_directories(folder);
    Founder(town, folder, dice).found();
    return town;
}

std::size_t Town::levels() const {
    std::size_t deepest = 0;
    for (const auto& site : nodes)
        if (!site.is_spare) deepest = std::max(deepest, offices[site.office].level);
    return deepest + 1;
}

Towns::Towns(const std::filesystem::path& above) {
    const std::filesystem::path memory = "/dev/shm";
    const auto place = !above.empty() ? above : std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    auto name = (place / "motcua-simulate-XXXXXX").string();
    ensure(::mkdtemp(name.data()) != nullptr, "a temporary folder can be made");
    folder_ = name;
    install_crash_vfs();
}
Towns::~Towns() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

const Town& Towns::of_shape(std::uint64_t shape) {
    auto found = made_.find(shape);
    if (found == made_.end()) found = made_.emplace(shape, Town::build(shape, folder_ / std::to_string(shape))).first;
    return found->second;
}

}  // namespace motcua::simulation

#include "node/keep/disk_guard.hpp"

#include <catch2/catch.hpp>

#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::DiskGuard;
using node::DiskRoom;

namespace {

constexpr std::uint64_t mib = 1U << 20U;

/// A disk whose free space the test says.
struct SmallDisk : Places {
    std::uint64_t free = 1000 * mib;
    node::DiskProbe probe = [this](const std::filesystem::path&) -> Result<std::uint64_t> { return free; };
    node::Config config;
    [[nodiscard]] node::NodeEnvironment world() {
        auto all = environment();
        all.disk = &probe;
        return all;
    }
    SmallDisk() {
        config.reserve_mib = 2;
        std::filesystem::create_directory(directory("disk"));
    }
    [[nodiscard]] DiskGuard guard() { return {directory("disk"), config, &probe}; }
};

}  // namespace

TEST_CASE("disk: the reserve is made where there is room, given up when the disk is full, and made again") {
    SmallDisk disk;
    const auto reserve = disk.directory("disk") / DiskGuard::reserve_file_name;
    CHECK(disk.guard().look(false).room == DiskRoom::plenty);
    CHECK_FALSE(std::filesystem::exists(reserve));
    CHECK(disk.guard().look(true).news);
    CHECK(std::filesystem::file_size(reserve) == 2 * mib);
    CHECK_FALSE(disk.guard().look(true).news);
    CHECK_FALSE(disk.guard().why_not());

    disk.free = 255 * mib;
    CHECK(disk.guard().look(true).room == DiskRoom::low);
    CHECK(std::filesystem::exists(reserve));
    CHECK(disk.guard().why_not()->find("255 MiB") != std::string::npos);
    disk.free = 63 * mib;
    const auto full = disk.guard().look(true);
    CHECK(full.room == DiskRoom::critical);
    CHECK(full.news->find("given up") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(reserve));
    CHECK_FALSE(disk.guard().look(true).news);
    disk.free = 257 * mib;  // not enough for the reserve and what is to be kept free
    CHECK_FALSE(disk.guard().look(true).news);
    disk.free = 300 * mib;
    CHECK(disk.guard().look(true).news);
}

TEST_CASE("disk: a node whose disk is nearly full takes nothing of others, and goes on recording") {
    SmallDisk disk;
    disk.make_city();
    auto city = value_of(node::Node::open(disk.directory("city"), nullptr, disk.world()));
    disk.enrol(city, "badinh", "H26.00004");
    auto badinh = disk.open("badinh");
    value_of(record_alone(badinh, disk.officer("badinh"), {disk.receive("H26.00004-251009-0001")}));
    const auto extension = *value_of(badinh.reader().read(badinh.log_id(), 0, sync::extension_bytes_max));
    const auto try_take = [&] {
        value_of(city.begin());
        auto taken = city.take(extension);
        value_of(city.commit());
        return taken;
    };
    disk.free = 200 * mib;
    const auto refused = try_take();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::refused);
    CHECK(refused.error().message.find("nearly full") != std::string::npos);
    CHECK_FALSE(city.has_room_for_others());
    value_of(record_alone(city, disk.officer("city"), {disk.receive("H26-251009-0001")}));

    // Even then, and what was kept in reserve goes.
    std::ofstream(disk.directory("city") / DiskGuard::reserve_file_name) << "room";
    disk.free = 10 * mib;
    value_of(record_alone(city, disk.officer("city"), {disk.receive("H26-251009-0002")}));
    CHECK_FALSE(std::filesystem::exists(disk.directory("city") / DiskGuard::reserve_file_name));

    disk.free = 1000 * mib;
    CHECK(try_take());
    CHECK_FALSE(value_of(city.reader().log(badinh.log_id()))->accused);
}

TEST_CASE("disk: the registry is taken on a full disk, for it may revoke a key") {
    SmallDisk disk;
    disk.make_city();
    auto city = disk.open("city");
    disk.enrol(city, "badinh", "H26.00004");
    auto badinh = value_of(node::Node::open(disk.directory("badinh"), nullptr, disk.world()));
    disk.enrol(city, "hongha", "H26.00005");
    disk.free = 10 * mib;
    carry(city, badinh, city.registry()->log_id());
    CHECK(badinh.registry()->size() == city.registry()->size());
}

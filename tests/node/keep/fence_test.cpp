#include "node/fence.hpp"

#include <catch2/catch.hpp>

#include "node/store/schema.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

struct Town : Places {
    Town() {
        make_city();
        auto city = open("city");
        enrol(city, "badinh", "H26.00004");
    }
    Result<std::vector<node::Recorded>> try_record(node::Node& node, const std::string& name) {
        const auto entry = receive("H26.00004-250101-0001");
        value_of(node.begin());
        auto recorded = node.record(officer(name), std::span(&entry, 1));
        value_of(node.commit());
        return recorded;
    }
};

}  // namespace

TEST_CASE("fence: a node that was never restored records, start after start") {
    Town town;
    for (int start = 0; start < 3; ++start) {
        auto node = town.open("badinh");
        CHECK(town.try_record(node, "badinh"));
    }
}

TEST_CASE("fence: without its file, or with another node's, recording stops and stays stopped; reading goes on") {
    Town town;
    const auto fence = town.directory("badinh") / node::fence_file_name;
    const bool missing = GENERATE(true, false);
    if (missing) std::filesystem::remove(fence);
    else std::filesystem::copy_file(town.directory("city") / node::fence_file_name, fence, std::filesystem::copy_options::overwrite_existing);
    {
        auto node = town.open("badinh");
        const auto refused = town.try_record(node, "badinh");
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::refused);
        CHECK(refused.error().message.find("motcua recover") != std::string::npos);
        CHECK(value_of(node.reader().logs()).size() == 2);
    }
    // Putting a file back makes nothing good: whoever copied the database could have copied the file.
    std::filesystem::copy_file(town.directory("city") / node::fence_file_name, fence, std::filesystem::copy_options::overwrite_existing);
    auto node = town.open("badinh");
    CHECK_FALSE(town.try_record(node, "badinh"));
}

TEST_CASE("fence: a city that hears from below of more of its own registry than it ever knew records nothing more") {
    Town town;
    const auto copy = town.directory("copy");
    std::filesystem::copy(town.directory("city"), copy, std::filesystem::copy_options::recursive);
    auto badinh = town.open("badinh");
    {
        auto city = town.open("city");
        town.enrol(city, "hongha", "H26.00005");
        carry(city, badinh, city.registry()->log_id());
    }
    auto twin = value_of(node::Node::open(copy, nullptr, town.environment()));  // the fence is a copy too, and says nothing
    value_of(record_alone(twin, town.officer("city"), {town.receive("H26-250101-0001")}));
    carry(badinh, twin, twin.registry()->log_id());
    CHECK(twin.registry()->size() == badinh.registry()->size());
    CHECK(twin.is_recovering());
    const auto refused = record_alone(twin, town.officer("city"), {town.receive("H26-250101-0002")});
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("restored or cloned") != std::string::npos);
}

TEST_CASE("fence: a restored city states nothing in the registry") {
    Town town;
    std::filesystem::remove(town.directory("city") / node::fence_file_name);
    std::filesystem::remove(town.directory("city") / node::witness_file_name);
    auto city = town.open("city");
    const node::RegistryEntry entry{.kind = sync::Kind::retire, .subject = to_bytes(town.officer("badinh").public_key().view()),
                                    .content = sync::to_item(sync::RetireContent{.reason = "nghỉ hưu"}), .body = {}};
    value_of(city.begin());
    const auto stated = city.record_in_registry(town.officer("city"), std::span(&entry, 1));
    REQUIRE_FALSE(stated);
    CHECK(stated.error().message.find("restored") != std::string::npos);
}

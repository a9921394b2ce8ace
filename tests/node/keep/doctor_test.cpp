#include "node/keep/doctor.hpp"

#include <catch2/catch.hpp>

#include "node/fence.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

struct Patient : Places {
    Patient() {
        make_city();
        auto city = open("city");
        enrol(city, "badinh", "H26.00004");
    }
    std::vector<node::Advice> examine(const std::string& name, node::DoctorLimits limits = {.free_bytes_warning = 1, .free_bytes_trouble = 0}) {
        return value_of(node::examine(directory(name), clock, limits));
    }
    void record(const std::string& name) {
        auto node = open(name);
        const auto entry = receive("H26.00004-250101-0001");
        value_of(node.begin());
        value_of(node.record(officer(name), std::span(&entry, 1)));
        value_of(node.commit());
    }
    void set_upstream(const std::string& name, const std::string& address) {
        auto config = value_of(node::Config::load(directory(name)));
        config.upstream = address;
        value_of(config.save(directory(name)));
    }
};

std::optional<node::Advice> find(const std::vector<node::Advice>& all, std::string_view about) {
    const auto found = std::ranges::find(all, about, &node::Advice::about);
    return found == all.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

TEST_CASE("doctor: a sound node has no trouble, and each part says so") {
    Patient patient;
    const auto advices = patient.examine("city");
    for (const auto& advice : advices) CHECK(advice.severity != node::Severity::trouble);
    for (const char* about : {"disk", "restored", "accused", "clock"}) {
        INFO(about);
        REQUIRE(find(advices, about));
        CHECK(find(advices, about)->severity == node::Severity::well);
    }
}

TEST_CASE("doctor: says what is wrong and what to do") {
    Patient patient;
    SECTION("keys without a passphrase, or readable by others") {
        std::filesystem::permissions(patient.directory("badinh") / "keys" / "log.key", std::filesystem::perms::others_read, std::filesystem::perm_options::add);
        const auto advices = patient.examine("badinh");
        const auto told = std::ranges::count(advices, std::string("keys"), &node::Advice::about);
        CHECK(told == 2);
        CHECK(find(advices, "keys")->severity == node::Severity::warning);
    }
    SECTION("a restored copy") {
        std::filesystem::remove(patient.directory("badinh") / node::fence_file_name);
        const auto advices = patient.examine("badinh");
        CHECK(advices.front().about == "restored");
        CHECK(advices.front().severity == node::Severity::trouble);
        CHECK(advices.front().what_to_do.starts_with("motcua recover "));
    }
    SECTION("a clock behind what was recorded") {
        patient.record("badinh");
        patient.clock.move(-std::chrono::hours(24 * 365));
        CHECK(find(patient.examine("badinh"), "clock")->severity == node::Severity::warning);
    }
    SECTION("acts that nobody above holds, first a note, after a day a warning") {
        patient.set_upstream("badinh", "192.0.2.1:7433");
        patient.record("badinh");
        CHECK(find(patient.examine("badinh"), "upward")->severity == node::Severity::note);
        patient.clock.move(std::chrono::hours(25));
        const auto advice = find(patient.examine("badinh"), "upward");
        CHECK(advice->severity == node::Severity::warning);
        CHECK(advice->what_to_do.find("192.0.2.1:7433") != std::string::npos);
    }
    SECTION("a node below that never spoke") { CHECK(find(patient.examine("city"), "silent")->severity == node::Severity::warning); }
    SECTION("a full disk") {
        CHECK(find(patient.examine("city", {.free_bytes_warning = ~0ULL, .free_bytes_trouble = 0}), "disk")->severity == node::Severity::warning);
        CHECK(find(patient.examine("city", {.free_bytes_warning = ~0ULL, .free_bytes_trouble = ~0ULL}), "disk")->severity == node::Severity::trouble);
    }
    SECTION("a database that cannot be opened") {
        std::ofstream(patient.directory("badinh") / "motcua.db", std::ios::trunc) << "not a database at all, and long enough to be taken for one, perhaps ..........................";
        CHECK(find(patient.examine("badinh"), "database")->severity == node::Severity::trouble);
    }
    SECTION("a node that is not enrolled") {
        patient.request("longbien", "H26.00005");
        CHECK(find(patient.examine("longbien"), "enrolment")->severity == node::Severity::trouble);
    }
    SECTION("settings that cannot be read") {
        std::ofstream(patient.directory("badinh") / "motcua.toml", std::ios::trunc) << "[node\n";
        CHECK(find(patient.examine("badinh"), "settings")->severity == node::Severity::trouble);
    }
    SECTION("no node at all") { CHECK(node::examine(patient.directory("nowhere"), patient.clock).error().kind == ErrorKind::not_found); }
}

TEST_CASE("doctor: every trouble and warning says what to do") {
    Patient patient;
    std::filesystem::remove(patient.directory("badinh") / node::fence_file_name);
    patient.set_upstream("badinh", "192.0.2.1:7433");
    for (const char* name : {"badinh", "city"}) {
        for (const auto& advice : patient.examine(name, {.free_bytes_warning = ~0ULL, .free_bytes_trouble = ~0ULL})) {
            INFO(advice.what);
            if (advice.severity > node::Severity::note) CHECK_FALSE(advice.what_to_do.empty());
        }
    }
}

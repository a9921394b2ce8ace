#include "node/keep/scrub.hpp"

#include <catch2/catch.hpp>

#include "node/recovery.hpp"
#include "tests/node/places.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::DamagedPart;

namespace {

/// A commune whose log the city holds too.
struct Rotting : Places {
    std::optional<node::Node> city, badinh;
    Rotting() {
        make_city();
        city.emplace(open("city"));
        enrol(*city, "badinh", "H26.00004");
        badinh.emplace(open("badinh"));
        for (int count = 1; count <= 5; ++count) value_of(record_alone(*badinh, officer("badinh"), {receive("H26.00004-251009-000" + std::to_string(count))}));
        carry(*badinh, *city, log());
    }
    [[nodiscard]] sync::LogId log() { return badinh->log_id(); }
    /// One bit of the blob that the query names, in the file under the node.
    static void flip(node::Node& node, const std::string& table, const std::string& column, const std::string& where, std::uint64_t bit) {
        auto& database = node.reader().database();
        auto read = value_of(database.prepare("SELECT " + column + " FROM " + table + " WHERE " + where));
        REQUIRE(value_of(read.step()));
        Bytes bytes = to_bytes(read.blob(0));
        bytes[bit / 8 % bytes.size()] ^= static_cast<std::byte>(1U << (bit % 8));
        auto write = value_of(database.prepare("UPDATE " + table + " SET " + column + " = ? WHERE " + where));
        if (column == "note") value_of(write.bind(as_text(bytes)).run());
        else value_of(write.bind(bytes).run());
    }
    static std::string place_of(node::Node& node, const sync::LogId& log, std::uint64_t seq) {
        return "id = " + std::to_string((value_of(node.reader().number_of(log)).value() << 40U) + seq);
    }
    node::Scrub::Step scrub(node::Node& node, std::size_t step_bytes = 500) {
        node::Scrub scrub;
        node::Scrub::Step all;
        while (!all.is_round_done) {
            auto step = value_of(scrub.step(node.reader(), step_bytes));
            std::ranges::copy(step.found, std::back_inserter(all.found));
            std::ranges::copy(step.beyond_repair, std::back_inserter(all.beyond_repair));
            all.is_round_done = step.is_round_done;
        }
        return all;
    }
    void note(node::Node& node, const node::Scrub::Step& step) {
        value_of(node.begin());
        value_of(node.note_damage(step.found));
        value_of(node.commit());
    }
    /// What the session does: everything from the damaged entry on comes again from the other node.
    void send_again(node::Node& from, node::Node& to, const sync::LogId& log) {
        const auto first = value_of(node::damaged_from(to.reader()));
        REQUIRE(first.contains(log));
        value_of(to.begin());
        std::uint64_t at = first.at(log);
        while (auto extension = value_of(from.reader().read(log, at, sync::extension_bytes_max))) {
            at += extension->entries.size();
            value_of(to.take(std::move(*extension)));
        }
        value_of(to.commit());
    }
};

}  // namespace

TEST_CASE("scrub: what is as it was stored is found well, and once a round") {
    Rotting at;
    for (auto* node : {&*at.city, &*at.badinh}) {
        const auto step = at.scrub(*node);
        CHECK(step.found.empty());
        CHECK(step.beyond_repair.empty());
    }
    CHECK(at.scrub(*at.city, 1).found.empty());
}

TEST_CASE("scrub: any flipped bit of an entry is found at its place, is not handed on, and is put back from above or from below") {
    Rotting at;
    auto& broken = GENERATE(true, false) ? *at.city : *at.badinh;
    auto& whole = &broken == &*at.city ? *at.badinh : *at.city;
    const auto seq = GENERATE(range<std::uint64_t>(0, 6));
    const auto original = value_of(broken.reader().entry(at.log(), seq));
    const auto bit = GENERATE(take(6, random(0, 2500)));
    CAPTURE(seq, bit);
    Rotting::flip(broken, "entry", "envelope", Rotting::place_of(broken, at.log(), seq), static_cast<std::uint64_t>(bit));
    REQUIRE(value_of(broken.reader().entry(at.log(), seq)) != original);

    // Before any scrub: it does not leave this disk.
    const auto read = broken.reader().read(at.log(), seq, sync::extension_bytes_max);
    REQUIRE_FALSE(read);
    CHECK(read.error().kind == ErrorKind::refused);
    CHECK(read.error().message.find("damaged") != std::string::npos);

    const auto step = at.scrub(broken);
    REQUIRE(step.found.size() == 1);
    CHECK(step.found[0].log == at.log());
    CHECK(step.found[0].place == seq);
    CHECK(step.found[0].what() == DamagedPart::entry);
    CHECK(step.beyond_repair.empty());
    at.note(broken, step);
    at.send_again(whole, broken, at.log());
    CHECK(value_of(broken.reader().entry(at.log(), seq)) == original);
    CHECK(value_of(node::read_damage(broken.reader())).empty());
    CHECK(at.scrub(broken).found.empty());
    CHECK_FALSE(value_of(broken.reader().log(at.log()))->accused);
}

TEST_CASE("scrub: two damaged neighbours are both found and put back") {
    Rotting at;
    for (const std::uint64_t seq : {2, 3}) Rotting::flip(*at.city, "entry", "envelope", Rotting::place_of(*at.city, at.log(), seq), 900);
    const auto step = at.scrub(*at.city);
    REQUIRE(step.found.size() == 2);
    CHECK(step.beyond_repair.empty());
    at.note(*at.city, step);
    at.send_again(*at.badinh, *at.city, at.log());
    CHECK(at.scrub(*at.city).found.empty());
}

TEST_CASE("scrub: a damaged body counts as missing, and comes again") {
    Rotting at;
    const auto original = value_of(at.city->reader().body(at.log(), 3));
    Rotting::flip(*at.city, "body", "bytes", Rotting::place_of(*at.city, at.log(), 3), 77);
    const auto step = at.scrub(*at.city);
    REQUIRE(step.found.size() == 1);
    CHECK(step.found[0].what() == DamagedPart::body);
    at.note(*at.city, step);
    CHECK_FALSE(value_of(at.city->reader().body(at.log(), 3)));
    CHECK(value_of(at.city->reader().missing_bodies(at.log(), 9)) == std::vector<std::uint64_t>{3});
    at.send_again(*at.badinh, *at.city, at.log());
    CHECK(value_of(at.city->reader().body(at.log(), 3)) == original);
    CHECK(value_of(node::read_damage(at.city->reader())).empty());
}

TEST_CASE("scrub: a damaged checkpoint is dropped, or put back where it ends the log") {
    Rotting at;
    const auto of_log = [&](node::Node& node) { return "log = " + std::to_string(value_of(node.reader().number_of(at.log())).value()); };
    Rotting::flip(*at.badinh, "checkpoint", "note", of_log(*at.badinh) + " AND size = 3", 8 * 100);
    Rotting::flip(*at.city, "checkpoint", "note", of_log(*at.city) + " AND size = 6", 8 * 100);
    for (auto* node : {&*at.city, &*at.badinh}) {
        const auto step = at.scrub(*node);
        REQUIRE(step.found.size() == 1);
        CHECK(step.found[0].what() == DamagedPart::checkpoint);
        at.note(*node, step);
    }
    CHECK(value_of(node::read_damage(at.badinh->reader())).empty());
    CHECK(at.scrub(*at.badinh).found.empty());
    CHECK(value_of(node::read_damage(at.city->reader())).size() == 1);
    at.send_again(*at.badinh, *at.city, at.log());
    CHECK(value_of(node::read_damage(at.city->reader())).empty());
    CHECK(at.scrub(*at.city).found.empty());
    CHECK(value_of(at.city->reader().last_checkpoint(at.log()))->note == value_of(at.badinh->reader().last_checkpoint(at.log()))->note);
}

TEST_CASE("scrub: what comes in the place of a damaged entry is what the log signed, and nothing else") {
    Rotting at;
    const auto original = value_of(at.city->reader().entry(at.log(), 3));
    Rotting::flip(*at.city, "entry", "envelope", Rotting::place_of(*at.city, at.log(), 3), 900);
    const auto damaged = value_of(at.city->reader().entry(at.log(), 3));
    at.note(*at.city, at.scrub(*at.city));
    auto forged = *value_of(at.badinh->reader().read(at.log(), 3, sync::extension_bytes_max));
    forged.entries[0].back() ^= std::byte{1};
    value_of(at.city->begin());
    CHECK(at.city->take(forged));  // it is passed over
    value_of(at.city->commit());
    CHECK(value_of(at.city->reader().entry(at.log(), 3)) == damaged);
    CHECK(value_of(node::read_damage(at.city->reader())).size() == 1);
    at.send_again(*at.badinh, *at.city, at.log());
    CHECK(value_of(at.city->reader().entry(at.log(), 3)) == original);
}

TEST_CASE("scrub: our own log takes back what is damaged, and nothing beyond what is here") {
    Rotting at;
    Rotting::flip(*at.badinh, "entry", "envelope", Rotting::place_of(*at.badinh, at.log(), 5), 900);
    value_of(at.badinh->begin());
    const auto whole = *value_of(at.city->reader().read(at.log(), 3, sync::extension_bytes_max));
    CHECK(kind_of(at.badinh->take(whole)) == ErrorKind::refused);  // nobody has found any damage yet
    value_of(at.badinh->commit());
    at.note(*at.badinh, at.scrub(*at.badinh));
    at.send_again(*at.city, *at.badinh, at.log());
    CHECK(value_of(at.badinh->reader().entry(at.log(), 5)) == value_of(at.city->reader().entry(at.log(), 5)));
    value_of(record_alone(*at.badinh, at.officer("badinh"), {at.receive("H26.00004-251009-0006")}));
}

TEST_CASE("scrub: a round that finds nothing any more forgets what was mended by another way") {
    Rotting at;
    value_of(at.city->begin());
    const node::Damage once{.log = at.log(), .place = 2, .part = 1, .cause = "it was", .found_ms = 0};
    value_of(at.city->note_damage(std::span(&once, 1)));
    at.clock.move(std::chrono::minutes(1));
    value_of(at.city->note_scrubbed(static_cast<std::uint64_t>(at.clock.wall().time_since_epoch().count())));
    value_of(at.city->commit());
    CHECK(value_of(node::read_damage(at.city->reader())).empty());
    CHECK(value_of(at.city->reader().meta(node::scrubbed_key)));
}

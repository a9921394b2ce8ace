#include "node/audit/export.hpp"

#include <catch2/catch.hpp>

#include "node/audit/find_act.hpp"
#include "node/audit/status.hpp"
#include "node/audit/tiles.hpp"
#include "tests/node/audit/audited_city.hpp"
#include "tests/support/scale.hpp"

using namespace motcua;
using namespace motcua::tests;
using node::FindingPlace;
namespace fs = std::filesystem;

namespace {

class ExportedCity : public AuditedCity {
  public:
    fs::path out = places.folder.path() / "export";

    std::vector<node::ExportedLog> export_it() { return value_of(node::export_logs(places.directory("city"), out, {})); }
    [[nodiscard]] node::AuditReport verify_it(const std::optional<std::string>& since = {}) {
        return value_of(node::verify_export(out, value_of(sync::RootPin::parse(places.root)), since, places.checker, {}));
    }
    [[nodiscard]] std::vector<fs::path> files() const {
        std::vector<fs::path> all;
        for (const auto& file : fs::recursive_directory_iterator(out))
            if (file.is_regular_file()) all.push_back(file.path());
        std::ranges::sort(all);
        return all;
    }
    static void write(const fs::path& file, std::string_view bytes) { std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes; }
};

}  // namespace

TEST_CASE("an export verifies from the root key alone, and again after it was extended") {
    ExportedCity scene;
    const auto first = scene.export_it();
    REQUIRE(first.size() == 3);
    CHECK(first[0].origin == scene.registry_origin);
    CHECK(scene.verify_it().findings.all().empty());
    const auto earlier = Places::read_text(scene.out / scene.commune_origin / "checkpoint");
    CHECK(earlier.find("/cosigner ") != std::string::npos);
    const auto files_before = scene.files().size();

    scene.grow(2);
    const auto second = scene.export_it();
    const auto commune = std::ranges::find(second, scene.commune_origin, &node::ExportedLog::origin);
    REQUIRE(commune != second.end());
    CHECK(commune->earlier_size > 0);
    CHECK(commune->size > commune->earlier_size);
    CHECK(scene.files().size() == files_before);  // tiles of the earlier size are gone
    const auto report = scene.verify_it(earlier);
    CAPTURE(text_of(report));
    CHECK(report.findings.all().empty());
    CHECK(report.logs.size() == 3);
}

TEST_CASE("a flipped bit in any file of an export is found") {
    ExportedCity scene;
    scene.export_it();
    SeededRandom random("export flips");
    for (const auto& file : scene.files()) {
        const auto good = Places::read_text(file);
        const auto flips = std::min<std::uint64_t>(good.size(), scaled(120));
        for (std::uint64_t count = 0; count < flips; ++count) {
            auto bad = good;
            const auto at = good.size() * count / flips;
            bad[at] = static_cast<char>(bad[at] ^ (1 << random.below(8)));
            ExportedCity::write(file, bad);
            const auto report = node::verify_export(scene.out, value_of(sync::RootPin::parse(scene.places.root)), {}, scene.places.checker, {});
            CAPTURE(file, at);
            CHECK((!report || !report->findings.all().empty()));
        }
        ExportedCity::write(file, good);
    }
    CHECK(scene.verify_it().findings.all().empty());
}

TEST_CASE("an export that was cut back to an earlier valid one is found by a kept checkpoint") {
    ExportedCity scene;
    scene.export_it();
    const auto kept = scene.places.folder.path() / "kept";
    fs::copy(scene.out, kept, fs::copy_options::recursive);
    scene.grow(2);
    scene.export_it();
    const auto newest = Places::read_text(scene.out / scene.commune_origin / "checkpoint");
    fs::remove_all(scene.out);
    fs::rename(kept, scene.out);
    CHECK(scene.verify_it().findings.all().empty());
    const auto report = scene.verify_it(newest);
    CAPTURE(text_of(report));
    CHECK(names(report, scene.commune_origin, FindingPlace::checkpoint, {}));
    // A kept checkpoint that the log never signed proves nothing, and says so.
    auto forged = newest;
    forged[forged.find('\n') + 1] = '9';
    CHECK(names(scene.verify_it(forged), scene.commune_origin, FindingPlace::checkpoint, {}));
}

TEST_CASE("what belongs to no listed log is found in an export, and another city's root opens nothing") {
    ExportedCity scene;
    scene.export_it();
    fs::create_directories(scene.out / "motcua/H26.99999/0123");
    CHECK(names(scene.verify_it(), "motcua/H26.99999", FindingPlace::file, {}));
    fs::remove_all(scene.out / "motcua/H26.99999");
    fs::remove_all(scene.out / scene.city_origin / "tile");
    CHECK(names(scene.verify_it(), scene.city_origin, FindingPlace::tile, 0));
    const auto stranger = sync::RootPin{sync::root_verifier(scene.registry_origin, signing_key("stranger").public_key())};
    const auto report = value_of(node::verify_export(scene.out, stranger, {}, scene.places.checker, {}));
    CHECK(names(report, scene.registry_origin, FindingPlace::entry, 0));
}

TEST_CASE("an export goes nowhere that is not an earlier export of this node") {
    ExportedCity scene;
    fs::create_directories(scene.out);
    SECTION("an empty folder is taken") { CHECK(scene.export_it().size() == 3); }
    SECTION("another folder is not") {
        ExportedCity::write(scene.out / "letter.txt", "dear city");
        CHECK(node::export_logs(scene.places.directory("city"), scene.out, {}).error().kind == ErrorKind::refused);
        CHECK(fs::exists(scene.out / "letter.txt"));
    }
    SECTION("nor one that holds more than is here") {
        scene.export_it();
        const auto kept = scene.places.folder.path() / "kept.db";
        const auto commune = scene.out / scene.commune_origin / "checkpoint";
        const auto earlier = Places::read_text(commune);
        fs::create_directories(scene.out / "motcua/H26.7/ab");
        ExportedCity::write(scene.out / "motcua/H26.7/ab/checkpoint", earlier);
        CHECK(node::export_logs(scene.places.directory("city"), scene.out, {}).error().kind == ErrorKind::refused);
    }
    SECTION("nor another city's") {
        scene.export_it();
        ExportedCity other;
        fs::rename(scene.out, other.out);
        const auto refused = node::export_logs(other.places.directory("first"), other.out, {});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().kind == ErrorKind::refused);
    }
}

TEST_CASE("an interrupted extension leaves the earlier checkpoint valid, and the next run finishes it") {
    ExportedCity scene;
    scene.export_it();
    const auto kept = scene.places.folder.path() / "kept";
    fs::copy(scene.out, kept, fs::copy_options::recursive);
    scene.grow(2);
    scene.export_it();
    // As if it had stopped before the checkpoints: new tiles and a half-written file beside the earlier export.
    for (const auto& file : fs::recursive_directory_iterator(scene.out)) {
        const auto relative = file.path().lexically_relative(scene.out);
        if (file.is_regular_file() && !fs::exists(kept / relative)) {
            fs::create_directories((kept / relative).parent_path());
            fs::copy_file(file.path(), kept / relative);
        }
    }
    ExportedCity::write(kept / scene.commune_origin / "tile/0/000.p/99.new", "half");
    fs::remove_all(scene.out);
    fs::rename(kept, scene.out);
    CHECK(scene.verify_it().findings.all().empty());
    scene.export_it();
    CHECK(scene.verify_it().findings.all().empty());
    for (const auto& file : scene.files()) CHECK(file.extension() != ".new");
}

TEST_CASE("an act is found by its id and by its place, the same bytes") {
    AuditedCity scene;
    auto reader = value_of(node::Reader::open(scene.places.directory("city")));
    const auto by_place = value_of(node::find_act(reader, scene.commune_origin + ":4"));
    const auto by_id = value_of(node::find_act(reader, to_hex(by_place.act.id.view())));
    CHECK(by_id.act.envelope == by_place.act.envelope);
    CHECK(by_id.origin == scene.commune_origin);
    CHECK(node::find_act(reader, scene.commune_origin + ":4000").error().kind == ErrorKind::not_found);
    CHECK(node::find_act(reader, std::string(64, '0')).error().kind == ErrorKind::not_found);
    CHECK(node::find_act(reader, "nobody:1").error().kind == ErrorKind::not_found);
    for (const char* name : {"", "xyz", "00", "motcua/H26:", "motcua/H26:-1", "motcua/H26:1x"}) CHECK(node::find_act(reader, name).error().kind == ErrorKind::usage);
}

TEST_CASE("status counts as held and witnessed only what a verified cosignature covers") {
    AuditedCity scene;
    const auto find = [&](const std::string& name) {
        const auto status = value_of(node::read_status(scene.places.directory(name)));
        const auto log = std::ranges::find(status.logs, scene.commune_origin, &node::LogStatus::origin);
        REQUIRE(log != status.logs.end());
        return *log;
    };
    for (const char* name : {"first", "city"}) {
        const auto log = find(name);
        CHECK(log.recorded == log.size);
        CHECK(log.held == log.size);
        CHECK(log.witnessed == log.size);
    }
    {
        auto commune = scene.places.open("first");
        value_of(record_alone(commune, scene.places.officer("first"), {scene.places.receive("H26.00004-251009-2000")}));
    }
    const auto ahead = find("first");
    CHECK(ahead.held < ahead.recorded);
    // The newest cosignature, with a flipped bit, counts for nothing.
    auto database = scene.tamper("first");
    value_of(database.execute("UPDATE cosignature SET line = substr(line, 1, length(line) - 12) || 'AAAAAAAAAAA='"));
    const auto forged = find("first");
    CHECK(forged.held == 0);
    CHECK(forged.witnessed == 0);
    CHECK(forged.recorded == ahead.recorded);

    scene.places.request("second", "H26.00007");
    CHECK(value_of(node::read_status(scene.places.directory("second"))).logs.empty());
}

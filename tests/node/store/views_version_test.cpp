// Views of another version of the rules: made anew when the node starts, whole or not at all.

#include <catch2/catch.hpp>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/node/audit/audited_city.hpp"

using namespace motcua;
using namespace motcua::tests;

namespace {

constexpr const char* made_by_older_rules = "UPDATE meta SET value = '0' WHERE key = 'views'; UPDATE dossier SET status = 7, state = x'80'; "
                                            "DELETE FROM report_sum";

struct OldViews : AuditedCity {
    sync::Hash digest = value_of(places.open("city").reader().state_digest());

    OldViews() { value_of(tamper().execute(made_by_older_rules)); }
    [[nodiscard]] std::optional<std::string> version() const {
        auto database = tamper();
        return value_of(node::Reader(database).meta("views"));
    }
    [[nodiscard]] std::int64_t old_rows() const {
        auto database = tamper();
        auto statement = value_of(database.prepare("SELECT count(*) FROM dossier WHERE status = 7"));
        ensure(value_of(statement.step()), "a count is a row");
        return statement.integer(0);
    }
};

}  // namespace

TEST_CASE("a new database has views of this version") {
    Folder folder;
    auto store = value_of(node::Store::open(folder.path()));
    CHECK(value_of(node::are_views_current(store.reader())));
}

TEST_CASE("views of an older version are made anew when the node starts, to the same bytes, and the journal says so") {
    OldViews scene;
    auto config = value_of(node::Config::load(scene.places.directory("city")));
    config.journal_file = "journal.log";
    value_of(config.save(scene.places.directory("city")));
    {
        auto city = scene.places.open("city");
        CHECK(value_of(city.reader().state_digest()) == scene.digest);
        CHECK(value_of(node::are_views_current(city.reader())));
    }
    CHECK(scene.old_rows() == 0);
    const auto journal = Places::read_text(scene.places.directory("city") / "journal.log");
    CHECK_THAT(journal, Catch::Contains("the views were made by another version of the rules") && Catch::Contains("the views are made anew"));
    { const auto city = scene.places.open("city"); }
    CHECK(Places::read_text(scene.places.directory("city") / "journal.log") == journal);  // not once more
}

TEST_CASE("an audit of older views says that they will be rebuilt, and accuses nobody") {
    OldViews scene;
    const auto report = scene.verify();
    CHECK(report.has_old_views);
    CHECK(report.findings.all().empty());
    { const auto city = scene.places.open("city"); }
    CHECK_FALSE(scene.verify().has_old_views);
    CHECK(scene.verify().findings.all().empty());
}

TEST_CASE("killed while the views are made anew, a node has the old ones whole, and makes them anew at the next start") {
    OldViews scene;
    const auto before = scene.old_rows();
    REQUIRE(before > 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        auto store = node::Store::open(scene.places.directory("city"));
        const auto pin = sync::RootPin::parse(scene.places.root);
        const auto registry = node::load_registry(store->reader(), *pin);
        // The last log's views are written and not committed.
        const auto logs = store->reader().logs();
        std::uint64_t all = 0;
        for (const auto& log : *logs) all += log.head.log_class == sync::LogClass::inbox ? 0 : log.head.size();
        const auto rebuilt = node::rebuild_views(*store, *registry, [&](std::uint64_t acts) {
            if (acts == all) ::raise(SIGKILL);
        });
        ::_exit(rebuilt ? 1 : 2);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGKILL);
    CHECK(scene.version() == "0");
    CHECK(scene.old_rows() == before);
    auto city = scene.places.open("city");
    CHECK(value_of(city.reader().state_digest()) == scene.digest);
    CHECK(value_of(city.reader().meta("views")) == std::string(node::views_version));
}

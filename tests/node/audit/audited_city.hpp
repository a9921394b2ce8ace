#pragma once
/// A city that holds a commune's log in a few extensions, cosigned; and ways to tamper with its database underneath.

#include "node/audit/verify.hpp"
#include "node/store/schema.hpp"
#include "tests/node/places.hpp"

namespace motcua::tests {

class AuditedCity {
  public:
    Places places;
    std::string commune_origin, city_origin, registry_origin;
    sync::LogId commune_log;

    AuditedCity() {
        places.make_city();
        {
            auto city = places.open("city");
            places.enrol(city, "first", "H26.00004");
            city_origin = city.reader().log(city.log_id()).value()->head.origin;
            registry_origin = city.registry()->origin();
        }
        grow(3);
        grow(2);
        grow(4);
    }
    /// The commune records `dossiers` more, and the city takes and cosigns them.
    void grow(int dossiers) {
        auto city = places.open("city"), commune = places.open("first");
        commune_log = commune.log_id();
        commune_origin = commune.reader().log(commune_log).value()->head.origin;
        const auto officer = places.officer("first");
        std::vector<node::Entry> entries;
        for (int count = 0; count < dossiers; ++count) entries.push_back(places.receive("H26.00004-251009-" + std::to_string(1000 + ++received_)));
        value_of(record_alone(commune, officer, std::move(entries)));
        places.clock.move(std::chrono::minutes(5));
        const auto committed = carry(commune, city, commune_log);
        value_of(commune.begin());
        for (const auto& cosigned : committed.cosigned) value_of(commune.take_cosignatures(cosigned));
        value_of(commune.commit());
    }
    [[nodiscard]] node::AuditReport verify(const std::string& name = "city", const std::optional<std::string>& only_log = {}) {
        return value_of(node::verify_directory(places.directory(name), only_log, places.checker, {}));
    }
    /// A writing connection past every rule, without waiting for the disk.
    [[nodiscard]] node::Database tamper(const std::string& name = "city") const {
        auto database = value_of(node::Database::open(places.directory(name) / node::database_file_name, node::Database::Mode::write, node::main_schema));
        value_of(database.execute("PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF"));
        return database;
    }

  private:
    int received_ = 0;
};

[[nodiscard]] inline bool names(const node::AuditReport& report, const std::string& origin, node::FindingPlace place, std::optional<std::uint64_t> position) {
    return std::ranges::any_of(report.findings.all(), [&](const node::Finding& finding) {
        return finding.origin == origin && finding.place == place && (!position || finding.position == position) && !finding.cause.empty();
    });
}
[[nodiscard]] inline std::string text_of(const node::AuditReport& report) {
    std::string text;
    for (const auto& finding : report.findings.all())
        text += finding.origin + ", " + std::string(node::name_of(finding.place)) + " " +
                (finding.position ? std::to_string(*finding.position) : "-") + ": " + finding.cause + "\n";
    return text;
}

}  // namespace motcua::tests

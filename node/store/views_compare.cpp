// Whether the stored views are those that the logs give.

#include "node/store/schema.hpp"
#include "node/store/views.hpp"

namespace motcua::node {
namespace {

/// SQLite looks a table up in the temporary database first: the code that fills the views fills these, and reads the logs.
std::string temporary(std::string tables) {
    const auto replace = [&](std::string_view from, std::string_view to) {
        for (auto at = tables.find(from); at != std::string::npos; at = tables.find(from, at + to.size())) tables.replace(at, from.size(), to);
    };
    replace("CREATE TABLE ", "CREATE TEMP TABLE ");
    replace("CREATE INDEX ", "CREATE INDEX temp.");
    return tables;
}

/// Rows that differ or are on one side only: the log's origin, the position, and what names the row.
constexpr std::string_view dossier_sql =
    "SELECT (SELECT origin FROM log WHERE substr(log.id, 1, 8) = substr(x.id, 1, 8)), NULL, x.id FROM ("
    "SELECT m.id FROM main.dossier m LEFT JOIN temp.dossier t ON t.id = m.id "
    "WHERE t.id IS NULL OR (m.code, m.status, m.office, m.received_ms, m.state) IS NOT (t.code, t.status, t.office, t.received_ms, t.state) "
    "UNION ALL SELECT t.id FROM temp.dossier t LEFT JOIN main.dossier m ON m.id = t.id WHERE m.id IS NULL) x LIMIT ?";
constexpr std::string_view verdict_sql =
    "SELECT (SELECT origin FROM log WHERE number = x.id >> 40), x.id & 1099511627775, NULL FROM ("
    "SELECT m.id FROM main.verdict m LEFT JOIN temp.verdict t ON t.id = m.id "
    "WHERE t.id IS NULL OR (m.standing, m.reason) IS NOT (t.standing, t.reason) "
    "UNION ALL SELECT t.id FROM temp.verdict t LEFT JOIN main.verdict m ON m.id = t.id WHERE m.id IS NULL) x LIMIT ?";
constexpr std::string_view imported_sql =
    "SELECT (SELECT value FROM meta WHERE key = 'log'), NULL, x.key FROM ("
    "SELECT m.key FROM main.imported m LEFT JOIN temp.imported t ON t.key = m.key WHERE t.key IS NULL "
    "UNION ALL SELECT t.key FROM temp.imported t LEFT JOIN main.imported m ON m.key = t.key WHERE m.key IS NULL) x LIMIT ?";
constexpr std::string_view imported_case_sql =
    "SELECT (SELECT value FROM meta WHERE key = 'log'), NULL, x.key FROM ("
    "SELECT m.key FROM main.imported_case m LEFT JOIN temp.imported_case t ON t.key = m.key "
    "WHERE t.key IS NULL OR (m.dossier, m.act) IS NOT (t.dossier, t.act) "
    "UNION ALL SELECT t.key FROM temp.imported_case t LEFT JOIN main.imported_case m ON m.key = t.key WHERE m.key IS NULL) x LIMIT ?";

constexpr std::string_view given_code_sql =
    "SELECT (SELECT value FROM meta WHERE key = 'log'), NULL, CAST(x.code AS BLOB) FROM ("
    "SELECT code FROM (SELECT code FROM main.given_code EXCEPT SELECT code FROM temp.given_code) "
    "UNION SELECT code FROM (SELECT code FROM temp.given_code EXCEPT SELECT code FROM main.given_code)) x LIMIT ?";

/// Places have numbers of their own on both sides, so rows go by names; EXCEPT takes two nulls for equal.
constexpr std::string_view report_case_sql =
    "WITH m AS (SELECT d.id, p.office, p.since_day, p.unit, p.field, c.received_day, c.finished_day, c.due_ms, c.watch_ms, c.changes "
    "FROM main.report_case c JOIN main.dossier d ON d.number = c.dossier JOIN main.report_place p ON p.number = c.place), "
    "t AS (SELECT d.id, p.office, p.since_day, p.unit, p.field, c.received_day, c.finished_day, c.due_ms, c.watch_ms, c.changes "
    "FROM temp.report_case c JOIN temp.dossier d ON d.number = c.dossier JOIN temp.report_place p ON p.number = c.place) "
    "SELECT (SELECT origin FROM log WHERE substr(log.id, 1, 8) = substr(x.id, 1, 8)), NULL, x.id FROM ("
    "SELECT id FROM (SELECT * FROM m EXCEPT SELECT * FROM t) UNION SELECT id FROM (SELECT * FROM t EXCEPT SELECT * FROM m)) x LIMIT ?";
constexpr std::string_view report_sum_sql =
    "WITH m AS (SELECT s.span, s.first_day, p.office, p.since_day, p.unit, p.field, s.tally "
    "FROM main.report_sum s JOIN main.report_place p ON p.number = s.place), "
    "t AS (SELECT s.span, s.first_day, p.office, p.since_day, p.unit, p.field, s.tally "
    "FROM temp.report_sum s JOIN temp.report_place p ON p.number = s.place) "
    "SELECT (SELECT value FROM meta WHERE key = 'log'), NULL, CAST(x.office AS BLOB) FROM ("
    "SELECT office FROM (SELECT * FROM m EXCEPT SELECT * FROM t) UNION SELECT office FROM (SELECT * FROM t EXCEPT SELECT * FROM m)) x LIMIT ?";

Result<void> compare(Database& database, std::string_view sql, std::string_view what, std::size_t count_max, std::vector<ViewDifference>& found) {
    auto statement = database.prepare(sql);
    if (!statement) return std::unexpected(std::move(statement).error());
    statement->bind(static_cast<std::uint64_t>(count_max));
    while (true) {
        auto row = statement->step();
        if (!row) return std::unexpected(std::move(row).error());
        if (!*row) return {};
        ViewDifference difference{.origin = std::string(statement->text(0)), .position = {}, .cause = std::string(what)};
        if (!statement->is_null(1)) difference.position = statement->size(1);
        if (!statement->is_null(2)) difference.cause += " " + to_hex(statement->blob(2));
        difference.cause += " is not what the logs give; `motcua rebuild` makes it anew";
        found.push_back(std::move(difference));
    }
}

Result<std::vector<ViewDifference>> derive_and_compare(Reader& reader, const sync::Registry& registry, std::size_t count_max,
                                                       const std::function<void(std::uint64_t)>& progress) {
    auto& database = reader.database();
    if (auto ok = database.execute(temporary(view_tables).c_str()); !ok) return std::unexpected(std::move(ok).error());
    if (auto ok = fill_views(reader, registry, progress); !ok) return std::unexpected(std::move(ok).error());
    std::vector<ViewDifference> found;
    for (const auto& [sql, what] : {std::pair(dossier_sql, "the stored view of dossier"), std::pair(verdict_sql, "the stored verdict"),
                                    std::pair(report_case_sql, "what reports count of dossier"),
                                    std::pair(report_sum_sql, "a sum of reports of office"),
                                    std::pair(given_code_sql, "the stored code that was given,"),
                                    std::pair(imported_sql, "the stored key of an imported event"),
                                    std::pair(imported_case_sql, "the stored key of an imported case")}) {
        if (auto ok = compare(database, sql, what, count_max, found); !ok) return std::unexpected(std::move(ok).error());
    }
    return found;
}

}  // namespace

Result<std::vector<ViewDifference>> compare_views(Reader& reader, const sync::Registry& registry, std::size_t count_max,
                                                  const std::function<void(std::uint64_t)>& progress) {
    // The connection stays one that cannot write the node's files: SQLITE_OPEN_READONLY leaves the temporary database alone.
    if (auto ok = reader.database().execute("PRAGMA query_only = OFF"); !ok) return std::unexpected(std::move(ok).error());
    auto found = derive_and_compare(reader, registry, count_max, progress);
    if (auto ok = reader.database().execute("PRAGMA query_only = ON"); !ok) return std::unexpected(std::move(ok).error());
    return found;
}

}  // namespace motcua::node

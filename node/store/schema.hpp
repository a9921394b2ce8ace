#pragma once
/// The tables of motcua.db and witness.db; SCHEMA.md says what each column means.

#include "node/store/database.hpp"

namespace motcua::node {

inline constexpr const char* database_file_name = "motcua.db";
inline constexpr const char* witness_file_name = "witness.db";

/// Entries, bodies and their views are keyed by log number << 40 | seq, one integer, so that a log lies together.
inline constexpr unsigned seq_bits = 40;
inline constexpr std::uint64_t seq_limit = 1ULL << seq_bits;
inline constexpr std::uint64_t log_number_limit = 1ULL << 23U;  ///< the rest of a positive 64-bit integer

[[nodiscard]] inline std::int64_t entry_id(std::uint64_t log_number, std::uint64_t seq) {
    ensure(log_number < log_number_limit && seq <= seq_limit, "a storage key holds 23 bits of log and 40 of seq");
    return static_cast<std::int64_t>((log_number << seq_bits) + seq);
}
[[nodiscard]] inline std::uint64_t seq_of(std::int64_t id) { return static_cast<std::uint64_t>(id) & (seq_limit - 1); }

/// The tables that are derived from the others; an audit makes them once more, in SQLite's temporary database.
inline constexpr const char* view_tables = R"sql(
CREATE TABLE dossier (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, code TEXT, status INTEGER NOT NULL, office TEXT,
  received_ms INTEGER NOT NULL, lookup BLOB, state BLOB NOT NULL) STRICT;
CREATE INDEX dossier_code ON dossier (code, id);
CREATE INDEX dossier_lookup ON dossier (lookup) WHERE lookup IS NOT NULL;
CREATE INDEX dossier_received ON dossier (received_ms, status, id);
CREATE TABLE verdict (id INTEGER PRIMARY KEY, standing INTEGER NOT NULL, reason INTEGER NOT NULL) STRICT;
CREATE INDEX verdict_waiting ON verdict (id) WHERE standing = 2;
CREATE TABLE admission (key BLOB NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (key, id)) STRICT, WITHOUT ROWID;
CREATE TABLE report_place (
  number INTEGER PRIMARY KEY, office TEXT NOT NULL, since_day INTEGER NOT NULL, unit TEXT NOT NULL, field TEXT NOT NULL,
  UNIQUE (office, since_day, unit, field)) STRICT;
CREATE TABLE report_case (
  dossier INTEGER PRIMARY KEY, place INTEGER NOT NULL, received_day INTEGER NOT NULL, finished_day INTEGER, due_ms INTEGER,
  watch_ms INTEGER, changes BLOB NOT NULL) STRICT;
CREATE INDEX report_case_finished ON report_case (finished_day, watch_ms);
CREATE TABLE report_sum (
  span INTEGER NOT NULL, first_day INTEGER NOT NULL, place INTEGER NOT NULL, tally BLOB NOT NULL,
  PRIMARY KEY (span, first_day, place)) STRICT, WITHOUT ROWID;
CREATE TABLE given_code (code TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE imported (key BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE imported_case (
  key BLOB PRIMARY KEY, dossier BLOB NOT NULL, act BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql";

/// What older files still lack. Version 1 was never in anybody's hands.
inline constexpr SchemaStep main_steps[] = {
    {.from = 2, .sql = "ALTER TABLE evidence ADD COLUMN proof BLOB; CREATE TABLE damage (id INTEGER NOT NULL, part INTEGER NOT NULL, "
                       "found_ms INTEGER NOT NULL, cause TEXT NOT NULL, PRIMARY KEY (id, part)) STRICT, WITHOUT ROWID; "
                       "CREATE TABLE IF NOT EXISTS deferred (log INTEGER PRIMARY KEY, first INTEGER NOT NULL, past INTEGER NOT NULL) STRICT;"},
};

inline constexpr Schema main_schema{.application_id = 0x6d637561 /* "mcua" */, .version = 3, .tables = R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE log (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, origin TEXT NOT NULL UNIQUE, public_key BLOB NOT NULL,
  class INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, nodes BLOB NOT NULL, last_leaf BLOB NOT NULL,
  registry_size INTEGER NOT NULL, announced INTEGER, accused TEXT, proven INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE entry (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE body (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TABLE missing_body (id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE deferred (log INTEGER PRIMARY KEY, first INTEGER NOT NULL, past INTEGER NOT NULL) STRICT;
CREATE TABLE inbox_entry (id INTEGER PRIMARY KEY, act INTEGER NOT NULL, other BLOB) STRICT;
CREATE UNIQUE INDEX inbox_entry_act ON inbox_entry (act, id >> 40);
CREATE TABLE foreign_act (id INTEGER PRIMARY KEY, envelope BLOB NOT NULL) STRICT;
CREATE TABLE checkpoint (
  log INTEGER NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (log, size)) STRICT, WITHOUT ROWID;
CREATE TABLE cosignature (
  log INTEGER NOT NULL, cosigner TEXT NOT NULL, size INTEGER NOT NULL, time INTEGER NOT NULL, line TEXT NOT NULL,
  PRIMARY KEY (log, cosigner, size)) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
  number INTEGER PRIMARY KEY, log BLOB NOT NULL, ours TEXT NOT NULL, theirs TEXT NOT NULL, cause TEXT NOT NULL, proof BLOB,
  UNIQUE (log, ours, theirs, cause)) STRICT;
CREATE TABLE damage (
  id INTEGER NOT NULL, part INTEGER NOT NULL, found_ms INTEGER NOT NULL, cause TEXT NOT NULL, PRIMARY KEY (id, part)) STRICT, WITHOUT ROWID;
INSERT INTO meta (key, value) VALUES ('views', '1');
)sql", .views = view_tables, .steps = main_steps};

inline constexpr Schema witness_schema{.application_id = 0x6d637774 /* "mcwt" */, .version = 1, .tables = R"sql(
CREATE TABLE witness (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL) STRICT, WITHOUT ROWID;
)sql"};

}  // namespace motcua::node

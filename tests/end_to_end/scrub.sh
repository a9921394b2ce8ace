#!/bin/sh
# Bits flip on the disks of a commune and of its city: found by hash, not handed on, fetched again from the other side, and told in words.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
for number in 1 2 3 4 5 6; do run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "Người thứ $number"; done
serve "$city" "$city_port"
run 0 sync "$badinh" --once
stop "$server"
run 0 scrub "$badinh"
says "all as it was stored"
run 0 scrub "$city"

# rot DIR TABLE COLUMN SEQ: one bit of what is stored at that place of the commune's log.
rot() {
  python3 - "$1/motcua.db" "$2" "$3" "$4" <<'PYTHON'
import sqlite3, sys
file, table, column, seq = sys.argv[1:]
database = sqlite3.connect(file)
place = database.execute("SELECT (number << 40) + ? FROM log WHERE origin LIKE 'motcua/H26.00004/%'", (int(seq),)).fetchone()[0]
value = bytearray(database.execute(f"SELECT {column} FROM {table} WHERE id = ?", (place,)).fetchone()[0])
value[len(value) // 2] ^= 4
database.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (bytes(value), place))
database.commit()
PYTHON
}

# the commune: an act and a body; nothing of it gets out
rot "$badinh" entry envelope 3
rot "$badinh" body bytes 2
run 5 scrub "$badinh"
says "entry"
says "body"
run 4 doctor "$badinh"
says "the disk has changed"
run 0 status "$badinh"
says "TROUBLE"
run 5 audit verify "$badinh"
serve "$city" "$city_port"
run 0 sync "$badinh" --once
run 0 scrub "$badinh"
run 0 audit verify "$badinh"
run 0 doctor "$badinh"
says "all was as it was stored"

# the city: found while it serves, and given back by the commune
stop "$server"
rot "$city" entry envelope 4
serve "$city" "$city_port"
run 5 scrub "$city"
run 4 doctor "$city"
run 0 sync "$badinh" --once
run 0 scrub "$city"
run 0 audit verify "$city"
run 0 doctor "$city"
say "ok"

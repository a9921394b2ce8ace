#!/bin/sh
# A city whose database was put back to an earlier day is found out by its own cosigning table (witness.db), which is
# not part of a backup; and it does not cosign less than it once did.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city commune=$scene/badinh log=motcua/H26.00004/
found_city "$city"
free_port
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"
receive() { run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức"; }
sync_once() {
  serve "$city" "$port"
  run "$1" sync "$commune" --once
  stop "$server"
}
receive
sync_once 0
mkdir "$scene/backup"
cp -a "$city"/motcua.db* "$scene/backup"
receive
sync_once 0
held=$(mark "$commune" "$log" held)
run 0 audit verify "$city"

rm -f "$city"/motcua.db*
cp -a "$scene/backup"/. "$city"
run 5 audit verify "$city"
origin=$(mark "$commune" "$log" origin)
says "$origin"

# The commune still has every act; the city takes them again and then verifies.
[ "$(mark "$commune" "$log" held)" = "$held" ] || flunk "held went back"
serve "$city" "$port"
"$motcua" sync "$commune" --once >"$scene/out" 2>"$scene/err" </dev/null || :
stop "$server"
run 0 audit verify "$commune"
same_log "$commune" "$city" "$log" || flunk "the restored city did not get the log back"
run 0 audit verify "$city"

# The city's own acts and the registry have no copy above. Put back, they are found out, and nothing more is recorded.
rm -rf "$scene/backup" && mkdir "$scene/backup"
cp -a "$city"/motcua.db* "$scene/backup"
run 0 dossier receive "$city" --procedure 1.001193 --applicant "Trần Thị Bích"
run 0 audit verify "$city"
rm -f "$city"/motcua.db*
cp -a "$scene/backup"/. "$city"
run 5 audit verify "$city"
says "this node wrote that much"
run 4 dossier receive "$city" --procedure 1.001193 --applicant "Trần Thị Bích"
says "restored or cut copy"
run 0 status "$city"

#!/bin/sh
# A city is put back to yesterday's backup: what was stated in the registry since comes back from below, nothing is stated over it, and the city
# goes on in its next log.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh ngocha=$scene/ngocha
echo "giữ kín" >"$scene/backup.pass"
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$1" --procedure 1.004222 --applicant "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }
receive "$badinh" "Trần Thị Mai"
run 0 sync "$badinh" --once
run 0 backup make "$city" "$scene/city.backup" --passphrase-file "$scene/backup.pass"

# since then: an office more, and acts
enrol "$ngocha" H26.00005 "Phường Ngọc Hà" H26 "$city_port" "$city"
receive "$badinh" "Lê Văn Bưởi"; since=$dossier
receive "$ngocha" "Đỗ Thị Lê"; young=$dossier
run 0 sync "$badinh" --once
run 0 sync "$ngocha" --once
before=$(number "$badinh" motcua/H26/registry size)

stop "$server"
mv "$city" "$scene/dead"
run 0 restore "$scene/city.backup" "$city" --passphrase-file "$scene/backup.pass"
serve "$city" "$city_port"
[ "$(number "$city" motcua/H26/registry size)" -lt "$before" ] || flunk "the backup is not older"
"$motcua" registry retire "$city" H26.00004 >"$scene/out" 2>"$scene/err" && flunk "a restored city stated something"
"$motcua" sync "$badinh" --once >"$scene/out" 2>"$scene/err" || :
run 0 sync "$badinh" --once
[ "$(number "$city" motcua/H26/registry size)" = "$before" ] || flunk "the registry did not come back from below"
run 0 sync "$ngocha" --once
run 0 dossier show "$city" "$since"
run 0 dossier show "$city" "$young"
run 4 doctor "$city"
stop "$server"
run 0 recover "$city"
says "let the hubs below sync"
run 4 recover "$city" --go-on
run 0 recover "$city" --go-on --nobody-can-be-reached
run 0 enrol approve "$city" "$city/enrol.request"
serve "$city" "$city_port"
receive "$badinh" "Phạm Thị Đào"; after=$dossier
within 20 "$motcua" sync "$badinh" --once >"$scene/out" 2>"$scene/err"
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$after"
run 0 status "$badinh"
says "recorded, held and witnessed"
run 0 audit verify "$city"
run 0 audit verify "$badinh"
run 0 doctor "$city"
say "ok"

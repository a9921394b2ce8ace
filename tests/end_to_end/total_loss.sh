#!/bin/sh
# A commune loses its machine and every backup: a new machine takes its place, has back what had been sent, gives no number twice, and the city
# closes the lost log at what it holds.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh lost=$scene/lost
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$1" --procedure 1.004222 --applicant "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }

receive "$badinh" "Trần Thị Mai"; sent=$dossier
run 0 sync "$badinh" --once
receive "$badinh" "Nguyễn Văn An"; unsent=$dossier
mv "$badinh" "$lost"

run 0 enrol request "$badinh" --code H26.00004 --name "Phường Ba Đình" --officer "Nguyễn Thị Lan" --insecure-no-passphrase
run 3 enrol approve "$city" "$badinh/enrol.request" --continues H26.00009 --out "$scene/again.ticket"
run 0 enrol approve "$city" "$badinh/enrol.request" --continues H26.00004 --out "$scene/again.ticket"
run 0 enrol accept "$badinh" "$scene/again.ticket" --upstream "127.0.0.1:$city_port" --root "$root"

# before it has synced it records already, and gives no number that the lost machine gave, known here or not
receive "$badinh" "Lê Thị Hồng"; new=$dossier
[ "$new" != "$sent" ] && [ "$new" != "$unsent" ] || flunk "$new was given twice"
run 3 dossier show "$badinh" "$sent"
run 0 sync "$badinh" --once
run 0 dossier show "$badinh" "$sent"
says_not "không có hiệu lực"
run 0 dossier assign "$badinh" "$sent" --unit "Tư pháp"
receive "$badinh" "Phạm Thị Đào"
[ "$dossier" != "$new" ] && [ "$dossier" != "$unsent" ] || flunk "$dossier was given twice"
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$new"
run 0 audit verify "$badinh"
run 0 audit verify "$city"
run 0 audit codes "$city"
run 0 doctor "$badinh"

# the lost machine is found after all
"$motcua" sync "$lost" --once >"$scene/out" 2>"$scene/err" || :
run 4 dossier receive "$lost" --procedure 1.004222 --applicant "Kẻ sinh đôi"
says "closed"
run 3 dossier show "$badinh" "$unsent"
run 0 adopt "$badinh" --from "$lost"
run 0 dossier show "$badinh" "$unsent"
says_not "không có hiệu lực"
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$unsent"
run 0 audit verify "$city"
say "ok"

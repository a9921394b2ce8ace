#!/bin/sh
# A commune's machine is cloned, and both work as one node: the city has proof, a stranger checks it with no node, the city convicts the log,
# both machines stop, and one of them goes on in a new log.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh twin=$scene/twin log=motcua/H26.00004/
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$1" --procedure 1.004222 --applicant "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }

receive "$badinh" "Trần Thị Mai"; common=$dossier
receive "$badinh" "Lê Thị Hồng"
run 0 sync "$badinh" --once
cp -a "$badinh" "$twin"  # the fence too: nothing tells the two apart
receive "$badinh" "Lê Văn Bưởi"; first=$dossier
run 0 dossier assign "$badinh" "$common" --unit "Tư pháp"
for name in "Phạm Thị Đào" "Đỗ Văn Mít" "Trần Văn Cam" "Ngô Thị Na"; do receive "$twin" "$name"; done
run 0 sync "$badinh" --once
run 5 sync "$twin" --once
says "two signed histories"

# both the twin and the city have the proof, and it is the same
run 0 audit evidence "$city"
says "PROVEN $log"
run 0 audit evidence "$city" --export "$scene/at-city.fork"
run 0 audit evidence "$twin" --export "$scene/at-twin.fork"
cmp "$scene/at-city.fork" "$scene/at-twin.fork" || flunk "city and twin have different proofs"
[ "$(wc -c <"$scene/at-city.fork")" -lt 4096 ] || flunk "the proof is over 4 KB"
run 4 doctor "$city"
says "motcua audit evidence"

# a stranger
run 0 audit verify-fork "$scene/at-city.fork"
says "signed two histories"
run 5 audit verify-fork "$scene/at-city.fork" --log "motcua/H26.00005/00000000000000000000000000000000"
sed 's/H26.00004/H26.00005/' "$scene/at-city.fork" >"$scene/forged.fork"
run 5 audit verify-fork "$scene/forged.fork"

# the twin has stopped; its disk is kept
run 4 dossier receive "$twin" --procedure 1.004222 --applicant "Kẻ sinh đôi"
says "two machines"
run 0 recover "$twin"
says "Keep"

# its office cannot go on before the log is convicted; a proof that proves nothing convicts nobody
run 0 recover "$twin" --go-on
run 4 enrol approve "$city" "$twin/enrol.request" --parent H26 --out "$scene/twin.ticket"
says "registry convict"
run 5 registry convict "$city" "$scene/forged.fork"
run 0 registry convict "$city" "$scene/at-twin.fork" --keep 3
run 0 registry convict "$city" "$scene/at-twin.fork" --keep 3
run 0 enrol approve "$city" "$twin/enrol.request" --parent H26 --out "$scene/twin.ticket"
run 0 sync "$twin" --once
run 0 audit evidence "$city"
says "has convicted"

# the first machine hears of it and stops too; what both recorded before the fork stands, what came after is kept without effect
"$motcua" sync "$badinh" --once >"$scene/out" 2>"$scene/err" || :
run 4 dossier receive "$badinh" --procedure 1.004222 --applicant "Trần Văn Cam"
run 0 dossier show "$city" "$common"
says_not "quarantined"
run 3 dossier show "$city" "$first"  # without effect, so that it has no code either

# the office works
receive "$twin" "Đỗ Thị Lê"; after=$dossier
run 0 sync "$twin" --once
run 0 dossier show "$city" "$after"
run 0 doctor "$twin"
say "ok"

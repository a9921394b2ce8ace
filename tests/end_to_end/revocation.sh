#!/bin/sh
# A commune's machine is stolen with its officer's key, which signs on and backdates: the city closes the node's log and revokes the key, and nothing that
# the thief records has effect anywhere. So with a key that only a head had admitted.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "$1" --as "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }
receive "Trần Thị Mai" "Cán bộ 1"; honest=$dossier
signer() { run 0 dossier show "$badinh" "$1" --json; tr -d ' \n' <"$scene/out" | sed 's/.*"signer":"\([0-9a-f]*\)".*/\1/'; }
run 0 officer add "$badinh" "Tạm" --roles desk
run 0 officer admit "$badinh" "$badinh/officer.request" --as "Cán bộ 1"
receive "Lê Văn Bưởi" "Tạm"; admitted=$dossier
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$admitted"
says_not "không có hiệu lực"

# the key that only the head had admitted: revoked by its digits, and it will never be listed
run 0 registry revoke "$city" "$(signer "$admitted")"
run 0 sync "$badinh" --once
for place in "$badinh" "$city"; do
  run 3 dossier show "$place" "$admitted"  # kept, without effect, and so without a code
  run 0 dossier show "$place" "$honest"
  says_not "không có hiệu lực"
done
run 4 enrol approve "$city" "$badinh/officer.request"

# the machine: what stood at the city stands, what the thief records does not
keep=$(number "$city" motcua/H26.00004/ size)
receive "Kẻ gian" "Cán bộ 1"; forged=$dossier
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$forged"
says_not "không có hiệu lực"
run 2 registry seal "$city" H26.00004 --keep 9999
run 0 registry seal "$city" H26.00004 --keep "$keep"
run 4 registry seal "$city" H26.00004
run 0 registry revoke "$city" "$(signer "$honest")" --keep "H26.00004=$keep"
run 3 dossier show "$city" "$forged"
run 0 dossier show "$city" "$honest"
says_not "không có hiệu lực"
run 0 sync "$badinh" --once
run 4 dossier receive "$badinh" --procedure 1.004222 --applicant "Kẻ gian" --as "Cán bộ 1"
says "closed"
run 0 registry retire "$city" H26.00004 --reason stolen
code=0
"$motcua" sync "$badinh" --once >"$scene/out" 2>"$scene/err" || code=$?
[ "$code" -ne 0 ] || flunk "the city still talks to a retired node"

# the office goes on with a new machine
run 0 enrol request "$scene/new" --code H26.00004 --name "Phường Ba Đình" --officer "Nguyễn Thị Lan" --insecure-no-passphrase
run 0 enrol approve "$city" "$scene/new/enrol.request" --parent H26 --out "$scene/new.ticket"
run 0 enrol accept "$scene/new" "$scene/new.ticket" --upstream "127.0.0.1:$city_port" --root "$root"
badinh=$scene/new
receive "Phạm Thị Đào" "Nguyễn Thị Lan"
run 0 sync "$badinh" --once
run 0 audit verify "$city"
say "ok"

#!/bin/sh
# A commune forgets the passphrase of its keys: a new machine goes on in the next log of its line, the old key of its head is replaced, and what was
# recorded and never sent is carried over from the old directory, which needs no passphrase to be read.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city badinh=$scene/badinh old=$scene/old
printf 'chỉ một người biết\n' >"$scene/known"
printf 'mật khẩu mới\n' >"$scene/new"
found_city "$city"
free_port; city_port=$port
run 0 enrol request "$badinh" --code H26.00004 --name "Phường Ba Đình" --officer "Nguyễn Thị Lan" --passphrase-file "$scene/known"
old_key=$(grep -oE '[0-9a-f]{64}' "$scene/err" | head -n 1)
run 0 enrol approve "$city" "$badinh/enrol.request" --parent H26 --out "$scene/ticket"
run 0 enrol accept "$badinh" "$scene/ticket" --upstream "127.0.0.1:$city_port" --root "$root" --passphrase-file "$scene/known"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "$1" --passphrase-file "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }
receive "Trần Thị Mai" "$scene/known"; sent=$dossier
run 0 sync "$badinh" --once --passphrase-file "$scene/known"
receive "Nguyễn Văn An" "$scene/known"; unsent=$dossier

mv "$badinh" "$old"
run 0 enrol request "$badinh" --code H26.00004 --name "Phường Ba Đình" --officer "Nguyễn Thị Lan" --passphrase-file "$scene/new"
run 0 enrol approve "$city" "$badinh/enrol.request" --continues H26.00004 --out "$scene/again"
run 0 registry retire "$city" "$old_key" --reason lost
run 0 enrol accept "$badinh" "$scene/again" --upstream "127.0.0.1:$city_port" --root "$root" --passphrase-file "$scene/new"
run 0 sync "$badinh" --once --passphrase-file "$scene/new"
run 0 dossier show "$badinh" "$sent"
says_not "không có hiệu lực"
run 0 adopt "$badinh" --from "$old" --passphrase-file "$scene/new"
run 0 sync "$badinh" --once --passphrase-file "$scene/new"
for place in "$badinh" "$city"; do
  run 0 dossier show "$place" "$unsent"
  says_not "không có hiệu lực"
  run 0 audit verify "$place"
done
receive "Phạm Thị Đào" "$scene/new"

# An officer alone forgot: a new key, which the city puts in the place of the old one.
run 0 officer add "$badinh" "Lê Thị Hồng" --roles desk --passphrase-file "$scene/known" --node-passphrase-file "$scene/new"
first=$(grep -oE '[0-9a-f]{64}' "$scene/out" "$scene/err" | head -n 1 | grep -oE '[0-9a-f]{64}')
run 0 enrol approve "$city" "$badinh/officer.request"
run 0 officer add "$badinh" "Lê Thị Hồng 2" --roles desk --passphrase-file "$scene/new"
second=$(grep -oE '[0-9a-f]{64}' "$scene/out" "$scene/err" | head -n 1 | grep -oE '[0-9a-f]{64}')
run 0 registry supersede "$city" "$first" "$second"
run 0 sync "$badinh" --once --passphrase-file "$scene/new"
run 0 dossier receive "$badinh" --procedure 1.004222 --applicant "Đỗ Thị Lê" --as "Lê Thị Hồng 2" --passphrase-file "$scene/new"
run 4 dossier receive "$badinh" --procedure 1.004222 --applicant "Trần Văn Cam" --as "Lê Thị Hồng" --passphrase-file "$scene/known" --node-passphrase-file "$scene/new"
say "ok"

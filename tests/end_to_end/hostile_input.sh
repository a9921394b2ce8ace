#!/bin/sh
# What people type and name by mistake is refused with exit code 2, before anything is written or lost.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city commune=$scene/badinh
found_city "$city"
free_port
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"

# Names that the registry cannot hold: not UTF-8, empty, too long, with a line break.
not_utf8=$(printf 'a\377b')
for name in "$not_utf8" "" "$(printf '%0301d' 0)" "$(printf 'a\nb')"; do
  run 2 init "$scene/a" --city --code H26 --name "$name" --insecure-no-passphrase
  run 2 init "$scene/a" --city --code H26 --name "Hà Nội" --officer "$name" --insecure-no-passphrase
  run 2 enrol request "$scene/a" --code H26.00008 --name "$name" --insecure-no-passphrase
  run 2 enrol request "$scene/a" --code H26.00008 --name "Phường" --officer "$name" --insecure-no-passphrase
  run 2 officer add "$commune" "$name" --roles desk
  run 2 officer add "$city" "$name" --roles desk
done
[ ! -e "$scene/a" ] || flunk "a refused name left a directory"
[ ! -e "$scene/a-recovery.key" ] || flunk "a refused name left a recovery key"
run 2 dossier receive "$commune" --procedure 1.001193 --applicant "$not_utf8"

# A directory may have any name; what is printed as JSON stays JSON.
run 0 init "$scene/$not_utf8" --city --code H26 --name "Hà Nội" --insecure-no-passphrase --json
grep -q '"root":' "$scene/out" || flunk "init --json says no root"

# A file where a directory should be is not found.
run 3 status "$commune/motcua.toml"

# The reject file never replaces the file that is imported.
{ head -n 4 "$sample"; echo 'not,a,row'; } >"$scene/bad.csv"
cp "$scene/bad.csv" "$scene/bad.kept"
ln "$scene/bad.csv" "$scene/bad.link"
for rejects in "$scene/bad.csv" "$scene/bad.link"; do
  run 2 import events "$commune" "$scene/bad.csv" --rejects "$rejects"
  cmp "$scene/bad.csv" "$scene/bad.kept" || flunk "the reject file replaced the file that was imported"
done
run 4 import events "$commune" "$scene/bad.csv" --rejects "$scene/rejects"
run 0 audit verify "$commune"

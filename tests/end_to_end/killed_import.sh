#!/bin/sh
# kill -9 at any disk call of an import or a reception, then again: nothing recorded is lost, nothing is doubled.
. "$(dirname "$0")/support/scene.sh"
. "$(dirname "$0")/support/kill.sh"

log=motcua/H26.00004/
found_city "$scene/city"
free_port
enrol "$scene/before" H26.00004 "Phường Ba Đình" H26 "$port" "$scene/city"
events=$(($(wc -l <"$sample") - 1))

cp -a "$scene/before" "$scene/whole"
count_calls import events "$scene/whole" "$sample"
import_calls=$calls
whole_size=$(mark "$scene/whole" "$log" size)

import_killed_at() {
  rm -rf "$scene/node"
  cp -a "$scene/before" "$scene/node"
  killed_at "$1" import events "$scene/node" "$sample"
  run 0 audit verify "$scene/node"
  kept=$(mark "$scene/node" "$log" recorded)
  run 0 import events "$scene/node" "$sample" --json
  reached "$scene/node" "$log" size "$whole_size" || flunk "killed at call $1 with $kept acts: again gives $(mark "$scene/node" "$log" size), not $whole_size"
  run 0 import events "$scene/node" "$sample" --json
  grep -q '"imported": *0[,}]' "$scene/out" || flunk "killed at call $1: an event was imported twice"
  run 0 audit verify "$scene/node"
}
each_point "$import_calls" 60 import_killed_at
say "import: killed at points of $import_calls disk calls; $events events stand once each"

# A code that was printed is a dossier that is there.
rm -rf "$scene/node"
cp -a "$scene/before" "$scene/node"
cp -a "$scene/before" "$scene/whole2"
count_calls dossier receive "$scene/whole2" --procedure 1.001193 --applicant "Nguyễn Văn Đức"
printed=0
receive_killed_at() {
  killed_at "$1" dossier receive "$scene/node" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
  if grep -q '"code"' "$scene/out"; then
    printed=$((printed + 1))
    tr -d ' \n' <"$scene/out" | sed 's/.*"code":"\([^"]*\)".*/\1/' >>"$scene/promised"
    echo >>"$scene/promised"
  fi
}
each_point $((calls + 3)) 40 receive_killed_at
run 0 audit verify "$scene/node"
run 0 rebuild "$scene/node"
[ "$printed" -gt 0 ] || flunk "no reception came to its end"
while read -r code; do
  [ -z "$code" ] || run 0 dossier show "$scene/node" "$code"
done <"$scene/promised"
sort "$scene/promised" | grep . | uniq -d | grep . && flunk "one code was given twice"
say "reception: $printed codes were promised and all are there"

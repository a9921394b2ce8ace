#!/bin/sh
# kill -9 at any disk call of an import or a reception, then again: nothing recorded is lost, nothing is doubled.
. "$(dirname "$0")/support/scene.sh"
. "$(dirname "$0")/support/kill.sh"

log=motcua/H26.00004/
found_city "$scene/city"
free_port
enrol "$scene/before" H26.00004 "Phường Ba Đình" H26 "$port" "$scene/city"
# Enough for three groups of commits.
events=1300
sample=$scene/history.csv
awk -v events="$events" 'BEGIN {
  print "case:concept:name,concept:name,time:timestamp,concept:instance"
  for (i = 0; i < events; i++) printf "HS-%d,Bước %d,2026-03-02 11:%02d:%02d.000+07:00,su-kien-%d\n", i / 6, i % 6, i / 60, i % 60, i
}' >"$sample"
again() {
  rm -rf "$scene/node"
  cp -a "$scene/before" "$scene/node"
}

again
trace_points "$scene/points" import events "$scene/node" "$sample"
whole_size=$(mark "$scene/node" "$log" size)

import_killed_at() {
  again
  killed_at "$1" "$2" import events "$scene/node" "$sample"
  run 0 audit verify "$scene/node"
  kept=$(mark "$scene/node" "$log" recorded)
  run 0 import events "$scene/node" "$sample" --json
  reached "$scene/node" "$log" size "$whole_size" ||
    flunk "killed at $1 $2 with $kept acts: again gives $(mark "$scene/node" "$log" size), not $whole_size"
  run 0 import events "$scene/node" "$sample" --json
  grep -q '"imported": *0[,}]' "$scene/out" || flunk "killed at $1 $2: an event was imported twice"
  run 0 audit verify "$scene/node"
}
each_point "$scene/points" 60 import_killed_at
say "import: killed at points of $calls disk calls; $events events stand once each"

# A code that was printed is a dossier that is there.
again
trace_points "$scene/points" dossier receive "$scene/node" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
again
: >"$scene/promised"
receive_killed_at() {
  killed_at "$1" "$2" dossier receive "$scene/node" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
  tr -d ' ' <"$scene/out" | sed -n 's/.*"code":"\([^"]*\)".*/\1/p' >>"$scene/promised"
}
each_point "$scene/points" 60 receive_killed_at
for once in 1 2 3; do
  run 0 dossier receive "$scene/node" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
  tr -d ' ' <"$scene/out" | sed -n 's/.*"code":"\([^"]*\)".*/\1/p' >>"$scene/promised"
done
run 0 audit verify "$scene/node"
run 0 rebuild "$scene/node"
[ "$(wc -l <"$scene/promised")" -ge "$once" ] || flunk "no reception came to its end"
while read -r dossier; do run 0 dossier show "$scene/node" "$dossier"; done <"$scene/promised"
[ -z "$(sort "$scene/promised" | uniq -d)" ] || flunk "one code was given twice"
say "reception: killed at points of $calls disk calls; $(wc -l <"$scene/promised") codes were promised and all are there"

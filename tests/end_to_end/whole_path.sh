#!/bin/sh
# A commune imports and works with the city away, then syncs; the city holds every act, proves it, and a second import,
# from the CSV or the XES, adds nothing.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city commune=$scene/badinh log=motcua/H26.00004/
found_city "$city"
free_port
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"

# imports FILE NUMBER [EXTRA...]: the log grows by exactly NUMBER acts, receipts aside.
imports() {
  file=$1 number=$2
  run 0 import events "$commune" "$file" --json
  grep -q "\"imported\": *$number[,}]" "$scene/out" || flunk "$file: expected $number imported"
}

walk() { # CSV XES EVENTS
  csv=$1 xes=$2 events=$3
  run 6 sync "$commune" --once
  imports "$csv" "$events"
  imports "$csv" 0
  [ -z "$xes" ] || imports "$xes" 0
  recorded=$(mark "$commune" "$log" recorded)
  [ "$recorded" -ge "$events" ] || flunk "$recorded recorded after $events events"

  serve "$city" "$port"
  run 0 sync "$commune" --once
  reached "$commune" "$log" held "$recorded" || flunk "held is not recorded after a sync"
  reached "$commune" "$log" witnessed "$recorded" || flunk "under the city held and witnessed coincide"
  same_log "$commune" "$city" "$log" || flunk "the city's log is not the commune's"
  run 0 audit verify "$city"
  run 0 audit verify "$commune"
  run 0 audit times "$city"
  grep -q "$log.*$((recorded)) acts" "$scene/out" || flunk "audit times does not look at every act of the commune"
  stop "$server"
  run 0 audit verify "$city"
}

walk "$sample" "${sample%.csv}.xes" "$(($(wc -l <"$sample") - 1))"

# A list that was cut short says so, beside the list; a whole one says nothing.
run 0 dossier list "$commune" --limit 1
[ "$(wc -l <"$scene/out")" -eq 1 ] && grep -q -- --limit "$scene/err" || flunk "a list that is not whole does not say so"
run 0 dossier list "$commune" --limit 100000
[ "$(wc -l <"$scene/out")" -gt 1 ] && [ ! -s "$scene/err" ] || flunk "a whole list, and a word about it"

if [ -f "$shared_logs/receipt.csv" ]; then
  commune=$scene/ngocha log=motcua/H26.00008/
  free_port
  enrol "$commune" H26.00008 "Phường Ngọc Hà" H26 "$port" "$city"
  walk "$shared_logs/receipt.csv" "$shared_logs/receipt.xes" 8577
else
  say "skipped: receipt.csv is not beside this checkout"
fi

# What the city proves, a stranger proves again from the export and the root key alone.
run 0 audit export "$city" "$scene/export"
run 0 audit verify --from "$scene/export" --root "$root"
first=$(find "$scene/export" -path '*tile/entries*' -type f | head -n 1)
printf '\377' | dd of="$first" bs=1 seek=40 conv=notrunc 2>/dev/null
run 5 audit verify --from "$scene/export" --root "$root"

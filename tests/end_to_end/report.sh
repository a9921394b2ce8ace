#!/bin/sh
# Reports over imported histories: each cell is what a script of its own finds in the CSV alone; the dossiers behind a cell are as many as it says.
. "$(dirname "$0")/support/scene.sh"

command -v python3 >/dev/null || { say "skipped: python3 is not installed"; exit 77; }
confirm=$source_folder/tests/end_to_end/report_from_csv.py
city=$scene/city
found_city "$city"

# without_names: a CSV without its second column, and without its carriage returns.
without_names() {
  python3 -c '
import csv, sys
out = csv.writer(sys.stdout, lineterminator="\n")
for row in csv.reader(sys.stdin):
    out.writerow(row[:1] + row[2:])'
}

# confirms CSV DIR OFFICE FROM TO RULES: both reports, cell by cell.
confirms() {
  file=$1 node=$2 office=$3 from=$4 to=$5 rules=$6
  for form in ii06a headline; do
    staff=""
    [ "$form" = ii06a ] || staff=--staff
    # shellcheck disable=SC2086  # an option or none
    run 0 report "$form" "$node" --from "$from" --to "$to" --as-of "$to" --rules "$rules" --by office --csv $staff
    without_names <"$scene/out" >"$scene/ours"
    python3 "$confirm" "$file" "$office" "$from" "$to" "$rules" "$form" >"$scene/theirs" || flunk "$confirm failed"
    diff "$scene/theirs" "$scene/ours" >"$scene/out" || flunk "$form of $file, $from to $to by $rules, is not what the CSV says (< CSV, > motcua)"
  done
}

# cell COLUMN: of the last line of a form in $scene/ours.
cell() { python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
print(rows[-1][sys.argv[2]])' "$scene/ours" "$1"; }

# behind DIR FROM TO COLUMN...: as many dossiers as the cell of the total says.
behind() {
  node=$1 from=$2 to=$3
  shift 3
  run 0 report ii06a "$node" --from "$from" --to "$to" --as-of "$to" --rules strict --csv
  without_names <"$scene/out" >"$scene/ours"
  for column in "$@"; do
    run 0 report ii06a "$node" --from "$from" --to "$to" --as-of "$to" --rules strict --csv --behind "$column" --limit 100000
    listed=$(($(wc -l <"$scene/out") - 1))
    [ "$listed" -eq "$(cell "$column")" ] || flunk "$column counts $(cell "$column") and lists $listed"
  done
}

free_port
commune=$scene/badinh
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"
run 0 import events "$commune" "$sample"
confirms "$sample" "$commune" H26.00004 2026-01-01 2026-12-31 strict
confirms "$sample" "$commune" H26.00004 2026-03-03 2026-03-04 strict
behind "$commune" 2026-03-03 2026-03-04 received online direct carried resolved early on_time overdue in_process within_time past_due

# What people see, and what cannot be meant.
run 0 report headline "$commune" --from 2026-01-01 --to 2026-12-31 --as-of 2026-12-31
says "Từ 01/01/2026 đến 31/12/2026"
says "Tỷ lệ đúng hạn"
run 0 report evaluation "$commune" --from 2026-01-01 --to 2026-12-31
says "chưa có số liệu"
run 0 report overdue "$commune"
run 0 report at-risk "$commune" --json
run 0 report evaluation "$commune" --by officer --csv
run 2 report headline "$commune" --from 2026-02-30
run 2 report headline "$commune" --from 2027-01-01 --to 2026-01-01
run 2 report ii06a "$commune" --behind colour
run 3 report ii06a "$commune" --rules "no such rules"
run 2 report ii06a "$commune" --by officer

# The same at the city, once it holds the acts; and after everything is derived anew.
serve "$city" "$port"
run 0 sync "$commune" --once
confirms "$sample" "$city" H26.00004 2026-01-01 2026-12-31 strict
stop "$server"
run 0 rebuild "$city"
confirms "$sample" "$city" H26.00004 2026-01-01 2026-12-31 strict

if [ -f "$shared_logs/receipt.csv" ]; then
  ngocha=$scene/ngocha
  free_port
  enrol "$ngocha" H26.00008 "Phường Ngọc Hà" H26 "$port" "$city"
  run 0 import events "$ngocha" "$shared_logs/receipt.csv"
  for rules in strict II.06a; do
    confirms "$shared_logs/receipt.csv" "$ngocha" H26.00008 2010-01-01 2012-12-31 "$rules"
    confirms "$shared_logs/receipt.csv" "$ngocha" H26.00008 2011-03-01 2011-06-30 "$rules"
    confirms "$shared_logs/receipt.csv" "$ngocha" H26.00008 2010-10-15 2011-12-31 "$rules"
  done
  behind "$ngocha" 2011-03-01 2011-06-30 received online direct carried resolved early on_time overdue in_process within_time past_due
else
  say "skipped: receipt.csv is not beside this checkout"
fi

# A city's registry by its verbs: the starter, files as people have them, twice the same, beside a running node, and single
# acts. The real lists of Hà Nội and of the national portal where they are.
. "$(dirname "$0")/support/scene.sh"
city=$scene/city
cd "$scene"

size() { "$motcua" registry show "$city" --json | tr ',{}' '\n\n\n' | sed -n 's/^"size":\([0-9]*\)$/\1/p'; }
import() { wanted_code=$1; shift; run "$wanted_code" registry import "$city" "$@"; }
# Nothing may be recorded by what follows.
stays() { [ "$(size)" -eq "$before" ] || flunk "the registry grew from $before to $(size): $*"; }

found_city "$city"
run 0 registry show "$city"
says "16 procedures"
says "2 calendars"
before=$(size)
run 0 registry publish "$city" --starter
says "0 stated, 20 stood already"
stays "publish"
run 2 registry publish "$city"

# --- units, dirty: spaces, a line break in a name, a decomposed letter, a bad code, a code said twice, a forgotten quote ---
printf 'unit_code,unit,kind\n00004,  Phường Ba Đình,Phường\n00008,"Phường\n Ngọc Hà",Phường\n00025,Phu\314\233o\314\233\314\200ng Giảng Võ,Phường\n' >units.csv
printf '0 7,Sai mã,Phường\n00004,Phường Khác,Phường\n00070,"Phường Hoàn "Kiếm",Phường\n00082,Phường Cửa Nam,Phường\n' >>units.csv
import 4 units.csv --kind units --prefix H26. --since 2025-07-01 --dry-run
says "would be: 4 added, 0 changed, 0 unchanged, 3 rejected"
stays "a dry run"
import 4 units.csv --kind units --prefix H26. --since 2025-07-01
says "4 added, 0 changed, 0 unchanged, 3 rejected"
says "unit: white space at an end removed (line 2)"
says "unit: line breaks, tabs and repeated spaces made one space (line 3)"
says "unit: letters and their marks joined (Unicode form C) (line 5)"
grep -q '^6,' units.csv.rejects.csv || flunk "the reject file names no line 6: $(cat units.csv.rejects.csv)"
[ "$(size)" -eq $((before + 4)) ] || flunk "four offices were to be recorded"
before=$(size)
import 4 units.csv --kind units --prefix H26. --since 2025-07-01
says "0 added, 0 changed, 4 unchanged, 3 rejected"
stays "the same file again"
run 0 registry show "$city" --kind offices
says "Phường Giảng Võ"
says "Phường Ngọc Hà"

# --- beside a running node; procedures and a calendar ---
free_port
serve "$city" "$port"
printf 'code,name,processing_by_case\n9.000001,Thủ tục mẫu,10 WORKING_DAY; 15 WORKING_DAY\n1.001193,Đăng ký khai sinh,\n' >procedures.csv
import 0 procedures.csv --kind procedures --since 2026-01-01 --json
says '"added":1'
says '"unchanged":1'
printf 'day,kind,name,hours\n2028-01-03,holiday,Ngày mẫu,\n' >calendar.csv
import 0 calendar.csv --kind calendar --since 2027-06-01
says "0 added, 1 changed"
import 0 calendar.csv --kind calendar --since 2027-06-01
says "0 added, 0 changed, 1 unchanged"
run 0 registry show "$city" --kind procedures --json
says '"documents":[{"copies":0,"name":"Tờ khai","originals":1}'
stop "$server"

# --- single acts ---
enrol "$scene/badinh" H26.00004 "Phường Ba Đình" H26 7433 "$city"
enrol "$scene/ngocha" H26.00008 "Phường Ngọc Hà" H26 7433 "$city"
key_of() { "$motcua" registry show "$city" --kind officers | grep "  $1@" | head -n 1 | cut -d' ' -f1; }
first=$(key_of H26.00004)
second=$(key_of H26.00008)
run 0 officer add "$scene/badinh" "Phó" --roles desk
run 0 enrol approve "$city" "$scene/badinh/officer.request"
deputy=$("$motcua" registry show "$city" --kind officers | grep '  Phó$' | cut -d' ' -f1)
run 0 registry delegate "$city" "$deputy" --for "$first" --roles head --from 2026-12-01 --to 2026-12-14
run 4 registry delegate "$city" "$second" --for "$first" --roles head --from 2026-12-01 --to 2026-12-14
says "not_of_this_office"
run 2 registry delegate "$city" "$deputy" --for "$first" --roles head --from 2026-13-01 --to 2026-12-14
run 0 registry show "$city" --kind officers --json
says '"from":"2026-12-01"'
new_key=$(printf '%064d' 7)
before=$(size)
run 0 registry supersede "$city" "$second" "$new_key" --dry-run
stays "a dry run of a single act"
run 0 registry supersede "$city" "$second" "$new_key"
run 3 registry retire "$city" "$(printf '%.10s' "$second")"
run 0 registry block "$city" H26.00004 1 2000
run 4 registry block "$city" H26.00004 0 2000
run 0 registry succeed "$city" H26.00008 H26.00004
run 4 registry succeed "$city" H26.00008 H26
says "already_succeeded"
run 0 registry revoke "$city" "$(printf '%.12s' "$deputy")" --keep H26.00004=3
run 0 registry retire "$city" H26.00008
run 3 registry retire "$city" H26.99999
run 0 audit verify "$city"

# --- the real lists, where they are ---
lists=$source_folder/../shared/data/vn
if [ ! -d "$lists" ]; then
  say "the lists of Hà Nội are not beside the repository: only the samples were imported"
  exit 0
fi
import 0 "$lists/hanoi_units_pre_2025-07.csv" --kind units --prefix H26. --since 2021-01-01 --json
says '"added":556'
import 0 "$lists/hanoi_units_post_2025-07.csv" --kind units --prefix H26. --since 2025-07-01
import 0 "$lists/procedures_commune.csv" --kind procedures --since 2026-07-18
before=$(size)
import 0 "$lists/hanoi_units_post_2025-07.csv" --kind units --prefix H26. --since 2025-07-01
says "0 added, 0 changed, 126 unchanged, 0 rejected"
import 0 "$lists/procedures_commune.csv" --kind procedures --since 2026-07-18
says "0 added, 0 changed, 663 unchanged, 0 rejected"
stays "the real lists again"
run 0 audit verify "$city"
